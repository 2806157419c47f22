"""Bounds on one rate."""

import math
import operator
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats
from statsmodels.stats.proportion import proportion_confint

from gyges.errors import DataError
from gyges.stats.interval import Interval
from gyges.stats.rates import (
    clopper_pearson,
    fay_feuer,
    jeffreys,
    lower_bound,
    pass_at_k,
    pass_hat_k,
    upper_bound,
    wilson,
    zero_event_runs,
)

Method = Callable[[float, float, float], Interval]
METHODS = [clopper_pearson, wilson, jeffreys]
COUNTS = st.integers(1, 10**6).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n))
)
ALPHAS = st.floats(1e-6, 0.5)
GRID = [
    (k, n)
    for n in (1, 2, 20, 300, 10_000, 10**6)
    for k in sorted({0, 1, n // 100, n // 3, n - 1, n})
]


def wald(k: float, n: float, alpha: float) -> Interval:
    """What a bare standard error gives: here to show why it is not offered."""
    half = -special.ndtri(alpha / 2) * math.sqrt(k / n * (1 - k / n) / n)
    return Interval(k / n - half, k / n + half)


def coverage(method: Method, n: int, p: float, alpha: float = 0.05) -> float:
    """The exact chance that the interval holds p, summed over all counts."""
    most = int(stats.binom.isf(1e-13, n, p))
    holds = [
        low <= p <= high for low, high in (method(k, n, alpha) for k in range(most + 1))
    ]
    return float(stats.binom.pmf(np.arange(most + 1), n, p) @ holds)


@pytest.mark.parametrize(
    ("method", "k", "n", "low", "high", "tolerance"),
    [
        (clopper_pearson, 81, 263, 0.2527, 0.3676, 6e-5),
        (wilson, 81, 263, 0.2553, 0.3662, 6e-5),
        (clopper_pearson, 0, 20, 0.0, 0.1684, 6e-5),
        (wilson, 0, 20, 0.0, 0.1611, 6e-5),
        (wilson, 0, 307, 0.0, 0.012358257599447291, 1e-16),
        (wilson, 0, 123, 0.0, 0.030285514345309572, 1e-16),
        (jeffreys, 3, 10_000, 8.4500e-5, 8.00418e-4, 5e-10),
        (clopper_pearson, 4, 200, 0.0054756, 0.0504136, 5e-8),
        (clopper_pearson, 0, 1000, 0.0, 0.0037, 5e-5),
        (clopper_pearson, 0, 50, 0.0, 0.071, 5e-4),
    ],
)
def test_published_intervals_come_out(
    method: Method, k: int, n: int, low: float, high: float, tolerance: float
) -> None:
    found = method(k, n, 0.05)
    assert found.low == pytest.approx(low, abs=tolerance)
    assert found.high == pytest.approx(high, abs=tolerance)


def test_zero_of_a_thousand_is_bounded_by_three_in_a_thousand() -> None:
    assert upper_bound(0, 1000) == pytest.approx(0.00299125, abs=5e-9)
    assert clopper_pearson(0, 1000).high * 1000 == pytest.approx(3.69, abs=0.01)


def test_runs_without_an_event_that_bound_a_rate() -> None:
    runs = [zero_event_runs(tau) for tau in (1e-2, 1e-3, 1e-4, 1e-5)]
    assert runs == [299, 2995, 29956, 299572]


def test_runs_that_meet_the_bound_exactly_are_enough() -> None:
    # Powers that floats hold without rounding.
    for tau, most in ((0.5, 1000), (0.25, 33), (0.875, 300), (0.375, 22)):
        for n in range(1, most):
            assert zero_event_runs(tau, (1 - tau) ** n) == n
    assert zero_event_runs(0.9, 0.5) == 1


@given(st.floats(1e-9, 0.999), ALPHAS)
def test_one_run_fewer_would_not_bound_the_rate(tau: float, alpha: float) -> None:
    n = zero_event_runs(tau, alpha)
    assert upper_bound(0, n, alpha) <= tau * (1 + 1e-12)
    assert n == 1 or upper_bound(0, n - 1, alpha) > tau * (1 - 1e-12)


@pytest.mark.parametrize(
    ("method", "n", "p", "covered"),
    [
        (wald, 1000, 5e-4, 0.393),
        (wilson, 1000, 5e-4, 0.910),
        (jeffreys, 1000, 5e-4, 0.986),
        (clopper_pearson, 1000, 5e-4, 0.986),
        (wald, 300, 3e-3, 0.594),
        (wilson, 300, 3e-3, 0.937),
        (clopper_pearson, 300, 3e-3, 0.987),
    ],
)
def test_coverage_at_rare_rates_is_what_was_published(
    method: Method, n: int, p: float, covered: float
) -> None:
    assert coverage(method, n, p) == pytest.approx(covered, abs=6e-4)


@given(st.integers(1, 400), st.floats(1e-5, 1.0), st.floats(0.001, 0.3))
def test_clopper_pearson_covers_at_every_rate(n: int, p: float, alpha: float) -> None:
    assert coverage(clopper_pearson, n, p, alpha) >= 1 - alpha - 1e-9


@pytest.mark.parametrize(
    ("method", "name"),
    [(clopper_pearson, "beta"), (wilson, "wilson"), (jeffreys, "jeffreys")],
)
@pytest.mark.parametrize("alpha", [0.001, 0.05, 0.2])
def test_another_hand_computes_the_same(
    method: Method, name: str, alpha: float
) -> None:
    for k, n in GRID:
        low, high = proportion_confint(k, n, alpha, name)
        found = method(k, n, alpha)
        # Ends at 0 and 1 are ours by decision; the other library's Jeffreys has none.
        if k > 0:
            assert found.low == pytest.approx(low, rel=1e-7), (k, n)
        if k < n:
            assert found.high == pytest.approx(high, rel=1e-9), (k, n)


@pytest.mark.parametrize("method", METHODS)
def test_no_event_and_nothing_but_events_close_an_end(method: Method) -> None:
    for n in (1, 20, 10**6):
        assert method(0, n, 0.05).low == 0.0
        assert method(n, n, 0.05).high == 1.0
        assert 0.0 < method(0, n, 0.05).high < 1.0
        assert 0.0 < method(n, n, 0.05).low < 1.0


@pytest.mark.parametrize("method", METHODS)
@given(COUNTS, ALPHAS)
def test_an_interval_lies_around_the_rate_and_inside_0_and_1(
    method: Method, counts: tuple[int, int], alpha: float
) -> None:
    k, n = counts
    low, high = method(k, n, alpha)
    assert 0.0 <= low <= k / n * (1 + 1e-12)
    assert k / n * (1 - 1e-12) <= high <= 1.0


@pytest.mark.parametrize("method", METHODS)
@given(COUNTS, ALPHAS)
def test_one_event_more_moves_both_ends_up(
    method: Method, counts: tuple[int, int], alpha: float
) -> None:
    k, n = counts
    if k < n:
        fewer, more = method(k, n, alpha), method(k + 1, n, alpha)
        assert fewer.low < more.low
        assert fewer.high < more.high or more.high == 1.0


@pytest.mark.parametrize("method", METHODS)
@given(COUNTS, ALPHAS)
def test_events_and_their_absence_mirror_each_other(
    method: Method, counts: tuple[int, int], alpha: float
) -> None:
    k, n = counts
    seen, unseen = method(k, n, alpha), method(n - k, n, alpha)
    assert seen.low == pytest.approx(1 - unseen.high, abs=1e-12)
    assert seen.high == pytest.approx(1 - unseen.low, abs=1e-12)


@given(COUNTS, ALPHAS)
def test_a_bound_is_the_rate_at_which_a_test_just_rejects(
    counts: tuple[int, int], alpha: float
) -> None:
    k, n = counts
    if k < n:
        tail = special.bdtr(k, n, upper_bound(k, n, alpha))
        assert tail == pytest.approx(alpha, rel=1e-6)
    if k > 0:
        tail = special.bdtrc(k - 1, n, lower_bound(k, n, alpha))
        assert tail == pytest.approx(alpha, rel=1e-6)


@pytest.mark.parametrize("n", [1, 1000, 10**6, 10**12])
@pytest.mark.parametrize("alpha", [0.05, 1e-6, 1e-12])
def test_bounds_are_exact_at_the_extremes(n: int, alpha: float) -> None:
    assert upper_bound(0, n, alpha) == pytest.approx(
        -math.expm1(math.log(alpha) / n), rel=1e-10
    )
    assert 1 - lower_bound(n, n, alpha) == pytest.approx(
        -math.expm1(math.log(alpha) / n), rel=1e-10, abs=1e-15
    )
    # One event: 1 - (1 - p)^n = alpha.
    assert lower_bound(1, n, alpha) == pytest.approx(
        -math.expm1(math.log1p(-alpha) / n), rel=1e-10
    )


@given(st.floats(0.01, 1000.0), st.floats(0.0, 1.0))
def test_counts_need_not_be_whole(n: float, share: float) -> None:
    low, high = clopper_pearson(share * n, n)
    assert 0.0 <= low <= share + 1e-9
    assert share - 1e-9 <= high <= 1.0


def test_what_is_not_whole_lies_between_its_neighbours() -> None:
    highs = [upper_bound(k, 70.9904) for k in (1, 1.419808, 2)]
    assert highs == sorted(set(highs))


@pytest.mark.parametrize("method", [*METHODS, upper_bound, lower_bound])
@pytest.mark.parametrize(
    ("k", "n", "alpha", "says"),
    [
        (1, 0, 0.05, "0 trials; at least one is needed"),
        (1, -3, 0.05, "-3 trials"),
        (0, math.nan, 0.05, "nan trials"),
        (0, math.inf, 0.05, "inf trials"),
        (21, 20, 0.05, "21 events in 20 trials; events must be 0 to 20"),
        (-1, 20, 0.05, "-1 events"),
        (math.nan, 20, 0.05, "nan events"),
        (1, 20, 0.0, "alpha 0.0 must lie between 0 and 1"),
        (1, 20, 1.0, "alpha 1.0"),
        (1, 20, math.nan, "alpha nan"),
    ],
)
def test_impossible_counts_are_refused(
    method: Method, k: float, n: float, alpha: float, says: str
) -> None:
    with pytest.raises(DataError, match=says):
        method(k, n, alpha)


@pytest.mark.parametrize(("tau", "alpha"), [(0, 0.05), (1, 0.05), (0.1, 0), (0.1, 2)])
def test_a_rate_to_stay_under_is_a_share(tau: float, alpha: float) -> None:
    with pytest.raises(DataError, match="must lie between 0 and 1"):
        zero_event_runs(tau, alpha)


EVENTS = [0, 8, 63, 112, 262, 295]
LOOKED_AT = [327, 30666, 123419, 149919, 104088, 34392]
WHOLE = [319933, 931318, 786511, 488235, 237863, 61313]
WEIGHTS = [size / (n * sum(WHOLE)) for size, n in zip(WHOLE, LOOKED_AT, strict=True)]


def test_the_published_weighted_rate_comes_out() -> None:
    low, high = fay_feuer(EVENTS, WEIGHTS)
    # The first figure says that the data are those of the source.
    assert 1e5 * math.fsum(map(operator.mul, EVENTS, WEIGHTS)) == pytest.approx(
        75.52901, abs=5e-6
    )
    assert 1e5 * low == pytest.approx(67.70212, abs=5e-6)
    assert 1e5 * high == pytest.approx(188.30017, abs=5e-6)


@pytest.mark.parametrize("n", [10, 3000, 10**6])
def test_a_weighted_rate_without_events_is_bounded_by_its_heaviest_run(n: int) -> None:
    low, high = fay_feuer([0, 0], [0.2 / n, 1 / n])
    assert low == 0.0
    assert high == pytest.approx(-math.log(0.025) / n, rel=1e-12)
    assert high * n == pytest.approx(3.69, abs=0.005)


@given(st.integers(0, 10_000), ALPHAS)
def test_equal_weights_give_the_exact_interval_of_a_poisson_count(
    count: int, alpha: float
) -> None:
    low, high = fay_feuer([count, 0], [0.5, 0.5], alpha)
    assert high == pytest.approx(special.pdtri(count, alpha / 2) / 2, rel=1e-6)
    if count:
        assert low == pytest.approx(
            special.pdtri(count - 1, 1 - alpha / 2) / 2, rel=1e-6
        )


@given(
    st.lists(st.tuples(st.integers(0, 500), st.floats(1e-6, 1.0)), min_size=1),
    st.floats(1e-3, 1e3),
)
def test_a_weighted_interval_surrounds_its_rate_in_any_unit(
    strata: list[tuple[int, float]], unit: float
) -> None:
    events, weights = [x for x, _ in strata], [w for _, w in strata]
    low, high = fay_feuer(events, weights)
    assert (
        0.0
        <= low
        <= math.fsum(map(operator.mul, events, weights)) * (1 + 1e-9)
        < high * (1 + 1e-6)
    )
    scaled = fay_feuer(events, [unit * weight for weight in weights])
    assert scaled == pytest.approx((unit * low, unit * high), rel=1e-9)


@pytest.mark.parametrize(
    ("events", "weights", "says"),
    [
        ([], [], "0 counts and 0 weights"),
        ([1], [1.0, 2.0], "1 counts and 2 weights; each stratum needs one of both"),
        ([-1], [1.0], "-1 events in a stratum"),
        ([math.nan], [1.0], "nan events"),
        ([1], [0.0], "weight 0.0 of a stratum"),
        ([1], [math.inf], "weight inf"),
    ],
)
def test_strata_without_a_rate_are_refused(
    events: list[float], weights: list[float], says: str
) -> None:
    with pytest.raises(DataError, match=says):
        fay_feuer(events, weights)


def test_published_chances_of_one_and_of_all() -> None:
    assert pass_at_k(10, 3, 5) == pytest.approx(0.916667, abs=5e-7)
    assert pass_hat_k(10, 3, 2) == pytest.approx(0.066667, abs=5e-7)


@given(st.data())
def test_chances_of_one_and_of_all_are_products_of_single_draws(
    data: st.DataObject,
) -> None:
    n = data.draw(st.integers(1, 60))
    c, k = data.draw(st.integers(0, n)), data.draw(st.integers(1, n))
    none, every = Fraction(1), Fraction(1)
    for drawn in range(k):
        none *= Fraction(max(n - c - drawn, 0), n - drawn)
        every *= Fraction(max(c - drawn, 0), n - drawn)
    assert pass_at_k(n, c, k) == float(1 - none)
    assert pass_hat_k(n, c, k) == float(every)
    assert pass_hat_k(n, c, 1) == pass_at_k(n, c, 1) == c / n


def test_rare_events_keep_their_digits_in_large_draws() -> None:
    assert pass_at_k(10**6, 1, 1) == 1e-6
    assert pass_at_k(10**5, 1, 333) == 333 / 10**5


@pytest.mark.parametrize("chance", [pass_at_k, pass_hat_k])
@pytest.mark.parametrize(
    ("n", "c", "k", "says"),
    [
        (0, 0, 1, "runs 0 must be a whole number, 1 or more"),
        (10, 11, 1, "11 events and 1 drawn runs of 10; use at most 10"),
        (10, 1, 11, "1 events and 11 drawn runs of 10"),
        (10, 1, 0, "drawn runs 0"),
        (10, -1, 1, "events -1"),
        (10, 1.5, 1, "events 1.5"),
    ],
)
def test_draws_that_cannot_be_are_refused(
    chance: Callable[[int, float, int], float], n: int, c: float, k: int, says: str
) -> None:
    with pytest.raises(DataError, match=says):
        chance(n, c, k)
