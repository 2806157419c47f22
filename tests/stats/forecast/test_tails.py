"""The worst of many queries, and what no tail can tell."""

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.forecast.betabinomial import fit_shape
from gyges.stats.forecast.tails import (
    fit_gumbel,
    forecast_tail,
    hidden_mode,
    probability_of,
    resampled,
    scores_of,
)

SCORES = [3, 2.5, 2.2, 2, 1.85, 1.7, 1.6, 1.5, 1.42, 1.35] + [0.0] * 90
SHAPE = 0.2, 200.0
"""Of the planted rates: the worst of 10,000 queries lies at .0302."""
QUERIES = 1000
DEPLOYMENT = 10_000


def planted(night: int, queries: int = QUERIES) -> list[float]:
    return list(stream(Draws(1), "rates", night).beta(*SHAPE, queries))


def counted(night: int, runs: int) -> list[int]:
    rng = stream(Draws(2), "runs", night, runs)
    return [int(k) for k in rng.binomial(runs, planted(night))]


def worst_of(probabilities: Sequence[float]) -> float | None:
    """The forecast, or nothing where there is no tail."""
    try:
        return fit_gumbel(scores_of(probabilities)).worst(DEPLOYMENT)
    except DataError:
        return None


def test_the_line_is_the_published_one() -> None:
    found = fit_gumbel(SCORES)
    assert found.slope == pytest.approx(-1.3924098899, abs=5e-11)
    assert found.intercept == pytest.approx(-0.4324412192, abs=5e-11)
    assert found.worst(1000) == pytest.approx(0.9904880998, abs=5e-11)


def test_scores_and_probabilities_are_inverse() -> None:
    given_ = [1e-300, 1e-5, 0.01, 0.5, 0.999]
    assert probability_of(scores_of(given_)).tolist() == pytest.approx(given_)
    assert scores_of([0.0])[0] == -math.inf
    assert probability_of(np.array([-math.inf]))[0] == 0


def test_a_planted_gumbel_tail_is_recovered() -> None:
    rng = stream(Draws(3), "gumbel")
    # Scores whose exceedance is exponential with slope -2 beyond 5.
    scores = [5 + rng.exponential(0.5, 5000) for _ in range(100)]
    wide = [fit_gumbel(sample, 1000).slope for sample in scores]
    assert np.mean(wide) == pytest.approx(-2, rel=0.02)
    # Ten ranks make a line that is too flat, and a worst query that is too bad.
    narrow = [fit_gumbel(sample) for sample in scores]
    assert np.mean([tail.slope for tail in narrow]) == pytest.approx(-1.7, rel=0.1)
    inside = float(probability_of(np.array(5 + 0.5 * math.log(5000))))
    worst = [math.log(-math.log(tail.worst(5000))) for tail in narrow]
    bias = float(np.median(worst)) - math.log(-math.log(inside))
    assert -0.5 < bias < -0.1


@given(st.floats(1, 1e8), st.floats(1, 1e3))
def test_more_queries_have_no_milder_worst(deployment: float, times: float) -> None:
    tail = fit_gumbel(SCORES)
    one, more = tail.worst(deployment), tail.worst(deployment * times)
    assert 0 <= one <= more <= 1


def test_counted_probabilities_overstate_the_tail() -> None:
    truth = special.betaincinv(*SHAPE, 1 - 1 / DEPLOYMENT)
    assert truth == pytest.approx(0.0302, abs=5e-5)
    medians: dict[int, float] = {}
    unusable: dict[int, float] = {}
    for runs in (10, 30, 100, 1000):
        found = [
            worst_of([k / runs for k in counted(night, runs)]) for night in range(100)
        ]
        usable = [worst for worst in found if worst is not None]
        medians[runs] = float(np.median(usable))
        unusable[runs] = 1 - len(usable) / len(found)
    # The reference: .166, .089 and .047 from 30, 100 and 1,000 runs.
    assert medians[30] == pytest.approx(0.166, abs=0.05)
    assert medians[100] == pytest.approx(0.089, abs=0.01)
    assert medians[1000] == pytest.approx(0.047, abs=0.005)
    assert medians[10] > 10 * truth
    assert unusable[10] > 0.4
    tails = [fit_gumbel(scores_of(planted(night))) for night in range(100)]
    exact = float(np.median([tail.worst(DEPLOYMENT) for tail in tails]))
    assert truth < exact < medians[1000]


def test_a_beta_binomial_does_better_with_counts() -> None:
    found: dict[int, list[float]] = {10: [], 100: []}
    for runs, worst in found.items():
        for night in range(40):
            shape = fit_shape(counted(night, runs), [runs] * QUERIES)
            tail = special.betaincinv(shape.a, shape.b, 1 - 1 / DEPLOYMENT)
            worst.append(float(tail))
    # The reference: .0298 from a hundred runs, and .0011 from ten.
    assert np.median(found[100]) == pytest.approx(0.0298, abs=0.002)
    assert np.median(found[10]) == pytest.approx(0.0011, abs=0.0005)


def test_a_hidden_mode_is_missed_and_warned_of() -> None:
    share, missed, warned = 2e-4, 0, 0
    nights = 50
    for night in range(nights):
        rng = stream(Draws(4), "hidden", night)
        rates = rng.beta(*SHAPE, QUERIES)
        hidden = rng.random(QUERIES) < share
        rates[hidden] = rng.beta(50, 50, int(hidden.sum()))
        found = forecast_tail(list(rates), DEPLOYMENT, rng=rng)
        if not hidden.any():
            # One query in 10,000 is among the upper half of the mode: at .5.
            missed += found.high < 0.49
            warned += found.hidden.unseen > share
            assert found.hidden.warning in found.warnings
    assert missed == warned >= 0.7 * nights


def test_what_was_not_seen_is_bounded() -> None:
    found = hidden_mode(1000, 10_000)
    assert found.unseen == pytest.approx(0.00299125, abs=5e-9)
    assert found.expected == pytest.approx(29.9125, abs=5e-5)
    assert found.chance == pytest.approx(1 - 0.05**10)
    assert (1 - found.unseen) ** 1000 == pytest.approx(0.05)
    assert "up to 0.003 of all may be missing among 1000 queries" in found.warning
    assert hidden_mode(10**6, 1).chance == pytest.approx(3e-6, rel=2e-3)


def test_resampling_is_that_of_the_queries() -> None:
    ascending = np.arange(200.0)
    quick = resampled(ascending, stream(Draws(5), "quick"))
    rng = stream(Draws(5), "slow")
    slow = np.sort(rng.choice(ascending, (2000, 200)), axis=1)[:, :-11:-1]
    assert quick.shape == slow.shape
    assert np.all(np.diff(quick, axis=1) <= 0)
    ranks = np.arange(1, 11)
    for drawn in (quick, slow):
        expected = 200 * (201 - ranks) / 201 - 0.5
        assert drawn.mean(axis=0) == pytest.approx(expected, abs=0.25)
    assert quick.std(axis=0) == pytest.approx(slow.std(axis=0), rel=0.1)


def test_intervals_hold_the_worst_query_less_often_than_they_say() -> None:
    truth = special.betaincinv(*SHAPE, 1 - 1 / DEPLOYMENT)
    held = above = 0
    for night in range(100):
        found = forecast_tail(
            planted(night), DEPLOYMENT, rng=stream(Draws(6), "interval", night)
        )
        assert found.low <= found.worst * 1.5
        held += found.low <= truth <= found.high
        above += found.low > truth
    # The tail overstates here: what the interval misses, it misses upwards.
    assert 80 <= held < 97
    assert above > (100 - held) / 2


def test_the_same_stream_gives_the_same_interval() -> None:
    one, other = (
        forecast_tail(planted(0), 1e4, rng=stream(Draws(7), "same")) for _ in range(2)
    )
    assert one == other
    assert one.advisory
    assert one.tail.advisory
    assert one.hidden.advisory


def test_too_few_counted_runs_are_refused() -> None:
    for runs in (10, 100, 999):
        with pytest.raises(DataError, match="runs of each query are too few to count"):
            forecast_tail(planted(0), 1e4, runs, rng=stream(Draws(8), "few"))
    found = forecast_tail(planted(0), 1e4, 1000, rng=stream(Draws(8), "few"))
    assert "counted" in found.warnings[0]


def test_doubts_are_told() -> None:
    far, inside, narrow = (
        forecast_tail(rates, deployment, rng=stream(Draws(9), "doubts"))
        for rates, deployment in (
            (planted(0), 1e6),
            (planted(0), 100),
            ([*planted(0)[:10], *[0.0] * 90], 1e3),
        )
    )
    assert "over 100 times the 1000 evaluated" in far.warnings[0]
    assert "fewer queries to come than evaluated" in inside.warnings[0]
    assert narrow.unusable > 0.3
    assert "of resamples had no tail" in narrow.warnings[0]


@pytest.mark.parametrize(
    ("rates", "deployment", "said"),
    [
        ([], 10, "only 0 of 0 queries"),
        ([0.1] * 9, 10, "only 9 of 9 queries"),
        ([0.1, 0.2] + [0.0] * 98, 10, "only 2 of 100 queries"),
        ([0.1] * 50, 10, "the 10 largest probabilities are equal"),
        ([1.0, *[0.1] * 50], 10, "report it, and forecast the others"),
        ([math.nan] * 50, 10, "is no probability below 1"),
        ([-0.1] * 50, 10, "is no probability below 1"),
        ([0.1] * 50, 0, "give 1 query or more"),
        ([0.1] * 50, math.inf, "give 1 query or more"),
        ([0.1] * 50, math.nan, "give 1 query or more"),
    ],
)
def test_wrong_input_is_refused(
    rates: list[float], deployment: float, said: str
) -> None:
    with pytest.raises(DataError, match=said):
        forecast_tail(rates, deployment, rng=stream(Draws(10), "wrong"))


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(DataError, match=r"alpha 1\.0 must lie between"):
        forecast_tail(planted(0), 10, alpha=1.0, rng=stream(Draws(10), "wrong"))
    with pytest.raises(DataError, match="queries 0 must be a whole number"):
        hidden_mode(0, 10)
    with pytest.raises(DataError, match="top 1 must be a whole number, 2 or more"):
        fit_gumbel(SCORES, 1)
