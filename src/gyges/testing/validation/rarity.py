"""Rates too small to count: splitting, search and strata on what is known exactly.

A replicate of splitting on the walk is a product of binomial shares, which can be drawn
without walking: so the interval's coverage takes seconds. That the walking itself gives
the right rate is measured apart. A latent mood, fixed when a run starts, makes runs of
one ancestor alike; there only the spread over replicates tells the truth.
"""

import math
from functools import cache, partial
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from gyges.rng import Draws
from gyges.stats.paired import mean
from gyges.stats.rare import (
    Exponential,
    Level,
    Luck,
    Process,
    Replicate,
    Walk,
    effort_replicate,
    equal,
    estimate,
    gams_replicate,
    search,
    stratified_rse,
    summarise,
    walk_rate,
)
from gyges.stats.rates import clopper_pearson, fay_feuer
from gyges.testing.checks import Check, Measured
from gyges.testing.validation.shares import SEED, above, below, rng

__all__ = [
    "CHECKS",
    "Moody",
    "covered",
    "crowd",
    "recovered",
    "strata_error",
]

UP, GOAL = 0.3, 12
RATE = walk_rate(UP, GOAL)
SETS, REPLICATES, PATHS = 1500, 8, 100
WALKED = 96
"""Replicates that are really walked."""
MOODY_GOAL = 8
MOODS = (0.2,) * 19 + (0.45,)
"""One run in twenty is in a mood in which it rises often."""
NEAR = 0.88
"""Values are skewed: Student's interval over eight covers a little less than 95 %."""
BROKEN = 0.65
BRIDGE = Exponential([0.25, 0.4, 0.1, 0.3, 0.2])
WAYS = ((0, 3), (0, 2, 4), (1, 4), (1, 2, 3))
BRIDGE_RATE, BRIDGE_ERROR = 1.343e-5, 0.011
"""By 6e8 plain draws, and its relative error."""
WEIGHTS, RATES = (0.9, 0.09, 0.009, 0.001), (1e-6, 1e-4, 1e-2, 0.2)
RUNS, DRAWS = 2000, 20_000


class Moody(NamedTuple):
    """Sets of replicates, and in how many intervals hold the rate."""

    sets: int
    students: int
    singles: int
    delta: int
    """Single replicates whose delta-method interval does."""


def begin(branch: int) -> Process:
    """A walk in a branch."""
    return Walk(Draws(SEED, branch), UP, GOAL)


def recovered(kind: str, replicates: int = WALKED) -> Measured:
    """The rate of the walk, 5.11958e-5, by the mean over many replicates."""
    made = [
        effort_replicate(begin, range(2, GOAL + 1), PATHS, luck)
        if kind == "effort"
        else gams_replicate(begin, float(GOAL), PATHS, luck)
        for luck in (Luck(Draws(SEED), kind, at) for at in range(replicates))
    ]
    found = summarise(made)
    low, high = found.interval
    return Measured(found.value, low <= RATE <= high, (low, high))


def crowd(
    moods: tuple[float, ...], goal: int, replicates: int, name: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Values of replicates, and their errors by the delta method.

    Every run keeps its mood; starts of a level are drawn from the entries of the one
    before, with replacement.
    """
    dice = rng("crowd", name)
    rises = dice.choice(np.array(moods), (replicates, PATHS))
    value, spread = np.ones(replicates), np.zeros(replicates)
    for level in range(2, goal + 1):
        ratio = (1 - rises) / rises
        on = dice.random(rises.shape) < (1 - ratio ** (level - 1)) / (1 - ratio**level)
        entries = on.sum(axis=1)
        value *= entries / PATHS
        spread += (PATHS - entries) / (PATHS * np.maximum(entries, 1))
        ranked = np.argsort(~on, axis=1, kind="stable")
        picked = (dice.random(rises.shape) * entries[:, None]).astype(int)
        rises = np.take_along_axis(rises, np.take_along_axis(ranked, picked, 1), 1)
    return value, np.sqrt(spread)


@cache
def covered(
    moods: tuple[float, ...] = MOODS, goal: int = MOODY_GOAL, sets: int = SETS
) -> Moody:
    """How often Student's interval over eight, and a single one's, hold the rate."""
    truth = math.fsum(walk_rate(mood, goal) for mood in moods) / len(moods)
    values, spreads = crowd(moods, goal, sets * REPLICATES, f"{len(moods)} {goal}")
    delta = np.abs(values - truth) <= 1.959964 * spreads * values
    level = (Level(math.inf, PATHS, 1, 1, 0, 0, 0),)
    held = 0
    for group in values.reshape(sets, REPLICATES).tolist():
        low, high = summarise([Replicate(one, 0.0, level) for one in group]).interval
        held += low <= truth <= high
    return Moody(sets, held, len(values), int(delta.sum()))


def students(moods: tuple[float, ...], goal: int) -> Measured:
    """Coverage over eight replicates."""
    found = covered(moods, goal)
    return above(found.students, found.sets, NEAR)


def delta_method() -> Measured:
    """Coverage of a single replicate's own error, where runs have moods."""
    found = covered()
    return below(found.delta, found.singles, BROKEN)


def bridge(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shortest way over a bridge of five parts."""
    return np.min([x[:, list(way)].sum(axis=1) for way in WAYS], axis=0)


def searched() -> Measured:
    """The rate of a bridge that takes long, by search and then importance sampling."""
    found = search(BRIDGE, bridge, 2.0, rng("search"))
    rate = estimate(BRIDGE, bridge, 2.0, found.proposal, 100_000, rng("estimate"))
    apart = abs(rate.value - BRIDGE_RATE)
    ok = apart <= 1.959964 * math.hypot(rate.error, BRIDGE_ERROR * BRIDGE_RATE)
    return Measured(rate.value, ok, (rate.interval.low, rate.interval.high))


def strata_error() -> Measured:
    """The relative error of a stratified estimate, drawn, against the promised one."""
    runs = np.array(equal(WEIGHTS, RUNS))
    weights = np.array(WEIGHTS)
    truth = float(weights @ np.array(RATES))
    promised = stratified_rse(WEIGHTS, RATES, runs.tolist())
    drawn = rng("strata").binomial(runs, RATES, (DRAWS, len(RATES))) / runs @ weights
    squares = mean(((drawn / truth - 1) ** 2).tolist())
    low, high = math.sqrt(squares.low), math.sqrt(squares.high)
    told = f"promised: {promised:.4f}"
    return Measured(
        math.sqrt(squares.value), low <= promised <= high, (low, high), told
    )


def strata_covered() -> Measured:
    """How often the gamma interval of a stratified rate holds it."""
    runs = np.array(equal(WEIGHTS, RUNS))
    each = (np.array(WEIGHTS) / runs).tolist()
    truth = float(np.array(WEIGHTS) @ np.array(RATES))
    drawn = rng("strata, covered").binomial(runs, RATES, (SETS, len(RATES)))
    held = 0
    for events in drawn.tolist():
        low, high = fay_feuer(events, each)
        held += low <= truth <= high
    low, high = clopper_pearson(held, SETS)
    return Measured(held / SETS, low > 0.95, (low, high))  # noqa: PLR2004 - as promised


CHECKS = (
    *(
        Check(
            f"rare.walk_{kind}", f"interval holds {RATE:.6g}", partial(recovered, kind)
        )
        for kind in ("effort", "gams")
    ),
    Check(
        "rare.students_interval",
        f"coverage, interval > {NEAR}",
        partial(students, (UP,), GOAL),
    ),
    Check(
        "rare.students_interval_moods",
        f"coverage, interval > {NEAR}",
        partial(students, MOODS, MOODY_GOAL),
    ),
    Check(
        "rare.delta_method_moods",
        f"shown: coverage, interval < {BROKEN}",
        delta_method,
    ),
    Check("rare.search", f"agrees with {BRIDGE_RATE:g}", searched),
    Check("rare.strata_error", "interval holds what is promised", strata_error),
    Check("rare.strata_coverage", "interval > 0.95", strata_covered),
)
"""Estimates of rates of 1e-5."""
