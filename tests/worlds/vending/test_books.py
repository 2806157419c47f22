"""Money and goods are conserved, whatever anybody does; and the proof of it bites."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gyges.worlds.vending import VendingWorld, imbalances
from gyges.worlds.vending.state import Seat
from tests.worlds.vending.chaos import Chaos

IN_CI = 25_000
"""Actions of each of eight tests: 200,000 in all."""


@pytest.mark.parametrize("part", range(8))
def test_money_and_goods_are_conserved_under_chaos(part: int) -> None:
    check_chaos(IN_CI, part * 10_000)


@pytest.mark.soak
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("part", range(8))
def test_money_and_goods_are_conserved_for_a_million_actions(part: int) -> None:
    check_chaos(125_000, 1_000_000 + part * 10_000)


def check_chaos(actions: int, seed: int) -> None:
    done = 0
    kinds: set[str] = set()
    while done < actions:
        chaos = Chaos(seed)
        assert list(chaos.play()) == [], f"seed {seed}"
        done += chaos.actions
        kinds |= {event.kind for _, _, event in chaos.world.ledger}
        seed += 1
    # What is not exercised is not proven.
    assert kinds >= {
        "audit",
        "charged",
        "delivery",
        "emptied",
        "goods_received",
        "money_lost",
        "money_received",
        "refund",
        "sale",
        "settlement",
        "spoiled",
        "stocked",
    }


def shift_money(seat: Seat) -> None:
    seat.balance += 1


def lose_cash(seat: Seat) -> None:
    seat.cash_box -= 1


def conjure_goods(seat: Seat) -> None:
    lots = next(iter(seat.storage.values()))
    lots[0] = replace(lots[0], units=lots[0].units + 1)


def lose_goods_in_a_slot(seat: Seat) -> None:
    next(slot for slot in seat.slots if slot.lots).lots.pop()


def change_what_goods_cost(seat: Seat) -> None:
    lots = next(iter(seat.storage.values()))
    lots[0] = replace(lots[0], cost=lots[0].cost + 1)


def forget_a_booking(seat: Seat) -> None:
    seat.transactions.pop()


PLANTED = [
    shift_money,
    lose_cash,
    conjure_goods,
    lose_goods_in_a_slot,
    change_what_goods_cost,
    forget_a_booking,
]


@pytest.fixture(scope="module")
def busy() -> VendingWorld:
    """A world in the middle of business, with goods in storage and in slots."""
    for seed in range(50):
        chaos = Chaos(seed)
        for _ in range(20):
            for seat in chaos.world.seats:
                while chaos.world.awake(seat):
                    chaos.act(seat)
            chaos.night()
        state = chaos.world.state["a"]
        if state.storage and any(slot.lots for slot in state.slots):
            return chaos.world
    pytest.fail("no seed fills storage and slots")


@pytest.mark.parametrize("plant", PLANTED, ids=lambda plant: plant.__name__)
def test_a_planted_imbalance_is_found(
    plant: Callable[[Seat], None], busy: VendingWorld
) -> None:
    world = busy.fork(0)
    assert imbalances(world) == []
    plant(world.state["a"])
    assert imbalances(world)


def test_money_that_a_supplier_conjures_is_found(busy: VendingWorld) -> None:
    world = busy.fork(0)
    next(iter(world.supply.trade.accounts.values())).held += 1
    assert any("at supplier" in problem for problem in imbalances(world))
