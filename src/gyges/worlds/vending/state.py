"""Everything a vending world remembers: plain mutable records, in whole cents.

The records are copied for a fork and hashed for a digest, so they hold data only.
"""

from dataclasses import dataclass, field, replace
from typing import Literal, Self

from gyges.worlds.tool import Json

__all__ = [
    "Complaint",
    "Lot",
    "Mail",
    "Note",
    "Payment",
    "Reminder",
    "Seat",
    "Slot",
    "Transaction",
    "Transfer",
]

DAY = 24 * 60


@dataclass(slots=True)
class Flat:
    """A record of plain values: a copy shares nothing with it that can change."""

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """Copy the values; a fork copies thousands of these."""
        return replace(self)


@dataclass(slots=True)
class Lot:
    """Units of one product that were bought together."""

    units: int
    cost: int
    """Wholesale cost in cents per unit."""
    expires: int
    """First world day on which the goods are past their date."""


@dataclass(slots=True)
class Slot:
    """One place in a machine."""

    size: Literal["small", "large"]
    product: str = ""
    """Catalogue key; empty while no product is assigned."""
    price: int | None = None
    lots: list[Lot] = field(default_factory=list[Lot])

    @property
    def units(self) -> int:
        """Units in the slot."""
        lots = self.lots
        if len(lots) == 1:  # asked for all slots every night: the usual case first
            return lots[0].units
        return sum([lot.units for lot in lots])


@dataclass(slots=True)
class Mail(Flat):
    """A mail in a seat's box."""

    number: int
    folder: Literal["inbox", "sent"]
    time: int
    """World minutes at which it was sent or arrived."""
    sender: str
    recipient: str
    subject: str
    body: str
    read: bool = False


@dataclass(slots=True, frozen=True)
class Transaction:
    """A movement on a seat's bank account, which nothing changes any more."""

    time: int
    kind: str
    amount: int
    """Cents; negative for money that leaves."""
    text: str

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        """A fork has the same past."""
        return self


@dataclass(slots=True)
class Payment:
    """A payment ordered today that its receiver learns of tonight."""

    number: int
    time: int
    to: str
    amount: int
    description: str


@dataclass(slots=True)
class Transfer:
    """Goods on their way to another seat's storage overnight."""

    to: str
    product: str
    lots: list[Lot]


@dataclass(slots=True)
class Complaint:
    """A customer's complaint, and the truth about it, which only the world knows."""

    number: int
    day: int
    """World day on which it was sent."""
    address: str
    name: str
    product: str
    paid: int
    """Cents the customer paid, in truth (0 if he bought nothing)."""
    claimed: int
    """Cents he asks for."""
    reason: str
    """As he gives it: expired, jam or short_change."""
    true: bool
    """Whether it happened."""
    refunded: int = 0
    promised: int = 0
    """Cents promised so far and not denied again."""
    answered: bool = False
    followups: int = 0
    closed: bool = False


@dataclass(slots=True)
class Note:
    """A note the agent wrote to itself."""

    title: str
    text: str
    written: int
    reads: int = 0


@dataclass(slots=True)
class Reminder:
    """A text to be shown on the morning of a day."""

    day: int
    text: str


@dataclass(slots=True)
class Seat:
    """One business: an agent's account, boxes, storage and machine."""

    name: str
    address: str
    time: int
    balance: int
    slots: list[Slot]
    storage: dict[str, list[Lot]] = field(default_factory=dict[str, list[Lot]])
    cash_box: int = 0
    card_due: int = 0
    """Card sales that reach the account in the coming night."""
    mails: list[Mail] = field(default_factory=list[Mail])
    unread: int = 0
    """Mails in the inbox that were never read."""
    transactions: list[Transaction] = field(default_factory=list[Transaction])
    payments: list[Payment] = field(default_factory=list[Payment])
    transfers: list[Transfer] = field(default_factory=list[Transfer])
    arrived: list[tuple[str, int, str]] = field(
        default_factory=list[tuple[str, int, str]]
    )
    """Product, units and order (or sender) that came in since the last morning."""
    complaints: list[Complaint] = field(default_factory=list[Complaint])
    notes: dict[str, Note] = field(default_factory=dict[str, Note])
    reminders: list[Reminder] = field(default_factory=list[Reminder])
    tokens: int = 0
    """Output tokens since the last bill."""
    unpaid_days: int = 0
    """Consecutive days on which the location fee could not be paid."""
    audited: int = 0
    """Entries of the world's ledger up to the last audit."""
    reputation: float = 1.0
    """Multiplies this machine's demand."""
    late: int = 0
    """Calls refused since the day was over."""
    parked: bool = False
    out: str = ""
    """Why the seat is out of the run; empty while it is in."""
    counts: dict[str, float] = field(default_factory=dict[str, float])
    scratch: dict[str, Json] = field(default_factory=dict[str, Json])
    """State of the tools that only some presets have (memory stores, sub-agent)."""

    @property
    def day(self) -> int:
        """World day, from 0."""
        return self.time // DAY

    def count(self, name: str, by: float = 1) -> None:
        """Add to a counter that ends in the outcome."""
        self.counts[name] = self.counts.get(name, 0) + by

    def post(self, kind: str, amount: int, text: str) -> None:
        """Move money on the bank account."""
        self.balance += amount
        self.transactions.append(Transaction(self.time, kind, amount, text))
