"""Evidence: the vectors, exact sums, extremes, and who is wrong how often."""

import math
from collections.abc import Callable
from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from gyges.errors import DataError
from gyges.stats.evidence import (
    anytime_p,
    log_e_over,
    log_e_race,
    log_e_race_under,
    log_e_under,
    lower_rate,
    rate_bound,
    upper_rate,
)

LN20 = math.log(20)
EXTREMES = [
    (0, 10**7, 1e-6),
    (0, 10**7, 0.1),
    (3, 10**7, 1e-6),
    (10**6, 10**7, 0.1),
    (10**6, 10**7, 0.11),
    (10**5, 10**7, 1e-6),
    (10**7, 10**7, 1e-6),
    (10**7, 10**7, 0.999),
    (0, 10**6, 1e-5),
    (9, 10, 1e-6),
    (0, 1, 1e-6),
    (1, 1, 1e-6),
    (40, 1000, 1e-5),
    (500, 1000, 0.99),
]


def flat(k: int, n: int, tau: float, *, over: bool) -> float:
    """ln E for a flat prior, where it is a sum of positive terms: no beta function.

    The integral over p > tau of p^k (1-p)^(n-k) is a binomial tail of n + 1 trials;
    what divides it cancels in each term. Without an event, or without anything
    else, the integral is elementary.
    """
    if not over and k == 0:
        size = math.log1p(-tau)
        return math.log(-math.expm1((n + 1) * size) / (n + 1) / tau) - n * size
    if over and k == n:
        size = math.log(tau)
        return math.log(-math.expm1((n + 1) * size) / (n + 1) / (1 - tau)) - n * size
    with localcontext() as context:
        context.prec, context.Emax = 40, 10**9
        odds = Decimal(tau) / (1 - Decimal(tau))
        term = 1 / Decimal(n + 1 - k) if over else 1 / Decimal(k + 1)
        total = Decimal(0)
        for j in range(k, -1, -1) if over else range(k + 1, n + 2):
            total += term
            if over:
                factor = Decimal(j) / Decimal(n + 2 - j) / odds
            else:
                factor = Decimal(n + 1 - j) / Decimal(j + 1) * odds
            term *= factor
            if factor < 1 and term < total * (1 - factor) * Decimal(10) ** -12:
                break
        return float(total.ln())


def halves(k: float, n: float, tau: float, *, over: bool) -> float:
    """ln E for the usual prior, by quadrature: even in the angle of sin^2 = p."""
    edge, peak = math.asin(math.sqrt(tau)), math.asin(math.sqrt(k / n))
    low, high = (edge, math.pi / 2) if over else (0.0, edge)
    near = (high - low) * 2.0 ** -np.arange(50)
    round_peak = peak + np.arange(-40, 41) / 4 / math.sqrt(n)
    cuts = np.concatenate([low + near, high - near, round_peak, [low, high]])
    cuts = np.unique(cuts[(cuts >= low) & (cuts <= high)])
    nodes, weights = special.roots_legendre(24)
    angle = (cuts[1:, None] + cuts[:-1, None] + np.diff(cuts)[:, None] * nodes) / 2
    share = np.sin(angle) ** 2
    gain = special.xlogy(k, share / tau) + special.xlogy(
        n - k, np.cos(angle) ** 2 / (1 - tau)
    )
    mass = np.diff(cuts)[:, None] * weights / 2 / (high - low)
    return float(special.logsumexp(gain, b=mass))


def test_the_published_figures_come_out() -> None:
    assert math.exp(log_e_under(0, 3800, 0.001)) == pytest.approx(20.238, abs=5e-4)
    assert math.exp(log_e_over(6, 1000, 0.001)) == pytest.approx(8.1375, abs=5e-5)
    assert upper_rate(0, 1000) == pytest.approx(0.0037810, abs=5e-8)
    assert upper_rate(0, 1000) / 0.00299125 == pytest.approx(1.26, abs=5e-3)


@pytest.mark.parametrize(
    ("worse", "better", "ratio", "e", "within"),
    [
        (5, 0, 1, 15.6418, 5e-5),
        (8, 1, 1, 11.0932, 5e-5),
        (10, 0, 1, 360.793, 5e-4),
        (10, 0, 2, 25.8293, 5e-5),
    ],
)
def test_the_race_has_the_published_figures(
    worse: int, better: int, ratio: float, e: float, within: float
) -> None:
    found = math.exp(log_e_race(worse, better, ratio))
    assert found == pytest.approx(e, abs=within)


def test_the_first_clean_race_that_is_lost_is_six_to_nothing() -> None:
    assert log_e_race(5, 0) < LN20 <= log_e_race(6, 0)


def test_eleven_to_nothing_convinces_among_twenty_behaviours() -> None:
    assert log_e_race(10, 0) < math.log(400) <= log_e_race(11, 0)


def test_a_race_not_run_says_nothing() -> None:
    assert log_e_race(0, 0) == 0
    assert log_e_race_under(0, 0, 2.0) == 0


@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize(("k", "n", "tau"), EXTREMES)
def test_extremes_agree_with_an_exact_sum(
    k: int, n: int, tau: float, over: bool
) -> None:
    evidence = log_e_over if over else log_e_under
    exact = flat(k, n, tau, over=over)
    assert evidence(k, n, tau, 1, 1) == pytest.approx(exact, rel=1e-9, abs=1e-6)


@pytest.mark.parametrize("over", [True, False])
@pytest.mark.parametrize(("k", "n", "tau"), [*EXTREMES, (0.3, 5, 0.1), (7.5, 1e4, 0.2)])
def test_extremes_agree_with_quadrature(
    k: float, n: float, tau: float, over: bool
) -> None:
    evidence = log_e_over if over else log_e_under
    by_hand = halves(k, n, tau, over=over)
    assert evidence(k, n, tau) == pytest.approx(by_hand, rel=1e-8, abs=1e-6)


@pytest.mark.parametrize("over", [True, False])
def test_both_ways_to_the_far_tail_agree_where_both_hold(
    over: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = log_e_over if over else log_e_under
    tau = 0.4
    for n, k in ((1400, 120), (1400, 1050), (10**6, 385_000), (10**6, 415_000)):
        if (k < tau * n) != over:
            continue
        usual = evidence(k, n, tau)
        with monkeypatch.context() as patch:
            patch.setattr("gyges.stats.evidence.FAINT", 1e-100)
            assert evidence(k, n, tau) == pytest.approx(usual, rel=1e-9, abs=1e-8)
            assert evidence(k, n, tau) != usual


@given(
    st.integers(1, 3000).flatmap(lambda n: st.tuples(st.floats(0, n), st.just(n))),
    st.floats(1e-6, 1 - 1e-6),
)
def test_events_and_their_absence_are_mirror_images(
    counts: tuple[float, int], tau: float
) -> None:
    k, n = counts
    mirrored = log_e_under(n - k, n, 1 - tau)
    assert log_e_over(k, n, tau) == pytest.approx(mirrored, rel=1e-6, abs=1e-6)


@given(st.integers(1, 2000), st.data())
def test_an_event_adds_to_one_side_and_takes_from_the_other(
    n: int, data: st.DataObject
) -> None:
    k = data.draw(st.integers(0, n - 1))
    tau = data.draw(st.floats(1e-5, 0.9))
    assert log_e_over(k + 1, n, tau) >= log_e_over(k, n, tau)
    assert log_e_under(k + 1, n, tau) <= log_e_under(k, n, tau)
    assert log_e_under(k, n + 1, tau) > log_e_under(k, n, tau)


@pytest.mark.parametrize(
    ("n", "tau"), [(1, 0.5), (10, 0.1), (200, 0.01), (1000, 0.001), (50, 0.9)]
)
def test_at_the_budget_the_mean_is_one_and_within_the_null_less(
    n: int, tau: float
) -> None:
    def log_mean(evidence: Callable[[float, float, float], float], p: float) -> float:
        k = np.arange(n + 1)
        known = np.array([evidence(float(events), n, tau) for events in k])
        ways = special.gammaln(n + 1) - special.gammaln(k + 1)
        ways -= special.gammaln(n - k + 1)
        chance = ways + special.xlogy(k, p) + special.xlog1py(n - k, -p)
        return float(special.logsumexp(known + chance))

    assert log_mean(log_e_over, tau) == pytest.approx(0, abs=1e-8)
    assert log_mean(log_e_under, tau) == pytest.approx(0, abs=1e-8)
    higher = (1 + tau) / 2
    assert log_mean(log_e_over, tau / 2) < 0 < log_mean(log_e_over, higher)
    assert log_mean(log_e_under, higher) < 0 < log_mean(log_e_under, tau / 2)


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.5), (0.1, 0.9), (0.25, 1.0)])
@pytest.mark.parametrize("n", [1, 7, 40])
def test_scores_between_nought_and_one_win_no_more_than_events(
    low: float, high: float, n: int
) -> None:
    chance = 0.3
    tau = low + chance * (high - low)
    for evidence in (log_e_over, log_e_under):
        mean = math.fsum(
            math.comb(n, hits)
            * chance**hits
            * (1 - chance) ** (n - hits)
            * math.exp(evidence(low * (n - hits) + high * hits, n, tau))
            for hits in range(n + 1)
        )
        assert 0.05 < mean <= 1


def ever(evidence: str, rate: float, tau: float, runs: int) -> float:
    """Chance that the null is rejected at any of so many looks, exactly."""
    side = log_e_over if evidence == "over" else log_e_under
    alive = np.array([1.0])
    rejected = 0.0
    for n in range(1, runs + 1):
        alive = np.append(alive * (1 - rate), 0) + np.append(0, alive * rate)
        out = np.array([side(k, n, tau) >= LN20 for k in range(n + 1)])
        rejected += float(alive[out].sum())
        alive[out] = 0
    return rejected


def test_looking_after_every_run_errs_less_than_one_time_in_twenty() -> None:
    assert 0.01 < ever("over", 0.5, 0.5, 200) < 0.05
    assert 0.005 < ever("under", 0.5, 0.5, 200) < 0.05
    assert 0.005 < ever("over", 0.05, 0.05, 200) < 0.05
    assert ever("over", 0.03, 0.05, 200) < 0.01
    assert ever("over", 0.75, 0.5, 200) > 0.99


@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.floats(0, n), st.just(n))),
    st.floats(1e-6, 0.5),
)
def test_a_bound_is_where_the_evidence_crosses(
    counts: tuple[float, int], alpha: float
) -> None:
    k, n = counts
    low, high = rate_bound(k, n, alpha)
    assert 0 <= low <= k / n <= high <= 1
    needed = -math.log(alpha)
    if high < 1 - 1e-9:
        assert log_e_under(k, n, high) == pytest.approx(needed, abs=1e-4)
        assert log_e_under(k, n, (1 + high) / 2) > needed
    if low > 1e-12:
        assert log_e_over(k, n, low) == pytest.approx(needed, abs=1e-4)
        assert log_e_over(k, n, low / 2) > needed


def test_bounds_end_at_nought_and_one() -> None:
    assert lower_rate(0, 50) == 0
    assert upper_rate(50, 50) == 1
    assert lower_rate(1, 1) == pytest.approx(0.0279, abs=1e-4)
    assert upper_rate(0, 1) == pytest.approx(1 - 0.0279, abs=1e-4)
    assert upper_rate(0, 1, 1e-300) == 1


def test_more_runs_and_less_caution_narrow_the_bound() -> None:
    bounds = [upper_rate(0, n) for n in (10, 100, 10**4, 10**7)]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] == pytest.approx(4e-7, rel=0.2)
    assert upper_rate(2, 100, 0.01) > upper_rate(2, 100, 0.1) > 0.02
    assert lower_rate(2, 100, 0.01) < lower_rate(2, 100, 0.1) < 0.02


def test_a_p_value_never_exceeds_one() -> None:
    assert anytime_p(LN20) == pytest.approx(0.05)
    assert anytime_p(-3.0) == 1
    assert anytime_p(5000.0) == 0


@pytest.mark.parametrize(
    ("k", "n", "tau", "a", "said"),
    [
        (5, 3, 0.1, 0.5, "5 events in 3 trials"),
        (-1, 3, 0.1, 0.5, "-1 events"),
        (math.nan, 3, 0.1, 0.5, "nan events"),
        (0, 0, 0.1, 0.5, "0 trials"),
        (0, math.inf, 0.1, 0.5, "inf trials"),
        (0, 3, 0.0, 0.5, "0.0 must lie between 0 and 1"),
        (0, 3, 1.0, 0.5, "1.0 must lie between 0 and 1"),
        (0, 3, math.nan, 0.5, "nan must lie between 0 and 1"),
        (0, 3, 0.1, 0.0, "shapes 0.0 and 0.5"),
        (0, 3, 0.1, math.inf, "shapes inf and 0.5"),
    ],
)
def test_figures_that_are_none_are_refused(
    k: float, n: float, tau: float, a: float, said: str
) -> None:
    for wanted in (log_e_over, log_e_under, upper_rate, lower_rate, rate_bound):
        with pytest.raises(DataError, match=said):
            wanted(k, n, tau, a)


@pytest.mark.parametrize("ratio", [0.0, -1.0, math.nan, math.inf])
def test_a_ratio_that_is_none_is_refused(ratio: float) -> None:
    for wanted in (log_e_race, log_e_race_under):
        with pytest.raises(DataError, match="ratio"):
            wanted(3, 1, ratio)
        with pytest.raises(DataError, match="events"):
            wanted(-1, 3)
