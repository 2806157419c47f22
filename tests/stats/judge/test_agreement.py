"""How well graders agree."""

import math
from collections.abc import Sequence
from itertools import permutations, product
from typing import cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from gyges.errors import DataError, UnknownNameError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.judge.agreement import (
    Confusion,
    Metric,
    cohen_kappa,
    confusion,
    krippendorff_alpha,
    percent_agreement,
    sensitivity,
    specificity,
)
from gyges.stats.rates import clopper_pearson

Ratings = list[list[float | None]]
METRICS: list[Metric] = ["nominal", "ordinal", "interval", "ratio"]
RATING = st.none() | st.integers(0, 4).map(float)
TABLES = st.lists(
    st.lists(RATING, min_size=3, max_size=3), min_size=2, max_size=8
).filter(lambda units: len(pooled(units)) > 1)


def pooled(units: Sequence[Sequence[float | None]]) -> set[float]:
    """The values that can be paired within units."""
    held = [[one for one in unit if one is not None] for unit in units]
    return {one for unit in held if len(unit) > 1 for one in unit}


def row(line: str) -> list[float | None]:
    """A rater's line, `*` where a label is missing."""
    return [None if mark == "*" else float(mark) for mark in line]


WIKI = [row("*****34121133*3"), row("1*213343*******"), row("**21344*21133*4")]


def turned(units: Ratings) -> Ratings:
    """Units as columns."""
    return [list(one) for one in zip(*units, strict=True)]


def plain_alpha(ratings: Ratings, metric: Metric) -> float:
    """Krippendorff's alpha pair by pair, straight from the definition."""
    units = [
        held
        for unit in zip(*ratings, strict=True)
        if len(held := [one for one in unit if one is not None]) > 1
    ]
    values = [one for unit in units for one in unit]

    def gap(one: float, other: float) -> float:
        low, high = min(one, other), max(one, other)
        if metric == "nominal":
            return float(low != high)
        if metric == "interval":
            return (high - low) ** 2
        if metric == "ratio":
            return ((high - low) / (high + low)) ** 2 if high else 0.0
        ends = (values.count(low) + values.count(high)) / 2
        return (
            (sum(low <= one <= high for one in values) - ends) ** 2 if low < high else 0
        )

    observed = sum(
        sum(gap(*pair) for pair in permutations(unit, 2)) / (len(unit) - 1)
        for unit in units
    )
    expected = sum(gap(*pair) for pair in permutations(values, 2)) / (len(values) - 1)
    return 1 - observed / expected


@pytest.mark.parametrize(
    ("metric", "alpha"),
    [("nominal", 0.691), ("ordinal", 0.807), ("interval", 0.811), ("ratio", 0.809)],
)
def test_alpha_of_the_worked_example(metric: Metric, alpha: float) -> None:
    assert krippendorff_alpha(WIKI, metric) == pytest.approx(alpha, abs=5e-4)


@given(TABLES, st.sampled_from(METRICS))
def test_alpha_is_what_the_definition_says(units: Ratings, metric: Metric) -> None:
    ratings = turned(units)
    found = krippendorff_alpha(ratings, metric)
    assert found == pytest.approx(plain_alpha(ratings, metric), abs=1e-9)
    assert found <= 1
    assert krippendorff_alpha(ratings[::-1], metric) == pytest.approx(found, abs=1e-9)


@pytest.mark.parametrize("metric", METRICS)
def test_raters_that_always_agree_have_an_alpha_of_one(metric: Metric) -> None:
    assert krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, 3]], metric) == 1


def test_alpha_of_raters_who_guess_is_near_zero() -> None:
    labels = stream(Draws(3), "guess").integers(0, 2, (2, 20_000)).astype(float)
    # Its standard error is 1 / sqrt(20,000) = .007.
    assert krippendorff_alpha(labels.tolist()) == pytest.approx(0, abs=0.03)


def test_a_missing_label_may_be_written_as_not_a_number() -> None:
    lines = [[math.nan if one is None else one for one in line] for line in WIKI]
    assert krippendorff_alpha(lines) == krippendorff_alpha(WIKI)


@pytest.mark.parametrize(
    ("ratings", "metric", "reason"),
    [
        ([[1, 1], [1, 1]], "nominal", "all ratings are equal"),
        ([[1, None], [None, 1]], "nominal", "no unit has two ratings"),
        ([], "nominal", "no unit has two ratings"),
        ([[1, 2], [1]], "nominal", "same units"),
        ([[-1, 2], [1, 2]], "ratio", "starts at 0"),
        ([[math.inf, 2], [1, 2]], "interval", "infinite"),
    ],
)
def test_ratings_without_an_alpha_are_refused(
    ratings: Ratings, metric: Metric, reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        krippendorff_alpha(ratings, metric)


def test_an_unknown_metric_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="nominal"):
        krippendorff_alpha(WIKI, "circular")  # pyright: ignore[reportArgumentType] - on purpose


def test_kappa_of_the_worked_example() -> None:
    assert cohen_kappa([[20, 5], [10, 15]]) == pytest.approx(0.4, abs=1e-12)


def test_kappa_is_that_of_another_hand() -> None:
    rng = stream(Draws(5), "tables")
    for size, _ in product((2, 3, 5), range(20)):
        table = rng.integers(1, 40, (size, size))
        other = cast("float", cohens_kappa(table, return_results=False))
        assert cohen_kappa(table.tolist()) == pytest.approx(other, abs=1e-12)


def test_kappa_falls_to_zero_where_events_are_rare() -> None:
    assert cohen_kappa([[980, 10], [10, 0]]) == pytest.approx(-0.0101, abs=1e-4)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([], "square"),
        ([[1, 2]], "square"),
        ([[1, 2], [3]], "square"),
        ([[0, 0], [0, 0]], "not all of them 0"),
        ([[1, -1], [0, 1]], "0 or more"),
        ([[math.nan, 1], [0, 1]], "0 or more"),
        ([[7, 0], [0, 0]], "one label"),
    ],
)
def test_tables_without_a_kappa_are_refused(
    table: list[list[float]], reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        cohen_kappa(table)


def test_two_raters_who_never_use_the_same_label_have_a_kappa() -> None:
    assert cohen_kappa([[0, 7], [0, 0]]) == 0


def test_labels_are_counted_against_the_truth() -> None:
    truth = [True] * 5 + [False] * 4
    graded = [True, True, False, True, True, False, True, False, False]
    table = confusion(truth, graded)
    assert table == Confusion(hits=4, misses=1, false_alarms=1, passes=3)
    caught, passed = sensitivity(table), specificity(table)
    assert (caught.value, caught.interval) == (0.8, clopper_pearson(4, 5))
    assert (passed.value, passed.interval) == (0.75, clopper_pearson(3, 4))
    assert sensitivity(table, 0.5).interval == clopper_pearson(4, 5, 0.5)


def test_a_share_of_no_runs_is_refused() -> None:
    with pytest.raises(DataError, match="no guilty runs"):
        sensitivity(Confusion(0, 0, 1, 9))
    with pytest.raises(DataError, match="no clean runs"):
        specificity(Confusion(1, 1, 0, 0))
    with pytest.raises(DataError, match="whole number"):
        specificity(Confusion(1, 1, -1, 3))
    with pytest.raises(DataError, match="same units"):
        confusion([True], [])


def test_units_that_one_rater_left_out_do_not_count() -> None:
    found = percent_agreement([1, 1, None, 0, math.nan], [1, 0, 1, 0, 0])
    assert found.value == pytest.approx(2 / 3)
    assert found.interval == clopper_pearson(2, 3)
    with pytest.raises(DataError, match="doubly labelled"):
        percent_agreement([None], [1])


@given(st.lists(st.booleans(), min_size=1, max_size=60))
def test_agreement_does_not_ask_who_comes_first(labels: list[bool]) -> None:
    one, other = np.array(labels, float).tolist(), [1.0] * len(labels)
    found = percent_agreement(one, other)
    assert found == percent_agreement(other, one)
    assert found.value == sum(labels) / len(labels)
