"""Weights of importance sampling, and what guards them."""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy import special, stats

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import Stream, stream
from gyges.stats.rare import (
    Guard,
    Weighted,
    expected_ess_share,
    guards,
    importance,
    pareto_shape,
    trusted,
)

LIMIT = 4.0
RATE = float(special.ndtr(-LIMIT))


def normal_tail(shift: float, runs: int, rng: Stream) -> Weighted:
    """P(Z > 4) by draws of a normal with another mean."""
    draws = rng.normal(shift, 1, runs)
    return importance(shift**2 / 2 - shift * draws, draws > LIMIT)


def by_name(found: tuple[Guard, ...]) -> dict[str, Guard]:
    return {guard.name: guard for guard in found}


def test_ess_is_lost_to_the_length_of_a_run() -> None:
    assert expected_ess_share(500, 0.05) == pytest.approx(0.2865, abs=5e-5)
    assert expected_ess_share(5000, 0.05) == pytest.approx(3.7e-6, abs=5e-8)
    assert expected_ess_share(0, 0.3) == 1.0


def test_drawn_weights_have_the_ess_that_theory_says() -> None:
    spread, runs = 0.05 * math.sqrt(500), 200_000
    logs = stream(Draws(1), "ess").normal(-(spread**2) / 2, spread, runs)
    found = importance(logs, np.ones(runs, bool))
    assert found.ess / runs == pytest.approx(0.2865, rel=0.02)
    assert found.value == pytest.approx(1, rel=0.02)
    assert found.normalised == 1.0


def test_a_good_proposal_recovers_a_tail_and_is_trusted() -> None:
    rng = stream(Draws(2), "tail")
    one, other = normal_tail(4, 20_000, rng), normal_tail(4.5, 20_000, rng)
    assert one.value == pytest.approx(RATE, rel=4 * one.rse)
    assert one.rse < 0.03
    assert one.interval.low <= RATE <= one.interval.high
    assert trusted(guards(one, other))
    assert not trusted(guards(one))
    assert by_name(guards(one))["proposals_agree"].ok is None


def test_what_both_estimates_are() -> None:
    found = importance(np.log([2.0, 1.0, 0.5, 0.5]), np.array([1, 0, 1, 0], bool))
    assert found.value == pytest.approx(2.5 / 4)
    assert found.normalised == pytest.approx(2.5 / 4)
    found = importance(np.log([4.0, 2.0, 1.0, 1.0]), np.array([1, 0, 1, 0], bool))
    assert found.value == pytest.approx(5 / 4)
    assert found.normalised == pytest.approx(5 / 8)
    assert found.ess == pytest.approx(64 / 22)
    assert found.hit_ess == pytest.approx(25 / 17)
    assert found.max_share == pytest.approx(4 / 5)
    assert found.error == pytest.approx(np.std([4, 0, 1, 0], ddof=1) / 2)
    assert (found.runs, found.hits) == (4, 2)


def test_weights_that_are_all_one_are_plain_counting() -> None:
    events = np.arange(2000) < 300
    found = importance(np.zeros(2000), events)
    assert found.value == found.normalised == pytest.approx(0.15)
    assert found.hit_ess == pytest.approx(300)
    assert found.error == pytest.approx(math.sqrt(0.15 * 0.85 / 1999))
    assert found.shape == -math.inf
    checks = by_name(guards(found, found))
    assert all(guard.ok for guard in checks.values())


def test_each_guard_catches_its_own_failure() -> None:
    sound = normal_tail(4, 20_000, stream(Draws(2), "sound"))
    cases = {
        "ess_of_hits": replace(sound, hit_ess=99.0),
        "max_share": replace(sound, max_share=0.1),
        "pareto_shape": replace(sound, shape=0.7),
        "proposals_agree": replace(sound, value=sound.value * 2),
    }
    for name, broken in cases.items():
        found = by_name(guards(broken, sound))
        assert [guard.name for guard in found.values() if not guard.ok] == [name]


def test_a_mode_that_the_proposal_never_makes_is_seen_by_a_second_one_only() -> None:
    rng = stream(Draws(4), "modes")

    def two_tails(shift: float) -> Weighted:
        draws = rng.normal(shift, 1, 20_000)
        return importance(shift**2 / 2 - shift * draws, np.abs(draws) > LIMIT)

    right, left = two_tails(4), two_tails(-4.3)
    assert right.value == pytest.approx(RATE, rel=0.1)
    assert right.interval.high < 2 * RATE
    blind = by_name(guards(right, left))
    assert blind["ess_of_hits"].ok
    assert blind["max_share"].ok
    assert blind["pareto_shape"].ok
    half = rng.random(20_000) < 0.5
    draws = rng.normal(np.where(half, 4, -4), 1)
    mixed = importance(
        -np.log((np.exp(4 * draws - 8) + np.exp(-4 * draws - 8)) / 2),
        np.abs(draws) > LIMIT,
    )
    assert mixed.value == pytest.approx(2 * RATE, rel=0.1)
    assert by_name(guards(right, mixed))["proposals_agree"].ok is False


def test_a_poor_proposal_is_found_out() -> None:
    found = normal_tail(1, 20_000, stream(Draws(5), "poor"))
    assert not by_name(guards(found))["ess_of_hits"].ok
    events = normal_tail(12, 20_000, stream(Draws(5), "far"))
    assert not by_name(guards(events))["ess_of_hits"].ok


@pytest.mark.parametrize("shape", [0.3, 0.5, 0.7, 1.0])
def test_the_shape_of_a_planted_tail_is_recovered(shape: float) -> None:
    rng = stream(Draws(6), "shape", str(shape))
    found = [pareto_shape(-shape * np.log(1 - rng.random(10_000))) for _ in range(40)]
    assert np.mean(found) == pytest.approx(shape, abs=0.05)


def by_the_paper(excess: list[float]) -> float:
    """Zhang and Stephens' estimate, spelled out in plain numbers."""
    n, m = len(excess), 30 + math.floor(math.sqrt(len(excess)))
    quartile = sorted(excess)[math.floor(n / 4 + 0.5) - 1]
    thetas = [
        1 / max(excess) + (1 - math.sqrt(m / (j - 0.5))) / (3 * quartile)
        for j in range(1, m + 1)
    ]

    def shape(theta: float) -> float:
        return -sum(math.log(1 - theta * x) for x in excess) / n

    profile = [n * (math.log(t / shape(t)) + shape(t) - 1) for t in thetas]
    parts = [1 / sum(math.exp(other - own) for other in profile) for own in profile]
    return -shape(sum(t * part for t, part in zip(thetas, parts, strict=True)))


@pytest.mark.parametrize("runs", [25, 40, 400])
def test_the_shape_is_the_published_one(runs: int) -> None:
    logs = np.sort(stream(Draws(8), "paper", runs).normal(0, 2, runs))
    size = math.ceil(min(runs / 5, 3 * math.sqrt(runs)))
    tail = np.exp(logs[-size:] - logs[-1]) - math.exp(logs[-size - 1] - logs[-1])
    known = (size * by_the_paper(tail.tolist()) + 5) / (size + 10)
    assert pareto_shape(logs) == pytest.approx(known)


def test_a_long_tail_is_fitted_as_by_maximum_likelihood() -> None:
    chances = (np.arange(2000) + 0.5) / 2000
    excess = ((1 - chances) ** -0.6 - 1) / 0.6
    fitted, _, _ = stats.genpareto.fit(excess, floc=0)
    assert by_the_paper(excess.tolist()) == pytest.approx(fitted, abs=0.01)


def test_a_shape_does_not_depend_on_the_unit_of_weights() -> None:
    logs = stream(Draws(7), "unit").normal(0, 1, 1000)
    assert pareto_shape(logs) == pytest.approx(pareto_shape(logs + 300))
    assert pareto_shape(logs) == pareto_shape(np.append(logs[::-1], [-np.inf] * 9))


def test_a_tail_that_cannot_be_told_is_not_trusted() -> None:
    assert pareto_shape(np.zeros(0)) == math.inf
    assert pareto_shape(np.arange(20.0)) == math.inf
    assert math.isfinite(pareto_shape(np.arange(21.0)))
    few = np.zeros(1000)
    few[:3] = 5
    assert pareto_shape(few) == math.inf


def test_nothing_seen_bounds_nothing() -> None:
    found = importance(np.full(50, -3.0), np.zeros(50, bool))
    assert (found.value, found.normalised, found.rse) == (0.0, 0.0, math.inf)
    assert found.interval == (0.0, 1.0)
    assert found.hit_ess == 0
    assert found.max_share == 1
    assert [guard.ok for guard in guards(found, found)] == [False] * 4


def test_huge_and_impossible_ratios_do_no_harm() -> None:
    logs = np.array([-np.inf, -2000.0, -2001.0, -5.0])
    found = importance(logs, np.array([1, 1, 1, 0], bool))
    assert found.max_share == pytest.approx(1 / (1 + math.exp(-1)))
    impossible = importance(np.full(3, -np.inf), np.ones(3, bool))
    assert (impossible.value, impossible.normalised, impossible.ess) == (0, 0, 0)


@pytest.mark.parametrize(
    ("logs", "events", "said"),
    [
        ([], [], "at least one run"),
        ([0.0, 0.0], [True], "shape"),
        ([[0.0]], [[True]], "shape"),
        ([0.0, math.nan], [True, True], "run 1"),
        ([math.inf], [False], "run 0"),
    ],
)
def test_columns_that_are_none_are_refused(
    logs: list[float], events: list[bool], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        importance(np.array(logs), np.array(events, bool))


def test_other_bad_input_is_refused() -> None:
    with pytest.raises(DataError, match="-1 steps"):
        expected_ess_share(-1, 0.1)
    found = importance(np.zeros(3), np.ones(3, bool))
    with pytest.raises(DataError, match="alpha"):
        guards(found, found, 0)
