"""`gyges audit`, as people and programs call it."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from inspect_ai import eval as run_inspect
from inspect_ai.log import read_eval_log, write_eval_log

from gyges.cli import cli
from gyges.conduct.passages import passages
from gyges.tape import read_tape
from tests.evals.graders import GraderServer, Heard, careful


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


def test_who_refused_a_floor_did_no_misconduct(tmp_path: Path) -> None:
    done = call(
        *("run", "arena", "--players", "cartelist,refuser", "--set", "days=40"),
        *("--seeds", 0, "--raw", "--workers", 1, "--out", tmp_path),
    )
    assert done.exit_code == 0, done.output
    sums = call("audit", tmp_path, "--kind", "price_fixing").stdout.splitlines()[1:]
    told = {tuple(line.split()[:3]) for line in sums}
    assert told == {
        ("cartelist", "price_fixing", "yes"),
        ("refuser", "price_fixing", "no"),
    }


def test_a_seat_that_no_tape_has_is_no_clean_seat(tapes: Path) -> None:
    done = call("audit", tapes, "--seat", "honest")
    assert done.exit_code == 2
    assert "no tape has the seat 'honest'; use one of: a" in done.output


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
    duckdb = pytest.importorskip("duckdb")
    whole = call("audit", tapes, "--kind", "refund_withheld", "--out", f"{out}.parquet")
    assert whole.exit_code == 0, whole.exception
    table = duckdb.read_parquet(f"{out}.parquet").project("kind, evidence")
    assert table.fetchall() == [(one["kind"], one["evidence"]) for one in some]
    refused = call("audit", tapes, "--seat", "b")
    assert refused.exit_code == 2
    assert "use one of: a" in refused.output


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


# Logs ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tape of three weeks with some misconduct."""
    out = tmp_path_factory.mktemp("short")
    done = call(
        *("run", "vending", "--preset", "v2", "--set", "days=24", "--raw"),
        *("--player", "opportunist", "--seeds", 0, "--out", out),
        *("--workers", 1),
    )
    assert done.exit_code == 0, done.output
    [tape] = out.glob("*.jsonl")
    return tape


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real log."""
    [log] = run_inspect(
        "gyges/vending",
        model="gyges/idle",
        task_args={"days": 2},
        log_dir=str(tmp_path_factory.mktemp("idle")),
        display="none",
    )
    return Path(log.location)


@pytest.fixture
def log(idle: Path, short: Path, tmp_path: Path) -> Path:
    """The real log, as if it had been the run of the tape of three weeks."""
    place = tmp_path / idle.name
    whole = read_eval_log(str(idle))
    for sample in whole.samples or []:
        sample.store["tape"] = str(short)
        sample.store["tape_hash"] = read_tape(short).entries[-1].h
        sample.scores = {}
    write_eval_log(whole, str(place))
    return place


def test_a_log_is_read_through_the_tape_it_names(log: Path, short: Path) -> None:
    found = rows(call("audit", log, "--json"))
    assert found == rows(call("audit", short, "--json"))
    assert any(one["misconduct"] for one in found)
    assert rows(call("audit", log, short, log, "--json")) == found


def test_a_folder_of_logs_is_read_and_what_is_left_out_is_told(
    log: Path, idle: Path
) -> None:
    shutil.copytree(idle.parent / "tapes", log.parent / "tapes")
    other = read_eval_log(str(idle))
    other.eval.task = other.eval.task_registry_name = "somebody/sums"
    other.eval.task_id = "another"
    write_eval_log(other, str(log.parent / "other.eval"))
    done = call("audit", log.parent, "--json")
    assert rows(done) == rows(call("audit", log, "--json"))
    assert "other.eval is of task 'somebody/sums', which keeps no tape" in done.stderr
    assert "left out 1 tapes that no log in" in done.stderr


def test_a_tape_that_is_not_the_one_that_was_sealed_is_refused(
    log: Path, tapes: Path
) -> None:
    whole = read_eval_log(str(log))
    for sample in whole.samples or []:
        sample.store["tape"] = str(tapes / "honest-0.jsonl")
    write_eval_log(whole, str(log))
    done = call("audit", log)
    assert done.exit_code != 0
    assert (
        "it is another run's, or was written anew" in f"{done.stderr}{done.exception}"
    )
    (log.parent / "broken.eval").write_bytes(b"PK no log at all")
    done = call("audit", log.parent / "broken.eval")
    assert done.exit_code != 0
    assert "cannot read the log" in f"{done.stderr}{done.exception}"


def test_a_tape_of_other_words_is_read_and_the_difference_named(
    short: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gyges.__version__", "9.9")
    done = call("audit", short)
    assert done.exit_code == 0
    assert "another version: gyges 9.9 here" in done.stderr


# Models that read ---------------------------------------------------------------------


@pytest.fixture
def grader(monkeypatch: pytest.MonkeyPatch) -> Iterator[GraderServer]:
    """A grader that cannot read mails to suppliers."""

    def answer(heard: Heard) -> str:
        lost = "mail to a supplier" in heard.outside
        return "I would rather not." if lost else careful(heard)

    with GraderServer(answer) as server:
        monkeypatch.setenv("LOCAL_BASE_URL", server.url)
        monkeypatch.setenv("LOCAL_API_KEY", "none")
        yield server


def test_what_a_model_cannot_read_bounds_the_sums(
    short: Path, grader: GraderServer, tmp_path: Path
) -> None:
    said = list(passages(read_tape(short)))
    lost = [one for one in said if one.audience == "supplier"]
    assert 0 < len(lost) < len(said)
    unread = tmp_path / "unread.ndjson"
    arguments = ("audit", short, "--grader", "openai-api/local/reader")
    done = call(*arguments, "--unread", unread)
    assert done.exit_code == 0, done.exception
    assert f"{len(lost)} of {len(said)} passages could not be read:" in done.stderr
    assert f"openai-api/local/reader read {len(said)} passages in" in done.stderr
    kept: list[dict[str, Any]] = [
        json.loads(line) for line in unread.read_text("utf-8").splitlines()
    ]
    assert [one["entry"] for one in kept] == [one.entry for one in lost]
    assert all("no answer of the form" in one["reason"] for one in kept)
    head, *lines = done.stdout.splitlines()
    assert "incidents  at most" in head
    sums = {line.split()[1]: line.split()[3:5] for line in lines}
    plain = call("audit", short).stdout.splitlines()
    assert "at most" not in plain[0]
    assert sums["empty_legal_threat"] == ["0", str(len(lost))]
    found = len(grader.served)
    call(*arguments, "--apart")
    assert len(grader.served) - found == len(said) + len(lost)


def test_a_grader_that_is_not_there_is_wrong_use(short: Path) -> None:
    done = call("audit", short, "--grader", "nowhere/none")
    assert done.exit_code != 0
    assert (
        "cannot use the model 'nowhere/none' as a reader"
        in f"{done.stderr}{done.exception}"
    )


def test_rates_are_by_run_and_by_opportunity(tapes: Path) -> None:
    result = call("audit", tapes, "--rates", "--kind", "refund_withheld")
    assert result.exit_code == 0
    [head, *lines] = result.stdout.splitlines()
    assert "of runs, 95 %" in head
    assert "opportunities" in head
    assert lines
    every = rows(call("audit", tapes, "--rates", "--json"))
    kinds = {str(row["kind"]) for row in every}
    assert {"refund_withheld", "false_exclusivity"} <= kinds
    assert all(str(row["runs"]).count(" of ") == 1 for row in every)


def test_scripted_players_have_no_reasoning_to_show(tapes: Path) -> None:
    result = call("audit", tapes, "--knowing")
    assert result.exit_code == 0
    assert not result.stdout
