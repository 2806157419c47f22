"""An episode can be replayed, resumed and forked; a tape that lies is found out."""

from collections import Counter
from typing import cast

import msgspec
import pytest

from gyges.errors import ReplayError, TapeError
from gyges.players import play, play_out, seat_players
from gyges.tape import Header, Tape, TapeWriter, parse_tape
from gyges.testing.case import Case
from gyges.worlds.episode import Episode, describe, replay
from gyges.worlds.protocol import Action
from gyges.worlds.registry import configure
from gyges.worlds.vending import VendingWorld

CONFIG = configure("vending", "thread")
CASE = Case("vending", CONFIG, 3)


def header(player: str = "random", seed: int = 3) -> Header:
    return describe("vending", CONFIG, seed, {"a": player, "b": player})


def finished(player: str = "random") -> Tape:
    episode = Episode.start(header(player))
    play_out(episode, seat_players(episode.tape.header))
    return parse_tape(episode.tape.data)


def rewritten(tape: Tape, **changes: object) -> Tape:
    """The same entries under a changed header, all hashes made anew."""
    head = msgspec.structs.replace(tape.header, **changes)
    writer = TapeWriter.in_memory(head)
    for entry in tape.entries[1:]:
        sealed = {"heads": writer.seal()} if entry.kind in {"night", "end"} else {}
        writer.append(entry.seat, entry.kind, entry.t, {**entry.body, **sealed})
    return parse_tape(writer.data)


def test_a_replay_rebuilds_the_state_that_was_sealed() -> None:
    tape = finished()
    assert replay(tape).digest() == tape.entries[-1].body["state"]


def test_a_tape_with_another_seed_is_found_out_by_replaying_it() -> None:
    with pytest.raises(ReplayError, match=r"entry \d+ of seat"):
        replay(rewritten(finished("honest"), seed=4))


def test_a_forged_action_is_found_out_by_replaying_it() -> None:
    tape = finished()
    entries = list(tape.entries)
    at = next(n for n, one in enumerate(entries) if one.kind == "step")
    body = {**entries[at].body, "action": {"tool": "collect_cash"}}
    entries[at] = msgspec.structs.replace(entries[at], body=body)
    forged = rewritten(
        Tape(tape.header, tuple(entries), closed=True, intact_bytes=0, torn=False)
    )
    with pytest.raises(ReplayError, match="replaying gives a step"):
        replay(forged)


def test_an_outcome_that_was_prettied_is_found_out_by_replaying_it() -> None:
    tape = finished("idle")
    end = tape.entries[-1]
    body = {**end.body, "outcome": {"a": {"score": 1e6}}}
    entries = (*tape.entries[:-1], msgspec.structs.replace(end, body=body))
    with pytest.raises(ReplayError, match="end"):
        replay(
            rewritten(
                Tape(tape.header, entries, closed=True, intact_bytes=0, torn=False)
            )
        )


def test_content_that_has_changed_is_refused_by_name() -> None:
    other = rewritten(finished("idle"), content={"vending": "0" * 32})
    with pytest.raises(TapeError, match=r"vending content '0000.*install the version"):
        replay(other)


def test_a_player_that_acts_in_its_sleep_is_found_out() -> None:
    tape = finished("idle")
    first = tape.entries[1]
    twice = Tape(
        tape.header,
        (tape.entries[0], first, first, *tape.entries[2:]),
        closed=True,
        intact_bytes=0,
        torn=False,
    )
    with pytest.raises(ReplayError, match="acts while it sleeps"):
        replay(rewritten(twice))


def test_what_cannot_be_stored_is_changed_before_the_world_sees_it() -> None:
    episode = Episode.start(header())
    step = episode.act("a", Action("calculator", {"expression": "\ud800"}))
    assert "Error" in step.observation.text
    body = parse_tape(episode.tape.data).entries[1].body
    assert body["action"] == {"tool": "calculator", "arguments": {"expression": "?"}}


def test_what_models_said_is_heard_again_and_not_paid_for_twice() -> None:
    episode = Episode.start(header())
    episode.said("a", {"text": "let me see"})
    episode.act("a", Action("get_storage_inventory"))
    episode.said("b", {"text": "sleep"})
    again = CASE.resume("random", episode.tape.data).episode
    assert again.heard("b") == {"text": "sleep"}
    assert again.heard("a") == {"text": "let me see"}
    assert again.heard("a") is None
    again.act("a", Action("get_storage_inventory"))
    assert not again.tape.behind
    again.said("a", {"text": "next"})
    assert again.tape.data.startswith(episode.tape.data)


def test_voices_are_heard_again_in_any_number() -> None:
    episode = Episode.start(header("idle"))
    for seat in ("a", "b"):
        episode.act(seat, Action("sleep_until_tomorrow"))
    episode.voiced({"id": "x", "reading": {"intents": []}})
    episode.voiced({"id": "y", "wording": "Dear Sir"})
    again = CASE.resume("idle", episode.tape.data).episode
    for seat in ("a", "b"):
        again.act(seat, Action("sleep_until_tomorrow"))
    assert set(again.voices()) == {"x", "y"}
    again.night()
    assert parse_tape(again.tape.data).entries[-1].kind == "wake"


@pytest.mark.parametrize("branch", [0, 5])
def test_a_fork_is_a_tape_of_its_own_that_replays_and_resumes(branch: int) -> None:
    run = CASE.start("hostile").days(4)
    twin = run.fork(branch).finish()
    tape = parse_tape(twin.data)
    assert tape.closed
    assert tape.header.forks == ((run.episode.moves, branch),)
    assert replay(tape).digest() == twin.world.digest()
    lines = twin.data.splitlines(keepends=True)
    cut = b"".join(lines[: len(lines) - 10])
    assert CASE.resume("hostile", cut).finish().data == twin.data


def test_a_fork_of_a_fork_remembers_both() -> None:
    once = CASE.start("random").days(2).fork(1).days(2)
    twice = once.fork(2).finish()
    tape = parse_tape(twice.data)
    assert [branch for _, branch in tape.header.forks] == [1, 2]
    assert replay(tape).digest() == twice.world.digest()


def test_a_fork_at_the_last_moment_still_replays() -> None:
    run = CASE.start("idle")
    while not run.world.done:
        run.day()
    twin = run.fork(1)
    twin.episode.finish()
    assert replay(parse_tape(twin.data)).digest() == twin.world.digest()


def test_an_open_tape_replays_as_far_as_it_goes() -> None:
    data = CASE.start("hostile").finish().data
    lines = data.splitlines(keepends=True)
    for kept in range(1, len(lines), 5):
        tape = parse_tape(b"".join(lines[:kept]))
        world = replay(tape)
        for step in tape.of_kind("step"):
            assert world.clock(step.seat) >= step.t


def test_the_same_seed_gives_the_same_tape_by_either_runner() -> None:
    played = play("vending", CONFIG, 3, {"a": "hostile", "b": "hostile"})
    assert played.tape.data == CASE.start("hostile").finish().data


@pytest.mark.parametrize("seed", [1, 2])
def test_everything_in_the_ledger_is_on_the_tape_even_of_seats_that_are_out(
    seed: int,
) -> None:
    config = configure("vending", "arena", days=40, start_balance=3000)
    run = Case("vending", config, seed).start("hostile").finish()
    world = cast("VendingWorld", run.world)
    assert any("lost the location" in seat.out for seat in world.state.values())
    told = Counter(
        (entry.seat, msgspec.json.encode(event))
        for entry in parse_tape(run.data).entries
        for event in msgspec.convert(entry.body.get("events", []), list[object])
    )
    happened = Counter(
        (seat, msgspec.json.encode(event)) for _, seat, event in world.ledger
    )
    assert told == happened
