"""How good past forecasts were: scores, and forecasters compared pair by pair.

A forecaster has to beat the one that says "as last time". Scores are advice too: a good
record of forecasts is no evidence about the next version, and `gyges.stats.gate` knows
nothing of it.

    >>> past = Past({"carry-forward": 0.2, "ours": 0.1}, happened=False)
    >>> [score.forecaster for score in scorecard([past]).scores]
    ['ours', 'carry-forward']
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError, UnknownNameError
from gyges.stats.interval import Interval, check_share

__all__ = ["Past", "Score", "Scorecard", "Verdict", "log_score", "scorecard"]

Floats: TypeAlias = NDArray[np.float64]
Verdict: TypeAlias = Literal["better", "worse", "undecided", "baseline"]

FLOOR = 1e-6
"""Forecasts are scored as if no closer to 0 or 1: a 0 that fails would cost all."""
FEWEST = 5
"""Forecasts from which forecasters can be compared."""


class Past(NamedTuple):
    """One forecast that has since been settled."""

    probabilities: Mapping[str, float]
    """What each forecaster said, by name."""
    happened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How good one forecaster was."""

    forecaster: str
    log_score: float
    """Mean, in nats; 0 is perfect, -0.693 a coin."""
    brier: float
    """Mean squared error; 0 is perfect, .25 a coin."""
    clipped: int
    """Forecasts so close to 0 or 1 that the floor scored them."""
    gain: float
    """Mean log score less that of the baseline, forecast by forecast."""
    interval: Interval
    """Of the gain, by Student's t over pairs."""
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Scorecard:
    """Forecasters compared on the same settled forecasts."""

    scores: tuple[Score, ...]
    """Best mean log score first."""
    forecasts: int
    happened: int
    warnings: tuple[str, ...] = ()
    advisory: Literal[True] = True


def log_score(
    probabilities: Sequence[float], happened: Sequence[bool], floor: float = FLOOR
) -> Floats:
    """The logarithm of what each forecast gave to what came: 0 is perfect, in nats.

    ln p where the event happened, ln(1 - p) where not, p being held `floor` away from 0
    and 1. In expectation only the true probability is best (a proper score).

    Raises:
        DataError: no forecasts, lists of different lengths, a probability that is none,
            or a floor that is not between 0 and 1/2.
    """
    said, came = np.array(probabilities, float), np.array(happened, bool)
    if said.shape != came.shape or not said.size:
        msg = f"{said.size} forecasts, {came.size} outcomes; give one outcome for each"
        raise DataError(msg)
    wrong = said[~((said >= 0) & (said <= 1))]
    if wrong.size:
        msg = f"{float(wrong[0])!r} is no probability; forecasts must be 0 to 1"
        raise DataError(msg)
    check_share("twice the floor", 2 * floor)
    held = np.clip(said, floor, 1 - floor)
    return np.where(came, np.log(held), np.log1p(-held))


def scorecard(
    history: Sequence[Past], baseline: str = "carry-forward", alpha: float = 0.05
) -> Scorecard:
    """Compare forecasters on what they said and what came.

    Differences are paired: each forecast against the baseline's for the same outcome.
    There is no verdict below 5 forecasts, nor while all outcomes are alike: then the
    forecaster that says less looks better, and one event would turn that around.

    Args:
        history: settled forecasts, each with what every forecaster said.
        baseline: the forecaster that the others are compared with.
        alpha: the share of times that an interval of a gain may miss.

    Raises:
        DataError: no forecasts, forecasters that are not the same throughout, or a
            probability that is none.
        UnknownNameError: the baseline said nothing.
    """
    check_share("alpha", alpha)
    names = same_names(history)
    if baseline not in names:
        raise UnknownNameError("forecaster", baseline, names)
    came = [past.happened for past in history]
    said = {name: [past.probabilities[name] for past in history] for name in names}
    base = log_score(said[baseline], came)
    warnings: list[str] = []
    if len(history) < FEWEST:
        warnings.append(f"{len(history)} forecasts; a comparison needs {FEWEST}")
    if len(set(came)) == 1:
        warnings.append("all outcomes are alike: nothing can be told of forecasters")
    scores = [
        score_of(name, (said[name], base), came, alpha, told=not warnings)
        for name in names
    ]
    scores = [
        replace(score, verdict="baseline") if score.forecaster == baseline else score
        for score in sorted(scores, key=lambda score: -score.log_score)
    ]
    return Scorecard(tuple(scores), len(history), sum(came), tuple(warnings))


def score_of(
    name: str,
    said: tuple[Sequence[float], Floats],
    came: Sequence[bool],
    alpha: float,
    *,
    told: bool,
) -> Score:
    """One forecaster, given what it said and the baseline's scores."""
    own, base = log_score(said[0], came), said[1]
    gains = own - base
    probabilities = np.array(said[0], float)
    interval = student(gains, alpha)
    verdict: Verdict = "undecided"
    if told and interval.low > 0:
        verdict = "better"
    elif told and interval.high < 0:
        verdict = "worse"
    return Score(
        forecaster=name,
        log_score=float(own.mean()),
        brier=float(((probabilities - np.array(came)) ** 2).mean()),
        clipped=int(((probabilities < FLOOR) | (probabilities > 1 - FLOOR)).sum()),
        gain=float(gains.mean()),
        interval=interval,
        verdict=verdict,
    )


def student(values: Floats, alpha: float) -> Interval:
    """The t-interval of a mean; endless for a single value."""
    n = len(values)
    if n == 1:
        return Interval(-math.inf, math.inf)
    half = special.stdtrit(n - 1, 1 - alpha / 2) * values.std(ddof=1) / math.sqrt(n)
    return Interval(float(values.mean() - half), float(values.mean() + half))


def same_names(history: Sequence[Past]) -> list[str]:
    """The forecasters, in the order of the first forecast.

    Raises:
        DataError: no forecasts, or forecasters that are not the same throughout.
    """
    if not history:
        msg = "no settled forecasts; give at least one"
        raise DataError(msg)
    names = list(history[0].probabilities)
    for at, past in enumerate(history):
        if set(past.probabilities) != set(names):
            msg = (
                f"forecast {at} is by {sorted(past.probabilities)!r}, the first one by "
                f"{sorted(names)!r}; score only what all of them forecast"
            )
            raise DataError(msg)
    return names
