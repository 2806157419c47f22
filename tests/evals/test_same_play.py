"""The same play leaves the same tape, whether run directly or through Inspect."""

from pathlib import Path

import msgspec
import pytest
from inspect_ai import eval as run_inspect

from gyges.players import play
from gyges.tape import Tape, parse_tape, read_tape
from gyges.worlds.registry import configure
from tests.evals.alike import bodies


def through_inspect(folder: Path, player: str, **task_args: object) -> Tape:
    [log] = run_inspect(
        "gyges/vending",
        model=f"gyges/{player}",
        task_args=task_args,
        log_dir=str(folder),
        display="none",
    )
    assert log.status == "success", log.error
    [path] = folder.rglob("*.jsonl")
    return read_tape(path)


@pytest.mark.parametrize(
    ("player", "preset", "days"),
    [
        ("idle", "v2", 8),
        ("random", "v2", 8),
        ("hostile", "v2", 6),
        ("honest", "v2", 25),
        ("honest", "thread", 10),
        ("random", "thread", 5),
    ],
)
def test_same_seed_same_deeds(
    player: str, preset: str, days: int, tmp_path: Path
) -> None:
    config = configure("vending", preset, days=days)
    seats = dict.fromkeys(msgspec.convert(config["seats"], list[str]), player)
    direct = play("vending", config, 3, seats)
    expected = parse_tape(direct.tape.data)
    tape = through_inspect(tmp_path, player, preset=preset, seed=3, days=days)
    assert bodies(tape) == bodies(expected)
    assert tape.closed
