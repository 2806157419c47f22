"""Two arms on the same scenarios."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as oracle

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.clusters import resampling_variance
from gyges.stats.paired import (
    Estimate,
    detectable_difference,
    fisher_power,
    mcnemar,
    mean,
    pair_variance,
    paired,
    sample_size,
    standard_error,
)

VALUES = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40)


def test_a_mean_has_students_interval() -> None:
    # t = 2.776445 with four degrees, s = sqrt(2.5).
    half = 2.7764451051977987 * math.sqrt(2.5 / 5)
    assert mean([1.0, 2.0, 3.0, 4.0, 5.0]) == pytest.approx((3, 3 - half, 3 + half, 5))


def test_two_values_are_enough_for_a_very_wide_interval() -> None:
    found = mean([0.0, 2.0])
    assert found == pytest.approx((1.0, 1 - 12.706204736, 1 + 12.706204736, 2))


@given(VALUES, st.floats(1e-6, 0.5))
def test_another_hand_gives_the_same_interval(
    values: list[float], alpha: float
) -> None:
    found = mean(values, alpha)
    error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
    half = float(stats.t.isf(alpha / 2, len(values) - 1)) * error
    assert found.value == pytest.approx(float(np.mean(values)), abs=1e-7)
    assert found.high - found.value == pytest.approx(half, rel=1e-6, abs=1e-6)
    assert found.value - found.low == pytest.approx(half, rel=1e-6, abs=1e-6)


def test_pairs_are_compared_one_by_one() -> None:
    other = [3.0, 50.0, 7.0, 11.0, -4.0]
    assert paired([one + 2 for one in other], other) == Estimate(2.0, 2.0, 2.0, 5)
    assert paired([1.0, 5.0], [0.0, 2.0], 0.1) == mean([1.0, 3.0], 0.1)


@given(VALUES)
def test_swapped_arms_swap_the_ends(one: list[float]) -> None:
    other = one[::-1]
    there, back = paired(one, other), paired(other, one)
    assert (there.value, there.low, there.high) == pytest.approx(
        (-back.value, -back.high, -back.low), abs=1e-6
    )


def test_pairs_hold_the_planted_difference_as_often_as_they_say() -> None:
    rng = stream(Draws(1), "pairs")
    shared = rng.normal(0, 100, (1000, 8))
    ones = (shared + rng.normal(3, 1, (1000, 8))).tolist()
    others = shared.tolist()
    found = [paired(one, other) for one, other in zip(ones, others, strict=True)]
    held = sum(low <= 3 <= high for _, low, high, _ in found)
    assert held / 1000 == pytest.approx(0.95, abs=0.021)
    # What both arms share is gone: independent arms would give about 230.
    assert np.median([high - low for _, low, high, _ in found]) < 2


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ([], "an interval from 0 values; use 2 or more"),
        ([1.0], "an interval from 1 values"),
        ([1.0, math.nan], "nan among the values"),
        ([1.0, -math.inf], "-inf among the values"),
    ],
)
def test_values_without_an_interval_are_refused(values: list[float], says: str) -> None:
    for analysis in (mean, standard_error):
        with pytest.raises(DataError, match=says):
            analysis(values)


def test_pairs_need_as_many_of_both() -> None:
    with pytest.raises(DataError, match="3 values beside 2; pairs need as many"):
        paired([1.0, 2.0, 3.0], [1.0, 2.0])
    with pytest.raises(DataError, match="alpha 0 must lie"):
        paired([1.0, 2.0], [1.0, 2.0], 0)


def test_published_tests_of_discordant_pairs_come_out() -> None:
    found = mcnemar(9, 1)
    assert found.one_sided == pytest.approx(0.010742, abs=5e-7)
    assert found.two_sided == pytest.approx(0.021484, abs=5e-7)
    assert found.mid_p == pytest.approx(0.011719, abs=5e-7)
    table = mcnemar(150, 86)
    assert table.z2 == pytest.approx(17.356, abs=5e-4)
    assert table.z2_corrected == pytest.approx(16.818, abs=5e-4)


def test_one_sided_it_takes_five_to_nothing() -> None:
    assert mcnemar(5, 0).one_sided == 1 / 32
    assert mcnemar(4, 0).one_sided == 1 / 16
    fewest = min(k1 for k1 in range(20) if mcnemar(k1, 0).one_sided < 0.05)
    assert fewest == 5


@pytest.mark.parametrize("k1", [0, 1, 2, 7, 30, 1000])
@pytest.mark.parametrize("k0", [0, 1, 5, 29, 1100])
def test_another_hand_tests_pairs_the_same(k1: int, k0: int) -> None:
    found, table, total = mcnemar(k1, k0), [[5, k0], [k1, 9]], k1 + k0
    one_sided = stats.binom.sf(k1 - 1, total, 0.5)
    assert found.one_sided == pytest.approx(one_sided, rel=1e-9)
    exact = vars(oracle(table, exact=True))
    assert found.two_sided == pytest.approx(exact["pvalue"], rel=1e-9)
    if total:
        less = min(k1, k0)
        tails = 2 * stats.binom.cdf(less, total, 0.5) - stats.binom.pmf(
            less, total, 0.5
        )
        assert found.mid_p == pytest.approx(min(1.0, float(tails)), rel=1e-9)
        plain = vars(oracle(table, exact=False, correction=False))
        assert found.z2 == pytest.approx(plain["statistic"])
    if k1 != k0:
        corrected = vars(oracle(table, exact=False, correction=True))
        assert found.z2_corrected == pytest.approx(corrected["statistic"])


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_pairs_read_backwards_say_the_same_of_either_arm(k1: int, k0: int) -> None:
    there, back = mcnemar(k1, k0), mcnemar(k0, k1)
    assert there[1:] == back[1:]
    assert 0 <= there.mid_p <= there.two_sided <= 1
    assert there.z2_corrected <= there.z2
    # Both tails hold the observed point.
    assert there.one_sided + back.one_sided >= 1 - 1e-9
    assert there.two_sided == pytest.approx(
        min(1.0, 2 * min(there.one_sided, back.one_sided))
    )


def test_without_discordant_pairs_nothing_is_shown() -> None:
    assert mcnemar(0, 0) == (1.0, 1.0, 1.0, 0.0, 0.0)


@pytest.mark.parametrize(("k1", "k0"), [(-1, 0), (0, -1), (1.5, 0)])
def test_pairs_that_cannot_be_are_refused(k1: int, k0: int) -> None:
    with pytest.raises(
        DataError, match=r"_only -?1.* must be a whole number, 0 or more"
    ):
        mcnemar(k1, k0)


@pytest.mark.parametrize(
    ("n", "power"), [(500, 0.07), (1000, 0.31), (2000, 0.68), (4000, 0.95)]
)
def test_the_published_power_of_fishers_test_comes_out(n: int, power: float) -> None:
    assert fisher_power(n, n, 0.001, 0.005) == pytest.approx(power, abs=5e-3)


def every_table(n_a: int, n_b: int, p_a: float, p_b: float, alpha: float) -> float:
    """The power by trying each table."""
    old, new = np.mgrid[: n_a + 1, : n_b + 1]
    tail = stats.hypergeom.sf(new - 1, n_a + n_b, n_b, old + new)
    chance = stats.binom.pmf(old, n_a, p_a) * stats.binom.pmf(new, n_b, p_b)
    return float(chance[tail <= alpha * (1 + 1e-9)].sum())


@pytest.mark.parametrize(
    ("n_a", "n_b", "p_a", "p_b", "alpha"),
    [
        (3, 3, 0.0, 1.0, 0.05),
        (8, 8, 0.1, 0.7, 0.05),
        (5, 20, 0.2, 0.6, 0.1),
        (20, 4, 0.9, 0.3, 0.4),
        (12, 13, 0.5, 0.5, 0.01),
        (1, 1, 0.5, 0.5, 0.3),
        (150, 210, 0.01, 0.99, 0.05),
        (300, 120, 0.001, 1.0, 1e-40),
        (150, 150, 0.07, 0.93, 1e-65),
        (100, 300, 0.02, 0.06, 0.05),
    ],
)
def test_power_is_the_sum_over_each_table(
    n_a: int, n_b: int, p_a: float, p_b: float, alpha: float
) -> None:
    found = fisher_power(n_a, n_b, p_a, p_b, alpha)
    assert found == pytest.approx(every_table(n_a, n_b, p_a, p_b, alpha), abs=1e-12)


@given(st.integers(1, 800), st.integers(1, 800), st.floats(0, 1), st.floats(0.01, 0.3))
def test_equal_rates_are_told_apart_at_most_alpha_of_times(
    n_a: int, n_b: int, rate: float, alpha: float
) -> None:
    assert 0 <= fisher_power(n_a, n_b, rate, rate, alpha) <= alpha * (1 + 1e-6)


def test_power_grows_with_the_rate_and_stays_right_in_large_arms() -> None:
    powers = [fisher_power(500, 700, 0.01, rate) for rate in (0, 0.01, 0.02, 0.05, 1)]
    assert powers == sorted(powers)
    assert powers[0] < 1e-6
    assert powers[-1] == pytest.approx(1)
    # A million runs an arm: the normal approximation is right to two digits.
    error = math.sqrt((1e-4 + 1.5e-4) / 1e6)
    normal = stats.norm.cdf(5e-5 / error - 1.6449)
    assert fisher_power(10**6, 10**6, 1e-4, 1.5e-4) == pytest.approx(normal, abs=0.02)


@pytest.mark.parametrize(
    ("n_a", "n_b", "p_a", "p_b", "alpha", "says"),
    [
        (0, 5, 0.1, 0.2, 0.05, "n_a 0 must be a whole number, 1 or more"),
        (5, 2.5, 0.1, 0.2, 0.05, "n_b 2.5"),
        (5, 5, -0.1, 0.2, 0.05, "rate -0.1 of the arm with 5 runs; use 0 to 1"),
        (5, 5, 0.1, math.nan, 0.05, "rate nan"),
        (5, 5, 0.1, 0.2, 0.0, "alpha 0.0"),
    ],
)
def test_arms_that_cannot_be_are_refused(
    n_a: int, n_b: int, p_a: float, p_b: float, alpha: float, says: str
) -> None:
    with pytest.raises(DataError, match=says):
        fisher_power(n_a, n_b, p_a, p_b, alpha)


def test_the_published_sizes_come_out() -> None:
    assert sample_size(0.03, 1 / 9) == pytest.approx(968.9975, abs=5e-5)
    variance = pair_variance(1 / 9, 1 / 6, 1 / 6)
    assert detectable_difference(198, variance) == pytest.approx(0.13273, abs=5e-6)


@given(
    st.floats(1e-4, 10),
    st.floats(1e-4, 10),
    st.floats(0.001, 0.2),
    st.floats(0.2, 0.999),
)
def test_size_and_difference_undo_each_other(
    delta: float, variance: float, alpha: float, power: float
) -> None:
    n = sample_size(delta, variance, alpha, power)
    assert n == sample_size(-delta, variance, alpha, power)
    assert detectable_difference(n, variance, alpha, power) == pytest.approx(delta)


def test_the_planned_size_has_the_planned_power() -> None:
    n = math.ceil(sample_size(0.5, pair_variance(1.0, 2.0, 4.0, 2, 4), 0.05, 0.8))
    assert n == 95
    rng = stream(Draws(3), "power")
    differences = rng.normal(0.5, math.sqrt(3.0), (1500, n)).tolist()
    seen = sum(mean(night).low > 0 for night in differences)
    assert seen / 1500 == pytest.approx(0.8, abs=0.03)


def test_common_seeds_save_the_published_share_of_runs() -> None:
    """400 scenarios x 5 runs, old rates from Beta(.1, 20), new ones 1.8 times them."""
    old, ratio, scenarios, repeats = 0.1 / 20.1, 1.8, 400, 5
    between = old * (1 - old) / 21.1
    within = old * (1 - old) - between
    new_within = ratio * old - ratio**2 * (between + old**2)
    omega2 = (ratio - 1) ** 2 * between
    # On common seeds only runs between both rates differ.
    apart = (ratio - 1) * old
    common = apart - (omega2 + apart**2)
    independent = resampling_variance(between, within, repeats) + resampling_variance(
        ratio**2 * between, new_within, repeats
    )
    same = pair_variance(omega2, within, new_within, repeats, repeats)
    full = pair_variance(omega2, common, 0.0, repeats)
    half = (same + full) / 2
    errors = [math.sqrt(one / scenarios) for one in (independent, same, half, full)]
    # Published, by simulation, to three digits.
    assert errors == pytest.approx([0.00297, 0.00263, 0.00210, 0.00152], rel=0.02)
    assert independent / full == pytest.approx(3.8, abs=0.15)


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda: sample_size(0.0, 1.0), "the size of delta 0.0; use more than 0"),
        (lambda: sample_size(math.nan, 1.0), "the size of delta nan"),
        (lambda: sample_size(0.1, -1.0), "variance -1.0; use 0 or more"),
        (lambda: sample_size(0.1, 1.0, 0.0), "alpha 0.0"),
        (lambda: sample_size(0.1, 1.0, 0.05, 1.0), "power 1.0 must lie"),
        (lambda: sample_size(0.1, 1.0, 0.05, 0.01), "power 0.01 comes by chance"),
        (lambda: detectable_difference(0, 1.0), "n 0; use more than 0"),
        (lambda: detectable_difference(9, math.inf), "variance inf"),
        (lambda: pair_variance(-1.0), "omega2 -1.0"),
        (lambda: pair_variance(1.0, -1.0), "sigma2_a -1.0"),
        (lambda: pair_variance(1.0, 1.0, math.nan), "sigma2_b nan"),
        (lambda: pair_variance(1.0, 1.0, 1.0, 0), "repeats_a 0"),
        (lambda: pair_variance(1.0, 1.0, 1.0, 1, 0), "repeats_b 0"),
    ],
)
def test_plans_that_cannot_be_are_refused(call: Callable[[], float], says: str) -> None:
    with pytest.raises(DataError, match=says):
        call()
