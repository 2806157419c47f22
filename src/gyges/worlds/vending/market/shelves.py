"""Who gets what: customers of one product, allotted to machines, slots and stock.

Nothing here knows why customers came; the demand is in `demand.py`. Results do not
depend on the order in which offers are listed.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from statistics import NormalDist
from typing import NamedTuple, TypeAlias

__all__ = ["Nest", "Offer", "Queue", "Shelf", "arrange", "poisson", "split"]

MANY = 40.0
"""Mean above which a Poisson quantile is a rounded normal one."""
NORMAL = NormalDist()


class Offer(NamedTuple):
    """What one slot offers in the morning."""

    seat: str
    """Whose machine."""
    slot: int
    """Which slot of it."""
    product: str
    """Catalogue key."""
    price: int
    """Cents."""
    stock: int
    """Units; an empty slot offers nothing."""
    appeal: float = 1.0
    """Factor on all sales of the machine, such as its reputation."""


Shelf: TypeAlias = list[Offer]
"""A machine's slots with one product, the cheapest first."""
Stock: TypeAlias = dict[tuple[str, int], int]
"""Units by (seat, slot)."""


class Nest(NamedTuple):
    """The machines that stock a product, as they stand until an offer changes."""

    key: str
    """The product."""
    shelves: list[Shelf]
    """One per machine, in the order of seats."""
    parts: list[float]
    """Each machine's expected sales, as a multiple of the level."""
    total: float
    """Their sum."""
    level: Sequence[float]
    """The product's level on each day."""
    luck: Sequence[float]
    """Its uniform of each day."""
    only: tuple[str, int] | None
    """The one slot that holds it, if there is but one."""


def arrange(offers: Iterable[Offer]) -> dict[str, dict[str, Shelf]]:
    """Sort what is in stock by product and seat, seats by name, cheap slots first."""
    shelves: dict[str, dict[str, Shelf]] = {}
    for offer in offers:
        if offer.stock > 0:
            machines = shelves.setdefault(offer.product, {})
            machines.setdefault(offer.seat, []).append(offer)
    for key, machines in shelves.items():
        for shelf in machines.values():
            if len(shelf) > 1:
                shelf.sort(key=lambda offer: (offer.price, offer.slot))
        if len(machines) > 1:
            shelves[key] = dict(sorted(machines.items()))
    return shelves


def poisson(mean: float, uniform: float) -> int:
    """Give the Poisson quantile at a uniform: more of the same luck for a larger mean.

    Args:
        mean: expected number; beyond 40 the normal approximation is used.
        uniform: in [0, 1).
    """
    if mean > MANY:
        deviate = NORMAL.inv_cdf(max(uniform, 2.0**-53))
        return max(0, math.floor(mean + math.sqrt(mean) * deviate + 0.5))
    term = reached = math.exp(-mean)
    count = 0
    # The terms vanish before the sum can reach a uniform next to one.
    while reached <= uniform and term > 0.0:
        count += 1
        term *= mean / count
        reached += term
    return count


def split(count: int, weights: Sequence[float], offset: float) -> list[int]:
    """Allot a count by weights: each part is its exact share, rounded by one offset.

    Args:
        count: how many to allot.
        weights: one per part, not all zero.
        offset: uniform in [0, 1); makes the expected parts exact.
    """
    total = sum(weights)
    marks = [math.floor(count * mark / total + offset) for mark in accumulate(weights)]
    marks[-1] = count
    return [mark - before for mark, before in zip(marks, [0, *marks], strict=False)]


class Queue:
    """The customers of one product on one day, before the machines that stock it."""

    def __init__(
        self,
        shelves: Sequence[Shelf],
        answer: Callable[[tuple[int, ...]], Sequence[float]],
        luck: Sequence[float],
        left: Stock,
    ) -> None:
        """Line up.

        Args:
            shelves: one per machine, in the order of seats.
            answer: relative sales of machines at given prices.
            luck: uniforms in [0, 1): the first three place the customers, round the
                number of those who stay or walk, and place those who walk. One for
                all would favour the seats that come first.
            left: units still there, taken from as they are sold.
        """
        self.shelves = shelves
        self.answer = answer
        self.place, self.rounding, self.replace = luck[:3]
        self.left = left

    def serve(self, customers: int, rates: Sequence[float], walk_on: float) -> None:
        """Sell to all customers, then to those who look further.

        Args:
            customers: how many come in all.
            rates: each machine's expected sales.
            walk_on: share of the disappointed who look at other machines.
        """
        parts = split(customers, rates, self.place)
        unmet = [
            part - self.sell(shelf, part)
            for shelf, part in zip(self.shelves, parts, strict=True)
        ]
        if not any(unmet):
            return
        others = [
            index
            for index, missed in enumerate(unmet)
            if not missed
            and rates[index] > 0.0
            and self.asking(self.shelves[index]) is not None
        ]
        if others:
            walkers = self.thin(sum(unmet), walk_on * self.kept(others))
            shares = split(walkers, [rates[index] for index in others], self.replace)
            for index, share in zip(others, shares, strict=True):
                self.sell(self.shelves[index], share)

    def sell(self, shelf: Shelf, customers: int) -> int:
        """Sell from the cheapest slot up, and say how many units."""
        asked: int | None = None
        done = 0
        for offer in shelf:
            room = self.left[offer.seat, offer.slot]
            if room <= 0 or customers == 0:
                continue
            if asked is not None and offer.price > asked:
                customers = self.thin(customers, self.stay(asked, offer.price))
            asked = offer.price
            units = min(room, customers)
            self.left[offer.seat, offer.slot] -= units
            customers -= units
            done += units
        return done

    def asking(self, shelf: Shelf) -> int | None:
        """Give the lowest price of a shelf that still has stock."""
        return next(
            (offer.price for offer in shelf if self.left[offer.seat, offer.slot] > 0),
            None,
        )

    def stay(self, price: int, dearer: int) -> float:
        """Share of those who would buy at a price who still do at a dearer one."""
        return self.answer((dearer,))[0] / self.answer((price,))[0]

    def kept(self, others: Sequence[int]) -> float:
        """Share of all machines' sales that some of them would make by themselves."""
        whole = tuple(shelf[0].price for shelf in self.shelves)
        asking = (self.asking(self.shelves[index]) for index in others)
        rest = tuple(price for price in asking if price is not None)
        return min(1.0, sum(self.answer(rest)) / sum(self.answer(whole)))

    def thin(self, count: int, share: float) -> int:
        """Keep a share of a count, rounded by luck."""
        return math.floor(count * share + self.rounding)
