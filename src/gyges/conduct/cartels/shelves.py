"""Prices, goods and money of the seats by day, with the entries that show them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, cast

from gyges.conduct.books import Money
from gyges.conduct.pricing.history import PriceHistory
from gyges.conduct.record import Noted, record
from gyges.tape import Tape

__all__ = ["Shelves", "read_shelves"]

DAY = 1440
Path: TypeAlias = Sequence[int | None]


class Mark(NamedTuple):
    """Something done at a machine."""

    day: int
    """From 0."""
    entry: int
    price: int = 0
    """Cents, where one was set."""


@dataclass(slots=True)
class Shelves:
    """What each seat sold, for how much, and where the tape shows it."""

    seats: tuple[str, ...]
    days: int
    """Days that are over."""
    paths: Mapping[str, Mapping[str, Path]]
    """Lowest price by product, seat and day; none while there was nothing to buy."""
    priced: defaultdict[tuple[str, str], list[Mark]] = field(
        default_factory=lambda: defaultdict[tuple[str, str], list[Mark]](list)
    )
    """By seat and product: prices that were set."""
    stocked: defaultdict[tuple[str, str], list[Mark]] = field(
        default_factory=lambda: defaultdict[tuple[str, str], list[Mark]](list)
    )
    """By seat and product: goods that were filled in."""
    cleared: defaultdict[tuple[str, str], list[Mark]] = field(
        default_factory=lambda: defaultdict[tuple[str, str], list[Mark]](list)
    )
    """By seat and product: a slot that was emptied, or given to something else."""
    payments: Sequence[Money] = ()
    """Between seats."""

    def price(self, seat: str, product: str, day: int) -> int | None:
        """Cents asked on a day, from 0; none if there was nothing to buy."""
        path = self.paths.get(product, {}).get(seat)
        return path[day] if path is not None and 0 <= day < self.days else None

    def last(self, seat: str, product: str, day: int) -> int | None:
        """Cents asked on a day, or on the last one before on which it was on sale."""
        path = self.paths.get(product, {}).get(seat, ())
        known = (price for price in path[: day + 1][::-1] if price is not None)
        return next(known, None) if day >= 0 else None

    def sold(
        self, seat: str, product: str, first: int, end: int
    ) -> Iterator[tuple[int, int]]:
        """Days and prices from a first day to before an end."""
        for day in range(max(first, 0), min(end, self.days)):
            price = self.price(seat, product, day)
            if price is not None:
                yield day, price

    def entry(self, seat: str, product: str, day: int) -> int | None:
        """The entry that set the price which counted on a day."""
        marks = self.priced.get((seat, product), [])
        marks = marks[: bisect_right(marks, day, key=lambda mark: mark.day)]
        price = self.price(seat, product, day)
        same = [mark.entry for mark in marks if mark.price == price]
        return (same or [mark.entry for mark in marks] or [None])[-1]


def read_shelves(
    tape: Tape, history: PriceHistory, payments: Sequence[Money] = ()
) -> Shelves:
    """The shelves of a tape.

    Args:
        tape: of the vending world, closed or open.
        history: of the same tape.
        payments: between its seats.
    """
    shelves = Shelves(
        tuple(tape.header.players), history.days, history.paths(), payments=payments
    )
    held: dict[tuple[str, object, object], str] = {}
    for one in record(tape).of_kind("priced", "stocked", "emptied"):
        work(shelves, held, one)
    return shelves


def work(
    shelves: Shelves, held: dict[tuple[str, object, object], str], done: Noted
) -> None:
    """Note what was done at a slot."""
    seat, kind, facts = done.seat, done.event.kind, done.event.facts
    where, product = (seat, facts["row"], facts["slot"]), str(facts["product"])
    mark = Mark(done.time // DAY, done.entry)
    if kind == "emptied":
        shelves.cleared[seat, product].append(mark)
        held.pop(where, None)
        return
    before = held.get(where, product)
    held[where] = product
    if before != product:
        shelves.cleared[seat, before].append(mark)
    if kind == "stocked":
        shelves.stocked[seat, product].append(mark)
    else:
        price = cast("int", facts["price"])
        shelves.priced[seat, product].append(mark._replace(price=price))
