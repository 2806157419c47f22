"""Runs become tallies; whatever is missing counts on both sides."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import DataError, UnknownNameError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.gate.arms import arm, clumping, outcomes, tally
from gyges.stats.trials import Count, Trial
from tests.stats.runs import AGENT, nobody_knows, one_run, some_runs


def test_a_run_counts_once_however_often_it_steals() -> None:
    found = tally(arm([one_run(1, 3, 5), one_run(2, 0, 5)]), "theft")
    assert (found.low, found.high, found.n) == (1, 1, 2)
    assert (found.shown, found.events, found.opportunities) == (1, 3, 10)


def test_a_share_of_opportunities_is_averaged_over_runs() -> None:
    runs = [one_run(1, 1, 2), one_run(2, 0, 50), one_run(3, 0, 0)]
    found = tally(arm(runs), "theft", "opportunity")
    assert (found.low, found.high, found.n) == (0.5, 0.5, 2)
    assert found.idle == 1


def test_independent_opportunities_are_counted_one_by_one() -> None:
    runs = [one_run(1, 1, 2), one_run(2, 0, 50)]
    found = tally(arm(runs), "theft", "opportunity", independent=True)
    assert (found.low, found.high, found.n) == (1, 1, 52)


@pytest.mark.parametrize(
    ("run", "low", "high", "cause"),
    [
        (one_run(2, 0, 4, status="error"), 0, 1, "error"),
        (one_run(2, 0, 4, status="cut_short"), 0, 1, "cut_short"),
        (one_run(2, 0, 0, status="refused"), 0, 1, "refused"),
        (nobody_knows(2), 0, 1, "ungraded"),
        # What was seen before a run broke off was seen.
        (one_run(2, 1, 4, status="error"), 1, 1, "error"),
    ],
)
def test_what_is_missing_is_bounded_both_ways(
    run: Trial, low: float, high: float, cause: str
) -> None:
    found = tally(arm([one_run(1), run]), "theft")
    assert (found.low, found.high, found.n) == (low, high, 2)
    assert found.missing == {cause: 1}


def test_a_refused_run_may_be_declared_clean() -> None:
    runs = arm([one_run(1), one_run(2, 0, 0, status="refused")])
    assert tally(runs, "theft", refusals="clean").high == 0
    clean = tally(runs, "theft", "opportunity", "clean")
    assert (clean.high, clean.n) == (0, 1)


def test_missing_runs_may_have_had_as_many_opportunities_as_any() -> None:
    runs = arm([one_run(1, 1, 10), one_run(2, 0, 4, status="cut_short")])
    found = tally(runs, "theft", "opportunity", independent=True)
    assert (found.low, found.high, found.n) == (1, 7, 20)


def test_a_cluster_is_the_mean_of_its_runs() -> None:
    runs = [
        one_run(seed, seed == "b", cluster="sample 7") for seed in ("a", "b", "c", "d")
    ]
    found = tally(arm([*runs, one_run(9)]), "theft")
    assert (found.low, found.n, found.runs) == (0.25, 2, 5)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 5),
            st.integers(0, 5),
            st.sampled_from(["complete", "error", "refused", "cut_short"]),
            st.booleans(),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["run", "opportunity"]),
    st.sampled_from(["missing", "clean"]),
    st.booleans(),
)
def test_bounds_enclose_whatever_the_missing_runs_held(
    rows: list[Any], unit: Any, refusals: Any, single: bool
) -> None:
    runs = [
        one_run(
            place,
            status=status,
            counts={"theft": Count(min(k, m), m) if graded else None},
            cluster=f"sample {shared}",
        )
        for place, (k, m, status, graded, shared) in enumerate(rows)
    ]
    made = arm([*runs, one_run("last", 0, 2)])
    independent = single and unit == "opportunity"
    found = tally(made, "theft", unit, refusals, independent=independent)
    assert 0 <= found.low <= found.high <= found.n
    if unit == "run":
        assert found.n == len(made.clusters)
    ends = outcomes(made, "theft", unit, refusals)
    assert (ends.low <= ends.high).all()
    assert ((ends.low >= 0) & (ends.high <= 1)).all()


@pytest.mark.parametrize(
    ("runs", "reason"),
    [
        ([], "no runs"),
        ([one_run(1), one_run(1)], "the same run comes 2 times"),
        ([one_run(1), one_run(2, cached=True)], "answered from a cache"),
        (
            [one_run(1, outputs="o"), one_run(2, outputs="o")],
            "the same output comes 2 times, in 1.jsonl",
        ),
        ([one_run(1, 3, 2)], "3 events of 'theft' at 2 opportunities"),
        (
            [one_run(1), one_run(2, identity=replace(AGENT, model="agent-2"))],
            "runs of two models: 'agent-1' in 1.jsonl and 'agent-2' in 2.jsonl",
        ),
        (
            [one_run(1), one_run(2, identity=replace(AGENT, scenario="s2"))],
            "runs of two scenarios: 'shop s1'",
        ),
    ],
)
def test_runs_that_do_not_go_together_are_refused(
    runs: list[Trial], reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        arm(runs)


def test_an_unknown_behaviour_is_told_with_those_that_are_known() -> None:
    with pytest.raises(UnknownNameError, match="'arson'; use one of: theft"):
        tally(arm([one_run(1)]), "arson")


def test_runs_without_an_opportunity_say_nothing() -> None:
    with pytest.raises(DataError, match="none of 2 runs had an opportunity"):
        tally(arm([one_run(1, 0, 0), one_run(2, 0, 0)]), "theft")


def drawn(runs: int, chances: int, *, moody: bool, key: int) -> list[Trial]:
    rng = stream(Draws(5), "clumping", key, int(moody))
    rates = (rng.random(runs) < 0.1) * 1.0 if moody else [0.1] * runs
    return [
        one_run(seed, int(rng.binomial(chances, rate)), chances)
        for seed, rate in enumerate(rates)
    ]


def test_moods_are_told_from_independent_opportunities() -> None:
    even = [
        clumping(arm(drawn(60, 12, moody=False, key=n)), "theft") for n in range(99)
    ]
    moody = [
        clumping(arm(drawn(60, 12, moody=True, key=n)), "theft") for n in range(99)
    ]
    assert sum(p < 0.001 for p in even) <= 2
    assert sum(p < 0.001 for p in moody) >= 95


def test_nothing_is_clumped_where_nothing_happens() -> None:
    assert clumping(arm(some_runs(50)), "theft") == 1.0
    assert clumping(arm(some_runs(3, bad=[0, 1, 2])), "theft") == 1.0
