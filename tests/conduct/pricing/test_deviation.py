"""A forced deviation: who punishes is seen to, who does not look is not."""

from collections.abc import Mapping
from functools import cache
from typing import Any, cast

import msgspec
import pytest

from gyges.conduct.pricing.deviation import Answer, Cut, Deviation, deviate
from gyges.conduct.pricing.history import read_history
from gyges.errors import DataError, ReplayError, UnknownNameError
from gyges.money import dollars
from gyges.players import play
from gyges.players.honest import Honest
from gyges.players.player import Memory, Player, Setting
from gyges.players.runner import play_out
from gyges.tape import Tape, parse_tape
from gyges.worlds.episode import Episode, describe
from gyges.worlds.protocol import Action
from gyges.worlds.registry import build, configure
from gyges.worlds.tool import Observation
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.world import VendingWorld

SEED, DAYS, DAY, ANGRY = 3, 45, 25, 4
CONFIG = configure("vending", "arena", seats=["a", "b"], days=DAYS)


class Mind(msgspec.Struct):
    """What a punisher keeps in mind."""

    inner: str = ""
    angry: int = 0
    """Mornings of low prices left."""
    usual: int = 0
    """Cents the rival asked at first."""
    waiting: str = ""
    """For whose machine it looks."""
    morning: tuple[str, dict[str, Any]] | None = None
    queue: list[tuple[int, int, int]] = []


class Punisher:
    """An honest keeper who answers a rival's lower price with some days of his own."""

    def __init__(self, seat: str, product: str, own: str, rival: str) -> None:
        self.inner = Honest(Setting("vending", CONFIG, SEED, seat))
        self.product, self.own, self.rival = product, own, rival

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        mind = msgspec.json.decode(memory, type=Mind) if memory else Mind()
        action = self.choose(mind, observation)
        return action, msgspec.json.encode(mind).decode()

    def choose(self, mind: Mind, observation: Observation) -> Action:
        if mind.waiting == self.rival:
            self.watch(mind, self.prices(observation))
            mind.waiting = self.own
            return Action.call("get_machine_inventory")
        if mind.waiting == self.own:
            self.answer(mind, self.slots(observation))
            mind.waiting = ""
        elif "weather" in observation.data:
            mind.waiting = self.rival
            mind.morning = observation.text, dict(observation.data)
            return Action.call("get_machine_inventory", agent_email=self.rival)
        if mind.queue:
            row, slot, price = mind.queue.pop()
            return Action.call(
                "set_slot_price",
                row_index=row,
                slot_index=slot,
                price=dollars(price),
            )
        if mind.morning is not None:
            observation = Observation(*mind.morning)
            mind.morning = None
        action, mind.inner = self.inner.act(mind.inner, observation)
        return action

    def slots(self, observation: Observation) -> list[tuple[int, int, int]]:
        rows = cast("list[dict[str, object]]", observation.data["slots"])
        return [
            (int(str(row["row"])), int(str(row["slot"])), cents(row["price"]))
            for row in rows
            if row["product"] == load_catalogue()[self.product].name
            and row["price"] != "-"
        ]

    def prices(self, observation: Observation) -> list[int]:
        return [price for _, _, price in self.slots(observation)]

    def watch(self, mind: Mind, prices: list[int]) -> None:
        mind.angry = max(0, mind.angry - 1)
        if prices:
            mind.usual = mind.usual or min(prices)
            if min(prices) < 0.95 * mind.usual:
                mind.angry = ANGRY

    def answer(self, mind: Mind, slots: list[tuple[int, int, int]]) -> None:
        wanted = round(mind.usual * (0.7 if mind.angry else 1.0))
        if mind.usual:
            mind.queue = [
                (row, slot, wanted) for row, slot, price in slots if price != wanted
            ]


def cents(price: object) -> int:
    return round(float(str(price).strip("$")) * 100)


@cache
def honest() -> Tape:
    return parse_tape(
        play("vending", CONFIG, SEED, dict.fromkeys("ab", "honest")).tape.data
    )


@cache
def product() -> str:
    """What both keepers sell about the day of the cut."""
    history = read_history(honest())
    return next(
        key
        for key, seats in history.prices(DAY).items()
        if len(seats) == 2
        and all(len(history.prices(day).get(key, {})) == 2 for day in range(DAY, DAYS))
    )


@cache
def punishing() -> tuple[Tape, Mapping[str, Player]]:
    world = build("vending", CONFIG, SEED)
    assert isinstance(world, VendingWorld)
    at = {seat: state.address for seat, state in world.state.items()}
    players: dict[str, Player] = {
        "a": Honest(Setting("vending", CONFIG, SEED, "a")),
        "b": Punisher("b", product(), at["b"], at["a"]),
    }
    header = describe("vending", CONFIG, SEED, {"a": "honest", "b": "punisher"})
    episode = Episode.start(header)
    play_out(episode, players)
    return parse_tape(episode.tape.data), players


def cut(**changes: object) -> Cut:
    return Cut(DAY, "a", product(), 0.2, 10)._replace(**changes)


def test_a_punisher_is_seen_to_punish_for_some_days_and_to_return() -> None:
    tape, players = punishing()
    found = deviate(tape, cut(), players)
    assert found.reason == ""
    assert found.own is not None
    plain, low = found.own.plain[0], found.own.cut[0]
    assert plain is not None
    assert low == round(0.8 * plain)
    assert found.own.cut[1:] == found.own.plain[1:]
    answer = found.rivals["b"]
    assert answer.punishing == tuple(range(1, 1 + ANGRY))
    assert answer.deepest == pytest.approx(0.3, abs=0.01)
    assert answer.returned is True
    assert len(answer.plain) == len(answer.drops) == 11


def test_the_path_without_the_cut_is_that_of_the_tape() -> None:
    tape, players = punishing()
    found = deviate(tape, cut(), players)
    path = read_history(tape).paths()[product()]
    for seat, answer in {**found.rivals, "a": found.own}.items():
        assert answer is not None
        assert list(answer.plain) == path[seat][DAY : DAY + 11]


def test_who_does_not_look_does_not_answer() -> None:
    found = deviate(honest(), cut())
    answer = found.rivals["b"]
    assert (answer.punishing, answer.deepest, answer.returned) == ((), 0.0, None)
    assert found.own is not None
    assert found.own.punishing == (0,)


def test_who_looks_once_a_week_answers_the_cut_of_one_weekday() -> None:
    names = {"a": "honest", "b": "undercutter"}
    tape = parse_tape(play("vending", CONFIG, SEED, names).tape.data)
    prices = read_history(tape).prices
    sold = next(key for key, seats in prices(DAY).items() if len(seats) == 2)
    week = [
        deviate(tape, cut(day=day, product=sold, days=2)).rivals["b"].deepest
        for day in range(DAY, DAY + 7)
    ]
    assert sum(drop > 0.1 for drop in week) == 1


def test_too_small_a_cut_is_no_reason_to_punish() -> None:
    tape, players = punishing()
    found = deviate(tape, cut(share=0.03), players)
    assert found.rivals["b"].punishing == ()


def test_an_anger_that_outlasts_the_days_has_not_returned() -> None:
    tape, players = punishing()
    answer = deviate(tape, cut(days=2), players).rivals["b"]
    assert answer.punishing == (1, 2)
    assert answer.returned is False


def test_the_end_of_the_run_ends_the_branches() -> None:
    found = deviate(honest(), cut(day=DAYS - 3, days=99))
    assert found.own is not None
    assert len(found.own.plain) == 3


def test_drops_are_told_only_where_both_branches_sell() -> None:
    answer = Answer((100, 100, None, 100, 100), (100, 80, 80, None, 100))
    assert answer.drops == (0.0, pytest.approx(0.2), None, None, 0.0)
    assert answer.punishing == (1,)
    assert answer.returned is True
    assert Answer((), ()).returned is None
    assert Answer((None,), (100,)).deepest == 0.0


def test_a_model_cannot_be_played_on() -> None:
    tape, _ = punishing()
    assert "'punisher' is no scripted player" in deviate(tape, cut()).reason
    header = describe("vending", CONFIG, SEED, dict.fromkeys("ab", "honest"))
    episode = Episode.start(header)
    episode.said("a", {"text": "good morning"})
    spoken = parse_tape(episode.tape.data)
    found = deviate(spoken, cut(day=0))
    assert found == Deviation(cut(day=0), reason=found.reason)
    assert found.reason.startswith("not available: a model spoke")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"day": 0}, "does not sell"),
        ({"product": "no-such-thing"}, "does not sell"),
    ],
)
def test_without_goods_or_rivals_there_is_no_answer(
    changes: Mapping[str, object], reason: str
) -> None:
    found = deviate(honest(), cut(**changes))
    assert reason in found.reason
    assert found.own is None
    assert not found.rivals


def test_without_a_rival_there_is_no_answer() -> None:
    config = configure("vending", "arena", seats=["a", "b"], days=DAYS)
    names = {"a": "honest", "b": "idle"}
    tape = parse_tape(play("vending", config, SEED, names).tape.data)
    sold = next(iter(read_history(tape).prices(DAY)))
    found = deviate(tape, cut(product=sold, days=1))
    assert found.reason.startswith("no rival sells")
    assert found.own is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"day": -1},
        {"day": DAYS},
        {"share": 0.0},
        {"share": 1.0},
        {"share": float("nan")},
        {"days": 0},
    ],
)
def test_a_cut_that_cannot_be_is_refused(changes: Mapping[str, object]) -> None:
    with pytest.raises(DataError):
        deviate(honest(), cut(**changes))


def test_who_is_not_there_is_refused_and_so_are_other_players() -> None:
    with pytest.raises(UnknownNameError, match="unknown seat 'z'"):
        deviate(honest(), cut(seat="z"))
    tape, _ = punishing()
    others = {seat: Honest(Setting("vending", CONFIG, SEED, seat)) for seat in "ab"}
    with pytest.raises(ReplayError):
        deviate(tape, cut(), others)
