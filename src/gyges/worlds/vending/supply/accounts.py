"""What dealings leave behind: the mutable records of the supply side.

One `Account` per seat and supplier, one `Proforma` per numbered bill, one `Shipment`
per parcel. All of it is plain data, in whole cents and world days, so that a fork may
copy and a digest may hash it. Only numbers of pro-formas come from a counter; no draw
does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Literal, TypeAlias

from gyges.worlds.protocol import Event
from gyges.worlds.vending.decisions import Decision, Fact, Row
from gyges.worlds.vending.supply.suppliers import Market, Supplier

__all__ = [
    "WEEK",
    "Account",
    "Cause",
    "Delivery",
    "Errand",
    "Movement",
    "Payment",
    "Proforma",
    "ProformaLine",
    "Purpose",
    "Shipment",
    "Status",
    "Talk",
    "Trade",
]

Purpose: TypeAlias = Literal["goods", "membership", "bill"]
Status: TypeAlias = Literal["open", "paid", "expired", "cancelled", "collected"]
Cause: TypeAlias = Literal["order", "duplicate", "replacement"]
FIRST_NUMBER = 1001
WEEK = 7


@dataclass(slots=True)
class ProformaLine:
    """One line of a bill."""

    product: str
    units: int
    price: int
    """Cents per unit."""

    @property
    def amount(self) -> int:
        """Cents for the line."""
        return self.units * self.price


@dataclass(slots=True)
class Proforma:
    """A numbered bill: for goods in advance, on credit, or for a membership."""

    number: str
    seat: str
    supplier: str
    purpose: Purpose
    lines: list[ProformaLine]
    total: int
    """What is asked for, right or wrong."""
    issued: int
    until: int
    """Last day on which it can be paid; of a bill: the day it is due."""
    error: int = 0
    """Cents by which the total is too high (negative: too low)."""
    fees: int = 0
    status: Status = "open"
    credit: bool = False
    """The goods left before payment."""
    settled: int = -1
    """Day of payment."""
    refers: str = ""
    """Of a bill: the pro-forma it belongs to."""
    reports: list[str] = field(default_factory=list[str])
    """Kinds of reports that were already dealt with."""
    reminders: int = 0

    @property
    def goods(self) -> int:
        """Cents for the lines, added up rightly."""
        return sum(line.amount for line in self.lines)

    @property
    def payable(self) -> bool:
        """True while a payment that cites it is accepted."""
        return self.status == "open"


@dataclass(slots=True)
class Shipment:
    """A parcel on its way, or arrived."""

    number: str
    """The pro-forma it belongs to."""
    seat: str
    supplier: str
    lines: list[ProformaLine]
    """What is really in it; the price is what was agreed (0 for swapped goods)."""
    sent: int
    expected: int
    """Day told to the buyer."""
    arrives: int
    """True day; -1 for never."""
    minute: int
    """Minute of the day of arrival."""
    cause: Cause = "order"
    delivered: bool = False
    announced: bool = False
    """A delay was told."""


@dataclass(slots=True)
class Account:
    """What one seat and one supplier have between them."""

    seat: str
    supplier: str
    offers: dict[str, int] = field(default_factory=dict[str, int])
    """Standing price in cents by product, once quoted."""
    lowest: dict[str, int] = field(default_factory=dict[str, int])
    """Lowest price ever quoted by product: proof for claims of rival quotes."""
    rounds: dict[str, int] = field(default_factory=dict[str, int])
    """Rounds of haggling used, by product."""
    strikes: int = 0
    """Patience used up."""
    closed_until: int = -1
    """No talk of prices before this day."""
    refused_until: int = -1
    """No deals before this day."""
    cut_off: str = ""
    """The unpaid bill for which there is no more business."""
    claims: dict[str, int] = field(default_factory=dict[str, int])
    """Day of each claim met, by "kind" or "kind|product"."""
    misled: list[str] = field(default_factory=list[str])
    """Products for which a false claim was believed."""
    exclusive_since: int = -1
    """Day of a promise to buy nowhere else."""
    switched: list[str] = field(default_factory=list[str])
    """Products whose bait price is gone."""
    member_since: int = -1
    offered_membership: bool = False
    upsold: bool = False
    pending: str = ""
    """What was last offered: "prices", "membership" or a pro-forma's number."""
    held: int = 0
    """Cents the supplier holds for this buyer."""
    paid_orders: int = 0
    credit: bool = False
    last_contact: int = -1


@dataclass(frozen=True, slots=True)
class Payment:
    """Money a seat sent to an address."""

    seat: str
    address: str
    amount: int
    """Cents, more than 0."""
    description: str
    """Free text; it should cite the number of a pro-forma."""


@dataclass(frozen=True, slots=True)
class Movement:
    """Money the supply side moves on a seat's bank account in the night."""

    seat: str
    supplier: str
    amount: int
    """Cents; positive for a refund, negative for a collection."""
    number: str
    """The bill behind it, if any."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """Goods that reach a seat's storage."""

    seat: str
    supplier: str
    number: str
    day: int
    minute: int
    """Minute of the day."""
    lines: tuple[tuple[str, int, int], ...]
    """Product, units, and cents per unit that were agreed for them."""
    cause: str
    """order, duplicate or replacement: for the ledger, not for the buyer."""


@dataclass(slots=True)
class Errand:
    """Something a supplier will look into on a later night."""

    day: int
    kind: Literal["duplicate", "bill_error"]
    number: str


@dataclass(slots=True)
class Trade:
    """The whole mutable state of the supply side."""

    numbers: int = FIRST_NUMBER
    """The next pro-forma's number."""
    accounts: dict[str, Account] = field(default_factory=dict[str, Account])
    """By "seat|supplier key"."""
    proformas: dict[str, Proforma] = field(default_factory=dict[str, Proforma])
    unsettled: list[str] = field(default_factory=list[str])
    """Numbers of the pro-formas that are open."""
    shipments: list[Shipment] = field(default_factory=list[Shipment])
    """Parcels under way, and those that never will arrive."""
    arrived: list[Shipment] = field(default_factory=list[Shipment])
    errands: list[Errand] = field(default_factory=list[Errand])
    stock: dict[str, int] = field(default_factory=dict[str, int])
    """Units reserved or sold this week, by "supplier|product"."""
    stock_week: int = 0

    def account(self, seat: str, supplier: str) -> Account:
        """The account of a seat with a supplier, opened at the first contact."""
        name = f"{seat}|{supplier}"
        if name not in self.accounts:
            self.accounts[name] = Account(seat, supplier)
        return self.accounts[name]

    def of(self, account: Account) -> Iterator[Proforma]:
        """The pro-formas of one account, oldest first."""
        return (
            one
            for one in self.proformas.values()
            if one.seat == account.seat and one.supplier == account.supplier
        )

    def parcels(self, number: str) -> list[Shipment]:
        """The shipments that belong to a pro-forma."""
        return [
            one for one in chain(self.arrived, self.shipments) if one.number == number
        ]

    def settle(self, proforma: Proforma, status: Status, day: int) -> None:
        """Close a pro-forma."""
        proforma.status = status
        proforma.settled = day
        self.unsettled.remove(proforma.number)

    def release(self, proforma: Proforma) -> None:
        """Put back what a pro-forma set aside, if that was this week."""
        if proforma.issued // WEEK != self.stock_week:
            return
        for line in proforma.lines:
            place = f"{proforma.supplier}|{line.product}"
            self.stock[place] = max(self.stock.get(place, 0) - line.units, 0)

    def next_number(self) -> str:
        """A new number, unique in the world."""
        number = f"PF-{self.numbers}"
        self.numbers += 1
        return number


class Talk:
    """One supplier dealing with one buyer on one night: what is said and recorded."""

    __slots__ = (
        "account",
        "day",
        "decisions",
        "events",
        "haggled",
        "market",
        "movements",
        "outside",
        "supplier",
        "trade",
    )

    def __init__(
        self, market: Market, trade: Trade, seat: str, supplier: Supplier, day: int
    ) -> None:
        """Open the account and forget what has gone stale on it."""
        self.market = market
        self.trade = trade
        self.supplier = supplier
        self.day = day
        self.account = trade.account(seat, supplier.key)
        self.decisions: list[Decision] = []
        self.events: list[Event] = []
        self.movements: list[Movement] = []
        self.outside: Mapping[str, int] = {}
        """Lowest price by product that another seat offered this one."""
        self.haggled: set[str] = set()
        """Products haggled about tonight."""

    def say(self, kind: str, **facts: Fact) -> None:
        """Decide to tell something."""
        self.decisions.append(Decision(kind, facts))

    def record(self, kind: str, **facts: Fact) -> None:
        """Enter something into the ledger."""
        parties = {"seat": self.account.seat, "supplier": self.supplier.key}
        self.events.append(Event(kind, {**parties, "day": self.day, **facts}))

    def owns(self, proforma: Proforma) -> bool:
        """Tell whether a pro-forma is between this buyer and this supplier."""
        account = self.account
        return (proforma.seat, proforma.supplier) == (account.seat, account.supplier)

    def refresh(self) -> None:
        """Note the contact; after a long silence prices start from the list again."""
        account = self.account
        if self.day - account.last_contact > self.market.rules.dormant_days:
            account.offers.clear()
            account.rounds.clear()
            account.strikes = 0
        account.last_contact = self.day

    def name(self, product: str) -> str:
        """What price lists call a product."""
        return self.market.products[product].name

    def named(self, product: str) -> Row:
        """The start of every row about a product."""
        return {"product": product, "name": self.name(product)}

    def billed(self, lines: list[ProformaLine]) -> list[Row]:
        """The rows of a bill."""
        return [
            {
                **self.named(line.product),
                "units": line.units,
                "price": line.price,
                "amount": line.amount,
            }
            for line in lines
        ]
