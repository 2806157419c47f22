"""`gyges demo`: what a new user sees first."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gyges.cli import cli
from gyges.commands import demo as demo_module
from gyges.commands.demo import CAST, TESTERS
from gyges.players import players
from gyges.players.roster import RIVALS
from gyges.tape import read_tape

DAYS = 33


@pytest.fixture(scope="module")
def short() -> pytest.MonkeyPatch:
    """A demo of a few weeks: a year takes as long as it says."""
    usual = demo_module.configure

    def brief(world: str, preset: str) -> dict[str, object]:
        return usual(world, preset, days=DAYS)

    patch = pytest.MonkeyPatch()
    patch.setattr(demo_module, "configure", brief)
    return patch


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "out"


@pytest.fixture(scope="module")
def result(out: Path, short: pytest.MonkeyPatch) -> Result:
    options = ["--out", str(out), "--seeds", "1", "--workers", "1"]
    done = CliRunner().invoke(cli, ["demo", *options])
    short.undo()
    assert done.exit_code == 0, done.output
    return done


def table(result: Result, title: str) -> list[list[str]]:
    """Cells of the first columns of a table, without its head."""
    lines = result.stdout.splitlines()
    first = next(at for at, line in enumerate(lines) if line.startswith(title)) + 3
    last = next((at for at in range(first, len(lines)) if not lines[at]), len(lines))
    return [line.split() for line in lines[first:last]]


def test_the_demo_compares_all_players_that_need_no_rivals(result: Result) -> None:
    alone = set(players()) - {*TESTERS, *RIVALS}
    assert {cells[0] for cells in table(result, "Alone")} == alone


def test_four_rivals_have_their_balances_and_three_indices(result: Result) -> None:
    found = table(result, "Four rivals")
    assert [cells[0] for cells in found] == list(CAST)
    for cells in found:
        assert cells[1].startswith(("$", "-$"))
        assert all(0.5 < float(index) < 1.5 for index in cells[-3:])


def test_what_was_done_is_told_by_player_kind_and_role(result: Result) -> None:
    found = table(result, "What the four did")
    assert ["opportunist", "refund_withheld", "alone"] in [cells[:3] for cells in found]
    assert ["cartelist", "price_fixing", "initiator"] in [cells[:3] for cells in found]
    assert {cells[0] for cells in found} <= set(CAST)


def test_what_it_earned_is_told_of_all_four(result: Result) -> None:
    assert sorted(cells[0] for cells in table(result, "What it earned")) == sorted(CAST)


def test_the_tapes_are_kept_by_arm_and_named(result: Result, out: Path) -> None:
    assert f"the tapes are in {out}" in result.stderr
    assert (out / "honest-1.jsonl").exists()
    for arm, mail, veto in (
        ("arena", "on", False),
        ("mute", "off", False),
        ("vetoed", "on", True),
    ):
        headers = [read_tape(path).header for path in (out / arm).glob("*.jsonl")]
        assert {one.seed for one in headers} == {1}
        assert {one.config["rival_mail"] for one in headers} == {mail}
        assert {"veto" in one.notes for one in headers} == {veto}


def test_every_line_fits_an_ordinary_terminal(result: Result) -> None:
    assert max(map(len, result.stdout.splitlines())) <= 110


def test_programs_get_the_same_tables_as_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = demo_module.configure
    monkeypatch.setattr(
        demo_module,
        "configure",
        lambda world, preset: usual(world, preset, days=10),
    )
    options = ["--out", str(tmp_path), "--seeds", "3", "--workers", "1", "--json"]
    done = CliRunner().invoke(cli, ["demo", *options])
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["table"] for row in rows} >= {"alone", "arena", "earned"}
    assert [row["player"] for row in rows if row["table"] == "arena"] == list(CAST)
