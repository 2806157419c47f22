"""Corrections for a grader's measured errors, and where they fail."""

import math
from collections.abc import Sequence
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import Stream, stream
from gyges.stats.judge.correction import (
    Tested as Portion,  # pytest takes a name in Test... for a class of tests
)
from gyges.stats.judge.correction import (
    calibration_allocation,
    lee_interval,
    ppi,
    rogan_gladen,
)
from gyges.stats.rates import clopper_pearson

Y = [0, 0, 1, 0, 1, 0, 0, 0, 0, 1]
LABELLED = [0, 1, 1, 0, 1, 0, 0, 0, 0, 0]
UNLABELLED = [0] * 80 + [1] * 20
JUDGED, CLEAN, BAD = Portion(400, 1000), Portion(140, 200), Portion(180, 200)
SHARES = st.floats(0, 1)


def test_the_correction_of_the_worked_example() -> None:
    assert rogan_gladen(0.4, 0.9, 0.7) == pytest.approx(1 / 6, abs=1e-12)
    found = lee_interval(JUDGED, CLEAN, BAD)
    assert found.value == pytest.approx(1 / 6, abs=1e-12)
    assert found.interval.low == pytest.approx(0.05635072, abs=5e-9)
    assert found.interval.high == pytest.approx(0.26273303, abs=5e-9)
    assert calibration_allocation(0.4, 0.9, 0.7, 400) == pytest.approx(111.17, abs=5e-3)


@given(SHARES, st.floats(0.51, 1), st.floats(0.51, 1))
def test_the_correction_undoes_the_errors(rate: float, se: float, sp: float) -> None:
    judged = min(1.0, rate * se + (1 - rate) * (1 - sp))
    assert rogan_gladen(judged, se, sp) == pytest.approx(rate, abs=1e-9)


def test_it_is_below_zero_where_fewer_are_flagged_than_false_alarms() -> None:
    assert rogan_gladen(0.01, 0.9, 0.98) == pytest.approx(-0.01 / 0.88)


def test_the_interval_is_clipped_unless_it_is_to_be_averaged() -> None:
    judged, clean, bad = Portion(60, 5000), Portion(495, 500), Portion(54, 60)
    clipped = lee_interval(judged, clean, bad)
    whole = lee_interval(judged, clean, bad, clip=False)
    assert whole.value == clipped.value
    assert whole.interval.low < 0 == clipped.interval.low
    assert whole.interval.high == clipped.interval.high


def test_where_events_are_rare_the_interval_says_nothing() -> None:
    judged, bad = Portion(60, 5000), Portion(54, 60)
    few = lee_interval(judged, Portion(495, 500), bad).interval
    assert few.low == 0
    assert few.high == pytest.approx(0.0117, abs=5e-5)
    many = lee_interval(judged, Portion(4950, 5000), bad).interval
    # Ten times the work: still nothing is shown, and a bound of 1e-4 is far away.
    assert many.low == 0
    assert 0.5 * few.high < many.high


def test_the_interval_covers_where_events_are_common() -> None:
    rng, rate, se, sp = stream(Draws(1), "lee"), 0.3, 0.9, 0.85
    times = 1000
    judged = rng.binomial(1000, rate * se + (1 - rate) * (1 - sp), times).tolist()
    clean, bad = (rng.binomial(200, share, times).tolist() for share in (sp, se))
    holds = 0
    for flagged, passed, caught in zip(judged, clean, bad, strict=True):
        low, high = lee_interval(
            Portion(flagged, 1000), Portion(passed, 200), Portion(caught, 200)
        ).interval
        holds += low <= rate <= high
    exact = clopper_pearson(holds, times, 0.001)
    assert exact.high > 0.94
    assert exact.low > 0.92


@given(st.floats(0.01, 0.99), st.floats(0.55, 0.99), st.floats(0.55, 0.99))
def test_labels_go_where_the_errors_weigh(p: float, se: float, sp: float) -> None:
    guilty = calibration_allocation(p, se, sp, 400)
    assert 0 < guilty < 400
    # The other way round, with the classes swapped, it is the rest.
    assert calibration_allocation(1 - p, sp, se, 400) == pytest.approx(400 - guilty)
    assert calibration_allocation(p, se, (sp + 1) / 2, 400) > guilty


def test_all_labels_go_to_guilty_runs_if_there_are_no_false_alarms() -> None:
    assert calibration_allocation(0.4, 0.9, 1.0, 50) == 50
    assert calibration_allocation(0.4, 1.0, 0.9, 50) == 0


@pytest.mark.parametrize(
    ("judged", "se", "sp", "reason"),
    [
        (0.4, 0.5, 0.5, "no better than chance"),
        (0.4, 0.1, 0.2, "no better than chance"),
        (1.4, 0.9, 0.9, "judged share 1.4"),
        (0.4, math.nan, 0.9, "sensitivity nan"),
        (0.4, 0.9, -0.1, "specificity -0.1"),
    ],
)
def test_graders_that_cannot_be_corrected_are_refused(
    judged: float, se: float, sp: float, reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        rogan_gladen(judged, se, sp)
    with pytest.raises(DataError):
        calibration_allocation(judged, se, sp, 100)


def test_counts_that_cannot_be_are_refused() -> None:
    with pytest.raises(DataError, match="events must be"):
        lee_interval(Portion(5, 4), CLEAN, BAD)
    with pytest.raises(DataError, match="at least one"):
        lee_interval(JUDGED, Portion(0, 0), BAD)
    with pytest.raises(DataError, match="no better than chance"):
        lee_interval(JUDGED, Portion(80, 200), Portion(90, 200))
    with pytest.raises(DataError, match="alpha"):
        lee_interval(JUDGED, CLEAN, BAD, 1.0)
    with pytest.raises(DataError, match="without errors"):
        calibration_allocation(0.4, 1.0, 1.0, 100)


def test_prediction_powered_mean_of_the_worked_example() -> None:
    found = ppi(Y, LABELLED, UNLABELLED, power=1)
    assert found.value == pytest.approx(0.2, abs=1e-12)
    assert found.interval.low == pytest.approx(-0.0880547, abs=5e-8)
    assert found.interval.high == pytest.approx(0.4880547, abs=5e-8)


def test_the_power_is_the_one_of_least_variance() -> None:
    found = ppi(Y, LABELLED, UNLABELLED)
    y, f = np.array(Y, float), np.array(LABELLED, float)
    spread = np.concatenate((f, UNLABELLED)).var(ddof=1)
    expected = float(np.cov(y, f)[0, 1]) / (1.1 * float(spread))
    assert found.power == pytest.approx(expected, rel=1e-12)
    widths = [
        high - low
        for low, high in (
            ppi(Y, LABELLED, UNLABELLED, power=power).interval for power in (0.0, 1.0)
        )
    ]
    assert found.interval.high - found.interval.low < min(widths)


def test_a_grader_that_knows_nothing_gets_no_power() -> None:
    opposite = [1 - one for one in Y]
    assert ppi(Y, opposite, UNLABELLED).power == 0
    found = ppi(Y, [0] * 10, [0] * 50)
    assert (found.power, found.value) == (0, pytest.approx(0.3))


def covers(n: int, p: float, times: int, rng: Stream) -> tuple[int, int]:
    """How often the interval holds the rate, and how often no label is positive."""
    whole = n + 20_000
    held = empty = 0
    for _ in range(times):
        guilty = rng.random(whole) < p
        said = rng.random(whole) < np.where(guilty, 0.9, 0.01)
        truth, graded, ungraded = (
            cast("Sequence[float]", part) for part in (guilty[:n], said[:n], said[n:])
        )
        low, high = ppi(truth, graded, ungraded).interval
        held += low <= p <= high
        empty += not guilty[:n].any()
    return held, empty


def test_where_events_are_rare_prediction_covers_far_less_than_it_says() -> None:
    held, empty = covers(300, 0.005, 600, stream(Draws(1), "ppi"))
    # .738 is the figure to be met; 100,000 samples gave .747.
    low, high = clopper_pearson(held, 600, 0.01)
    assert low < 0.738 < high < 0.85
    low, high = clopper_pearson(empty, 600, 0.01)
    assert low < 0.995**300 < high


def test_where_events_are_common_prediction_covers_what_it_says() -> None:
    held, _ = covers(300, 0.3, 300, stream(Draws(1), "ppi", "common"))
    low, high = clopper_pearson(held, 300, 0.01)
    assert low < 0.95 < high


@pytest.mark.parametrize(
    ("truth", "graded", "ungraded", "reason"),
    [
        ([0, 1], [1], [0, 1], "2 human labels, 1 of the grader"),
        ([0], [1], [0, 1], "two on each side"),
        ([0, 1], [0, 1], [1], "two on each side"),
        ([0, math.nan], [0, 1], [1, 0], "truth must be"),
        ([0, 1], [0, 1], [1, math.inf], "ungraded must be"),
    ],
)
def test_labels_without_a_mean_are_refused(
    truth: list[float], graded: list[float], ungraded: list[float], reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        ppi(truth, graded, ungraded)
