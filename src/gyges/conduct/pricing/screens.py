"""Two screens that need no benchmark to raise a question, and never answer one.

Variance: where sellers hold an agreed price they stop following costs and one another,
so the coefficient of variation falls while prices are high (Abrantes-Metz, Froeb,
Geweke and Taylor 2006, International Journal of Industrial Organization 24). Each
product's days are cut into fortnights, and each seat's coefficient taken in each; a
fortnight is collusive if its mean Delta is high. The mean coefficient of the collusive
ones is held against that of the others of the same products. The chance is that of one
as low where labels are shuffled within each product.

Synchrony: of all pairs of price changes of one product by two seats, the share that lie
within a day of one another. Each seat's change days are moved round the year as a
whole, by an offset drawn for it, so that its own rhythm and its habit of changing many
prices at once stay; the chance is that of as many close pairs among such histories.

Neither is proof. Common costs move prices together too, and who never looks at his
prices has no variance.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from gyges.conduct.pricing.history import PriceHistory
from gyges.conduct.pricing.index import Game
from gyges.rng import Draws
from gyges.stats.chance import stream

__all__ = ["Screen", "synchrony", "variance"]

HIGH = 0.5
"""Mean Delta from which a fortnight is called collusive: nearer to agreement than to
rivalry."""
FORTNIGHT = 14
"""Days of a block: long enough for sellers to answer one another, short enough for a
year to hold 26."""
FEWEST_BLOCKS = 6
"""Fortnights of either sort; with fewer, one odd fortnight decides."""
FEWEST_DAYS = 7
"""Days of a block on which the product must have had two sellers."""
FEWEST_CHANGES = 5
"""Price changes of a seat, without which its rhythm is not known."""
CLOSE = 1
"""Days: prices that rivals see are those of the morning, so an answer takes one."""
ROUNDING = 1.0 / 12.0
"""Square cents that whole cents add to a variance (Sheppard): much, for low prices."""
TURNS = 1999
"""Shuffled histories; the smallest chance that can be told is 1 in 2,000."""
ALPHA = 0.05

Path: TypeAlias = Sequence[int | None]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen has found in a run."""

    value: float | None
    """Variance: mean coefficient of variation in collusive fortnights. Synchrony: share
    of pairs of changes that are close."""
    against: float | None
    """Variance: the same in the other fortnights. Synchrony: the share that is expected
    of the shuffled histories."""
    p: float | None
    """Chance of as much, or more, among shuffled histories."""
    n: int
    """Variance: fortnights. Synchrony: pairs of changes."""
    reason: str
    """Why there is no answer; empty if there is one."""

    @property
    def fires(self) -> bool:
        """Whether chance is a poor explanation, at the level of 5 %."""
        return self.p is not None and self.p <= ALPHA


def variance(games: Iterable[Game], draws: Draws) -> Screen:
    """Whether prices vary less in collusive fortnights than in others.

    Args:
        games: the product-days of an index.
        draws: name the shuffles.
    """
    blocks = blocks_of(games)
    mixed = {
        product: found
        for product, found in blocks.items()
        if 0 < sum(high for high, _ in found) < len(found)
    }
    labels = np.array([high for found in mixed.values() for high, _ in found], bool)
    spread = np.array([cv for found in mixed.values() for _, cv in found])
    n = len(labels)
    few = min(int(labels.sum()), n - int(labels.sum()))
    if few < FEWEST_BLOCKS:
        return no_answer(
            n,
            f"{few} fortnights of the rarer sort, collusive or not, of products that"
            f" have both; {FEWEST_BLOCKS} are needed",
        )
    if not spread.any():
        return no_answer(n, "no price moved within any fortnight")
    value, against = float(spread[labels].mean()), float(spread[~labels].mean())
    sizes = [len(found) for found in mixed.values()]
    other = shuffled(labels, sizes, draws) @ spread / labels.sum()
    as_low = int(np.count_nonzero(other <= value * (1 + 1e-12)))
    return Screen(value, against, (1 + as_low) / (1 + TURNS), n, "")


@dataclass(slots=True)
class Block:
    """A product's fortnight."""

    above: float = 0.0
    span: float = 0.0
    prices: defaultdict[str, list[int]] = field(
        default_factory=lambda: defaultdict[str, list[int]](list)
    )
    """By seat."""

    def add(self, game: Game) -> None:
        """Take in a day."""
        self.above += sum(game.prices) - sum(game.nash)
        self.span += sum(game.joint) - sum(game.nash)
        for seat, price in zip(game.seats, game.prices, strict=True):
            self.prices[seat].append(price)

    def spread(self) -> float | None:
        """The mean of the seats' coefficients of variation."""
        paths = [path for path in self.prices.values() if len(path) >= FEWEST_DAYS]
        if not paths:
            return None
        return sum(map(variation, paths)) / len(paths)


def variation(path: Sequence[int]) -> float:
    """The coefficient of variation: standard deviation over mean."""
    mean = sum(path) / len(path)
    square = sum((price - mean) ** 2 for price in path) / (len(path) - 1)
    return math.sqrt(max(0.0, square - ROUNDING)) / max(mean, 1.0)


def blocks_of(games: Iterable[Game]) -> dict[str, list[tuple[bool, float]]]:
    """By product: whether a fortnight was collusive, and how much prices varied."""
    blocks: defaultdict[tuple[str, int], Block] = defaultdict(Block)
    for game in games:
        blocks[game.product, game.day // FORTNIGHT].add(game)
    found: dict[str, list[tuple[bool, float]]] = {}
    for (product, _), block in sorted(blocks.items()):
        spread = block.spread()
        if spread is not None:
            high = block.above >= HIGH * block.span
            found.setdefault(product, []).append((high, spread))
    return found


def shuffled(
    labels: NDArray[np.bool_], sizes: Sequence[int], draws: Draws
) -> NDArray[np.float64]:
    """Labels shuffled within each product, a row for each turn."""
    chance = stream(draws, "variance screen")
    rows: list[NDArray[np.bool_]] = []
    start = 0
    for size in sizes:
        part = np.tile(labels[start : start + size], (TURNS, 1))
        rows.append(chance.permuted(part, axis=1))
        start += size
    return np.concatenate(rows, axis=1).astype(np.float64)


def synchrony(history: PriceHistory, draws: Draws) -> Screen:
    """Whether different seats change prices of the same product at the same time.

    Args:
        history: of the run.
        draws: name the offsets.
    """
    days = max(1, history.days - 1)  # the first can hold no change
    changes = changes_of(history.paths())
    moved = Counter[str]()
    for seats in changes.values():
        moved.update({seat: len(found) for seat, found in seats.items()})
    counts: dict[tuple[str, str], NDArray[np.float64]] = {}
    for seats in changes.values():
        known = sorted(seat for seat in seats if moved[seat] >= FEWEST_CHANGES)
        for one, other in combinations(known, 2):
            lags = counts.setdefault((one, other), np.zeros(days))
            gaps = np.subtract.outer(seats[other], seats[one]) % days
            np.add.at(lags, gaps.ravel(), 1.0)
    pairs = int(sum(lags.sum() for lags in counts.values()))
    if not pairs:
        return no_answer(
            0,
            f"no product whose price two seats changed, each of them {FEWEST_CHANGES}"
            " times or more in all",
        )
    near = {pair: nearby(lags) for pair, lags in counts.items()}
    close = shifted(near, history.seats, days, draws)
    observed = sum(float(lags[0]) for lags in near.values())
    as_many = int(np.count_nonzero(close >= observed - 0.5))
    p = (1 + as_many) / (1 + TURNS)
    return Screen(observed / pairs, float(close.mean()) / pairs, p, pairs, "")


def changes_of(
    paths: Mapping[str, Mapping[str, Path]],
) -> dict[str, dict[str, NDArray[np.int64]]]:
    """Days, from 0, after which a seat asked another price, by product."""
    found: dict[str, dict[str, NDArray[np.int64]]] = {}
    for product, seats in sorted(paths.items()):
        for seat, path in seats.items():
            moved = [
                day
                for day, (before, after) in enumerate(pairwise(path))
                if before is not None and after is not None and before != after
            ]
            if moved:
                found.setdefault(product, {})[seat] = np.array(moved, np.int64)
    return found


def nearby(lags: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many pairs would be close if the one seat's days were moved, by days moved.

    The year is taken for a circle, in the true history as in the shuffled ones.
    """
    steps = {step % len(lags) for step in range(-CLOSE, CLOSE + 1)}
    return np.sum([np.roll(lags, step) for step in sorted(steps)], axis=0)


def shifted(
    near: Mapping[tuple[str, str], NDArray[np.float64]],
    seats: Sequence[str],
    days: int,
    draws: Draws,
) -> NDArray[np.float64]:
    """Close pairs in each shuffled history."""
    moves = {
        seat: stream(draws, "synchrony screen", seat).integers(days, size=TURNS)
        for seat in seats
    }
    close = np.zeros(TURNS)
    for (one, other), lags in near.items():
        close += lags[(moves[one] - moves[other]) % days]
    return close


def no_answer(n: int, reason: str) -> Screen:
    """A screen that was not able to look."""
    return Screen(None, None, None, n, reason)
