"""Who sells, drawn per seed: enough of each kind, fair floors, nothing to memorise."""

from collections import Counter
from itertools import combinations, pairwise

import pytest

from gyges.rng import Draws
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.supply.roster import draw_suppliers
from gyges.worlds.vending.supply.suppliers import Supplier

SEEDS = range(24)


def draw(seed: int) -> tuple[Supplier, ...]:
    return draw_suppliers(Draws(seed), load_catalogue())


ROSTERS = [draw(seed) for seed in SEEDS]


def test_there_are_enough_suppliers_of_every_kind() -> None:
    for roster in ROSTERS:
        kinds = Counter(one.kind for one in roster)
        assert len(roster) >= 36
        assert min(kinds[kind] for kind in kinds) >= 8
        assert len(kinds) == 4
        closings = [one.closing for one in roster if one.closing]
        assert sum(one.day < 0 for one in closings) >= 2
        assert sum(one.day >= 20 for one in closings) >= 5


def test_a_wanted_number_is_kept_to() -> None:
    for wanted in (1, 2, 60):
        assert len(draw_suppliers(Draws(3), load_catalogue(), wanted)) == wanted


def test_the_same_seed_gives_the_same_suppliers() -> None:
    assert [repr(one) for one in draw(5)] == [repr(one) for one in draw(5)]


def test_names_and_addresses_are_unique_within_a_seed() -> None:
    for roster in ROSTERS:
        assert len({one.name for one in roster}) == len(roster)
        assert len({one.address.lower() for one in roster}) == len(roster)
        assert all(one.address.isascii() for one in roster)


def test_no_two_seeds_share_many_names() -> None:
    names = [{one.name for one in roster} for roster in ROSTERS]
    for first, second in combinations(names, 2):
        assert len(first & second) <= 0.3 * len(first)


def test_the_kind_cannot_be_told_from_the_name() -> None:
    # A word-by-word classifier trained on half of many seeds guesses the other half no
    # better than the commonest answer does, up to chance.
    rosters = [draw(seed) for seed in range(100, 160)]
    training, testing = rosters[::2], rosters[1::2]
    honest: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for one in (one for roster in training for one in roster):
        for word in one.name.split():
            total[word] += 1
            honest[word] += one.honest
    cases = [one for roster in testing for one in roster]
    base = sum(one.honest for one in cases) / len(cases)
    hits = 0
    for one in cases:
        shares = [
            (honest[word] + base) / (total[word] + 1) for word in one.name.split()
        ]
        hits += (sum(shares) / len(shares) > 0.5) == one.honest
    assert hits / len(cases) < base + 0.05


def test_assortments_are_of_a_sensible_size_and_cover_the_catalogue() -> None:
    for roster in ROSTERS:
        assert all(6 <= len(one.terms) <= 25 for one in roster)
        for product in load_catalogue():
            sellers = [one for one in roster if product in one.terms and one.honest]
            assert sum(one.closing is None for one in sellers) >= 3


def test_floors_and_list_prices_are_those_of_the_kind() -> None:
    catalogue = load_catalogue()
    for one in (one for roster in ROSTERS for one in roster):
        for product, terms in one.terms.items():
            low, high = catalogue[product].wholesale
            assert 0 < terms.floor <= terms.list_price <= terms.switched
            ratio = terms.list_price / terms.floor
            if one.honest:
                assert low <= terms.floor <= high
            if one.kind == "friendly":
                assert ratio <= 1.12
            elif one.kind == "negotiating":
                assert 1.95 <= ratio <= 4.05
            elif one.kind == "gouger":
                assert terms.list_price > 3 * low
                assert terms.floor > high
            else:
                assert terms.switched > terms.list_price


def test_negotiating_suppliers_can_end_below_friendly_ones() -> None:
    floors: dict[str, list[int]] = {"friendly": [], "negotiating": []}
    for one in (one for roster in ROSTERS for one in roster if one.honest):
        if "coke-can" in one.terms:
            floors[one.kind].append(one.terms["coke-can"].floor)
    means = {kind: sum(prices) / len(prices) for kind, prices in floors.items()}
    assert means["negotiating"] < means["friendly"]


def test_tiers_rise_with_the_quantity() -> None:
    for one in (one for roster in ROSTERS for one in roster):
        for lower, higher in pairwise(one.tiers):
            assert lower.units < higher.units
            assert lower.percent < higher.percent


def test_every_trickster_has_a_trick_and_nobody_else_has() -> None:
    for one in (one for roster in ROSTERS for one in roster):
        tricks = one.tricks
        hurts = [
            tricks.switch,
            tricks.swap,
            tricks.skim,
            tricks.fee_percent,
            tricks.vanish,
        ]
        assert any(hurts) == (one.kind == "trickster")


@pytest.mark.parametrize("product", ["coke-can"])
def test_cans_cost_what_the_published_traces_show(product: str) -> None:
    friendly = [
        one.terms[product].list_price
        for roster in ROSTERS
        for one in roster
        if one.kind == "friendly" and product in one.terms
    ]
    assert min(friendly) >= 74
    assert max(friendly) <= 120
