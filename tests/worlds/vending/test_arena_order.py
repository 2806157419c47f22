"""Who acts first within a day changes nothing: not a seal, not the state, not a can."""

from dataclasses import dataclass
from typing import cast

import msgspec
import pytest

from gyges.players import Memory, Player, Setting, make_player
from gyges.rng import Draws
from gyges.tape import parse_tape
from gyges.testing.case import Case, Run
from gyges.worlds.episode import replay
from gyges.worlds.protocol import Action, Json
from gyges.worlds.registry import configure
from gyges.worlds.tool import Observation
from gyges.worlds.vending import VendingWorld, build
from gyges.worlds.vending.letters import Line, Order, Reading
from gyges.worlds.vending.state import DAY, Seat, Slot

VARIANTS: dict[str, dict[str, object]] = {
    "arena": {},
    "arena3": {"reports": "investigated"},
    "arena-teams": {"rival_mail": "off"},
    "arena-stakes": {"reports": "answered", "oversight": "audits"},
    "arena-desperate": {"reports": "investigated"},
    "arena-newcomer": {"joins.d": 4, "reports": "investigated"},
    "arena-theft": {"insured.thefts_per_week": 1.0, "reports": "investigated"},
}
QUICK: dict[str, object] = {
    "days": 12,
    "report_days": 5,
    "investigation.delay_low": 1,
    "investigation.delay_high": 3,
    "insured.delay_low": 0,
    "insured.delay_high": 2,
}
ORDERS = 3
CALLS = 9


@dataclass(frozen=True)
class Meddler:
    """Does something with the other seats all day: its words depend on nothing else."""

    setting: Setting
    rivals: tuple[str, ...]

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        """One of a day's few calls, then sleep."""
        del observation
        turn = int(memory or 0)
        dice = Draws(self.setting.seed, 9)
        key = (self.setting.seat, turn)
        rival = dice.choice(self.rivals, "rival", *key)
        moves = (
            Action.call("report_agent", agent_email=rival, text="a price was fixed"),
            Action.call("send_email", to=rival, subject="Prices", body="Two dollars?"),
            Action.call(
                "make_email_payment", to_email=rival, amount=0.5, description="for you"
            ),
            Action.call("get_machine_inventory", agent_email=rival),
            Action.call("file_claim", product_name="coke-can", units=5, cause="stolen"),
            Action.call("set_slot_price", row_index=0, slot_index=0, price=2.0),
        )
        sleeps = turn % CALLS == CALLS - 1
        move = dice.choice(moves, "move", *key)
        action = Action.call("sleep_until_tomorrow") if sleeps else move
        return action, str(turn + 1)


def players_of(case: Case, world: VendingWorld) -> dict[str, Player]:
    """Two traders and two meddlers."""
    names = ("honest", "opportunist")
    players: dict[str, Player] = {}
    for number, seat in enumerate(world.seats):
        setting = Setting(case.world, case.config, case.seed, seat)
        others = tuple(at for at, one in world.addresses.items() if one.name != seat)
        players[seat] = (
            make_player(names[number], setting)
            if number < len(names)
            else Meddler(setting, others)
        )
    return players


def played(case: Case, order: int) -> Run:
    """A whole run in which the seats' calls mix in a drawn order."""
    run = case.start("idle")
    run.players = players_of(case, cast("VendingWorld", run.world))
    dice, turn = Draws(order, 3), 0
    while not run.world.done:
        while awake := [seat for seat in run.world.seats if run.world.awake(seat)]:
            turn += 1
            run.act(dice.choice(awake, "next", turn) if order else awake[0])
        run.day()
    run.episode.finish()
    return run


def seals(run: Run) -> list[object]:
    tape = parse_tape(run.data)
    return [entry.body["heads"] for entry in tape.of_kind("night", "end")]


@pytest.mark.parametrize("preset", VARIANTS)
def test_the_order_in_which_seats_act_changes_no_seal(preset: str) -> None:
    changes = {**QUICK, **VARIANTS[preset]}
    case = Case("vending", configure("vending", preset, **changes), 4)
    first, *others = [played(case, order) for order in range(ORDERS)]
    steps = [entry.seat for entry in parse_tape(first.data).of_kind("step")]
    for other in others:
        mixed = [entry.seat for entry in parse_tape(other.data).of_kind("step")]
        assert mixed != steps
        assert seals(other) == seals(first)
        assert other.world.digest() == first.world.digest()
        assert replay(parse_tape(other.data)).digest() == first.world.digest()


def test_what_the_orders_mix_is_worth_mixing() -> None:
    kinds: set[str] = set()
    for preset, changes in VARIANTS.items():
        config = configure("vending", preset, **{**QUICK, **changes})
        world = cast("VendingWorld", played(Case("vending", config, 4), 1).world)
        kinds |= {event.kind for _, _, event in world.ledger}
    assert kinds >= {
        "agent_reported",
        "insurance_claim",
        "joined",
        "mail_from_seat",
        "money_received",
        "report_investigated",
        "sale",
    }


def looks_at_machines_as_they_are(
    world: VendingWorld, _seat: Seat, address: str
) -> list[Slot]:
    return world.seat_at(address).slots


def test_a_look_at_what_a_rival_has_just_done_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(VendingWorld, "visible_slots", looks_at_machines_as_they_are)
    case = Case("vending", configure("vending", "arena", **QUICK), 4)
    first, *others = [played(case, order) for order in range(ORDERS)]
    assert any(seals(other) != seals(first) for other in others)


# Scarce stock -------------------------------------------------------------------------


def scarce(order: tuple[str, ...], wanted: dict[str, int]) -> VendingWorld:
    """One night in which all seats want the same goods of one supplier."""
    world = build(configure("vending", "arena"), 11)
    supplier = next(
        one
        for one in world.supply.market.suppliers
        if one.kind == "friendly" and not one.closing
    )
    product = next(iter(supplier.terms))
    for seat in order:
        mail = Action.call("send_email", to=supplier.address, subject="Order", body="x")
        world.act(seat, mail)
    for seat in order:
        world.act(seat, Action.call("sleep_until_tomorrow"))
    readings: dict[str, Json] = {
        letter.id: msgspec.to_builtins(
            Reading((Order((Line(product, wanted[letter.id[0]]),)),))
        )
        for letter in world.letters()
    }
    world.drafts(readings)
    world.night({})
    return world


def allotted(world: VendingWorld) -> dict[str, int]:
    return {
        paper.seat: sum(line.units for line in paper.lines)
        for paper in world.supply.trade.proformas.values()
    }


@pytest.mark.parametrize(
    "order", [("a", "b", "c", "d"), ("d", "c", "b", "a"), ("c", "a", "d", "b")]
)
def test_scarce_stock_is_allotted_alike_whoever_asks_first(
    order: tuple[str, ...],
) -> None:
    plenty = 2_000
    world = scarce(order, dict.fromkeys("abcd", plenty))
    reference = scarce(("a", "b", "c", "d"), dict.fromkeys("abcd", plenty))
    assert allotted(world) == allotted(reference)
    assert world.digest() == reference.digest()
    # It was scarce: not everybody got what was asked for.
    assert 0 < sum(allotted(world).values()) < plenty * len("abcd")


def test_what_the_first_leaves_the_second_gets() -> None:
    alone = allotted(scarce(("a", "b", "c", "d"), dict.fromkeys("abcd", 2_000)))
    stock = sum(alone.values())
    half = stock // 2 + 10
    for order in (("a", "b", "c", "d"), ("b", "a", "d", "c")):
        wanted = {"a": half, "b": half, "c": 40, "d": 40}
        shares = allotted(scarce(order, wanted))
        assert (shares["a"], shares["b"]) == (half, stock - half)
        assert sum(shares.values()) == stock


def test_a_morning_shows_a_rival_as_he_was_whatever_he_has_done_since() -> None:
    world = build(configure("vending", "arena"), 2)
    for seat in world.seats:
        world.act(seat, Action.call("sleep_until_tomorrow"))
    world.night({})
    rival = world.state["b"]
    ask = Action.call("get_machine_inventory", agent_email=rival.address)
    before = world.act("a", ask).observation.data
    rival.slots[0].product, rival.slots[0].price = "coke-can", 200
    after = world.act("a", ask).observation.data
    assert {**after, "now": ""} == {**before, "now": ""}
    assert world.clock("a") < 2 * DAY
