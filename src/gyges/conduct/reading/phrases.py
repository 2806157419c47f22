"""Cues: named lists of phrases, kept as data, and where a text has one of them.

How a phrase is written:

- words as they stand in a text, in small letters, contractions written out ("do not");
  `hold*` is any word that begins so, `*ed` any that ends so;
- `{m}` an amount, `{n}` a number, `{p}` a product, `{s}` a seat, `{d}` a day, `{a}` an
  address, `{%}` a share;
- `(a|b c)` one of these, `[a|b]` one of these or nothing;
- `<name>` one of the words listed under that name;
- `..` up to four words that do not matter, `...` up to ten;
- `^` the start of a sentence, `$` its end.

Commas in a text do not matter. A phrase is compiled to a regular expression, in which
every repetition is bounded, and only when a text has the words that it demands.
"""

import re
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from gyges.conduct.reading.likely import SYNTAX, Index, demands
from gyges.conduct.reading.text import Text
from gyges.conduct.reading.tokens import WHOLE
from gyges.content import Library
from gyges.errors import ContentError

__all__ = ["LIBRARY", "Cues", "Hits", "load_cues"]

LIBRARY = Library(Path(__file__).parent / "content")
SHARED = "shared.toml"
NUMBERS = r"(?:\{n\}|one|two|three|four|five|six|seven|eight|nine|ten)"
FIXED = {
    "...": r"(?: \S+){0,10}?",
    "..": r"(?: \S+){0,4}?",
    "^": r"(?<=\n)",
    "$": r"(?=\n)",
    "(": "(?:",
    "|": "|",
    ")": ")",
    "[": "(?:",
    "]": ")?",
    "{n}": f" {NUMBERS},?",
}
Hits: TypeAlias = Mapping[str, tuple[tuple[int, int], ...]]
"""By name of a cue: the places of the line at which it was found."""


class CueFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a file of cues."""

    words: dict[str, tuple[str, ...]] = {}
    """Lists of words and short phrases, by the name that phrases use for them."""
    cues: dict[str, tuple[str, ...]] = {}
    """Phrases, by the name of what they are a sign of."""
    weights: dict[str, float] = {}
    """What each cue weighs; "a+b" weighs in addition where both are found."""
    anywhere: tuple[str, ...] = ()
    """Cues that weigh for every sentence of a text, wherever they stand."""
    needed: float = 1.0
    """The weight from which on a sentence is taken to say it."""
    veto: tuple[str, ...] = ()
    """Cues with one of which nothing in a text says it."""
    core: tuple[tuple[str, ...], ...] = ()
    """Of each group, one must stand in or next to a sentence, whatever it weighs."""


class Cues:
    """The cues of one file, with the words that all files share."""

    def __init__(self, file: CueFile, shared: CueFile) -> None:
        """Take the phrases; each is compiled when a text may first have it.

        Raises:
            ContentError: a list of words that names itself, or one that is not there.
        """
        self.file = file
        lists = {**shared.words, **file.words}
        self.words = {name: Words(lists).group(name) for name in lists}
        self.phrases = {**shared.cues, **file.cues}
        self.rows = [
            (name, expression(phrase, self.words))
            for name, phrases in self.phrases.items()
            for phrase in phrases
        ]
        self.index = Index(
            [demands(one, lists) for some in self.phrases.values() for one in some]
        )
        self.weights = [
            (frozenset(name.split("+")), weight)
            for name, weight in file.weights.items()
        ]
        named = [*file.veto, *(one for parts, _ in self.weights for one in parts)]
        self.weighed = [one for one in dict.fromkeys(named) if one in self.phrases]
        """Cues that weigh anything and are found by phrases."""
        self.bits: dict[str, int] = {}
        for number, (name, _) in enumerate(self.rows):
            self.bits[name] = self.bits.get(name, 0) | 1 << number

    def find(self, text: Text, *names: str) -> Hits:
        """Where a text has some cues, or any; those it has not are left out.

        Looked for once: mails repeat, and several rules ask for the same.
        """
        known = text.hits.get((self, names))
        if known is None:
            known = text.hits[self, names] = self.search(text, names)
        return known

    def search(self, text: Text, names: Collection[str]) -> Hits:
        """The same, by looking."""
        wanted = 0
        for name in names or self.phrases:
            wanted |= self.bits[name]
        alive = self.index.alive(text.words) & wanted
        found: dict[str, set[tuple[int, int]]] = {}
        while alive:
            number = alive.bit_length() - 1
            alive ^= 1 << number
            name, shape = self.rows[number]
            if spans := places(text, shape):
                found.setdefault(name, set()).update(spans)
        return {name: tuple(sorted(spans)) for name, spans in found.items()}


def places(text: Text, shape: str) -> tuple[tuple[int, int], ...]:
    """Where a text has a phrase; looked for once, whoever asks."""
    spans = text.found.get(shape)
    if spans is None:
        spans = tuple(hit.span() for hit in compiled(shape).finditer(text.line))
        text.found[shape] = spans
    return spans


@cache
def compiled(shape: str) -> re.Pattern[str]:
    """The expression for a whole phrase."""
    return re.compile(rf"(?:{shape}),?(?=[ \n])")


class Words:
    """Lists of words, each of which may name others."""

    def __init__(self, lists: Mapping[str, tuple[str, ...]]) -> None:
        """Take the lists."""
        self.lists = lists

    def group(self, name: str, outer: tuple[str, ...] = ()) -> str:
        """An expression for a list.

        Raises:
            ContentError: it names itself.
        """
        if name in outer:
            msg = f"the words {name!r} name themselves, by {outer}; spell them out"
            raise ContentError(msg)
        inner = {
            other: self.group(other, (*outer, name))
            for phrase in self.lists[name]
            for other in re.findall(r"<([a-z_]+)>", phrase)
            if other in self.lists
        }
        parts = [expression(phrase, inner) for phrase in self.lists[name]]
        return f"(?:{'|'.join(parts)})"


def expression(phrase: str, words: Mapping[str, str]) -> str:
    """The expression for one phrase; every word of it carries the space before it.

    Raises:
        ContentError: a list of words that is not there, or brackets that do not match.
    """
    parts = [part(found, words, phrase) for found in SYNTAX.finditer(phrase)]
    opened = sum(phrase.count(one) for one in "([")
    if opened != sum(phrase.count(one) for one in ")]"):
        msg = f"the phrase {phrase!r} is not well formed; close every bracket"
        raise ContentError(msg)
    return "".join(parts)


def part(found: re.Match[str], words: Mapping[str, str], phrase: str) -> str:
    """The expression for a piece of a phrase."""
    piece = found[0]
    if name := found[1]:
        if name not in words:
            msg = f"{phrase!r} names the words {name!r}; there are: {sorted(words)}"
            raise ContentError(msg)
        return words[name]
    if piece in FIXED:
        return FIXED[piece]
    if piece.startswith("*"):
        return f" [^\\s,]*{re.escape(piece[1:])},?"
    if piece.endswith("*"):
        return f" {re.escape(piece[:-1])}[^\\s,]*,?"
    written = WHOLE.get(piece, piece).split()
    return "".join(f" {re.escape(word)},?" for word in written)


@cache
def load_cues(name: str) -> Cues:
    """Read a file of cues by its kind, such as "price_floor".

    Raises:
        ContentError: there is no such file, or a phrase in it is wrong.
    """
    shared = LIBRARY.table(SHARED, CueFile)
    return Cues(LIBRARY.table(f"{name}.toml", CueFile), shared)
