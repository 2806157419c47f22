"""Scores of past forecasts."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import DataError, UnknownNameError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.forecast.scores import Past, log_score, scorecard


def past(seasons: int, truth: float = 0.3, skill: float = 0.25) -> list[Past]:
    """Seasons with rates around `truth`: one forecaster knows them, one the mean."""
    rng = stream(Draws(5), "past")
    rates = truth + skill * (2 * (rng.random(seasons) < 0.5) - 1)
    came = rng.random(seasons) < rates
    return [
        Past({"carry-forward": truth, "ours": float(rate), "naive": 0.0}, bool(it))
        for rate, it in zip(rates, came, strict=True)
    ]


def test_the_score_is_the_logarithm_of_what_came() -> None:
    found = log_score([0.2, 0.2, 0.5], [True, False, True])
    assert found.tolist() == pytest.approx(
        [math.log(0.2), math.log(0.8), math.log(0.5)]
    )


def test_an_impossible_event_costs_much_and_not_everything() -> None:
    assert log_score([0.0], [True])[0] == pytest.approx(math.log(1e-6))
    assert log_score([1.0], [False], 1e-3)[0] == pytest.approx(math.log(1e-3))
    assert log_score([0.0], [False])[0] == pytest.approx(0, abs=2e-6)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_only_the_truth_scores_best(truth: float, said: float) -> None:
    def expected(p: float) -> float:
        scores = log_score([p, p], [True, False])
        return float(truth * scores[0] + (1 - truth) * scores[1])

    assert expected(said) <= expected(truth) + 1e-12


def test_who_knows_more_is_found_out() -> None:
    found = scorecard(past(400))
    ours, carry, naive = found.scores
    assert [ours.forecaster, carry.forecaster, naive.forecaster] == [
        "ours",
        "carry-forward",
        "naive",
    ]
    assert (ours.verdict, carry.verdict, naive.verdict) == (
        "better",
        "baseline",
        "worse",
    )
    assert (carry.gain, carry.interval) == (0, (0, 0))
    assert ours.interval.low < ours.gain < ours.interval.high
    assert ours.gain == pytest.approx(ours.log_score - carry.log_score)
    assert (ours.clipped, naive.clipped) == (0, 400)
    assert (found.forecasts, found.advisory, found.warnings) == (400, True, ())


def test_the_brier_score_is_the_squared_error() -> None:
    found = scorecard([Past({"carry-forward": 0.2}, True)] * 3)
    assert found.scores[0].brier == pytest.approx(0.64)
    assert found.happened == 3


def test_equal_skill_is_rarely_called_different() -> None:
    wrong = 0
    for night in range(200):
        rng = stream(Draws(6), "equal", night)
        noise = rng.normal(0, 0.3, (2, 40))
        said = 1 / (1 + np.exp(0.4 - noise))
        came = rng.random(40) < 0.4
        history = [
            Past({"carry-forward": float(a), "ours": float(b)}, bool(it))
            for a, b, it in zip(*said, came, strict=True)
        ]
        verdicts = {score.verdict for score in scorecard(history).scores}
        wrong += "undecided" not in verdicts
    # Binomial(200, .05): more than 20 has odds of 1 to 600.
    assert wrong <= 20


def test_few_or_equal_outcomes_decide_nothing() -> None:
    quiet = [Past({"carry-forward": 0.02, "ours": 0.01}, False)] * 50
    found = scorecard(quiet)
    assert found.scores[0].forecaster == "ours"
    assert found.scores[0].verdict == "undecided"
    assert found.warnings == (
        "all outcomes are alike: nothing can be told of forecasters",
    )
    few = scorecard(past(400)[:4])
    assert "4 forecasts; a comparison needs 5" in few.warnings
    assert {score.verdict for score in few.scores} == {"undecided", "baseline"}
    assert scorecard(quiet[:1]).scores[0].interval == (-math.inf, math.inf)


def test_wrong_input_is_refused() -> None:
    with pytest.raises(DataError, match="no settled forecasts"):
        scorecard([])
    with pytest.raises(UnknownNameError, match="unknown forecaster 'carry-forward'"):
        scorecard([Past({"ours": 0.5}, True)])
    with pytest.raises(DataError, match="forecast 1 is by"):
        scorecard([Past({"a": 0.5}, True), Past({"b": 0.5}, True)], "a")
    for wrong in (-0.1, 1.1, math.nan):
        with pytest.raises(DataError, match="is no probability"):
            log_score([wrong], [True])
    for said, came in (([], []), ([0.5], []), ([0.5], [True, False])):
        with pytest.raises(DataError, match="give one outcome for each"):
            log_score(said, came)
    with pytest.raises(DataError, match="twice the floor"):
        log_score([0.5], [True], 0.6)
