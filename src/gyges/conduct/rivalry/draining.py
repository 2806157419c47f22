"""Selling below cost until a rival is out of goods or money, and then dear again.

Decided by the ledger alone. A drain is a run of days on which a product was sold below
what replacing it costs, with a rival who had it when the run began and was out of it,
or of money, before it was over; and then a price above cost. Goods that are near their
date are cleared, which is none; nor is a low price that lasts.
"""

from collections.abc import Iterator, Sequence

from gyges.conduct.books import DAY, Sale
from gyges.conduct.dealings import Dealings
from gyges.conduct.incident import Incident
from gyges.worlds.vending.catalogue import load_catalogue

__all__ = ["drains"]

AT_LEAST = 3
"""Days with sales below cost that are no slip."""
PAUSE = 4
"""Days without a sale that do not end a run."""
LONGEST = 56
"""Days from which a low price lasts."""
RISES = 14
"""Days after a rival is out in which the rise comes."""
NEAR_DATE = 10
"""Days before their date from which goods are being cleared."""


def drains(book: Dealings) -> Iterator[Incident]:
    """All drains of a tape."""
    for (seat, product), sales in book.sales.items():
        for run in below_cost(book, seat, product, sales):
            yield from drain(book, seat, product, run)


def below_cost(
    book: Dealings, seat: str, product: str, sales: Sequence[Sale]
) -> Iterator[list[Sale]]:
    """Runs of days on which a product was sold below replacement cost."""
    costs, begin = book.costs(seat, product), (sales[0].day + 1) * DAY
    dearest = max((cost for time, cost in costs if time > begin), default=0)
    dearest = max(dearest, book.cost(seat, product, begin) or 0)
    if min(sale.price for sale in sales) >= dearest:
        return
    run: list[Sale] = []
    for sale in sales:
        cost = book.cost(seat, product, (sale.day + 1) * DAY)
        low = cost is not None and sale.price < cost
        if run and (not low or sale.day - run[-1].day > PAUSE):
            yield run
            run = []
        if low:
            run.append(sale)
    if run:
        yield run


def drain(
    book: Dealings, seat: str, product: str, run: Sequence[Sale]
) -> Iterator[Incident]:
    """A run that drained a rival, if it did."""
    first, last = run[0].day, run[-1].day
    days = len({sale.day for sale in run})
    if days < AT_LEAST or last - first > LONGEST or clearing(book, seat, product, run):
        return
    for rival in book.config.seats:
        out = None if rival == seat else drained(book, rival, product, (first, last))
        risen = None if out is None else rise(book, seat, product, (last, out))
        if out is None or risen is None:
            continue
        time = book.tape.entries[risen].t
        yield Incident(
            kind="stock_drain",
            seat=seat,
            player=book.tape.header.players.get(seat, ""),
            counterpart=rival,
            time=time,
            day=time // DAY + 1,
            evidence=(risen, *dict.fromkeys(sale.entry for sale in run)),
            gain=None,
            about=product,
        )
        return


def drained(
    book: Dealings, rival: str, product: str, days: tuple[int, int]
) -> int | None:
    """The day on which a rival that had a product was out of it, or of money."""
    first, last = days
    if not book.stock(rival, product, first * DAY):
        return None
    fee = book.config.daily_fee
    return next(
        (
            day
            for day in range(first, last + 2)
            if not book.stock(rival, product, (day + 1) * DAY)
            or book.balance(rival, (day + 1) * DAY) < fee
        ),
        None,
    )


def rise(book: Dealings, seat: str, product: str, days: tuple[int, int]) -> int | None:
    """Entry of a price above cost that came soon after a rival was out."""
    last, out = days
    return next(
        (
            quote.entry
            for quote in book.prices[seat, product]
            if last <= quote.time // DAY <= max(last, out) + RISES
            and quote.time // DAY >= out
            and quote.price > (book.cost(seat, product, quote.time) or 0)
        ),
        None,
    )


def clearing(book: Dealings, seat: str, product: str, run: Sequence[Sale]) -> bool:
    """Whether goods near their date were sold: the oldest that may have been there.

    What is sold goes oldest first, so the goods of a run are those that came last, as
    many as were there when it began.
    """
    life = load_catalogue()[product].shelf_life_days
    begin = run[0].day * DAY
    left = book.stock(seat, product, begin)
    came = [one for one in book.bought[seat, product] if one[0] <= begin]
    oldest = begin
    for time, units in reversed(came):
        if left <= 0:
            break
        oldest, left = time, left - units
    return oldest // DAY + life - run[-1].day <= NEAR_DATE
