"""Units with rates of their own: the beta-binomial model, fitted on a grid.

Each unit (a scenario, a version) has a rate drawn from Beta(a, b), and shows its
events at that rate. ln(a/b) is the logit of the mean rate; ln(a+b) says how alike units
are. The model serves forecasts, which are advice, and no gate.

    >>> round(fit_shape([0, 0, 1, 6], [20, 20, 20, 20]).a, 2)
    0.37
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, special

from gyges.errors import DataError, UnknownNameError
from gyges.stats.interval import check_counts, check_whole

__all__ = [
    "Posterior",
    "Prior",
    "Ranges",
    "Shape",
    "Units",
    "check_shape",
    "fit_shape",
    "log_likelihood",
    "posterior",
    "units_of",
]

Floats: TypeAlias = NDArray[np.float64]
Prior: TypeAlias = Literal["bda", "weak", "rare"]
"""What is taken of (a, b) before there are units.

bda: (a+b)^(-5/2), of Gelman et al., Bayesian Data Analysis, ch. 5. weak: the mean
uniform on (0, 1), and 1/(a+b) uniform on (0, 1). rare: the mean's logit normal at -7
with standard deviation 2 (.1 %, give or take a decade), 1/(a+b) as for weak.
"""

CUT = -2.0
"""Where the bda prior's ln(a+b) has to begin if no unit has both outcomes: its
posterior is then improper, and every bound from it follows from this number."""
WIDEST_LOGIT = (-30.0, 20.0)
WIDEST_SIZE = (-10.0, 18.0)
"""Of ln(a+b): beyond e^18 rounding of ln B outweighs what is left to learn."""
KEPT = 11.0
"""Cells whose log density lies further below the peak are outside adapted ranges."""
PASSES = 4
COARSE = 61
EDGE = 0.01
"""Share of the posterior in the outermost cells from which ranges are too narrow."""
RARE_LOGIT, RARE_SPREAD = -7.0, 2.0
NO_SPREAD = 1e-6
"""Gain in log-likelihood below which units differ no more than chance makes them."""


class Ranges(NamedTuple):
    """Where a grid over the beta-binomial's parameters begins and ends."""

    logit: tuple[float, float]
    """Of ln(a/b)."""
    log_size: tuple[float, float]
    """Of ln(a+b)."""


class Axes(NamedTuple):
    """Points of a grid, ascending."""

    logit: Floats
    log_size: Floats


class Shape(NamedTuple):
    """The beta distribution of rates that makes the counts likeliest."""

    a: float
    b: float
    log_likelihood: float
    """Without the binomial coefficients."""
    spread: bool
    """Whether units differ more than chance makes them; if not, a and b only give the
    mean, and stand for units that are all alike."""


class Units(NamedTuple):
    """Counts of units, equal ones put together."""

    events: Floats
    trials: Floats
    times: Floats
    """How many units have these units."""

    @property
    def k(self) -> float:
        """Events in all units."""
        return float(self.events @ self.times)

    @property
    def n(self) -> float:
        """Trials in all units."""
        return float(self.trials @ self.times)


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """What the counts and a prior say of (a, b): weights on a grid."""

    prior: Prior
    logit: Floats
    """Grid of ln(a/b), ascending."""
    log_size: Floats
    """Grid of ln(a+b), ascending."""
    weight: Floats
    """Probability of each cell, logits in rows."""
    pooled: float
    """Events over trials, all units together."""
    warnings: tuple[str, ...] = ()
    advisory: Literal[True] = True

    @property
    def mean(self) -> Floats:
        """Mean rate of the population, for each row."""
        return special.expit(self.logit)

    @property
    def a(self) -> Floats:
        """First parameter, for each cell."""
        return np.exp(self.log_size) * self.mean[:, None]

    @property
    def b(self) -> Floats:
        """Second parameter, for each cell."""
        return np.exp(self.log_size) * special.expit(-self.logit)[:, None]


def log_likelihood(
    a: float, b: float, events: Sequence[int], trials: Sequence[int]
) -> float:
    """How likely the counts are under Beta(a, b), up to a constant, in nats.

    The sum over units of ln B(a + y, b + n - y) - ln B(a, b).

    Raises:
        DataError: a or b is not positive, or counts that cannot be.
    """
    check_shape(a, b)
    units = units_of(events, trials)
    return float(likelihood(np.array(a), np.array(b), units))


def fit_shape(events: Sequence[int], trials: Sequence[int]) -> Shape:
    """The maximum-likelihood beta distribution of rates.

    A plug-in for it knows nothing of its own error: prefer `posterior`. The counts of
    BDA's first 70 rats give 2.30478, 14.07981.

    Raises:
        DataError: counts that cannot be, or no maximum: no event, or only events.
    """
    units = units_of(events, trials)
    if not 0 < units.k < units.n:
        msg = (
            f"{units.k:.0f} events in {units.n:.0f} trials have no likeliest shape; "
            f"use posterior() or side_by_side()"
        )
        raise DataError(msg)
    rate = units.k / units.n
    plain = units.k * math.log(rate) + (units.n - units.k) * math.log1p(-rate)
    found = optimize.minimize(
        lambda at: slope_of(at, units),
        [special.logit(rate), 2.0],
        jac=True,
        method="L-BFGS-B",
        bounds=[WIDEST_LOGIT, WIDEST_SIZE],
        options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 1000},
    )
    logit, log_size = map(float, found.x)
    spread = -float(found.fun) > plain + NO_SPREAD
    if not spread:
        logit, log_size = float(special.logit(rate)), WIDEST_SIZE[1]
    size = math.exp(log_size)
    return Shape(
        a=size * float(special.expit(logit)),
        b=size * float(special.expit(-logit)),
        log_likelihood=-float(found.fun) if spread else plain,
        spread=spread,
    )


def slope_of(at: Floats, units: Units) -> tuple[float, Floats]:
    """The negative log-likelihood and its gradient in ln(a/b), ln(a+b)."""
    logit, size = float(at[0]), math.exp(at[1])
    a, b = size * float(special.expit(logit)), size * float(special.expit(-logit))
    y, n, times = units
    whole = float(times @ (psi(np.array(size)) - psi(size + n)))
    by_a = float(times @ (psi(a + y) - psi(np.array(a)))) + whole
    by_b = float(times @ (psi(b + n - y) - psi(np.array(b)))) + whole
    value = likelihood(np.array(a), np.array(b), units)
    slope = np.array([a * b / size * (by_a - by_b), a * by_a + b * by_b])
    return -float(value), -slope


def psi(x: Floats) -> Floats:
    """The digamma function."""
    return np.asarray(special.digamma(x), dtype=np.float64)


def posterior(
    events: Sequence[int],
    trials: Sequence[int],
    prior: Prior = "weak",
    ranges: Ranges | None = None,
    size: int = 200,
) -> Posterior:
    """Weights of (a, b) on a grid over ln(a/b) and ln(a+b), Jacobian a b included.

    No sampler is needed for two parameters. Under the bda prior the counts of BDA's 71
    rats give E[a] 2.403 and E[b] 14.320 on a 400 x 400 grid over BDA's ranges.

    With the bda prior at least one unit needs both outcomes. Without one (with zero
    events, above all) no posterior exists: the grid begins at ln(a+b) = -2, which is
    arbitrary, decides the bound, and is said in the warnings.

    Args:
        events: events of each unit.
        trials: trials of each unit.
        prior: see `Prior`.
        ranges: where the grid lies; by default where the posterior does.
        size: points on each axis.

    Raises:
        DataError: counts that cannot be, ranges that are none, or fewer than 10 points.
        UnknownNameError: a prior that does not exist.
    """
    if prior not in get_args(Prior):
        raise UnknownNameError("prior", prior, get_args(Prior))
    check_whole("size", size, 10)
    units = units_of(events, trials)
    both = bool(np.any((units.events > 0) & (units.events < units.trials)))
    warnings: list[str] = []
    if prior == "bda" and not both:
        warnings.append(
            "no unit has both outcomes: under the bda prior the posterior is improper, "
            "and its bounds follow from where the grid of ln(a+b) begins"
        )
    least = WIDEST_SIZE[0] if both else CUT
    axes = even(ranges, size) if ranges else adapted(units, prior, least, size)
    weight = weights(axes, units, prior)
    if ranges and edge_of(weight) > EDGE:
        warnings.append(f"{edge_of(weight):.1%} of the posterior is at the grid's edge")
    return Posterior(prior, *axes, weight, units.k / units.n, tuple(warnings))


def adapted(units: Units, prior: Prior, least: float, size: int) -> Axes:
    """Axes over what the posterior leaves possible.

    Where units are alike the mean is known to its binomial error, where they differ
    hardly at all: points lie as close as that error around the pooled rate, and ever
    further apart away from it.
    """
    k, rest = units.k + 0.5, units.n - units.k + 0.5
    centre, error = math.log(k / rest), math.sqrt(1 / k + 1 / rest)

    def bent(low: float, high: float, points: int) -> Floats:
        return centre + error * np.sinh(np.linspace(low, high, points))

    low, high = (math.asinh((end - centre) / error) for end in WIDEST_LOGIT)
    ends = (least if prior == "bda" else 0.0), WIDEST_SIZE[1]
    for _ in range(PASSES):
        axes = Axes(bent(low, high, COARSE), np.linspace(*ends, COARSE))
        log = log_density(axes, units, prior)
        kept = log > log.max() - KEPT
        low, high = around(np.linspace(low, high, COARSE), kept.any(axis=1))
        ends = around(axes.log_size, kept.any(axis=0))
    return Axes(bent(low, high, size), np.linspace(*ends, size))


def around(axis: Floats, kept: NDArray[np.bool_]) -> tuple[float, float]:
    """What is kept of an axis, and one point more on each side."""
    where = np.flatnonzero(kept)
    first, last = max(int(where[0]) - 1, 0), min(int(where[-1]) + 1, len(axis) - 1)
    return float(axis[first]), float(axis[last])


def even(ranges: Ranges, size: int) -> Axes:
    """Axes with equal steps.

    Raises:
        DataError: a range that does not ascend.
    """
    for low, high in ranges:
        if not -math.inf < low < high < math.inf:
            msg = f"range {(low, high)!r} must be finite and ascend"
            raise DataError(msg)
    return Axes(np.linspace(*ranges.logit, size), np.linspace(*ranges.log_size, size))


def weights(axes: Axes, units: Units, prior: Prior) -> Floats:
    """Probability of each cell, by the trapezoid rule."""
    log = log_density(axes, units, prior)
    mass = np.exp(log - log.max()) * np.outer(steps(axes.logit), steps(axes.log_size))
    return mass / mass.sum()


def steps(axis: Floats) -> Floats:
    """How much of an axis each point stands for: half of the gap on either side."""
    gaps = np.diff(axis) / 2
    return np.append(gaps, 0.0) + np.append(0.0, gaps)


def log_density(axes: Axes, units: Units, prior: Prior) -> Floats:
    """Log posterior density in ln(a/b), ln(a+b), up to a constant."""
    logit, log_size = axes.logit[:, None], axes.log_size[None, :]
    a = np.exp(log_size) * special.expit(logit)
    b = np.exp(log_size) * special.expit(-logit)
    return likelihood(a, b, units) + log_prior(logit, log_size, prior)


def log_prior(logit: Floats, log_size: Floats, prior: Prior) -> Floats:
    """Log density in ln(a/b), ln(a+b), up to a constant."""
    flat = special.log_expit(logit) + special.log_expit(-logit)
    if prior == "bda":
        # (a+b)^(-5/2) a b, with a b = (a+b)^2 m (1-m).
        return flat - 0.5 * log_size
    heap = np.where(log_size >= 0, -log_size, -np.inf)
    if prior == "weak":
        return flat + heap
    return heap - 0.5 * ((logit - RARE_LOGIT) / RARE_SPREAD) ** 2


def likelihood(a: Floats, b: Floats, units: Units) -> Floats:
    """The log-likelihood of each cell."""
    total = -units.times.sum() * log_beta(a, b)
    for y, n, times in zip(*units, strict=True):
        total = total + times * log_beta(a + y, b + (n - y))
    return total


def log_beta(a: Floats, b: Floats) -> Floats:
    """The logarithm of the beta function."""
    return np.asarray(special.betaln(a, b), dtype=np.float64)


def edge_of(weight: Floats) -> float:
    """Share of the posterior in the outermost cells."""
    return float(1 - weight[1:-1, 1:-1].sum())


def units_of(events: Sequence[int], trials: Sequence[int]) -> Units:
    """Put equal units together.

    Raises:
        DataError: no units, lists of different lengths, or counts that cannot be.
    """
    if len(events) != len(trials) or not len(events):
        msg = f"{len(events)} events for {len(trials)} trials; give one of each a unit"
        raise DataError(msg)
    for k, n in zip(events, trials, strict=True):
        check_counts(k, n)
        check_whole("events", k)
        check_whole("trials", n, 1)
    pairs = np.column_stack([events, trials]).astype(float)
    rows, times = np.unique(pairs, axis=0, return_counts=True)
    return Units(rows[:, 0], rows[:, 1], times.astype(float))


def check_shape(a: float, b: float) -> None:
    """Refuse what are no parameters of a beta distribution.

    Raises:
        DataError: a or b is not positive and finite.
    """
    if not (0 < a < math.inf and 0 < b < math.inf):
        msg = f"Beta({a!r}, {b!r}); both parameters must be positive and finite"
        raise DataError(msg)
