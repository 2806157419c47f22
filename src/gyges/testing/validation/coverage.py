"""How often intervals hold the truth: exactly, by adding up all that can be counted.

The rates are those that matter here, 1e-4 to 1e-2, and the numbers of runs those that
people have. Nothing is simulated except where runs come in clusters.
"""

import math
from collections.abc import Callable
from functools import cache, partial
from typing import TypeAlias

import numpy as np
from scipy import special

from gyges.stats.clusters import korn_graubard
from gyges.stats.interval import Interval
from gyges.stats.rates import clopper_pearson, jeffreys, upper_bound, wilson
from gyges.testing.checks import Check, Measured
from gyges.testing.validation.shares import above, below, rng, worst

__all__ = [
    "CHECKS",
    "RATES",
    "RUNS",
    "clustered",
    "coverage",
    "one_sided",
    "wald",
    "worst_coverage",
]

Method: TypeAlias = Callable[[float, float], Interval]
"""An interval at 95 % from events and runs."""

RATES = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
RUNS = (300, 1000, 3000, 10_000)
PROMISED = 0.95
CLOSE = 0.93
"""For what promises 95 % only about so: an effective number of runs is an estimate."""
SLACK = 1e-9
"""Of sums of thousands of floats."""
SCENARIOS, REPEATS = 100, 20
SPREAD = (0.1, 20.0)
"""Shapes of the beta distribution of a scenario's rate: most have hardly any events."""
FAR = 45.0
"""Logarithm of the chance of counts that may be left out: 3e-20."""


def wald(k: float, n: float) -> Interval:
    """A bare standard error: what most reports of evaluations show."""
    half = -float(special.ndtri(0.025)) * math.sqrt(k / n * (1 - k / n) / n)
    return Interval(k / n - half, k / n + half)


def one_sided(k: float, n: float) -> Interval:
    """The upper bound alone."""
    return Interval(0.0, upper_bound(k, n))


def coverage(method: Method, n: int, rate: float) -> float:
    """The chance that an interval holds the rate, over all counts that may come up."""
    spread = math.sqrt(2 * n * rate * (1 - rate) * FAR) + FAR
    k = np.arange(
        max(0, math.floor(n * rate - spread)), min(n, math.ceil(n * rate + spread)) + 1
    )
    logs = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    chance = np.exp(logs + k * math.log(rate) + (n - k) * math.log1p(-rate))
    ends = [method(int(one), n) for one in k]
    held = np.array([low <= rate <= high for low, high in ends])
    return float(chance @ held)


def cells_of(method: Method) -> dict[str, Measured]:
    """Every rate with every number of runs."""
    found: dict[str, Measured] = {}
    for rate in RATES:
        for n in RUNS:
            value = coverage(method, n, rate)
            found[f"rate {rate:g}, {n} runs"] = Measured(
                value, value >= PROMISED - SLACK
            )
    return found


def worst_coverage(method: Method) -> Measured:
    """The least coverage; kept if no cell is below 95 %."""
    return worst(cells_of(method), least=True)


def falls_short(method: Method) -> Measured:
    """The least coverage of what is not to be decided by; shown if it is below 95 %."""
    found = worst_coverage(method)
    return Measured(found.value, not found.ok, None, found.detail.partition(";")[0])


@cache
def clustered(streams: int = 4000) -> tuple[int, int, int]:
    """Data sets, and in how many either interval holds the mean rate."""
    dice = rng("clustered")
    truth = SPREAD[0] / sum(SPREAD)
    names = [one for one in range(SCENARIOS) for _ in range(REPEATS)]
    by_scenario = pooled = 0
    for _ in range(streams):
        rates = dice.beta(*SPREAD, SCENARIOS)
        events = dice.random((SCENARIOS, REPEATS)) < rates[:, None]
        found = korn_graubard(events.astype(int).ravel().tolist(), names)
        by_scenario += found.interval.low <= truth <= found.interval.high
        pooled += found.per_run.low <= truth <= found.per_run.high
    return streams, by_scenario, pooled


def scenarios_covered() -> Measured:
    """Korn and Graubard's interval where scenarios differ."""
    streams, held, _ = clustered()
    return above(held, streams, CLOSE)


def runs_covered() -> Measured:
    """Clopper-Pearson's there, all runs pooled."""
    streams, _, held = clustered()
    return below(held, streams, PROMISED)


CHECKS = (
    Check(
        "coverage.clopper_pearson",
        "exact, worst of 20 cells >= 0.95",
        partial(worst_coverage, clopper_pearson),
    ),
    Check(
        "coverage.upper_bound",
        "exact, worst of 20 cells >= 0.95",
        partial(worst_coverage, one_sided),
    ),
    *(
        Check(
            f"coverage.{name}", "shown: worst cell < 0.95", partial(falls_short, method)
        )
        for name, method in (("wilson", wilson), ("jeffreys", jeffreys), ("wald", wald))
    ),
    Check("coverage.korn_graubard", "interval > 0.93", scenarios_covered),
    Check("coverage.pooled_clusters", "shown: interval < 0.95", runs_covered),
)
"""Intervals for one rate."""
