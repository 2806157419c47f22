"""Writing a tape as things happen, and resuming one that was cut short.

A resumed tape is first *played back*: what the writer is asked to append must equal
what the tape already holds for that seat, entry by entry. Only when a seat's record is
used up does new writing begin. So a resumed world proves, while it catches up, that it
is the world that was recorded.
"""

import fcntl
import io
import os
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, cast

import msgspec

from gyges.errors import ReplayError, TapeError
from gyges.tape.entry import (
    ENCODER,
    WORLD_CHAIN,
    Chains,
    Entry,
    EntryKind,
    Unsealed,
    encode,
)
from gyges.tape.reader import Header, Tape, parse_tape, read_tape

__all__ = ["TapeWriter"]


class TapeWriter:
    """An append-only record: one chain of hashes per seat, flushed at every entry."""

    def __init__(
        self,
        sink: IO[bytes] | None,
        header: Header,
        entries: Iterable[Entry] = (),
        *,
        cut_short: bool = False,
    ) -> None:
        """Use `create`, `resume`, `in_memory` or `check`."""
        self.header = header
        self._sink = sink
        self._chains = Chains(header.players)
        self._recorded: dict[str, deque[Entry]] = {}
        for entry in entries:
            self._recorded.setdefault(entry.seat, deque()).append(entry)
        self._cut_short = cut_short
        self.append(WORLD_CHAIN, "header", 0, header)

    @classmethod
    def create(cls, path: Path | str, header: Header) -> "TapeWriter":
        """Start a new tape.

        Raises:
            TapeError: the file exists already, or cannot be written.
        """
        path = Path(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            sink = path.open("xb", buffering=0)
        except FileExistsError as error:
            msg = f"the tape {str(path)!r} exists; choose another folder or resume it"
            raise TapeError(msg) from error
        except OSError as error:
            msg = f"cannot write the tape {str(path)!r}: {error.strerror}"
            raise TapeError(msg) from error
        return cls(_locked(sink, path), header)

    @classmethod
    def in_memory(cls, header: Header) -> "TapeWriter":
        """Start a tape that is kept in memory only (see `data`)."""
        return cls(io.BytesIO(), header)

    @classmethod
    def resume(cls, path: Path | str) -> "TapeWriter":
        """Go on with a tape that was cut short; a torn last line is dropped.

        Raises:
            TapeError: the tape is closed, or another process is writing it.
            BrokenTapeError: an entry was changed, removed or inserted.
        """
        path = Path(path)
        try:
            sink = _locked(path.open("r+b", buffering=0), path)
        except OSError as error:
            msg = f"cannot resume the tape {str(path)!r}: {error.strerror}"
            raise TapeError(msg) from error
        try:
            tape = _open_tape(path)
        except TapeError:
            sink.close()
            raise
        sink.truncate(tape.intact_bytes)
        sink.seek(0, os.SEEK_END)
        return cls(sink, tape.header, tape.entries)

    @classmethod
    def check(cls, tape: Tape) -> "TapeWriter":
        """Write nothing: only hold what is appended against a tape.

        What follows the end of a tape that was cut short is not held against anything.
        """
        return cls(None, tape.header, tape.entries, cut_short=not tape.closed)

    @property
    def data(self) -> bytes:
        """Everything written so far, of a tape in memory."""
        if not isinstance(self._sink, io.BytesIO):
            msg = "only a tape in memory has data; read the file of this one"
            raise TapeError(msg)
        return self._sink.getvalue()

    @property
    def written(self) -> tuple[Entry, ...]:
        """Every entry after the header that was appended so far."""
        if isinstance(self._sink, io.BytesIO):
            return parse_tape(self._sink.getvalue()).entries[1:]
        if self._sink is None:
            return ()
        return read_tape(self._sink.name).entries[1:]

    def recorded(self, seat: str, kind: EntryKind) -> Entry | None:
        """The seat's next entry still to be played back, if it is of that kind."""
        waiting = self._recorded.get(seat)
        return waiting[0] if waiting and waiting[0].kind == kind else None

    def skip(self, seat: str) -> None:
        """Take the seat's next recorded entry as it stands (it came from outside)."""
        entry = self._recorded[seat].popleft()
        self._chains.advance(seat, entry.h)

    @property
    def behind(self) -> bool:
        """Whether recorded entries are still to be played back."""
        return any(self._recorded.values())

    def append(self, seat: str, kind: EntryKind, t: int, body: object) -> None:
        """Add an entry, or hold it against the recorded one while catching up.

        Raises:
            ReplayError: the tape says otherwise.
        """
        if self._recorded.get(seat):
            self._compare(seat, kind, t, _json(body))
            return
        if self._sink is None and self._cut_short:
            return
        if self._sink is None:
            msg = f"the tape ends before this {kind} entry of seat {seat!r} at {t}"
            raise ReplayError(msg)
        unsealed = Unsealed(self._chains.count(seat), seat, kind, t, body)
        try:
            line, head = encode(unsealed, self._chains.head(seat))
        except UnicodeEncodeError:  # a model may write halves of surrogate pairs
            unsealed.body = _whole(msgspec.to_builtins(body))
            line, head = encode(unsealed, self._chains.head(seat))
        self._write(line)
        self._chains.advance(seat, head)

    def sync(self) -> None:
        """Force everything to the disk: called where a model was paid for.

        Several threads may do so at once; none returns before its own words are safe.
        """
        if isinstance(self._sink, io.RawIOBase):
            os.fsync(self._sink.fileno())

    def seal(self) -> dict[str, str]:
        """All heads in seat order: what a night entry fixes."""
        return self._chains.seal()

    def close(self) -> None:
        """Release the file; the tape stays open unless an `end` was appended."""
        if self._sink is not None and not isinstance(self._sink, io.BytesIO):
            self._sink.close()

    def _write(self, line: bytes) -> None:
        while line and self._sink is not None:
            try:
                line = line[self._sink.write(line) :]
            except OSError as error:
                msg = f"cannot write the tape {self._sink.name!r}: {error.strerror}"
                raise TapeError(msg) from error

    def _compare(self, seat: str, kind: EntryKind, t: int, raw: bytes) -> None:
        entry = self._recorded[seat].popleft()
        new = (kind, t, msgspec.json.decode(raw))
        if new != (entry.kind, entry.t, entry.body):
            msg = (
                f"entry {entry.n} of seat {seat!r}: the tape has a {entry.kind} at"
                f" {entry.t}, replaying gives a {kind} at {t} {_difference(entry, raw)}"
            )
            raise ReplayError(msg)
        self._chains.advance(seat, entry.h)


def _json(body: object) -> bytes:
    try:
        return ENCODER.encode(body)
    except UnicodeEncodeError:  # a model may write halves of surrogate pairs
        return ENCODER.encode(_whole(msgspec.to_builtins(body)))


def _whole(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        pairs = cast("dict[str, object]", value).items()
        return {_whole(key): _whole(item) for key, item in pairs}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in cast("Sequence[object]", value)]
    return value


def _difference(entry: Entry, raw: bytes) -> str:
    old = msgspec.json.encode(entry.body).decode()
    new = raw.decode()
    pairs = enumerate(zip(old, new, strict=False))
    at = next((n for n, (one, other) in pairs if one != other), 0)
    start = max(0, at - 30)
    return f"(...{old[start : at + 50]!r} against ...{new[start : at + 50]!r})"


def _open_tape(path: Path) -> Tape:
    tape = read_tape(path)
    if tape.closed:
        msg = f"the tape {str(path)!r} is closed: its run is complete"
        raise TapeError(msg)
    return tape


def _locked(sink: io.FileIO, path: Path) -> io.FileIO:
    try:
        fcntl.flock(sink, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        sink.close()
        msg = f"the tape {str(path)!r} is being written by another process"
        raise TapeError(msg) from error
    return sink
