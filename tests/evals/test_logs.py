"""Logs of Inspect as runs for the statistics: real runs, offline."""

import json
import math
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from inspect_ai import Task, eval_retry, task
from inspect_ai import eval as run_inspect
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import (
    EvalLog,
    ProvenanceData,
    invalidate_samples,
    read_eval_log,
    write_eval_log,
)
from inspect_ai.model import (
    CachePolicy,
    ChatMessage,
    GenerateConfig,
    Model,
    ModelConfig,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.scorer import Score, Scorer, Target, accuracy, mean, scorer
from inspect_ai.solver import Generate, Solver, TaskState, solver

from gyges.conduct.trials import trials, trials_of
from gyges.errors import ConfigError, DataError, UnknownNameError
from gyges.evals.bill import dollars_of
from gyges.evals.identity import identity_of
from gyges.evals.logs import Measure, is_log, logs_in, trials_of_log
from gyges.evals.resume import resume
from gyges.stats.trials import Count, Trial
from gyges.tape import read_tape

YES, NO = Count(1, 1), Count(0, 1)
TURNS = 6
IDS = [
    "correct",
    "incorrect",
    "unscored",
    "scorer-breaks",
    "solver-breaks",
    "endless",
    "filtered",
    "declines",
    "talks",
]
LIED = Measure(scorer="verdict", equals="I")
HIGH = Measure(scorer="several", key="high", at_least=0.5)
JUDGED = Measure(scorer="judged", at_least=1)
MEASURES = {"lied": LIED, "high": HIGH, "judged": JUDGED}


def answer(messages: list[ChatMessage], *_: object) -> ModelOutput:
    stop = "content_filter" if messages[-1].text == "filtered" else "stop"
    output = ModelOutput.from_content(
        "mockllm/model", f"heard {messages[-1].text}", stop_reason=stop
    )
    output.usage = ModelUsage(input_tokens=7, output_tokens=3, total_tokens=10)
    return output


def mock(**config: object) -> Model:
    settings = GenerateConfig.model_validate(config)
    return get_model(
        "mockllm/model", config=settings, memoize=False, custom_outputs=answer
    )


@solver
def talk() -> Solver:
    """As many calls as the sample asks for."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:
        if state.sample_id == "solver-breaks":
            msg = "the sandbox is gone"
            raise OSError(msg)
        turns = {"talks": TURNS, "endless": 99}.get(str(state.sample_id), 1)
        for _ in range(turns):
            state = await generate(state)
        return state

    return solve


@scorer(metrics=[accuracy()])
def verdict(strict: bool = False) -> Scorer:
    """C and I, and what may go wrong."""

    async def score(state: TaskState, target: Target) -> Score:
        name = str(state.sample_id)
        if name == "scorer-breaks":
            msg = f"no verdict on {name}, strict is {strict}, wanted {target.text!r}"
            raise ValueError(msg)
        if name == "unscored":
            return Score.unscored(reason="grader_failed")
        if name == "declines":
            return Score(value="C", reason="refusal")
        return Score(value="C" if name == "correct" else "I")

    return score


@scorer(metrics={"*": [mean()]})
def several() -> Scorer:
    """Values by name."""

    async def score(state: TaskState, target: Target) -> Score:
        assert target.text == ""
        high = math.nan if state.sample_id == "unscored" else 0.75
        return Score(value={"high": high, "low": 0.25})

    return score


@scorer(metrics=[accuracy()])
def judged() -> Scorer:
    """Asks a model."""

    async def score(state: TaskState, target: Target) -> Score:
        assert target.text == ""
        grader = get_model(role="grader")
        await grader.generate(f"judge {state.sample_id}", cache=True)
        return Score(value=True)

    return score


def mixed(ids: list[str]) -> Task:
    return Task(
        dataset=MemoryDataset([Sample(id=one, input=one) for one in ids], name="mixed"),
        solver=talk(),
        scorer=[verdict(), several(), judged()],
    )


def run(folder: Path, ids: list[str], **options: object) -> EvalLog:
    [log] = run_inspect(
        mixed(ids),
        **{  # pyright: ignore[reportArgumentType]
            "model": mock(),
            "model_roles": {"grader": mock()},
            "log_dir": str(folder),
            "display": "none",
            "fail_on_error": False,
            "message_limit": 2 * TURNS + 6,
            **options,
        },
    )
    return log


@pytest.fixture(scope="module", autouse=True)
def stored(tmp_path_factory: pytest.TempPathFactory) -> object:
    """Keep stored answers of these tests to themselves."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("INSPECT_CACHE_DIR", str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> EvalLog:
    return run(tmp_path_factory.mktemp("mixed"), IDS, epochs=2)


@pytest.fixture(scope="module")
def runs(log: EvalLog) -> list[Trial]:
    return list(trials_of_log(log.location, MEASURES))


@pytest.mark.parametrize(
    ("sample", "status", "counts"),
    [
        ("correct", "complete", (NO, YES, YES)),
        ("incorrect", "complete", (YES, YES, YES)),
        ("unscored", "complete", (None, None, YES)),
        ("scorer-breaks", "error", (None, None, None)),
        ("solver-breaks", "error", (None, None, None)),
        ("endless", "cut_short", (YES, YES, YES)),
        ("filtered", "refused", (YES, YES, YES)),
        ("declines", "refused", (NO, YES, YES)),
        ("talks", "complete", (YES, YES, YES)),
    ],
)
def test_each_sample_is_a_run_with_what_is_known_of_it(
    sample: str, status: str, counts: tuple[object, ...], runs: list[Trial]
) -> None:
    both = [one for one in runs if one.cluster == sample]
    assert [one.status for one in both] == [status, status]
    for one in both:
        assert tuple(one.counts[name] for name in MEASURES) == counts


def test_epochs_of_a_sample_share_its_cluster_and_have_their_own_names(
    runs: list[Trial], log: EvalLog
) -> None:
    assert len(runs) == 2 * len(IDS)
    assert len({one.cluster for one in runs}) == len(IDS)
    assert {one.run for one in runs} == {one.uuid for one in log.samples or ()}
    assert {one.source for one in runs} == {log.location}
    assert len({one.identity for one in runs}) == 1


def test_only_behaviours_that_a_model_judged_are_graded(runs: list[Trial]) -> None:
    one = next(one for one in runs if one.cluster == "correct")
    assert one.graded == {"judged"}


def test_tokens_count_every_call_and_dollars_are_missing_without_a_price(
    runs: list[Trial],
) -> None:
    found = {one.cluster: one for one in runs}
    assert found["talks"].tokens >= TURNS * 10
    assert found["solver-breaks"].tokens == 0
    assert found["correct"].dollars is None


def test_outputs_are_told_apart_from_five_calls_on(runs: list[Trial]) -> None:
    outputs = {one.cluster: one.outputs for one in runs}
    assert outputs["talks"]
    assert outputs["endless"] not in {"", outputs["talks"]}
    assert outputs["correct"] == ""
    both = [one.outputs for one in runs if one.cluster == "talks"]
    assert both[0] == both[1]


def test_a_log_as_json_reads_the_same(
    log: EvalLog, runs: list[Trial], tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    write_eval_log(read_eval_log(log.location), str(path))
    again = list(trials_of_log(path, MEASURES))
    by_run = {one.run: one for one in runs}
    assert len(again) == len(runs)
    for one in again:
        assert replace(one, source=log.location) == by_run[one.run]


def test_a_grader_may_take_stored_answers_but_not_the_player(
    runs: list[Trial], tmp_path: Path
) -> None:
    assert not any(one.cached for one in runs)
    policy = CachePolicy(expiry="1h", scopes={"test": str(tmp_path)})
    first, second = (
        list(trials_of_log(run(tmp_path / name, ["correct"], cache=policy).location))
        for name in ("first", "second")
    )
    assert [one.cached for one in first] == [False]
    assert [one.cached for one in second] == [True]


def test_an_error_for_refusing_is_a_refusal(tmp_path: Path) -> None:
    log = run(tmp_path, ["filtered", "solver-breaks"], fail_on_refusal=True)
    found = {one.cluster: one for one in trials_of_log(log.location, MEASURES)}
    assert found["filtered"].status == "refused"
    assert found["filtered"].counts == dict.fromkeys(MEASURES)
    assert found["solver-breaks"].status == "error"


def test_a_sample_costs_what_inspect_says_or_nothing_is_said() -> None:
    told = ModelUsage(input_tokens=5, total_cost=0.25)
    assert dollars_of({"mockllm/a": told, "mockllm/b": told}) == 0.5
    assert dollars_of({"mockllm/a": told, "mockllm/b": ModelUsage()}) is None
    assert dollars_of({}) is None


def test_samples_that_were_planned_and_never_logged_are_failed_runs(
    log: EvalLog, runs: list[Trial], tmp_path: Path
) -> None:
    kept = [one for one in log.samples or () if one.id != "talks" or one.epoch == 1]
    path = tmp_path / "killed.eval"
    changes = {"samples": kept, "status": "started", "results": None}
    write_eval_log(log.model_copy(update=changes), str(path))
    again = list(trials_of_log(path, MEASURES))
    assert len(again) == len(runs)
    [lost] = [one for one in again if one.run not in {two.run for two in runs}]
    assert (lost.cluster, lost.status) == ("talks", "error")
    assert lost.counts == dict.fromkeys(MEASURES)
    assert lost.identity == runs[0].identity


def test_a_night_that_stops_at_its_first_error_agrees_with_a_whole_one(
    tmp_path: Path,
) -> None:
    ids = ["solver-breaks", "correct", "incorrect"]
    broken = run(tmp_path / "broken", ids, fail_on_error=True, max_samples=1)
    whole = run(tmp_path / "whole", ids)
    assert broken.status == "error"
    first, second = (
        list(trials_of_log(one.location, MEASURES)) for one in (broken, whole)
    )
    assert len(first) == len(second) == len(ids)
    assert {one.status for one in first} == {"error"}
    assert {one.identity for one in first} == {one.identity for one in second}


def test_an_invalidated_sample_is_an_error_without_counts(
    log: EvalLog, tmp_path: Path
) -> None:
    [uuid, *_] = [str(one.uuid) for one in log.samples or () if one.id == "correct"]
    why = ProvenanceData(author="a reader", reason="the sandbox had a hole")
    path = tmp_path / "invalid.eval"
    write_eval_log(invalidate_samples(log, [uuid], why), str(path))
    found = {one.run: one for one in trials_of_log(path, MEASURES)}
    assert found[uuid].status == "error"
    assert set(found[uuid].counts.values()) == {None}


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("model", {"model": "mockllm/other"}),
        ("model", {"model_generate_config": GenerateConfig(temperature=0.5)}),
        ("model", {"model_generate_config": GenerateConfig(reasoning_effort="low")}),
        ("model", {"model_args": {"quantised": True}}),
        ("model", {"model_roles": {"b": ModelConfig(model="mockllm/b")}}),
        ("grader", {"model_roles": {"grader": ModelConfig(model="mockllm/b")}}),
        ("grader", {"scorers": []}),
        ("scenario", {"task_args": {"level": 3}}),
        ("scenario", {"task_version": 2}),
        ("scenario", {"solver": "another"}),
        ("", {"model_generate_config": GenerateConfig(seed=4, max_retries=9)}),
        ("", {"model_args": {"api_key": "sk-1"}}),
        ("", {"task_args": {"seed": 4, "limit": 10}}),
        ("", {"packages": {"inspect_ai": "0.4"}, "created": "2030-01-01T00:00:00Z"}),
    ],
)
def test_an_identity_changes_with_what_it_is_of_and_with_nothing_else(
    field: str, changes: Mapping[str, object], log: EvalLog
) -> None:
    bare = log.eval.model_copy(update={"model_roles": None})
    before = identity_of(log.model_copy(update={"eval": bare}))
    spec = bare.model_copy(update=changes)
    after = identity_of(log.model_copy(update={"eval": spec}))
    fields = ("model", "scenario", "wording", "grader")
    differ = [name for name in fields if getattr(before, name) != getattr(after, name)]
    assert differ == ([field] if field else [])
    assert "sk-1" not in after.model


def test_other_samples_are_another_pool_and_other_thresholds_another_grader(
    log: EvalLog, runs: list[Trial], tmp_path: Path
) -> None:
    ours = runs[0].identity
    [part] = trials_of_log(run(tmp_path, ["correct"], epochs=1).location, MEASURES)
    assert part.identity == replace(ours, wording=part.identity.wording)
    assert part.identity.wording != ours.wording
    low = {**MEASURES, "high": Measure(scorer="several", key="high", at_least=0.1)}
    other = next(trials_of_log(log.location, low)).identity
    assert other == replace(ours, grader=other.grader)
    assert other.grader != ours.grader


@task
def flaky(gate: str = "") -> Task:
    """One of two samples fails as long as there is a file."""

    shut = Path(gate).exists

    @solver
    def pass_gate() -> Solver:
        async def solve(state: TaskState, generate: Generate) -> TaskState:
            assert generate
            if state.sample_id == "second" and shut():
                msg = "the gate is shut"
                raise OSError(msg)
            return state

        return solve

    samples = [Sample(id=one, input=one) for one in ("first", "second")]
    return Task(dataset=samples, solver=pass_gate(), scorer=verdict())


def test_of_a_log_and_its_retry_each_sample_counts_once(tmp_path: Path) -> None:
    gate = tmp_path / "shut"
    gate.touch()
    logs = tmp_path / "logs"
    [first] = run_inspect(
        f"{Path(__file__)}@flaky",
        model="mockllm/model",
        task_args={"gate": str(gate)},
        log_dir=str(logs),
        display="none",
        fail_on_error=False,
    )
    gate.unlink()
    [retried] = eval_retry(first, log_dir=str(logs), display="none")
    assert retried.eval.task_id == first.eval.task_id
    alone = list(trials_of_log(first.location, {"lied": LIED}))
    assert [one.status for one in alone] == ["complete", "error"]
    both = list(trials_of_log(logs, {"lied": LIED}))
    assert sorted(one.cluster for one in both) == ["first", "second"]
    assert {one.status for one in both} == {"complete"}
    assert alone[0].run in {one.run for one in both}


@pytest.mark.parametrize(
    ("measure", "error", "message"),
    [
        (Measure(scorer="verdikt", at_least=1), UnknownNameError, "judged, several"),
        (Measure(scorer="several", at_least=1), ConfigError, "as key: high, low"),
        (
            Measure(scorer="several", key="hi", at_least=1),
            UnknownNameError,
            "'hi'; use one of: high, low",
        ),
        (Measure(scorer="verdict", key="a", at_least=1), ConfigError, "cannot|can be"),
    ],
)
def test_a_measure_that_could_never_be_read_is_refused(
    measure: Measure, error: type[Exception], message: str, log: EvalLog
) -> None:
    with pytest.raises(error, match=message):
        next(trials_of_log(log.location, {"one": measure}))


# What is a log ---------------------------------------------------------------------


def test_logs_are_known_by_name_and_beginning(log: EvalLog, tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    copy = Path(shutil.copy(log.location, tmp_path / "deep"))
    (tmp_path / "tape.jsonl").write_text('{"version": 2}\n')
    (tmp_path / "other.json").write_text(json.dumps({"version": 2, "rates": []}))
    assert is_log(copy)
    assert not is_log(tmp_path)
    assert not is_log(tmp_path / "tape.jsonl")
    assert not is_log(tmp_path / "other.json")
    assert not is_log(tmp_path / "missing.eval")
    assert logs_in(tmp_path) == [copy]


def test_what_is_no_log_is_refused_with_its_name(tmp_path: Path) -> None:
    broken = tmp_path / "broken.eval"
    broken.write_bytes(b"PK\x03\x04 and then the disk was full")
    (tmp_path / "empty").mkdir()
    for path, message in (
        (broken, "cannot read the log .*broken.eval"),
        (tmp_path / "empty", "no Inspect log in .*empty"),
        (tmp_path / "missing.eval", "missing.eval' is no Inspect log"),
    ):
        with pytest.raises(DataError, match=message):
            next(trials_of_log(path))


def test_a_log_that_kept_no_samples_is_refused(tmp_path: Path) -> None:
    log = run(tmp_path, ["correct"], log_samples=False)
    with pytest.raises(DataError, match="without --no-log-samples"):
        next(trials_of_log(log.location, MEASURES))


def test_reading_a_log_prints_nothing_and_builds_no_model(log: EvalLog) -> None:
    code = (
        "from gyges.evals.logs import trials_of_log\n"
        "import inspect_ai.model._model as m\n"
        "m.get_model = lambda *_, **__: exit('a model was built')\n"
        f"assert len(list(trials_of_log({log.location!r}))) == {2 * len(IDS)}\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout == done.stderr == ""


# Runs of ours ----------------------------------------------------------------------


def sell(folder: Path, model: str = "gyges/opportunist", **options: object) -> EvalLog:
    arguments = {"preset": "v2-60d", "days": 6, "seed": "3:5"}
    given = options.pop("task_args", {})
    assert isinstance(given, dict)
    [log] = run_inspect(
        "gyges/vending",
        model=model,
        task_args={**arguments, **given},
        log_dir=str(folder),
        display="none",
        **options,  # pyright: ignore[reportArgumentType]
    )
    return log


def from_tapes(folder: Path) -> dict[str, Trial]:
    paths = folder.rglob("*.jsonl")
    found = [trials(read_tape(path), str(path))[0] for path in paths]
    return {one.cluster: one for one in found}


@pytest.fixture(scope="module")
def sold(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sold")
    assert sell(folder).status == "success"
    return folder


@pytest.fixture
def moved(sold: Path, tmp_path: Path) -> Path:
    """The same where the log cannot know of it: the first place is gone."""
    folder = Path(shutil.copytree(sold, tmp_path / "moved"))
    [log] = logs_in(folder)
    text = read_eval_log(str(log))
    for sample in text.samples or ():
        [score] = (sample.scores or {}).values()
        metadata = score.metadata or {}
        metadata["tape"] = metadata["tape"].replace(str(sold), "/nowhere")
    write_eval_log(text, str(log))
    return folder


def test_runs_of_ours_are_read_from_their_tapes(sold: Path) -> None:
    found = {one.cluster: one for one in trials_of_log(sold)}
    assert found == from_tapes(sold)
    assert sorted(found) == ["seed 3", "seed 4"]
    every = [one for trial in found.values() for one in trial.counts.values()]
    assert sum(one.opportunities for one in every if one) > 0


def test_logs_that_were_moved_find_their_tapes_beside_them(moved: Path) -> None:
    found = {one.cluster: one for one in trials_of_log(moved)}
    assert found == from_tapes(moved)


def test_a_tape_that_is_nowhere_is_refused_with_both_places(moved: Path) -> None:
    shutil.rmtree(moved / "tapes")
    with pytest.raises(DataError, match=r"looked for '/nowhere/.*' and '.*moved/tapes"):
        list(trials_of_log(moved))


def test_a_tape_of_another_run_is_refused_with_both_hashes(moved: Path) -> None:
    one, other = sorted((moved / "tapes").rglob("*.jsonl"))
    shutil.copy(other, one)
    scored = read_tape(other).entries[-1].h
    with pytest.raises(DataError, match=rf"ends with hash {scored}, but .*another run"):
        list(trials_of_log(moved))


def test_runs_of_ours_that_never_began_are_failed_runs_like_the_others(
    moved: Path,
) -> None:
    [path] = logs_in(moved)
    log = read_eval_log(str(path))
    kept = [one for one in log.samples or () if one.id == "3"]
    write_eval_log(log.model_copy(update={"samples": kept}), str(path))
    first, lost = trials_of_log(path)
    assert (first.cluster, first.status) == ("seed 3", "complete")
    assert (lost.cluster, lost.status) == ("seed 4", "error")
    assert lost.identity == first.identity
    assert lost.counts == dict.fromkeys(first.counts)


def test_a_run_of_ours_that_took_stored_answers_is_told(tmp_path: Path) -> None:
    policy = CachePolicy(expiry="1h", scopes={"test": str(tmp_path)})
    logs = [
        sell(tmp_path / name, cache=policy, task_args={"days": 2, "seed": 3})
        for name in ("first", "second")
    ]
    [first], [second] = (list(trials_of_log(log.location)) for log in logs)
    assert (first.cached, second.cached) == (False, True)


def test_settings_prices_and_limits_reach_the_run(tmp_path: Path) -> None:
    limited = {"max_cost": 0.5, "price_in": 1.0, "price_out": 10.0, "seed": 3}
    log = sell(tmp_path, temperature=0.5, task_args=limited)
    [cut] = trials_of_log(log.location)
    assert cut.identity.model == "gyges/opportunist (temperature=0.5)"
    [taped] = trials_of([tmp_path / "tapes"])
    assert taped.identity.model.startswith("gyges/opportunist (")
    assert "temperature=0.5" in taped.identity.model
    assert cut.status == "cut_short"
    assert cut.dollars == pytest.approx(0.5, abs=0.1)
    resume(tmp_path, max_cost=100.0)
    with pytest.raises(DataError, match="the run has gone on since"):
        list(trials_of_log(log.location))
    [whole] = trials_of_log(tmp_path)
    assert whole.tokens > cut.tokens
    assert whole.identity == cut.identity


def test_a_log_of_ours_in_which_nothing_began_is_refused(tmp_path: Path) -> None:
    log = sell(tmp_path, task_args={"max_cost": 1.0, "seed": 3})
    assert log.status == "error"
    with pytest.raises(DataError, match=r"ever began: .*price_in"):
        list(trials_of_log(log.location))
