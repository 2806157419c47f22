"""Splitting without levels: kill the worst, all that tie with it, and regrow them.

Generalised adaptive multilevel splitting (Brehier, Gazeau, Goudenege, Lelievre and
Rousset, "Unbiasedness of some generalized adaptive multilevel splitting algorithms",
Annals of Applied Probability 2016). The levels come from the runs themselves, and the
estimate is unbiased nevertheless, on one condition: *all* paths whose maximum is the
smallest die in the same round. Scores of agents are counts and tie all the time. To
kill one at a time then goes wrong by orders of magnitude, and shows no sign of it.
"""

import math

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.rare.paths import Path, grow
from gyges.stats.rare.splitting import (
    SIZES,
    Level,
    Luck,
    Replicate,
    Sizes,
    Splitting,
    Start,
    progress,
    summarise,
)

__all__ = ["gams", "gams_replicate"]


def gams(start: Start, target: float, draws: Draws, sizes: Sizes = SIZES) -> Splitting:
    """Estimate the rate of the event by adaptive splitting.

    Args:
        start: begins a run.
        target: score from which on nobody is killed; at or just below what the event
            takes.
        draws: names the luck.
        sizes: paths alive at a time, and replicates.

    Raises:
        DataError: a target that is not finite, or a score that is no number.
    """
    return summarise(
        [
            gams_replicate(start, target, sizes.paths, Luck(draws, "gams", number))
            for number in range(sizes.replicates)
        ]
    )


def gams_replicate(start: Start, target: float, paths: int, luck: Luck) -> Replicate:
    """One estimate.

    Each round takes Z, the smallest maximum of the n living paths. All K paths that
    never got above Z die, the weight is multiplied by (n - K)/n, and each of the dead
    is grown again from the state in which a random survivor first rose above Z. Once Z
    has reached the target the estimate is the weight times the share of paths with the
    event. If all die there is nobody to grow from, and what is left is 0.

    A path that dies with the event (a stray) adds the weight it had, 1/n of the whole.

    Args:
        start: begins a run.
        target: score from which on nobody is killed.
        paths: alive at a time.
        luck: of this replicate alone.

    Raises:
        DataError: a target that is not finite, or a score that is no number.
    """
    if not math.isfinite(target):
        msg = f"target {target!r} must be finite: a score near to the event"
        raise DataError(msg)
    begun = [start(luck.branch()) for _ in range(paths)]
    living = [
        grow(root, ((progress(one), one),), luck, target)
        for root, one in enumerate(begun)
    ]
    steps = sum(path.steps for path in living)
    made, weight, strayed = list[Level](), 1.0, 0.0
    while (low := min(path.top for path in living)) < target:
        dead = [path for path in living if path.top <= low]
        living = [path for path in living if path.top > low]
        made.append(level(low, dead, living, steps))
        strayed += weight * made[-1].strays / paths
        weight *= len(living) / paths
        if not living:
            return Replicate(strayed, strayed, tuple(made))
        grown = [
            regrow(living[luck.pick(len(living))], low, target, luck) for _ in dead
        ]
        steps = sum(path.steps for path in grown)
        living += grown
    made.append(end(target, living, steps))
    return Replicate(weight * made[-1].entries / paths + strayed, strayed, tuple(made))


def regrow(survivor: Path, low: float, target: float, luck: Luck) -> Path:
    """A copy of the survivor up to where it first rose above a score, gone on with."""
    rose = survivor.first(low, above=True)
    return grow(survivor.root, survivor.records[: rose + 1], luck, target)


def level(low: float, dead: list[Path], living: list[Path], steps: int) -> Level:
    """What a round did."""
    return Level(
        score=low,
        starts=len(dead) + len(living),
        entries=len(living),
        ancestors=len({path.root for path in living}),
        ties=len(dead),
        strays=sum(path.hit for path in dead),
        steps=steps,
    )


def end(target: float, living: list[Path], steps: int) -> Level:
    """What became of those whom nobody kills any more."""
    events = [path for path in living if path.hit]
    return Level(
        score=target,
        starts=len(living),
        entries=len(events),
        ancestors=len({path.root for path in events}),
        ties=0,
        strays=0,
        steps=steps,
    )
