"""Tails that need not be exponential: the generalised Pareto distribution.

The alternative to the Gumbel tail (`gyges.stats.forecast.tails`), and its check: a
shape whose interval leaves out 0 speaks against that forecast. Advice, and never a
gate; a hidden mode is as invisible to it (`hidden_mode`).

    >>> tail = fit_pareto([rank / 10 for rank in range(100)])  # nothing beyond 9.9
    >>> tail.shape < 0
    True
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from gyges.errors import DataError
from gyges.stats.forecast.tails import check_deployment, probability_of
from gyges.stats.interval import Interval, check_share, check_whole

__all__ = ["ParetoTail", "fit_pareto"]

Floats: TypeAlias = NDArray[np.float64]

TOP = 50
FEWEST = 20
"""Excesses from which a shape can be told at all."""
SHAPES = (-0.9, 3.0)
"""Shapes that are considered; below -1 the likelihood has no bound."""
GRID = 81
ZOOMS = 2
STRAIGHT = 1e-9
"""What stands for shapes closer to 0: exponential, but for rounding."""


@dataclass(frozen=True, slots=True, eq=False)
class ParetoTail:
    """A generalised Pareto distribution of the excesses over a high score."""

    shape: float
    """0: exponential, as the Gumbel tail has it; above: heavier; below: it ends."""
    scale: float
    interval: Interval
    """Of the shape, by profile likelihood."""
    threshold: float
    """Score over which the excesses are taken."""
    top: int
    """How many excesses."""
    queries: int
    region: Floats
    """Shapes and scales (two rows) that the excesses do not rule out."""
    warnings: tuple[str, ...] = ()
    advisory: Literal[True] = True

    def worst(self, deployment: float) -> float:
        """The probability that one query in so many exceeds.

        The score u + scale * ((n top / queries)^shape - 1) / shape, turned back.

        Raises:
            DataError: deployment is endless, or below the range of the excesses.
        """
        found = self.reach(deployment, np.array([[self.shape], [self.scale]]))
        return float(found[0])

    def worst_interval(self, deployment: float) -> Interval:
        """What `worst` may be, by profile likelihood: the range over the region.

        Raises:
            DataError: deployment is endless, or below the range of the excesses.
        """
        found = self.reach(deployment, self.region)
        return Interval(float(found.min()), float(found.max()))

    def reach(self, deployment: float, points: Floats) -> Floats:
        """`worst` for several shapes and scales."""
        check_deployment(deployment)
        ratio = deployment * self.top / self.queries
        if ratio < 1:
            msg = (
                f"deployment {deployment!r} lies inside the evaluated queries; use "
                f"{self.queries / self.top:g} or more"
            )
            raise DataError(msg)
        excess = np.asarray(special.boxcox(ratio, points[0]), dtype=np.float64)
        return probability_of(self.threshold + points[1] * excess)


def fit_pareto(
    scores: Sequence[float] | Floats, top: int = TOP, alpha: float = 0.05
) -> ParetoTail:
    """The generalised Pareto tail of the scores, which need not be exponential.

    Maximum likelihood over the excesses, and all shapes and scales whose likelihood is
    not significantly lower (twice the log ratio up to the chi-square quantile): their
    range is the profile interval of the shape and of every forecast. Fitted here and
    not by `scipy.stats`, which has no such interval and takes a second to import.

    Args:
        scores: -ln(-ln p) of every query, from `scores_of`.
        top: how many of the largest are used, 20 or more.
        alpha: the share of times that the intervals may miss.

    Raises:
        DataError: too few excesses, or ones that are not finite or all equal.
    """
    check_whole("top", top, FEWEST)
    check_share("alpha", alpha)
    largest = np.sort(np.array(scores, float))[::-1][: top + 1]
    sound = len(largest) > top and bool(np.all(np.isfinite(largest)))
    if not sound or largest[0] == largest[-1]:
        msg = (
            f"{len(scores)} scores have no {top} finite ones above another; evaluate "
            f"more queries, or more runs of each"
        )
        raise DataError(msg)
    excess = largest[:-1] - largest[-1]
    shape, scale, peak = likeliest(excess)
    region = possible(excess, peak - float(special.chdtri(1, alpha)) / 2)
    interval = Interval(float(region[0].min()), float(region[0].max()))
    warnings = ()
    if not interval.low <= 0 <= interval.high:
        warnings = ("the tail is not exponential: the Gumbel forecast does not hold",)
    threshold = float(largest[-1])
    return ParetoTail(
        shape, scale, interval, threshold, top, len(scores), region, warnings
    )


def likeliest(excess: Floats) -> tuple[float, float, float]:
    """Shape and scale of the largest likelihood, and its logarithm."""

    def loss(at: Floats) -> float:
        shape = np.clip(at[:1], *SHAPES)
        return -float(pareto_likelihood(excess, shape, np.exp(at[1:]))[0])

    found = optimize.minimize(
        loss,
        np.array([0.0, math.log(float(excess.mean()))]),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 2000},
    )
    shape = float(np.clip(found.x[0], *SHAPES))
    return shape, math.exp(float(found.x[1])), -float(found.fun)


def possible(excess: Floats, least: float) -> Floats:
    """Shapes and scales on a grid whose log-likelihood is not below `least`."""
    middle = math.log(float(excess.mean()))
    shapes, scales = SHAPES, (middle - 4.0, middle + 3.0)
    points = np.empty((2, 0))
    for _ in range(ZOOMS + 1):
        axes = np.linspace(*shapes, GRID), np.linspace(*scales, GRID)
        grid = np.stack([axis.ravel() for axis in np.meshgrid(*axes)])
        kept = pareto_likelihood(excess, grid[0], np.exp(grid[1])) >= least
        points = grid[:, kept]
        steps = [float(axis[1] - axis[0]) for axis in axes]
        shapes = (
            max(SHAPES[0], float(points[0].min()) - steps[0]),
            min(SHAPES[1], float(points[0].max()) + steps[0]),
        )
        scales = (
            float(points[1].min()) - steps[1],
            float(points[1].max()) + steps[1],
        )
    return np.stack([points[0], np.exp(points[1])])


def pareto_likelihood(excess: Floats, shape: Floats, scale: Floats) -> Floats:
    """The log-likelihood of pairs of shape and scale."""
    bent = np.where(np.abs(shape) < STRAIGHT, STRAIGHT, shape)
    with np.errstate(divide="ignore"):
        # Beyond the end of a bounded tail the logarithm is minus infinity.
        grown = np.log1p(np.maximum(excess[:, None] * (bent / scale), -1.0))
    return -len(excess) * np.log(scale) - (1 + 1 / bent) * grown.sum(axis=0)
