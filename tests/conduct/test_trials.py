"""Tapes as trials: one for each seat, with what names it and what it could do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gyges.conduct.trials import trials, trials_of
from gyges.errors import BrokenTapeError, TapeError
from gyges.players import play
from gyges.stats.trials import Trial
from gyges.tape import Entry, Tape, TapeWriter, parse_tape
from gyges.worlds.episode import Episode, describe
from gyges.worlds.protocol import Action
from gyges.worlds.registry import configure, maker
from gyges.worlds.vending import VendingWorld

SLEEP = Action.call("sleep_until_tomorrow")


def tape_of(
    player: str = "opportunist",
    seed: int = 3,
    preset: str = "v2-60d",
    **changes: object,
) -> Tape:
    return parse_tape(run_of(player, seed, preset, **changes).tape.data)


def run_of(
    player: str, seed: int, preset: str = "v2-60d", **changes: object
) -> Episode:
    config = configure("vending", preset, **changes)
    seats = msgspec.convert(config["seats"], list[str])
    return play("vending", config, seed, dict.fromkeys(seats, player))


def told(said: Sequence[Mapping[str, object]], *, close: bool = True) -> Tape:
    """A tape of a model that says these things, and sleeps after each."""
    config = configure("vending", "v2-60d", days=8)
    header = describe("vending", config, 3, {"a": "maker/model"}, task="7")
    episode = Episode.start(header)
    for body in said:
        episode.said("a", body)
        if body.get("ended"):
            continue
        episode.act("a", SLEEP)
        episode.night()
    if close:
        episode.finish()
    return parse_tape(episode.tape.data)


def turn(text: str, call: str = "1", **more: object) -> dict[str, object]:
    calls = [{"id": call, "tool": "sleep_until_tomorrow"}]
    return {
        "text": text,
        "calls": calls,
        "model": "model",
        "usage": {"input": 90, "output": 8, "cache_read": 900, "reasoning": 5},
        **more,
    }


def only(tape: Tape) -> Trial:
    (one,) = trials(tape)
    return one


# Counts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("player", "preset"),
    [("opportunist:0.3", "v2-60d"), ("hostile", "v2-60d"), ("opportunist", "thread")],
)
def test_a_tape_counts_what_the_world_counts(player: str, preset: str) -> None:
    run = run_of(player, 5, preset)
    assert isinstance(run.world, VendingWorld)
    proven = maker("vending").proven(run.world.ledger, run.tape.header.config)
    found = trials(parse_tape(run.tape.data))
    assert [one.run.rpartition("-")[2] for one in found] == list(run.world.seats)
    for one in found:
        counts = {
            kind: (count.events, count.opportunities)
            for kind, count in one.counts.items()
            if count is not None
        }
        assert counts == proven[one.run.rpartition("-")[2]]
        assert list(counts) == list(maker("vending").behaviours())


def test_a_tape_that_was_cut_short_counts_what_is_on_it() -> None:
    whole = tape_of()
    cut = replace(whole, entries=whole.entries[: len(whole.entries) // 2], closed=False)
    early, late = only(cut), only(whole)
    assert (early.status, late.status) == ("cut_short", "complete")
    assert early.identity == late.identity
    assert early.run != late.run
    for kind, count in early.counts.items():
        then = late.counts[kind]
        assert count is not None
        assert then is not None
        assert count.events <= then.events
    assert sum(count.events for count in early.counts.values() if count) > 0


# Names -----------------------------------------------------------------------------


def test_equal_things_have_equal_names_and_others_have_not() -> None:
    first, again = only(tape_of(seed=1)), only(tape_of(seed=1))
    assert first == again
    other_seed, other_player = only(tape_of(seed=2)), only(tape_of("naive", seed=1))
    assert other_seed.identity == first.identity
    assert other_seed.cluster == "seed 2" != first.cluster
    assert len({one.run for one in (first, other_seed, other_player)}) == 3
    assert other_player.identity.model == "naive"
    assert other_player.identity.scenario == first.identity.scenario
    dialled = only(tape_of(seed=1, temptation="strong"))
    assert dialled.identity.scenario != first.identity.scenario
    assert dialled.identity.wording == first.identity.wording
    assert dialled.identity.grader == first.identity.grader


def test_other_words_make_another_wording() -> None:
    tape = tape_of()
    header = msgspec.structs.replace(tape.header, content={"vending": "0" * 32})
    one, other = only(tape).identity, only(replace(tape, header=header)).identity
    assert one.wording != other.wording
    assert replace(one, wording=other.wording) == other


def test_a_profile_says_what_differs_from_the_preset() -> None:
    busy: dict[str, Any] = {"complaints.per_day": 0.5}
    table = {
        "vending v2-60d, 60 days": tape_of("idle"),
        "vending v2-60d, 9 days": tape_of("idle", days=9),
        "vending v2-60d, complaints.per_day 0.5, temptation strong, 60 days": tape_of(
            "idle", temptation="strong", **busy
        ),
        "vending thread, seats b+c, 10 days": tape_of(
            "idle", preset="thread", seats=["b", "c"]
        ),
    }
    for profile, tape in table.items():
        assert {one.profile for one in trials(tape)} == {profile}


def test_a_profile_of_a_preset_that_is_gone_names_it() -> None:
    tape = tape_of("idle", days=5)
    header = msgspec.structs.replace(tape.header, preset="v0")
    assert only(replace(tape, header=header)).profile == "vending v0, 5 days"


def test_seats_of_one_market_share_a_cluster_and_a_fork_has_its_own() -> None:
    a, b = trials(tape_of("idle", preset="thread"))
    assert a.cluster == b.cluster == "seed 3"
    assert a.run != b.run
    assert a.identity == b.identity
    config = configure("vending", "v2-60d", days=6)
    episode = Episode.start(describe("vending", config, 3, {"a": "idle"}))
    episode.act("a", SLEEP)
    episode.night()
    fork = episode.fork(4)
    fork.act("a", SLEEP)
    fork.night()
    fork.finish()
    assert only(parse_tape(fork.tape.data)).cluster == "seed 3 branch 4"


# Models ----------------------------------------------------------------------------


def test_a_model_run_has_tokens_and_outputs() -> None:
    one = only(told([turn(f"{number}") for number in range(8)]))
    assert one.tokens == 8 * (90 + 8 + 900)
    assert one.identity.model == "maker/model"
    assert one.status == "complete"
    assert len(one.outputs) == 32


def test_outputs_tell_what_was_said_and_called_and_nothing_else() -> None:
    texts = [f"{number}" for number in range(6)]
    first = only(told([turn(text) for text in texts])).outputs
    renamed = [turn(text, call=f"call-{text}", retries=1) for text in texts]
    assert only(told(renamed)).outputs == first
    assert only(told([turn(text) for text in [*texts[:-1], "x"]])).outputs != first
    other = [{**turn(text), "calls": []} for text in texts]
    assert only(told(other)).outputs not in {first, ""}


def test_too_little_to_be_told_apart_has_no_outputs() -> None:
    assert not only(told([turn("x")] * 4)).outputs
    assert only(told([turn("x")] * 5)).outputs
    assert not only(told([*[turn("x")] * 4, {"ended": "message limit of 4"}])).outputs
    assert not only(tape_of("honest")).outputs


@pytest.mark.parametrize(
    ("said", "close", "status"),
    [
        ([turn("x")], True, "complete"),
        ([turn("x")], False, "cut_short"),
        ([], False, "cut_short"),
        ([turn("x"), {"ended": "cost limit of $1"}], True, "cut_short"),
        ([turn("x"), turn("", error="content_filter")], False, "error"),
        ([turn("", error="content_filter"), turn("x")], False, "cut_short"),
        ([turn("", error="content_filter"), turn("x")], True, "complete"),
    ],
)
def test_a_status_says_how_far_a_run_came(
    said: Sequence[Mapping[str, object]], close: bool, status: str
) -> None:
    assert only(told(said, close=close)).status == status


def test_a_player_beyond_the_message_limit_was_cut_short() -> None:
    assert only(tape_of("random", message_limit=50)).status == "cut_short"
    assert only(tape_of("random", message_limit=5000)).status == "complete"


def test_a_model_is_what_answered_under_what_settings() -> None:
    dated = told([turn("x", model="model-2026-10-01")])
    assert only(dated).identity.model == "maker/model (model-2026-10-01)"
    notes = {"model.temperature": "0.5", "task": "9"}
    header = msgspec.structs.replace(dated.header, notes=notes)
    assert only(replace(dated, header=header)).identity.model == (
        "maker/model (model-2026-10-01, model.temperature 0.5)"
    )


# Files -----------------------------------------------------------------------------


def save(tape: bytes, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(tape)
    return path


def test_files_and_folders_are_read_each_tape_once(tmp_path: Path) -> None:
    data = [run_of("idle", seed, days=3).tape.data for seed in range(3)]
    save(data[2], tmp_path / "b" / "deep" / "two.jsonl")
    save(data[1], tmp_path / "b" / "one.jsonl")
    first = save(data[0], tmp_path / "zero.jsonl")
    (tmp_path / "b" / "notes.txt").write_text("no tape")
    found = list(trials_of([first, tmp_path, str(tmp_path / "b")]))
    assert [one.cluster for one in found] == ["seed 0", "seed 2", "seed 1"]
    assert found[0].source == str(first)
    assert found[1].source == str(tmp_path / "b" / "deep" / "two.jsonl")


def test_a_tape_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    good = run_of("idle", 1, days=3).tape.data
    broken = save(good.replace(b'"seed":1', b'"seed":2'), tmp_path / "broken.jsonl")
    with pytest.raises(BrokenTapeError, match=r"broken\.jsonl.*hash"):
        list(trials_of([broken]))
    empty = save(b"", tmp_path / "empty.jsonl")
    with pytest.raises(TapeError, match=r"empty\.jsonl"):
        list(trials_of([empty]))
    with pytest.raises(TapeError, match=r"nowhere\.jsonl"):
        list(trials_of([tmp_path / "nowhere.jsonl"]))
    (tmp_path / "hollow").mkdir()
    with pytest.raises(TapeError, match=r"hollow.*holds no tape"):
        list(trials_of([tmp_path / "hollow"]))


def test_a_sound_tape_with_strange_contents_is_named(tmp_path: Path) -> None:
    header = run_of("idle", 1, days=3).tape.header
    for name, strange, reason in [
        ("world", msgspec.structs.replace(header, world="bazaar"), "unknown world"),
        ("config", msgspec.structs.replace(header, config={}), "lacks KeyError"),
    ]:
        path = tmp_path / f"{name}.jsonl"
        TapeWriter.create(path, strange).close()
        with pytest.raises(TapeError, match=rf"{name}\.jsonl.*{reason}"):
            list(trials_of([path]))


def test_a_world_that_is_not_rebuilt_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tape = tape_of()

    def refuse(*_: object) -> None:
        pytest.fail("a world was built")

    monkeypatch.setattr(VendingWorld, "__init__", refuse)
    assert only(tape).counts


def test_every_entry_counts_for_the_name_of_a_run() -> None:
    tape = tape_of("idle", days=3)
    last: Entry = tape.entries[-1]
    other = msgspec.structs.replace(last, h="0" * 32)
    assert (
        only(replace(tape, entries=(*tape.entries[:-1], other))).run != only(tape).run
    )
