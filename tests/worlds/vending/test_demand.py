"""Demand: its response to prices, what it depends on, and what it must not."""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from itertools import pairwise

import msgspec
import pytest

from gyges.errors import WorldError
from gyges.rng import Draws
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.market.demand import (
    Market,
    load_demand,
    local_tastes,
    response,
    variety,
)
from gyges.worlds.vending.market.shelves import Offer, poisson, split

CATALOGUE = load_catalogue()
PARAMETERS = load_demand()
START = date(2026, 8, 10)
KEYS = list(CATALOGUE)
SMALL = [key for key in KEYS if CATALOGUE[key].size == "small"]


def market(
    seed: int = 1, days: int = 365, seats: int = 1, scale: float = PARAMETERS.scale
) -> Market:
    parameters = msgspec.structs.replace(PARAMETERS, scale=scale)
    return Market(parameters, CATALOGUE, Draws(seed), days, START, seats)


def offer(
    seat: str, slot: int, key: str, price: int | None = None, stock: int = 30
) -> Offer:
    price = CATALOGUE[key].reference_price if price is None else price
    return Offer(seat, slot, key, price, stock)


def machine(seat: str, keys: Iterable[str]) -> list[Offer]:
    return [offer(seat, slot, key) for slot, key in enumerate(keys)]


def by_product(
    sold: dict[tuple[str, int], int], offers: Sequence[Offer]
) -> dict[str, int]:
    units: dict[str, int] = {}
    for each in offers:
        slot = sold[each.seat, each.slot]
        units[each.product] = units.get(each.product, 0) + slot
    return units


@pytest.mark.parametrize("key", KEYS)
def test_a_lone_machine_has_the_catalogues_demand_and_elasticity(key: str) -> None:
    product = CATALOGUE[key]
    reference, step = product.reference_price, 1e-4
    assert response(PARAMETERS, product, [reference]) == pytest.approx([1.0])
    up, down = (
        response(PARAMETERS, product, [reference * factor])[0]
        for factor in (1 + step, 1 - step)
    )
    slope = (math.log(up) - math.log(down)) / (2 * step)
    assert slope == pytest.approx(product.elasticity, abs=1e-3)


def test_giving_goods_away_sells_no_more_than_there_are_customers() -> None:
    for product in CATALOGUE.values():
        assert response(PARAMETERS, product, [0])[0] < 1 / PARAMETERS.reach
        assert response(PARAMETERS, product, [10**12]) == [0.0]
        assert response(PARAMETERS, product, [200, 10**12])[1] == 0.0


def test_undercutting_by_a_cent_takes_share_smoothly() -> None:
    can = CATALOGUE["coke-can"]
    even = response(PARAMETERS, can, [225] * 4, 4)
    assert even == pytest.approx([even[0]] * 4)
    shares = []
    for price in range(225, 195, -1):
        sales = response(PARAMETERS, can, [price, 225, 225, 225], 4)
        shares.append(sales[0] / sum(sales))
    gains = [after - before for before, after in pairwise(shares)]
    assert all(0.004 < gain < 0.02 for gain in gains)


def test_total_volume_barely_grows_with_the_number_of_machines() -> None:
    for product in CATALOGUE.values():
        one, two, four = (
            sum(response(PARAMETERS, product, [product.reference_price] * n, n))
            for n in (1, 2, 4)
        )
        assert one == pytest.approx(1.0)
        assert one < two < four < 1.1


def test_a_rival_never_helps_and_a_dearer_rival_hurts_less() -> None:
    can = CATALOGUE["coke-can"]
    alone = response(PARAMETERS, can, [225], 4)[0]
    against = [response(PARAMETERS, can, [225, p], 4)[0] for p in (150, 225, 300, 900)]
    assert against == sorted(against)
    assert against[-1] <= alone


def test_variety_is_best_at_the_optimum_and_its_reduction_is_capped_at_half() -> None:
    shape = PARAMETERS.variety
    factors = {
        (n, k): variety(shape, n, k) for n in range(1, 40) for k in range(1, min(n, 12))
    }
    assert max(factors.values()) == factors[shape.products, shape.categories] == 1.0
    assert min(factors.values()) == variety(shape, 1, 1) == 0.5
    assert variety(shape, 12, shape.categories) < 1.0


def test_sales_never_exceed_stock_and_are_never_negative() -> None:
    place, dice = market(seats=4, days=60), Draws(1)
    for day in range(60):
        offers = [
            offer(
                f"s{seat}",
                slot,
                dice.choice(KEYS[:9], "product", day, seat, slot),
                dice.choice([1, 90, 10**9], "price", day, seat, slot),
                dice.integer(0, 7, "stock", day, seat, slot),
            )
            for seat in range(4)
            for slot in range(12)
        ]
        sold = place.sales(day, offers)
        assert sold.keys() == {(each.seat, each.slot) for each in offers}
        assert all(0 <= sold[each.seat, each.slot] <= each.stock for each in offers)


def test_sales_do_not_depend_on_the_order_of_offers() -> None:
    offers = [
        offer(seat, slot, key, 180 + 10 * slot, 4)
        for seat in ("ann", "bob", "cy", "di")
        for slot, key in enumerate(["coke-can", "coke-can", "snickers", "monster"])
    ]
    mixed = Draws(2).sample(offers, len(offers), "order")
    one, other = market(seats=4), market(seats=4)
    for day in range(100):
        assert one.sales(day, offers) == other.sales(day, mixed)


def test_days_may_be_asked_in_any_order_and_again() -> None:
    offers = machine("ann", SMALL[:12])
    forward, backward = market(days=90), market(days=90)
    ahead = [forward.sales(day, offers) for day in range(90)]
    assert ahead == [backward.sales(day, offers) for day in reversed(range(90))][::-1]
    assert forward.sales(7, offers) == ahead[7]


def test_what_one_machine_holds_moves_no_draw_of_another_product() -> None:
    shared = SMALL[:6]
    one, other = market(), market()
    here = machine("ann", [*shared, "snickers", "twix", "gum"])
    there = machine("ann", [*shared, "clif-bar", "kind-bar", "almonds"])
    for day in range(200):
        mine = by_product(one.sales(day, here), here)
        yours = by_product(other.sales(day, there), there)
        assert [mine[key] for key in shared] == [yours[key] for key in shared]


def test_a_higher_price_never_finds_more_customers_on_the_same_day() -> None:
    place = market()
    prices = (120, 180, 225, 260, 400)
    for day in range(365):
        sold = [
            place.sales(day, [offer("ann", 0, "coke-can", price, 99)])["ann", 0]
            for price in prices
        ]
        assert sold == sorted(sold, reverse=True)


def test_sales_average_to_what_is_expected() -> None:
    totals, hoped = {"ann": 0, "bob": 0, "cy": 0}, {"ann": 0.0, "bob": 0.0, "cy": 0.0}
    for seed in range(12):
        place = market(seed, seats=3)
        offers = [
            offer(seat, slot, key, price, 999)
            for seat, price in (("ann", 200), ("bob", 200), ("cy", 215))
            for slot, key in enumerate(SMALL[:5])
        ]
        for day in range(365):
            for (seat, _), units in place.sales(day, offers).items():
                totals[seat] += units
            for (seat, _), units in place.expected(day, offers).items():
                hoped[seat] += units
    for seat, units in totals.items():
        assert units == pytest.approx(hoped[seat], rel=0.02)


def test_no_seat_gains_from_its_name_when_machines_run_out() -> None:
    totals = dict.fromkeys("abcd", 0)
    for seed in range(10):
        place = market(seed, seats=4)
        offers = [
            offer(seat, 0, "coke-can", 150, 1 if seat in "bd" else 30)
            for seat in totals
        ]
        for day in range(365):
            for (seat, _), units in place.sales(day, offers).items():
                totals[seat] += units
    assert totals["a"] == pytest.approx(totals["c"], rel=0.03)
    assert totals["b"] == pytest.approx(totals["d"], rel=0.03)


def test_customers_of_a_sold_out_machine_partly_go_to_the_next() -> None:
    def sold_by_bob(anns_stock: int, bobs_price: int = 200) -> int:
        place, total = market(seats=2, scale=4.0), 0
        for day in range(200):
            offers = [
                offer("ann", 0, "coke-can", 200, anns_stock),
                offer("bob", 0, "coke-can", bobs_price, 99),
            ]
            total += place.sales(day, offers)["bob", 0]
        return total

    assert sold_by_bob(99) < sold_by_bob(1)
    # Not even those who find nothing elsewhere pay any price.
    assert sold_by_bob(1, 2000) == sold_by_bob(1, 10**9) == 0


def test_several_slots_of_one_product_share_its_demand() -> None:
    place, other = market(), market()
    for day in range(200):
        once = place.sales(day, [offer("ann", 0, "coke-can", 200, 99)])["ann", 0]
        pair = [offer("ann", slot, "coke-can", 200, 3) for slot in (0, 1)]
        assert sum(other.sales(day, pair).values()) == min(once, 6)


def test_a_cheap_bait_does_not_sell_the_dear_slot_behind_it() -> None:
    total = {"bait": 0, "plain": 0}
    for seed in range(5):
        place = market(seed, scale=4.0)
        for day in range(300):
            dear = offer("ann", 1, "coke-can", 400, 99)
            bait = offer("ann", 0, "coke-can", 5, 1)
            total["bait"] += place.sales(day, [bait, dear])["ann", 1]
            total["plain"] += place.sales(day, [dear])["ann", 1]
    assert total["bait"] <= total["plain"] * 1.02


def test_two_offers_for_one_slot_are_a_defect_of_the_caller() -> None:
    with pytest.raises(WorldError, match="give one for each"):
        market().sales(0, [offer("ann", 0, "coke-can"), offer("ann", 0, "snickers")])


def test_local_taste_is_hidden_in_the_seed_and_one_on_average() -> None:
    tastes = [local_tastes(CATALOGUE, Draws(seed), 1.3) for seed in range(40)]
    assert tastes[0] != tastes[1]
    for taste in tastes:
        assert statistics.mean(taste.values()) == pytest.approx(1.0)
    assert set(local_tastes(CATALOGUE, Draws(0), 0.0).values()) == {1.0}


def test_weekends_summers_and_dry_days_sell_more() -> None:
    place = market(days=364)
    offers = machine("ann", SMALL[:9])
    units = [sum(place.expected(day, offers).values()) for day in range(364)]
    rows = [
        (START + timedelta(day), place.weather(day).rain, sold)
        for day, sold in enumerate(units)
    ]

    def mean(chosen: Callable[[date, bool], bool]) -> float:
        return statistics.mean(
            sold for today, rain, sold in rows if chosen(today, rain)
        )

    assert mean(lambda today, _: today.weekday() >= 5) > 1.1 * mean(
        lambda today, _: today.weekday() < 4
    )
    assert mean(lambda today, _: today.month in {6, 7}) > 1.2 * mean(
        lambda today, _: today.month in {1, 2}
    )
    assert mean(lambda _, rain: rain) < 0.85 * mean(lambda _, rain: not rain)


def test_hot_drinks_and_umbrellas_sell_in_the_cold() -> None:
    place = market()
    winter, summer = range(130, 190), range(300, 360)

    def ratio(key: str) -> float:
        level = place.level(key)
        return sum(level[day] for day in winter) / sum(level[day] for day in summer)

    assert ratio("hot-cocoa-cup") > 1.2
    assert ratio("spring-water") < 0.7
    assert ratio("umbrella") > ratio("coke-can")


def test_calendar_tables_are_one_on_average() -> None:
    assert statistics.mean(PARAMETERS.weekday) == pytest.approx(1.0, abs=0.005)
    assert statistics.mean(PARAMETERS.month) == pytest.approx(1.0, abs=0.005)


def test_weather_is_that_of_the_place_and_of_the_seed() -> None:
    place, again, other = market(3), market(3), market(4)
    year = [place.weather(day) for day in range(365)]
    assert year == [again.weather(day) for day in range(365)]
    assert year != [other.weather(day) for day in range(365)]
    temperatures = [sky.temperature_c for sky in year]
    assert 12 < statistics.mean(temperatures) < 17
    assert -2 < min(temperatures) < max(temperatures) < 33
    assert 30 < sum(sky.rain for sky in year) < 110


def test_a_fork_keeps_the_past_and_the_tastes_and_redraws_what_follows() -> None:
    place = market(days=120)
    fork = place.fork(Draws(1, branch=1), 60)
    same = place.fork(Draws(1), 60)
    offers = machine("ann", SMALL[:9])
    assert fork.local == place.local
    assert [fork.weather(day) for day in range(60)] == [
        place.weather(day) for day in range(60)
    ]
    days = range(60, 120)
    ahead = [place.sales(day, offers) for day in days]
    assert [same.sales(day, offers) for day in days] == ahead
    assert [same.weather(day).rain for day in days] == [
        place.weather(day).rain for day in days
    ]
    assert [fork.sales(day, offers) for day in days] != ahead


def test_the_poisson_quantile_has_the_right_mean_and_variance() -> None:
    grid = [(step + 0.5) / 5000 for step in range(5000)]
    for mean in (0.0, 0.05, 0.8, 7.0, 39.0, 60.0, 900.0):
        counts = [poisson(mean, uniform) for uniform in grid]
        assert statistics.mean(counts) == pytest.approx(mean, rel=0.01, abs=0.001)
        assert statistics.pvariance(counts) == pytest.approx(mean, rel=0.05, abs=0.01)
    assert poisson(3.0, 1.0 - 2.0**-53) < 60


def test_a_split_keeps_the_count_and_is_fair_over_all_offsets() -> None:
    weights = [0.5, 1.5, 0.0, 2.0]
    totals = [0] * 4
    for step in range(1000):
        parts = split(7, weights, (step + 0.5) / 1000)
        assert sum(parts) == 7
        totals = [total + part for total, part in zip(totals, parts, strict=True)]
    assert totals == pytest.approx([875, 2625, 0, 3500], abs=8)
