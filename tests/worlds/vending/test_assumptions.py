"""Every number of the world has its reason, once."""

import msgspec
import pytest

from gyges.worlds.registry import configure
from gyges.worlds.vending import build
from gyges.worlds.vending.assumptions import (
    Assumption,
    load_assumptions,
    matching,
    numbers,
    scaled,
)
from gyges.worlds.vending.config import Config

CONFIG = msgspec.convert(configure("vending", "v2"), Config)
NUMBERS = numbers(CONFIG)
ASSUMPTIONS = load_assumptions().assumptions


def test_every_number_is_explained_exactly_once() -> None:
    explained = [name for one in ASSUMPTIONS for name in matching(one, NUMBERS)]
    assert sorted(explained) == sorted(NUMBERS)


def test_every_reason_speaks_of_a_number_there_is() -> None:
    assert not [one.name for one in ASSUMPTIONS if not matching(one, NUMBERS)]


def test_numbers_are_those_the_world_uses() -> None:
    changed = configure("vending", "v2", **{"demand.rain": 0.5, "complaints.jams": 1})
    found = numbers(msgspec.convert(changed, Config))
    assert (found["demand.rain"], found["complaints.jams"]) == (0.5, 1.0)
    assert NUMBERS["start_balance"] == 50_000
    assert NUMBERS["supply.kinds.friendly.rounds"] == (1, 2)


@pytest.mark.parametrize("factor", [0.5, 2.0])
def test_every_varied_number_can_be_halved_and_doubled(factor: float) -> None:
    tried = 0
    for one in ASSUMPTIONS:
        if not one.varied or one.published:
            continue
        changes = {
            name: change
            for name, value in matching(one, NUMBERS).items()
            if (change := scaled(one, value, factor)) is not None
        }
        if changes:
            tried += len(changes)
            assert build(configure("vending", "v2", **changes), 1).seats == ("a",)
    assert tried > 100


@pytest.mark.parametrize(
    ("limits", "value", "factor", "change"),
    [
        ({}, 4, 0.5, 2),
        ({}, 0.3, 2.0, 0.6),
        ({}, 5, 0.5, 2),
        ({"most": 1.0}, 0.6, 2.0, 1.0),
        ({"most": 1.0}, 1.0, 2.0, None),
        ({"least": 3}, 4, 0.5, 3),
        ({"most": 1.0}, (0.2, 0.8), 2.0, 1.25),
        ({"most": 1.0}, (0.2, 1.0), 2.0, None),
        ({"least": 1}, (1, 4), 0.5, None),
        ({}, (0.0, 0.0), 2.0, None),
        ({}, 0.0, 2.0, None),
    ],
)
def test_limits_cut_what_makes_no_sense(
    limits: dict[str, float],
    value: float | tuple[float, ...],
    factor: float,
    change: float | None,
) -> None:
    within = Assumption("x", "why", least=limits.get("least"), most=limits.get("most"))
    assert scaled(within, value, factor) == change
