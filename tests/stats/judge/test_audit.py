"""A rate behind a grader that errs: verify what it flagged, sample what it did not."""

import math
from collections.abc import Sequence
from typing import NamedTuple, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import Stream, stream
from gyges.stats.interval import Interval
from gyges.stats.judge import (
    Audit,
    Flagged,
    Stratum,
    choose_audit,
    further_audits,
    two_phase,
)
from gyges.stats.rates import clopper_pearson, fay_feuer

RUNS, CAUGHT = 20_000, 0.9
FLAGGED = st.builds(Flagged, st.integers(0, 50), st.integers(0, 50), st.integers(0, 9))


def stratum(size: int, audited: int, confirmed: int, unverified: int) -> Stratum:
    """A stratum that can be, from any four numbers."""
    audited = 1 + audited % size
    confirmed %= audited + 1
    return Stratum(size, audited, confirmed, min(unverified, audited - confirmed))


STRATA = st.lists(
    st.builds(
        stratum,
        st.integers(1, 10_000),
        st.integers(0, 10_000),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=4,
)


class Screen(NamedTuple):
    """A grader at work on runs of a known rate, and an audit of what it passed."""

    rate: float
    specificity: float
    audits: int


def audited(screen: Screen, rng: Stream) -> Audit:
    """One night of 20,000 runs, graded at Se .9."""
    guilty = rng.binomial(RUNS, screen.rate)
    hits = rng.binomial(guilty, CAUGHT)
    alarms = rng.binomial(RUNS - guilty, 1 - screen.specificity)
    passed = RUNS - hits - alarms
    misses = guilty - hits
    found = rng.hypergeometric(misses, passed - misses, screen.audits)
    return two_phase(Flagged(hits, alarms), [Stratum(passed, screen.audits, found)])


@pytest.mark.parametrize(
    ("screen", "coverage", "width", "upper"),
    [
        (Screen(0.005, 0.99, 300), 0.999, 0.0119, None),
        (Screen(0.005, 0.99, 3000), 0.980, 0.0028, None),
        (Screen(0.001, 0.995, 3000), 0.991, None, 0.0022),
        (Screen(0.001, 0.995, 10_000), 0.977, None, 0.0016),
    ],
)
def test_the_audit_covers_and_is_as_wide_as_published(
    screen: Screen, coverage: float, width: float | None, upper: float | None
) -> None:
    rng, times = stream(Draws(1), "audit", str(screen)), 1500
    ends = np.array([audited(screen, rng).interval for _ in range(times)])
    held = int(((ends[:, 0] <= screen.rate) & (screen.rate <= ends[:, 1])).sum())
    low, high = clopper_pearson(held, times, 0.01)
    assert low <= coverage <= high
    assert low > 0.95
    # The published sizes are medians of samples, to two or three digits.
    if width is not None:
        assert np.median(ends[:, 1] - ends[:, 0]) == pytest.approx(width, rel=0.04)
    if upper is not None:
        assert np.median(ends[:, 1]) == pytest.approx(upper, rel=0.04)


def test_the_one_sided_bound_covers() -> None:
    rng, screen = stream(Draws(1), "one side"), Screen(0.002, 0.99, 2000)
    held = sum(audited(screen, rng).upper >= screen.rate for _ in range(1000))
    assert clopper_pearson(held, 1000, 0.01).low > 0.94


def test_zero_misses_still_leave_a_floor() -> None:
    found = two_phase(Flagged(0, 100), [Stratum(9_900, 300, 0)])
    share = 0.99
    assert found.estimate == 0
    assert found.interval == Interval(0, found.floor)
    assert found.upper == found.upper_floor
    assert found.floor == pytest.approx(-math.log(0.025) * share / 300, rel=1e-9)
    assert found.floor == pytest.approx(3.7 * share / 300, rel=0.005)
    assert found.upper_floor == pytest.approx(3.0 * share / 300, rel=0.005)


def test_ten_times_the_runs_do_not_lower_the_floor() -> None:
    few = two_phase(Flagged(0, 100), [Stratum(9_900, 300, 0)])
    many = two_phase(Flagged(0, 1000), [Stratum(99_000, 300, 0)])
    assert many.floor == pytest.approx(few.floor, rel=1e-12)


def test_misses_weigh_as_many_runs_as_their_audit_stands_for() -> None:
    found = two_phase(Flagged(20, 80), [Stratum(9_000, 450, 2), Stratum(900, 300, 1)])
    assert found.estimate == pytest.approx((20 + 2 * 20 + 3) / 10_000, rel=1e-12)
    weights = [1e-4, 20e-4, 3e-4]
    assert found.interval == pytest.approx(fay_feuer([20, 2, 1], weights))
    assert found.upper == pytest.approx(fay_feuer([20, 2, 1], weights, 0.1).high)


def test_runs_without_a_verdict_widen_both_ends() -> None:
    strata = [Stratum(9_900, 500, 1, unverified=2)]
    found = two_phase(Flagged(20, 70, unverified=10), strata)
    cleared = two_phase(Flagged(20, 80), [Stratum(9_900, 500, 1)])
    confirmed = two_phase(Flagged(30, 70), [Stratum(9_900, 500, 3)])
    assert found.interval.low == cleared.interval.low
    assert found.interval.high == confirmed.interval.high
    assert found.upper == confirmed.upper
    assert (found.estimate, found.worst) == (cleared.estimate, confirmed.estimate)
    assert cleared.estimate == cleared.worst


def test_a_stratum_without_runs_says_nothing() -> None:
    strata = [Stratum(900, 300, 1), Stratum(0, 0, 0)]
    assert two_phase(Flagged(2, 3), strata) == two_phase(Flagged(2, 3), strata[:1])


def test_a_rate_is_at_most_one() -> None:
    found = two_phase(Flagged(0, 0), [Stratum(3, 1, 1)])
    assert (found.upper, found.interval.high) == (1, 1)


@given(FLAGGED, STRATA)
def test_bounds_are_in_order(flagged: Flagged, strata: list[Stratum]) -> None:
    found = two_phase(flagged, strata)
    assert 0 <= found.interval.low <= found.estimate <= found.worst
    assert min(1, found.worst) <= found.upper <= found.interval.high <= 1
    assert found.upper_floor <= found.floor <= found.interval.high
    assert found.upper_floor <= found.upper


@given(FLAGGED, STRATA)
def test_another_confirmed_run_raises_every_bound(
    flagged: Flagged, strata: list[Stratum]
) -> None:
    flagged = flagged._replace(cleared=flagged.cleared + 1)
    worse = flagged._replace(
        confirmed=flagged.confirmed + 1, cleared=flagged.cleared - 1
    )
    before, after = two_phase(flagged, strata), two_phase(worse, strata)
    assert after.estimate > before.estimate
    assert after.interval.low >= before.interval.low
    assert after.upper >= before.upper


@pytest.mark.parametrize(
    ("flagged", "strata", "reason"),
    [
        (Flagged(0, 0), [], "no runs"),
        (Flagged(0, 1), [Stratum(50, 0, 0)], "audit one run or more"),
        (Flagged(0, 1), [Stratum(50, 51, 0)], "audited <= size"),
        (Flagged(0, 1), [Stratum(50, 5, 6)], "confirmed .* <= audited"),
        (Flagged(0, 1), [Stratum(50, 5, 3, 3)], "unverified <= audited"),
        (Flagged(-1, 1), [Stratum(50, 5, 3)], "runs -1"),
        (Flagged(0, 1), [Stratum(50, 5, -1)], "runs -1"),
    ],
)
def test_verdicts_that_cannot_be_are_refused(
    flagged: Flagged, strata: list[Stratum], reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        two_phase(flagged, strata)
    with pytest.raises(DataError, match=reason):
        further_audits(flagged, strata, 0.01)


@pytest.mark.parametrize("alpha", [0, 1, math.nan])
def test_alpha_must_be_a_share(alpha: float) -> None:
    with pytest.raises(DataError, match="alpha"):
        two_phase(Flagged(0, 1), [], alpha)


# --- how many more --------------------------------------------------------------------


def after(strata: Sequence[Stratum], more: Sequence[int]) -> list[Stratum]:
    """The strata with more audits, none of which found anything."""
    return [
        one._replace(audited=one.audited + added)
        for one, added in zip(strata, more, strict=True)
    ]


def test_the_audits_of_a_clean_night_are_three_over_tau() -> None:
    strata = [Stratum(100_000, 300, 0)]
    assert further_audits(Flagged(0, 0), strata, 0.001) == (2996 - 300,)
    assert further_audits(Flagged(0, 0), strata, 0.02) == (0,)


@given(FLAGGED, STRATA, st.floats(0.001, 0.5))
def test_the_audits_planned_are_enough_and_one_less_is_not(
    flagged: Flagged, strata: list[Stratum], tau: float
) -> None:
    more = further_audits(flagged, strata, tau)
    if more is None:
        full = [one.size - one.audited for one in strata]
        assert two_phase(flagged, after(strata, full)).upper > tau
        return
    assert two_phase(flagged, after(strata, more)).upper <= tau
    if any(more):
        assert two_phase(flagged, strata).upper > tau
    if len(strata) == 1 and more[0] > 1:
        assert two_phase(flagged, after(strata, [more[0] - 1])).upper > tau


def test_more_are_needed_if_misses_go_on() -> None:
    flagged, strata = Flagged(3, 97), [Stratum(99_000, 2000, 1), Stratum(900, 50, 0)]
    clean = further_audits(flagged, strata, 0.001)
    alike = further_audits(flagged, strata, 0.001, alike=True)
    assert clean is not None
    assert alike is not None
    assert sum(alike) > sum(clean) > 0
    grown = 1 + alike[0] / 2000
    weights = [1e-5, 0.99 / (2000 + alike[0]), 0.009 / (50 + alike[1])]
    assert fay_feuer([3, grown, 0], weights, 0.1).high <= 0.001


def test_no_audit_takes_back_what_was_confirmed() -> None:
    assert further_audits(Flagged(50, 0), [Stratum(9_950, 300, 0)], 0.004) is None


def test_the_target_must_be_a_share() -> None:
    with pytest.raises(DataError, match="tau"):
        further_audits(Flagged(0, 1), [Stratum(9, 3, 0)], 0)


# --- which runs -----------------------------------------------------------------------


def scores(count: int) -> list[float]:
    """Scores of which few are high."""
    return (stream(Draws(4), "scores").random(count) ** 8).tolist()


def test_the_audit_looks_harder_where_scores_are_high() -> None:
    values = scores(5000)
    flagged = [run for run, score in enumerate(values) if score > 0.9]
    found = choose_audit(values, flagged, 400, stream(Draws(1), "choice"))
    assert sum(found.sizes) == 5000 - len(flagged)
    assert sum(map(len, found.runs)) == 400
    assert len(found.sizes) == 4
    shares = [
        len(runs) / size for runs, size in zip(found.runs, found.sizes, strict=True)
    ]
    assert shares == sorted(shares)
    assert shares[-1] > 3 * shares[0]
    # Half goes by size, so the heaviest run weighs at most twice a plain sample's.
    assert shares[0] >= 0.5 * 400 / sum(found.sizes)
    tops = [max(values[run] for run in runs) for runs in found.runs]
    assert tops == sorted(tops)
    assert not set(flagged).intersection(*found.runs)


def test_the_same_stream_chooses_the_same_runs() -> None:
    values = scores(900)
    one, same, other = (
        choose_audit(values, (), 50, stream(Draws(1), "choice", name))
        for name in ("a", "a", "b")
    )
    assert one == same != other


def test_every_run_of_a_stratum_is_as_likely_to_be_chosen() -> None:
    rng, counts = stream(Draws(2), "fair"), np.zeros(100)
    for _ in range(400):
        for runs in choose_audit([0.0] * 100, (), 20, rng).runs:
            counts[list(runs)] += 1
    assert counts.sum() == 8000
    # 80 expected of each, with a standard deviation of 8.
    assert (abs(counts - 80) < 36).all()


@given(
    st.lists(st.integers(0, 6), min_size=1, max_size=60), st.integers(0, 60), st.data()
)
def test_what_is_chosen_can_be_audited(
    values: list[int], budget: int, data: st.DataObject
) -> None:
    flagged = data.draw(
        st.sets(st.integers(0, len(values) - 1), max_size=len(values) - 1)
    )
    found = choose_audit(values, flagged, 4 + budget, stream(Draws(1), "any"))
    rest = set(range(len(values))) - flagged
    chosen = [run for runs in found.runs for run in runs]
    assert len(chosen) == len(set(chosen)) == min(len(rest), 4 + budget)
    assert set(chosen) <= rest
    assert sum(found.sizes) == len(rest)
    assert all(
        1 <= len(runs) <= n for runs, n in zip(found.runs, found.sizes, strict=True)
    )
    groups = [{values[run] for run in runs} for runs in found.runs]
    # Equal scores are in one stratum.
    assert sum(map(len, groups)) == len(set[int]().union(*groups))


def test_equal_scores_make_one_stratum() -> None:
    found = choose_audit([0.0] * 50, [3], 10, stream(Draws(1), "equal"))
    assert found.sizes == (49,)


def test_the_verdicts_on_the_chosen_make_strata() -> None:
    found = choose_audit(scores(500), (), 40, stream(Draws(1), "verdicts"))
    bad, unknown = found.runs[0][0], found.runs[-1][-1]
    strata = found.strata([bad], [unknown])
    assert [one.size for one in strata] == list(found.sizes)
    assert [one.audited for one in strata] == list(map(len, found.runs))
    assert [one.confirmed for one in strata] == [1, 0, 0, 0]
    assert [one.unverified for one in strata] == [0, 0, 0, 1]
    assert two_phase(Flagged(0, 0), strata).estimate > 1 / 500


def test_verdicts_on_runs_that_were_not_drawn_are_refused() -> None:
    found = choose_audit(scores(500), (), 40, stream(Draws(1), "verdicts"))
    drawn = {run for runs in found.runs for run in runs}
    with pytest.raises(DataError, match="not chosen"):
        found.strata([min(set(range(500)) - drawn)])
    with pytest.raises(DataError, match="named twice"):
        found.strata([min(drawn)], [min(drawn)])


@pytest.mark.parametrize(
    ("values", "flagged", "budget", "reason"),
    [
        ([0.1, 0.2], [0, 1], 5, "every run is flagged"),
        ([], [], 5, "every run is flagged"),
        ([0.1, math.nan], [], 5, "finite"),
        ([0.1, 0.2], [2], 5, "flagged run 2"),
        ([0.1, 0.2], [-1], 5, "flagged run -1"),
        ([0.1, 0.2], [], 0, "budget 0"),
        ([one / 200 for one in range(200)], [], 3, "use 4 or more"),
    ],
)
def test_audits_that_cannot_be_chosen_are_refused(
    values: list[float], flagged: list[int], budget: int, reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        choose_audit(values, flagged, budget, stream(Draws(1), "refused"))


def test_audits_by_score_cover_and_see_more_of_the_misses() -> None:
    rng = stream(Draws(8), "by score")
    held = found = plain = 0
    for _ in range(60):
        values = rng.random(10_000)
        guilty = rng.random(10_000) < 0.02 * values**6
        flagged = np.flatnonzero(values > 0.98)
        choice = choose_audit(
            cast("Sequence[float]", values), flagged.tolist(), 800, rng
        )
        chosen = [run for runs in choice.runs for run in runs]
        bad = [run for run in chosen if guilty[run]]
        hits = int(guilty[flagged].sum())
        audit = two_phase(Flagged(hits, len(flagged) - hits), choice.strata(bad))
        held += audit.interval.low <= 0.02 / 7 <= audit.interval.high
        found += len(bad)
        plain += 800 * (guilty.sum() - hits) / (10_000 - len(flagged))
    assert clopper_pearson(held, 60, 0.01).high > 0.95
    assert held >= 54
    assert found > 1.2 * plain
