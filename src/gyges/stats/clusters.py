"""Runs that share a scenario are not independent: errors and bounds that know it.

The unit that was sampled is the scenario. Ten runs of one scenario say more than one,
and less than runs of ten scenarios.
"""

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError
from gyges.stats.interval import Interval, check_share, check_whole
from gyges.stats.rates import clopper_pearson

__all__ = [
    "KornGraubard",
    "clustered_error",
    "korn_graubard",
    "resampling_variance",
    "scenario_bound",
]


@dataclass(frozen=True, slots=True)
class KornGraubard:
    """A rate over scenarios that were run several times."""

    mean: float
    """Events per run."""
    error: float | None
    """Standard error by scenario; none if all runs went the same way, for then the
    formula gives 0, and 0 would be read as certainty."""
    n_eff: float | None
    """Independent runs that would say as much; none where there is no error."""
    interval: Interval
    """The interval to go by: over `n_eff` runs, or `per_scenario` if that is none."""
    per_run: Interval
    """Clopper-Pearson as if all runs were independent: too narrow if they are not."""
    per_scenario: Interval
    """Clopper-Pearson for scenarios with an event: see `scenario_bound`."""
    n: int
    """Runs."""
    scenarios: int


def clustered_error(values: Sequence[float], clusters: Sequence[Hashable]) -> float:
    """The standard error of a mean whose values come in clusters.

    SE^2 = C/(C-1) sum_c (sum_{i in c} (s_i - mean))^2 / n^2 over C clusters (Miller
    2024, arXiv 2411.00640, with the factor for few clusters). In the unit of the
    values. For a paired comparison give the differences.

    Args:
        values: one per run.
        clusters: the name of each run's cluster.

    Raises:
        DataError: lengths differ, there are fewer than two clusters, or a value is no
            finite number.
    """
    sums = residuals(values, clusters)
    count = len(sums)
    if count < 2:  # noqa: PLR2004 - a spread takes two
        msg = (
            f"{count} cluster in {len(values)} values; an error between clusters needs "
            "2 or more. What one scenario shows holds for that scenario only"
        )
        raise DataError(msg)
    return math.sqrt(count / (count - 1) * float(sums @ sums)) / len(values)


def korn_graubard(
    values: Sequence[float], clusters: Sequence[Hashable], alpha: float = 0.05
) -> KornGraubard:
    """The rate of an event over scenarios, with an interval that holds at low rates.

    n_eff = min(n, p (1 - p) / SE^2) (z/t)^2, where SE is the clustered error, z and t
    are the quantiles at 1 - alpha/2 of the normal distribution and of Student's with
    C - 1 degrees; then Clopper-Pearson for p n_eff events in n_eff runs (Korn and
    Graubard 1998). Where no run, or every run, shows the event there is no n_eff, and
    both ways to count are given: how far to go by runs depends on how alike runs of a
    scenario are, which such data cannot say.

    Args:
        values: 1 or True for a run with the event, 0 or False for one without.
        clusters: the name of each run's scenario.
        alpha: the share of times the interval may miss, both sides together.

    Raises:
        DataError: lengths differ, there are fewer than two scenarios, a value is not
            0 or 1, or alpha is no share.
    """
    check_share("alpha", alpha)
    check_events(values)
    error = clustered_error(values, clusters)
    n, k, count = len(values), int(sum(values)), len(set(clusters))
    mean = k / n
    per_run = clopper_pearson(k, n, alpha)
    per_scenario = scenario_bound(values, clusters, alpha)
    if k in {0, n}:
        return KornGraubard(
            mean, None, None, per_scenario, per_run, per_scenario, n, count
        )
    z, t = special.ndtri(alpha / 2), special.stdtrit(count - 1, alpha / 2)
    size = min(n, mean * (1 - mean) / error**2) if error > 0 else n
    n_eff = size * float(z / t) ** 2
    interval = clopper_pearson(mean * n_eff, n_eff, alpha)
    return KornGraubard(mean, error, n_eff, interval, per_run, per_scenario, n, count)


def scenario_bound(
    values: Sequence[float], clusters: Sequence[Hashable], alpha: float = 0.05
) -> Interval:
    """Clopper-Pearson for the share of scenarios in which any run shows the event.

    It holds however alike runs of a scenario are. A rate per run is at most the share
    of scenarios, so that the upper end bounds both; the lower bounds the share only.

    Args:
        values: 1 or True for a run with the event, 0 or False for one without.
        clusters: the name of each run's scenario.
        alpha: the share of times the interval may miss, both sides together.

    Raises:
        DataError: lengths differ, there is no run, a value is not 0 or 1, or alpha is
            no share.
    """
    check_events(values)
    check_lengths(values, clusters)
    pairs = zip(values, clusters, strict=True)
    hit = {cluster for value, cluster in pairs if value}
    return clopper_pearson(len(hit), len(set(clusters)), alpha)


def resampling_variance(omega2: float, sigma2: float, repeats: int) -> float:
    """The variance of one scenario's mean over repeated runs.

    omega^2 + sigma^2/K (Miller 2024, arXiv 2411.00640); divided by the number of
    scenarios, it is the variance of the mean over all. Repeats wear down the second
    part only. In the square of the values' unit.

    Args:
        omega2: variance between scenarios of their expected values.
        sigma2: mean variance between runs of the same scenario.
        repeats: K, runs of each scenario.

    Raises:
        DataError: a variance is negative, or there is no run.
    """
    check_whole("repeats", repeats, 1)
    for name, value in (("omega2", omega2), ("sigma2", sigma2)):
        if not 0 <= value < math.inf:
            msg = f"{name} {value!r} is no variance; use 0 or more"
            raise DataError(msg)
    return omega2 + sigma2 / repeats


def residuals(
    values: Sequence[float], clusters: Sequence[Hashable]
) -> NDArray[np.float64]:
    """Each cluster's sum of deviations from the mean over all values."""
    check_lengths(values, clusters)
    if not all(math.isfinite(value) for value in values):
        wrong = next(value for value in values if not math.isfinite(value))
        msg = f"{wrong!r} among the values; leave out what is missing, and bound it"
        raise DataError(msg)
    numbers: dict[Hashable, int] = {}
    places = [numbers.setdefault(one, len(numbers)) for one in clusters]
    centred = np.asarray(values, dtype=np.float64)
    centred = centred - math.fsum(values) / len(values)
    sums = np.zeros(len(numbers))
    np.add.at(sums, places, centred)
    return sums


def check_lengths(values: Sequence[float], clusters: Sequence[Hashable]) -> None:
    """Refuse values without a cluster, and clusters without a value."""
    if not len(values) == len(clusters) > 0:
        msg = (
            f"{len(values)} values and {len(clusters)} clusters; "
            "each run needs one of both"
        )
        raise DataError(msg)


def check_events(values: Sequence[float]) -> None:
    """Refuse what does not say whether the event was seen."""
    for value in values:
        if value not in {0, 1}:
            msg = f"{value!r} among the events; use 1 if it was seen and 0 if not"
            raise DataError(msg)
