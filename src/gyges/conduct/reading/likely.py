"""Which of many phrases a text may have at all, told by its words, before any matching.

Each phrase demands some words: one of a set at its first place, one of another set at
its second, and so on. Every phrase has a bit; every word knows, for each place, the
phrases whose demand it meets. So a text's words are gone through once, whatever the
number of phrases, and few phrases are left to be matched.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from gyges.conduct.reading.tokens import WHOLE

__all__ = ["SYNTAX", "Index", "demands"]

SYNTAX = re.compile(
    r"\.\.\.|\.\.|\^|\$|[(|)\[\]]|<([a-z_]+)>|\{[a-z%]\}|[^\s(|)\[\]<>{}^]+"
)
"""The pieces of a phrase."""
PLACES = 4
"""Demands of a phrase that are looked at; the rest is left to the matching."""
SMALL = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NUMBERS = frozenset({"{n}", *SMALL})
LONGEST = 24
"""Letters of a word's beginning or end that a phrase may name."""
IDLE = frozenset({"..", "...", "^", "$"})
Demand: TypeAlias = frozenset[str]
"""Words of which a text must have one; "hold*" stands for all that begin so."""
MANY = 20_000
"""Words remembered before the memory is emptied."""


class Index:
    """The demands of many phrases."""

    def __init__(self, phrases: Sequence[Sequence[Demand]]) -> None:
        """Give every phrase its bit, in order."""
        self.whole: defaultdict[str, list[int]] = defaultdict(lambda: [0] * PLACES)
        self.free = [0] * PLACES
        for number, demanded in enumerate(phrases):
            bit = 1 << number
            for place in range(PLACES):
                if place < len(demanded):
                    for word in demanded[place]:
                        self.whole[word][place] |= bit
                else:
                    self.free[place] |= bit
        self.known: dict[str, tuple[int, ...]] = {}

    def meets(self, word: str) -> tuple[int, ...]:
        """For each place, the phrases whose demand a word meets."""
        found = self.known.get(word)
        if found is None:
            cut = min(len(word), LONGEST)
            forms = [word, *(f"{word[:end]}*" for end in range(1, cut + 1))]
            forms += [f"*{word[-end:]}" for end in range(1, cut + 1)]
            masks = [self.whole[form] for form in forms if form in self.whole]
            found = tuple(
                union([mask[place] for mask in masks]) for place in range(PLACES)
            )
            if len(self.known) > MANY:
                self.known.clear()
            self.known[word] = found
        return found

    def alive(self, words: frozenset[str]) -> int:
        """The bits of the phrases whose demands a text's words meet."""
        masks = [self.meets(word) for word in words]
        alive = -1
        for place in range(PLACES):
            alive &= self.free[place] | union([mask[place] for mask in masks])
        return alive


def union(masks: Sequence[int]) -> int:
    """All bits of some masks."""
    total = 0
    for mask in masks:
        total |= mask
    return total


def demands(phrase: str, lists: Mapping[str, Sequence[str]]) -> list[Demand]:
    """The words a phrase demands, in order; what it may leave out demands nothing."""
    pieces = [found[0] for found in SYNTAX.finditer(phrase)]
    wanted = alternatives(iter(pieces), lists)
    return wanted[0] if len(wanted) == 1 else either(wanted)


def alternatives(
    pieces: Iterator[str], lists: Mapping[str, Sequence[str]]
) -> list[list[Demand]]:
    """What each alternative demands, up to the bracket that closes them."""
    found: list[list[Demand]] = [[]]
    for piece in pieces:
        if piece in {")", "]"}:
            break
        if piece == "|":
            found.append([])
        elif piece == "[":
            alternatives(pieces, lists)
        elif piece == "(":
            found[-1] += either(alternatives(pieces, lists))
        elif piece not in IDLE:
            found[-1] += demanded(piece, lists)
    return found


def either(several: Sequence[Sequence[Demand]]) -> list[Demand]:
    """What is demanded where one of several alternatives will do: a first word."""
    if not all(several):
        return []
    return [frozenset().union(*(one[0] for one in several))]


def demanded(piece: str, lists: Mapping[str, Sequence[str]]) -> list[Demand]:
    """What one piece of a phrase demands."""
    if piece[0] == "<":
        return either([demands(phrase, lists) for phrase in lists[piece[1:-1]]])
    if piece == "{n}":
        return [NUMBERS]
    if "*" in piece:
        return [frozenset({piece})]
    return [frozenset({word}) for word in WHOLE.get(piece, piece).split()]
