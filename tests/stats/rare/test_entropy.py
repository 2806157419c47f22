"""Cross-entropy search."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.rare import (
    Categorical,
    Dials,
    Exponential,
    estimate,
    guards,
    search,
    trusted,
)

BRIDGE = Exponential([0.25, 0.4, 0.1, 0.3, 0.2])
RATE = 1.343e-5
"""By 6e8 plain draws, to 1.1 %."""
HABITS = [[0.9, 0.09, 0.01], [0.5, 0.5], [0.95, 0.05], [0.97, 0.02, 0.01]]
TEMPTING = (2, 1, 1, 2)


def bridge(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The shortest way over the bridge."""
    ways = [(0, 3), (0, 2, 4), (1, 4), (1, 2, 3)]
    return np.min([x[:, way].sum(axis=1) for way in ways], axis=0)


def temptation(choices: NDArray[np.int64]) -> NDArray[np.float64]:
    """How many of four dials stand at what tempts."""
    return (choices == np.array(TEMPTING)).sum(axis=1).astype(float)


def test_the_bridge_of_the_tutorial() -> None:
    found = search(BRIDGE, bridge, 2.0, stream(Draws(1), "search"))
    assert found.levels[-1] == 2.0
    assert found.draws == 1000 * len(found.levels)
    rng = stream(Draws(1), "estimate")
    rate = estimate(BRIDGE, bridge, 2.0, found.proposal, 100_000, rng)
    assert rate.rse == pytest.approx(0.03, abs=0.015)
    assert abs(rate.value - RATE) < 4 * math.hypot(rate.error, 0.011 * RATE)
    other = search(BRIDGE, bridge, 2.0, stream(Draws(2), "search"))
    again = estimate(BRIDGE, bridge, 2.0, other.proposal, 100_000, rng)
    assert trusted(guards(rate, again))


def test_the_search_leans_on_the_ways_that_matter() -> None:
    found = search(BRIDGE, bridge, 2.0, stream(Draws(1), "search"))
    stretched = found.proposal / BRIDGE.nominal
    assert stretched[0] > 3
    assert stretched[1] > 3
    assert stretched[2] < 2


def test_habits_are_found_and_their_rate_is_exact() -> None:
    family = Categorical(HABITS)
    truth = 0.01 * 0.5 * 0.05 * 0.01
    found = search(family, temptation, 4.0, stream(Draws(3), "search"))
    for choice, tempting in zip(found.proposal, TEMPTING, strict=True):
        assert choice.sum() == pytest.approx(1)
        assert choice.min() >= 0.02 - 1e-12
        assert choice.argmax() == tempting
    rng = stream(Draws(3), "estimate")
    rate = estimate(family, temptation, 4.0, found.proposal, 20_000, rng)
    assert rate.value == pytest.approx(truth, rel=4 * rate.rse)
    assert rate.rse < 0.02


def test_a_fit_is_smoothed_and_kept_off_zero() -> None:
    family = Categorical([[0.5, 0.3, 0.2]])
    draws = np.array([[0], [0], [1], [2]])
    weights = np.array([0.25, 0.25, 0.5, 0.0])
    [fitted] = family.fit(draws, weights, family.nominal)
    assert fitted == pytest.approx([0.5, 0.7 * 0.5 + 0.3 * 0.3, 0.3 * 0.2])
    bare = Categorical([[0.5, 0.3, 0.2]], smoothing=1, floor=0.02)
    [floored] = bare.fit(draws, weights, bare.nominal)
    assert floored == pytest.approx([0.49, 0.49, 0.02])


@pytest.mark.parametrize("floor", [0.0, 0.02, 0.3])
def test_draws_follow_a_proposal_and_ratios_undo_it(floor: float) -> None:
    family = Categorical([[0.7, 0.2, 0.1], [0.4, 0.6]], floor=floor)
    proposal = (np.array([0.1, 0.2, 0.7]), np.array([0.5, 0.5]))
    draws = family.draw(proposal, 100_000, stream(Draws(4), "draws"))
    assert np.bincount(draws[:, 0]) / 1e5 == pytest.approx(proposal[0], abs=0.01)
    weights = np.exp(family.log_ratio(draws, proposal))
    back = np.bincount(draws[:, 0], weights) / 1e5
    assert back == pytest.approx([0.7, 0.2, 0.1], abs=0.02)


def test_exponential_ratios_are_those_of_the_densities() -> None:
    family, means = Exponential([0.5, 2.0]), np.array([1.0, 3.0])
    x = np.array([[0.3, 4.0]])
    known = sum(
        math.log(math.exp(-at / u) / u) - math.log(math.exp(-at / v) / v)
        for at, u, v in zip(x[0], [0.5, 2.0], means, strict=True)
    )
    assert family.log_ratio(x, means) == pytest.approx([known])
    assert family.log_ratio(x, family.nominal) == pytest.approx([0])


def test_the_same_stream_gives_the_same_search() -> None:
    one, other = (
        search(BRIDGE, bridge, 1.0, stream(Draws(5), "search")) for _ in range(2)
    )
    assert one.levels == other.levels
    assert (one.proposal == other.proposal).all()


def test_an_event_that_is_common_takes_one_round() -> None:
    found = search(BRIDGE, bridge, 0.01, stream(Draws(6), "search"))
    assert found.levels == (0.01,)


def test_a_search_that_cannot_arrive_says_where_it_stands() -> None:
    with pytest.raises(DataError, match="stands at 4 after 5 rounds"):
        search(
            Categorical(HABITS),
            temptation,
            5.0,
            stream(Draws(7), "search"),
            Dials(rounds=5),
        )


def test_bad_input_is_refused() -> None:
    rng = stream(Draws(8), "bad")
    cases = [
        (lambda: Exponential([]), "above 0"),
        (lambda: Exponential([1.0, math.nan]), "above 0"),
        (lambda: Categorical([[0.5, 0.4]]), "sum to 1"),
        (lambda: Categorical([[1.0, 0.0]]), "above 0"),
        (lambda: Categorical(HABITS, smoothing=0), "smoothing"),
        (lambda: Categorical(HABITS, floor=0.5), "floor"),
        (lambda: Categorical([]), "at least one"),
        (lambda: Dials(batch=1), "batch"),
        (lambda: Dials(elite=0), "elite"),
        (lambda: Dials(rounds=0), "rounds"),
        (lambda: estimate(BRIDGE, bridge, 1, BRIDGE.nominal, 0, rng), "draws"),
        (lambda: search(BRIDGE, lambda x: x, 1, rng), "scores of shape"),
        (lambda: search(BRIDGE, lambda x: x[:, 0] * math.nan, 1, rng), "scores"),
    ]
    for call, said in cases:
        with pytest.raises(DataError, match=said):
            call()
