"""Going on with runs that were cut short, for the command line and for programs."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from inspect_ai import (
    eval_retry,  # pyright: ignore[reportUnknownVariableType] - Inspect's own gap
)
from inspect_ai.log import EvalLog, EvalSample, list_eval_logs, read_eval_log

from gyges.errors import TapeError, UsageError
from gyges.evals.places import local
from gyges.evals.scorer import STORE_TAPE
from gyges.tape import verify

__all__ = ["Resumed", "resume"]


class Resumed(msgspec.Struct, frozen=True):
    """What came of resuming one log."""

    log: str
    """Where the new log lies."""
    status: str
    tapes: Mapping[str, str]
    """State of each sample's tape: closed, open or broken."""


def resume(log: Path | str, max_cost: float | None = None) -> Resumed:
    """Go on with the runs of a log: finished samples are kept, others go on.

    Every run goes on from where its tape ends, and repeats at most the call in flight.
    Beyond what `inspect eval-retry` does, this goes on with runs that a limit stopped.

    Args:
        log: a log file, or a folder, of which the newest log is taken.
        max_cost: a new limit in dollars for each sample.

    Raises:
        UsageError: there is no such log.
    """
    path = newest(Path(log))
    found = read_eval_log(str(path))
    if found.status != "started" or max_cost is not None:
        found = reopened(found, max_cost)
        [again] = eval_retry(found, log_dir=str(path.parent))
    else:
        # A crashed log: given by its path, Inspect recovers what it can of it.
        [again] = eval_retry(str(path), log_dir=str(path.parent))
    return Resumed(again.location, again.status, tapes_of(again, path.parent))


def newest(path: Path) -> Path:
    """The log itself, or a folder's newest."""
    if path.is_dir():
        logs = list_eval_logs(str(path), recursive=False)
        path = (local(logs[0].name) if logs else None) or path
    if not path.is_file():
        msg = f"there is no log at {str(path)!r}; give an .eval file, or its folder"
        raise UsageError(msg)
    return path


def reopened(log: EvalLog, max_cost: float | None) -> EvalLog:
    """A log without the samples whose tapes are open, so that they are run again."""
    kept = [sample for sample in log.samples or () if is_finished(sample)]
    spec = log.eval
    if max_cost is not None:
        changed = {
            "task_args": {**spec.task_args, "max_cost": max_cost},
            "task_args_passed": {**spec.task_args_passed, "max_cost": max_cost},
        }
        spec = spec.model_copy(update=changed)
    changes = {"samples": kept, "eval": spec, "status": "cancelled"}
    return log.model_copy(update=changes)


def is_finished(sample: EvalSample) -> bool:
    """Whether a sample need not be run again."""
    path = sample.store.get(STORE_TAPE)
    if path is None:
        return sample.error is None
    try:
        return verify(str(path)).status == "closed"
    except TapeError:
        return False


def tapes_of(log: EvalLog, folder: Path) -> Mapping[str, str]:
    """What the tapes of a log are, by path."""
    tapes = sorted((folder / "tapes" / log.eval.task_id).glob("*.jsonl"))
    return {str(tape): verify(tape).status for tape in tapes}
