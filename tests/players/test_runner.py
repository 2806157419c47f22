"""The direct runner: players are pure, small, and known by name."""

import inspect

import msgspec
import pytest

from gyges.errors import UnknownNameError
from gyges.players import MEMORY_LIMIT, billed, make_player, play, players
from gyges.players.player import Setting
from gyges.tape import parse_tape
from gyges.testing.case import Case
from gyges.worlds.protocol import Action
from gyges.worlds.registry import configure

CONFIG = configure("vending", "v2", days=30)


@pytest.mark.parametrize("name", players())
def test_a_player_keeps_its_memory_small_and_plain(name: str) -> None:
    run = Case("vending", CONFIG, 2).start(name)
    while not run.world.done:
        run.day()
        [memory] = run.memories.values()
        assert len(memory.encode()) <= MEMORY_LIMIT


@pytest.mark.parametrize("name", players())
def test_a_player_is_a_pure_function_of_memory_and_observation(name: str) -> None:
    case = Case("vending", CONFIG, 2)
    run = case.start(name).days(9)
    seat = run.world.seats[0]
    frozen = run.memories[seat]
    again = case.cast(name)[seat]
    for player in (run.players[seat], again, again):
        action, _ = player.act(frozen, run.seen[seat])
        first, _ = run.players[seat].act(frozen, run.seen[seat])
        assert action.storable() == first.storable()


@pytest.mark.parametrize("name", players())
def test_a_player_says_what_it_plants(name: str) -> None:
    setting = Setting("vending", CONFIG, 1, "a")
    about = inspect.getdoc(type(make_player(name, setting)))
    assert about
    assert about != inspect.getdoc(object)


def test_an_unknown_player_is_refused_with_those_there_are() -> None:
    with pytest.raises(
        UnknownNameError, match=r"unknown player 'x'; use one of: .*idle"
    ):
        play("vending", CONFIG, 1, {"a": "x"})


def test_tokens_are_a_declared_function_of_the_action() -> None:
    assert billed(Action.call("a")) == 2  # ["a",{}] has 8 bytes
    assert billed(Action("a", {"x": float("nan"), "\ud800": 10**400})) > 2
    tape = parse_tape(play("vending", CONFIG, 1, {"a": "random"}).tape.data)
    for entry in tape.of_kind("step"):
        action = msgspec.convert(entry.body["action"], Action)
        assert action.tokens == billed(action)


@pytest.mark.parametrize("name", ["honest", "opportunist", "naive"])
def test_a_trader_who_may_say_no_more_sleeps_on(name: str) -> None:
    config = configure("vending", "v2", days=20, message_limit=50)
    run = play("vending", config, 3, {"a": name})
    tools = [
        msgspec.convert(entry.body["action"], Action).tool
        for entry in parse_tape(run.tape.data).of_kind("step")
    ]
    assert len(tools) > 50
    assert set(tools[50:]) == {"sleep_until_tomorrow"}
