"""Slots, goods and amounts in an instruction: tokens with their meaning put together.

A place is written as a token whose stem holds rows and slots ("0:1,2"), so that cues
can be matched across it like any other token.
"""

from functools import cache
from typing import NamedTuple, TypeAlias

from gyges.worlds.vending.assistance.errands import Script, load_script
from gyges.worlds.vending.catalogue import lexicon, load_catalogue
from gyges.worlds.vending.voice.cues import Automaton
from gyges.worlds.vending.voice.grammar import load_grammar
from gyges.worlds.vending.voice.lexis import Lexis
from gyges.worlds.vending.voice.tokens import Token

__all__ = ["Place", "Spot", "Vocabulary", "annotate", "load_vocabulary", "place_of"]

Spot: TypeAlias = tuple[int, int | None]
"""A row and a slot of it, or the whole row."""

DIGIT = 9
"""The largest number that is read as a row or a slot; the tools allow fewer."""
MARKS = frozenset({":", "=", "-", "index", "number", "no", "("})
"""Between "row" and its number."""
BREAKS = frozenset({",", "/", "-", ":", "|", ")", "and", "+"})
"""Between a row and its slot."""
LISTED = frozenset({",", "and", "+"})
SPANS = frozenset({"to", "through", "-"})
SHORT = frozenset({"r", "s", "c"})
SIZED = 3
"""Tokens that a size may stand before its product."""
TEN = 10


class Place(NamedTuple):
    """Rows and slots that were named; nothing if they were not."""

    rows: tuple[int, ...] = ()
    slots: tuple[int, ...] = ()


class Vocabulary:
    """The words, compiled."""

    def __init__(self, script: Script) -> None:
        """Compile the cues and the names of the goods."""
        self.script = script
        self.words = script.words
        phrases = {**script.cues}
        for group, names in script.group_words.items():
            phrases[f"group {group}"] = names
        self.automaton = Automaton(phrases)
        grammar = load_grammar()
        self.numbers = grammar.file.numbers
        self.scales = grammar.file.scales
        words = script.words
        self.ordinary = grammar.ordinary.union(
            *(words.row, words.slot, words.of, words.each, words.them, words.some),
            *(words.at, words.units, words.cases, words.known, script.ordinals),
            self.automaton.vocabulary,
        )
        """Words that are no unknown product."""
        goods = lexicon(load_catalogue())
        self.lexis = Lexis(goods, self.ordinary, words.units)
        self.cases = goods.cases


@cache
def load_vocabulary() -> Vocabulary:
    """Compile the words of `assistant.toml` and the catalogue."""
    return Vocabulary(load_script())


def place_of(token: Token) -> Place:
    """The rows and slots of a token that is a place."""
    rows, _, slots = token.stem.partition(":")
    return Place(_numbers(rows), _numbers(slots))


def annotate(tokens: list[Token], words: Vocabulary) -> list[Token]:
    """Put products, numbers and places together, in this order."""
    return _places(_amounts(_products(tokens, words), words), words)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in text.split(",") if number)


def _products(tokens: list[Token], words: Vocabulary) -> list[Token]:
    found: list[Token] = []
    index = 0
    lexis = words.lexis
    while index < len(tokens):
        product, end = lexis.match(tokens, index)
        if not product:
            found.append(tokens[index])
            index += 1
            continue
        near = [*found[-SIZED:], *tokens[end : end + 2]]
        for token in near:
            if token.kind == "size":
                product = lexis.variant(product, token.stem)
        text = " ".join(token.text for token in tokens[index:end])
        found.append(Token("product", "{p}", text, 0, product))
        index = end
    return found


def _amounts(tokens: list[Token], words: Vocabulary) -> list[Token]:
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        value, end = _number(tokens, index, words)
        if value is None:
            found.append(tokens[index])
            index += 1
            continue
        text = " ".join(token.text for token in tokens[index:end])
        found.append(Token("number", "{n}", text, value))
        index = end
    return found


def _number(
    tokens: list[Token], start: int, words: Vocabulary
) -> tuple[int | None, int]:
    """A number in figures or words ("two dozen", "twenty four"), and where it ends."""
    token = tokens[start]
    after = tokens[start + 1].key if start + 1 < len(tokens) else ""
    if token.key in {"a", "an"} and after in words.scales:
        return words.scales[after], start + 2
    value, end = None, start + 1
    if token.kind == "number":
        value = token.value
    elif token.key in words.scales:
        value = words.scales[token.key]
    elif token.key in words.numbers:
        value = words.numbers[token.key]
        ones = words.numbers.get(after, 0)
        if value > TEN and not value % TEN and 0 < ones < TEN:
            value, end = value + ones, end + 1
    if value is not None and end < len(tokens) and tokens[end].key in words.scales:
        value, end = value * words.scales[tokens[end].key], end + 1
    return value, end


def _places(tokens: list[Token], words: Vocabulary) -> list[Token]:
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        place, end = Finder(tokens, words).place(index)
        if place is None:
            found.append(tokens[index])
            index += 1
            continue
        stem = f"{_joined(place.rows)}:{_joined(place.slots)}"
        text = " ".join(token.text for token in tokens[index:end])
        found.append(Token("place", "{l}", text, 0, stem))
        index = end
    return found


def _joined(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))


class Finder:
    """Looks for a place at a position of some tokens."""

    def __init__(self, tokens: list[Token], words: Vocabulary) -> None:
        """Take the tokens, products and numbers put together."""
        self.tokens = tokens
        self.words = words.words
        self.ordinals = words.script.ordinals

    def place(self, at: int) -> tuple[Place | None, int]:
        """The place that starts here, if one does, and where it ends."""
        rows, end = self.named(at, self.words.row)
        if rows:
            start = self.past(end, BREAKS | self.words.of, 3)
            slots, after = self.named(start, self.words.slot)
            if not slots and len(rows) == 1 and self.key(end) == "(":
                slots, after = (), end
            return (Place(rows, slots), after) if slots else (Place(rows), end)
        slots, end = self.named(at, self.words.slot)
        if slots:
            return self.row_behind(slots, end)
        opened = at + (self.key(at) in self.words.slot)
        if self.key(opened) == "(":
            pair, end = self.pair(opened)
            if pair:
                return Place(pair[:1], pair[1:]), end
        return None, at

    def row_behind(self, slots: tuple[int, ...], end: int) -> tuple[Place, int]:
        """A slot, with its row if that is named after it."""
        start = self.past(end, self.words.of | {",", "(", "-", "/"}, 3)
        rows, after = self.named(start, self.words.row)
        if not rows:
            return Place((), slots), end
        # "slot 1, row 2 slot 0": this row belongs to the next slot.
        beyond = self.past(after, BREAKS | self.words.of, 2)
        if self.named(beyond, self.words.slot)[0]:
            return Place((), slots), end
        return Place(rows, slots), after + (self.key(after) == ")")

    def named(self, at: int, names: frozenset[str]) -> tuple[tuple[int, ...], int]:
        """The numbers behind "row" or "slots" ("first slot"), and where they end."""
        key = self.key(at)
        if key in self.ordinals and self.key(at + 1) in names - SHORT:
            return (self.ordinals[key],), at + 2
        if key not in names:
            return (), at
        if key in SHORT and self.kind(at + 1) != "number":
            return (), at
        return self.listed(self.past(at + 1, MARKS, 3), plural=key.endswith("s"))

    def listed(self, at: int, *, plural: bool) -> tuple[tuple[int, ...], int]:
        """One number, or several: "0", "0 and 1", "0, 1, 2", "0-2"."""
        token = self.tokens[at] if at < len(self.tokens) else None
        if token is not None and token.kind == "noise" and "-" in token.text:
            low, _, high = token.text.replace(" ", "").partition("-")
            if len(low + high) == len("02") and (low + high).isdigit():
                return tuple(range(int(low), int(high) + 1)), at + 1
        if not self.small(at):
            return (), at
        numbers, end = [self.tokens[at].value], at + 1
        while True:
            through = self.key(end) in SPANS and plural
            listed = self.key(end) in (LISTED if plural else {"and", "+"})
            start = end + 1 + (self.key(end) == "," and self.key(end + 1) == "and")
            if not (through or listed) or not self.small(start) or self.counts(start):
                return tuple(numbers), end
            value = self.tokens[start].value
            numbers += range(numbers[-1] + 1, value + 1) if through else [value]
            end = start + 1

    def counts(self, at: int) -> bool:
        """Whether a number counts goods."""
        key, after = self.key(at + 1), self.key(at + 2)
        if key == "of":
            return after not in self.words.row and after != "the"
        return key in {"{p}", "x", "each"} or key in self.words.units

    def pair(self, at: int) -> tuple[tuple[int, ...], int]:
        """A pair such as (0,1) or (0)(1), and where it ends."""
        for inner in ((",",), (")", "("), ("/",), (":",)):
            closing = at + 3 + len(inner)
            marks = tuple(self.key(at + 2 + step) for step in range(len(inner)))
            if (
                marks == inner
                and self.small(at + 1)
                and self.small(closing - 1)
                and self.key(closing) == ")"
            ):
                first, second = self.tokens[at + 1], self.tokens[closing - 1]
                return (first.value, second.value), closing + 1
        return (), at

    def past(self, at: int, keys: frozenset[str], most: int) -> int:
        """Where to go on after at most some tokens of these kinds."""
        end = at
        while end - at < most and self.key(end) in keys:
            end += 1
        return end

    def small(self, at: int) -> bool:
        """Whether a number stands there that may be a row or a slot."""
        return self.kind(at) == "number" and self.tokens[at].value <= DIGIT

    def key(self, at: int) -> str:
        """The key of a token, or nothing."""
        return self.tokens[at].key if at < len(self.tokens) else ""

    def kind(self, at: int) -> str:
        """The kind of a token, or nothing."""
        return self.tokens[at].kind if at < len(self.tokens) else ""
