"""The record of a run: written as it happens, chained by hashes, verified, replayed."""

from gyges.tape.entry import WORLD_CHAIN, Entry, EntryKind
from gyges.tape.reader import Header, Tape, Verdict, parse_tape, read_tape, verify
from gyges.tape.writer import TapeWriter

__all__ = [
    "WORLD_CHAIN",
    "Entry",
    "EntryKind",
    "Header",
    "Tape",
    "TapeWriter",
    "Verdict",
    "parse_tape",
    "read_tape",
    "verify",
]
