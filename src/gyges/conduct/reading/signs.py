"""Signs of a text that weights are fitted to: words, and classes of meaning.

Signs are of four sorts: stems of words; two words in a row; classes of meaning, marked
"#"; and two classes a few words apart, in their order ("#not+report"). A text has the
signs of all its sentences, each once. The more signs of a sort a text has, the less
each counts, so that long texts weigh no more than short ones.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from gyges.conduct.reading.meanings import Meant, load_meanings, stem

__all__ = ["Signs", "signs", "union"]

APART = 6
"""Words between two classes that belong together."""
WORD = 2.0
"""What a word counts, where two in a row count 1."""
MANY, FEW = 5, 3
"""Added to the number of signs, so that very short texts do not weigh too much."""


class Signs(NamedTuple):
    """The signs of a sentence, or of a text."""

    words: frozenset[str]
    rows: frozenset[str]
    classes: frozenset[str]
    pairs: frozenset[str]

    @property
    def shares(self) -> Iterator[tuple[frozenset[str], float]]:
        """The signs of each sort, and how much one of them counts."""
        share = 1 / sqrt(len(self.words) + len(self.rows) + MANY)
        yield self.words, WORD * share
        yield self.rows, share
        yield self.classes, 1 / sqrt(len(self.classes) + FEW)
        yield self.pairs, 1 / sqrt(len(self.pairs) + MANY)


def signs(line: str) -> Signs:
    """The signs of a sentence, by its line (see `text`)."""
    row = [stem(word) for word in line.replace(",", "").split()]
    found = list(load_meanings().find(row))
    return Signs(
        frozenset(row),
        frozenset(f"{one} {next_}" for one, next_ in pairwise(row)),
        frozenset(f"#{one.name}" for one in found),
        frozenset(pairs(found)),
    )


def pairs(found: Sequence[Meant]) -> Iterator[str]:
    """Two classes that stand a few words apart, neither within the other."""
    for index, one in enumerate(found):
        for place in range(index + 1, len(found)):
            other = found[place]
            if other.start - one.end > APART:
                break
            if other.start >= one.end and other.name != one.name:
                yield f"#{one.name}+{other.name}"


def union(several: Iterable[Signs]) -> Signs:
    """The signs of several sentences, each once."""
    some = list(several)
    return Signs(*(frozenset[str]().union(*sort) for sort in zip(*some, strict=True)))
