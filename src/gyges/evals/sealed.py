"""The tape that a sample names, if it is still the one that was scored."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from inspect_ai.log import EvalSample
from inspect_ai.scorer import Score

from gyges.errors import DataError
from gyges.evals.scorer import STORE_HASH, STORE_TAPE
from gyges.tape import Tape, read_tape

__all__ = ["Sealed", "sealed_tape", "tape_of"]


class Sealed(NamedTuple):
    """What a sample says of its tape."""

    where: str
    """Path; empty if the run never began, or has no tape."""
    last: str
    """Hash of the last entry, as scored, or as far as the run came."""


def tape_of(sample: EvalSample, log: Path) -> tuple[Tape, Path] | None:
    """The tape of a sample and where it lies; nothing if the run never began.

    Raises:
        DataError: the tape is not there, or is not the one that was scored.
        TapeError: it is broken.
    """
    named = tape_named(sample)
    where, last = named
    if not where or (sample.error and not last and not Path(where).exists()):
        return None
    return sealed_tape(named, [log])


def sealed_tape(named: Sealed, logs: Sequence[Path]) -> tuple[Tape, Path]:
    """The tape that is named and where it lies.

    Args:
        named: path and last hash.
        logs: the log that names it, or logs in whose folders it may lie.

    Raises:
        DataError: the tape is not there, or is not the one that was scored.
        TapeError: it is broken.
    """
    path = tape_at(named.where, logs)
    tape = read_tape(path)
    check_seal(tape, path, named.last, logs[0])
    return tape, path


def tape_named(sample: EvalSample) -> Sealed:
    """Path and last hash of the tape of a sample."""
    found = named_by((sample.scores or {}).values())
    stored = sample.store
    return found or Sealed(
        str(stored.get(STORE_TAPE, "")), str(stored.get(STORE_HASH, ""))
    )


def named_by(scores: Iterable[Score]) -> Sealed | None:
    """What scores say of the tape that they were read from."""
    for score in scores:
        metadata = score.metadata or {}
        if STORE_TAPE in metadata:
            return Sealed(str(metadata[STORE_TAPE]), str(metadata.get(STORE_HASH, "")))
    return None


def tape_at(where: str, logs: Sequence[Path]) -> Path:
    """Where the tape is: as the log says, or beside the log if both were moved.

    Raises:
        DataError: it is in neither place.
    """
    named = Path(where)
    beside = [log.parent / "tapes" / named.parent.name / named.name for log in logs]
    for path in (named, *beside):
        if path.is_file():
            return path
    places = " and ".join(repr(str(path)) for path in dict.fromkeys((named, *beside)))
    msg = (
        f"the log {str(logs[0])!r} names a tape that is not there; looked for"
        f" {places}: put the folder `tapes` beside the log"
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
