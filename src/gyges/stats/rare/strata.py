"""Stratified sampling: run more where events are, and weigh each stratum exactly.

The weights are known, not estimated: stratum j holds a share W_j of what the declared
profile would meet. Runs moved into the strata with events make the *estimate* sharp.
They do nothing for the *upper bound*: that hangs on the heavy stratum in which nothing
ever happens, and on how many runs it got.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.errors import DataError
from gyges.stats.interval import Interval, check_counts, check_share, check_whole
from gyges.stats.rates import fay_feuer

__all__ = [
    "Stratified",
    "Stratum",
    "equal",
    "neyman",
    "proportional",
    "runs_to_certify",
    "stratified",
    "stratified_rse",
]

CLOSE = 1e-9
"""What the weights may sum to beside 1: rounding, no more."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """One part of the profile, and what was seen in it."""

    name: str
    """Names it in warnings."""
    weight: float
    """Its share of the profile, exact; those of all strata sum to 1."""
    events: float
    """Runs with an event (or expected ones, in a plan)."""
    runs: int
    """Runs made in it."""

    @property
    def each(self) -> float:
        """What one event in it adds to the rate: W / n."""
        return self.weight / self.runs


@dataclass(frozen=True, slots=True)
class Stratified:
    """A rate at the declared profile."""

    value: float
    """Events per run at the profile."""
    error: float
    """Standard error by the seen rates: 0 at zero events, so no bound by itself."""
    rse: float
    """Error relative to the value; infinite at zero events."""
    interval: Interval
    """Fay-Feuer, valid at zero events."""
    floor: float
    """The upper bound if nothing had been seen anywhere: no event can lower it."""
    heavy: str
    """The stratum that sets the floor: the one whose runs stand for most."""
    warnings: tuple[str, ...]
    """What must be said with the figures."""


def stratified(strata: Sequence[Stratum], alpha: float = 0.05) -> Stratified:
    """Estimate the rate at the profile.

    The value is sum W k/n, its error sqrt(sum W^2 p(1-p)/n) with p = k/n. The interval
    is that of a weighted sum of Poisson counts with weights W/n (Fay and Feuer 1997);
    with zero events it reaches to -ln(alpha/2) times the largest W/n.

    Args:
        strata: with exact weights.
        alpha: one minus the confidence of the two-sided interval.

    Raises:
        DataError: weights that are no shares of one whole, a stratum without runs, more
            events than runs, or an alpha outside 0 to 1.
    """
    check_share("alpha", alpha)
    weights = shares_of([stratum.weight for stratum in strata])
    for stratum in strata:
        check_counts(stratum.events, stratum.runs)
    events = np.array([stratum.events for stratum in strata], float)
    runs = np.array([stratum.runs for stratum in strata], float)
    rates = events / runs
    value = float(weights @ rates)
    error = spread(weights, rates, runs)
    low, high = fay_feuer(events.tolist(), (weights / runs).tolist(), alpha)
    # The bound takes counts to be Poisson, and may pass what a rate can be.
    interval = Interval(low, min(1.0, high))
    heavy = max(strata, key=lambda stratum: stratum.each)
    floor = -math.log(alpha / 2) * heavy.each
    return Stratified(
        value=value,
        error=error,
        rse=error / value if value else math.inf,
        interval=interval,
        floor=floor,
        heavy=heavy.name,
        warnings=tuple(hollow(heavy, floor, interval)),
    )


def hollow(heavy: Stratum, floor: float, interval: Interval) -> list[str]:
    """Warn where the upper bound is made of what was not run, not of events."""
    if 2 * floor < interval.high:
        return []
    message = (
        f"{floor / interval.high:.0%} of the upper bound {interval.high:.2g} is there "
        f"without any event: one run in stratum {heavy.name!r} stands for "
        f"{heavy.each:.2g} of the profile, and it had {heavy.runs} runs. To certify a "
        "lower rate, run more of this one, however little happens in it."
    )
    return [message]


def stratified_rse(
    weights: Sequence[float], rates: Sequence[float], runs: Sequence[int]
) -> float:
    """The relative error to expect: sqrt(sum W^2 p(1-p)/n) / sum W p.

    A sample of (1 - theta) / (theta * RSE^2) runs without strata does as well.

    Raises:
        DataError: lists of different lengths, weights that are no shares of one whole,
            rates outside 0 to 1 or all 0, or a stratum without runs.
    """
    shares, known = shares_of(weights), rates_of(rates, len(weights))
    if len(runs) != len(shares):
        msg = f"{len(runs)} numbers of runs for {len(shares)} strata; give one for each"
        raise DataError(msg)
    for count in runs:
        check_whole("runs", count, 1)
    theta = float(shares @ known)
    if theta == 0:
        msg = "all rates are 0, so no error is relative to anything; give a rate above"
        raise DataError(msg)
    return spread(shares, known, np.array(runs, float)) / theta


def proportional(weights: Sequence[float], total: int) -> tuple[int, ...]:
    """Runs in proportion to the weights: what certifies, and finds little.

    Raises:
        DataError: weights that are no shares of one whole, or too few runs.
    """
    return whole(shares_of(weights), total)


def equal(weights: Sequence[float], total: int) -> tuple[int, ...]:
    """As many runs in each stratum: what explores.

    Raises:
        DataError: weights that are no shares of one whole, or too few runs.
    """
    count = len(shares_of(weights))
    return whole(np.full(count, 1 / count), total)


def neyman(
    weights: Sequence[float],
    rates: Sequence[float],
    total: int,
    defensive: float = 0.5,
) -> tuple[int, ...]:
    """Runs in proportion to W sqrt(p(1-p)), mixed with a proportional part.

    Neyman's rule gives the sharpest estimate if the rates were known. They are guesses,
    and one guessed as 0 would get no runs: the proportional part defends against that,
    and holds the error at most at 1/sqrt(defensive) of what it is without strata.

    Args:
        weights: of the strata.
        rates: guessed or from a pilot; if they say nothing (all 0 or 1), the
            proportional rule is left.
        total: runs to share out.
        defensive: part that is shared out in proportion, 0 to 1.

    Raises:
        DataError: weights that are no shares of one whole, rates outside 0 to 1, a part
            outside 0 to 1, or too few runs.
    """
    shares, known = shares_of(weights), rates_of(rates, len(weights))
    if not 0 <= defensive <= 1:
        msg = f"defensive part {defensive!r} must lie between 0 and 1"
        raise DataError(msg)
    spreads = shares * np.sqrt(known * (1 - known))
    if not spreads.any():
        return whole(shares, total)
    sharp = spreads / spreads.sum()
    return whole((1 - defensive) * sharp + defensive * shares, total)


def runs_to_certify(
    weights: Sequence[float], budget: float, alpha: float = 0.05
) -> tuple[int, ...]:
    """Runs of each stratum, all without an event, that bring the bound to the budget.

    n_j = W_j * -ln(alpha/2) / budget, rounded up: in proportion to the weights, and as
    many in sum as without strata. So strata save runs where events are seen, and none
    where their absence is to be shown.

    Args:
        weights: of the strata.
        budget: rate that the upper bound may reach.
        alpha: of the two-sided interval, as in `stratified`.

    Raises:
        DataError: weights that are no shares of one whole, or a budget or alpha outside
            0 to 1.
    """
    check_share("budget", budget)
    check_share("alpha", alpha)
    needed = shares_of(weights) * (-math.log(alpha / 2) / budget)
    # A product that is whole but for rounding is not raised by one.
    return tuple(max(1, math.ceil(runs * (1 - CLOSE))) for runs in needed.tolist())


def spread(
    weights: NDArray[np.float64], rates: NDArray[np.float64], runs: NDArray[np.float64]
) -> float:
    """The standard error of the weighted rate."""
    return math.sqrt(float(np.sum(weights**2 * rates * (1 - rates) / runs)))


def shares_of(weights: Sequence[float]) -> NDArray[np.float64]:
    """The weights, if they are shares of one whole."""
    shares = np.array(weights, float)
    # Written so that "not a number" is refused too.
    if not (shares.size and np.all(shares > 0) and abs(shares.sum() - 1) <= CLOSE):
        msg = (
            f"weights {list(weights)!r} are no shares of one profile; they must be "
            "above 0 and sum to 1"
        )
        raise DataError(msg)
    return shares


def rates_of(rates: Sequence[float], count: int) -> NDArray[np.float64]:
    """The rates, if they are rates, one for each stratum."""
    known = np.array(rates, float)
    if known.size != count or not np.all((known >= 0) & (known <= 1)):
        msg = f"rates {list(rates)!r} must be {count} numbers from 0 to 1"
        raise DataError(msg)
    return known


def whole(shares: NDArray[np.float64], total: int) -> tuple[int, ...]:
    """`total` runs by largest remainder, at least one for each stratum."""
    check_whole("total", total, len(shares))
    exact = shares * total
    counts = np.floor(exact + CLOSE).astype(int)
    missing = total - int(counts.sum())
    order = np.argsort(counts - exact, kind="stable")
    counts[order[:missing]] += 1
    for empty in np.flatnonzero(counts == 0):
        counts[np.argmax(counts)] -= 1
        counts[empty] = 1
    return tuple(counts.tolist())
