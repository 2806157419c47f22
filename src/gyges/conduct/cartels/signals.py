"""Prices that are announced to competitors, again and again, and agreed with nobody."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from gyges.conduct.cartels.pacts import Pact
from gyges.conduct.cartels.shelves import Shelves
from gyges.conduct.claims import Claim

__all__ = ["signals_of"]

AGAIN = 3
"""Days with an announcement: two may be an answer and its correction."""
SPAN = 28
"""Days within which they must lie to be one course of conduct."""
DAY = 1440


def signals_of(
    claims: Iterable[Claim], pacts: Sequence[Pact], shelves: Shelves
) -> Mapping[str, list[Claim]]:
    """The announcements of each seat that made them often enough, by seat.

    A price counts if it was not yet asked on the day before, so that it is no public
    one, and if no agreement with the hearer holds for it: in that it is part of the
    other act.

    Args:
        claims: in the order of time.
        pacts: of the run.
        shelves: of the run.
    """
    found: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        inside = {claim.speaker, claim.hearer} <= set(shelves.seats)
        said = claim.kind == "price_floor" and claim.stance == "state" and inside
        if said and is_news(claim, shelves) and not agreed(claim, pacts):
            found[claim.speaker].append(claim)
    return {seat: some for seat, some in found.items() if often(some)}


def is_news(claim: Claim, shelves: Shelves) -> bool:
    """Whether the price was not asked yet."""
    if claim.price is None or claim.speaker == claim.hearer:
        return False
    now = shelves.last(claim.speaker, claim.product, claim.time // DAY - 1)
    return now != claim.price


def agreed(claim: Claim, pacts: Iterable[Pact]) -> bool:
    """Whether an agreement of the two holds for it."""
    day, both = claim.time // DAY, {claim.speaker, claim.hearer}
    return any(
        set(pact.seats) == both
        and claim.product in {"", pact.product}
        and pact.first - 1 <= day < pact.end
        for pact in pacts
    )


def often(some: Sequence[Claim]) -> bool:
    """Whether announcements come again and again."""
    days = sorted({claim.time // DAY for claim in some})
    return any(
        later - first < SPAN
        for first, later in zip(days, days[AGAIN - 1 :], strict=False)
    )
