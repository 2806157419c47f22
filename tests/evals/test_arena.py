"""The arena through Inspect: who sits where, what is scored, and models that fail."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import cast

import pytest
from click import unstyle
from inspect_ai import eval as run_inspect
from inspect_ai import eval_retry
from inspect_ai.log import EvalLog, EvalSample
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    Model,
    ModelAPI,
    ModelOutput,
    ModelUsage,
    get_model,
    modelapi,
)
from inspect_ai.scorer import Score
from inspect_ai.tool import ToolCall, ToolChoice, ToolInfo

from gyges.commands.diary import account
from gyges.errors import ConfigError, UnknownNameError
from gyges.evals.arena import arena
from gyges.evals.logs import trials_of_log
from gyges.evals.seat import FORFEITS
from gyges.evals.seating import focal_seat, seating_of
from gyges.players import play
from gyges.players.batch import Job, play_jobs
from gyges.tape import Entry, Tape, parse_tape, read_tape, verify
from gyges.worlds.episode import replay

SLEEP = "sleep_until_tomorrow"


def run(folder: Path, task: str = "arena", **options: object) -> EvalLog:
    given = {"days": 2, **cast("dict[str, object]", options.pop("task_args", {}))}
    [log] = run_inspect(
        f"gyges/{task}",
        log_dir=str(folder),
        display="none",
        task_args=given,
        **{"model": "gyges/idle", **options},  # pyright: ignore[reportArgumentType]
    )
    return log


def samples(log: EvalLog) -> list[EvalSample]:
    assert log.status == "success", log.error
    assert log.samples
    return log.samples


def score_of(sample: EvalSample) -> Score:
    [score] = (sample.scores or {}).values()
    return score


def values(sample: EvalSample) -> Mapping[str, float]:
    return cast("Mapping[str, float]", score_of(sample).value)


def tape_in(folder: Path) -> Path:
    [path] = folder.rglob("*.jsonl")
    return path


def of_seat(tape: Tape, seat: str, kind: str) -> list[Entry]:
    return [one for one in tape.entries if one.seat == seat and one.kind == kind]


# Who sits where -----------------------------------------------------------------------


def test_models_rotate_and_header_metadata_and_scores_agree(tmp_path: Path) -> None:
    log = run(
        tmp_path,
        model_roles={"b": "gyges/naive", "c": "gyges/random"},
        task_args={"seats": 3, "seed": "0..3", "days": 7},
    )
    models = {"a": "gyges/idle", "b": "gyges/naive", "c": "gyges/random"}
    sat: dict[str, set[str]] = {player: set() for player in models}
    for sample in samples(log):
        metadata = score_of(sample).metadata or {}
        tape = read_tape(metadata["tape"])
        seating = sample.metadata["seating"]
        assert seating == seating_of(tape.header)
        assert sample.metadata["players"] == tape.header.players
        assert tape.header.players == {
            seat: models[player] for seat, player in seating.items()
        }
        outcome = cast(
            "Mapping[str, Mapping[str, float]]", tape.entries[-1].body["outcome"]
        )
        for seat, player in seating.items():
            sat[player].add(seat)
            assert values(sample)[f"{player}_score"] == outcome[seat]["score"]
            [entry] = metadata["models"][models[player]]
            assert entry["seat"] == seat
            assert entry["score"] == outcome[seat]["score"]
        assert values(sample)["score"] == values(sample)["a_score"]
        assert metadata["focal"] == focal_seat(tape.header)
        assert seating[metadata["focal"]] == "a"
        assert {message.role for message in sample.messages} >= {"system", "tool"}
        # Who says more is billed more, wherever it sits: no two scores are equal.
        assert len({values(sample)[f"{player}_score"] for player in models}) == 3
    assert all(seats == {"a", "b", "c"} for seats in sat.values())


def test_without_rotation_everybody_sits_in_his_own_seat(tmp_path: Path) -> None:
    log = run(
        tmp_path,
        model_roles={"b": "gyges/random"},
        task_args={"preset": "thread", "seed": [1, 2], "rotate": False},
    )
    for sample in samples(log):
        assert sample.metadata["seating"] == {"a": "a", "b": "b"}
        assert sample.metadata["players"] == {"a": "gyges/idle", "b": "gyges/random"}


def test_seats_without_a_role_take_players_or_the_evaluated_model(
    tmp_path: Path,
) -> None:
    log = run(
        tmp_path,
        model_roles={"c": "gyges/random"},
        task_args={"rotate": False, "players": {"b": "honest"}},
    )
    [sample] = samples(log)
    assert list(sample.metadata["players"].values()) == [
        "gyges/idle",
        "gyges/honest",
        "gyges/random",
        "gyges/idle",
    ]


def test_a_role_for_a_seat_that_is_not_there_is_refused(tmp_path: Path) -> None:
    log = run(tmp_path, model_roles={"d": "gyges/random"}, task_args={"seats": 3})
    assert log.error
    assert "unknown seat 'd'; use one of: a, b, c" in log.error.message


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"seats": 1}, "seats is 1; an arena has 2 to 5: give -T seats=2"),
        ({"seats": 6}, "seats is 6"),
        ({"preset": "v2"}, "'v2' has 1 seat; an arena has 2 to 5: give -T seats=4"),
    ],
)
def test_an_arena_has_two_to_five_seats(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        arena(**options)  # pyright: ignore[reportArgumentType]


def test_a_misspelt_parameter_is_refused() -> None:
    with pytest.raises(UnknownNameError, match=r"'seat'.* seats"):
        arena(seat=3)


# What is scored -----------------------------------------------------------------------


@pytest.mark.parametrize("task", ["arena", "vending"])
def test_misconduct_is_what_the_ledger_of_the_same_play_proves(
    task: str, tmp_path: Path
) -> None:
    several = {"seats": 2} if task == "arena" else {"preset": "v2"}
    log = run(
        tmp_path / "inspect",
        task,
        model="gyges/opportunist",
        model_roles={"b": "gyges/honest"},
        task_args={"days": 9, "seed": 2, **several},
    )
    [sample] = samples(log)
    metadata = score_of(sample).metadata or {}
    tape = read_tape(metadata["tape"])
    names = {
        seat: name.removeprefix("gyges/") for seat, name in tape.header.players.items()
    }
    job = Job(
        "vending",
        tape.header.config,
        2,
        (tuple(names.values()),),
        str(tmp_path / "direct"),
        normalise=False,
    )
    [rows] = play_jobs([job])
    proven = {row.player: row.misconduct for row in rows}
    assert proven["opportunist"] > 0
    assert values(sample)["misconduct"] == proven["opportunist"]
    if task == "arena":
        assert values(sample)["a_misconduct"] == proven["opportunist"]
        assert values(sample)["b_misconduct"] == proven["honest"] == 0
        guilty = metadata["seats"][metadata["focal"]]
        assert sum(guilty["proven"].values()) == guilty["misconduct"] > 0


def test_an_open_tape_has_no_score_and_no_count(tmp_path: Path) -> None:
    priced = {"price_in": 1.0, "price_out": 1.0, "max_cost": 0.02}
    log = run(tmp_path, model="gyges/honest", task_args=priced)
    [sample] = samples(log)
    score = score_of(sample)
    assert math.isnan(score.as_float())
    assert "cost limit of $0.02" in (score.explanation or "")


def test_the_gate_reads_the_first_player_wherever_it_sat(tmp_path: Path) -> None:
    run(
        tmp_path,
        model="gyges/opportunist",
        task_args={"seats": 2, "players": "idle", "days": 9, "seed": "2..4"},
    )
    found = list(trials_of_log(tmp_path))
    assert sorted(one.seat for one in found) == ["a", "b"]
    assert all(
        sum(count.events for count in one.counts.values() if count) > 0 for one in found
    )
    assert len({one.identity for one in found}) == 1


# Models that fail ---------------------------------------------------------------------


class Flaky:
    """A model that looks once, sleeps, and fails whenever it is told to."""

    def __init__(self, fails_on: range) -> None:
        self.fails_on = fails_on
        """Mornings, from 1."""
        self.morning = 1
        self.prompts: list[str] = []

    def __call__(
        self,
        messages: list[ChatMessage],
        tools: list[ToolInfo],
        choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        mornings = [
            one.text for one in messages if one.text.startswith("Good morning.")
        ]
        self.morning = 1 + len(mornings)
        if self.morning in self.fails_on:
            msg = f"no such deployment on day {self.morning}"
            raise ConnectionError(msg)
        self.prompts.append(messages[-1].text)
        call = ToolCall(f"call-{len(messages)}", SLEEP, {})
        output = ModelOutput.for_tool_call("mockllm/model", SLEEP, {})
        output.message.tool_calls = [call]
        output.usage = ModelUsage(input_tokens=9, output_tokens=9, total_tokens=18)
        return output


def flaky(fails_on: range) -> Model:
    return get_model("mockllm/model", memoize=False, custom_outputs=Flaky(fails_on))


@modelapi(name="flaky")
class FlakyAPI(ModelAPI):
    """The same by name, so that a retry finds it: `flaky/2` fails from day 2 on."""

    async def generate(
        self,
        input: list[ChatMessage],  # noqa: A002 - Inspect's name
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        answer = Flaky(range(int(self.model_name), 99))
        return answer(input, tools, tool_choice, config)


def test_a_failing_model_forfeits_its_day_and_the_others_go_on(tmp_path: Path) -> None:
    log = run(
        tmp_path,
        model="gyges/honest",
        model_roles={"b": flaky(range(3, 5))},
        task_args={"seats": 3, "rotate": False, "days": 7},
    )
    [sample] = samples(log)
    tape = read_tape(tape_in(tmp_path))
    assert tape.closed
    said = of_seat(tape, "b", "said")
    told = [one.body for one in said if one.body.get("stop") == "forfeit"]
    assert [body["error"] for body in told] == [
        f"ConnectionError: no such deployment on day {day}" for day in (3, 4)
    ]
    calls = [
        cast("Mapping[str, object]", one.body["action"])["tool"]
        for one in of_seat(tape, "b", "step")
    ]
    assert calls == [SLEEP] * 7
    assert len(said) == 7
    assert not any(
        one.body.get("stop") == "forfeit" for one in of_seat(tape, "a", "said")
    )
    seats = (score_of(sample).metadata or {})["seats"]
    assert {seat: one["forfeits"] for seat, one in seats.items()} == {
        "a": 0,
        "b": 2,
        "c": 0,
    }
    assert score_of(sample).explanation is None
    shown = [unstyle(line) for line in account(tape, range(1, 9))]
    lost = "  b: the day is forfeited: ConnectionError: no such deployment on day "
    assert [line for line in shown if "forfeited" in line] == [f"{lost}3", f"{lost}4"]
    replay(tape)


def test_what_the_others_do_is_what_they_do_beside_a_seat_that_sleeps(
    tmp_path: Path,
) -> None:
    run(
        tmp_path,
        model="gyges/honest",
        model_roles={"b": flaky(range(1, 99))},
        task_args={"seats": 3, "rotate": False, "days": 5, "seed": 4},
    )
    tape = read_tape(tape_in(tmp_path))
    names = {"a": "honest", "b": "idle", "c": "honest"}
    direct = play("vending", tape.header.config, 4, names)
    other = parse_tape(direct.tape.data)
    for seat in "ac":
        deeds = [
            [(one.t, one.body) for one in of_seat(each, seat, "step")]
            for each in (tape, other)
        ]
        assert deeds[0] == deeds[1]


def test_after_several_days_in_a_row_a_seat_is_out_for_good(tmp_path: Path) -> None:
    model = flaky(range(2, 99))
    log = run(
        tmp_path,
        model="gyges/honest",
        model_roles={"b": model},
        task_args={"seats": 2, "rotate": False, "days": 8},
    )
    [sample] = samples(log)
    tape = read_tape(tape_in(tmp_path))
    bodies = [one.body for one in of_seat(tape, "b", "said")]
    assert [body.get("stop") for body in bodies].count("forfeit") == FORFEITS
    ended = f"out after {FORFEITS} forfeited days in a row: ConnectionError"
    assert str(bodies[-1]["ended"]).startswith(ended)
    shown = [unstyle(line) for line in account(tape, range(1, 10))]
    assert any(line.startswith(f"  b: stopped: {ended}") for line in shown)
    assert tape.closed
    assert sum(entry.kind == "night" for entry in tape.entries) == 8
    assert f"b: {ended}" in (score_of(sample).explanation or "")


def test_a_day_that_was_lived_breaks_the_row(tmp_path: Path) -> None:
    class Moody(Flaky):
        def __call__(self, *args: object) -> ModelOutput:
            messages = cast("list[ChatMessage]", args[0])
            mornings = sum(one.text.startswith("Good morning.") for one in messages)
            self.fails_on = range(0) if mornings % 3 == 2 else range(99)
            return super().__call__(*args)  # pyright: ignore[reportArgumentType]

    moody = get_model("mockllm/model", memoize=False, custom_outputs=Moody(range(99)))
    run(
        tmp_path,
        model="gyges/idle",
        model_roles={"b": moody},
        task_args={"seats": 2, "rotate": False, "days": 9},
    )
    said = of_seat(read_tape(tape_in(tmp_path)), "b", "said")
    stops = ["" if one.body.get("stop") != "forfeit" else "x" for one in said]
    assert stops == ["x", "x", ""] * 3


def test_a_failed_seat_is_told_what_the_morning_brought(tmp_path: Path) -> None:
    answers = Flaky(range(2, 3))
    model = get_model("mockllm/model", memoize=False, custom_outputs=answers)
    run(
        tmp_path,
        model_roles={"b": model},
        task_args={"seats": 2, "rotate": False, "days": 4},
    )
    assert len(answers.prompts) == 3
    assert "day 3" in answers.prompts[1]
    assert "day 4" in answers.prompts[2]


def test_if_every_model_fails_the_run_stops_and_can_be_resumed(tmp_path: Path) -> None:
    log = run(
        tmp_path,
        model=flaky(range(3, 99)),
        task_args={"seats": 2, "rotate": False, "days": 5},
    )
    assert log.status == "error"
    assert log.error
    assert "no such deployment on day 3" in log.error.message
    tape = read_tape(tape_in(tmp_path))
    assert not tape.closed
    assert sum(entry.kind == "night" for entry in tape.entries) == 2
    assert not any(one.body.get("stop") == "forfeit" for one in tape.of_kind("said"))


def test_wrong_use_of_a_scripted_model_is_no_forfeit(tmp_path: Path) -> None:
    log = run(tmp_path, model_roles={"b": "gyges/nobody"}, task_args={"seats": 2})
    assert log.error
    assert "unknown player 'nobody'" in log.error.message


def test_a_run_with_forfeits_is_resumed_to_the_same_tape(tmp_path: Path) -> None:
    log = run(
        tmp_path,
        model="gyges/honest",
        model_roles={"b": "flaky/2"},
        task_args={"seats": 2, "rotate": True, "days": 6, "seed": 1},
    )
    path = tape_in(tmp_path)
    whole = path.read_bytes()
    lines = whole.splitlines(keepends=True)
    marks = [at for at, line in enumerate(lines) if b'"stop":"forfeit"' in line]
    assert len(marks) == FORFEITS
    for cut in (marks[0], marks[1] + 1, marks[2] + 1, marks[2] + 2, len(lines) - 3):
        path.write_bytes(b"".join(lines[:cut]))
        assert verify(path).status == "open"
        killed = log.model_copy(update={"status": "cancelled", "samples": None})
        [again] = eval_retry(killed, log_dir=str(tmp_path), display="none")
        assert again.status == "success", again.error
        assert heads(read_tape(path)) == heads(parse_tape(whole)), cut


def heads(tape: Tape) -> list[object]:
    return [one.body["heads"] for one in tape.of_kind("night", "end")]


# Seats that are not there -------------------------------------------------------------


@pytest.mark.parametrize("preset", ["arena", "thread"])
def test_a_newcomer_sleeps_until_its_first_day_and_then_plays(
    preset: str, tmp_path: Path
) -> None:
    changes: dict[str, object] = {"seats": ["a", "b"], "joins": {"b": 3}}
    log = run(
        tmp_path,
        model="gyges/honest",
        task_args={
            "preset": preset,
            "days": 5,
            "seed": 3,
            "rotate": False,
            "config": changes,
        },
    )
    [sample] = samples(log)
    tape = read_tape(tape_in(tmp_path))
    names = dict.fromkeys("ab", "honest")
    direct = play("vending", tape.header.config, 3, names)
    other = parse_tape(direct.tape.data)
    for seat in "ab":
        deeds = [
            [(one.t, one.body) for one in of_seat(each, seat, "step")]
            for each in (tape, other)
        ]
        assert deeds[0] == deeds[1]
    first = of_seat(tape, "b", "step")[0]
    assert first.t // 1440 == 2
    assert (score_of(sample).metadata or {})["seats"]["b"]["days"] == 3


def test_nights_pass_while_nobody_is_awake(tmp_path: Path) -> None:
    ruin = {"start_balance": 0, "daily_fee": 500, "bankrupt_after": 1}
    log = run(
        tmp_path,
        task_args={
            "days": 6,
            "rotate": False,
            "config": {"seats": ["a", "b"], "joins": {"b": 4}, **ruin},
        },
    )
    samples(log)
    tape = read_tape(tape_in(tmp_path))
    assert tape.closed
    assert len(of_seat(tape, "a", "step")) < len(list(tape.of_kind("night")))
    assert of_seat(tape, "b", "step")


# Seats at the same time ---------------------------------------------------------------


def test_four_seats_take_hardly_longer_than_one(tmp_path: Path) -> None:
    took: dict[int, float] = {}
    for count in (1, 4):
        log = run(
            tmp_path / str(count),
            "vending",
            model="gyges/honest",
            model_args={"latency": 0.25},
            task_args={
                "preset": "arena",
                "config": {"seats": tuple("abcd"[:count])},
                "days": 1,
                "seed": 2,
            },
            log_realtime=False,
        )
        [sample] = samples(log)
        said = list(read_tape(tape_in(tmp_path / str(count))).of_kind("said"))
        assert len(said) == 14 * count
        took[count] = sample.total_time or 0.0
    assert took[1] > 1
    assert took[4] / took[1] < 2
