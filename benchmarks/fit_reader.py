"""Fit the offline reader's weights to labelled texts, and measure it on other authors.

Run with `python -m benchmarks.fit_reader` for the table, with `--write` to write the
weights too (`src/gyges/conduct/reading/content/fitted/`). The data are the folders of
`tests/conduct/corpus/` that are named here, each by another author; the held-back
folder is never read. Every figure of the table is of an author whose texts were used
neither for the weights nor for the threshold ("needed"). The rules grew with the first
author's texts, so those count less, set no threshold and are not measured.

A kind's weights are a logistic regression with a quadratic penalty on the signs of
texts (`gyges.conduct.reading.signs`) and on what its rule reads; the strongest signs
are kept. The threshold is the score that three in a hundred of the texts that look like
the kind and are not reach, by authors left out in turn.
"""

import argparse
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from gyges.conduct.claims import FLAGS, KINDS, Claim
from gyges.conduct.passages import Marked, Passage, Reading
from gyges.conduct.reading.corpus import Case, load, matches, passage_of, said
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
RULE = 0.3
"""The rule's own sign, so scaled that the penalty leaves it a weight like a word's."""
RARE = 2
"""Texts that must have a sign."""
KEPT, KEPT_OF_CHOICE = 700, 60
"""Signs kept: those that weigh most in the texts that have them."""
FALSE = 0.03
"""The share of texts that look like the kind and are not that may be taken for it."""
NO_THRESHOLD = 0.0
SIGN = "rule"
Row = dict[str, float]


class Example(NamedTuple):
    """A labelled text."""

    case: Case
    author: str
    positive: bool
    row: Row
    ruled: bool
    right: bool
    """Whether the rule is right: reads the act for what it is, or nothing."""


class Weights(NamedTuple):
    """A fitted regression."""

    start: float
    of: Mapping[str, float]

    def score(self, row: Row) -> float:
        """The score of a row of signs."""
        return self.start + sum(
            self.of[sign] * value for sign, value in row.items() if sign in self.of
        )


class Fit(NamedTuple):
    """A kind's weights, its threshold, and what tells its stances or details apart."""

    weights: Weights
    needed: float
    choices: Mapping[str, Weights]

    def reads(self, one: Example) -> bool:
        """Whether an example reaches the threshold."""
        return self.weights.score(one.row) >= self.needed

    def choice(self, one: Example) -> str:
        """The stance or detail that fits best."""
        plain = {sign: value for sign, value in one.row.items() if sign != SIGN}
        return max(
            self.choices, key=lambda name: self.choices[name].score(plain), default=""
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


def row_of(text: str, *, read: bool) -> Row:
    """The signs of a text's lines, with what each counts."""
    row = {sign: share for sort, share in scored(text).whole.shares for sign in sort}
    return row | ({SIGN: RULE} if read else {})


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


def example(author: str, case: Case) -> Example:
    """A text with its signs, and what its kind's rule makes of it."""
    passage = passage_of(case)
    reading = by_rule(passage, case.kind)
    read = said(case.kind, reading)
    right = hit(case, reading) if case.acts else not read
    row = row_of(parse(passage).line, read=read)
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


def regression(
    rows: Sequence[Row], labels: Sequence[bool], counts: Sequence[float], penalty: float
) -> Weights:
    """A logistic regression, its strongest signs kept.

    The penalty is half its factor times the squares of the weights.
    """
    seen = Counter(sign for row in rows for sign in row)
    names = [sign for sign, times in seen.items() if times >= RARE or sign == SIGN]
    matrix = sparse(rows, names)
    side = np.where(np.array(labels), 1.0, -1.0)
    weight = np.array(counts)

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        margin = side * (matrix @ at[:-1] + at[-1])
        slope = -side * weight / (1 + np.exp(np.clip(margin, -500, 500)))
        total = (weight * np.logaddexp(0, -margin)).sum()
        total += penalty / 2 * at[:-1] @ at[:-1]
        return total, np.append(matrix.T @ slope + penalty * at[:-1], slope.sum())

    first = np.zeros(len(names) + 1)
    best = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return Weights(float(best.x[-1]), dict(zip(names, best.x[:-1], strict=True)))


def sparse(rows: Sequence[Row], names: Sequence[str]) -> csr_matrix:
    """Rows of signs as a matrix."""
    column = {sign: index for index, sign in enumerate(names)}
    places = [
        (number, column[sign], value)
        for number, row in enumerate(rows)
        for sign, value in row.items()
        if sign in column
    ]
    across, down, values = zip(*places, strict=True)
    return csr_matrix((values, (across, down)), shape=(len(rows), len(names)))


def strongest(weights: Weights, rows: Sequence[Row], kept: int) -> Weights:
    """The signs that weigh most where they occur; what the others add is averaged."""
    force: defaultdict[str, float] = defaultdict(float)
    total: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        for sign, value in row.items():
            weight = weights.of.get(sign, 0.0)
            force[sign] += (weight * value) ** 2
            total[sign] += weight * value
    order = sorted(force, key=lambda sign: (-force[sign], sign))
    names = {*order[:kept], SIGN}
    rest = sum(value for sign, value in total.items() if sign not in names)
    rounded = {
        sign: round(weight, 2)
        for sign, weight in weights.of.items()
        if sign in names and round(weight, 2)
    }
    return Weights(round(weights.start + rest / len(rows), 3), rounded)


def fitted(some: Sequence[Example]) -> Weights:
    """A kind's weights, by some examples."""
    rows = [one.row for one in some]
    counts = [LESS if one.author == GREW else 1.0 for one in some]
    weights = regression(rows, [one.positive for one in some], counts, PENALTY)
    return strongest(weights, rows, KEPT)


def chosen(some: Sequence[Example]) -> dict[str, Weights]:
    """What tells the stances or details apart, by the positives among examples."""
    acts = [(one, options) for one in some if (options := options_of(one))]
    rows = [{sign: v for sign, v in one.row.items() if sign != SIGN} for one, _ in acts]
    found: dict[str, Weights] = {}
    for name in sorted({name for _, options in acts for name in options}):
        labels = [name in options for _, options in acts]
        weights = regression(rows, labels, [1.0] * len(rows), CHOICE_PENALTY)
        found[name] = strongest(weights, rows, KEPT_OF_CHOICE)
    return found


def left_out(some: Sequence[Example]) -> list[tuple[Example, float]]:
    """Every example's score, by weights fitted to the other authors'."""
    found: list[tuple[Example, float]] = []
    for author in authors(some):
        weights = fitted([one for one in some if one.author != author])
        found += [(one, weights.score(one.row)) for one in some if one.author == author]
    return found


def authors(some: Sequence[Example]) -> list[str]:
    """The authors of examples with whose texts the rules did not grow."""
    return list(dict.fromkeys(one.author for one in some if one.author != GREW))


def threshold(some: Sequence[Example]) -> float:
    """The score that few of those reach that are not of the kind, out of sample."""
    against = sorted(
        (score for one, score in left_out(some) if not one.positive), reverse=True
    )
    if not against:
        return NO_THRESHOLD
    place = round(FALSE * len(against))
    return round((against[place] + against[max(place - 1, 0)]) / 2, 2)


def fit(some: Sequence[Example]) -> Fit:
    """All that is fitted for a kind."""
    return Fit(fitted(some), threshold(some), chosen(some))


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


def better(rule: Outcome, model: Outcome) -> bool:
    """Whether the weights decide: unless the rule finds and spares as much or more."""
    return not (rule.typed >= model.typed and rule.clean >= model.clean)


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
        f"rule = {round(fit_.weights.of.get(SIGN, 0.0) * RULE, 3)}",
        f"decides = {str(decides).lower()}",
        lines(fit_.weights),
    ]
    for name, choice in fit_.choices.items():
        parts += [f"\n[choices.{name}]", f"start = {choice.start}", lines(choice)]
    (FOLDER / f"{kind}.toml").write_text("\n".join(parts) + "\n", encoding="utf-8")


def lines(weights: Weights) -> str:
    """Weights, the greatest first, one a line."""
    order = sorted(weights.of.items(), key=lambda one: (-one[1], one[0]))
    rows = "\n".join(f"{sign} {weight}" for sign, weight in order if sign != SIGN)
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
        decides = better(rule, model)
        print(
            f"{kind:17} {len(some):4}  {shown(rule)} | {shown(model)}"
            f"{'' if decides else '  the rule decides'}",
            flush=True,
        )
        if asked.write:
            write(kind, fit(some), decides=decides)


if __name__ == "__main__":
    main()
