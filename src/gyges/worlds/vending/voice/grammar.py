"""The grammar of mails: words and cues as data, compiled from `grammar.toml`.

A cue is written as a phrase: `(please|kindly) send [me|us]` stands for all its
combinations, `...` for up to three tokens that do not matter, `{n}`, `{m}`, `{%}`,
`{p}` and `{o}` for a number, an amount of money, a percentage, a product and the number
of an order, `^` for the start of a sentence.
"""

import re
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from gyges.content import Library
from gyges.worlds.vending.voice.tokens import Token

__all__ = ["Cues", "Grammar", "load_grammar"]

Cues: TypeAlias = dict[str, list[tuple[int, int]]]
"""Every cue found in a sentence: where it starts and ends, by name."""

CONTENT = Path(__file__).parent.parent / "content"
GAP = 3
"""Tokens that `...` may stand for."""
PART = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[^\s()\[\]]+")
"""A choice, an optional choice, or a word."""
WORD = re.compile(r"[a-z']+")


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sets of single words."""

    units: frozenset[str]
    """A single piece: can, bottle, bag."""
    cases: frozenset[str]
    """A trade case: case, box, carton."""
    inner: frozenset[str]
    """What follows the number of pieces in a case: ct, count, pack."""
    durations: frozenset[str]
    months: frozenset[str]
    streets: frozenset[str]
    labels: frozenset[str]
    """Words before a number that is no quantity: suite, row, ref."""
    plain: frozenset[str]
    """Words that are no name of a product, beside all the words of the cues."""


class GrammarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `grammar.toml`."""

    numbers: dict[str, int]
    """Number words below a hundred."""
    scales: dict[str, int]
    """Words that multiply: dozen, hundred, thousand."""
    words: Words
    columns: dict[str, frozenset[str]]
    """Roles of the columns of a table, with the heads that name them."""
    cues: dict[str, tuple[str, ...]]
    questions: dict[str, str]
    """What is asked back, by what is unclear."""


class State:
    """A place in a cue: what may come next."""

    __slots__ = ("gap", "names", "next")

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        """Start with nothing that may follow."""
        self.next: dict[str, list[State]] = {}
        self.names = names
        """The cues that end here."""
        self.gap: State | None = None
        """Where the cue goes on after some tokens that do not matter."""

    def absorb(self, other: "State") -> None:
        """Let all that may follow the other follow here too."""
        for word, states in other.next.items():
            self.next.setdefault(word, []).extend(states)
        self.names += other.names
        self.gap = self.gap or other.gap


class Grammar:
    """The compiled grammar."""

    def __init__(self, file: GrammarFile) -> None:
        """Compile every cue: those that may stand anywhere, and at the start only."""
        self.file = file
        self.words = file.words
        self.anywhere = State()
        self.start = State()
        vocabulary: set[str] = set()
        for name, phrases in file.cues.items():
            for phrase in phrases:
                vocabulary.update(WORD.findall(phrase))
                bare = phrase.removeprefix("^ ")
                target = self.anywhere if bare == phrase else self.start
                target.absorb(compile_cue(name, bare))
        self.number_words = frozenset(
            {*file.numbers, *file.scales, "a", "an", "half"}
        )
        """Words a number may begin with."""
        lists = (file.words.units, file.words.cases, file.words.plain)
        self.ordinary = frozenset(vocabulary.union(*lists, file.numbers, file.scales))
        """Every word the grammar itself uses."""

    def cues(self, tokens: list[Token]) -> Cues:
        """Find every cue in a sentence."""
        found: Cues = {}
        keys = [token.key for token in tokens]
        first = self.anywhere.next
        for index, key in enumerate(keys):
            if key in first:
                for state in first[key]:
                    follow(state, keys, index + 1, index, found)
        if keys:
            for state in self.start.next.get(keys[0], ()):
                follow(state, keys, 1, 0, found)
        return found


def follow(state: State, keys: list[str], index: int, start: int, found: Cues) -> None:
    """Collect the cues that go on from a state."""
    for name in state.names:
        found.setdefault(name, []).append((start, index))
    if index >= len(keys):
        return
    for after in state.next.get(keys[index], ()):
        follow(after, keys, index + 1, start, found)
    if state.gap is not None:
        for skipped in range(index, min(index + GAP + 1, len(keys))):
            after_gap = state.gap.next.get(keys[skipped])
            if after_gap:
                for after in after_gap:
                    follow(after, keys, skipped + 1, start, found)
                return


def compile_cue(name: str, phrase: str) -> State:
    """The states of one phrase, built from its end to its start."""
    state = State((name,))
    for part in reversed(PART.findall(phrase)):
        if part == "...":
            before = State()
            before.gap = state
        else:
            before = State()
            optional = part[0] == "["
            for option in part.strip("()[]").split("|"):
                lead(before, option.split(), state)
            if optional:
                before.absorb(state)
        state = before
    return state


def lead(start: State, words: list[str], end: State) -> None:
    """Add a way of words from one state to another."""
    for word in words[:-1]:
        following = State()
        if word == "...":
            start.gap = following
        else:
            start.next.setdefault(word, []).append(following)
        start = following
    start.next.setdefault(words[-1], []).append(end)


@cache
def load_grammar(root: Path = CONTENT) -> Grammar:
    """Read and compile the grammar of a content folder.

    Raises:
        ContentError: the file is malformed.
    """
    return Grammar(Library(root).table("grammar.toml", GrammarFile))
