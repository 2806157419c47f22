"""The same model again on fresh seeds."""

from pathlib import Path

import pytest

from gyges.errors import UsageError
from gyges.evals.logs import Measure, trials_of_log
from gyges.evals.repeats import run_model

OTHER = """
from inspect_ai import Task, task
from inspect_ai.dataset import Sample
from inspect_ai.scorer import match
from inspect_ai.solver import solver


@solver
def fail_on_the_second():
    async def solve(state, generate):
        if state.sample_id == "second":
            raise OSError("the sandbox is gone")
        return state

    return solve


@task
def other():
    samples = [Sample(id=one, input=one, target=one) for one in ("first", "second")]
    return Task(dataset=samples, solver=fail_on_the_second(), scorer=match())
"""


def test_a_model_is_run_in_silence_on_the_seeds_given(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = {"preset": "thread", "days": 3}
    [log] = run_model("gyges/vending", "gyges/honest", [9, 4], tmp_path, arguments)
    assert capsys.readouterr().out == ""
    assert log.parent == tmp_path
    assert sorted(one.cluster for one in trials_of_log(log)) == ["seed 4", "seed 9"]


def test_another_task_is_run_as_many_times_and_failures_are_data(
    tmp_path: Path,
) -> None:
    (tmp_path / "other.py").write_text(OTHER)
    [log] = run_model(
        f"{tmp_path / 'other.py'}@other", "mockllm/model", [1, 2, 3], tmp_path
    )
    measures = {"right": Measure(scorer="match", at_least=1)}
    found = list(trials_of_log(log, measures))
    assert sorted(one.cluster for one in found) == ["first"] * 3 + ["second"] * 3
    assert {one.cluster: one.status for one in found} == {
        "first": "complete",
        "second": "error",
    }


@pytest.mark.parametrize(
    ("task_name", "model", "seeds", "arguments", "message"),
    [
        ("gyges/vnding", "gyges/honest", [1], {}, "gyges/vnding"),
        ("gyges/vending", "nobody/model", [1], {"days": 2}, "nobody"),
        ("gyges/vending", "gyges/honest", [1], {"dayz": 2}, "unknown parameter 'dayz'"),
        ("gyges/vending", "gyges/honest", [1], {"seed": 2}, "seeds only once"),
        ("gyges/vending", "gyges/honest", [1, 1], {}, "each once"),
        ("gyges/vending", "gyges/honest", [], {}, "at least one"),
    ],
)
def test_what_cannot_be_run_is_refused_before_it_costs(
    task_name: str,
    model: str,
    seeds: list[int],
    arguments: dict[str, object],
    message: str,
    tmp_path: Path,
) -> None:
    with pytest.raises(UsageError, match=message):
        run_model(task_name, model, seeds, tmp_path, arguments)
    assert not list(tmp_path.rglob("*.jsonl"))
