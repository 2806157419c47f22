"""Shares of simulated cases, with exact intervals, and what they must be.

An interval is Clopper-Pearson's at 95 %. A promise is only called kept where the whole
interval keeps it; a counter-example only where the whole interval breaks it.
"""

from collections.abc import Callable, Iterable, Mapping

import numpy as np

from gyges.rng import Draws
from gyges.stats.chance import Stream, stream
from gyges.stats.rates import clopper_pearson
from gyges.testing.checks import Measured

__all__ = [
    "above",
    "around",
    "below",
    "ever",
    "rng",
    "shown",
    "worst",
]

SEED = 20_261_120
"""Every figure is drawn from it: the table can be made again to the digit."""


def rng(name: str, *key: int | str) -> Stream:
    """The named stream of random numbers of a check."""
    return stream(Draws(SEED), name, *key)


def below(k: int, n: int, limit: float, detail: str = "") -> Measured:
    """A share that must be at most `limit`, its whole interval."""
    low, high = clopper_pearson(k, n)
    return Measured(k / n, high <= limit, (low, high), detail)


def above(k: int, n: int, limit: float, detail: str = "") -> Measured:
    """A share that must be more than `limit`, its whole interval."""
    low, high = clopper_pearson(k, n)
    return Measured(k / n, low > limit, (low, high), detail)


def around(k: int, n: int, value: float, detail: str = "") -> Measured:
    """A share whose interval must hold `value`."""
    low, high = clopper_pearson(k, n)
    return Measured(k / n, low <= value <= high, (low, high), detail)


def worst(cells: Mapping[str, Measured], *, least: bool = False) -> Measured:
    """The largest (or least) of several figures, kept only if every one is.

    Args:
        cells: by what they are of.
        least: the smallest is the worst.
    """
    pick = min if least else max
    name = pick(cells, key=lambda cell: cells[cell].value)
    broken = [cell for cell, found in cells.items() if not found.ok]
    alike = len({found.value for found in cells.values()}) == 1
    told = f"all {len(cells)} alike" if alike else f"worst of {len(cells)}: {name}"
    if broken:
        told += f"; not kept at {', '.join(broken[:3])}"
    return Measured(cells[name].value, not broken, cells[name].interval, told)


def shown(found: Measured, *, ok: bool) -> Measured:
    """The same figure, judged by another claim."""
    return Measured(found.value, ok, found.interval, found.detail)


def ever(
    rejects: Callable[[int, int], bool],
    rate: float,
    looks: Iterable[int],
    streams: int,
    dice: Stream,
) -> int:
    """Streams of independent runs that are rejected at one look or more.

    What is rejected may depend on events and runs in any way. Equal counts at a look
    are asked for once.

    Args:
        rejects: told events and runs.
        rate: of events, per run.
        looks: runs at each look, rising.
        streams: how many.
        dice: draws the events.
    """
    counts = np.zeros(streams, np.int64)
    before = 0
    for n in looks:
        counts += dice.binomial(n - before, rate, len(counts))
        before = n
        there = np.flatnonzero(np.bincount(counts))
        told = np.zeros(there[-1] + 1, np.bool_)
        told[there] = [rejects(int(k), n) for k in there]
        counts = counts[~told[counts]]
        if not len(counts):
            break
    return streams - len(counts)
