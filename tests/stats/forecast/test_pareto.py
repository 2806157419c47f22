"""Tails that need not be exponential."""

import math

import numpy as np
import pytest
from scipy import stats

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.forecast.pareto import fit_pareto, pareto_likelihood
from gyges.stats.forecast.tails import probability_of, scores_of

SHAPES = [-0.4, -0.1, 0.0, 0.3, 0.8]


def excesses(shape: float, night: int, queries: int = 1000) -> list[float]:
    """Scores that are generalised Pareto with scale 1 throughout."""
    rng = stream(Draws(1), "excess", night)
    return [float(value) for value in exceeded(rng.random(queries), shape)]


def exceeded(share: np.ndarray, shape: float) -> np.ndarray:
    return -np.log(share) if shape == 0 else (share**-shape - 1) / shape


@pytest.mark.parametrize("shape", SHAPES)
def test_the_likelihood_is_that_of_scipy(shape: float) -> None:
    values = np.array([0.1, 0.5, 1.9])
    found = pareto_likelihood(values, np.array([shape]), np.array([1.3]))[0]
    assert found == pytest.approx(stats.genpareto.logpdf(values, shape, 0, 1.3).sum())


def test_what_lies_beyond_the_end_is_impossible() -> None:
    found = pareto_likelihood(np.array([3.0]), np.array([-0.5]), np.array([1.0]))
    assert found[0] == -math.inf


@pytest.mark.parametrize("shape", SHAPES)
def test_the_fit_is_at_least_as_good_as_that_of_scipy(shape: float) -> None:
    scores = np.sort(excesses(shape, 0))
    found = fit_pareto(scores)
    values = scores[-50:] - found.threshold
    theirs = stats.genpareto.fit(values, floc=0)
    ours = stats.genpareto.logpdf(values, found.shape, 0, found.scale).sum()
    assert ours >= stats.genpareto.logpdf(values, *theirs).sum() - 1e-7
    assert found.shape == pytest.approx(theirs[0], abs=2e-3)
    assert found.scale == pytest.approx(theirs[2], rel=2e-3)


@pytest.mark.parametrize("shape", SHAPES)
def test_intervals_hold_the_planted_shape_and_the_worst(shape: float) -> None:
    nights, held, worst = 25, 0, 0
    truth = float(probability_of(exceeded(np.array([1e-4]), shape))[0])
    for night in range(nights):
        found = fit_pareto(excesses(shape, night))
        low, high = found.worst_interval(1e4)
        held += found.interval.low <= shape <= found.interval.high
        worst += low <= truth * (1 + 1e-9) and truth <= high * (1 + 1e-9)
        assert found.interval.low <= found.shape <= found.interval.high
        assert low <= found.worst(1e4) <= high
    # 95 % intervals: 20 of 25 or fewer has odds of less than 1 to 100.
    assert held > 20
    assert worst > 20


def test_the_shape_interval_is_the_profile_one() -> None:
    scores = np.sort(excesses(0.2, 3))
    found = fit_pareto(scores)
    values = scores[-50:] - found.threshold
    scales = np.exp(np.linspace(-4, 4, 20_001))
    peak = pareto_likelihood(values, np.array([found.shape]), np.array([found.scale]))
    for end in found.interval:
        best = pareto_likelihood(values, np.full(len(scales), end), scales).max()
        assert 2 * (peak[0] - best) == pytest.approx(3.841, abs=0.25)


def test_a_heavy_tail_speaks_against_the_gumbel_forecast() -> None:
    heavy = fit_pareto(excesses(0.8, 0), 200)
    assert heavy.interval.low > 0
    assert "the Gumbel forecast does not hold" in heavy.warnings[0]
    plain = fit_pareto(excesses(0.0, 0), 200)
    assert plain.interval.low <= 0 <= plain.interval.high
    assert plain.warnings == ()
    assert plain.advisory


def test_rates_with_a_known_tail_are_forecast() -> None:
    truth = stats.beta.ppf(1 - 1e-4, 0.2, 200)
    held = 0
    for night in range(20):
        rates = stream(Draws(2), "rates", night).beta(0.2, 200, 1000)
        low, high = fit_pareto(scores_of(list(rates))).worst_interval(1e4)
        held += low <= truth <= high
    assert held >= 16


def test_wrong_input_is_refused() -> None:
    with pytest.raises(DataError, match="top 19 must be a whole number, 20 or more"):
        fit_pareto(excesses(0.0, 0), 19)
    for scores in ([], [1.0] * 100, excesses(0.0, 0, 50), [-math.inf] * 60 + [1.0] * 9):
        with pytest.raises(DataError, match="evaluate more queries, or more runs"):
            fit_pareto(scores)
    with pytest.raises(DataError, match="alpha 0 must lie between"):
        fit_pareto(excesses(0.0, 0), alpha=0)
    found = fit_pareto(excesses(0.0, 0))
    with pytest.raises(DataError, match="lies inside the evaluated queries; use 20"):
        found.worst(19)
    for deployment in (0, math.inf, math.nan):
        with pytest.raises(DataError, match="give 1 query or more"):
            found.worst_interval(deployment)
