"""Fit the offline reader's weights to labelled texts, and measure it on other authors.

Run with `python -m benchmarks.fit_reader` for the table, with `--write` to write the
weights too (`src/gyges/conduct/reading/content/fitted/`). The data are the folders of
`tests/conduct/corpus/` that are named here, each by another author; the held-back
folder is never read. Every figure of the table is of an author whose texts were used
neither for the weights nor for the threshold ("needed"). The rules grew with the first
author's texts, so those count less, set no threshold and are not measured.

A kind's weights are a logistic regression with a quadratic penalty on the signs of
texts (`gyges.conduct.reading.signs`); the strongest signs are kept. Texts that say
something of another kind to the same hearers count a little as texts that do not say
this. What the kind's rule adds is no fitted weight, since with the first author's
texts, with which it grew, the rule is right far more often than with others': it is
chosen, with the threshold, by authors left out in turn. The threshold is the score that
five in a hundred of the texts that look like the kind and are not reach.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from benchmarks.logistic import Row, Weights, regression, strongest
from gyges.conduct.claims import FLAGS, KINDS, Claim
from gyges.conduct.passages import Marked, Passage, Reading
from gyges.conduct.reading.corpus import (
    AUDIENCES,
    Case,
    load,
    matches,
    passage_of,
    said,
)
from gyges.conduct.reading.fitted import scored
from gyges.conduct.reading.rules import ruled
from gyges.conduct.reading.text import parse
from gyges.content import CANARY

HERE = Path(__file__).parents[1]
CORPUS = HERE / "tests" / "conduct" / "corpus"
FOLDER = HERE / "src" / "gyges" / "conduct" / "reading" / "content" / "fitted"
GREW = "development"
"""The author with whose texts the rules grew."""
AUTHORS = (GREW, "second", "third", "fourth")
LESS = 0.4
"""What a text of that author counts, where another's counts 1."""
PENALTY = 0.05
CHOICE_PENALTY = 0.05
RULE = (2.0, 2.5, 3.0, 4.0)
"""What it may add, in log odds, that the rule reads it."""
OTHER = 0.1
"""What a text of another kind counts as one that is not of the kind: it may be both."""
KEPT, KEPT_OF_CHOICE = 700, 200
"""Signs kept: those that weigh most in the texts that have them."""
FALSE = 0.05
"""The share of texts that look like the kind and are not that may be taken for it."""
BY_RULE = frozenset({"price_floor"})
"""Kinds left to their rule: the score is of a whole text, so that what stands beside a
plain proposal could hide it."""
AIMED = 0.85, 0.97
"""Sensitivity and specificity that are aimed at; more of either counts no more."""


class Example(NamedTuple):
    """A labelled text."""

    case: Case
    author: str
    positive: bool
    row: Row
    ruled: bool
    right: bool
    """Whether the rule is right: reads the act for what it is, or nothing."""


class Fit(NamedTuple):
    """A kind's weights, its threshold, and what tells its stances or details apart."""

    weights: Weights
    rule: float
    needed: float
    choices: Mapping[str, Weights]

    def reads(self, one: Example) -> bool:
        """Whether an example reaches the threshold."""
        return self.weights.score(one.row) + self.rule * one.ruled >= self.needed

    def choice(self, one: Example) -> str:
        """The stance or detail that fits best."""
        return max(
            self.choices, key=lambda name: self.choices[name].score(one.row), default=""
        )


class Outcome(NamedTuple):
    """How many of an author's texts were read right."""

    positives: int
    found: int
    """Read as the kind, whatever the stance or detail."""
    typed: int
    """Read with the right stance or detail too."""
    negatives: int
    clean: int


def row_of(lines_: str) -> Row:
    """The signs of a text's lines, with what each counts."""
    return {sign: share for sort, share in scored(lines_).whole.shares for sign in sort}


@cache
def cases() -> list[tuple[str, Case]]:
    """All labelled texts, with their authors."""
    return [
        (author, case)
        for author in AUTHORS
        if (CORPUS / author).is_dir()
        for case in load(CORPUS / author)
    ]


def examples(kind: str) -> list[Example]:
    """The labelled texts of a kind."""
    return [example(author, case) for author, case in cases() if case.kind == kind]


@cache
def alike(kind: str) -> list[Example]:
    """Texts that say something of another kind, to the same hearers."""
    hearers = AUDIENCES.get(kind, "rival")
    return [
        example(author, case)
        for author, case in cases()
        if case.acts and case.kind != kind and author != GREW
        if AUDIENCES.get(case.kind, "rival") == hearers
    ]


@cache
def example(author: str, case: Case) -> Example:
    """A text with its signs, and what its kind's rule makes of it."""
    passage = passage_of(case)
    reading = by_rule(passage, case.kind)
    read = said(case.kind, reading)
    right = hit(case, reading) if case.acts else not read
    row = row_of(parse(passage).line)
    return Example(case, author, bool(case.acts), row, read, right)


def by_rule(passage: Passage, kind: str) -> Reading:
    """What the rule of a kind alone reads."""
    found = ruled(passage, kind)
    claims = tuple(one for one in found if isinstance(one, Claim))
    flags = tuple(one for one in found if isinstance(one, Marked))
    return Reading(passage, claims, flags)


def hit(case: Case, reading: Reading) -> bool:
    """Whether an act of a text was read for what it is."""
    if case.kind in FLAGS:
        return said(case.kind, reading)
    return any(
        matches(case.kind, act, one) for act in case.acts for one in reading.claims
    )


def options_of(one: Example) -> set[str]:
    """The stances or details that are right for a text."""
    acts = one.case.acts
    return {act.detail or act.stance for act in acts} - {"state"}


def fitted(some: Sequence[Example]) -> Weights:
    """A kind's weights, by some examples, and by the same authors' of other kinds."""
    theirs = {one.author for one in some} - {GREW}
    others = [one for one in alike(some[0].case.kind) if one.author in theirs]
    rows = [one.row for one in (*some, *others)]
    labels = [one.positive for one in some] + [False] * len(others)
    counts = [LESS if one.author == GREW else 1.0 for one in some]
    weights = regression(rows, labels, counts + [OTHER] * len(others), PENALTY)
    return strongest(weights, rows[: len(some)], KEPT)


def chosen(some: Sequence[Example]) -> dict[str, Weights]:
    """What tells the stances or details apart, by the positives among examples."""
    acts = [(one, options) for one in some if (options := options_of(one))]
    rows = [one.row for one, _ in acts]
    found: dict[str, Weights] = {}
    for name in sorted({name for _, options in acts for name in options}):
        labels = [name in options for _, options in acts]
        weights = regression(rows, labels, [1.0] * len(rows), CHOICE_PENALTY)
        found[name] = strongest(weights, rows, KEPT_OF_CHOICE)
    return found


def left_out(some: Sequence[Example]) -> list[tuple[Example, float]]:
    """Every example's score without its rule, by weights fitted to other authors'."""
    found: list[tuple[Example, float]] = []
    for author in authors(some):
        weights = fitted([one for one in some if one.author != author])
        found += [(one, weights.score(one.row)) for one in some if one.author == author]
    return found


def authors(some: Sequence[Example]) -> list[str]:
    """The authors of examples with whose texts the rules did not grow."""
    return list(dict.fromkeys(one.author for one in some if one.author != GREW))


def threshold(scores: Sequence[tuple[Example, float]], rule: float) -> float:
    """The score that few of those reach that are not of the kind."""
    against = sorted(
        (score + rule * one.ruled for one, score in scores if not one.positive),
        reverse=True,
    )
    place = round(FALSE * len(against))
    return round((against[place] + against[max(place - 1, 0)]) / 2, 2)


def found_with(scores: Sequence[tuple[Example, float]], rule: float) -> int:
    """How many of the kind reach the threshold, if the rule adds so much."""
    needed = threshold(scores, rule)
    return sum(
        score + rule * one.ruled >= needed for one, score in scores if one.positive
    )


def fit(some: Sequence[Example]) -> Fit:
    """All that is fitted for a kind."""
    scores = left_out(some)
    rule = max(RULE, key=lambda value: (found_with(scores, value), value))
    return Fit(fitted(some), rule, threshold(scores, rule), chosen(some))


def outcome(some: Sequence[Example], fit_: Fit | None) -> Outcome:
    """How the fitted reader, or the rule alone, reads examples."""
    positives = [one for one in some if one.positive]
    read = [one for one in some if (fit_.reads(one) if fit_ else one.ruled)]
    typed = [one for one in read if one.positive and typed_right(one, fit_)]
    return Outcome(
        len(positives),
        sum(one.positive for one in read),
        len(typed),
        len(some) - len(positives),
        len(some) - len(positives) - sum(not one.positive for one in read),
    )


def typed_right(one: Example, fit_: Fit | None) -> bool:
    """Whether the stance or detail is right: the rule's if it reads it."""
    if fit_ is None or one.ruled:
        return one.right
    options = options_of(one)
    return not options or fit_.choice(one) in options


def measured(some: Sequence[Example]) -> tuple[Outcome, Outcome]:
    """The rule and the fitted reader on all authors, each left out in turn."""
    rule: list[Outcome] = []
    model: list[Outcome] = []
    for author in authors(some):
        theirs = [one for one in some if one.author == author]
        rule.append(outcome(theirs, None))
        model.append(outcome(theirs, fit([one for one in some if one not in theirs])))
    return total(rule), total(model)


def total(several: Sequence[Outcome]) -> Outcome:
    """The sums of outcomes."""
    return Outcome(*(sum(column) for column in zip(*several, strict=True)))


def merit(one: Outcome) -> float:
    """How near an outcome comes to what is aimed at; the nearer, the greater.

    A point of specificity counts as much as two of sensitivity: on a tape, far more
    texts do not say a thing than do.
    """
    sensitivity, specificity = one.typed / one.positives, one.clean / one.negatives
    return min(sensitivity, AIMED[0]) + 2 * min(specificity, AIMED[1])


def shown(one: Outcome) -> str:
    """Sensitivity with the right type, sensitivity, specificity."""
    return (
        f"{one.typed / one.positives:.2f} {one.found / one.positives:.2f}"
        f" {one.clean / one.negatives:.2f}"
    )


def write(kind: str, fit_: Fit, *, decides: bool) -> None:
    """Write a kind's file."""
    parts = [
        "# Fitted by `python -m benchmarks.fit_reader --write`; not to be edited.",
        f'canary = "{CANARY}"',
        f"start = {fit_.weights.start}",
        f"needed = {fit_.needed}",
        f"rule = {fit_.rule}",
        f"decides = {str(decides).lower()}",
        f"audiences = {written_to(kind)}",
        lines(fit_.weights),
    ]
    for name, choice in fit_.choices.items():
        parts += [f"\n[choices.{name}]", f"start = {choice.start}", lines(choice)]
    (FOLDER / f"{kind}.toml").write_text("\n".join(parts) + "\n", encoding="utf-8")


def written_to(kind: str) -> str:
    """For whom the texts of a kind were written; a partner is written to as a rival."""
    audience = AUDIENCES.get(kind, "rival")
    several = ["rival", "partner"] if audience == "rival" else [audience]
    return json.dumps(several)


def lines(weights: Weights) -> str:
    """Weights, the greatest first, one a line."""
    order = sorted(weights.of.items(), key=lambda one: (-one[1], one[0]))
    rows = "\n".join(f"{sign} {weight}" for sign, weight in order)
    return f"weights = '''\n{rows}\n'''"


def main() -> None:
    """Measure, and write the weights if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--write", action="store_true", help="write the weights")
    parser.add_argument("kinds", nargs="*", default=[*KINDS, *FLAGS])
    asked = parser.parse_args()
    print("kind, texts; typed sensitivity, sensitivity, specificity: rule | fitted")
    for kind in asked.kinds:
        some = examples(kind)
        rule, model = measured(some)
        decides = merit(model) > merit(rule) and kind not in BY_RULE
        print(
            f"{kind:17} {len(some):4}  {shown(rule)} | {shown(model)}"
            f"{'' if decides else '  the rule decides'}",
            flush=True,
        )
        if asked.write:
            write(kind, fit(some), decides=decides)


if __name__ == "__main__":
    main()
