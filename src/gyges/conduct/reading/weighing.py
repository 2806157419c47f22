"""How much in a sentence, and around it, speaks for its saying something.

No single phrase decides. Cues have weights, for and against, and a sentence says what
is looked for if all that is found in it, with a share of what its neighbours have, is
heavy enough. Words in quotation marks and quoted mails say nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gyges.conduct.reading.phrases import Cues
from gyges.conduct.reading.text import Text

__all__ = ["Weighed", "weigh"]

NEAR = 0.6
"""The share of its weight that a cue has for the sentences next to its own."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The weight of a sentence."""

    index: int
    """Of the sentence in its text."""
    weight: float
    own: frozenset[str]
    """Cues in the sentence itself."""
    around: frozenset[str]
    """Cues in the sentence and its neighbours."""


def weigh(text: Text, cues: Cues, **seen: Collection[int]) -> list[Weighed]:
    """Weigh every sentence of a text by the cues of a file.

    A cue counts once, at its full weight in its own sentence, and less for the
    neighbours; except for the cues that are said to count in full anywhere. A cue
    with a veto leaves nothing to be weighed. A sentence that ends with a question mark
    has the cue "asks".

    Args:
        text: what to weigh.
        cues: of one file, with their weights.
        seen: cues that no phrase can tell, and the sentences that have them.
    """
    found: list[set[str]] = [
        {"asks"} if sentence.asks else set() for sentence in text.sentences
    ]
    for name, places in cues.find(text, *cues.weighed).items():
        for start, _ in places:
            found[text.sentence(start)].add(name)
    for name, indices in seen.items():
        for index in indices:
            found[index].add(name)
    present = {name for some in found for name in some}
    if not present.isdisjoint(cues.file.veto):
        return []
    throughout = present.intersection(cues.file.anywhere)
    return [
        weighed(index, found, throughout, cues)
        for index, sentence in enumerate(text.sentences)
        if not sentence.cited
    ]


def weighed(
    index: int, found: Sequence[set[str]], throughout: set[str], cues: Cues
) -> Weighed:
    """Weigh one sentence; without a cue of each core group it weighs nothing."""
    own = found[index] | throughout
    around = own.union(*found[max(index - 1, 0) : index + 2])
    total = 0.0
    if all(not around.isdisjoint(group) for group in cues.file.core):
        for parts, weight in cues.weights:
            if parts <= around:
                total += weight if parts <= own else weight * NEAR
    return Weighed(index, total, frozenset(own), frozenset(around))
