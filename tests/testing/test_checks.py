"""The instrument's checks of itself: a table that anybody can extend."""

import msgspec
import pytest

from gyges.errors import UnknownNameError
from gyges.testing.checks import AREAS, Check, Measured, run_checks
from gyges.testing.world_checks import CHECKS, measure, shortened
from gyges.worlds.registry import build, maker
from gyges.worlds.vending.config import Config


def test_every_area_offers_checks_with_different_names() -> None:
    assert "world" in AREAS
    names = [check.name for check in CHECKS]
    assert len(names) == len(set(names)) > 20


def test_a_check_gives_its_figure_and_whether_it_is_reached() -> None:
    assert measure("vending", "thread", "conservation") == Measured(0, ok=True)


def test_an_unknown_area_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match="unknown area 'moon'; use one of: "):
        list(run_checks(["moon"]))


def test_results_carry_area_target_and_detail(monkeypatch: pytest.MonkeyPatch) -> None:
    bad = Check("x", "0 findings", lambda: Measured(2, ok=False, detail="broken"))
    monkeypatch.setattr("gyges.testing.world_checks.CHECKS", (bad,))
    [result] = run_checks(["world"])
    assert (result.check, result.value, result.ok) == ("world.x", 2, False)
    assert (result.target, result.detail) == ("0 findings", "broken")


@pytest.mark.parametrize("preset", maker("vending").presets())
def test_every_preset_has_a_short_form_in_which_all_seats_take_part(
    preset: str,
) -> None:
    short = shortened("vending", preset)
    config = msgspec.convert(short, Config)
    assert config.days <= 21
    assert max(config.first_day(seat) for seat in config.seats) < config.days
    assert set(build("vending", short, 1).seats) == set(config.seats)
