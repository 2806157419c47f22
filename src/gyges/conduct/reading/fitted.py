"""Weights fitted to labelled texts: how much a text's signs speak for a kind.

`python -m benchmarks.fit_reader` fits the weights, by logistic regression, to mails and
reasoning of several authors, and writes them to `content/fitted/`, readable, one sign a
line. That the hand-made rule of a kind reads it is one more sign. From the score on
that a file names, a text is taken to say it: the score which few texts of authors to
whom nothing was fitted reach without saying it. A kind whose rule is better than the
weights, by authors that both do not know, keeps its rule.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cache, lru_cache
from typing import NamedTuple

import msgspec

from gyges.conduct.passages import Audience
from gyges.conduct.reading.phrases import LIBRARY
from gyges.conduct.reading.signs import Signs, signs, union
from gyges.errors import ContentError

__all__ = ["FitFile", "Fitted", "Model", "load_model", "scored"]

FOLDER = "fitted"
WHOLE = 100
"""Weights have two decimals."""
REMEMBERED = 2048
"""Texts whose scores are kept; scripted mails differ in goods and figures only."""


class WeightTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Weights of signs, and the score of a text that has none."""

    start: float
    weights: str
    """A sign and its weight on each line."""


class FitFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of a kind's file."""

    start: float
    """The score of a text that has no sign."""
    needed: float
    """The score from which on a text is taken to say it."""
    rule: float
    """What it adds that the rule of the kind reads it."""
    decides: bool
    """Whether the score decides; else the rule does."""
    audiences: tuple[Audience, ...]
    """For whom the texts were written that it was fitted to."""
    weights: str
    choices: dict[str, WeightTable] = {}
    """What tells the stances or details of the kind apart."""


class Fitted(NamedTuple):
    """How much speaks for each kind."""

    scores: Mapping[str, float]
    sentences: tuple[Signs, ...]
    whole: Signs


class Model:
    """All weights, by sign."""

    def __init__(self, files: Mapping[str, FitFile]) -> None:
        """Take the files of the kinds.

        Raises:
            ContentError: a line of weights that is none.
        """
        self.files = files
        self.weights = {kind: table(file.weights) for kind, file in files.items()}
        self.choices = {
            kind: {
                name: (choice.start, table(choice.weights))
                for name, choice in file.choices.items()
            }
            for kind, file in files.items()
        }
        self.signs: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for kind, weights in self.weights.items():
            for sign, weight in weights.items():
                self.signs[sign].append((kind, weight))

    def scores(self, found: Signs) -> dict[str, float]:
        """The score of signs for every kind, without what its rule adds."""
        total = {kind: file.start for kind, file in self.files.items()}
        for sort, share in found.shares:
            counted = dict.fromkeys(total, 0)
            for sign in self.signs.keys() & sort:
                for kind, weight in self.signs[sign]:
                    counted[kind] += weight
            for kind, weight in counted.items():
                total[kind] += share * weight / WHOLE
        return total

    def decides(self, kind: str, audience: Audience) -> bool:
        """Whether the score decides on a kind in what is written to somebody."""
        file = self.files.get(kind)
        return file is not None and file.decides and audience in file.audiences

    def says(self, kind: str, fitted: Fitted, *, ruled: bool) -> bool:
        """Whether a text says something of a kind.

        Args:
            kind: of which it may be.
            fitted: the text's scores.
            ruled: whether the rule of the kind reads it.
        """
        file = self.files[kind]
        return fitted.scores[kind] + file.rule * ruled >= file.needed

    def strongest(self, kind: str, fitted: Fitted, allowed: Collection[int]) -> int:
        """The sentence that speaks most for a kind, of some; the first, if several."""
        weights = self.weights[kind]
        return max(
            sorted(allowed),
            key=lambda index: weighed(weights, fitted.sentences[index]),
        )

    def choice(self, kind: str, fitted: Fitted) -> str:
        """The stance or detail that fits best; "" for a kind that has none."""
        choices = self.choices[kind]
        return max(
            choices,
            key=lambda name: choices[name][0] + weighed(choices[name][1], fitted.whole),
            default="",
        )


def weighed(weights: Mapping[str, int], found: Signs) -> float:
    """What some signs weigh together."""
    return sum(
        share * sum(weights[sign] for sign in weights.keys() & sort) / WHOLE
        for sort, share in found.shares
    )


def table(lines: str) -> dict[str, int]:
    """Weights as they stand in a file, in hundredths: no order changes their sum.

    Raises:
        ContentError: a line that does not end with a number.
    """
    found: dict[str, int] = {}
    for one in lines.splitlines():
        sign, _, weight = one.strip().rpartition(" ")
        if sign:
            try:
                found[sign] = round(float(weight) * WHOLE)
            except ValueError as error:
                msg = f"the line {one!r} has no weight; write a sign and a number"
                raise ContentError(msg) from error
    return found


@lru_cache(maxsize=REMEMBERED)
def scored(line: str) -> Fitted:
    """The scores of a text, by its lines (see `text`); a text without words has 0."""
    sentences = tuple(signs(one) for one in line.strip("\n").split("\n"))
    whole = union(sentences)
    return Fitted(load_model().scores(whole), sentences, whole)


@cache
def load_model() -> Model:
    """Read the weights of all kinds.

    Raises:
        ContentError: a file that is malformed.
    """
    names = LIBRARY.names(f"{FOLDER}/*.toml")
    return Model(
        {
            name.rpartition("/")[2].removesuffix(".toml"): LIBRARY.table(name, FitFile)
            for name in names
            if not name.endswith("/meanings.toml")
        }
    )
