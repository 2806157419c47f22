"""What both kinds of multilevel splitting share: the process, replicates, the interval.

Splitting reaches rates of 1e-4 to 1e-6 by forking runs that have come far, so that work
goes where the event is near. What it splits needs four properties, and none of them can
be checked from outside:

- a fork copies the *whole* state. What an agent keeps to itself (hidden reasoning, a
  session elsewhere) and a fork does not copy makes the estimate one of something else;
- the luck after a fork is fresh: named by the branch number, which is never used twice;
- the score is a function of the state, kept by the process and free to be asked for. It
  only steers. What counts is `hit`, a label that was *verified* at the end of a run, so
  a poor score costs precision and never makes events of what is none;
- the way to the event leads through the scores. A hidden mode, in which the event comes
  about at a low score, is seen as rarely as without splitting: the estimate is then far
  too low and its interval narrow. `strays` tell of it once one has been seen, and a
  zero there proves nothing.

Runs that descend from a common ancestor are alike, so the spread *within* a replicate
is too small: a latent mood, fixed when a run starts, takes the delta method to half its
nominal coverage. Intervals here are Student's over whole replicates, at least eight,
those that saw nothing included.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from scipy import special

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.interval import Interval, check_share, check_whole

__all__ = [
    "SIZES",
    "Level",
    "Luck",
    "Process",
    "Replicate",
    "Sizes",
    "Splitting",
    "Start",
    "delta_rse",
    "progress",
    "summarise",
]

REPLICATES_NEEDED = 8
ROOTS_NEEDED = 20
"""Distinct ancestors, over all replicates, below which a warning is given: their number
alone leaves a relative error of 1/sqrt(20), more than a fifth."""
STRAYS_ALLOWED = 0.1
"""Part of an estimate that may come from runs which the score did not see coming."""
LAST_BRANCH = 2**63 - 1


class Process(Protocol):
    """One run, as far as it has come.

    A step is whatever is cheap enough to stop after: an action, a day. A world becomes
    a process behind a few lines that keep the score and read the label off its ledger.
    """

    @property
    def score(self) -> float:
        """Progress towards the event, a function of the state."""
        ...

    @property
    def done(self) -> bool:
        """Whether the run is over; every run must end."""
        ...

    @property
    def hit(self) -> bool:
        """Whether the event took place, verified; asked only when the run is over."""
        ...

    def step(self) -> None:
        """Go on by one step."""
        ...

    def fork(self, branch: int) -> "Process":
        """A copy, not affected by the original, with the luck of another branch."""
        ...


Start: TypeAlias = Callable[[int], Process]
"""Begins a run in the branch given, 1 to 2**63 - 1. Forks of one world's first day
estimate the rate in that world; a world built anew, with the branch for its seed,
makes it the rate over worlds."""


class Luck:
    """Branch numbers and picks of one replicate, named like all draws.

    A replicate depends on its name alone, so replicates may be made in any order, or in
    several processes at once.
    """

    __slots__ = ("_count", "_draws", "_name")

    def __init__(self, draws: Draws, *name: int | str) -> None:
        """Name the replicate."""
        self._draws = draws
        self._name = name
        self._count = 0

    def branch(self) -> int:
        """A branch number that was not given before (but for a chance of 2**-63)."""
        return self._next(1, LAST_BRANCH)

    def pick(self, count: int) -> int:
        """A number from 0 to `count` - 1, each equally likely."""
        return self._next(0, count - 1)

    def _next(self, low: int, high: int) -> int:
        self._count += 1
        return self._draws.integer(low, high, "rare", *self._name, self._count)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much work goes into an estimate."""

    paths: int = 100
    """Runs at each level of a replicate."""
    replicates: int = 8
    """Independent repetitions, 8 or more."""

    def __post_init__(self) -> None:
        """Refuse sizes that no interval can be made of.

        Raises:
            DataError: fewer than 2 paths or 8 replicates.
        """
        check_whole("paths", self.paths, 2)
        check_whole("replicates", self.replicates, REPLICATES_NEEDED)


SIZES = Sizes()


@dataclass(frozen=True, slots=True)
class Level:
    """What happened at one level of one replicate."""

    score: float
    """Score that was to be reached (fixed effort) or exceeded (GAMS); infinite for the
    last level, whose runs go on to their end."""
    starts: int
    """Runs that tried."""
    entries: int
    """Runs that reached it; at the last level, runs with the event."""
    ancestors: int
    """Distinct first runs that the entries descend from."""
    ties: int
    """Runs that were level at the smallest maximum and died together; 0 with fixed
    effort, where nobody dies."""
    strays: int
    """Runs that ended below the level and had the event all the same."""
    steps: int
    """What the level cost."""


@dataclass(frozen=True, slots=True)
class Replicate:
    """One unbiased estimate, and how it came about."""

    value: float
    strayed: float
    """The part of the value that came from strays."""
    levels: tuple[Level, ...]

    @property
    def steps(self) -> int:
        """What it cost."""
        return sum(level.steps for level in self.levels)

    @property
    def roots(self) -> int:
        """Distinct first runs that the events descend from."""
        return self.levels[-1].ancestors if self.levels[-1].entries else 0


@dataclass(frozen=True, slots=True)
class Splitting:
    """A rate estimated by splitting."""

    value: float
    """Mean over all replicates, those at zero included."""
    interval: Interval
    """Student's over replicates, within 0 to 1; all of it if no event was seen."""
    rse: float
    """Standard error of the mean relative to it; infinite if no event was seen."""
    replicates: tuple[Replicate, ...]
    steps: int
    """What all of it cost, without a pilot."""
    warnings: tuple[str, ...]
    """What must be said with the figures."""


def summarise(replicates: Sequence[Replicate], alpha: float = 0.05) -> Splitting:
    """Put replicates together: mean +- t(R-1) s / sqrt(R).

    The values are skewed, so the interval covers a little less than it says: .91 for
    .95 with eight replicates of a hundred runs in our reference simulation.

    Args:
        replicates: at least eight.
        alpha: one minus the confidence of the two-sided interval.

    Raises:
        DataError: fewer replicates, or an alpha outside 0 to 1.
    """
    check_share("alpha", alpha)
    count = len(replicates)
    if count < REPLICATES_NEEDED:
        msg = (
            f"{count} replicates; at least {REPLICATES_NEEDED} are needed, since only "
            "their spread tells the error"
        )
        raise DataError(msg)
    values = np.array([replicate.value for replicate in replicates])
    value = float(values.mean())
    error = float(values.std(ddof=1)) / math.sqrt(count)
    reach = float(special.stdtrit(count - 1, 1 - alpha / 2)) * error
    seen = value > 0
    return Splitting(
        value=value,
        interval=Interval(max(0.0, value - reach), min(1.0, value + reach))
        if seen
        else Interval(0.0, 1.0),
        rse=error / value if seen else math.inf,
        replicates=tuple(replicates),
        steps=sum(replicate.steps for replicate in replicates),
        warnings=tuple(warnings(replicates, value)),
    )


def warnings(replicates: Sequence[Replicate], value: float) -> list[str]:
    """What the diagnostics say against the estimate."""
    if value == 0:
        return ["no replicate saw the event, so nothing bounds its rate from above"]
    found = list[str]()
    zeros = sum(replicate.value == 0 for replicate in replicates)
    if 2 * zeros > len(replicates):
        found.append(
            f"{zeros} of {len(replicates)} replicates saw no event: the mean hangs on "
            "few of them; use more paths or more levels"
        )
    roots = sum(replicate.roots for replicate in replicates)
    if roots < ROOTS_NEEDED:
        found.append(
            f"all events descend from {roots} first runs, fewer than {ROOTS_NEEDED}; "
            "what is fixed when a run starts was hardly sampled: use more replicates"
        )
    strayed = sum(replicate.strayed for replicate in replicates) / len(replicates)
    if strayed > STRAYS_ALLOWED * value:
        found.append(
            f"{strayed / value:.0%} of the estimate are events that the score did not "
            "see coming; the score leaves out a way to the event"
        )
    return found


def delta_rse(replicate: Replicate) -> float:
    """The error one replicate seems to have: sqrt(sum (1-f)/(n f)) over its levels.

    True only if the entries of a level are exchangeable. They are not where anything is
    fixed for a whole run, so this is here for comparison, and no interval is made of
    it. Infinite if a level was not reached.
    """
    total = 0.0
    for level in replicate.levels:
        if not level.entries:
            return math.inf
        total += (level.starts - level.entries) / (level.starts * level.entries)
    return math.sqrt(total)


def progress(process: Process) -> float:
    """The score, if it is a number.

    Raises:
        DataError: it is not.
    """
    score = process.score
    if math.isnan(score):
        msg = f"score {score!r} is no number; a process must always know its progress"
        raise DataError(msg)
    return score
