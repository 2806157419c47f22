"""Several seats: one clock, and no luck for the faster model."""

from pathlib import Path

import pytest
from inspect_ai import eval as run_inspect
from inspect_ai.log import EvalLog

from gyges.tape import Tape, read_tape


def run(folder: Path, **options: object) -> tuple[EvalLog, Tape]:
    [log] = run_inspect(
        "gyges/vending",
        log_dir=str(folder),
        display="none",
        **{"model": "gyges/honest", **options},  # pyright: ignore[reportArgumentType]
    )
    assert log.status == "success", log.error
    [path] = folder.rglob("*.jsonl")
    return log, read_tape(path)


def seals(tape: Tape) -> list[object]:
    return [entry.body["heads"] for entry in tape.of_kind("night", "end")]


def order(tape: Tape) -> list[str]:
    return [entry.seat for entry in tape.of_kind("said")]


def test_seals_do_not_depend_on_which_seat_is_faster(tmp_path: Path) -> None:
    tapes = [
        run(
            tmp_path / str(number),
            model_args={"latency": 0.004, "latency_seed": number},
            task_args={"preset": "thread", "days": 6, "seed": 2},
        )[1]
        for number in range(3)
    ]
    assert len({tuple(order(tape)) for tape in tapes}) > 1
    first, *others = map(seals, tapes)
    assert len(first) == 7
    assert all(other == first for other in others)
    ends = [tape.entries[-1] for tape in tapes]
    assert len({entry.h for entry in ends}) == 1


@pytest.mark.parametrize(
    "options",
    [
        {"model_roles": {"b": "gyges/idle"}},
        {"task_args": {"preset": "thread", "days": 3, "players": "idle"}},
        {"task_args": {"preset": "thread", "days": 3, "players": {"b": "gyges/idle"}}},
    ],
)
def test_other_seats_have_their_own_models(
    options: dict[str, object], tmp_path: Path
) -> None:
    log, tape = run(
        tmp_path, **{"task_args": {"preset": "thread", "days": 3}, **options}
    )
    assert tape.header.players == {"a": "gyges/honest", "b": "gyges/idle"}
    calls = {
        entry.body["action"]["tool"]  # pyright: ignore[reportIndexIssue]
        for entry in tape.of_kind("step")
        if entry.seat == "b"
    }
    assert calls == {"sleep_until_tomorrow"}
    assert log.samples
    names = {
        event.name for event in log.samples[0].events if event.event == "span_begin"
    }
    assert {"seat a", "seat b", "day 1", "day 3"} <= names


def test_a_seat_at_its_message_limit_sleeps_while_the_other_goes_on(
    tmp_path: Path,
) -> None:
    _, tape = run(
        tmp_path,
        model_roles={"b": "gyges/idle"},
        task_args={"preset": "thread", "days": 4, "message_limit": 10, "seed": 1},
    )
    said = [entry for entry in tape.of_kind("said") if entry.seat == "a"]
    assert said[-1].body["ended"] == "message limit of 10"
    assert len(said) == 11
    assert tape.closed
    assert sum(entry.kind == "night" for entry in tape.entries) == 4


def test_an_unknown_seat_is_refused(tmp_path: Path) -> None:
    [log] = run_inspect(
        "gyges/vending",
        model="gyges/idle",
        task_args={"preset": "thread", "players": {"z": "idle"}},
        log_dir=str(tmp_path),
        display="none",
    )
    assert log.status == "error"
    assert log.error
    assert "unknown seat 'z'; use one of: a, b" in log.error.message
