"""Cues: phrases found in a row of tokens, in one pass.

A cue is written as a phrase: `(please|kindly) send [me|us]` stands for all its
combinations, `...` for up to three tokens that do not matter, `{n}`, `{m}`, `{%}`,
`{p}` and `{o}` for a number, an amount of money, a percentage, a product and the number
of an order, `^` for the start of a sentence.

Phrases are compiled to states. Sets of states are put together while reading and
remembered, so that a known turn of phrase costs one look-up per token.
"""

import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from gyges.worlds.vending.voice.tokens import Token

__all__ = ["Automaton", "Cues"]

Cues: TypeAlias = dict[str, list[tuple[int, int]]]
"""Every cue found in a sentence: where it starts and ends, by name."""

GAP = 3
"""Tokens that `...` may stand for."""
PART = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|[^\s()\[\]]+")
"""A choice, an optional choice, or a word."""
WORD = re.compile(r"\{.\}|[^\s()\[\]|^{}]+")


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


Items: TypeAlias = frozenset[tuple[State, int]]
"""States, each with the tokens that may still be skipped there; -1: it is no gap."""


class Place:
    """A set of states one can be in at once; where it leads is remembered."""

    __slots__ = ("items", "known", "names", "next")

    def __init__(self, items: Items, known: "dict[Items, Place]") -> None:
        """Hold states.

        Args:
            items: the states.
            known: all places of the automaton: the same states are one place.
        """
        self.items = items
        self.known = known
        ends = {name for state, gap in items if gap < 0 for name in state.names}
        self.names = tuple(sorted(ends))
        self.next: dict[str, Place | None] = {}

    def step(self, key: str) -> "Place | None":
        """Work out where a token leads, if anywhere."""
        items: set[tuple[State, int]] = set()
        for state, gap in self.items:
            after = state.next.get(key, [])
            items.update((one, -1) for one in after)
            if gap > 0 and not after:
                items.add((state, gap - 1))
            if gap < 0 and state.gap is not None:
                beyond = state.gap.next.get(key, [])
                items.update((one, -1) for one in beyond)
                if not beyond:
                    items.add((state.gap, GAP - 1))
        place = None
        if items:
            kept = frozenset(items)
            place = self.known.get(kept)
            if place is None:
                place = self.known[kept] = Place(kept, self.known)
        self.next[key] = place
        return place


class Automaton:
    """All cues, compiled."""

    def __init__(self, cues: Mapping[str, Iterable[str]]) -> None:
        """Compile the phrases of every cue."""
        anywhere, opening = State(), State()
        vocabulary: set[str] = set()
        for name, phrases in cues.items():
            for phrase in phrases:
                vocabulary.update(WORD.findall(phrase))
                bare = phrase.removeprefix("^ ")
                target = anywhere if bare == phrase else opening
                target.absorb(compile_cue(name, bare))
        self.vocabulary = frozenset(vocabulary)
        """Every word and mark of the phrases."""
        known: dict[Items, Place] = {}
        self.anywhere = starts(anywhere, known)
        self.opening = starts(opening, known)

    def find(self, tokens: list[Token]) -> Cues:
        """Find every cue in a sentence."""
        found: Cues = {}
        vocabulary, anywhere = self.vocabulary, self.anywhere
        keys = [token.key if token.key in vocabulary else "" for token in tokens]
        for start, key in enumerate(keys):
            if key in anywhere:
                walk(anywhere[key], keys, start, found)
        if keys and keys[0] in self.opening:
            walk(self.opening[keys[0]], keys, 0, found)
        return found


def starts(root: State, known: dict[Items, Place]) -> dict[str, Place]:
    """Where each first word of a phrase leads."""
    first = Place(frozenset({(root, -1)}), known)
    places = {key: first.step(key) for key in root.next}
    return {key: place for key, place in places.items() if place is not None}


def walk(place: Place | None, keys: list[str], start: int, found: Cues) -> None:
    """Collect the cues that start at a token."""
    index, count = start + 1, len(keys)
    while place is not None:
        for name in place.names:
            if name in found:
                found[name].append((start, index))
            else:
                found[name] = [(start, index)]
        if index >= count:
            return
        key = keys[index]
        place = place.next[key] if key in place.next else place.step(key)
        index += 1


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
