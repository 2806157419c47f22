"""`gyges run arena`: players by name, who change seats from seed to seed."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gyges.cli import cli
from gyges.players.rotation import rotated
from gyges.tape import read_tape, verify

TRIO = "idle,random,naive"


def run(out: Path, *arguments: object) -> Result:
    options = ["run", "arena", "--out", out, "--workers", 1, *arguments]
    return CliRunner().invoke(cli, [str(one) for one in options])


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_every_player_has_every_seat_once_in_a_block_of_seeds(tmp_path: Path) -> None:
    options = ["--players", TRIO, "--seeds", "0:3", "--set", "days=2", "--json"]
    found = rows(run(tmp_path, *options))
    assert len(found) == 9
    assert {(row["player"], row["seat"]) for row in found} == {
        (player, seat) for player in TRIO.split(",") for seat in "abc"
    }
    assert all(row["normalised"] is None for row in found)
    for seed in range(3):
        cast = rotated(TRIO.split(","), seed)
        path = tmp_path / f"{'+'.join(cast)}-{seed}.jsonl"
        assert verify(path).status == "closed"
        header = read_tape(path).header
        assert header.players == dict(zip("abc", cast, strict=True))
        assert (header.world, header.preset) == ("vending", "arena")
        assert header.config["seats"] == ["a", "b", "c"]
    summary = (tmp_path / "summary.ndjson").read_text().splitlines()
    assert [json.loads(line) for line in summary] == found


def test_seats_can_be_fixed_and_the_table_names_them(tmp_path: Path) -> None:
    options = ["--players", "idle,random", "--seeds", "0:2", "--set", "days=2"]
    table = run(tmp_path, *options, "--fixed").stdout.splitlines()
    assert table[0].split()[:4] == ["player", "seed", "seat", "balance"]
    assert "normalised" not in table[0]
    assert [line.split()[:3] for line in table[1:]] == [
        ["idle", "0", "a"],
        ["random", "0", "b"],
        ["idle", "1", "a"],
        ["random", "1", "b"],
    ]


def test_players_of_another_world_stay_in_their_seats_unless_told(
    tmp_path: Path,
) -> None:
    runner = CliRunner()
    options = ["run", "vending", "--preset", "thread", "--player", "idle,random"]
    options += ["--seeds", "1", "--set", "days=2", "--raw", "--json", "--workers", "1"]
    for turned, expected in (([], "idle"), (["--rotate"], "random")):
        out = ["--out", str(tmp_path / expected)]
        found = rows(runner.invoke(cli, [*options, *turned, *out]))
        assert found[0]["seat"] == "a"
        assert found[0]["player"] == expected


def test_another_preset_takes_as_many_seats_as_there_are_players(
    tmp_path: Path,
) -> None:
    options = ["--preset", "thread", "--players", TRIO, "--set", "days=1", "--json"]
    assert [row["seat"] for row in rows(run(tmp_path, *options))] == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "'honest' names 1 of the 2 to 5 players of an arena; give such as"),
        (["--players", "idle,idle,idle,idle,idle,idle"], "names 6 of the 2 to 5"),
        (["--players", "idle,idle", "--normalise"], "leave out --normalise"),
        (
            ["--players", "idle,idle", "--set", 'seats=["a","b","c"]'],
            "names 2 players for 3 seats",
        ),
        (["--players", "idle,nobody"], "unknown player 'nobody'"),
        (["--players", "idle,idle", "--preset", "v9"], "unknown preset 'v9'"),
    ],
)
def test_wrong_use_is_one_message_and_exit_code_2(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    result = run(tmp_path, *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not list(tmp_path.iterdir())
