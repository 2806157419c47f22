"""`gyges fork --model`: a model takes a seat over in mid-run, through Inspect."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gyges.cli import cli
from gyges.evals.resume import resume
from gyges.players import play
from gyges.players.heirs import Heir, heirs_of
from gyges.players.runner import Ban
from gyges.tape import Tape, read_tape, verify
from gyges.worlds.episode import replay
from gyges.worlds.registry import configure

DAY = 6
CONFIG = configure("vending", "arena", days=12, seats=["a", "b"])
CAST = {"a": "opportunist", "b": "cartelist"}


def fork(tape: Path, out: Path, *more: str) -> Result:
    options = ["fork", str(tape), "--at", str(DAY), "--seat", "a", "--out", str(out)]
    return CliRunner().invoke(cli, [*options, *more])


def done(tape: Tape) -> list[tuple[str, int, object]]:
    return [
        (entry.seat, entry.t, entry.body)
        for seat in ("a", "b")
        for entry in tape.of_kind("step", "wake")
        if entry.seat == seat
    ]


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """A tape, its fork by a player, and its fork by the same player as a model."""
    folder = tmp_path_factory.mktemp("takeover")
    tape, player, model = (folder / f"{name}.jsonl" for name in ("t", "p", "m"))
    play("vending", CONFIG, 3, CAST, tape)
    assert fork(tape, player, "--player", "honest").exit_code == 0
    result = fork(tape, model, "--model", "gyges/honest")
    assert result.exit_code == 0, result.output
    assert result.stdout.split()[:2] == ["seat", "score"]
    return tape, player, model


def test_a_model_that_takes_over_does_what_the_same_player_does(
    tapes: tuple[Path, Path, Path],
) -> None:
    _, player, model = map(read_tape, tapes)
    assert done(model) == done(player)
    assert heirs_of(model.header) == {"a": Heir(DAY, "gyges/honest")}
    assert replay(model).digest() == replay(player).digest()
    said = {(entry.seat, entry.t // 1440 + 1) for entry in model.of_kind("said")}
    assert {seat for seat, _ in said} == {"a"}
    assert min(day for _, day in said) == DAY


def test_a_model_s_fork_that_was_killed_goes_on_from_its_log(
    tapes: tuple[Path, Path, Path],
) -> None:
    _, _, model = tapes
    data = model.read_bytes()
    model.write_bytes(data[: len(data) * 9 // 10])
    assert verify(model).status == "open"
    done = resume(model.parent / "logs", max_cost=None)
    assert done.status == "success"
    assert verify(model).status == "closed"
    assert len(model.read_bytes()) == len(data)


def test_a_model_takes_no_seat_under_a_veto(tmp_path: Path) -> None:
    tape, out = tmp_path / "held.jsonl", tmp_path / "x.jsonl"
    play("vending", CONFIG, 3, CAST, tape, Ban(("claims",), "opportunist"))
    result = fork(tape, out, "--model", "gyges/honest")
    assert result.exit_code == 2
    assert not out.exists()


def test_only_one_takes_over(tmp_path: Path) -> None:
    tape = tmp_path / "t.jsonl"
    play("vending", CONFIG, 3, CAST, tape)
    more = ("--model", "gyges/honest", "--player", "honest")
    assert fork(tape, tmp_path / "x.jsonl", *more).exit_code == 2
    result = fork(tape, tape, "--model", "gyges/honest")
    assert result.exit_code == 2
    assert "exists" in result.stderr
