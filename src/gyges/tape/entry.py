"""One line of a tape: a JSON object that closes with a hash chained to its seat's past.

    {"n":7,"seat":"a","kind":"step","t":485,"body":{...},"h":"<32 hex digits>"}

The hash covers the head of the seat's chain and every byte of the line before `,"h"`,
so no byte can change unnoticed. See `docs/tape-format.md`.
"""

from collections.abc import Iterable
from hashlib import blake2b
from typing import Literal, TypeAlias

import msgspec

from gyges.errors import BrokenTapeError

__all__ = ["Chains", "Entry", "EntryKind", "decode", "encode", "link"]

FORMAT = 1
DIGEST_BYTES = 16
TAIL = len(b',"h":"') + 2 * DIGEST_BYTES + len(b'"}')

EntryKind: TypeAlias = Literal[
    "header", "said", "step", "voice", "night", "wake", "end"
]
"""header: what was run; said: what a model said; step: an action and what came of it;
voice: a model's reading or wording of a mail; night: the seal over all heads; wake:
what a seat finds in the morning; end: the outcome."""

WORLD_CHAIN = ""
"""The name of the chain that belongs to no seat: header, voices, nights, end."""


class Entry(msgspec.Struct, frozen=True):
    """One entry of a tape."""

    n: int
    """Number in the seat's chain, from 0: independent of how seats interleave."""
    seat: str
    kind: EntryKind
    t: int
    """World time in minutes."""
    body: dict[str, object]
    h: str
    """Head of the seat's chain after this entry."""


class Unsealed(msgspec.Struct):
    """An entry before it is hashed."""

    n: int
    seat: str
    kind: EntryKind
    t: int
    body: object


ENCODER = msgspec.json.Encoder()
DECODER = msgspec.json.Decoder(Entry)


def link(head: bytes, payload: bytes) -> str:
    """The next head of a chain."""
    hasher = blake2b(head, digest_size=DIGEST_BYTES)
    hasher.update(payload)
    return hasher.hexdigest()


def encode(entry: Unsealed, head: str) -> tuple[bytes, str]:
    """Render an entry as a line; gives the line and the chain's new head."""
    payload = ENCODER.encode(entry)
    digest = link(head.encode(), payload)
    return payload[:-1] + b',"h":"' + digest.encode() + b'"}\n', digest


def decode(line: bytes, number: int) -> tuple[Entry, bytes]:
    """Read a line (without its line break); gives the entry and its hashed payload.

    Raises:
        BrokenTapeError: not an entry; `number` (the line's, from 0) says which.
    """
    try:
        entry = DECODER.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        msg = f"entry {number} is not readable: {error}"
        raise BrokenTapeError(msg) from error
    return entry, line[:-TAIL] + b"}"


class Chains:
    """The heads of all chains of one tape."""

    __slots__ = ("_counts", "_heads", "_seats", "root")

    def __init__(self, seats: Iterable[str]) -> None:
        """Start with no entry at all."""
        self._seats = tuple(seats)
        self._heads: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self.root = ""

    def head(self, seat: str) -> str:
        """The hash the seat's next entry is chained to; first the header's."""
        return self._heads.get(seat, self.root)

    def count(self, seat: str) -> int:
        """How many entries the seat's chain has."""
        return self._counts.get(seat, 0)

    def advance(self, seat: str, head: str) -> None:
        """Take note of a new entry."""
        self._heads[seat] = head
        self._counts[seat] = self.count(seat) + 1
        self.root = self.root or head

    def seal(self) -> dict[str, str]:
        """All heads in seat order: what a night entry fixes."""
        return {seat: self.head(seat) for seat in self._seats}
