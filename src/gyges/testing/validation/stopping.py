"""Errors under optional stopping: what happens to whoever looks all the time.

Streams of runs in which the null hypothesis holds are looked at again and again, and
counted if they are rejected at any look: after every run until one event is to be
expected, from then on a hundred times (or after every run) for each further event, up
to fifty; and after every pair.
"""

import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

import numpy as np

from gyges.stats.evidence import log_e_over, log_e_race, log_e_under
from gyges.stats.interval import Interval
from gyges.stats.rates import clopper_pearson
from gyges.stats.sequences import beta_mixture, sub_bernoulli
from gyges.stats.sequential import two_sample
from gyges.testing.checks import Check, Measured
from gyges.testing.validation.shares import above, below, ever, rng, worst

__all__ = [
    "ALPHA",
    "CHECKS",
    "budget_errors",
    "missed",
    "peeked",
    "race_errors",
    "two_sample_errors",
]

Evidence: TypeAlias = Callable[[float, float, float], float]
"""ln E from events, runs and a rate."""
Method: TypeAlias = Callable[[float, float], Interval]

ALPHA = 0.05
LN20 = -math.log(ALPHA)
STREAMS = 10_000
EVENTS = 50
"""To be expected at the budget until the last look."""
PER_EVENT = 100
"""Looks, but no more than one for each run."""
PAIRS = 300
PEEKS = range(50, 2001, 50)
EVERY = range(1, 2001)
TENTH = range(10, 2001, 10)
PEEKED_RATES = (0.002, 0.01, 0.1)
PLANNED = 500
"""Runs at which Howard's sequence is tuned to be tightest."""
RUNS = 3000
"""Of each arm."""


def budget_errors(
    evidence: Evidence,
    tau: float,
    factors: Sequence[float],
    streams: int = STREAMS,
    events: int = EVENTS,
) -> Measured:
    """How often evidence against a budget is strong while the null holds.

    Args:
        evidence: ln E from events, runs and the budget.
        tau: the budget.
        factors: true rates within the null, as multiples of the budget. The edge is the
            worst for evidence that knows which side the null is on; for any other it
            may be far inside.
        streams: of runs, each looked at again and again.
        events: to be expected at the budget until the last look.
    """
    step = max(1, round(1 / tau / PER_EVENT))
    first = round(1 / tau)
    at = (*range(1, first), *range(first, round(events / tau) + 1, step))
    cells: dict[str, Measured] = {}
    for factor in factors:
        dice = rng("budget", str(tau), str(factor))

        def rejects(k: int, n: int) -> bool:
            return evidence(k, n, tau) >= LN20

        caught = ever(rejects, tau * factor, at, streams, dice)
        cells[f"rate {tau * factor:g}"] = below(caught, streams, ALPHA)
    return worst(cells)


def race_errors(ratio: float, streams: int = STREAMS) -> Measured:
    """How often a race is lost by a version that is just within the tolerated ratio."""
    at = range(1, PAIRS + 1)
    share = ratio / (1 + ratio)

    def rejects(k: int, n: int) -> bool:
        return log_e_race(k, n - k, ratio) >= LN20

    lost = ever(rejects, share, at, streams, rng("race", str(ratio)))
    return below(lost, streams, ALPHA)


def two_sample_errors(rate: float = 0.01, streams: int = STREAMS) -> Measured:
    """How often the two-sample bet is won between arms that are alike."""
    dice = rng("two-sample", str(rate))
    won = 0
    for _ in range(streams):
        old, new = (dice.random((2, RUNS)) < rate).astype(np.int64)
        won += bool(two_sample(old, new).max() >= LN20)
    return below(won, streams, ALPHA)


def missed(
    method: Method, rate: float, looks: Sequence[int], streams: int = STREAMS
) -> int:
    """Streams in which an interval that is looked at again and again ever misses."""

    def misses(k: int, n: int) -> bool:
        low, high = method(k, n)
        return not low <= rate <= high

    return ever(misses, rate, looks, streams, rng("peek", str(rate)))


def peeked(
    method: Method,
    rates: Sequence[float] = PEEKED_RATES,
    looks: Sequence[int] = EVERY,
    streams: int = STREAMS,
) -> Measured:
    """The worst share of streams missed at any look."""
    return worst(
        {
            f"rate {rate:g}": below(
                missed(method, rate, looks, streams), streams, ALPHA
            )
            for rate in rates
        }
    )


def caught_out(method: Method, rate: float) -> Measured:
    """The share missed at forty looks by what is made for one; shown if over 5 %."""
    return above(missed(method, rate, PEEKS), STREAMS, ALPHA)


def howard(k: float, n: float) -> Interval:
    """Howard's sequence, tuned to one number of runs."""
    return sub_bernoulli(k, n, PLANNED)


CHECKS = (
    *(
        Check(
            f"stopping.{name}_{tau:g}",
            "ever rejected, worst null: interval <= 0.05",
            partial(budget_errors, evidence, tau, factors),
        )
        for tau in (0.01, 0.001)
        for name, evidence, factors in (
            ("over_budget", log_e_over, (1.0, 0.5, 0.1)),
            ("under_budget", log_e_under, (1.0, 2.0)),
        )
    ),
    *(
        Check(
            f"stopping.race_{ratio:g}",
            "ever rejected: interval <= 0.05",
            partial(race_errors, ratio),
        )
        for ratio in (1.0, 2.0)
    ),
    Check("stopping.two_sample", "ever rejected: interval <= 0.05", two_sample_errors),
    *(
        Check(
            f"stopping.{name}",
            "ever missed, worst of 3 rates: interval <= 0.05",
            partial(peeked, method, looks=looks),
        )
        for name, method, looks in (
            ("beta_mixture", beta_mixture, EVERY),
            ("howard", howard, TENTH),
        )
    ),
    *(
        Check(
            f"stopping.clopper_pearson_{rate:g}",
            "shown: interval > 0.05",
            partial(caught_out, clopper_pearson, rate),
        )
        for rate in PEEKED_RATES
    ),
)
"""Evidence and sequences, looked at all the time."""
