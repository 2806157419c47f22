"""What of a conversation a model is sent: block trimming with an unchanged prefix.

Messages are numbered from 0 and grouped in turns, which are never split, so that no
call is parted from its result. The first messages are pinned. While everything fits, a
prompt is the one before with messages added at its end, byte for byte, so that
providers' prompt caches hit. When it no longer fits, the oldest turns go in one block.

Tokens are counted by a declared approximation, a quarter of the UTF-8 bytes: exact
counts differ by provider, and a trim has to fall at the same place whoever counts.
"""

from typing import Generic, TypeAlias, TypeVar

__all__ = ["Range", "Window", "tokens_in"]

BYTES_PER_TOKEN = 4
OVERHEAD = 4
"""Tokens for the frame of a message, whatever it says."""

M = TypeVar("M")
Range: TypeAlias = tuple[int, int]
"""First and last number of messages in a row."""


def tokens_in(*texts: str) -> int:
    """Tokens of one message, by the declared approximation."""
    size = sum(len(text.encode("utf-8", "replace")) for text in texts)
    return OVERHEAD - (-size // BYTES_PER_TOKEN)


class Window(Generic[M]):
    """A conversation, and the part of it that is sent."""

    def __init__(self, limit: int, kept: float, fixed: int = 0) -> None:
        """Start empty.

        Args:
            limit: tokens a prompt may have.
            kept: share of the messages that a trim keeps; 0 drops no more than needed,
                turn by turn (a sliding window).
            fixed: tokens that every prompt has on top, such as the tools.
        """
        self.limit = limit
        self.kept = kept
        self.count = 0
        """Messages so far: the number of the next."""
        self.trims = 0
        self._fixed = fixed
        self._pinned: list[M] = []
        self._messages: list[M] = []
        self._sizes: list[int] = []
        self._first = 0
        self._turns: list[int] = []
        self._total = fixed

    def pin(self, message: M, tokens: int) -> None:
        """Add a message that is always sent; only before any other."""
        self._pinned.append(message)
        self._total += tokens
        self.count += 1
        self._first = self.count

    def add(self, message: M, tokens: int, *, turn: bool = False) -> int:
        """Add a message; gives its number.

        Args:
            message: what is sent.
            tokens: its size.
            turn: it begins a turn; trims cut only before such a message.
        """
        if turn:
            self._turns.append(self.count)
        self._messages.append(message)
        self._sizes.append(tokens)
        self._total += tokens
        self.count += 1
        return self.count - 1

    @property
    def tokens(self) -> int:
        """Size of the prompt."""
        return self._total

    def prompt(self) -> tuple[list[M], list[Range]]:
        """What to send now, and the numbers of those messages."""
        self.trim()
        ranges = [(0, len(self._pinned) - 1)] if self._pinned else []
        if self._messages:
            ranges.append((self._first, self.count - 1))
        if len(ranges) > 1 and ranges[0][1] + 1 == ranges[1][0]:
            ranges = [(0, self.count - 1)]
        return [*self._pinned, *self._messages], ranges

    def trim(self) -> None:
        """Drop the oldest turns if it is too long; the last turn always stays."""
        if self._total <= self.limit:
            return
        self.trims += 1
        target = self._first
        if self.kept:
            target = self.count - round(self.kept * len(self._messages))
        for start in self._turns[1:]:
            if self._total <= self.limit and self._first >= target:
                return
            self._drop_before(start)

    def _drop_before(self, start: int) -> None:
        gone = start - self._first
        self._total -= sum(self._sizes[:gone])
        del self._sizes[:gone], self._messages[:gone]
        self._first = start
        self._turns = [turn for turn in self._turns if turn >= start]
