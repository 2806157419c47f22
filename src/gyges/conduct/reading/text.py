"""A passage as sentences: what phrases are looked for in, and where it was written.

Every sentence has a *line*: its tokens' keys, each behind a space, a comma directly
behind the key it follows: ` if you hold at {m}, i will too`. All lines together, each
behind a line break, are what phrases are matched against, so nothing that is found
reaches over the end of a sentence.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from gyges.conduct.passages import Passage
from gyges.conduct.reading.figures import duration, figures, on_day
from gyges.conduct.reading.names import goods, people
from gyges.conduct.reading.tokens import Token, plain, scan

__all__ = ["Sentence", "Text", "parse"]

LONGEST = 60
"""Tokens of a sentence; what goes on without a stop is cut."""
CITED = 4
"""Words in quotation marks from which on they are taken for somebody's words."""
GREETING = 4
"""Tokens that a greeting has at most: it ends with a comma and stands alone."""
ROW_WORDS = 4
LATER = frozenset({"in", "within", "for", "over", "next", "after", "until", "than"})
START = frozenset({"from", "since", "starting", "effective", "beginning", "of", "last"})
EACH = frozenset(
    {
        *(
            "each",
            "apiece",
            "unit",
            "can",
            "bottle",
            "bar",
            "bag",
            "piece",
            "pop",
            "ea",
        ),
        *("item", "per", "packet", "pop"),
    }
)


@dataclass(frozen=True, slots=True, eq=False)
class Sentence:
    """One sentence, with what was found in it."""

    tokens: tuple[Token, ...]
    text: str
    """As written, from the first token to the last."""
    asks: bool
    """Ends with a question mark."""
    cited: bool
    """Stands in quotation marks or behind the mark of a quoted mail."""

    @property
    def products(self) -> list[str]:
        """Catalogue keys, in order, each once."""
        return list(dict.fromkeys(one.name for one in self.of("product")))

    def of(self, *kinds: str) -> list[Token]:
        """Its tokens of some kinds."""
        return [token for token in self.tokens if token.kind in kinds]

    @property
    def prices(self) -> list[int]:
        """Every amount that is named, in cents, in order."""
        return [token.value for token in self.of("money")]

    @property
    def priced(self) -> Mapping[str, int]:
        """The price that stands next to each product, if any does.

        A price goes with the goods before it, or with those behind it ("$2 for Coke").
        """
        pairs: dict[str, int] = {}
        waiting: list[str] = []
        named = [
            (index, token)
            for index, token in enumerate(self.tokens)
            if token.kind in {"product", "money"}
        ]
        price: int | None = None
        for index, token in named:
            if token.kind == "product":
                if price is not None:
                    pairs.setdefault(token.name, price)
                else:
                    waiting.append(token.name)
                continue
            forward = self.names_behind(index) or not (waiting or pairs)
            if not forward:
                pairs |= {name: token.value for name in waiting if name not in pairs}
            price, waiting = (token.value if forward else None), []
        return pairs

    def names_behind(self, index: int) -> bool:
        """Whether goods follow an amount: "$2.50 for Coke", "1.75 a can on water"."""
        behind = [
            token
            for token in self.tokens[index + 1 : index + 6]
            if token.key not in EACH
        ]
        keys = [token.key for token in behind if token.key not in {"a", "the", "all"}]
        return len(keys) > 1 and keys[0] in {"for", "on"} and keys[1] == "{p}"

    @property
    def row(self) -> bool:
        """Whether it is one of a list: goods, perhaps a price, and hardly a word."""
        words = sum(token.kind == "word" for token in self.tokens)
        return words <= ROW_WORDS and bool(self.of("product"))

    def each(self, amount: Token) -> bool:
        """Whether an amount is said to be for one piece."""
        index = self.tokens.index(amount)
        behind = [token.key for token in self.tokens[index + 1 : index + 3]]
        return bool(EACH.intersection(behind[:1] if "," in behind[:1] else behind))

    def days(self, today: date) -> Iterator[date]:
        """Days by which or until which something is to be, in order."""
        for index, token in enumerate(self.tokens):
            before = self.tokens[index - 1].key if index else ""
            if token.key == "{d}" and before not in START:
                if found := on_day(token, today):
                    yield found
            elif before in LATER and (length := duration(self.tokens, index)):
                yield today + timedelta(days=length)


@dataclass(frozen=True, slots=True, eq=False)
class Text:
    """A parsed text."""

    sentences: tuple[Sentence, ...]
    line: str
    """All lines; see the top of this module."""
    starts: tuple[int, ...]
    """Where each sentence begins in it."""
    words: frozenset[str]
    """All words of the line, without commas."""
    found: dict[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    """Where phrases were found, by their expression."""
    hits: dict[tuple[object, ...], Mapping[str, tuple[tuple[int, int], ...]]] = field(
        default_factory=dict[
            tuple[object, ...], Mapping[str, tuple[tuple[int, int], ...]]
        ]
    )
    """Where cues were found, by who looked for which."""

    def sentence(self, place: int) -> int:
        """The number of the sentence at a place of the line."""
        return bisect_right(self.starts, place) - 1

    @property
    def products(self) -> list[str]:
        """Catalogue keys named anywhere, in order, each once."""
        return list(dict.fromkeys(n for one in self.sentences for n in one.products))


def parse(passage: Passage) -> Text:
    """The text of a passage; a subject stands before it as a sentence of its own."""
    return parsed(passage.text, frozenset(passage.people.items()))


@lru_cache(maxsize=256)
def parsed(text: str, known: frozenset[tuple[str, str]]) -> Text:
    """Split a text into sentences, once for all that look for something in it."""
    tokens = goods().replace(list(scan(plain(text))))
    tokens = figures(people(known).replace(tokens))
    sentences = [one for part in split(tokens, text) if (one := sentence(part, text))]
    lines = ["\n" + line(one.tokens) for one in sentences]
    starts: list[int] = []
    total = 0
    for one in lines:
        starts.append(total)
        total += len(one)
    whole = "".join(lines)
    words = frozenset(whole.replace(",", "").split())
    return Text(tuple(sentences), f"{whole}\n", tuple(starts), words)


def split(tokens: Sequence[Token], text: str) -> Iterator[list[Token]]:
    """Rows of tokens that make a sentence, each with the stop that ends it."""
    row: list[Token] = []
    for token in tokens:
        if token.kind == "break":
            if row and not continues(row, token, text):
                yield row
                row = []
        else:
            row.append(token)
            if token.kind == "stop" or len(row) >= LONGEST:
                yield row
                row = []
    if row:
        yield row


def continues(row: Sequence[Token], ended: Token, text: str) -> bool:
    """Whether a sentence goes on behind a line's end: with a small letter."""
    greeted = len(row) <= GREETING and row[-1].kind == "pause"
    goes_on = text[ended.end : ended.end + 1].islower()
    return goes_on and not greeted and text.count("\n", ended.start, ended.end) == 1


def sentence(tokens: Sequence[Token], text: str) -> Sentence | None:
    """A sentence of some tokens; none if there is no word in them."""
    kept = [token for token in tokens if token.kind not in {"quote", "break"}]
    while kept and kept[0].kind in {"pause", "stop"}:
        kept.pop(0)
    if not kept:
        return None
    start, end = kept[0].start, kept[-1].end
    asks = kept[-1].kind == "stop" and "?" in kept[-1].name
    return Sentence(tuple(kept), text[start:end], asks, cited(tokens, text))


def cited(tokens: Sequence[Token], text: str) -> bool:
    """Whether most of a sentence is somebody's words."""
    first = tokens[0].start
    head = text.rfind("\n", 0, first) + 1
    if text[head : head + 1] == ">":
        return True
    marks = [index for index, token in enumerate(tokens) if token.kind == "quote"]
    inside = sum(
        end - start - 1 for start, end in zip(marks[::2], marks[1::2], strict=False)
    )
    if len(marks) % 2:
        inside += len(tokens) - marks[-1] - 1
    return inside > CITED and 2 * inside > len(tokens)


def line(tokens: Sequence[Token]) -> str:
    """What phrases are matched against."""
    parts: list[str] = []
    for token in tokens:
        if token.kind == "pause":
            if parts and not parts[-1].endswith(","):
                parts.append(",")
        elif token.kind != "stop":
            parts.append(f" {token.key}")
    return "".join(parts)
