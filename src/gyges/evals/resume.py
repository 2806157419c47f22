"""Going on with runs that were cut short, for the command line and for programs."""

from collections.abc import Mapping
from pathlib import Path

import msgspec
from inspect_ai import (
    eval_retry,  # pyright: ignore[reportUnknownVariableType] - Inspect's own gap
)
from inspect_ai.log import EvalLog, list_eval_logs

from gyges.errors import UsageError
from gyges.evals.places import local
from gyges.tape import verify

__all__ = ["Resumed", "resume"]


class Resumed(msgspec.Struct, frozen=True):
    """What came of resuming one log."""

    log: str
    """Where the new log lies."""
    status: str
    tapes: Mapping[str, str]
    """State of each sample's tape: closed, open or broken."""


def resume(log: Path | str) -> Resumed:
    """Go on with the runs of a log: finished samples are kept, others go on.

    Every run goes on from where its tape ends, and repeats at most the call in flight.

    Args:
        log: a log file, or a folder, of which the newest log is taken.

    Raises:
        UsageError: there is no such log.
    """
    path = newest(Path(log))
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


def tapes_of(log: EvalLog, folder: Path) -> Mapping[str, str]:
    """What the tapes of a log are, by path."""
    tapes = sorted((folder / "tapes" / log.eval.task_id).glob("*.jsonl"))
    return {str(tape): verify(tape).status for tape in tapes}
