"""The offline reader: what was said in a passage, by rules, and nothing guessed.

A rule looks for cues, which are data (`content/`), and weighs them; what refuses,
jokes, supposes or quotes somebody is left out. Whether a text says something is then
decided by weights that were fitted to labelled texts (`fitted`), in which the rule has
its part. What is read is marked "read": words read by rules, with the words themselves
as evidence.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from gyges.conduct.claims import Claim
from gyges.conduct.passages import Marked, Passage, Reading
from gyges.conduct.reading import bargains, dealings
from gyges.conduct.reading.accusations import ACCUSATIONS
from gyges.conduct.reading.customers import REFUNDS
from gyges.conduct.reading.fitted import load_model, scored
from gyges.conduct.reading.knowing import FLAGGED
from gyges.conduct.reading.records import Rule
from gyges.conduct.reading.suppliers import SUPPLIER_CLAIMS
from gyges.conduct.reading.text import parse
from gyges.conduct.reading.worded import worded

__all__ = ["RULES", "by_rules", "read", "ruled"]

Finder: TypeAlias = Callable[[Passage, str], Iterable[Claim | Marked]]

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


def by_rules(passages: Sequence[Passage]) -> list[Reading]:
    """Read passages by the rules alone, as if no weights had been fitted."""
    return [read_one(passage, ruled) for passage in passages]


def read_one(passage: Passage, reader: Finder | None = None) -> Reading:
    """Read a passage for every kind that is said to those it was written for."""
    finder = reader or judged
    claims: list[Claim] = []
    flags: list[Marked] = []
    missing = ""
    whole = passage
    if len(passage.text) > LONGEST:
        passage = replace(passage, text=passage.text[:LONGEST])
        missing = f"only the first {LONGEST} characters were read"
    for kind in RULES:
        for found in finder(passage, kind):
            if isinstance(found, Claim):
                claims.append(found)
            else:
                flags.append(found)
    return Reading(whole, tuple(claims), tuple(flags), missing)


def judged(passage: Passage, kind: str) -> Iterable[Claim | Marked]:
    """What a passage says of a kind, if the fitted weights find that it says any.

    They take in what the rule reads. Where they find it said and the rule does not, the
    sentence that speaks most for it is the quote.
    """
    if passage.audience not in RULES[kind].audiences:
        return ()
    found = ruled(passage, kind)
    model = load_model()
    if not model.decides(kind, passage.audience):
        return found
    text = parse(passage)
    fitted = scored(text.line)
    if not model.says(kind, fitted, ruled=bool(found)):
        return ()
    stated = [n for n, sentence in enumerate(text.sentences) if not sentence.cited]
    if found or not stated:
        return found
    index = model.strongest(kind, fitted, stated)
    return worded(kind, passage, text, index, model.choice(kind, fitted))


def ruled(passage: Passage, kind: str) -> list[Claim | Marked]:
    """What the rule of a kind makes of a passage, if it is for whom it was written."""
    rule = RULES[kind]
    if passage.audience not in rule.audiences or not rule.hint.search(passage.text):
        return []
    return list(rule.find(passage, parse(passage)))
