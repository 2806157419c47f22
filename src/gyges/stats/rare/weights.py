"""Importance sampling: draw where events are likelier, and weigh each run back.

A run that a proposal q made likelier counts with the ratio of its probabilities,
w = p/q. The estimate is unbiased and can still be wrong in practice: if the runs that
carry the rate are ones that q hardly makes, they are missing, and the estimate is too
low *with a small standard error*. So an estimate is only as good as its guards.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError
from gyges.stats.interval import Interval, check_share

__all__ = [
    "Guard",
    "Weighted",
    "expected_ess_share",
    "guards",
    "importance",
    "pareto_shape",
    "trusted",
]

Floats: TypeAlias = NDArray[np.float64]

ESS_NEEDED = 100.0
SHARE_ALLOWED = 0.1
SHAPE_ALLOWED = 0.7
NORMAL = float(special.ndtri(0.975))
TAIL = 5
"""Least number of weights that a tail can be fitted to."""
PRIOR = 0.5
"""Shape towards which short tails are drawn, with the weight of ten observations."""
PRIOR_COUNT = 10


@dataclass(frozen=True, slots=True)
class Weighted:
    """A rate estimated from weighted runs."""

    value: float
    """Unnormalised: sum w x / n. Unbiased."""
    normalised: float
    """Self-normalised: sum w x / sum w. Biased, but free of unknown constants."""
    error: float
    """Standard error of the unnormalised value, by the weights that were seen."""
    rse: float
    """Error relative to the value; infinite without events."""
    interval: Interval
    """Normal, about the unnormalised value: worth no more than the guards. From 0 to 1
    without events, since the weights of runs never seen are not known."""
    runs: int
    hits: int
    """Runs with an event."""
    ess: float
    """Effective number of runs, (sum w)^2 / sum w^2."""
    hit_ess: float
    """The same over runs with an event: what the estimate really rests on."""
    max_share: float
    """Largest part of the estimate that one run carries; 1 without events."""
    shape: float
    """Pareto shape of the largest weights of runs with an event; see `pareto_shape`."""


class Guard(NamedTuple):
    """One reason to trust an estimate, or not."""

    name: str
    value: float
    limit: float
    ok: bool | None
    """Nothing where it was not looked at."""


def importance(log_ratios: Floats, events: NDArray[np.bool_]) -> Weighted:
    """Estimate a rate from runs of a proposal.

    Args:
        log_ratios: ln p - ln q of each run: for a run of many steps the sum over its
            steps. Minus infinity for runs that are impossible at the profile.
        events: whether each run had the event.

    Raises:
        DataError: no runs, columns of different lengths, or a ratio that is no number.
    """
    logs, seen = columns(log_ratios, events)
    weights = np.exp(logs)
    hits = logs[seen]
    each = weights * seen
    value = float(each.mean())
    error = float(each.std(ddof=1)) / math.sqrt(len(each)) if len(each) > 1 else 0.0
    whole = float(weights.sum())
    return Weighted(
        value=value,
        normalised=float(each.sum()) / whole if whole else 0.0,
        error=error,
        rse=error / value if value else math.inf,
        interval=around(value, error),
        runs=len(each),
        hits=len(hits),
        ess=effective(logs),
        hit_ess=effective(hits),
        max_share=largest_share(hits),
        shape=pareto_shape(hits),
    )


def guards(
    one: Weighted, other: Weighted | None = None, alpha: float = 0.05
) -> tuple[Guard, ...]:
    """Hold an estimate against what makes such estimates fail.

    `ess_of_hits`, `max_share` and `pareto_shape` look at the weights that were drawn,
    so none of them sees a kind of run that the proposal never makes. Only a second,
    different proposal does: `proposals_agree` compares the two in units of their joint
    standard error.

    Args:
        one: the estimate.
        other: the same rate from another proposal.
        alpha: chance that two sound proposals are called apart.

    Raises:
        DataError: an alpha outside 0 to 1.
    """
    check_share("alpha", alpha)
    limit = float(special.ndtri(1 - alpha / 2))
    return (
        Guard("ess_of_hits", one.hit_ess, ESS_NEEDED, one.hit_ess >= ESS_NEEDED),
        Guard("max_share", one.max_share, SHARE_ALLOWED, one.max_share < SHARE_ALLOWED),
        Guard("pareto_shape", one.shape, SHAPE_ALLOWED, one.shape < SHAPE_ALLOWED),
        agreement(one, other, limit),
    )


def agreement(one: Weighted, other: Weighted | None, limit: float) -> Guard:
    """Whether two proposals tell the same rate."""
    name = "proposals_agree"
    if other is None:
        return Guard(name, math.nan, limit, ok=None)
    joint = math.hypot(one.error, other.error)
    gap = abs(one.value - other.value)
    # Two proposals that both saw nothing have not confirmed each other.
    apart = gap / joint if joint else math.inf
    return Guard(name, apart, limit, apart <= limit)


def trusted(found: tuple[Guard, ...]) -> bool:
    """Whether every guard was looked at and holds."""
    return all(guard.ok is True for guard in found)


def expected_ess_share(steps: int, spread: float) -> float:
    """The part of runs that is left when ratios vary at each step: exp(-T s^2).

    With independent normal log ratios of standard deviation s at each of T steps, the
    weight of a run is log-normal and (E w)^2 / E w^2 = exp(-T s^2). So a proposal for a
    long run may only differ in few steps.

    Raises:
        DataError: a negative number of steps or spread.
    """
    if not (steps >= 0 and spread >= 0):
        msg = f"{steps!r} steps with spread {spread!r}; both must be 0 or more"
        raise DataError(msg)
    return math.exp(-steps * spread**2)


def pareto_shape(log_ratios: Floats) -> float:
    """Shape of a generalised Pareto distribution fitted to the largest weights.

    Below .7 the mean of the weights is estimated at a usable speed; above 1 it does not
    even exist. Defined in Vehtari, Simpson, Gelman, Yao and Gabry, "Pareto smoothed
    importance sampling" (JMLR 2024): of n weights the min(n/5, 3 sqrt(n)) largest are
    taken, their excess over the next smaller one is fitted by the method of Zhang and
    Stephens (2009), and the shape is drawn towards .5 as by ten observations.

    Returns:
        The shape; plus infinity where there are too few weights to tell, minus infinity
        where the largest weights are all equal, and so have no tail.
    """
    logs = np.sort(log_ratios[log_ratios > -math.inf])
    size = math.ceil(min(len(logs) / 5, 3 * math.sqrt(len(logs))))
    if size < TAIL:
        return math.inf
    scaled = np.exp(logs - logs[-1])
    cutoff = scaled[-size - 1]
    excess = scaled[-size:] - cutoff
    excess = excess[excess > np.finfo(float).eps]
    if not len(excess):
        return -math.inf
    if len(excess) < TAIL:
        return math.inf
    return drawn(zhang_stephens(excess), len(excess))


def drawn(shape: float, count: int) -> float:
    """The shape with the weak prior taken in."""
    return (count * shape + PRIOR_COUNT * PRIOR) / (count + PRIOR_COUNT)


def zhang_stephens(excess: Floats) -> float:
    """The shape of a generalised Pareto distribution, for sorted positive values.

    The profile likelihood of b = -shape/scale is averaged over a grid of quantiles of a
    weak prior around the first quartile: no search, and always a value.
    """
    count = len(excess)
    points = 30 + math.isqrt(count)
    quartile = excess[int(count / 4 + 0.5) - 1]
    ranks = np.arange(1, points + 1) - 0.5
    grid = 1 / excess[-1] + (1 - np.sqrt(points / ranks)) / (3 * quartile)
    shapes = np.log1p(-grid[:, None] * excess).mean(axis=1)
    likelihood = count * (np.log(-grid / shapes) - shapes - 1)
    b = float(grid @ special.softmax(likelihood))
    return float(np.log1p(-b * excess).mean())


def effective(logs: Floats) -> float:
    """(sum w)^2 / sum w^2, safe where weights overflow."""
    if not len(logs) or logs.max() == -math.inf:
        return 0.0
    return math.exp(2 * special.logsumexp(logs) - special.logsumexp(2 * logs))


def largest_share(logs: Floats) -> float:
    """The largest weight over the sum of weights; 1 where there are none."""
    if not len(logs) or logs.max() == -math.inf:
        return 1.0
    return math.exp(logs.max() - special.logsumexp(logs))


def around(value: float, error: float) -> Interval:
    """A normal interval within what a rate can be."""
    if value == 0:
        return Interval(0.0, 1.0)
    reach = NORMAL * error
    return Interval(max(0.0, value - reach), min(1.0, value + reach))


def columns(
    log_ratios: Floats, events: NDArray[np.bool_]
) -> tuple[Floats, NDArray[np.bool_]]:
    """The columns, if an estimate can be made of them."""
    logs, seen = np.asarray(log_ratios, float), np.asarray(events, bool)
    if logs.ndim != 1 or logs.shape != seen.shape or not len(logs):
        msg = (
            f"ratios of shape {logs.shape} and events of shape {seen.shape}; give one "
            "of each for every run, and at least one run"
        )
        raise DataError(msg)
    if np.isnan(logs).any() or logs.max() == math.inf:
        bad = int(np.flatnonzero(np.isnan(logs) | (logs == math.inf))[0])
        msg = (
            f"log ratio {logs[bad]} of run {bad} is no ratio; a proposal must make "
            "possible what is possible at the profile"
        )
        raise DataError(msg)
    return logs, seen
