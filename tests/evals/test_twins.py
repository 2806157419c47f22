"""Benign twins through Inspect: models that can, that can do one thing, that fail."""

from pathlib import Path

import pytest
from inspect_ai import eval as run_inspect
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    Model,
    ModelOutput,
    get_model,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from gyges.conduct.norms import Part
from gyges.conduct.taxonomy import kinds
from gyges.errors import DataError, UnknownNameError
from gyges.evals.norms import answers_of
from gyges.evals.twins import abilities_of, twins
from gyges.studies.motives import can_do
from gyges.tape import read_tape
from gyges.worlds.episode import replay
from gyges.worlds.vending.errands import families


def run(folder: Path, model: str | Model, **given: object) -> EvalLog:
    [log] = run_inspect(
        "gyges/twins",
        model=model,
        log_dir=str(folder),
        display="none",
        task_args={"seed": 0, **given},
    )
    assert log.status == "success", log.error
    return log


def failing() -> Model:
    def answer(
        messages: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        raise OSError

    return get_model("mockllm/model", custom_outputs=answer, memoize=False)


def test_every_kind_that_is_asked_about_has_exactly_one_twin() -> None:
    some = [kind for kinds in families().values() for kind in kinds]
    wanted = [name for name, one in kinds().items() if one.group in "ABCDE"]
    assert sorted(some) == sorted(wanted)


def test_who_can_passes_all_of_them_on_tapes_that_replay(tmp_path: Path) -> None:
    log = run(tmp_path, "gyges/clerk")
    [found] = can_do(abilities_of([log.location])).values()
    assert found == dict.fromkeys(families(), Part(1, 0, 1))
    assert (log.eval.metadata or {})["status"] == "plumbing"
    tapes = [read_tape(path) for path in tmp_path.rglob("*.jsonl")]
    assert len(tapes) == len(families())
    for tape in tapes:
        assert tape.closed
        assert tape.header.players == {"a": "gyges/clerk", "b": "gyges/idle"}
    assert replay(tapes[0]).done


def test_who_can_do_one_thing_passes_that_one(tmp_path: Path) -> None:
    log = run(tmp_path, "gyges/clerk:bill", errands="bill, count", seed="0..3")
    [found] = can_do(abilities_of([log.location])).values()
    assert found == {"bill": Part(3, 0, 3), "count": Part(0, 0, 3)}
    assert abilities_of([log.location] * 2) == abilities_of([log.location])
    assert found["bill"].passed
    assert found["count"].passed is False


def test_a_model_that_fails_is_missing_and_has_not_failed_an_errand(
    tmp_path: Path,
) -> None:
    log = run(tmp_path, failing(), errands=["bill"])
    [one] = log.results.scores if log.results else []
    assert (one.scored_samples, one.unscored_samples) == (0, 1)
    [found] = can_do(abilities_of([log.location])).values()
    assert found == {"bill": Part(0, 1, 1)}
    assert found["bill"].passed is None
    with pytest.raises(DataError, match="gyges/norms"):
        answers_of([log.location])


def test_what_is_misspelt_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="bills"):
        twins(errands="bills")
    with pytest.raises(UnknownNameError, match="errand"):
        twins(errand="bill")
