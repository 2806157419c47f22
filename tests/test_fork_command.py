"""`gyges fork --player`: somebody else takes a seat over in mid-run."""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias, cast

import msgspec
import pytest
from click.testing import CliRunner, Result

from gyges.cli import cli
from gyges.conduct.trials import trials
from gyges.players import play
from gyges.players.heirs import Heir, heirs_of
from gyges.players.runner import Ban
from gyges.tape import Tape, read_tape, verify
from gyges.worlds.episode import Episode, describe, replay
from gyges.worlds.protocol import Action
from gyges.worlds.registry import configure
from gyges.worlds.vending import VendingWorld
from gyges.worlds.vending.facts import acts

CONFIG = configure("vending", "v2", days=80)
DAY = 41
Facts: TypeAlias = Mapping[str, object]


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def fork(tape: Path, out: Path, *more: object, day: int = DAY) -> Result:
    return call("fork", tape, "--at", day, "--out", out, *more)


def forked(tape: Path, out: Path, *more: object, day: int = DAY) -> Tape:
    result = fork(tape, out, *more, day=day)
    assert result.exit_code == 0, result.output
    assert verify(out).status == "closed"
    return read_tape(out)


def bodies(tape: Tape) -> list[tuple[str, str, object]]:
    return [
        (entry.seat, entry.kind, entry.body)
        for entry in tape.entries[1:]
        if entry.kind not in {"night", "end"}
    ]


def past(tape: Tape, day: int = DAY) -> int:
    """Entries before the morning of a day that are not the header or a night."""
    nights = kept = 0
    for entry in tape.entries[1:]:
        if nights == day - 1 and entry.kind != "wake":
            break
        nights += entry.kind == "night"
        kept += entry.kind != "night"
    return kept


def world_of(tape: Tape) -> VendingWorld:
    world = replay(tape)
    assert isinstance(world, VendingWorld)
    return world


@pytest.fixture(scope="module")
def crook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty days of an opportunist."""
    path = tmp_path_factory.mktemp("crook") / "tape.jsonl"
    play("vending", CONFIG, 2, {"a": "opportunist"}, path)
    return path


@pytest.fixture(scope="module")
def saved(crook: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, honest from the middle on."""
    path = tmp_path_factory.mktemp("saved") / "tape.jsonl"
    forked(crook, path, "--player", "honest")
    return path


def test_the_past_stays_and_the_heir_lives_honestly(crook: Path, saved: Path) -> None:
    old, new = read_tape(crook), read_tape(saved)
    at = past(old)
    assert bodies(old)[:at] == bodies(new)[:at]
    assert bodies(old)[at] != bodies(new)[at]
    assert new.header.players == {"a": "opportunist"}
    assert heirs_of(new.header) == {"a": Heir(DAY, "honest")}
    assert new.header.branch == 0
    told = [
        day
        for _, _, event in world_of(new).ledger
        if event.kind in {"claim", "report"} and event.facts["truth"] == "false"
        for day in [cast("int", event.facts["day"])]
    ]
    assert told
    assert max(told) < DAY


def test_an_honest_player_runs_a_business_that_it_did_not_open(saved: Path) -> None:
    world = world_of(read_tape(saved))
    sold = [
        time // 1440
        for time, _, event in world.ledger
        if event.kind == "sale" and event.facts["units"]
    ]
    assert len({day for day in sold if day >= DAY + 10}) == 80 - DAY - 10
    # What its predecessor began with customers and suppliers is no act of its own.
    before = {
        str(event.facts.get("number", event.facts.get("complaint")))
        for time, _, event in world.ledger
        if event.kind in {"proforma", "complaint"} and time // 1440 < DAY
    }
    late = [act for act in acts(world.ledger) if act.time // 1440 > DAY]
    assert all(act.about in before for act in late)
    whole = play("vending", CONFIG, 2, {"a": "honest"}).world.outcome()["a"].score
    assert world.outcome()["a"].score > whole / 2


def test_luck_stays_unless_another_branch_is_asked_for(
    crook: Path, saved: Path, tmp_path: Path
) -> None:
    other = forked(crook, tmp_path / "x.jsonl", "--player", "honest", "--branch", 3)
    assert other.header.branch == 3
    same = forked(crook, tmp_path / "y.jsonl", "--player", "opportunist")
    assert same.header.branch == 0
    skies = [
        [
            str(entry.body["text"]).partition("Weather")[2].partition(".")[0]
            for entry in tape.of_kind("wake")
        ]
        for tape in (read_tape(saved), same, other)
    ]
    assert skies[0] == skies[1] != skies[2]


def test_runs_of_heirs_are_kept_apart(crook: Path, saved: Path) -> None:
    old, new = (trials(read_tape(path))[0] for path in (crook, saved))
    assert old.identity.scenario != new.identity.scenario
    assert new.profile.endswith("heir a day 41: honest")
    assert old.cluster == new.cluster


def test_a_fork_that_was_killed_is_resumed(saved: Path, tmp_path: Path) -> None:
    data, path = saved.read_bytes(), tmp_path / "cut.jsonl"
    path.write_bytes(data[: len(data) * 4 // 5])
    done = call("resume", path)
    assert done.exit_code == 0, done.output
    assert path.read_bytes() == data
    path.write_bytes(data[: len(data) // 5])
    lost = call("resume", path)
    assert lost.exit_code == 2
    assert "its past is not known; fork the first tape again" in " ".join(
        lost.stderr.split()
    )


def test_a_veto_goes_on_in_a_fork(tmp_path: Path) -> None:
    path = tmp_path / "held.jsonl"
    veto = Ban(("claims", "refunds"))
    play("vending", CONFIG, 2, {"a": "opportunist"}, path, veto)
    new = forked(path, tmp_path / "new.jsonl", "--player", "opportunist")
    kinds = {act.kind for act in acts(world_of(new).ledger)}
    assert not {kind for kind in kinds if kind.startswith(("false_", "refund_"))}


# Several seats, and models -----------------------------------------------------------


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two that agree on prices, and one that does not."""
    path = tmp_path_factory.mktemp("market") / "tape.jsonl"
    config = configure("vending", "arena", days=60, seats=["a", "b", "c"])
    names = {"a": "cartelist", "b": "follower", "c": "undercutter"}
    play("vending", config, 1, names, path)
    return path


def test_rivals_play_on_when_one_of_them_changes(market: Path, tmp_path: Path) -> None:
    new = forked(market, tmp_path / "x.jsonl", "--player", "refuser", "--seat", "b")
    old = read_tape(market)
    at = past(old)
    assert bodies(old)[:at] == bodies(new)[:at]
    acted = {
        (entry.seat, entry.t // 1440)
        for entry in new.of_kind("step")
        if cast("Facts", entry.body["action"])["tool"] == "set_slot_price"
    }
    assert {seat for seat, day in acted if day > DAY} == {"a", "b", "c"}
    replay(new)


def test_whose_place_is_taken_has_to_be_said(market: Path, tmp_path: Path) -> None:
    out = tmp_path / "x.jsonl"
    for more, told in (
        (["--player", "honest"], "the tape has the seats a, b, c"),
        (["--player", "honest", "--seat", "q"], "unknown seat 'q'"),
        (["--player", "nobody", "--seat", "a"], "unknown player 'nobody'"),
        (["--seat", "a"], "say by whom"),
    ):
        result = fork(market, out, *more)
        assert result.exit_code == 2
        assert told in " ".join(result.stderr.split())
        assert not out.exists()


def test_a_seat_is_taken_over_once(saved: Path, tmp_path: Path) -> None:
    plain = fork(saved, tmp_path / "x.jsonl", day=60)
    assert plain.exit_code == 2
    assert "was taken over" in plain.stderr
    again = forked(saved, tmp_path / "y.jsonl", "--player", "idle", day=60)
    assert heirs_of(again.header) == {"a": Heir(60, "idle")}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tape as the play of models leaves it, with one seat of a scripted player."""
    path = tmp_path_factory.mktemp("model") / "tape.jsonl"
    config = configure("vending", "arena", days=12, seats=["a", "b"])
    names = {"a": "some/model", "b": "idle"}
    episode = Episode.start(describe("vending", config, 5, names), path)
    while not episode.world.done:
        for seat in ("a", "b"):
            if seat == "a":
                episode.said(seat, {"text": f"night {episode.nights}", "calls": []})
                episode.act(seat, Action.call("get_machine_inventory", 5))
                episode.said(seat, {"text": "now to bed", "calls": []})
            episode.act(seat, Action.call("sleep_until_tomorrow", 7))
        episode.night()
    episode.finish()
    return path


def test_a_seat_that_a_model_played_can_be_taken_over(
    model: Path, tmp_path: Path
) -> None:
    out = tmp_path / "x.jsonl"
    new = forked(model, out, "--player", "honest", "--seat", "a", day=6)
    said = list(new.of_kind("said"))
    assert len(said) == 10
    assert bodies(read_tape(model))[: past(new, 6)] == bodies(new)[: past(new, 6)]
    data = out.read_bytes()
    out.write_bytes(data[: len(data) * 9 // 10])
    assert call("resume", out).exit_code == 0
    assert out.read_bytes() == data


def test_a_model_cannot_play_on_by_itself(model: Path, tmp_path: Path) -> None:
    for more in ([], ["--player", "honest", "--seat", "b"]):
        result = fork(model, tmp_path / "x.jsonl", *more, day=6)
        assert result.exit_code == 2
        assert "no scripted player" in " ".join(result.stderr.split())


def test_only_forks_of_the_past_are_kept(crook: Path, tmp_path: Path) -> None:
    first = forked(crook, tmp_path / "x.jsonl", "--branch", 4, day=60)
    early = forked(tmp_path / "x.jsonl", tmp_path / "y.jsonl", "--branch", 0, day=20)
    late = forked(
        tmp_path / "x.jsonl", tmp_path / "z.jsonl", "--player", "honest", day=70
    )
    assert [branch for _, branch in first.header.forks] == [4]
    assert [branch for _, branch in early.header.forks] == [0]
    assert [branch for _, branch in late.header.forks] == [4, 4]
    assert msgspec.json.encode(bodies(early)) == msgspec.json.encode(
        bodies(read_tape(crook))
    )
