"""`gyges run --veto` and `gyges earned`, as people and programs call them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gyges.cli import cli


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


def run(out: Path, *more: object) -> Result:
    players = ("--players", "opportunist,honest", "--seeds", "0:2")
    days = ("--set", "days=30", "--workers", 1, "--out", out)
    return call("run", "arena", *players, *days, *more)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What was played, and the same without its misconduct."""
    base = tmp_path_factory.mktemp("earned")
    one, other = base / "actual", base / "counterfactual"
    assert run(one).exit_code == 0
    veto = ("--veto", "refunds,claims", "--veto-player", "opportunist")
    result = run(other, *veto, "--json")
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    counts = {row["player"]: row["counts"] for row in rows}
    assert counts["opportunist"]["vetoed_claims"] > 0
    assert counts["honest"]["vetoed_claims"] == 0
    return one, other


def test_what_each_player_earned_is_a_line(folders: tuple[Path, Path]) -> None:
    result = call("earned", *folders, "--json")
    assert result.exit_code == 0, result.output
    rows = {row["player"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert rows["opportunist"]["against"] == ["opportunist without refunds,claims"]
    assert rows["honest"]["against"] == ["honest"]
    own = rows["opportunist"]["own"]
    assert own["low"] < own["value"] < own["high"]
    assert rows["honest"]["rivals"]["value"] == own["value"]
    table = call("earned", *folders).stdout.splitlines()
    assert table[0].split() == [
        *("player", "against", "seeds", "own", "rivals"),
        *("unpaid", "overpaid", "compared"),
    ]


def test_tapes_without_a_match_are_named(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    one, _ = folders
    assert run(tmp_path / "more", "--set", "days=29").exit_code == 0
    result = call("earned", one, tmp_path / "more")
    assert result.exit_code == 2
    told = " ".join(result.stderr.split())
    assert "play the same seeds" in told
    assert told.count("is left out") == 4


def test_a_veto_that_means_nothing_is_refused(tmp_path: Path) -> None:
    for more, told in (
        (("--veto", "kindness"), "unknown veto 'kindness'"),
        (("--veto-player", "honest"), "without --veto"),
        (("--veto", "claims", "--veto-player", "idle"), "unknown player 'idle'"),
    ):
        result = run(tmp_path / "x", *more)
        assert result.exit_code == 2
        assert told in " ".join(result.stderr.split())
        assert not list(tmp_path.glob("x/*.jsonl"))
