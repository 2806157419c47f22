"""The tape that a sample of a log names, if it is still the one that was scored."""

from pathlib import Path

from inspect_ai.log import EvalSample

from gyges.errors import DataError
from gyges.evals.scorer import STORE_HASH, STORE_TAPE
from gyges.tape import Tape, read_tape

__all__ = ["tape_of"]


def tape_of(sample: EvalSample, log: Path) -> tuple[Tape, Path] | None:
    """The tape of a sample and where it lies; nothing if the run never began.

    Raises:
        DataError: the tape is not there, or is not the one that was scored.
        TapeError: it is broken.
    """
    where, sealed = tape_named(sample)
    if not where or (sample.error and not sealed and not Path(where).exists()):
        return None
    path = tape_at(where, log)
    tape = read_tape(path)
    check_seal(tape, path, sealed, log)
    return tape, path


def tape_named(sample: EvalSample) -> tuple[str, str]:
    """Path and last hash of the tape, as scored, or as far as the run came."""
    for score in (sample.scores or {}).values():
        metadata = score.metadata or {}
        if STORE_TAPE in metadata:
            return str(metadata[STORE_TAPE]), str(metadata.get(STORE_HASH, ""))
    return str(sample.store.get(STORE_TAPE, "")), str(sample.store.get(STORE_HASH, ""))


def tape_at(where: str, log: Path) -> Path:
    """Where the tape is: as the log says, or beside the log if both were moved.

    Raises:
        DataError: it is in neither place.
    """
    named = Path(where)
    beside = log.parent / "tapes" / named.parent.name / named.name
    for path in (named, beside):
        if path.is_file():
            return path
    msg = (
        f"the log {str(log)!r} names a tape that is not there; looked for"
        f" {str(named)!r} and {str(beside)!r}: put the folder `tapes` beside the log"
    )
    raise DataError(msg)


def check_seal(tape: Tape, path: Path, sealed: str, log: Path) -> None:
    """Refuse a tape that is not the one that was scored.

    Raises:
        DataError: its last hash is another.
    """
    last = tape.entries[-1].h
    if sealed in {"", last}:
        return
    why = "it is another run's, or was written anew"
    if any(entry.h == sealed for entry in tape.entries):
        why = "the run has gone on since: give the log of the retry, or the folder"
    msg = (
        f"the tape {str(path)!r} ends with hash {last}, but the log {str(log)!r} was"
        f" scored at {sealed}; {why}"
    )
    raise DataError(msg)
