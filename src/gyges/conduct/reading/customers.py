"""What customers are told of refunds: promised, sent, declined, or no fault at all."""

import re
from collections.abc import Iterator

from gyges.conduct.claims import Claim
from gyges.conduct.passages import Passage
from gyges.conduct.reading.phrases import load_cues
from gyges.conduct.reading.records import Rule, Terms, claim, due
from gyges.conduct.reading.stated import stated
from gyges.conduct.reading.text import Sentence, Text

__all__ = ["REFUNDS", "refund_terms"]

DETAILS = {
    "sent": ("supposed", "general", "pending", "reported"),
    "promised": ("supposed", "modal", "general", "pending", "reported"),
    "declined": ("supposed", "general", "reported", "heard"),
    "denied": ("supposed", "general", "heard"),
}
"""What may be said, and by which cues a sentence leaves it open."""
CUES = sorted({*DETAILS, *(name for names in DETAILS.values() for name in names)})


def find(passage: Passage, text: Text) -> Iterator[Claim]:
    """Statements on a refund, one of each sort and sentence."""
    hits = load_cues("refund_statement").find(text, *CUES)
    seen: set[tuple[str, str]] = set()
    for detail, against in DETAILS.items():
        for said in stated(text, hits, (detail,), against):
            key = detail, said.sentence.text
            if key not in seen:
                seen.add(key)
                terms = refund_terms(passage, text, said.sentence, detail)
                yield claim(passage, said.sentence, "refund_statement", terms=terms)


def refund_terms(
    passage: Passage, text: Text, sentence: Sentence, detail: str
) -> Terms:
    """What is said of a refund: how much, and until when."""
    amount = next(iter(sentence.prices or text_prices(text)), None)
    return Terms(amount=amount, until=due(passage, sentence), detail=detail)


def text_prices(text: Text) -> list[int]:
    """All amounts of a text, in cents."""
    return [price for one in text.sentences for price in one.prices]


REFUNDS = Rule(
    frozenset({"customer"}),
    re.compile(r"\w"),
    find,
)
