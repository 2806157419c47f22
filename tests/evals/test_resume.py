"""A run that is killed goes on from its tape, as if nothing had happened."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from inspect_ai import eval as run_inspect
from inspect_ai import eval_retry
from inspect_ai.log import EvalLog

from gyges.evals.resume import resume
from gyges.rng import Draws
from gyges.tape import verify

INSPECT = str(Path(sys.executable).with_name("inspect"))
ARGUMENTS = {"seed": 3, "days": 12}
DRAWS = Draws(int(os.environ.get("GYGES_KILL_SEED", "0")))


def run(folder: Path, **task_args: object) -> EvalLog:
    [log] = run_inspect(
        "gyges/vending",
        model="gyges/honest",
        task_args={**ARGUMENTS, **task_args},
        log_dir=str(folder),
        display="none",
    )
    return log


def tape_in(folder: Path) -> Path:
    [path] = folder.rglob("*.jsonl")
    return path


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    folder = tmp_path_factory.mktemp("undisturbed")
    assert run(folder).status == "success"
    return tape_in(folder).read_bytes()


def start(folder: Path) -> subprocess.Popen[bytes]:
    options = [
        part for key, value in ARGUMENTS.items() for part in ("-T", f"{key}={value}")
    ]
    return subprocess.Popen(
        [
            *(INSPECT, "eval", "gyges/vending", "--model", "gyges/honest", *options),
            *("--log-dir", str(folder), "--display", "none"),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def kill_at(folder: Path, size: int) -> None:
    """Start a run and kill it once its tape has some bytes."""
    process = start(folder)
    try:
        while process.poll() is None:
            tapes = list(folder.rglob("*.jsonl"))
            if tapes and tapes[0].stat().st_size >= size:
                break
            time.sleep(0.001)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.parametrize("number", range(3))
def test_a_killed_run_is_finished_by_eval_retry(
    number: int, undisturbed: bytes, tmp_path: Path
) -> None:
    size = DRAWS.integer(1, int(len(undisturbed) * 0.9), "kill", number)
    kill_at(tmp_path, size)
    tape = tape_in(tmp_path)
    cut = tape.read_bytes()
    assert undisturbed.startswith(cut)
    if len(cut) < len(undisturbed):
        assert verify(tape).status == "open"
    [log] = tmp_path.glob("*.eval")
    command = [INSPECT, "eval-retry", str(log), "--log-dir", str(tmp_path)]
    subprocess.run([*command, "--display", "none"], check=True, capture_output=True)
    assert tape.read_bytes() == undisturbed


def test_resume_takes_the_newest_log_and_other_folders_find_the_tape(
    undisturbed: bytes, tmp_path: Path
) -> None:
    kill_at(tmp_path, len(undisturbed) // 3)
    resumed = resume(tmp_path)
    assert resumed.status == "success"
    assert list(resumed.tapes.values()) == ["closed"]
    assert tape_in(tmp_path).read_bytes() == undisturbed


def test_a_torn_last_line_is_dropped_and_written_again(
    undisturbed: bytes, tmp_path: Path
) -> None:
    log = run(tmp_path)
    tape = tape_in(tmp_path)
    tape.write_bytes(undisturbed[: len(undisturbed) * 2 // 3])
    again(log, tmp_path)
    assert tape.read_bytes() == undisturbed


def test_a_tape_closed_before_its_sample_was_logged_is_only_read(
    undisturbed: bytes, tmp_path: Path
) -> None:
    log = run(tmp_path)
    before = tape_in(tmp_path).stat().st_mtime_ns
    retried = again(log, tmp_path)
    assert tape_in(tmp_path).stat().st_mtime_ns == before
    assert retried.samples
    assert not retried.samples[0].model_usage
    [score] = (retried.samples[0].scores or {}).values()
    assert (score.metadata or {})["closed"]


def test_a_fresh_eval_never_goes_on_with_an_old_tape(tmp_path: Path) -> None:
    run(tmp_path)
    run(tmp_path)
    first, second = tmp_path.rglob("*.jsonl")
    assert first.parent != second.parent
    assert first.read_bytes() == second.read_bytes()


def test_an_edited_tape_is_refused_with_the_entry_named(
    undisturbed: bytes, tmp_path: Path
) -> None:
    log = run(tmp_path)
    lines = undisturbed.split(b"\n")[:40]
    lines[20] = lines[20].replace(b"2026", b"2027", 1)
    tape_in(tmp_path).write_bytes(b"\n".join(lines) + b"\n")
    retried = again(log, tmp_path)
    assert retried.status == "error"
    assert retried.error
    assert "entry 20" in retried.error.message


def again(log: EvalLog, folder: Path) -> EvalLog:
    """Retry a log as if its sample had not been logged."""
    killed = log.model_copy(update={"status": "cancelled", "samples": None})
    [retried] = eval_retry(killed, log_dir=str(folder), display="none")
    return retried


def test_a_retry_that_logs_elsewhere_finds_the_tape(
    undisturbed: bytes, tmp_path: Path
) -> None:
    log = run(tmp_path / "first")
    tape = tape_in(tmp_path)
    tape.write_bytes(undisturbed[: len(undisturbed) // 2])
    again(log, tmp_path / "second")
    assert tape.read_bytes() == undisturbed
    assert tape_in(tmp_path) == tape
    shutil.rmtree(tmp_path / "second")
