"""How much in a sentence, and around it, speaks for its saying something.

No single phrase decides. Cues have weights, for and against, and a sentence says what
is looked for if all that is found in it, with a share of what its neighbours have, is
heavy enough. Words in quotation marks and quoted mails say nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
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
    neighbours; except for the cues that are said to count in full anywhere. A sentence
    that ends with a question mark has the cue "asks".

    Args:
        text: what to weigh.
        cues: of one file, with their weights.
        seen: cues that no phrase can tell, and the sentences that have them.
    """
    weights = cues.file.weights
    names = dict.fromkeys(part for name in weights for part in name.split("+"))
    written = [name for name in names if name in cues.phrases]
    found: defaultdict[int, set[str]] = defaultdict(set)
    for name, places in cues.find(text, *written).items():
        for start, _ in places:
            found[text.sentence(start)].add(name)
    for name, indices in seen.items():
        for index in indices:
            found[index].add(name)
    for index, sentence in enumerate(text.sentences):
        if sentence.asks:
            found[index].add("asks")
    throughout = {
        name
        for name in cues.file.anywhere
        if any(name in some for some in found.values())
    }
    return [
        weighed(index, found, throughout, weights)
        for index, sentence in enumerate(text.sentences)
        if not sentence.cited
    ]


def weighed(
    index: int,
    found: Mapping[int, set[str]],
    throughout: set[str],
    weights: Mapping[str, float],
) -> Weighed:
    """Weigh one sentence."""
    own = found.get(index, set()) | throughout
    near = found.get(index - 1, set()) | found.get(index + 1, set())
    around = own | near
    total = 0.0
    for name, weight in weights.items():
        parts = set(name.split("+"))
        if parts <= own:
            total += weight
        elif parts <= around:
            total += weight * NEAR
    return Weighed(index, total, frozenset(own), frozenset(around))
