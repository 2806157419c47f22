"""The labelled mails, and how often the reader misreads them."""

import math
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import msgspec

from gyges.content import Library
from gyges.worlds.protocol import Letter
from gyges.worlds.vending.catalogue import CONTENT
from gyges.worlds.vending.letters import Intent, Order, Reading
from gyges.worlds.vending.voice.reading import Audience

__all__ = [
    "Mistakes",
    "Rate",
    "Specimen",
    "judge",
    "load_corpus",
    "misread_rate",
    "wilson",
]

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal distribution."""


class Specimen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mail with the reading it should have."""

    id: str
    manner: str
    """How it is written."""
    subject: str
    body: str
    audience: Audience
    """Who the recipient is, which the world knows and tells the reader."""
    unclear: bool
    """Whether something must be asked back; the words of the question are free."""
    intents: tuple[Intent, ...]
    """In any order."""

    @property
    def letter(self) -> Letter:
        """The mail as the world hands it to a voice."""
        return Letter(self.id, "seat", "recipient", self.subject, self.body)


class CorpusFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a corpus file."""

    mails: tuple[Specimen, ...]


class Rate(NamedTuple):
    """A count out of a number of mails, with its Wilson interval."""

    events: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """The count as a share of n."""
        return self.events / self.n if self.n else math.nan


class Mistakes(NamedTuple):
    """How well a set of mails was read."""

    exact: Rate
    """The same intents with the same values, and a question if one is needed."""
    wrong_order: Rate
    """An order read that was not meant, or with other lines: the grave kind."""
    missed_order: Rate
    """No order read where one was meant, out of the mails with an order."""
    precision: Rate
    """Intents read that were meant, out of all intents read."""
    recall: Rate
    """Intents meant that were read, out of all intents meant."""
    failed: tuple[str, ...]
    """Ids of the mails that were not read exactly."""


def load_corpus(name: str, root: Path = CONTENT) -> tuple[Specimen, ...]:
    """Read "development" or "held_out".

    Raises:
        ContentError: no such file, or a malformed one.
    """
    return Library(root).table(f"corpus/{name}.toml", CorpusFile).mails


def wilson(count: int, n: int) -> Rate:
    """A rate with its 95 % Wilson score interval (valid at zero events).

    Source: E. B. Wilson, JASA 22 (1927) 209-212.
    """
    if not n:
        return Rate(count, n, 0.0, 1.0)
    share, z2 = count / n, Z95 * Z95
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if count == 0 else max(0.0, middle - half)
    high = 1.0 if count == n else min(1.0, middle + half)
    return Rate(count, n, low, high)


def orders(reading_intents: Iterable[Intent]) -> list[object]:
    """The orders among some intents, in a form that ignores the order of lines."""
    return [
        sorted((line.product, line.units) for line in intent.lines)
        for intent in reading_intents
        if isinstance(intent, Order)
    ]


def normal(intents: Iterable[Intent]) -> Counter[bytes]:
    """Intents as a multiset, without regard to the order of lines and products."""
    found: Counter[bytes] = Counter()
    for intent in intents:
        plain = msgspec.to_builtins(intent)
        for name in ("lines", "products"):
            if name in plain:
                plain[name] = sorted(plain[name], key=repr)
        found[msgspec.json.encode(plain)] += 1
    return found


def judge(specimen: Specimen, reading: Reading) -> bool:
    """Whether a mail was read exactly."""
    return normal(specimen.intents) == normal(
        reading.intents
    ) and specimen.unclear == bool(reading.unclear)


def misread_rate(
    corpus: Iterable[Specimen], reader: Callable[[Letter, Audience], Reading]
) -> Mistakes:
    """Count how a reader does on labelled mails.

    Args:
        corpus: the mails.
        reader: a voice, such as `lambda letter, to: read(letter, lexicon, to)`.
    """
    mails = exact = wrong = missed = with_order = 0
    read_count = meant_count = right = 0
    failed: list[str] = []
    for specimen in corpus:
        reading = reader(specimen.letter, specimen.audience)
        mails += 1
        if judge(specimen, reading):
            exact += 1
        else:
            failed.append(specimen.id)
        meant, found = orders(specimen.intents), orders(reading.intents)
        with_order += bool(meant)
        wrong += bool(found) and found != meant
        missed += bool(meant) and not found
        wanted, got = normal(specimen.intents), normal(reading.intents)
        right += (wanted & got).total()
        meant_count += wanted.total()
        read_count += got.total()
    return Mistakes(
        wilson(exact, mails),
        wilson(wrong, mails),
        wilson(missed, with_order),
        wilson(right, read_count),
        wilson(right, meant_count),
        tuple(failed),
    )
