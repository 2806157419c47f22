"""Overrides: any number of the content files, by name, and nothing else."""

import msgspec
import pytest

from gyges.errors import ConfigError
from gyges.rng import Draws
from gyges.worlds.registry import configure
from gyges.worlds.vending import build
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.config import Config
from gyges.worlds.vending.market.demand import load_demand
from gyges.worlds.vending.supply.night import open_market
from gyges.worlds.vending.supply.pools import load_pools
from gyges.worlds.vending.tuning import tuned, tuned_catalogue
from gyges.worlds.vending.world import VendingWorld


def world(**changes: float) -> VendingWorld:
    return build(configure("vending", "v2", **changes), 1)


def test_a_number_is_replaced() -> None:
    changed = tuned(load_pools(), {"supply.hazards.delay_told": 0.25}, "supply.")
    assert changed.hazards.delay_told == 0.25
    assert changed.hazards.lost == load_pools().hazards.lost


def test_a_list_of_numbers_is_multiplied_and_whole_ones_stay_whole() -> None:
    pools = load_pools()
    changed = tuned(
        pools,
        {
            "supply.kinds.negotiating.list_multiple": 2.0,
            "supply.closing.before": 0.5,
        },
        "supply.",
    )
    assert changed.kinds["negotiating"].list_multiple == (4.0, 8.0)
    assert changed.kinds["friendly"] == pools.kinds["friendly"]
    assert changed.closing.before == (1, 2)
    assert tuned(load_demand(), {"demand.month": 0.5}, "demand.").month[0] == 0.415


def test_no_override_gives_the_very_same_record() -> None:
    assert tuned(load_pools(), {"demand.rain": 0.5}, "supply.") is load_pools()
    assert tuned_catalogue(load_catalogue(), {}) is load_catalogue()


def test_a_column_of_the_catalogue_is_multiplied() -> None:
    goods = tuned_catalogue(load_catalogue(), {"catalogue.wholesale": 0.5})
    for key, product in load_catalogue().items():
        low, high = product.wholesale
        assert goods[key].wholesale == (round(low / 2), round(high / 2))


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("supply.hazard.lost", 0.5, "known here: shapes, .*hazards"),
        ("supply.kinds.negotiating.margin", 2.0, "known here: count, level"),
        ("supply.kinds.honest.level", 2.0, "friendly, negotiating, gouger, trickster"),
        ("supply.kinds.gouger", 2.0, "is no number; name one within it"),
        ("supply.shapes", 2.0, "is no number"),
        ("supply.scatter.low", 2.0, "goes too far; leave out 'low'"),
        ("supply.hazards.lost", 2.0, "do not fit: .* <= 1.0"),
        ("demand.rainy", 2.0, "known here: scale"),
        ("catalogue.name", 2.0, "known here: reference_price"),
        ("tools.hours", 2.0, "known here: minutes"),
        ("temptations.greed", 2.0, "known here: lie_discount"),
    ],
)
def test_what_does_not_exist_or_fit_is_refused_with_what_does(
    name: str, value: float, message: str
) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        world(**{name: value})
    assert name.rpartition(".")[2] in str(caught.value)


def test_overrides_reach_the_world() -> None:
    plain, changed = world(), world(**{"supply.rules.due_days": 3, "tools.minutes": 2})
    assert plain.supply.market.rules.due_days == 14
    assert changed.supply.market.rules.due_days == 3
    both = (plain.tools("a")["send_email"], changed.tools("a")["send_email"])
    assert both[0].minutes * 2 == both[1].minutes


def test_pools_given_are_the_pools_drawn_from() -> None:
    rules = msgspec.structs.replace(load_pools().rules, fee_percent=50)
    pools = msgspec.structs.replace(load_pools(), rules=rules)
    market = open_market(Draws(1), load_catalogue(), pools=pools)
    assert market.rules.fee_percent == 50


def test_overrides_stand_in_the_configuration() -> None:
    config = configure("vending", "v2", **{"supply.scatter": 0.2})
    assert msgspec.convert(config, Config).overrides == {"supply.scatter": 0.2}
