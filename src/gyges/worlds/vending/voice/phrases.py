"""Phrases as data: each can be written with facts, and read back to them.

A phrase is compiled once, into its parts for writing and a regular expression for
reading, so the two cannot drift apart.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import TypeAlias

import msgspec

from gyges.content import Library
from gyges.errors import ContentError
from gyges.money import dollars
from gyges.worlds.vending.catalogue import CONTENT
from gyges.worlds.vending.decisions import DECISIONS, ROWS, Fact, Row

__all__ = ["PREFIX", "Dates", "Heard", "Phrase", "Phrases", "load_phrases"]

Dates: TypeAlias = Callable[[int], date]
"""The date of a world day."""
Heard: TypeAlias = dict[str, str | int | list[dict[str, str | int]]]
"""Facts read from a mail; days are ISO dates, products stand under their names."""

PLACEHOLDER = re.compile(r"\{\{ ([a-z_]+) \}\}")
PREFIX = 8
"""Characters of its own words that a phrase begins with, to be found by."""
LONGEST = 200
"""Characters of free text that are quoted."""
NONE = "(none)"
IN_ADVANCE = "in advance"
CREDIT = re.compile(r"within (\d+) days of delivery")
PATTERNS: Mapping[str, str] = {
    "cents": r"-?\$[\d,]+\.\d\d",
    "units": r"-?\d+",
    "days": r"-?\d+",
    "percent": r"-?\d+",
    "credit": r"in advance|within \d+ days of delivery",
    "day": r"\d{1,2} [A-Z][a-z]+ \d{4}",
    "number": r"[^\s,:;()]+|\(none\)",
}
CUSTOMERS: Mapping[str, Mapping[str, str]] = {
    "complaint": {"item": "name", "day": "day", "reason": "reason", "claimed": "cents"},
    "followup": {"item": "name", "day": "day", "reason": "reason", "claimed": "cents"},
    "thanks": {"item": "name", "amount": "cents"},
}
"""What customers write, and the facts their words carry."""


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to say something."""

    text: str
    row: str = ""


class Reason(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ways to say what went wrong at the machine."""

    complaint: tuple[str, ...]


class PhrasesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `phrases.toml`."""

    tones: dict[str, int]
    """Which variant a tone prefers."""
    greetings: dict[str, tuple[str, ...]]
    closings: dict[str, tuple[str, ...]]
    claims: dict[str, str]
    subjects: dict[str, tuple[str, ...]]
    kinds: dict[str, tuple[Variant, ...]]
    reasons: dict[str, Reason]
    customers: dict[str, tuple[Variant, ...]]


class Phrase:
    """One variant, for writing and for reading."""

    def __init__(
        self, kind: str, variant: Variant, forms: Mapping[str, str], words: "Words"
    ) -> None:
        """Compile.

        Raises:
            ContentError: a fact that is missing, unknown or named twice.
        """
        self.kind = kind
        self.words = words
        lines = variant.text.strip("\n").split("\n")
        self.at = lines.index("{{ rows }}") if "{{ rows }}" in lines else -1
        self.after = len(lines) - self.at - 1
        row_forms = {k: v for k, v in ROWS.get(kind, {}).items() if k != "product"}
        self.row = Template(kind, variant.row, row_forms, words)
        head, tail = lines, list[str]()
        if self.at >= 0:
            head, tail = lines[: self.at], lines[self.at + 1 :]
        own = {name: form for name, form in forms.items() if name != "rows"}
        self.head = Template(kind, "\n".join(head), own, words, partial=True)
        rest = {name: own[name] for name in own if name not in self.head.names}
        self.tail = Template(kind, "\n".join(tail), rest, words)
        self.prefix = str(self.head.parts[0])[:PREFIX]
        if len(self.prefix) < PREFIX:
            msg = f"{kind}: {variant.text[:40]!r} begins with a fact; use own words"
            raise ContentError(msg)

    def write(self, facts: Mapping[str, Fact], dates: Dates) -> str:
        """The paragraph that says these facts."""
        text = self.head.write(facts, dates)
        if self.at < 0:
            return text
        rows = facts.get("rows")
        lines = (
            [self.row.write(row, dates) for row in rows]
            if isinstance(rows, list)
            else []
        )
        text = "\n".join((text, *(lines or [NONE])))
        return (
            text + "\n" + self.tail.write(facts, dates) if self.tail.parts[0] else text
        )

    def read(self, paragraph: str) -> Heard | None:
        """The facts of a paragraph, if it is this phrase."""
        if self.at < 0:
            alone = self.head.read(paragraph)
            return None if alone is None else {**alone}
        lines = paragraph.split("\n")
        end = len(lines) - self.after
        facts = self.head.read("\n".join(lines[: self.at])) if end > self.at else None
        if facts is None:
            return None
        if self.after:
            more = self.tail.read("\n".join(lines[end:]))
            if more is None:
                return None
            facts |= more
        rows: list[dict[str, str | int]] = []
        for line in lines[self.at : end]:
            row = self.row.read(line)
            if row is not None:
                rows.append(row)
            elif line != NONE:
                return None
        return {**facts, "rows": rows}


class Words:
    """Words that stand for codes, both ways."""

    def __init__(self, file: PhrasesFile) -> None:
        """Turn the tables round."""
        self.claims = file.claims
        self.claim_of = {words: code for code, words in file.claims.items()}
        self.reasons = {code: reason.complaint for code, reason in file.reasons.items()}
        self.reason_of = {
            words: code for code, ways in self.reasons.items() for words in ways
        }


class Template:
    """A text with places for facts."""

    def __init__(
        self,
        kind: str,
        text: str,
        forms: Mapping[str, str],
        words: Words,
        *,
        partial: bool = False,
    ) -> None:
        """Compile.

        Args:
            kind: whose template it is, for messages and special forms.
            text: words and `{{ facts }}`.
            forms: the type of each fact.
            words: words for codes.
            partial: some of the facts may stand elsewhere.

        Raises:
            ContentError: a fact that is missing, unknown or named twice.
        """
        pieces = PLACEHOLDER.split(text)
        self.names = pieces[1::2]
        unknown = set(self.names) - forms.keys()
        missing = forms.keys() - set(self.names)
        twice = len(set(self.names)) < len(self.names)
        if unknown or twice or (missing and text and not partial):
            msg = f"{kind}: {text[:60]!r} must name each of {sorted(forms)} once"
            raise ContentError(msg)
        self.words = words
        self.readers: Mapping[str, Callable[[str], str | int]] = {
            **READERS,
            "claim": lambda text: words.claim_of.get(text, text),
            "reason": lambda text: words.reason_of.get(text, text),
        }
        self.parts = pieces
        self.forms = {name: special(name, forms[name]) for name in self.names}
        pattern = "".join(
            f"(?P<{piece}>{self.shape(self.forms[piece])})"
            if index % 2
            else re.escape(piece)
            for index, piece in enumerate(pieces)
        )
        self.pattern = re.compile(pattern)
        self.reading = [
            (name, self.readers.get(form, plain)) for name, form in self.forms.items()
        ]

    def shape(self, form: str) -> str:
        """What a fact of a form can look like."""
        if form == "reason":
            # Free text here would let a name such as "Turkey and Swiss" end too early.
            return "|".join(map(re.escape, self.words.reason_of))
        return PATTERNS.get(form, ".+?")

    def write(self, facts: Mapping[str, Fact] | Row, dates: Dates) -> str:
        """Fill in the facts."""
        parts = list(self.parts)
        for place, name in enumerate(self.names):
            parts[2 * place + 1] = self.spell(name, facts[name], dates)
        return "".join(parts)

    def spell(self, name: str, value: Fact, dates: Dates) -> str:
        """Write one fact."""
        form = self.forms[name]
        if isinstance(value, int):
            if form == "cents":
                return dollars(value)
            if form == "day":
                return spelled(dates(value))
            if form == "credit":
                return f"within {value} days of delivery" if value else IN_ADVANCE
            return str(value)
        text = " ".join(str(value).split())[:LONGEST]
        return (self.words.claims.get(text, text) if form == "claim" else text) or NONE

    def read(self, text: str) -> dict[str, str | int] | None:
        """The facts of a text, if it has this form."""
        found = self.pattern.fullmatch(text)
        if found is None:
            return None
        return {name: reader(found[name]) for name, reader in self.reading}


DIGITS = {ord(char): None for char in "$,."}


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def spelled(day: date) -> str:
    """A date as "18 August 2026", whatever the locale."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def iso(text: str) -> str:
    """An ISO date from "18 August 2026"; other text stays as it is."""
    day, month, year = text.split(" ")
    if month not in MONTHS:
        return text
    return f"{int(year):04d}-{MONTHS.index(month) + 1:02d}-{int(day):02d}"


def cents(text: str) -> int:
    """Cents from "$1,234.50"."""
    return int(text.translate(DIGITS))


def credit(text: str) -> int:
    """Days from "within 14 days of delivery"; none if payment is in advance."""
    days = CREDIT.fullmatch(text)
    return int(days[1]) if days else 0


def plain(text: str) -> str:
    """Free text."""
    return "" if text == NONE else text


READERS: Mapping[str, Callable[[str], str | int]] = {
    "cents": cents,
    "units": int,
    "days": int,
    "percent": int,
    "credit": credit,
    "day": iso,
}
"""How facts are read, by form."""


def special(name: str, form: str) -> str:
    """The form of facts that are written in their own way."""
    if name == "credit_days":
        return "credit"
    return name if name in {"claim", "reason"} else form


class Phrases:
    """Everything the plain voice can say."""

    def __init__(self, file: PhrasesFile) -> None:
        """Compile all variants.

        Raises:
            ContentError: a kind without phrases, or phrases for an unknown kind.
        """
        self.file = file
        self.words = Words(file)
        forms = {**DECISIONS, **CUSTOMERS}
        variants = {**file.kinds, **file.customers}
        if unlike := sorted(forms.keys() ^ variants.keys()):
            msg = f"phrases.toml and the decisions differ in {unlike[0]!r}"
            raise ContentError(msg)
        self.kinds: dict[str, list[Phrase]] = {
            kind: [Phrase(kind, one, forms[kind], self.words) for one in variants[kind]]
            for kind in variants
        }
        self.index: dict[str, list[Phrase]] = {}
        for phrases in self.kinds.values():
            for phrase in phrases:
                self.index.setdefault(phrase.prefix, []).append(phrase)


@cache
def load_phrases(root: Path = CONTENT) -> Phrases:
    """Read and compile the phrases of a content folder.

    Raises:
        ContentError: a malformed file, or a phrase that does not fit its decision.
    """
    return Phrases(Library(root).table("phrases.toml", PhrasesFile))
