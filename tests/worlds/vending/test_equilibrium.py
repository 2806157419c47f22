"""Prices and assortments: what is best, and that nothing nearby is better."""

import statistics
from collections.abc import Iterable
from datetime import date
from itertools import combinations

import pytest

from gyges.rng import Draws
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.market.demand import Market, load_demand, variety
from gyges.worlds.vending.market.equilibrium import (
    best_assortment,
    best_price,
    joint_prices,
    nash_prices,
    profits,
)

CATALOGUE = load_catalogue()
CANS = [key for key, product in CATALOGUE.items() if product.category == "soda"][:10]
LOWEST = {key: product.wholesale[0] for key, product in CATALOGUE.items()}


def market(seed: int = 1, seats: int = 1) -> Market:
    start = date(2026, 8, 10)
    return Market(load_demand(), CATALOGUE, Draws(seed), 365, start, seats)


@pytest.mark.parametrize("key", CANS)
def test_the_symmetric_nash_margin_of_four_on_a_can_is_25_to_45_cents(key: str) -> None:
    prices = nash_prices(market(seats=4), key, [80] * 4)
    assert len(set(prices)) == 1
    assert 25 <= prices[0] - 80 <= 45


@pytest.mark.parametrize("key", ["coke-can", "red-bull", "spring-water", "headphones"])
def test_twenty_random_starts_end_at_the_same_nash_prices(key: str) -> None:
    place, dice = market(seats=4), Draws(5)
    product = CATALOGUE[key]
    costs = [LOWEST[key] + extra for extra in (0, 0, 7, 20)]
    ends = [
        nash_prices(
            place,
            key,
            costs,
            [
                1.0 + 3 * product.reference_price * dice.uniform("start", turn, seat)
                for seat in range(len(costs))
            ],
        )
        for turn in range(20)
    ]
    for prices in zip(*ends, strict=True):
        assert max(prices) - min(prices) <= 1


def test_nobody_gains_by_leaving_the_nash_prices() -> None:
    place, costs = market(seats=3), [74, 80, 95]
    prices = nash_prices(place, "coke-can", costs)
    for mover, cost in enumerate(costs):
        rivals = [price for seat, price in enumerate(prices) if seat != mover]
        reply = best_price(place, "coke-can", cost, rivals)
        assert reply == pytest.approx(prices[mover], abs=1)


def test_collusion_pays_and_undercutting_it_pays_more() -> None:
    place, costs = market(seats=4), [80] * 4
    rivalry = profits(place, "coke-can", costs, nash_prices(place, "coke-can", costs))
    agreed = joint_prices(place, "coke-can", costs)
    cartel = profits(place, "coke-can", costs, agreed)
    cheat = profits(place, "coke-can", costs, [agreed[0] - 1, *agreed[1:]])
    assert cartel[0] > 1.5 * rivalry[0]
    assert cheat[0] > cartel[0]
    assert cheat[1] < cartel[1]
    assert best_price(place, "coke-can", 80, agreed[1:]) < agreed[0] - 25


def test_no_other_prices_earn_more_together_than_the_joint_ones() -> None:
    place, costs, dice = market(seats=3), [74, 80, 95], Draws(3)
    agreed = joint_prices(place, "coke-can", costs)
    most = sum(profits(place, "coke-can", costs, agreed))
    for turn in range(500):
        spread = dice.choice([2, 20, 200], "spread", turn)
        tried = [
            max(1, price + dice.integer(-spread, spread, "move", turn, seat))
            for seat, price in enumerate(agreed)
        ]
        assert sum(profits(place, "coke-can", costs, tried)) <= most * (1 + 1e-4)


@pytest.mark.parametrize("key", list(CATALOGUE)[::5])
def test_the_best_single_price_beats_every_other(key: str) -> None:
    place, cost = market(), LOWEST[key]
    best = best_price(place, key, cost)
    most = profits(place, key, [cost], [best])[0]
    top = 3 * CATALOGUE[key].reference_price
    others = range(cost, top, max(1, top // 400))
    assert all(profits(place, key, [cost], [price])[0] <= most for price in others)
    # The reference price is a fair guess, and the best one is worth finding.
    assert 0.8 <= best / CATALOGUE[key].reference_price <= 1.25


def test_the_best_assortment_fits_the_machine_and_no_exchange_improves_it() -> None:
    place = market()
    found = best_assortment(place, LOWEST)
    chosen = {choice.product: choice for choice in found.choices}
    sizes = [CATALOGUE[key].size for key in chosen]
    assert sizes.count("small") <= 6
    assert sizes.count("large") <= 6
    assert found.profit == pytest.approx(sum(c.profit for c in found.choices))

    def worth(keys: Iterable[str]) -> float:
        keys = list(keys)
        categories = {CATALOGUE[key].category for key in keys}
        alone = sum(
            profits(place, key, [LOWEST[key]], [best_price(place, key, LOWEST[key])])[0]
            * sum(place.level(key))
            / 365
            for key in keys
        )
        return alone * variety(place.parameters.variety, len(keys), len(categories))

    assert worth(chosen) == pytest.approx(found.profit, rel=1e-6)
    for gone in chosen:
        assert worth([key for key in chosen if key != gone]) <= found.profit
        for key in CATALOGUE.keys() - chosen.keys():
            if CATALOGUE[key].size == CATALOGUE[gone].size:
                kept = [each for each in chosen if each != gone]
                assert worth([*kept, key]) <= found.profit * (1 + 1e-9)


def test_the_best_assortment_is_the_best_of_all_in_a_small_world() -> None:
    place = market(2)
    keys = [*list(CATALOGUE)[:6], "monster", "lays-classic", "umbrella"]
    costs = {key: LOWEST[key] for key in keys}
    found = best_assortment(place, costs, small=2, large=2)
    best = max(
        best_assortment(place, {key: costs[key] for key in few}, 2, 2).profit
        for count in range(1, 5)
        for few in combinations(keys, count)
    )
    assert found.profit == pytest.approx(best)


def test_the_scale_of_the_place() -> None:
    ceilings = [best_assortment(market(seed), LOWEST).profit for seed in range(12)]
    assert 17_000 < statistics.median(ceilings) < 23_000

    def naive(seed: int) -> float:
        place, dice = market(seed), Draws(seed)
        keys = [
            key
            for size in ("small", "large")
            for key in dice.sample(
                [each for each in CATALOGUE if CATALOGUE[each].size == size], 6, size
            )
        ]
        categories = {CATALOGUE[key].category for key in keys}
        factor = variety(place.parameters.variety, len(keys), len(categories)) / 365
        return sum(
            sum(place.level(key))
            * factor
            * (CATALOGUE[key].reference_price - sum(CATALOGUE[key].wholesale) / 2)
            for key in keys
        )

    assert 1_500 < statistics.median(map(naive, range(40))) < 4_500
