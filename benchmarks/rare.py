"""What splitting saves: steps of plain simulation over steps for the same error.

The walk from 1 to 11 reaches its goal at 1.19e-4, which is known exactly, and so is the
number of plain runs, (1 - p)/(p RSE^2). Measured are the steps of a plain run, and the
steps and the spread of splitting over many replicates of a hundred runs; every eight of
them pay for a pilot. All is counted in steps, so no figure depends on a machine.
"""

import math
from collections.abc import Iterator

import numpy as np

from benchmarks import Figure, benchmark
from gyges.rng import Draws
from gyges.stats.rare import (
    Luck,
    Replicate,
    Walk,
    effort_replicate,
    gams_replicate,
    pilot_levels,
    walk_rate,
)

UP, GOAL = 0.3, 11
RATE = walk_rate(UP, GOAL)
PLAIN_RUNS = 20_000
"""To measure the mean length of a plain run, 2.50 steps."""
REPLICATES = 200
"""The error of a variance from so many is a tenth to a seventh."""
PATHS = 100
PILOT_SHARE = 8
"""Replicates that share a pilot, as in the smallest estimate that has an interval."""
TARGET = 10.0
"""In theory a saving of 76 runs is possible at 1e-4, if every restart cost as much as a
run. On this walk a plain run is over after 2.5 steps while a restart from half way up
lasts for 10, and levels that are whole numbers let 43 % on and not 20 %: with that,
exact stage by stage, theory leaves 20. Half of it is the target, for starts drawn with
replacement and pilots cost too. A world whose runs last a fixed time saves more."""


def begin(branch: int) -> Walk:
    """A walk in a branch."""
    return Walk(Draws(1, branch), UP, GOAL)


@benchmark
def rare_savings() -> Iterator[Figure]:
    """Both kinds of splitting against plain simulation, in steps."""
    plain = sum(plain_steps(branch) for branch in range(PLAIN_RUNS)) / PLAIN_RUNS
    made, pilots = list[Replicate](), 0
    for number in range(REPLICATES // PILOT_SHARE):
        levels, steps = pilot_levels(begin, float(GOAL), Draws(number))
        pilots += steps
        made += [
            effort_replicate(begin, levels, PATHS, Luck(Draws(number), "bench", at))
            for at in range(PILOT_SHARE)
        ]
    yield Figure(
        "rare_savings_1e4",
        saved(made, plain, pilots),
        "times",
        TARGET,
        "higher",
    )
    adaptive = [
        gams_replicate(begin, float(GOAL), PATHS, Luck(Draws(2), "bench", at))
        for at in range(REPLICATES)
    ]
    yield Figure(
        "rare_savings_gams_1e4", saved(adaptive, plain), "times", better="higher"
    )
    yield Figure("rare_bias_1e4", apart(made), "standard errors", 3.0)


def plain_steps(branch: int) -> int:
    """Steps of one plain run."""
    walk, steps = begin(branch), 0
    while not walk.done:
        walk.step()
        steps += 1
    return steps


def saved(made: list[Replicate], plain: float, pilots: int = 0) -> float:
    """Steps of plain simulation over those of splitting, at the same relative error."""
    values = np.array([one.value for one in made])
    squared = float(values.var(ddof=1)) / RATE**2
    steps = (sum(one.steps for one in made) + pilots) / len(made)
    return (1 - RATE) / (RATE * squared) * plain / steps


def apart(made: list[Replicate]) -> float:
    """How far the mean is from the true rate, in its own standard errors."""
    values = np.array([one.value for one in made])
    error = float(values.std(ddof=1)) / math.sqrt(len(made))
    return abs(float(values.mean()) - RATE) / error
