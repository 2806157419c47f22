"""What more runs, or the next version, would show: advice, and never a gate.

A forecast reaches past what was observed, so it leans on assumptions that no run can
check. Nothing here decides anything: `gyges.stats.gate` does not import this module,
and every record says `advisory`. `gyges.stats.forecast.scores` scores its past; one
that does not beat `carry_forward`, "as last time", is not worth its assumptions.

    >>> round(at_least_once(0.2, 200.0, 1000), 5)
    0.30141
    >>> round(1 - (1 - 0.2 / 200.2) ** 1000, 5)  # if all units had the mean rate
    0.63194
    >>> seen = posterior([3, 0, 0, 1], [20, 20, 20, 20])
    >>> often = forecast_once(seen, episodes=100)
    >>> often.value < often.naive  # some units never show it, however often they run
    True
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from gyges.errors import DataError
from gyges.stats.forecast.betabinomial import (
    Posterior,
    Prior,
    check_shape,
    posterior,
    units_of,
)
from gyges.stats.interval import check_share, check_whole
from gyges.stats.rates import clopper_pearson, upper_bound

__all__ = [
    "Bound",
    "Forecast",
    "at_least_once",
    "carry_forward",
    "forecast_new_unit",
    "forecast_once",
    "forecast_rate",
    "side_by_side",
]

Floats: TypeAlias = NDArray[np.float64]

STEPS = 12
"""By which arguments of the gamma function are raised to where its series holds."""
UNLIKE = 0.05
"""p-value of homogeneity below which pooled versions are called unlike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """A probability with its interval: advice, which decides nothing."""

    value: float
    """Posterior mean."""
    low: float
    high: float
    """Both ends of the equal-tailed interval at 1 - alpha."""
    upper: float
    """One-sided bound at 1 - alpha."""
    naive: float
    """What the pooled rate alone would say."""
    warnings: tuple[str, ...] = ()
    advisory: Literal[True] = True


@dataclass(frozen=True, slots=True)
class Bound:
    """One answer to "how large may the rate be?", among several."""

    method: str
    low: float
    high: float
    """Both ends at 1 - alpha."""
    upper: float
    """One-sided bound at 1 - alpha."""
    warnings: tuple[str, ...] = ()
    advisory: Literal[True] = True


def at_least_once(a: float, b: float, episodes: float) -> float:
    """Probability that a unit shows the event at least once in so many episodes.

    1 - B(a, b + N) / B(a, b) if the unit's rate is Beta(a, b): less than if every unit
    had the mean rate. What is left falls as N^(-a) (arXiv 2502.17578).

    Raises:
        DataError: a or b is not positive, or episodes is below 1 or endless.
    """
    check_shape(a, b)
    return float(shown(np.array([a]), np.array([b]), episodes)[0])


def shown(a: Floats, b: Floats, episodes: float) -> Floats:
    """`at_least_once` for arrays of shapes that are known to be sound.

    Raises:
        DataError: episodes is below 1 or endless.
    """
    check_episodes(episodes)
    start, end = b + STEPS, b + episodes + STEPS
    kept = remainder(start, a) - remainder(end, a) - a * np.log1p(episodes / start)
    for step in range(STEPS):
        kept -= np.log1p(a / (b + step)) - np.log1p(a / (b + episodes + step))
    return -np.expm1(kept)


def remainder(x: Floats, a: Floats) -> Floats:
    """The logarithm of gamma(x + a) / gamma(x), less a ln x - a, for x above 10.

    From Stirling's series. The beta functions of scipy are off by up to 1e-9 here,
    which is a thousandth of what a rare event leaves to tell.
    """
    return (x + a - 0.5) * np.log1p(a / x) + stirling(x + a) - stirling(x)


def stirling(x: Floats) -> Floats:
    """What Stirling's series adds to the logarithm of gamma(x)."""
    square = 1 / (x * x)
    return (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))) / x


def forecast_rate(found: Posterior, alpha: float = 0.05) -> Forecast:
    """The mean rate of the population of units, a/(a+b).

    Raises:
        DataError: alpha is no share.
    """
    mass = found.weight.sum(axis=1)
    return summary(found, found.mean, mass, found.pooled, alpha)


def forecast_once(found: Posterior, episodes: float, alpha: float = 0.05) -> Forecast:
    """Whether a unit shows the event at least once in so many episodes.

    `at_least_once` integrated over the posterior; beside it `naive`, 1 - (1 - k/n)^N,
    which takes all units to be alike and k/n to be the truth.

    Args:
        found: from `posterior`.
        episodes: episodes that one unit will live through.
        alpha: the share of the posterior outside the interval.

    Raises:
        DataError: alpha is no share, or episodes is below 1 or endless.
    """
    values = shown(found.a, found.b, episodes)
    naive = repeated(found.pooled, episodes)
    return summary(found, values.ravel(), found.weight.ravel(), naive, alpha)


def forecast_new_unit(found: Posterior, alpha: float = 0.05) -> Forecast:
    """The rate of one unit that was not yet seen: wider than that of the mean.

    Quantiles of the mixture of Beta(a, b) over the posterior. If units are versions of
    an agent, this is the rate of the next one, if it is another of the same kind.

    Raises:
        DataError: alpha is no share.
    """
    check_share("alpha", alpha)
    kept = found.weight > found.weight.max() * 1e-6
    a, b = found.a[kept], found.b[kept]
    mass = found.weight[kept] / found.weight[kept].sum()

    def quantile(share: float) -> float:
        def gap(logit: float) -> float:
            return float(mass @ special.betainc(a, b, special.expit(logit))) - share

        # Below e^-700 a rate is 0 in every sense; most of the mass may lie there.
        if gap(-700.0) >= 0:
            return 0.0
        return float(special.expit(optimize.brentq(gap, -700.0, 36.0, xtol=1e-6)))

    return Forecast(
        value=float(found.weight.sum(axis=1) @ found.mean),
        low=quantile(alpha / 2),
        high=quantile(1 - alpha / 2),
        upper=quantile(1 - alpha),
        naive=found.pooled,
        warnings=found.warnings,
    )


def side_by_side(
    events: Sequence[int], trials: Sequence[int], alpha: float = 0.05
) -> tuple[Bound, ...]:
    """Bounds on the rate by every prior, and by counting alone.

    At zero events a Bayesian bound is mostly its prior: for 50 scenarios of 20 clean
    runs the interval ends at .039 under bda (cut), .016 under weak, .0049 under rare;
    counting gives .0037 (runs) and .071 (scenarios). Show all, or none.

    Args:
        events: events of each scenario.
        trials: runs of each scenario.
        alpha: the share outside each interval, and above each one-sided bound.

    Returns:
        One bound for each prior, then Clopper-Pearson over runs as if they were
        independent, and over scenarios (how many show the event at all).

    Raises:
        DataError: counts that cannot be, or alpha is no share.
    """
    bounds: list[Bound] = []
    for prior in get_args(Prior):
        rate = forecast_rate(posterior(events, trials, prior), alpha)
        name = f"beta-binomial, {prior} prior"
        bounds.append(Bound(name, rate.low, rate.high, rate.upper, rate.warnings))
    shown = sum(k > 0 for k in events), len(events)
    for unit, (k, n) in (("runs", (sum(events), sum(trials))), ("scenarios", shown)):
        ends = clopper_pearson(k, n, alpha)
        name = f"Clopper-Pearson, {unit}"
        bounds.append(Bound(name, *ends, upper_bound(k, n, alpha)))
    return tuple(bounds)


def carry_forward(
    events: Sequence[int],
    trials: Sequence[int],
    episodes: float = 1,
    last: int = 1,
    alpha: float = 0.05,
) -> Forecast:
    """As last time: the forecast of the next version that others have to beat.

    The last versions are pooled to Beta(k + 1/2, n - k + 1/2), and the next one is
    taken to have their rate. The interval holds what is not known of the last versions,
    and nothing of what a new version may change.

    Args:
        events: events of each version, the latest at the end.
        trials: runs of each version.
        episodes: what is forecast is at least one event in so many episodes; 1 gives
            the rate itself.
        last: how many versions are carried forward.
        alpha: the share of the posterior outside the interval.

    Raises:
        DataError: counts that cannot be, fewer versions than `last`, or episodes or
            alpha out of range.
    """
    check_whole("last", last, 1)
    check_share("alpha", alpha)
    units_of(events, trials)
    if len(events) < last:
        msg = (
            f"{len(events)} versions; {last!r} are to be carried forward, give as many"
        )
        raise DataError(msg)
    y, n = np.array(events[-last:], float), np.array(trials[-last:], float)
    a, b = float(y.sum()) + 0.5, float((n - y).sum()) + 0.5
    rate = float(y.sum() / n.sum())
    tails = special.betaincinv(a, b, [alpha / 2, 1 - alpha / 2, 1 - alpha])
    low, high, upper = (repeated(float(tail), episodes) for tail in tails)
    warnings = ()
    if unlike(y, n) < UNLIKE:
        warnings = (f"the last {last} versions differ by more than chance",)
    return Forecast(
        value=at_least_once(a, b, episodes),
        low=low,
        high=high,
        upper=upper,
        naive=repeated(rate, episodes),
        warnings=warnings,
    )


def unlike(y: Floats, n: Floats) -> float:
    """p-value of Pearson's chi-square test that all rates are equal."""
    rate = float(y.sum() / n.sum())
    if len(y) == 1 or not 0 < rate < 1:
        return 1.0
    square = float(((y - n * rate) ** 2 / (n * rate * (1 - rate))).sum())
    return float(special.chdtrc(len(y) - 1, square))


def summary(
    found: Posterior, values: Floats, mass: Floats, naive: float, alpha: float
) -> Forecast:
    """Mean and quantiles of weighted values."""
    check_share("alpha", alpha)
    order = np.argsort(values)
    values, mass = values[order], mass[order]
    below = np.cumsum(mass) - mass / 2
    at = np.interp([alpha / 2, 1 - alpha / 2, 1 - alpha], below, values)
    return Forecast(
        value=float(values @ mass),
        low=float(at[0]),
        high=float(at[1]),
        upper=float(at[2]),
        naive=naive,
        warnings=found.warnings,
    )


def repeated(rate: float, episodes: float) -> float:
    """1 - (1 - rate)^episodes, exact for small rates.

    Raises:
        DataError: episodes is below 1 or endless.
    """
    check_episodes(episodes)
    return 1.0 if rate == 1 else -math.expm1(episodes * math.log1p(-rate))


def check_episodes(episodes: float) -> None:
    """Refuse a number of episodes that is none.

    Raises:
        DataError: episodes is below 1 or endless.
    """
    if not 1 <= episodes < math.inf:
        msg = f"{episodes!r} episodes; give 1 or more, not endless"
        raise DataError(msg)
