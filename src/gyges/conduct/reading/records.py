"""What a rule is, and claims made from the words that say them."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from gyges.conduct.claims import Claim, ClaimKind, Stance
from gyges.conduct.passages import Audience, Marked, Passage
from gyges.conduct.reading.text import Sentence, Text

__all__ = ["Rule", "Terms", "claim", "due"]

DAY = 1440
Finder: TypeAlias = Callable[[Passage, Text], Iterable[Claim | Marked]]


@dataclass(frozen=True, slots=True)
class Rule:
    """How one kind is read."""

    audiences: frozenset[Audience]
    hint: re.Pattern[str]
    """Occurs in every text that can say it; tried before anything is parsed."""
    find: Finder


class Terms(NamedTuple):
    """What a claim is about."""

    product: str = ""
    price: int | None = None
    amount: int | None = None
    units: int | None = None
    about: str = ""
    until: int | None = None
    detail: str = ""


def claim(
    passage: Passage,
    sentence: Sentence,
    kind: ClaimKind,
    stance: Stance = "state",
    terms: Terms = Terms(),  # noqa: B008 - a tuple, which nobody can change
) -> Claim:
    """A claim whose quote is the sentence."""
    return Claim(
        kind=kind,
        stance=stance,
        speaker=passage.speaker,
        hearer=passage.hearer,
        time=passage.time,
        entry=passage.entry,
        quote=sentence.text,
        **terms._asdict(),
    )


def due(passage: Passage, sentence: Sentence) -> int | None:
    """The first day, from 0, that a sentence names as an end or a term."""
    first = next(sentence.days(passage.today), None)
    if first is None:
        return None
    return passage.time // DAY + (first - passage.today).days
