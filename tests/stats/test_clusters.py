"""Runs that share a scenario."""

import math
from collections.abc import Hashable, Sequence

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.clusters import (
    clustered_error,
    korn_graubard,
    resampling_variance,
    scenario_bound,
)
from gyges.stats.rates import clopper_pearson

TWENTY = [scenario for scenario in range(20) for _ in range(10)]
"""20 scenarios of 10 runs."""
EVENTS = [1, 1, 1, *[0] * 7, 1, *[0] * 189]
"""3 events in the first, 1 in the second, none in the others."""


def test_the_published_clustered_error_comes_out() -> None:
    found = clustered_error([1, 1, 0, 0, 1, 0], "aabbcc")
    assert found == pytest.approx(0.2886751345948, abs=5e-14)


def test_the_published_interval_over_scenarios_comes_out() -> None:
    found = korn_graubard(EVENTS, TWENTY)
    assert found.error == pytest.approx(0.0155597, abs=5e-8)
    assert found.n_eff == pytest.approx(70.9904, abs=5e-5)
    assert found.interval == pytest.approx((0.0012823, 0.0855359), abs=5e-8)
    assert found.per_run == pytest.approx((0.0054756, 0.0504136), abs=5e-8)
    assert found.per_scenario == clopper_pearson(2, 20)
    assert (found.mean, found.n, found.scenarios) == (0.02, 200, 20)


def test_without_any_event_both_ways_to_count_are_given() -> None:
    found = korn_graubard([0] * 1000, [run // 20 for run in range(1000)])
    assert found.per_run.high == pytest.approx(0.0037, abs=5e-5)
    assert found.per_scenario.high == pytest.approx(0.071, abs=5e-4)
    assert found.interval == found.per_scenario
    assert (found.mean, found.error, found.n_eff) == (0.0, None, None)


def test_with_nothing_but_events_the_bounds_are_mirrored() -> None:
    none, every = (korn_graubard([event] * 200, TWENTY) for event in (0, 1))
    assert every.error is None
    assert every.interval.high == 1.0
    assert every.interval.low == pytest.approx(1 - none.interval.high)
    assert every.per_run.low == pytest.approx(1 - none.per_run.high)


@pytest.mark.parametrize("sizes", [(1, 1, 1, 1), (2, 2, 2), (1, 5, 30, 2), (40, 3)])
def test_another_hand_computes_the_same_error(sizes: Sequence[int]) -> None:
    clusters = [place for place, size in enumerate(sizes) for _ in range(size)]
    values = stream(Draws(1), "values", len(clusters)).normal(3, 2, len(clusters))
    fit = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": np.array(clusters)}
    )
    found = clustered_error(values.tolist(), clusters)
    assert found == pytest.approx(float(fit.bse[0]), rel=1e-10)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50))
def test_clusters_of_one_give_the_plain_error(values: list[float]) -> None:
    plain = np.std(values, ddof=1) / math.sqrt(len(values))
    found = clustered_error(values, range(len(values)))
    assert found == pytest.approx(float(plain), rel=1e-9, abs=1e-9)


def test_copies_of_a_run_add_nothing() -> None:
    values, names = [0.0, 1.0, 1.0, 5.0], ["a", "b", "c", "d"]
    assert clustered_error(values * 7, names * 7) == pytest.approx(
        clustered_error(values, names)
    )
    once, often = (
        korn_graubard([0, 1, 0, 0], names),
        korn_graubard([0, 1, 0, 0] * 7, names * 7),
    )
    assert often.n_eff == pytest.approx(once.n_eff)
    assert often.interval == pytest.approx(once.interval)
    assert often.per_run.high < once.per_run.high


@pytest.mark.parametrize("seed", range(5))
def test_neither_order_nor_names_matter(seed: int) -> None:
    order: list[int] = stream(Draws(seed), "order").permutation(200).tolist()
    names = [f"scenario {TWENTY[place]}" for place in order]
    found = korn_graubard([EVENTS[place] for place in order], names)
    assert found.interval == pytest.approx(korn_graubard(EVENTS, TWENTY).interval)
    assert found.error == pytest.approx(clustered_error(EVENTS, TWENTY))
    assert found.per_scenario == scenario_bound(EVENTS, TWENTY)


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 9)), min_size=2, max_size=200),
    st.floats(0.001, 0.3),
)
def test_an_interval_over_scenarios_holds_the_mean_and_is_no_narrower_than_by_run(
    rows: list[tuple[bool, int]], alpha: float
) -> None:
    values, clusters = [event for event, _ in rows], [name for _, name in rows]
    if len(set(clusters)) > 1:
        found = korn_graubard(values, clusters, alpha)
        low, high = found.interval
        assert 0 <= low <= found.mean <= high <= 1
        assert high - low >= (found.per_run.high - found.per_run.low) * (1 - 1e-9)
        assert found.n_eff is None or 0 < found.n_eff <= len(rows)
        assert found.per_scenario == scenario_bound(values, clusters, alpha)


def test_equal_scenarios_count_every_run_but_for_students_quantile() -> None:
    found = korn_graubard([1, 0, 1, 0, 1, 0], "aabbcc")
    assert found.error == 0.0
    # z = 1.95996 and t = 4.30265 with two degrees.
    assert found.n_eff == pytest.approx(6 * (1.959964 / 4.302653) ** 2, rel=1e-6)


def test_the_share_of_scenarios_asks_for_any_event() -> None:
    assert scenario_bound(EVENTS, TWENTY) == clopper_pearson(2, 20)
    assert scenario_bound([True, True], ["a", "a"], 0.1) == clopper_pearson(1, 1, 0.1)


@pytest.mark.parametrize("repeats", [1, 2, 4, 100])
def test_repeats_wear_down_the_variance_as_published(repeats: int) -> None:
    # Rates uniform on 0 to 1: variance 1/12 between, mean of p(1 - p) = 1/6 within.
    once = resampling_variance(1 / 12, 1 / 6, 1)
    assert once == pytest.approx(1 / 4)
    assert resampling_variance(1 / 12, 1 / 6, repeats) == pytest.approx(
        once * (1 + 2 / repeats) / 3
    )


def planted(arms: int) -> tuple[list[list[list[int]]], float]:
    """Events of 100 scenarios x 20 runs, rates drawn from Beta(.1, 20); their mean."""
    rng = stream(Draws(4), "planted")
    rates = rng.beta(0.1, 20, (arms, 100))
    runs = rng.random((arms, 100, 20)) < rates[:, :, None]
    return runs.astype(int).tolist(), 0.1 / 20.1


def test_scenarios_cover_where_runs_do_not() -> None:
    clusters = [scenario for scenario in range(100) for _ in range(20)]
    by_run = by_scenario = 0
    nights, truth = planted(500)
    means: list[float] = []
    for night in nights:
        found = korn_graubard([run for scenario in night for run in scenario], clusters)
        means.append(found.mean)
        by_run += found.per_run.low <= truth <= found.per_run.high
        by_scenario += found.interval.low <= truth <= found.interval.high
    # Published: .904 and .956 covered; three standard errors of 500 nights.
    assert by_run / 500 == pytest.approx(0.904, abs=0.04)
    assert by_scenario / 500 == pytest.approx(0.956, abs=0.028)
    between = truth * (1 - truth) / 21.1
    within = truth * (1 - truth) - between
    error = math.sqrt(resampling_variance(between, within, 20) / 100)
    # Published, by simulation: naive .00155, true .00223.
    assert error == pytest.approx(0.00223, rel=0.04)
    assert error == pytest.approx(float(np.std(means)), rel=0.1)
    assert math.sqrt(truth * (1 - truth) / 2000) == pytest.approx(0.00155, rel=0.02)


@pytest.mark.parametrize(
    ("values", "clusters", "says"),
    [
        ([], [], "0 values and 0 clusters; each run needs one of both"),
        ([1, 0], ["a"], "2 values and 1 clusters"),
        ([1, 0], ["a", "a"], "1 cluster in 2 values; .* needs 2 or more"),
    ],
)
def test_runs_without_an_error_between_scenarios_are_refused(
    values: list[float], clusters: list[Hashable], says: str
) -> None:
    for analysis in (clustered_error, korn_graubard):
        with pytest.raises(DataError, match=says):
            analysis(values, clusters)


@pytest.mark.parametrize("wrong", [math.nan, math.inf])
def test_missing_values_are_refused(wrong: float) -> None:
    with pytest.raises(DataError, match=f"{wrong!r} among the values; leave out"):
        clustered_error([0.0, wrong], "ab")


@pytest.mark.parametrize("wrong", [0.5, -1, 2, math.nan])
def test_an_event_is_seen_or_not(wrong: float) -> None:
    for analysis in (korn_graubard, scenario_bound):
        with pytest.raises(DataError, match=f"{wrong!r} among the events; use 1 if"):
            analysis([1, wrong], "ab")
        with pytest.raises(DataError, match="alpha 1 must lie"):
            analysis([1, 0], "ab", 1)


def test_scenarios_without_runs_have_no_share() -> None:
    with pytest.raises(DataError, match="0 values and 0 clusters"):
        scenario_bound([], [])


@pytest.mark.parametrize(
    ("omega2", "sigma2", "repeats", "says"),
    [
        (-1.0, 0.0, 1, "omega2 -1.0 is no variance"),
        (0.0, math.nan, 1, "sigma2 nan is no variance"),
        (0.0, 1.0, 0, "repeats 0 must be a whole number, 1 or more"),
    ],
)
def test_variances_that_cannot_be_are_refused(
    omega2: float, sigma2: float, repeats: int, says: str
) -> None:
    with pytest.raises(DataError, match=says):
        resampling_variance(omega2, sigma2, repeats)
