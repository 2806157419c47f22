"""What is said as a fact: cues that no question, condition or quotation takes back."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gyges.conduct.reading.phrases import Hits
from gyges.conduct.reading.text import Sentence, Text

__all__ = ["Said", "clause", "stated"]

ASKING = re.compile(
    r" (?:and |but |so |or |then |now )?(?:can|could|would|will|do|does|did|is|are|was"
    r"|were|has|have|had|should|shall|may|might|what|which|who|whom|whose|why|how|when"
    r"|where|whether|am|any|ever|or)\b"
)
"""How a clause begins that asks."""
Span = tuple[int, int]


class Said(NamedTuple):
    """A cue that holds."""

    cue: str
    span: Span
    """Its place in the text's line."""
    sentence: Sentence


def stated(
    text: Text,
    hits: Hits,
    cues: Sequence[str],
    against: Sequence[str],
) -> Iterator[Said]:
    """Cues that are stated.

    Args:
        text: what was written.
        hits: where it has which cues.
        cues: those that are wanted.
        against: cues that undo one if they begin before it ends, in the same sentence.
    """
    undoing = [span for name in against for span in hits.get(name, ())]
    for cue in cues:
        for span in hits.get(cue, ()):
            number = text.sentence(span[0])
            sentence = text.sentences[number]
            begins = text.starts[number]
            if sentence.cited or asked(text, sentence, span):
                continue
            if not any(begins <= start < span[1] for start, _ in undoing):
                yield Said(cue, span, sentence)


def asked(text: Text, sentence: Sentence, span: Span) -> bool:
    """Whether the clause of a cue is a question."""
    if not sentence.asks:
        return False
    start, end = clause(text, span)
    rest = text.line[end:].partition("\n")[0].strip(" .")
    return not rest or bool(ASKING.match(text.line, start))


def clause(text: Text, span: Span) -> Span:
    """Where the clause of a place begins and ends: between commas, in one sentence."""
    start = max(text.line.rfind(",", 0, span[0]), text.line.rfind("\n", 0, span[0] + 1))
    ends = [
        place
        for mark in (",", "\n", " .")
        if (place := text.line.find(mark, max(span[1] - 1, start + 1))) >= 0
    ]
    return start + 1, min(ends, default=len(text.line))
