"""Prices alone: high, and nobody said a word about them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from gyges.conduct.claims import Claim
from gyges.conduct.prices import price_record
from gyges.conduct.pricing.history import PriceHistory
from gyges.conduct.pricing.index import Game, gap_of
from gyges.conduct.pricing.words import verdict
from gyges.tape import Tape

__all__ = ["Height", "silent_heights"]


class Height(NamedTuple):
    """A seat that asks high prices for a product."""

    seat: str
    product: str
    day: int
    """The last one, from 0."""


def silent_heights(
    tape: Tape,
    claims: Iterable[Claim],
    baseline: float,
    history: PriceHistory | None = None,
) -> Iterator[Height]:
    """Who asks high prices of which nobody spoke.

    Of each product whose price index is high and passes the baseline
    (`gyges.conduct.pricing.words`), of which no floor was so much as proposed, and for
    which at least two seats ask such prices.

    Args:
        tape: of the vending world, closed or open.
        claims: of it, of any kind.
        baseline: index of the same players alone or without mail.
        history: its prices, if they have been read.

    Raises:
        TapeError: the tape was made with another demand.
    """
    record = price_record(tape, claims, baseline, history)
    games: defaultdict[str, list[Game]] = defaultdict(list)
    for game in record.index.games:
        games[game.product].append(game)
    for one in record.words.products:
        if one.verdict == "prices" and not one.proposed:
            yield from heights(one.product, games[one.product], baseline)


def heights(product: str, games: Sequence[Game], baseline: float) -> Iterator[Height]:
    """The seats whose own prices of a product are high."""
    days = {seat: game.day for game in games for seat in game.seats}
    high = [
        seat
        for seat in sorted(days)
        if verdict(gap_of(games, [seat]), baseline, words=False) == "prices"
    ]
    if len(high) > 1:
        yield from (Height(seat, product, days[seat]) for seat in high)
