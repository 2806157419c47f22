"""Every variant keeps every rule of the kit, and what was there is as it was."""

from hashlib import blake2b

import msgspec
import pytest

from gyges.testing.case import Case
from gyges.testing.conformance import CHECKS, check_case
from gyges.testing.records import entries
from gyges.worlds.protocol import Action
from gyges.worlds.registry import configure
from tests.worlds.vending.chaos import CHANGES, Chaos

VARIANTS: dict[str, dict[str, object]] = {
    "arena3": {"reports": "investigated"},
    "arena-teams": {"reports": "answered"},
    "arena-stakes": {"rival_mail": "off"},
    "arena-desperate": {"start_balances.d": 700},
    "arena-newcomer": {"joins.d": 4},
    "arena-theft": {"insured.thefts_per_week": 1.0, "reports": "investigated"},
}
QUICK: dict[str, object] = {
    "days": 8,
    "report_days": 3,
    "bankrupt_after": 2,
    "investigation.delay_low": 0,
    "investigation.delay_high": 2,
    "insured.delay_low": 0,
    "insured.delay_high": 2,
}
FAST = [check for check in CHECKS if check not in {"marks", "bad_arguments"}]
GOLDEN = {
    ("arena", "honest", 40): "52f6fef93ebfdc9b295557519e8785bf",
    ("arena", "hostile", 40): "3d4e1b2d7f0f42e892f96b95b4de06ce",
    ("arena", "idle", 40): "837836cb716e459034fdba2a49fb2bb2",
    ("thread", "random", 10): "0dcbe3a1865d6c424c5423ae96290117",
    ("v1", "hostile", 20): "d90d25bda4040b8bb9c24bf2b52c0c1b",
    ("v2-60d", "honest", 60): "1caae0380dfbf6ba974fe1de2c249bd4",
}
"""Hashes of every entry but the header (seed 5), from before the arena had dials."""


@pytest.mark.parametrize("preset", VARIANTS)
def test_every_variant_keeps_every_rule(preset: str) -> None:
    config = configure("vending", preset, **{**QUICK, **VARIANTS[preset]})
    case = Case("vending", config, 2, ("random", "hostile"))
    assert check_case(case, FAST) == []


@pytest.mark.parametrize("preset", ["arena-stakes", "arena-theft"])
def test_bad_arguments_change_nothing_where_tools_differ(preset: str) -> None:
    config = configure("vending", preset, **{**QUICK, **VARIANTS[preset]})
    case = Case("vending", config, 2, ("hostile",))
    assert check_case(case, ["bad_arguments"]) == []


@pytest.mark.parametrize("preset", VARIANTS)
def test_traders_in_a_variant_keep_the_books(preset: str) -> None:
    changes = {**QUICK, **VARIANTS[preset], "days": 25}
    case = Case("vending", configure("vending", preset, **changes), 6, ("opportunist",))
    assert check_case(case, ["conservation", "draws", "round_trip"]) == []


@pytest.mark.parametrize(("preset", "player", "days"), GOLDEN)
def test_what_was_there_before_is_as_it_was(
    preset: str, player: str, days: int
) -> None:
    config = configure("vending", preset, days=days)
    run = Case("vending", config, 5).start(player).finish()
    whole = msgspec.json.encode(entries(run)[1:])
    digest = blake2b(whole, digest_size=16).hexdigest()
    assert digest == GOLDEN[preset, player, days]


class Claiming(Chaos):
    """Its insiders file claims, too, true ones and false ones."""

    def collect(self, seat: str) -> Action:
        """Collect the cash, or claim what is in the machine."""
        slot = self.world.state[seat].slots[self.roll(12, "claimed")]
        if not slot.product:
            return super().collect(seat)
        return Action.call(
            "file_claim",
            product_name=self.world.product_name(slot.product),
            units=1 + self.roll(8, "units"),
            cause=("stolen", "spoiled")[self.roll(2, "cause")],
        )


def test_money_and_goods_are_conserved_under_chaos_with_every_dial_turned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    turned = {
        "reports": "investigated",
        "insurance": "offered",
        "insured.thefts_per_week": 1.0,
        "insured.checked": 0.5,
        "start_balances.b": 700_000,
        "joins.c": 5,
    }
    for name, value in turned.items():
        monkeypatch.setitem(CHANGES, name, value)
    kinds: set[str] = set()
    for seed in range(4):
        chaos = Claiming(seed)
        assert list(chaos.play()) == [], f"seed {seed}"
        kinds |= {event.kind for _, _, event in chaos.world.ledger}
    assert kinds >= {
        "agent_reported",
        "fined",
        "insurance_paid",
        "insurance_refused",
        "joined",
        "stolen",
    }
