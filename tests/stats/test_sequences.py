"""Confidence sequences: the vectors, another hand, and misses at any look."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import ville
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.sequences import (
    SubBernoulli,
    best_rho,
    beta_mixture,
    betting,
    normal_bound,
    normal_interval,
    normal_log_mixture,
    sub_bernoulli,
    sub_bernoulli_bounds,
)

RHO = best_rho(100)

counts = st.integers(1, 4000).flatmap(
    lambda n: st.tuples(st.floats(0, n) | st.integers(0, n), st.just(n))
)


def test_the_beta_mixture_has_the_published_figures() -> None:
    assert beta_mixture(0, 1000) == pytest.approx((0, 0.0069975025), abs=5e-11)
    assert beta_mixture(682, 925) == pytest.approx((0.6824816, 0.7875932), abs=5e-8)
    found = beta_mixture(682, 925, 0.05, 0.5, 50)
    assert found == pytest.approx((0.553, 0.878), abs=5e-4)
    assert beta_mixture(0, 1000, 0.05, 0.5, 50).high < beta_mixture(0, 1000).high


def test_howards_mixtures_have_the_figures_of_his_tests() -> None:
    assert pytest.approx(12.60056, abs=5e-6) == RHO
    both = SubBernoulli(0.2, 0.8, RHO).log_mixture(10, 100)
    assert both == pytest.approx(-0.6941012, abs=5e-8)
    one = SubBernoulli(0.2, 0.8, best_rho(100, 0.1), one_sided=True)
    assert one.log_mixture(10, 100) == pytest.approx(-0.07134019, abs=5e-9)
    assert normal_log_mixture(10, 100, RHO) == pytest.approx(-0.6510052, abs=5e-8)
    assert normal_bound(100, RHO) == pytest.approx(30.35209, abs=5e-6)


@pytest.mark.parametrize(
    ("k", "n", "planned", "low", "high"),
    [(700, 1000, 100, 0.651629, 0.745949), (15, 50, 50, 0.129556, 0.511896)],
)
def test_howards_intervals_have_the_figures_of_his_tests(
    k: int, n: int, planned: int, low: float, high: float
) -> None:
    assert sub_bernoulli(k, n, planned) == pytest.approx((low, high), abs=1.01e-6)


def test_normal_bounds_agree_with_another_hand() -> None:
    for v in (0.5, 30, 1e4):
        for alpha in (0.001, 0.05, 0.5):
            other = float(ville.normal_mixture(v, alpha, RHO))
            assert normal_bound(v, RHO, alpha) == pytest.approx(other, rel=1e-12)
            drift = normal_bound(v, RHO, alpha)
            reached = normal_log_mixture(drift, v, RHO)
            assert reached == pytest.approx(-math.log(alpha), rel=1e-9)


def test_the_precision_is_near_the_best_there_is() -> None:
    for alpha in (0.001, 0.05, 0.2):
        ours = normal_bound(250, best_rho(250, alpha), alpha)
        best = normal_bound(250, float(ville.best_rho(250, alpha)), alpha)
        assert best <= ours < 1.001 * best


def test_beta_mixtures_agree_with_another_hand() -> None:
    chance = stream(Draws(4), "another hand")
    for rate in (0.0, 0.02, 0.5, 1.0):
        for prior in ((0.5, 0.5), (1.0, 1.0), (0.5, 50.0)):
            runs = (chance.random(400) < rate).astype(float)
            other = ville.BernoulliCS(0.05, prior, intersect=False)
            other.update(runs)
            for n in (1, 7, 400):
                found = beta_mixture(float(runs[:n].sum()), n, 0.05, *prior)
                theirs = (other.lower_[n - 1], other.upper_[n - 1])
                assert found == pytest.approx(theirs, rel=1e-6, abs=1e-9)


def test_normal_intervals_agree_with_another_hand() -> None:
    for sigma, alpha in ((0.5, 0.05), (3.0, 0.01)):
        other = ville.GaussianMixtureCS(sigma, alpha, 500, intersect=False)
        other.update([0.2] * 300)
        found = normal_interval(60, 300, 500, alpha, sigma)
        theirs = (other.lower_[-1], other.upper_[-1])
        assert found == pytest.approx(theirs, rel=1e-3)


def test_bets_agree_with_another_hand() -> None:
    chance = stream(Draws(6), "bets")
    streams = [
        chance.random(300),
        chance.beta(2, 30, 500),
        (chance.random(400) < 0.03).astype(float),
        np.full(60, 0.5),
        np.zeros(1000),
    ]
    for scores in streams:
        other = ville.BettingCS(grid=20_000)
        other.update(scores)
        theirs = (other.lower_[-1], other.upper_[-1])
        assert betting(scores) == pytest.approx(theirs, abs=1.5e-4)


def test_bets_gain_where_scores_vary_little() -> None:
    scores = 0.5 + 0.02 * np.cos(np.arange(400.0))
    bets = betting(scores)
    normal = normal_interval(float(scores.sum()), 400, 400)
    assert bets.low < 0.5 < bets.high
    assert bets.high - bets.low < 0.25 * (normal.high - normal.low)
    assert betting(np.zeros(1000)).high > beta_mixture(0, 1000).high


def test_scores_that_drift_leave_no_mean() -> None:
    with pytest.raises(DataError, match="no mean fits all 4000 scores; they drift"):
        betting([0.0] * 2000 + [1.0] * 2000)


@given(counts, st.floats(1e-4, 0.4))
def test_the_beta_mixture_ends_where_the_martingale_reaches_one_over_alpha(
    pair: tuple[float, int], alpha: float
) -> None:
    k, n = pair
    found = beta_mixture(k, n, alpha)
    assert 0 <= found.low <= k / n <= found.high <= 1
    assert (found.low == 0) == (k == 0) or found.low < 1e-300 or k < 1e-6
    for p in found:
        if 1e-12 < p < 1 - 1e-12:
            martingale = special.betaln(0.5 + k, 0.5 + n - k) - special.betaln(0.5, 0.5)
            martingale -= special.xlogy(k, p) + special.xlog1py(n - k, -p)
            assert martingale == pytest.approx(-math.log(alpha), rel=1e-3)


@given(counts)
def test_events_and_their_absence_are_mirror_images(pair: tuple[float, int]) -> None:
    k, n = pair
    for sequence in (
        beta_mixture,
        lambda k, n: sub_bernoulli(k, n, 500),
        lambda k, n: sub_bernoulli_bounds(k, n, 500),
    ):
        one, other = sequence(k, n), sequence(n - k, n)
        assert one.low == pytest.approx(1 - other.high, abs=1e-7)
        assert one.high == pytest.approx(1 - other.low, abs=1e-7)
        assert 0 <= one.low <= k / n <= one.high <= 1


@given(st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(1, n), st.just(n))))
def test_an_event_more_moves_both_ends_up(pair: tuple[int, int]) -> None:
    k, n = pair
    for sequence in (
        beta_mixture,
        lambda k, n: sub_bernoulli(k, n, 100),
        lambda k, n: sub_bernoulli_bounds(k, n, 100),
    ):
        less, more = sequence(k - 1, n), sequence(k, n)
        assert less.low <= more.low
        assert less.high <= more.high


def test_one_side_alone_is_tighter_than_both() -> None:
    for k, n in ((0, 1000), (7, 1000), (480, 1000)):
        both = sub_bernoulli(k, n, 1000)
        one = sub_bernoulli_bounds(k, n, 1000)
        assert both.low <= one.low <= k / n <= one.high < both.high
    assert sub_bernoulli_bounds(0, 1000, 1000).high == pytest.approx(
        0.0037767, abs=1e-6
    )


def test_an_interval_is_tightest_about_where_it_was_planned_to_be() -> None:
    widths: dict[int, float] = {}
    for planned in (20, 2000, 200_000):
        low, high = sub_bernoulli(600, 2000, planned)
        widths[planned] = high - low
    assert widths[2000] == min(widths.values())


def outside_sequence(n: int, rate: float) -> np.ndarray:
    """Which counts the beta mixture takes to exclude a rate."""
    k = np.arange(n + 1)
    value = special.betaln(0.5 + k, 0.5 + n - k) - special.betaln(0.5, 0.5)
    value -= special.xlogy(k, rate) + special.xlog1py(n - k, -rate)
    return value >= math.log(20)


def outside_usual(n: int, rate: float) -> np.ndarray:
    """Which counts Clopper and Pearson take to exclude a rate."""
    k = np.arange(n + 1)
    low = special.betaincinv(np.maximum(k, 1), n - k + 1, 0.025)
    high = special.betaincinv(k + 1, np.maximum(n - k, 1), 0.975)
    return ((rate < low) & (k > 0)) | ((rate > high) & (k < n))


def missed(
    rate: float, every: int, outside: Callable[[int, float], np.ndarray]
) -> float:
    """Chance that an interval misses at any look until 2,000 runs, exactly."""
    chance = np.array([1.0])
    for _ in range(every):
        chance = np.convolve(chance, [1 - rate, rate])
    alive, lost = np.array([1.0]), 0.0
    for n in range(every, 2001, every):
        alive = np.convolve(alive, chance)
        out = outside(n, rate)
        lost += float(alive[out].sum())
        alive[out] = 0
    return lost


@pytest.mark.parametrize("rate", [0.002, 0.3, 0.97])
@pytest.mark.parametrize("n", [3, 80])
def test_the_martingale_and_the_interval_exclude_the_same_counts(
    rate: float, n: int
) -> None:
    ends = [beta_mixture(k, n) for k in range(n + 1)]
    excluded = [not low < rate < high for low, high in ends]
    assert excluded == outside_sequence(n, rate).tolist()


@pytest.mark.parametrize(
    ("rate", "usual", "sequence"),
    [(0.002, 0.105, 0.011), (0.01, 0.175, 0.021), (0.1, 0.253, 0.029)],
)
def test_looks_cost_the_usual_interval_its_level_and_the_sequence_nothing(
    rate: float, usual: float, sequence: float
) -> None:
    # The usual interval is looked at every fifty runs, the sequence after every one.
    assert missed(rate, 50, outside_usual) == pytest.approx(usual, abs=0.01)
    assert missed(rate, 1, outside_sequence) == pytest.approx(sequence, abs=0.003)
    assert missed(rate, 50, outside_sequence) < 0.005


def test_sequences_hold_a_planted_mean() -> None:
    chance = stream(Draws(8), "planted mean")
    held = {"betting": 0, "normal": 0}
    for _ in range(60):
        scores = chance.beta(1, 9, 300)
        low, high = betting(scores)
        held["betting"] += low <= 0.1 <= high
        low, high = normal_interval(float(scores.sum()), 300, 300)
        held["normal"] += low <= 0.1 <= high
    assert min(held.values()) >= 55


def test_figures_that_are_none_are_refused() -> None:
    for wrong in (
        lambda: beta_mixture(3, 2),
        lambda: beta_mixture(0, 0),
        lambda: beta_mixture(0, 5, 0.0),
        lambda: beta_mixture(0, 5, 0.05, 0.0),
        lambda: best_rho(0.0),
        lambda: best_rho(1.0, 1.0),
        lambda: normal_log_mixture(1, -1.0, 1.0),
        lambda: normal_bound(1, 0.0),
        lambda: normal_interval(math.nan, 5, 5),
        lambda: normal_interval(1, 5, 5, 0.05, 0.0),
        lambda: normal_interval(1, 5, 0),
        lambda: SubBernoulli(0.0, 1.0, 1.0).log_mixture(0, 1),
        lambda: SubBernoulli(0.5, 0.5, 1.0).log_mixture(0, math.nan),
        lambda: SubBernoulli(0.5, 0.5, 1.0).log_mixture(-99, 1),
        lambda: sub_bernoulli(9, 5, 5),
        lambda: sub_bernoulli(1, 5, -5),
        lambda: sub_bernoulli_bounds(1, 5, 5, 0.5),
        lambda: betting([]),
        lambda: betting([0.5, 1.5]),
        lambda: betting([0.5, math.nan]),
        lambda: betting([0.5], cap=1.0),
        lambda: betting([0.5], alpha=0.0),
    ):
        with pytest.raises(DataError):
            wrong()
