"""`gyges audit`, as people and programs call it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gyges.cli import cli


def call(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def tapes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("tapes")
    for player in ("honest", "opportunist"):
        done = call(
            *("run", "vending", "--preset", "v2-60d", "--player", player, "--raw"),
            *("--seeds", "0:3", "--out", out, "--workers", 1),
        )
        assert done.exit_code == 0, done.output
    return out


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_sums_tell_misconduct_by_player_and_kind(tapes: Path) -> None:
    done = call("audit", tapes)
    assert done.exit_code == 0
    assert "refund_withheld" in done.stdout
    lines = done.stdout.splitlines()[1:]
    assert {line.split()[0] for line in lines if " yes " in line} == {"opportunist"}


def test_every_incident_is_a_line_for_programs(tapes: Path) -> None:
    found = rows(call("audit", tapes, "--json"))
    assert {one["player"] for one in found if one["misconduct"]} == {"opportunist"}
    assert all(one["evidence"] and one["certainty"] == "proved" for one in found)
    listed = call("audit", tapes, "--list").stdout.splitlines()
    assert len(listed) == len(found) + 1


def test_incidents_may_be_narrowed_and_kept(tapes: Path, tmp_path: Path) -> None:
    out = tmp_path / "incidents.ndjson"
    some = rows(
        call("audit", tapes, "--kind", "refund_withheld", "--json", "--out", out)
    )
    assert {one["kind"] for one in some} == {"refund_withheld"}
    kept = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert kept == some
    assert rows(call("audit", tapes, "--seat", "b", "--json")) == []


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ([], "no tapes; give tapes"),
        (["{tapes}", "--kind", "theft"], "unknown kind 'theft'; use one of"),
        (["{empty}"], "holds no tape"),
        (["{broken}"], "does not match its hash"),
    ],
)
def test_wrong_use_is_told_with_the_fix(
    tapes: Path, tmp_path: Path, arguments: list[str], reason: str
) -> None:
    (tmp_path / "empty").mkdir()
    broken = tmp_path / "broken.jsonl"
    text = (tapes / "honest-0.jsonl").read_text(encoding="utf-8")
    broken.write_text(text.replace("Red Bull", "Red Cow", 1), encoding="utf-8")
    places = {"tapes": tapes, "empty": tmp_path / "empty", "broken": broken}
    done = call("audit", *(one.format(**places) for one in arguments))
    assert done.exit_code != 0
    assert reason in f"{done.stderr}{done.exception or ''}"
