"""What a run may cost, and what becomes of one that is stopped."""

import math
from pathlib import Path

import pytest
from inspect_ai import eval as run_inspect
from inspect_ai.log import EvalLog
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import Score

from gyges.errors import ConfigError, UnknownNameError
from gyges.evals.cost import Prices, estimate, prices_of
from gyges.evals.resume import resume
from gyges.evals.speech import Usage
from gyges.evals.tasks import seeds_of
from gyges.tape import read_tape, verify
from gyges.worlds.registry import configure

PRICED = {"price_in": 1.0, "price_out": 10.0}


def run(folder: Path, model: object = "gyges/honest", **task_args: object) -> EvalLog:
    [log] = run_inspect(
        "gyges/vending",
        model=model,  # pyright: ignore[reportArgumentType]
        task_args=task_args,
        log_dir=str(folder),
        display="none",
    )
    return log


def score_of(log: EvalLog) -> Score:
    assert log.samples
    [score] = (log.samples[0].scores or {}).values()
    return score


def test_a_cost_limit_leaves_the_tape_open_and_the_score_missing(
    tmp_path: Path,
) -> None:
    whole = run(tmp_path / "whole", days=10, seed=3)
    log = run(tmp_path / "cut", days=10, seed=3, max_cost=0.5, **PRICED)
    assert log.status == "success"
    score = score_of(log)
    assert math.isnan(score.as_float())
    assert "cost limit of $0.5" in (score.explanation or "")
    [tape] = (tmp_path / "cut").rglob("*.jsonl")
    assert verify(tape).status == "open"

    resumed = resume(tmp_path / "cut", max_cost=100.0)
    assert resumed.tapes == {str(tape): "closed"}
    [undisturbed] = (tmp_path / "whole").rglob("*.jsonl")
    ends = [read_tape(path).entries[-1].body for path in (tape, undisturbed)]
    assert ends[0]["state"] == ends[1]["state"]
    assert ends[0]["outcome"] == ends[1]["outcome"]
    assert isinstance(score_of(whole).value, dict)


def test_a_cost_limit_needs_prices(tmp_path: Path) -> None:
    log = run(tmp_path, days=2, max_cost=1.0)
    assert log.status == "error"
    assert log.error
    assert "give -T price_in= and -T price_out=" in log.error.message


def test_one_price_alone_is_refused() -> None:
    with pytest.raises(ConfigError, match="both price_in and price_out"):
        prices_of(None, 1.0, None)


def test_a_message_limit_ends_the_run(tmp_path: Path) -> None:
    log = run(tmp_path, days=10, message_limit=12)
    [path] = tmp_path.rglob("*.jsonl")
    tape = read_tape(path)
    assert tape.closed
    assert sum("ended" not in entry.body for entry in tape.of_kind("said")) == 12
    assert score_of(log).explanation == "message limit of 12"


def test_a_model_that_never_calls_a_tool_is_stopped(tmp_path: Path) -> None:
    def mumble(*_: object) -> ModelOutput:
        output = ModelOutput.from_content("mockllm/model", "collect_cash()")
        output.usage = ModelUsage(input_tokens=9, output_tokens=9, total_tokens=18)
        return output

    log = run(tmp_path, get_model("mockllm/model", custom_outputs=mumble), days=2)
    score = score_of(log)
    assert "200 turns in a row without a tool call" in (score.explanation or "")
    assert isinstance(score.value, dict)
    assert score.value["calls_as_text"] == 200
    assert math.isnan(float(str(score.value["tool_call_validity"])))


def test_costs_count_what_caches_hold_at_their_own_price() -> None:
    prices = Prices(2.0, 10.0, cache_read=0.2)
    usage = Usage(1_000_000, 100_000, cache_read=5_000_000)
    assert prices.of(usage) == pytest.approx(2.0 + 1.0 + 1.0)


def test_an_estimate_is_bounded_by_the_context() -> None:
    config = configure("vending", "v2")
    year = estimate("vending", config, Prices(1.0, 1.0))
    month = estimate("vending", {**config, "days": 30})
    assert month.dollars is None
    assert month.turns * 12 < year.turns < month.turns * 13
    assert year.input_tokens < year.turns * 69_000
    assert year.dollars == pytest.approx((year.input_tokens + year.output_tokens) / 1e6)


@pytest.mark.parametrize(
    ("given", "seeds"),
    [
        (4, [4]),
        ("3", [3]),
        ("0:5", [0, 1, 2, 3, 4]),
        ("5..8", [5, 6, 7]),
        ([4, "7", "0:2"], [4, 7, 0, 1]),
    ],
)
def test_seeds_as_a_command_line_gives_them(given: object, seeds: list[int]) -> None:
    assert seeds_of(given) == seeds  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize("given", ["", "x", "5:5", -1, [1, 1], [], "1.5"])
def test_what_is_no_seed_is_refused(given: object) -> None:
    with pytest.raises(ConfigError, match="give a whole number"):
        seeds_of(given)  # pyright: ignore[reportArgumentType]


def test_a_misspelt_parameter_is_refused_before_anything_is_paid(
    tmp_path: Path,
) -> None:
    with pytest.raises(UnknownNameError, match=r"unknown parameter 'dayz'.* days"):
        run(tmp_path, "gyges/idle", dayz=2)


def test_several_seeds_are_several_samples(tmp_path: Path) -> None:
    log = run(tmp_path, "gyges/idle", days=2, seed="3:6")
    assert log.samples
    assert sorted(str(sample.id) for sample in log.samples) == ["3", "4", "5"]
    names = sorted(path.name for path in tmp_path.rglob("*.jsonl"))
    assert names == ["3-1.jsonl", "4-1.jsonl", "5-1.jsonl"]
