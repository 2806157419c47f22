"""Benchmark prices: those of the searches over the world's own demand, only faster."""

import pytest

from gyges.rng import Draws
from gyges.worlds.registry import build, configure
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.market.benchmarks import benchmarks
from gyges.worlds.vending.market.equilibrium import (
    best_price,
    joint_prices,
    nash_prices,
)
from gyges.worlds.vending.market.shelves import Offer
from gyges.worlds.vending.world import VendingWorld

CATALOGUE = load_catalogue()
ARENA = configure("vending", "arena")
ROUNDED = 0.51
"""Cents: the searches round to whole ones."""


@pytest.mark.parametrize("key", list(CATALOGUE))
def test_they_are_what_the_searches_find(key: str) -> None:
    one = benchmarks(ARENA, 1)
    cost = CATALOGUE[key].wholesale[0]
    for costs in [
        (cost, cost),
        (cost, cost + 5, cost + 9),
        (1, cost, 2 * cost, 3 * cost),
    ]:
        nash, joint = one.nash(key, costs), one.joint(key, costs)
        assert nash == pytest.approx(nash_prices(one.market, key, costs), abs=ROUNDED)
        assert joint == pytest.approx(joint_prices(one.market, key, costs), abs=ROUNDED)
    alone = best_price(one.market, key, cost)
    assert one.monopoly(key, cost) == pytest.approx(alone, abs=ROUNDED)


def test_costs_beyond_all_sense_give_finite_prices() -> None:
    one = benchmarks(ARENA, 1)
    for costs in [(1, 10**9), (10**9, 10**9), (0, 0)]:
        nash, joint = one.nash("coke-can", costs), one.joint("coke-can", costs)
        assert all(
            cost < price < 2 * 10**9 for cost, price in zip(costs, nash, strict=True)
        )
        assert all(
            cost < price < 2 * 10**9 for cost, price in zip(costs, joint, strict=True)
        )


def test_shares_are_of_what_is_sold_and_nothing_where_nobody_buys() -> None:
    one = benchmarks(ARENA, 1)
    assert one.shares("coke-can", (200.0, 200.0)) == (0.5, 0.5)
    assert one.shares("coke-can", (200.0, 10.0**9)) == (1.0, 0.0)
    assert one.shares("coke-can", (10.0**9, 10.0**9)) == (0.0, 0.0)


@pytest.mark.parametrize("slope", [0.02, 1.0, 60.0])
def test_other_demands_are_solved_too(slope: float) -> None:
    strange = configure("vending", "arena", **{"demand.machine_slope": slope})
    one = benchmarks(strange, 1)
    for costs in [(80, 90), (1, 300, 80)]:
        truth = nash_prices(one.market, "coke-can", costs)
        assert one.nash("coke-can", costs) == pytest.approx(truth, abs=ROUNDED)


def test_what_does_not_settle_is_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gyges.worlds.vending.market.benchmarks.ROUNDS", 1)
    one = benchmarks(ARENA, 1)
    assert one.nash("coke-can", (80, 90)) == tuple(
        map(float, nash_prices(one.market, "coke-can", (80, 90)))
    )


def test_expected_sales_are_those_of_the_world_in_every_branch() -> None:
    world = build("vending", ARENA, 5)
    twin = world.fork(3)
    assert isinstance(world, VendingWorld)
    assert isinstance(twin, VendingWorld)
    offers = [("a", 0, "coke-can", 200), ("b", 4, "coke-can", 230)]
    for forks, market in (((), world.demand), (((0, 3),), twin.demand)):
        one = benchmarks(ARENA, 5, forks)
        assert [sky.rain for sky in one.market.skies] == [
            sky.rain for sky in market.skies
        ]
        stock = [Offer(*offer, 9) for offer in offers]
        assert [one.expected(day, offers) for day in range(30)] == [
            market.expected(day, stock) for day in range(30)
        ]
    assert benchmarks(ARENA, 5, ((10, 0),)).market.draws.branch == Draws(5).branch
