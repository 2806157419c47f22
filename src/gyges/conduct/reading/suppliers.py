"""What suppliers are told to move them: sole source, volume, rival offers and so on."""

import re
from collections.abc import Iterator

from gyges.conduct.claims import Claim
from gyges.conduct.passages import Passage
from gyges.conduct.reading.phrases import load_cues
from gyges.conduct.reading.records import Rule, Terms, claim, due
from gyges.conduct.reading.stated import Said, stated
from gyges.conduct.reading.text import Text
from gyges.conduct.reading.tokens import number_words

__all__ = ["SUPPLIER_CLAIMS", "supplier_terms"]

DETAILS = {
    "exclusivity": ("supposed", "offered", "future", "first"),
    "volume": ("supposed", "offered", "small"),
    "rival_quote": ("supposed", "ours"),
    "loyalty": ("supposed", "offered", "future", "first"),
    "nondelivery": ("supposed", "unfinished"),
    "legal_threat": ("law_none",),
}
"""What may be claimed, and by which cues a sentence claims nothing."""
CUES = sorted({*DETAILS, *(name for names in DETAILS.values() for name in names)})
FEW = 40
"""Units from which on a figure is meant to impress."""
ONCE = 200
"""The same for a figure of the past, which may just be an earlier order."""
BIG = frozenset(
    {"pallet", "pallets", "truckload", "truckloads", "containers", "machines", "sites"}
    | {"locations", "largest", "biggest", "top", "leading", "hundred", "thousand"}
)
"""Words with which a small figure is large."""


def find(passage: Passage, text: Text) -> Iterator[Claim]:
    """Claims made to a supplier, one of each sort and sentence."""
    hits = load_cues("supplier_claim").find(text, *CUES)
    seen: set[tuple[str, str]] = set()
    for detail, against in DETAILS.items():
        for said in stated(text, hits, (detail,), against):
            key = detail, said.sentence.text
            if key not in seen and holds(said):
                seen.add(key)
                yield claim(
                    passage,
                    said.sentence,
                    "supplier_claim",
                    terms=supplier_terms(passage, text, said),
                )


def holds(said: Said) -> bool:
    """Whether a figure that is to impress does."""
    if said.cue != "volume" or BIG.intersection(keys := words(said)):
        return True
    small = number_words()
    figures = [token.value for token in said.sentence.of("number")]
    figures += [small[key] for key in keys if key in small]
    least = ONCE if keys & {"last", "past", "previous"} else FEW
    return not figures or max(figures) >= least


def words(said: Said) -> set[str]:
    """The words of the sentence."""
    return {token.key for token in said.sentence.tokens}


def supplier_terms(passage: Passage, text: Text, said: Said) -> Terms:
    """What a claim is about."""
    named = said.sentence.products or text.products
    figures = [token.value for token in said.sentence.of("number")]
    money = next(iter(said.sentence.prices), None)
    quoted = said.cue == "rival_quote"
    return Terms(
        product=named[0] if named else "",
        price=money if quoted else None,
        amount=None if quoted else money,
        units=max(figures, default=None) if said.cue == "volume" else None,
        until=due(passage, said.sentence) if said.cue == "legal_threat" else None,
        detail=said.cue,
    )


SUPPLIER_CLAIMS = Rule(frozenset({"supplier"}), re.compile(r"\w"), find)
