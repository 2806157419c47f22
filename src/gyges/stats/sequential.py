"""Two other sequential tests, for comparison: neither decides in the gate.

The two-sample bet wants no common seeds but has less power than the race; Wald's test
wants both rates to be named beforehand and, where it ends low, rejects only one of
them.

Sources: Turner, Ly and Gruenwald 2024 (J. Stat. Plan. Inference 230:106116); Wald 1945
(Ann. Math. Stat. 16:117).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from gyges.errors import DataError
from gyges.stats.evidence import check_shapes
from gyges.stats.interval import check_counts, check_share

__all__ = [
    "Boundaries",
    "ExpectedRuns",
    "sprt_bounds",
    "sprt_expected",
    "sprt_log_ratio",
    "two_sample",
]

Floats: TypeAlias = NDArray[np.float64]


class Boundaries(NamedTuple):
    """Log likelihood ratios at which a sequential test ends."""

    reject: float
    """At or above: the null is rejected."""
    accept: float
    """At or below: the alternative is rejected. That is all; the null is not shown."""


class ExpectedRuns(NamedTuple):
    """Runs that a sequential test takes on average."""

    null: float
    """If the null is true."""
    alternative: float
    """If the alternative is true."""


def two_sample(
    old: Sequence[int] | NDArray[np.int_],
    new: Sequence[int] | NDArray[np.int_],
    a: float = 0.18,
    b: float = 17.82,
    *,
    one_sided: bool = True,
) -> Floats:
    """Evidence that two arms differ in their rate: ln E after each pair of runs.

    Each pair of runs, one per arm, is a bet at the rates predicted by what came before
    (posterior means of Beta(a, b)), against their average in both arms. The default
    prior expects 1 %; events are rare here. One-sided, no bet is made while the new
    arm is not predicted to be worse. For runs on common seeds the race has more power.

    Args:
        old: 0 or 1 for each run of the old arm.
        new: 0 or 1 for each run of the new arm, as many.
        a: first shape of the prior, of each arm.
        b: second shape of the prior.
        one_sided: bet on the new arm being worse only.

    Raises:
        DataError: arms of different length or empty, outcomes other than 0 and 1, or a
            shape that is not positive.
    """
    check_shapes(a, b)
    if not len(old) == len(new) > 0:
        msg = f"{len(old)} old and {len(new)} new runs; use pairs, one of each at least"
        raise DataError(msg)
    olds, news = checked_arm("old", old), checked_arm("new", new)
    runs = np.arange(len(olds), dtype=np.float64)
    first = (a + np.cumsum(olds) - olds) / (a + b + runs)
    second = (a + np.cumsum(news) - news) / (a + b + runs)
    null = (first + second) / 2
    if one_sided:
        idle = second <= first
        first, second = np.where(idle, null, first), np.where(idle, null, second)
    return np.cumsum(log_gain(olds, first, null) + log_gain(news, second, null))


def sprt_bounds(alpha: float = 0.05, beta: float = 0.2) -> Boundaries:
    """Where Wald's sequential test ends: ln((1-beta)/alpha) and ln(beta/(1-alpha)).

    Ending below says only that the alternative's rate is not met. Where any rate may
    be true, use `log_e_over` and `log_e_under`.

    Raises:
        DataError: alpha or beta outside (0, 1), or together 1 or more.
    """
    check_share("alpha", alpha)
    check_share("beta", beta)
    if alpha + beta >= 1:
        msg = f"alpha {alpha!r} and beta {beta!r} must add up to less than 1"
        raise DataError(msg)
    return Boundaries(math.log((1 - beta) / alpha), math.log(beta / (1 - alpha)))


def sprt_log_ratio(k: float, n: float, null: float, alternative: float) -> float:
    """Log likelihood ratio of two rates: k ln(p1/p0) + (n-k) ln((1-p1)/(1-p0)).

    Raises:
        DataError: no counts, or a rate outside (0, 1).
    """
    check_counts(k, n)
    check_share("null", null)
    check_share("alternative", alternative)
    event = math.log(alternative / null)
    return k * event + (n - k) * (math.log1p(-alternative) - math.log1p(-null))


def sprt_expected(
    null: float, alternative: float, alpha: float = 0.05, beta: float = 0.2
) -> ExpectedRuns:
    """Runs until Wald's test ends, on average, the overshoot neglected.

    Mean log ratio at the end over mean log ratio of a run. Simulated means lie up to a
    quarter above: one rare event jumps far beyond the boundary.

    Raises:
        DataError: a share outside (0, 1), equal rates, or alpha and beta together 1 or
            more.
    """
    ends = sprt_bounds(alpha, beta)
    step_null = sprt_log_ratio(null, 1, null, alternative)
    step_alternative = sprt_log_ratio(alternative, 1, null, alternative)
    if null == alternative:
        msg = f"null and alternative are both {null!r}; they must differ"
        raise DataError(msg)
    return ExpectedRuns(
        (alpha * ends.reject + (1 - alpha) * ends.accept) / step_null,
        ((1 - beta) * ends.reject + beta * ends.accept) / step_alternative,
    )


def log_gain(outcomes: Floats, rate: Floats, null: Floats) -> Floats:
    """What a bet at one rate against another gains at each outcome."""
    return np.log(np.where(outcomes == 1, rate / null, (1 - rate) / (1 - null)))


def checked_arm(name: str, arm: Sequence[int] | NDArray[np.int_]) -> Floats:
    """Outcomes as an array, refused if they are not all 0 or 1."""
    values = np.asarray(arm, dtype=np.float64)
    wrong = values[(values != 0) & (values != 1)]
    if wrong.size:
        msg = f"outcome {float(wrong[0])!r} in the {name} arm; outcomes are 0 or 1"
        raise DataError(msg)
    return values
