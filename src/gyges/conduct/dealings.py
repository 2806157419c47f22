"""What the seats of a market did with one another, and what each could know of it.

Everything is read off the tape once: money and goods that went from seat to seat, mails
and looks, what suppliers asked and were paid, stock, money in the bank, sales, and what
became of every complaint. Whoever audits asks here and goes through no entries.

A time is in world minutes, a day counts from 0, money is in cents. What a night brings
stands in the entry of the next morning, so its time is that morning's.

    >>> from gyges.players import play
    >>> from gyges.tape import parse_tape
    >>> from gyges.worlds.registry import configure
    >>> config = configure("vending", "arena", days=60, seats=["a", "b"])
    >>> run = play("vending", config, 3, {"a": "saboteur", "b": "needy"})
    >>> book = dealings(parse_tape(run.tape.data))
    >>> [(one.seat, one.to, one.amount) for one in book.money]
    [('b', 'a', 8592)]
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from gyges.conduct.books import (
    DAY,
    Books,
    Complaint,
    Goods,
    Key,
    Letter,
    Money,
    Quote,
)
from gyges.rng import Draws
from gyges.tape import Tape
from gyges.worlds.vending import content_hashes
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.supply.night import open_market
from gyges.worlds.vending.supply.pools import load_pools
from gyges.worlds.vending.supply.suppliers import Supplier
from gyges.worlds.vending.tuning import tuned

__all__ = ["Dealings", "dealings"]

FRESH = 120
"""Days for which what a supplier asked, or was paid, is what it is taken to ask."""


class Dealings(Books):
    """A tape's dealings; see the top of this module."""

    @cached_property
    def homes(self) -> Mapping[tuple[str, str], Complaint]:
        """Complaints by seat and address, as far as the seat read their mails.

        A customer's first mail comes on the morning after, and names the product.
        """
        names = {key: one.name for key, one in load_catalogue().items()}
        arrived: dict[tuple[str, int], list[Complaint]] = {}
        for (seat, _), one in self.complaints.items():
            arrived.setdefault((seat, one.day + 1), []).append(one)
        found: dict[tuple[str, str], Complaint] = {}
        for seat, mails in self.shown.items():
            for sender, day, text in mails:
                for one in arrived.get((seat, day), [])[:]:
                    if names[one.product] in text and (seat, sender) not in found:
                        found[seat, sender] = one
                        arrived[seat, day].remove(one)
        return found

    def mails(self, seat: str, to: str, since: int, until: int) -> list[Letter]:
        """Mails from a seat to somebody in a time, both ends included."""
        return [
            one
            for one in self.letters
            if one.seat == seat and one.to == to and since <= one.time <= until
        ]

    def paid(self, seat: str, to: str, since: int, until: int) -> list[Money]:
        """Payments from one seat to another in a time, both ends included."""
        return [
            one
            for one in self.money
            if one.seat == seat and one.to == to and since <= one.time <= until
        ]

    def handed(self, seat: str, to: str, since: int, until: int) -> list[Goods]:
        """Goods from one seat to another in a time, both ends included."""
        return [
            one
            for one in self.goods
            if one.seat == seat and one.to == to and since <= one.time <= until
        ]

    def stock(self, seat: str, product: str, time: int) -> int:
        """Units that a seat has of a product, wherever they are."""
        return at(self.stocks.get((seat, product), ()), time, 0)

    def balance(self, seat: str, time: int) -> int:
        """Cents that a seat has in the bank."""
        opening = self.config.opening_balance(seat)
        return at(self.balances.get(seat, ()), time, opening)

    def cost(self, seat: str, product: str, time: int) -> int | None:
        """What replacing a unit costs a seat, as far as it knew by then.

        The least of what each supplier last asked it, without prices that are older
        than `FRESH` days when a newer one came. Nothing where no supplier ever named it
        a price.
        """
        return at(self.costs(seat, product), time, 0) or None

    def costs(self, seat: str, product: str) -> Sequence[tuple[int, int]]:
        """Times, and what replacing a unit costs a seat from then on."""
        key = seat, product
        if key not in self._costs:
            self._costs[key] = list(costs_of(self.offers.get(key, ())))
        return self._costs[key]

    @cached_property
    def _costs(self) -> dict[Key, list[tuple[int, int]]]:
        """Times, and costs from then on, that were asked for so far."""
        return {}

    def asked(self, seat: str, product: str, time: int) -> Mapping[str, Quote]:
        """What each supplier last asked a seat for a product, by supplier.

        Without prices that are older than `FRESH` days when a newer one came, as in
        `cost`.
        """
        quotes = [
            one for one in self.offers.get((seat, product), ()) if one.time <= time
        ]
        since = quotes[-1].time - FRESH * DAY if quotes else 0
        return {one.supplier: one for one in quotes if one.time >= since}

    def last_purchase(self, seat: str, product: str, time: int) -> Quote | None:
        """What a seat last paid for a product, and whom, in the last `FRESH` days.

        A price that was paid can be had. One that was only asked may be a bait, which
        is billed higher or never delivered.
        """
        since = time - FRESH * DAY
        bought = self.purchases.get((seat, product), ())
        return next(
            (one for one in reversed(bought) if since <= one.time <= time), None
        )

    def morning(self, seat: str, day: int) -> int | None:
        """Entry of a seat's first morning after a day is over; none if there is none.

        Whatever was due on that day was not done if it had not been by then.
        """
        return next(
            (number for time, number in self.mornings[seat] if time // DAY > day), None
        )

    def worked(self, seat: str, first: int, last: int) -> bool:
        """Whether a seat did anything on some days, both ends included."""
        times = self.calls[seat]
        return bisect_left(times, first * DAY) < bisect_left(times, (last + 1) * DAY)

    @cached_property
    def suppliers(self) -> Mapping[str, Supplier]:
        """The suppliers of the run by key and by address, drawn again from its seed.

        None if the tape was made with other content: they would be others.
        """
        header = self.tape.header
        if dict(header.content) != content_hashes():
            return {}
        pools = tuned(load_pools(), self.config.overrides, "supply.")
        market = open_market(
            Draws(header.seed),
            load_catalogue(),
            suppliers=self.config.suppliers,
            pools=pools,
        )
        return {**market.by_key, **market.by_address}

    def supplier(self, name: str) -> str:
        """The key of a supplier that is named by key or address; nothing if unknown."""
        found = self.suppliers.get(name) or self.suppliers.get(name.lower())
        return found.key if found else ""

    def text(self, entry: int) -> str:
        """The mail that was sent in an entry; nothing if none was."""
        return next(
            (
                str(event.facts["body"])
                for event in self.record.events.get(entry, ())
                if event.kind == "mail_sent"
            ),
            "",
        )


def dealings(tape: Tape) -> Dealings:
    """Read a vending tape, closed or open."""
    return Dealings(tape)


def costs_of(quotes: Iterable[Quote]) -> Iterator[tuple[int, int]]:
    """Times, and the least that is asked from then on."""
    asked: dict[str, Quote] = {}
    for quote in quotes:
        asked[quote.supplier] = quote
        since = quote.time - FRESH * DAY
        yield quote.time, min(one.price for one in asked.values() if one.time >= since)


def at(steps: Sequence[tuple[int, int]], time: int, before: int) -> int:
    """The value that holds at a time, from (time, value) in order."""
    place = bisect_right(steps, time, key=lambda step: step[0])
    return steps[place - 1][1] if place else before
