"""Two arms on the same scenarios and seeds, and how many of them tell the arms apart.

What both arms share cancels in the difference, so pair whatever can be paired. `paired`
is for scores, `mcnemar` for events; `fisher_power` says what unpaired runs could see.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError
from gyges.stats.interval import check_share, check_whole

__all__ = [
    "Estimate",
    "McNemar",
    "detectable_difference",
    "fisher_power",
    "mcnemar",
    "mean",
    "pair_variance",
    "paired",
    "sample_size",
    "standard_error",
]

FEWEST = 2
"""Values from which a spread can be told."""

DOUBT = 37.0
"""exp(-37), or 1e-16, is the chance of what a sum over likely tables may leave out."""

SLACK = 1 + 1e-9
"""For tails that equal alpha but for rounding, such as 1 in C(6, 3) at .05."""


class Estimate(NamedTuple):
    """A mean with its interval."""

    value: float
    low: float
    high: float
    n: int
    """Values."""


class McNemar(NamedTuple):
    """What discordant pairs say against "both arms are alike"."""

    one_sided: float
    """Exact p-value against the new arm: P(Bin(k1 + k0, 1/2) >= k1)."""
    two_sided: float
    """Exact p-value against either arm: the smaller tail doubled, at most 1."""
    mid_p: float
    """The same with the observed point counted half: not guaranteed, less timid."""
    z2: float
    """(k1 - k0)^2 / (k1 + k0), about chi-square with one degree in large samples."""
    z2_corrected: float
    """(|k1 - k0| - 1)^2 / (k1 + k0), and 0 where k1 = k0."""


def mean(values: Sequence[float], alpha: float = 0.05) -> Estimate:
    """The mean with Student's interval, the values being independent.

    mean +- t s/sqrt(n), t the 1 - alpha/2 quantile with n - 1 degrees. In the unit of
    the values. For scores; equal values give an interval without width, so that a rate
    of events belongs into `gyges.stats.rates`.

    Args:
        values: two or more.
        alpha: the share of times the interval may miss, both sides together.

    Raises:
        DataError: fewer than two values, one that is no finite number, or alpha is no
            share.
    """
    check_share("alpha", alpha)
    error = standard_error(values)
    n = len(values)
    value = math.fsum(values) / n
    half = -float(special.stdtrit(n - 1, alpha / 2)) * error
    return Estimate(value, value - half, value + half, n)


def paired(
    one: Sequence[float], other: Sequence[float], alpha: float = 0.05
) -> Estimate:
    """How much more the one is than the other, pair by pair.

    `mean` of the differences. If pairs come in clusters, give the differences to
    `gyges.stats.clusters.clustered_error`.

    Args:
        one: values of the one arm.
        other: values of the other arm, on the same scenarios and seeds in this order.
        alpha: the share of times the interval may miss, both sides together.

    Raises:
        DataError: lengths differ, or the differences have no interval.
    """
    if len(one) != len(other):
        msg = f"{len(one)} values beside {len(other)}; pairs need as many of both"
        raise DataError(msg)
    return mean([a - b for a, b in zip(one, other, strict=True)], alpha)


def standard_error(values: Sequence[float]) -> float:
    """The standard error s/sqrt(n) of the mean of independent values, in their unit.

    Raises:
        DataError: fewer than two values, or one that is no finite number.
    """
    n = len(values)
    if n < FEWEST:
        msg = f"an interval from {n} values; use {FEWEST} or more"
        raise DataError(msg)
    for value in values:
        if not math.isfinite(value):
            msg = f"{value!r} among the values; leave out what is missing, and bound it"
            raise DataError(msg)
    centre = math.fsum(values) / n
    return math.sqrt(math.fsum((one - centre) ** 2 for one in values) / (n - 1) / n)


def mcnemar(new_only: int, old_only: int) -> McNemar:
    """The test of McNemar (1947) on pairs in which exactly one arm showed the event.

    Pairs that agree say nothing and are not asked for. Without any discordant pair all
    p-values are 1 and both statistics 0. One-sided p < .05 takes at least 5 to 0.

    Args:
        new_only: k1, pairs in which only the new arm showed it.
        old_only: k0, pairs in which only the old arm did.

    Raises:
        DataError: a count is negative or not whole.
    """
    check_whole("new_only", new_only)
    check_whole("old_only", old_only)
    total, gap = new_only + old_only, abs(new_only - old_only)
    if total == 0:
        return McNemar(1.0, 1.0, 1.0, 0.0, 0.0)
    more = max(new_only, old_only)
    tail = at_least(more, total)
    return McNemar(
        one_sided=at_least(new_only, total),
        two_sided=min(1.0, 2 * tail),
        # The observed point is the difference of both tails: half of it goes.
        mid_p=min(1.0, tail + at_least(more + 1, total)),
        z2=gap * gap / total,
        z2_corrected=max(gap - 1, 0) ** 2 / total,
    )


def at_least(k: int, n: int) -> float:
    """P(Bin(n, 1/2) >= k)."""
    if k > n:
        return 0.0
    return float(special.betainc(k, n - k + 1, 0.5)) if k > 0 else 1.0


def fisher_power(
    n_a: int, n_b: int, p_a: float, p_b: float, alpha: float = 0.05
) -> float:
    """The chance that Fisher's exact test sees a rate in b above that in a.

    Summed over all tables that can come up: the test is one-sided, conditional on the
    total of events, and rejects if P(as many or more in b) <= alpha. With 500 runs an
    arm, .1 % against .5 % is seen in 7 of 100 cases: one small comparison says next to
    nothing about rare events. Takes milliseconds at low rates, and ten
    seconds for a million runs an arm at middling ones.

    Args:
        n_a: runs of the old arm.
        n_b: runs of the new arm.
        p_a: events per run of the old arm.
        p_b: events per run of the new arm.
        alpha: the level of the test, one-sided.

    Raises:
        DataError: an arm has no runs, a rate is not between 0 and 1, or alpha is no
            share.
    """
    check_share("alpha", alpha)
    for name, runs, rate in (("n_a", n_a, p_a), ("n_b", n_b, p_b)):
        check_whole(name, runs, 1)
        if not 0 <= rate <= 1:
            msg = f"rate {rate!r} of the arm with {runs} runs; use 0 to 1"
            raise DataError(msg)
    spread = n_a * p_a * (1 - p_a) + n_b * p_b * (1 - p_b)
    totals = window(n_a * p_a + n_b * p_b, spread, 0, n_a + n_b)
    return math.fsum(rejected(total, (n_a, n_b), (p_a, p_b), alpha) for total in totals)


def rejected(
    total: int, runs: tuple[int, int], rates: tuple[float, float], alpha: float
) -> float:
    """The chance of tables with this total that Fisher's test rejects."""
    (n_a, n_b), (p_a, p_b) = runs, rates
    least = max(critical(total, runs, alpha), total - n_a)
    centre, most = n_b * p_b, min(total, n_b)
    span = window(centre, centre * (1 - p_b), least, most)
    new = np.arange(span.start, span.stop)
    old = total - new
    return float(
        np.exp(
            choices(n_a, old)
            + special.xlogy(old, p_a)
            + special.xlog1py(n_a - old, -p_a)
            + choices(n_b, new)
            + special.xlogy(new, p_b)
            + special.xlog1py(n_b - new, -p_b)
        ).sum()
    )


def critical(total: int, runs: tuple[int, int], alpha: float) -> int:
    """The fewest events in b that Fisher's test rejects, given the total of both."""
    (n_a, n_b), n = runs, sum(runs)
    share = n_b / n
    spread = total * share * (1 - share) * (n - total) / max(n - 1, 1)
    low, high = max(0, total - n_a), min(total, n_b)
    # A tail down to alpha must be seen, however small alpha is.
    span = window(total * share, spread, low, high, DOUBT - math.log(alpha))
    new = np.arange(span.start, span.stop)
    ways = choices(n_b, new) + choices(n_a, total - new)
    given = np.exp(ways - choices(n, np.array([total])))
    tail = np.cumsum(given[::-1])
    return span.stop - int(np.count_nonzero(tail <= alpha * SLACK))


def window(
    centre: float, variance: float, low: int, high: int, doubt: float = DOUBT
) -> range:
    """Whole numbers outside which a sum of coin tosses falls with chance exp(-doubt).

    Bernstein's inequality, exp(-d^2 / 2(variance + d/3)), solved for the distance d.
    """
    distance = math.sqrt(2 * variance * doubt) + 2 * doubt / 3
    first = max(low, math.floor(centre - distance))
    return range(first, min(high, math.ceil(centre + distance)) + 1)


def choices(n: int, k: NDArray[np.int64]) -> NDArray[np.float64]:
    """The logarithm of C(n, k)."""
    return np.asarray(-special.betaln(n - k + 1, k + 1) - math.log1p(n), np.float64)


def pair_variance(
    omega2: float,
    sigma2_a: float = 0.0,
    sigma2_b: float = 0.0,
    repeats_a: int = 1,
    repeats_b: int = 1,
) -> float:
    """The variance of one scenario's difference between two arms.

    omega^2 + sigma_A^2/K_A + sigma_B^2/K_B (Miller 2024, arXiv 2411.00640). In the
    square of the values' unit.

    Args:
        omega2: variance between scenarios of the expected difference.
        sigma2_a: mean variance between runs of a scenario in arm A.
        sigma2_b: the same in arm B.
        repeats_a: runs of each scenario in arm A.
        repeats_b: the same in arm B.

    Raises:
        DataError: a variance is negative, or there is no run.
    """
    check_whole("repeats_a", repeats_a, 1)
    check_whole("repeats_b", repeats_b, 1)
    check_positive("omega2", omega2, zero=True)
    check_positive("sigma2_a", sigma2_a, zero=True)
    check_positive("sigma2_b", sigma2_b, zero=True)
    return omega2 + sigma2_a / repeats_a + sigma2_b / repeats_b


def sample_size(
    delta: float, variance: float, alpha: float = 0.05, power: float = 0.8
) -> float:
    """The scenarios that show a difference delta with the given power: round up.

    (z_(alpha/2) + z_beta)^2 variance / delta^2 (Miller 2024, arXiv 2411.00640), by the
    normal approximation: for scores, not for events of which few are expected.

    Args:
        delta: the difference to be seen, in the values' unit; either sign.
        variance: of one scenario's difference, from `pair_variance`.
        alpha: the level of the test, two-sided.
        power: the chance to see the difference, above alpha/2.

    Raises:
        DataError: delta is 0, the variance negative, alpha or power no share, or the
            power no more than chance.
    """
    check_positive("the size of delta", abs(delta))
    check_positive("variance", variance, zero=True)
    return quantiles(alpha, power) ** 2 * variance / delta**2


def detectable_difference(
    n: float, variance: float, alpha: float = 0.05, power: float = 0.8
) -> float:
    """The smallest difference that n scenarios show with the given power.

    (z_(alpha/2) + z_beta) sqrt(variance / n): `sample_size` solved for delta.

    Args:
        n: scenarios.
        variance: of one scenario's difference, from `pair_variance`.
        alpha: the level of the test, two-sided.
        power: the chance to see the difference, above alpha/2.

    Raises:
        DataError: no scenarios, the variance negative, alpha or power no share, or the
            power no more than chance.
    """
    check_positive("n", n)
    check_positive("variance", variance, zero=True)
    return quantiles(alpha, power) * math.sqrt(variance / n)


def quantiles(alpha: float, power: float) -> float:
    """How many standard errors the difference must be."""
    check_share("alpha", alpha)
    check_share("power", power)
    if power <= alpha / 2:
        msg = f"power {power!r} comes by chance at alpha {alpha!r}; ask for more"
        raise DataError(msg)
    return float(special.ndtri(power) - special.ndtri(alpha / 2))


def check_positive(name: str, value: float, *, zero: bool = False) -> None:
    """Refuse what is not positive and finite; 0 passes if it may."""
    if not (0 < value < math.inf or (zero and value == 0)):
        msg = f"{name} {value!r}; use {'0 or more' if zero else 'more than 0'}"
        raise DataError(msg)
