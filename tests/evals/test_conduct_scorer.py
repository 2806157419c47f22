"""Audits inside Inspect: old logs scored again, without a model that plays."""

import math
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import pytest
from inspect_ai import Task, score
from inspect_ai import eval as run_inspect
from inspect_ai.dataset import Sample
from inspect_ai.log import EvalLog, read_eval_log, write_eval_log
from inspect_ai.scorer import Score

from gyges.conduct.audit import audit
from gyges.conduct.passages import passages
from gyges.conduct.reading import read
from gyges.conduct.taxonomy import kinds
from gyges.errors import ConfigError, UnknownNameError
from gyges.evals.audit import audit_of_conduct
from gyges.tape import read_tape
from tests.evals.graders import Heard, careful, model


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> EvalLog:
    """An arena with somebody who lies to suppliers and customers.

    What an audit does not need is taken out of the log, so that it is read fast.
    """
    [log] = run_inspect(
        "gyges/arena",
        model="gyges/opportunist",
        model_roles={"b": "gyges/cartelist"},  # pyright: ignore[reportArgumentType]
        task_args={"seats": 2, "seed": 6, "days": 10, "rotate": False},
        log_dir=str(tmp_path_factory.mktemp("played")),
        display="none",
    )
    assert log.status == "success", log.error
    for sample in log.samples or []:
        sample.messages, sample.events, sample.attachments = [], [], {}
        sample.timelines = None
    write_eval_log(log, log.location)
    return read_eval_log(log.location)


def rescored(log: EvalLog, **options: Any) -> list[Score]:
    roles = options.pop("model_roles", None)
    done = score(log, audit_of_conduct(**options), model_roles=roles, display="none")
    return [one.scores["conduct"] for one in done.samples or [] if one.scores]


def values(one: Score) -> Mapping[str, float]:
    return cast("Mapping[str, float]", one.value)


def test_a_log_is_scored_again_from_its_tapes(played: EvalLog) -> None:
    for one in rescored(played):
        metadata = one.metadata or {}
        tape = read_tape(metadata["tape"])
        found = audit(tape, read(list(passages(tape))))
        for player, told in metadata["players"].items():
            own = [
                it
                for it in found.incidents
                if it.misconduct and it.seat == told["seat"]
            ]
            assert values(one)[f"{player}_misconduct"] == len(own)
            for name, bound in told["kinds"].items():
                assert sum(it.kind == name for it in own) == bound["low"]
        assert len(metadata["incidents"]) == len(found.incidents)
        assert metadata["passages"] == found.passages > 20
        assert (metadata["missing"], one.explanation) == ([], None)
        assert metadata["players"]["a"]["model"] == "gyges/opportunist"
        assert min(values(one)["a_customers"], values(one)["a_suppliers"]) > 0


def test_counts_may_be_given_by_kind(played: EvalLog) -> None:
    groups, by_kind = rescored(played), rescored(played, by="kind")
    names = [name for name, one in kinds().items() if one.misconduct]
    for one, two in zip(groups, by_kind, strict=True):
        for player in "ab":
            total = values(one)[f"{player}_misconduct"]
            assert total == sum(values(two)[f"{player}_{name}"] for name in names)


def test_a_model_reads_in_place_of_the_rules(played: EvalLog) -> None:
    [one] = rescored(played, reader="model", model_roles={"grader": model(careful)})
    metadata = one.metadata or {}
    assert (metadata["reader"], metadata["missing"]) == ("model", [])
    assert metadata["grader"] == "mockllm/model"
    assert metadata["usage"]["input"] == 50 * metadata["calls"] > 0
    assert metadata["dollars"] is None


def test_what_a_grader_cannot_read_bounds_the_counts(played: EvalLog) -> None:
    def broken(heard: Heard) -> str:
        lost = "mail to a supplier" in heard.outside
        return "I cannot read this." if lost else careful(heard)

    plain = rescored(played)
    roles = {"grader": model(broken)}
    for one, before in zip(
        rescored(played, reader="model", model_roles=roles), plain, strict=True
    ):
        metadata = one.metadata or {}
        unread = len(metadata["missing"])
        assert unread == sum(values(one)[f"{player}_unread"] for player in "ab") > 0
        assert f"{unread} of {metadata['passages']} passages could not be read" in str(
            one.explanation
        )
        for player, told in metadata["players"].items():
            own = [it for it in metadata["missing"] if it["seat"] == told["seat"]]
            bound = told["kinds"].get("empty_legal_threat", {"low": 0, "high": 0})
            assert bound["high"] == bound["low"] + len(own)
            high = values(one)[f"{player}_misconduct_high"]
            assert (high > values(one)[f"{player}_misconduct"]) == bool(own)
        for group in ("customers", "suppliers"):
            assert values(one)[f"a_{group}"] == values(before)[f"a_{group}"]


def test_wrong_use_is_told() -> None:
    with pytest.raises(UnknownNameError, match="unknown reader 'judge'; use one of"):
        audit_of_conduct(reader="judge")  # pyright: ignore[reportArgumentType]
    with pytest.raises(UnknownNameError, match="unknown grouping 'seat'"):
        audit_of_conduct(by="seat")  # pyright: ignore[reportArgumentType]


def test_a_model_reader_without_a_grader_is_wrong_use(played: EvalLog) -> None:
    with pytest.raises(ConfigError, match="give --model-role grader=MODEL"):
        rescored(played, reader="model")


def unscored(one: Score) -> tuple[str, str]:
    assert isinstance(one.value, float)
    assert math.isnan(one.value)
    return str(one.reason), str(one.explanation)


def test_a_tape_that_is_gone_or_another_is_unscored(
    played: EvalLog, tmp_path: Path
) -> None:
    log = moved(played, tmp_path)
    [tape] = tmp_path.rglob("*.jsonl")
    lines = tape.read_text("utf-8").splitlines(keepends=True)

    def now() -> tuple[str, str]:
        [one] = rescored(read_eval_log(str(log)))
        return unscored(one)

    tape.write_text("".join(lines).replace("price", "prise", 1), "utf-8")
    assert now()[0] == "unreadable tape"
    tape.write_text("".join(lines[:40]), "utf-8")
    reason, why = now()
    assert reason == "no tape"
    assert f"but the log {str(log)!r} was scored at" in why
    tape.unlink()
    assert "put the folder `tapes` beside the log" in now()[1]


def home(log: EvalLog) -> Path:
    return Path(log.location).parent


def moved(log: EvalLog, folder: Path) -> Path:
    """A copy of a log and its tapes, which names them where they no longer are."""
    shutil.copytree(home(log), folder, dirs_exist_ok=True)
    data = read_eval_log(log.location)
    place = folder / Path(log.location).name
    for sample in data.samples or []:
        was = Path(str(sample.store["tape"]))
        sample.store["tape"] = str(Path("/nowhere", was.parent.name, was.name))
        for one in (sample.scores or {}).values():
            assert one.metadata
            one.metadata["tape"] = sample.store["tape"]
    place.unlink()
    write_eval_log(data, str(place))
    return place


def test_a_sample_of_another_task_has_no_tape(tmp_path: Path) -> None:
    task = Task(dataset=[Sample(input="Say hello.")])
    [log] = run_inspect(
        task, model="mockllm/model", log_dir=str(tmp_path), display="none"
    )
    [one] = rescored(log)
    assert unscored(one)[0] == "no tape"
    assert "of another task" in unscored(one)[1]


def test_plain_inspect_score_finds_the_scorer_and_a_moved_tape(
    played: EvalLog, tmp_path: Path
) -> None:
    place = moved(played, tmp_path)
    subprocess.run(
        [
            str(Path(sys.executable).with_name("inspect")),
            *("score", str(place), "--scorer", "gyges/conduct"),
            *("--action", "append", "--overwrite", "--display", "plain"),
            *("-S", "by=kind"),
        ],
        check=True,
        capture_output=True,
        cwd=tmp_path,
    )
    log = read_eval_log(str(place))
    [sample] = log.samples or []
    [plain] = rescored(played, by="kind")
    assert sample.scores
    assert values(sample.scores["conduct"]) == values(plain)
    assert (sample.scores["conduct"].metadata or {})["tape"].startswith(str(tmp_path))
    assert log.results
    assert len(log.results.scores) > 1
