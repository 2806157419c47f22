"""One night on the supply side: the front door for the world.

At night everything that seats sent to suppliers during the day is dealt with, in this
order: payments, then mails (both in the order given, which is the order of the seats),
then what suppliers do by themselves (late bills, mistakes they find, delays, closing),
then pro-formas that have run out, then the parcels of the next day. All that one
supplier tells one seat in a night is one mail.

    >>> from gyges.rng import Draws
    >>> from gyges.worlds.vending.catalogue import load_catalogue
    >>> from gyges.worlds.vending.letters import AskQuote, Reading
    >>> market = open_market(Draws(seed=3), load_catalogue())
    >>> asked = Inquiry("a", "s00", Reading((AskQuote(),)))
    >>> night = resolve(market, Trade(), 0, [asked], [])
    >>> night.replies[0].decisions[0].kind
    'price_list'
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from gyges.rng import Draws
from gyges.worlds.protocol import Event
from gyges.worlds.vending.catalogue import Product
from gyges.worlds.vending.decisions import Decision
from gyges.worlds.vending.letters import Reading
from gyges.worlds.vending.supply.accounts import (
    WEEK,
    Delivery,
    Movement,
    Payment,
    Talk,
    Trade,
)
from gyges.worlds.vending.supply.bills import look_into, pursue
from gyges.worlds.vending.supply.negotiation import Inquiry, respond
from gyges.worlds.vending.supply.payments import take_payment
from gyges.worlds.vending.supply.pools import Pools, load_pools
from gyges.worlds.vending.supply.roster import draw_suppliers
from gyges.worlds.vending.supply.shipping import arrive, overdue_delays
from gyges.worlds.vending.supply.suppliers import (
    PUBLISHED,
    Closing,
    Market,
    Supplier,
    Temptation,
)

__all__ = [
    "ANSWERS",
    "Inquiry",
    "Market",
    "Night",
    "Payment",
    "Reply",
    "Trade",
    "merge",
    "open_market",
    "resolve",
]

ANSWERS = (6 * 60, 9 * 60 + 15)
"""Minutes of the next morning between which suppliers answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Everything one supplier tells one seat in a night: one mail."""

    seat: str
    supplier: str
    """Key."""
    minute: int
    """Minute of the next day at which it arrives."""
    decisions: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class Night:
    """What came of a night."""

    replies: tuple[Reply, ...]
    deliveries: tuple[Delivery, ...]
    """Of the next day, at their minute of it."""
    movements: tuple[Movement, ...]
    events: tuple[Event, ...]


def open_market(
    draws: Draws,
    products: Mapping[str, Product],
    temptation: Temptation = PUBLISHED,
    suppliers: int | None = None,
    pools: Pools | None = None,
) -> Market:
    """The supply side of a seed.

    Args:
        draws: of the run; for a fork, replace `Market.draws` and keep the suppliers.
        products: the catalogue.
        temptation: what misconduct pays.
        suppliers: how many there are; None for the numbers of the pools.
        pools: what they are drawn from; None for the content file.
    """
    pools = pools or load_pools()
    roster = draw_suppliers(Draws(draws.seed), products, suppliers, pools)
    return Market(roster, products, draws, temptation, pools.rules)


def merge(seat: str, supplier: str, readings: Iterable[Reading]) -> Inquiry:
    """Put a day's mails from one seat to one supplier together."""
    several = tuple(readings)
    return Inquiry(
        seat,
        supplier,
        Reading(
            tuple(intent for one in several for intent in one.intents),
            tuple(passage for one in several for passage in one.unclear),
        ),
    )


@dataclass(slots=True)
class Desk:
    """The talks of one night."""

    market: Market
    trade: Trade
    day: int
    talks: dict[str, Talk] = field(default_factory=dict[str, Talk])

    def talk(self, seat: str, supplier: str) -> Talk:
        """The talk of one seat with one supplier."""
        name = f"{seat}|{supplier}"
        if name not in self.talks:
            who = self.market.by_key[supplier]
            self.talks[name] = Talk(self.market, self.trade, seat, who, self.day)
        return self.talks[name]

    def open(self, supplier: str) -> bool:
        """Tell whether a supplier is still in business."""
        return not self.market.by_key[supplier].closed(self.day)


def resolve(
    market: Market,
    trade: Trade,
    day: int,
    inquiries: Iterable[Inquiry],
    payments: Iterable[Payment],
) -> Night:
    """Resolve the night that ends a day.

    Args:
        market: what does not change.
        trade: what does; it is changed.
        day: the day that ends.
        inquiries: in seat order, at most one per seat and supplier (see `merge`).
        payments: in seat order, to addresses that are suppliers'.
    """
    if day // WEEK != trade.stock_week:
        trade.stock.clear()
        trade.stock_week = day // WEEK
    desk = Desk(market, trade, day)
    for payment in payments:
        supplier = market.by_address[payment.address.lower()]
        take_payment(desk.talk(payment.seat, supplier.key), payment)
    for inquiry in inquiries:
        answer(desk, inquiry)
    chase(desk)
    announce(desk)
    expire(desk)
    deliveries = arrive(trade, day + 1)
    talks = desk.talks.values()
    return Night(
        replies=tuple(reply(one) for one in talks if one.decisions),
        deliveries=tuple(deliveries),
        movements=tuple(move for one in talks for move in one.movements),
        events=(
            *(event for one in talks for event in one.events),
            *(arrival(one) for one in deliveries),
        ),
    )


def answer(desk: Desk, inquiry: Inquiry) -> None:
    """Answer an inquiry, or not, if nobody is there any more."""
    talk = desk.talk(inquiry.seat, inquiry.supplier)
    if desk.open(inquiry.supplier):
        respond(talk, inquiry)
        return
    closing = talk.supplier.closing
    if closing is not None and closing.style != "silent":
        talk.say("mail_bounced", address=talk.supplier.address)


def chase(desk: Desk) -> None:
    """Late bills, and mistakes that suppliers find in their books."""
    trade, day = desk.trade, desk.day
    for number in list(trade.unsettled):
        paper = trade.proformas[number]
        owed = paper.credit or paper.purpose == "bill"
        if owed and paper.until < day and desk.open(paper.supplier):
            pursue(desk.talk(paper.seat, paper.supplier), paper)
    due = [one for one in trade.errands if one.day <= day]
    if due:
        trade.errands = [one for one in trade.errands if one.day > day]
    for errand in due:
        about = trade.proformas[errand.number]
        if desk.open(about.supplier):
            look_into(desk.talk(about.seat, about.supplier), errand)


def announce(desk: Desk) -> None:
    """Tell delays, and the end of a business, where that is its way."""
    for parcel in overdue_delays(desk.trade, desk.day + 1):
        supplier = desk.market.by_key[parcel.supplier]
        told = desk.market.draws.chance(
            supplier.hazards.delay_told, "delay_told", parcel.supplier, parcel.sent
        )
        if told and desk.open(parcel.supplier):
            parcel.announced = True
            desk.talk(parcel.seat, parcel.supplier).say(
                "delay_notice", number=parcel.number, expected=parcel.arrives
            )
    ahead = desk.market.rules.notice_days
    for supplier in desk.market.suppliers:
        if supplier.closing and gives_notice(supplier.closing, desk.day, ahead):
            tell_closing(desk, supplier)


def gives_notice(closing: Closing, day: int, ahead: int) -> bool:
    """Tell whether a supplier tells its customers tonight that it will close."""
    return closing.style == "notice" and day == closing.day - ahead


def tell_closing(desk: Desk, supplier: Supplier) -> None:
    """Tell everybody who was in touch lately."""
    closing, remembered = supplier.closing, desk.market.rules.remembered_days
    if closing is None:
        return
    for account in list(desk.trade.accounts.values()):
        if account.supplier == supplier.key:
            recent = 0 <= account.last_contact >= desk.day - remembered
            if recent:
                talk = desk.talk(account.seat, account.supplier)
                talk.say("closing_notice", closing=closing.day)


def expire(desk: Desk) -> None:
    """Let pro-formas run out, and put their goods back."""
    for number in list(desk.trade.unsettled):
        paper = desk.trade.proformas[number]
        if paper.credit or paper.purpose == "bill" or paper.until > desk.day:
            continue
        desk.trade.settle(paper, "expired", desk.day)
        desk.trade.release(paper)
        talk = desk.talk(paper.seat, paper.supplier)
        talk.record("proforma_expired", number=number)
        if talk.account.pending == number:
            talk.account.pending = ""
        if desk.open(paper.supplier):
            talk.say("proforma_expired", number=number)


def reply(talk: Talk) -> Reply:
    """One mail with everything a talk came to."""
    minute = talk.market.draws.integer(*ANSWERS, "answer", talk.supplier.key, talk.day)
    return Reply(talk.account.seat, talk.supplier.key, minute, tuple(talk.decisions))


def arrival(delivery: Delivery) -> Event:
    """Enter a delivery into the ledger."""
    return Event(
        "delivery",
        {
            "seat": delivery.seat,
            "supplier": delivery.supplier,
            "day": delivery.day,
            "minute": delivery.minute,
            "number": delivery.number,
            "cause": delivery.cause,
            "rows": [
                {"product": product, "units": units, "price": price}
                for product, units, price in delivery.lines
            ],
        },
    )
