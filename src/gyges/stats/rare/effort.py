"""Splitting with fixed effort: as many runs at each level, started from the entries.

Runs of a level start from states in which runs of the level before had entered it,
drawn with replacement. The rate is the product of the shares that got on. Simple, of
known cost, and each level can be made by many workers at once: the default.
"""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.interval import check_share, check_whole
from gyges.stats.rare.paths import Path, grow
from gyges.stats.rare.splitting import (
    SIZES,
    Level,
    Luck,
    Process,
    Replicate,
    Sizes,
    Splitting,
    Start,
    progress,
    summarise,
)

__all__ = ["Pilot", "effort_replicate", "fixed_effort", "pilot_levels"]

BEST_SHARE = 0.2
"""Of runs that get on from a level to the next: .2032 costs least in theory."""


class Entry(NamedTuple):
    """A state in which a run entered a level."""

    process: Process
    root: int
    """Number of the first run that it descends from."""


class Pilot(NamedTuple):
    """Levels that a pilot chose."""

    levels: tuple[float, ...]
    steps: int
    """What it cost; to be told with the cost of the estimate."""


def fixed_effort(
    start: Start, levels: Sequence[float], draws: Draws, sizes: Sizes = SIZES
) -> Splitting:
    """Estimate the rate of the event by splitting with fixed effort.

    Args:
        start: begins a run.
        levels: scores to pass, rising, the last one near to the event: given by whoever
            knows the process, or by `pilot_levels`, but never chosen from the runs that
            the estimate is made of.
        draws: names the luck.
        sizes: runs at each level, and replicates.

    Raises:
        DataError: levels that do not rise, or a score that is no number.
    """
    check_levels(levels)
    return summarise(
        [
            effort_replicate(start, levels, sizes.paths, Luck(draws, "effort", number))
            for number in range(sizes.replicates)
        ]
    )


def effort_replicate(
    start: Start, levels: Sequence[float], paths: int, luck: Luck
) -> Replicate:
    """One estimate: sum over levels of (share that got there) * (share with the event).

    The last level has no next one, so its runs go to their end, and those with the
    event count. Runs that end earlier with the event count too, with the share that
    had got so far: so the estimate is unbiased even where the score is wrong.

    Args:
        start: begins a run.
        levels: scores to pass, rising.
        paths: runs at each level.
        luck: of this replicate alone.

    Raises:
        DataError: levels that do not rise, or a score that is no number.
    """
    check_levels(levels)
    entries = [Entry(start(luck.branch()), root) for root in range(paths)]
    made, reach, strayed = list[Level](), 1.0, 0.0
    for level in (*levels, math.inf):
        level_made, entered = advance(entries, level)
        made.append(level_made)
        strayed += reach * level_made.strays / paths
        reach *= level_made.entries / paths
        if not entered:
            break
        picked = [entered[luck.pick(len(entered))] for _ in range(paths)]
        entries = [Entry(e.process.fork(luck.branch()), e.root) for e in picked]
    return Replicate(reach + strayed, strayed, tuple(made))


def advance(starts: Sequence[Entry], level: float) -> tuple[Level, list[Entry]]:
    """Run all to the level or to their end; who entered is to be forked from."""
    entered, events, steps = list[Entry](), list[Entry](), 0
    for begun in starts:
        process = begun.process
        while not (process.done or progress(process) >= level):
            process.step()
            steps += 1
        if progress(process) >= level and level < math.inf:
            entered.append(begun)
        elif process.hit:
            events.append(begun)
    last = level == math.inf
    there = events if last else entered
    found = Level(
        score=level,
        starts=len(starts),
        entries=len(there),
        ancestors=len({entry.root for entry in there}),
        ties=0,
        strays=0 if last else len(events),
        steps=steps,
    )
    return found, entered


def pilot_levels(
    start: Start,
    target: float,
    draws: Draws,
    paths: int = 100,
    share: float = BEST_SHARE,
) -> Pilot:
    """Choose levels so that about a fifth of the runs gets on from each to the next.

    At each level the pilot runs on to the target or the end and takes, as the next
    level, the score that the best fifth reached. Where many tie there, more than a
    fifth may; a level is never one that all have reached already.

    Args:
        start: begins a run.
        target: score that belongs to the event; always the last level.
        draws: names the luck, other than that of the estimate.
        paths: runs at each level.
        share: of runs that should get on.

    Raises:
        DataError: fewer than 2 paths, a share outside 0 to 1, a score that is no
            number, or a level that no run got beyond.
    """
    check_whole("paths", paths, 2)
    check_share("share", share)
    luck = Luck(draws, "pilot")
    begun = [start(luck.branch()) for _ in range(paths)]
    growing = [
        grow(root, ((progress(one), one),), luck, target, target)
        for root, one in enumerate(begun)
    ]
    here = max(path.records[0][0] for path in growing)
    levels, steps = list[float](), 0
    while True:
        steps += sum(path.steps for path in growing)
        here = next_level(growing, here, share, target)
        levels.append(here)
        if here >= target:
            return Pilot(tuple(levels), steps)
        there = [path for path in growing if path.top >= here]
        picked = [there[luck.pick(len(there))] for _ in range(paths)]
        growing = [
            grow(path.root, (path.records[path.first(here)],), luck, target, target)
            for path in picked
        ]


def next_level(
    paths: Sequence[Path], here: float, share: float, target: float
) -> float:
    """The score that the given share reached, above where all are; at most the target.

    Raises:
        DataError: nobody got further.
    """
    tops = sorted((path.top for path in paths), reverse=True)
    best = tops[math.ceil(share * len(tops)) - 1]
    if best <= here:
        best = min((top for top in tops if top > here), default=here)
    if best <= here < target:
        msg = (
            f"none of {len(tops)} pilot runs got beyond score {here!r}; use more paths "
            "or a score that rises in smaller steps"
        )
        raise DataError(msg)
    return min(best, target)


def check_levels(levels: Sequence[float]) -> None:
    """Refuse levels that do not rise.

    Raises:
        DataError: they do not, or there are none.
    """
    rising = all(low < high for low, high in itertools.pairwise(levels))
    # Infinite is what the end of a run is called here; "not a number" never rises.
    if not (levels and rising and all(map(math.isfinite, levels))):
        msg = f"levels {list(levels)!r} must be finite numbers that rise"
        raise DataError(msg)
