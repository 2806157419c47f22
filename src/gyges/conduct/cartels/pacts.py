"""Price floors that were agreed: from when to when, who kept them, who broke them.

A floor binds both seats from the day after it is accepted, when the proposer has read
it. It ends with the day that was named, when one of them openly announces a lower price
to the other, when the two agree anew, or when either breaks it: what the other does
after that is no breach. A seat has some days to raise its price. Who is at or above the
floor has kept it from then on, and the first day below is the breach.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from gyges.conduct.cartels.shelves import Shelves
from gyges.conduct.cartels.talks import Talk
from gyges.conduct.claims import Claim

__all__ = ["Conduct", "Pact", "Run", "pacts_of"]

GRACE = 7
"""Days of an agreement after which who has not once kept it will not: a machine is seen
to once a week, and a slot may be empty for some days."""
DAY = 1440


class Run(NamedTuple):
    """Days, from 0, both included; on those on which there was nothing to buy, too."""

    first: int
    last: int


@dataclass(slots=True)
class Conduct:
    """What one side of an agreement did."""

    kept: Run | None = None
    """Days on which it sold at or above the floor, and never below."""
    broken: int | None = None
    """Day, from 0, on which it is proven not to keep it; none while it does."""
    since: int | None = None
    """First day below: an earlier one than `broken` for who never kept it."""


@dataclass(slots=True)
class Pact:
    """A floor that two seats agreed on."""

    talk: Talk
    product: str
    price: int
    """Cents."""
    first: int
    """Day, from 0, from which it holds."""
    end: int
    """Day, from 0, from which it holds no more; the days of the run if it stood."""
    conduct: dict[str, Conduct] = field(default_factory=dict[str, Conduct])
    """By seat."""

    @property
    def seats(self) -> tuple[str, str]:
        """Who proposed it, and who accepted."""
        return self.talk.proposer, self.talk.hearer


def pacts_of(
    talks: Iterable[Talk], claims: Sequence[Claim], shelves: Shelves
) -> list[Pact]:
    """All agreed floors, with what became of them, in the order of acceptance.

    Args:
        talks: of the run.
        claims: of the run, among them prices that were announced.
        shelves: of the run.
    """
    lines: defaultdict[tuple[frozenset[str], str], list[Pact]] = defaultdict(list)
    for talk in talks:
        if talk.kind == "price_floor" and talk.answer:
            for term in talk.terms():
                end = shelves.days if term.until is None else term.until + 1
                pact = Pact(talk, term.product, term.price, talk.agreed + 1, end)
                lines[frozenset(pact.seats), term.product].append(pact)
    for line in lines.values():
        line.sort(key=lambda pact: pact.first)
        for pact, after in pairwise(line):
            pact.end = min(pact.end, after.first)
        for pact in line:
            pact.end = min(pact.end, shelves.days, ended(pact, claims))
            judge(pact, shelves)
    found = [pact for line in lines.values() for pact in line]
    return sorted(found, key=lambda pact: (pact.talk.answer[0].time, pact.product))


def ended(pact: Pact, claims: Sequence[Claim]) -> int:
    """The day, from 0, on which either told the other of a lower price, if ever."""
    told = (
        claim.time // DAY
        for claim in claims
        if claim.kind == "price_floor"
        and claim.stance == "state"
        and {claim.speaker, claim.hearer} == set(pact.seats)
        and claim.product in {"", pact.product}
        and claim.price is not None
        and claim.price < pact.price
    )
    return min((day for day in told if day >= pact.first - 1), default=pact.end)


def judge(pact: Pact, shelves: Shelves) -> None:
    """Find who kept it, and who broke it; what answers a breach is none."""
    pact.conduct = {seat: conduct_of(pact, seat, shelves) for seat in pact.seats}
    one, other = pact.conduct.values()
    starts = one.since, other.since
    for own, first in ((one, starts[1]), (other, starts[0])):
        at_once = own.since is not None and own.broken == own.since
        if first is not None and at_once and first < (own.since or 0):
            own.broken = None
    breaches = [own.broken for own in (one, other) if own.broken is not None]
    pact.end = min([pact.end, *(day + 1 for day in breaches)])


def conduct_of(pact: Pact, seat: str, shelves: Shelves) -> Conduct:
    """What one side did while the agreement stood."""
    found = Conduct()
    before = shelves.last(seat, pact.product, pact.first - 1)
    high = before is not None and before >= pact.price
    for day, price in shelves.sold(seat, pact.product, pact.first, pact.end):
        if price >= pact.price:
            found.kept = Run(found.kept.first if found.kept else day, day)
            found.since, high = None, True
        else:
            found.since = day if found.since is None else found.since
            if high or day >= pact.first + GRACE:
                found.broken = day
                break
    return found
