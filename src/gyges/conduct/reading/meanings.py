"""Classes of meaning: words that say much the same, whoever uses which.

The classes are data (`content/fitted/meanings.toml`). Words are compared by their
stems, so that "undercutting" is of the class of "undercut". A word may be of several.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec

from gyges.conduct.reading.phrases import LIBRARY
from gyges.conduct.reading.tokens import WHOLE

__all__ = ["Meanings", "Meant", "load_meanings", "stem"]

ENDINGS = (
    ("ically", "ic"), ("ations", "at"), ("ation", "at"), ("ities", "i"),
    ("ingly", ""), ("edly", ""), ("ments", ""), ("ment", ""), ("ness", ""),
    ("eed", "ee"), ("ees", "ee"), ("ies", "y"), ("ied", "y"), ("ing", ""),
    ("ers", "er"), ("ed", ""), ("es", ""), ("ly", ""), ("s", ""),
)  # fmt: skip
"""Endings, the longer before those they end in, and what stands for each."""
SHORT = 4
"""Letters of the shortest word that has a stem of its own."""
LEAST = 3
"""Letters that a stem keeps at least."""
DOUBLED = frozenset("bdgmnprt")
"""Letters that are doubled before an ending: "stopping"."""


class MeaningFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of the file."""

    meanings: dict[str, tuple[str, ...]]
    """Words and phrases of each class."""


class Meant(NamedTuple):
    """A class of which something in a row of words is."""

    start: int
    end: int
    """The first word behind it."""
    name: str


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What a word shares with its other forms; rough, and the same for all of them."""
    if len(word) < SHORT or not word.isalpha():
        return word
    for ending, instead in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= LEAST:
            if not word.endswith("ss"):
                word = word.removesuffix(ending) + instead
            if len(word) > LEAST and word[-1] == word[-2] and word[-1] in DOUBLED:
                word = word[:-1]
            break
    return word[:-1] if word.endswith("e") and len(word) > LEAST else word


class Meanings:
    """The classes, by the stems of their words."""

    def __init__(self, classes: Mapping[str, Sequence[str]]) -> None:
        """Take the classes with their words and phrases."""
        self.names: defaultdict[tuple[str, ...], list[str]] = defaultdict(list)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for name, phrases in classes.items():
            for phrase in phrases:
                row = tuple(stems(phrase))
                if name not in self.names[row]:
                    self.names[row].append(name)
                lengths[row[0]].add(len(row))
        self.lengths = {first: sorted(some) for first, some in lengths.items()}

    def find(self, row: Sequence[str]) -> Iterator[Meant]:
        """The classes of a row of stems, in its order."""
        for start, first in enumerate(row):
            for length in self.lengths.get(first, ()):
                end = start + length
                for name in self.names.get(tuple(row[start:end]), ()):
                    yield Meant(start, end, name)


def stems(phrase: str) -> Iterator[str]:
    """The stems of a phrase's words, contractions written out."""
    for word in phrase.split():
        yield from map(stem, WHOLE.get(word, word).split())


@cache
def load_meanings() -> Meanings:
    """Read the classes.

    Raises:
        ContentError: there is no such file, or it is malformed.
    """
    return Meanings(LIBRARY.table("fitted/meanings.toml", MeaningFile).meanings)
