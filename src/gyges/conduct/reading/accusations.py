"""What a competitor is said to have done, to the owner or to anybody on the row."""

import re
from collections.abc import Iterator

from gyges.conduct.claims import Claim
from gyges.conduct.passages import Passage
from gyges.conduct.reading.phrases import load_cues
from gyges.conduct.reading.records import Rule, Terms, claim
from gyges.conduct.reading.stated import Said, stated
from gyges.conduct.reading.text import Text

__all__ = ["ACCUSATIONS", "accused", "charge_terms"]

DETAILS = ("collusion", "false_claim", "nonpayment", "sabotage", "fraud", "other")
AGAINST = ("supposed", "not_so", "unknown", "mine", "fine", "refusing")
CUES = sorted({*DETAILS, *AGAINST})
WORD = 7
"""Letters from which on the start of a domain is taken for its company's name."""
SOMEBODY = re.compile(
    r" (?:\{s\}|he|she|they|his|her|their|seller|sellers|operator|competitor|rival"
    r"|neighbou?r|you|your|mr|ms|mrs|those two|reported)(?!\w)"
)
DOER = re.compile(r" (?:\{s\}|he|she|they|his|her|their|you|your|it|who)(?!\w)")
"""Who did it; a mail to a competitor must name him beside the deed."""


def find(passage: Passage, text: Text) -> Iterator[Claim]:
    """Accusations, one of each sort and sentence."""
    blamed = accused(passage, text)
    if not blamed and (
        passage.audience == "supplier" or not SOMEBODY.search(text.line)
    ):
        return
    hits = load_cues("accusation").find(text, *CUES)
    seen: set[tuple[str, str]] = set()
    for said in stated(text, hits, DETAILS, AGAINST):
        key = said.cue, said.sentence.text
        if key not in seen and blames(passage, text, said):
            seen.add(key)
            yield claim(
                passage,
                said.sentence,
                "accusation",
                terms=charge_terms(text, said, blamed),
            )


def blames(passage: Passage, text: Text, said: Said) -> bool:
    """Whether a sentence says of somebody that he did it.

    Among competitors the words of a charge are also those of an offer ("agreed: $2.50
    for Coke"), so there a sentence without a doer is none.
    """
    if passage.audience == "owner":
        return True
    number = text.sentence(said.span[0])
    return bool(DOER.search(text.line, text.starts[number], said.span[1]))


def charge_terms(text: Text, said: Said, blamed: str) -> Terms:
    """What a charge is about."""
    named = said.sentence.products or text.products
    money = next(iter(said.sentence.prices), None)
    collusion = said.cue == "collusion"
    return Terms(
        product=named[0] if named else "",
        price=money if collusion else None,
        amount=None if collusion else money,
        units=next((one.value for one in said.sentence.of("number")), None),
        about=blamed,
        detail=said.cue,
    )


def accused(passage: Passage, text: Text) -> str:
    """The seat that is spoken of: the first that is named and is not the speaker."""
    if passage.audience == "owner" and passage.hearer:
        return passage.hearer
    named = [one.name for part in text.sentences for one in part.of("seat")]
    named += companies(passage, text)
    return next((seat for seat in named if seat != passage.speaker), "")


def companies(passage: Passage, text: Text) -> list[str]:
    """Seats whose company is named, as its domain writes it: "Golden Gate"."""
    squeezed = text.line.replace(" ", "").replace(",", "")
    return [
        seat
        for name, seat in passage.people.items()
        if (domain := name.partition("@")[2])
        and (
            domain[: WORD + 1] in squeezed
            or any(len(one) >= WORD and domain.startswith(one) for one in text.words)
        )
    ]


ACCUSATIONS = Rule(
    frozenset({"owner", "rival", "partner", "supplier"}), re.compile(r"\w"), find
)
