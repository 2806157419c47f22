"""How many runs it takes, and what they cannot show."""

import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.evidence import log_e_over, log_e_race, log_e_under
from gyges.stats.plan import (
    Further,
    check_pass_possible,
    cost,
    detectable_rate,
    detectable_ratio,
    events_to_fail,
    exact_runs_to_pass,
    further_runs,
    pass_possible,
    runs_to_pass,
    smallest_visible_rate,
)

LN20 = math.log(20)


@cache
def rejects(worse: int, better: int, ratio: float) -> bool:
    return log_e_race(worse, better, ratio) >= LN20


def test_runs_to_pass_are_the_published_ones() -> None:
    assert [runs_to_pass(k, 0.001) for k in range(4)] == [3787, 6655, 8859, 10825]
    assert runs_to_pass(0, 0.01) == 377


def test_exact_runs_to_pass_are_the_published_ones() -> None:
    found = [exact_runs_to_pass(k, 0.001) for k in range(4)]
    assert found == [2995, 4742, 6294, 7752]
    found = [exact_runs_to_pass(0, 10.0**-digits) for digits in (2, 3, 4, 5)]
    assert found == [299, 2995, 29956, 299572]


def test_events_to_fail_are_the_published_ones() -> None:
    assert events_to_fail(300, 0.01) == 11
    # Looking once, at the end, seven would do.
    assert special.bdtrc(6, 300, 0.01) < 0.05 < special.bdtrc(5, 300, 0.01)


def test_a_run_less_would_not_pass_nor_an_event_less_fail() -> None:
    for tau in (0.4, 0.03, 1e-4):
        for k in (0, 1, 2.5, 30):
            n = runs_to_pass(k, tau)
            assert log_e_under(k, n - 1, tau) < LN20 <= log_e_under(k, n, tau)
        for k in (0, 1, 30):
            n = exact_runs_to_pass(k, tau)
            tails = [float(special.bdtr(k, trials, tau)) for trials in (n - 1, n)]
            assert tails[0] > 0.05 >= tails[1]
        for n in (40, 300, 10**5):
            events = events_to_fail(n, tau)
            assert events is not None
            assert log_e_over(events - 1, n, tau) < LN20 <= log_e_over(events, n, tau)


def test_small_samples_cannot_fail_a_large_budget() -> None:
    assert events_to_fail(3, 0.5) is None
    assert detectable_rate(3, 0.5) is None
    assert events_to_fail(1, 0.01) == 1


def test_large_plans_are_answered_too() -> None:
    assert runs_to_pass(0, 1e-6) == pytest.approx(3_787_000, rel=1e-3)
    assert log_e_under(3, runs_to_pass(3, 1e-6), 1e-6) == pytest.approx(LN20, abs=1e-5)
    assert runs_to_pass(0, 1e-9) == pytest.approx(3_787_000_000, rel=1e-3)
    with pytest.raises(DataError, match="1e-15 take over 1e"):
        runs_to_pass(0, 1e-15)
    with pytest.raises(DataError, match="1e-15 takes over 1e"):
        exact_runs_to_pass(0, 1e-15)


def test_what_so_many_runs_show_at_least_once() -> None:
    assert smallest_visible_rate(300) == pytest.approx(0.01, abs=1e-4)
    for n in (1, 300, 10**6):
        assert (1 - smallest_visible_rate(n, 0.1)) ** n == pytest.approx(0.1)


@given(st.integers(20, 5000), st.floats(0.001, 0.3), st.floats(0.1, 0.95))
def test_the_detectable_rate_has_the_power_asked_for(
    n: int, tau: float, power: float
) -> None:
    rate = detectable_rate(n, tau, power)
    if rate is None:
        assert log_e_over(n, n, tau) < LN20
        return
    events = events_to_fail(n, tau)
    assert events is not None
    assert special.bdtrc(events - 1, n, rate) == pytest.approx(power, abs=1e-9)


def test_three_hundred_runs_show_only_a_rate_well_over_the_budget() -> None:
    rate = detectable_rate(300, 0.01)
    assert rate == pytest.approx(0.045225, abs=1e-6)
    more = detectable_rate(3000, 0.01)
    assert more is not None
    assert 0.01 < more < 0.02


def test_the_detectable_ratio_has_the_power_asked_for() -> None:
    pairs, base = 800, 0.005
    ratio = detectable_ratio(pairs, base)
    assert ratio is not None
    chance = stream(Draws(2), "detectable ratio")
    both, rounds = base * base * ratio, 4000
    counts = chance.multinomial(
        pairs,
        [base * ratio - both, base - both, 1 - base * (1 + ratio) + 2 * both],
        size=rounds,
    )
    won = sum(log_e_race(float(k1), float(k0)) >= LN20 for k1, k0, _ in counts)
    assert won / rounds == pytest.approx(0.8, abs=4 * math.sqrt(0.16 / rounds))


@pytest.mark.parametrize(
    ("pairs", "ratio", "times"), [(1009, 1.0, 5.0), (2308, 2.0, 6.0)]
)
def test_the_races_of_the_reference_are_half_won_by_the_pairs_it_names(
    pairs: int, ratio: float, times: float
) -> None:
    base, rounds = 0.002, 1500
    chance = stream(Draws(3), "race", pairs)
    worse = base * times * (1 - base)
    better = base * (1 - base * times)
    won = at_last = 0
    for _ in range(rounds):
        drawn = chance.random(pairs)
        news = np.cumsum(drawn < worse)
        olds = np.cumsum((drawn >= worse) & (drawn < worse + better))
        turns = [*np.flatnonzero(np.diff(news) + np.diff(olds)) + 1, pairs - 1]
        looks = [rejects(int(news[turn]), int(olds[turn]), ratio) for turn in turns]
        won += any(looks)
        at_last += looks[-1]
    assert won / rounds == pytest.approx(0.5, abs=0.05)
    found = detectable_ratio(pairs, base, at_last / rounds, ratio)
    assert found == pytest.approx(times, rel=0.06)
    later = detectable_ratio(pairs, base, won / rounds, ratio)
    assert later is not None
    assert later > times


def test_more_pairs_show_a_smaller_ratio() -> None:
    found = [detectable_ratio(pairs, 0.01) for pairs in (50, 300, 3000, 30_000, 10**6)]
    known = [ratio for ratio in found if ratio is not None]
    assert known == sorted(known, reverse=True)
    assert len(known) == 5
    assert known[-1] == pytest.approx(1.0674, abs=5e-4)
    assert detectable_ratio(5, 0.01) is None
    tolerant, eager = detectable_ratio(3000, 0.01, 0.8, 2), detectable_ratio(
        3000, 0.01, 0.3
    )  # fmt: skip
    assert tolerant is not None
    assert eager is not None
    assert eager < known[2] < tolerant


def test_the_runs_still_to_be_made_are_told_under_three_futures() -> None:
    assert further_runs(0, 300, 0.01) == Further(77, 77, None)
    assert further_runs(0, 5000, 0.001) == Further(0, 0, None)
    assert further_runs(30, 1000, 0.001) == Further(None, None, 0)
    assert further_runs(10, 1000, 0.01) == Further(1233, None, None)
    found = further_runs(4, 1000, 0.001)
    assert found.pass_if_clean == runs_to_pass(4, 0.001) - 1000
    assert found.pass_at_rate is None
    assert found.fail_at_rate is not None


@given(
    st.integers(1, 3000).flatmap(lambda n: st.tuples(st.floats(0, n), st.just(n))),
    st.floats(0.001, 0.9),
)
def test_a_run_less_than_told_settles_nothing(
    counts: tuple[float, int], tau: float
) -> None:
    k, n = counts
    told = further_runs(k, n, tau)
    rate = k / n

    def least(more: int | None, margins: tuple[float, float]) -> None:
        if more is not None and n + more < 1e6:
            assert margins[1] >= LN20 - 1e-9
            assert more == 0 or margins[0] < LN20

    def margins(side: str, more: int | None) -> tuple[float, float]:
        if more is None:
            return (0, 0)
        totals = (n + max(more - 1, 0), n + more)
        if side == "clean":
            one, two = (log_e_under(k, total, tau) for total in totals)
        elif side == "low":
            one, two = (log_e_under(rate * total, total, tau) for total in totals)
        else:
            one, two = (
                log_e_over(min(rate * total, total), total, tau) for total in totals
            )
        return one, two

    least(told.pass_if_clean, margins("clean", told.pass_if_clean))
    least(told.pass_at_rate, margins("low", told.pass_at_rate))
    least(told.fail_at_rate, margins("high", told.fail_at_rate))
    assert told.pass_at_rate is None or rate < tau
    assert told.fail_at_rate is None or rate > tau
    if told.pass_if_clean is not None and told.pass_at_rate is not None:
        assert told.pass_if_clean <= told.pass_at_rate


def test_each_side_has_its_own_caution() -> None:
    strict = further_runs(4, 1000, 0.001, 0.05, 0.001).fail_at_rate
    usual = further_runs(4, 1000, 0.001).fail_at_rate
    assert strict is not None
    assert usual is not None
    assert strict > usual
    clean = further_runs(0, 100, 0.001, 0.001).pass_if_clean
    assert clean == runs_to_pass(0, 0.001, 0.001) - 100


def test_a_rate_that_is_nearly_the_budget_takes_for_ever() -> None:
    found = further_runs(0.01 * 1000 - 1e-6, 1000, 0.01)
    assert found.pass_at_rate is None
    assert found.pass_if_clean == 1233


def test_a_plan_that_cannot_pass_is_refused_with_the_runs_it_needs() -> None:
    assert pass_possible(3787, 0.001)
    assert not pass_possible(3786, 0.001)
    check_pass_possible(3787, 0.001)
    with pytest.raises(DataError, match=r"300 runs cannot pass .* plan 3,787 runs"):
        check_pass_possible(300, 0.001)


def test_cost_is_runs_times_price() -> None:
    assert cost(120, 0.25) == 30
    assert cost(0, 9.0) == 0
    for runs, price in ((-1, 1.0), (5, -1.0), (5, math.nan), (5, math.inf)):
        with pytest.raises(DataError):
            cost(runs, price)


def test_figures_that_are_none_are_refused() -> None:
    for wrong in (
        lambda: runs_to_pass(-1, 0.1),
        lambda: runs_to_pass(math.nan, 0.1),
        lambda: runs_to_pass(0, 0.0),
        lambda: runs_to_pass(0, 0.1, 1.0),
        lambda: exact_runs_to_pass(-1, 0.1),
        lambda: exact_runs_to_pass(1.5, 0.1),  # pyright: ignore[reportArgumentType] - that is the point
        lambda: events_to_fail(0, 0.1),
        lambda: events_to_fail(5, 1.0),
        lambda: smallest_visible_rate(0),
        lambda: detectable_rate(10, 0.1, 1.0),
        lambda: detectable_ratio(0, 0.1),
        lambda: detectable_ratio(9, 0.0),
        lambda: detectable_ratio(9, 0.1, ratio=0.0),
        lambda: further_runs(3, 2, 0.1),
        lambda: further_runs(0, 0, 0.1),
        lambda: further_runs(0, 9, 0.1, 0.05, 0.0),
        lambda: pass_possible(0, 0.1),
    ):
        with pytest.raises(DataError):
            wrong()
