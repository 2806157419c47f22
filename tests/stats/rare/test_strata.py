"""Strata."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.rare import (
    Stratum,
    equal,
    neyman,
    proportional,
    runs_to_certify,
    stratified,
    stratified_rse,
)
from gyges.stats.rates import fay_feuer

WEIGHTS = (0.9, 0.09, 0.009, 0.001)
RATES = (1e-6, 1e-4, 1e-2, 0.2)
THETA = sum(w * p for w, p in zip(WEIGHTS, RATES, strict=True))


def expected(runs: tuple[int, ...]) -> list[Stratum]:
    """The strata of the reference with as many events as are to be expected."""
    rows = zip(WEIGHTS, RATES, runs, strict=True)
    return [Stratum(f"s{w}", w, p * n, n) for w, p, n in rows]


def test_the_errors_of_the_reference() -> None:
    spread, even = proportional(WEIGHTS, 2000), equal(WEIGHTS, 2000)
    assert spread == (1800, 180, 18, 2)
    assert even == (500, 500, 500, 500)
    assert stratified_rse(WEIGHTS, RATES, spread) == pytest.approx(1.200, abs=5e-4)
    error = stratified_rse(WEIGHTS, RATES, even)
    assert error == pytest.approx(0.2396, abs=5e-5)
    assert (1 - THETA) / THETA / error**2 == pytest.approx(58_062, abs=0.5)


@pytest.mark.parametrize(
    ("runs", "ratio"), [((500,) * 4, 22.7), ((2000, 1000, 500, 500), 6.2)]
)
def test_only_runs_in_the_boring_stratum_lower_the_bound(
    runs: tuple[int, ...], ratio: float
) -> None:
    found = stratified(expected(runs))
    assert found.value == pytest.approx(THETA)
    assert found.rse == pytest.approx(stratified_rse(WEIGHTS, RATES, runs))
    assert found.interval.high / THETA == pytest.approx(ratio, abs=0.05)
    assert found.heavy == "s0.9"
    assert any("s0.9" in warning for warning in found.warnings)


def test_the_interval_is_fay_and_feuers() -> None:
    strata = [Stratum("a", 0.7, 3, 400), Stratum("b", 0.3, 11, 90)]
    found = stratified(strata, 0.1)
    assert found.interval == fay_feuer([3, 11], [0.7 / 400, 0.3 / 90], 0.1)


def test_no_event_still_has_a_bound_and_it_is_the_floor() -> None:
    found = stratified([Stratum("a", 0.9, 0, 500), Stratum("b", 0.1, 0, 500)])
    assert (found.value, found.error, found.rse) == (0.0, 0.0, math.inf)
    assert found.interval.low == 0
    assert found.floor == pytest.approx(-math.log(0.025) * 0.9 / 500)
    assert found.interval.high == pytest.approx(found.floor)
    assert found.warnings


def test_a_bound_is_no_more_than_a_rate_can_be() -> None:
    found = stratified([Stratum("a", 0.5, 1, 1), Stratum("b", 0.5, 1, 1)])
    assert found.interval.high == 1.0


def test_an_estimate_made_of_events_is_not_warned_of() -> None:
    found = stratified([Stratum("a", 0.5, 300, 1000), Stratum("b", 0.5, 200, 1000)])
    assert found.warnings == ()


def test_certifying_takes_as_many_runs_as_without_strata() -> None:
    needed = runs_to_certify(WEIGHTS, 1e-3)
    plain = -math.log(0.025) / 1e-3
    assert plain <= sum(needed) <= plain + len(needed)
    clean = [Stratum("s", w, 0, n) for w, n in zip(WEIGHTS, needed, strict=True)]
    assert stratified(clean).interval.high <= 1e-3 * (1 + 1e-9)
    short = [
        Stratum("s", w, 0, n // 2 + 1) for w, n in zip(WEIGHTS, needed, strict=True)
    ]
    assert stratified(short).interval.high > 1e-3


@pytest.mark.parametrize(
    ("weights", "total", "runs"),
    [
        ((0.5, 0.3, 0.2), 7, (4, 2, 1)),
        ((0.55, 0.25, 0.2), 6, (3, 2, 1)),
        ((0.98, 0.01, 0.01), 10, (8, 1, 1)),
        ((1.0,), 5, (5,)),
    ],
)
def test_parts_of_runs_go_where_most_is_left_over(
    weights: tuple[float, ...], total: int, runs: tuple[int, ...]
) -> None:
    assert proportional(weights, total) == runs


def test_neymans_rule_goes_where_the_spread_is() -> None:
    sharp = neyman(WEIGHTS, RATES, 2000, defensive=0)
    parts = [w * math.sqrt(p * (1 - p)) for w, p in zip(WEIGHTS, RATES, strict=True)]
    assert sharp == pytest.approx([2000 * part / sum(parts) for part in parts], abs=1)
    best = stratified_rse(WEIGHTS, RATES, sharp)
    for runs in (equal(WEIGHTS, 2000), neyman(WEIGHTS, RATES, 2000)):
        assert best < stratified_rse(WEIGHTS, RATES, runs)
    assert neyman(WEIGHTS, RATES, 2000, defensive=1) == proportional(WEIGHTS, 2000)


def test_a_stratum_guessed_as_clean_is_defended() -> None:
    guessed = neyman(WEIGHTS, (0, 0, 0.01, 0.2), 2000)
    assert guessed[0] >= 900
    assert neyman(WEIGHTS, (0, 0, 0, 0), 2000) == proportional(WEIGHTS, 2000)


@given(
    st.lists(st.floats(0.01, 1), min_size=1, max_size=8),
    st.integers(8, 10_000),
    st.floats(0, 1),
)
def test_all_runs_are_shared_out_and_everybody_gets_one(
    parts: list[float], total: int, defensive: float
) -> None:
    weights = [part / math.fsum(parts) for part in parts]
    rates = [part / 2 for part in parts]
    for runs in (
        proportional(weights, total),
        equal(weights, total),
        neyman(weights, rates, total, defensive),
    ):
        assert sum(runs) == total
        assert min(runs) >= 1


def test_a_planted_rate_is_recovered_and_covered() -> None:
    rng = stream(Draws(3), "strata")
    rates, weights, runs = (0.002, 0.03, 0.3), (0.8, 0.15, 0.05), (600, 300, 300)
    truth = sum(w * p for w, p in zip(weights, rates, strict=True))
    seen = rng.binomial(runs, rates, (400, 3))
    found = [
        stratified(
            [
                Stratum("s", w, float(k), n)
                for w, k, n in zip(weights, row, runs, strict=True)
            ]
        )
        for row in seen
    ]
    values = np.array([one.value for one in found])
    assert values.mean() == pytest.approx(truth, rel=0.02)
    # At 95 % fewer than 370 of 400 would be seen once in 50 times.
    covered = sum(one.interval.low <= truth <= one.interval.high for one in found)
    assert covered >= 370


@pytest.mark.parametrize(
    ("strata", "said"),
    [
        ([], "no shares"),
        ([Stratum("a", 0.5, 0, 10)], "sum to 1"),
        ([Stratum("a", 1.5, 0, 10), Stratum("b", -0.5, 0, 10)], "above 0"),
        ([Stratum("a", math.nan, 0, 10)], "no shares"),
        ([Stratum("a", 1.0, 11, 10)], "11 events"),
        ([Stratum("a", 1.0, 0, 0)], "at least one"),
        ([Stratum("a", 1.0, math.nan, 5)], "nan events"),
    ],
)
def test_what_is_no_sample_is_refused(strata: list[Stratum], said: str) -> None:
    with pytest.raises(DataError, match=said):
        stratified(strata)


def test_what_cannot_be_planned_is_refused() -> None:
    with pytest.raises(DataError, match="total 3"):
        equal(WEIGHTS, 3)
    with pytest.raises(DataError, match="4 numbers"):
        neyman(WEIGHTS, (0.1,), 100)
    with pytest.raises(DataError, match="defensive"):
        neyman(WEIGHTS, RATES, 100, 1.5)
    with pytest.raises(DataError, match="one for each"):
        stratified_rse(WEIGHTS, RATES, (1, 1))
    with pytest.raises(DataError, match="runs 0"):
        stratified_rse(WEIGHTS, RATES, (0, 1, 1, 1))
    with pytest.raises(DataError, match="all rates are 0"):
        stratified_rse(WEIGHTS, (0, 0, 0, 0), (1, 1, 1, 1))
    with pytest.raises(DataError, match="budget 0"):
        runs_to_certify(WEIGHTS, 0)
    with pytest.raises(DataError, match="alpha 1"):
        stratified([Stratum("a", 1.0, 0, 5)], 1)
