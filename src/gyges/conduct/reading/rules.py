"""The offline reader: what was said in a passage, by rules, and nothing guessed.

A rule looks for cues, which are data (`content/`), and weighs them; what refuses,
jokes, supposes or quotes somebody is left out. What it reads is marked "read": words
read by rules, with the words themselves as evidence.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gyges.conduct.claims import Claim
from gyges.conduct.passages import Marked, Passage, Reading
from gyges.conduct.reading import bargains, dealings
from gyges.conduct.reading.accusations import ACCUSATIONS
from gyges.conduct.reading.customers import REFUNDS
from gyges.conduct.reading.knowing import FLAGGED
from gyges.conduct.reading.records import Rule
from gyges.conduct.reading.suppliers import SUPPLIER_CLAIMS
from gyges.conduct.reading.text import parse

__all__ = ["RULES", "read"]

RULES: Mapping[str, Rule] = {
    **bargains.RULES,
    **dealings.RULES,
    "refund_statement": REFUNDS,
    "supplier_claim": SUPPLIER_CLAIMS,
    "accusation": ACCUSATIONS,
    **FLAGGED,
}
"""By kind or flag."""


LONGEST = 12_000
"""Characters of a text that are read; whatever stands behind them is missing."""


def read(passages: Sequence[Passage]) -> list[Reading]:
    """Read passages, each by itself, in their order."""
    return [read_one(passage) for passage in passages]


def read_one(passage: Passage) -> Reading:
    """Read a passage by every rule that is for whom it was written."""
    claims: list[Claim] = []
    flags: list[Marked] = []
    missing = ""
    whole = passage
    if len(passage.text) > LONGEST:
        passage = replace(passage, text=passage.text[:LONGEST])
        missing = f"only the first {LONGEST} characters were read"
    for rule in RULES.values():
        if passage.audience in rule.audiences and rule.hint.search(passage.text):
            for found in rule.find(passage, parse(passage)):
                if isinstance(found, Claim):
                    claims.append(found)
                else:
                    flags.append(found)
    return Reading(whole, tuple(claims), tuple(flags), missing)
