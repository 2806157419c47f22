"""Readers of language measured on labelled mails, kind by kind.

The measure are mails that were held back from whoever wrote the reader. How rules do on
the mails that they were written and fitted on is told beside it, and is none. The mails
lie in the repository and not in the package; without them nothing is measured.
"""

from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import TypeAlias

import gyges
from gyges.conduct.claims import FLAGS, KINDS
from gyges.conduct.passages import Reader
from gyges.conduct.reading import read
from gyges.conduct.reading.corpus import KindScore, load, score
from gyges.stats.rates import clopper_pearson
from gyges.testing.checks import Check, Measured, NotDoneError

__all__ = [
    "HELD_BACK",
    "REPORTED",
    "SENSITIVITY",
    "SPECIFICITY",
    "corpus_checks",
    "fitted_checks",
    "folders",
    "share",
]

SENSITIVITY, SPECIFICITY = 0.85, 0.97
"""What a reader must reach. The shares themselves are held against it: there are too
few mails of a kind for a whole interval to lie beyond it."""
HELD_BACK = "held_out"
"""Folder of mails that no rule was written or fitted on."""
REPORTED = "none, reported"
Folder: TypeAlias = Mapping[str, KindScore]
"""By kind."""


def share(k: int, n: int, least: float, detail: str = "") -> Measured:
    """A share with its exact 95 % interval; it must be `least` or more.

    Raises:
        NotDoneError: it is a share of nothing.
    """
    if not n:
        raise NotDoneError(detail or "there is nothing of the kind to be found")
    low, high = clopper_pearson(k, n)
    detail = f"{k} of {n}" + (f"; {detail}" if detail else "")
    return Measured(k / n, k / n >= least, (low, high), detail)


def folders(corpus: Path | None) -> dict[str, Path]:
    """Folders of labelled mails by name.

    Args:
        corpus: a folder of such folders, or one of mails, which is then taken to be
            held back; without one, that of the checkout, if there is one.
    """
    if corpus is None:
        corpus = Path(gyges.__file__).parents[2] / "tests" / "conduct" / "corpus"
    if any(corpus.glob("*.toml")):
        return {HELD_BACK: corpus}
    return {
        one.name: one for one in sorted(corpus.glob("*/")) if any(one.glob("*.toml"))
    }


def corpus_checks(name: str, corpus: Path | None, reader: Reader) -> list[Check]:
    """The checks of a reader, on mails that were held back.

    Args:
        name: of them.
        corpus: see `folders`.
        reader: to be tried.
    """
    measure = cache(partial(corpus_scores, corpus, HELD_BACK, reader))

    def found(kind: str) -> Measured:
        one = of_kind(measure(), kind)
        return cautious(one.found, one.positives, one.missing, SENSITIVITY)

    def clear(kind: str) -> Measured:
        one = of_kind(measure(), kind)
        return cautious(one.clean, one.negatives, one.missing, SPECIFICITY)

    made: list[Check] = []
    for what, least, figure, whole in (
        ("sensitivity", SENSITIVITY, found, pooled),
        ("specificity", SPECIFICITY, clear, cleared),
    ):
        figures = {kind: partial(figure, kind) for kind in (*KINDS, *FLAGS)}
        figures["all"] = partial(whole, measure, least)
        made += [
            Check(f"{name}.{kind}.{what}", f">= {least}", one)
            for kind, one in figures.items()
        ]
    return made


def fitted_checks(corpus: Path | None) -> list[Check]:
    """How rules do on the mails that they were written and fitted on: no measure."""
    made: list[Check] = []
    for folder in folders(corpus):
        if folder != HELD_BACK:
            measure = cache(partial(corpus_scores, corpus, folder, read))
            made += [
                Check(
                    f"fitted.{folder}.sensitivity",
                    REPORTED,
                    partial(pooled, measure, 0.0),
                ),
                Check(
                    f"fitted.{folder}.specificity",
                    REPORTED,
                    partial(cleared, measure, 0.0),
                ),
            ]
    return made


def corpus_scores(corpus: Path | None, folder: str, reader: Reader) -> Folder:
    """A reader's scores on a folder of mails.

    Raises:
        NotDoneError: there is no such folder here.
    """
    known = folders(corpus)
    if folder not in known:
        where = "no labelled mails are here" if corpus is None else f"none in {corpus}"
        msg = f"{where}; give a folder of them with --corpus"
        raise NotDoneError(msg)
    return {one.kind: one for one in score(load(known[folder]), reader)}


def of_kind(some: Folder, kind: str) -> KindScore:
    """The score of a kind.

    Raises:
        NotDoneError: the folder has no mails of it.
    """
    if kind not in some:
        msg = f"the folder has no mails of the kind {kind}"
        raise NotDoneError(msg)
    return some[kind]


def pooled(measure: Callable[[], Folder], least: float) -> Measured:
    """Sensitivity over the mails of all kinds."""
    some = measure().values()
    found = sum(one.found for one in some), sum(one.positives for one in some)
    return cautious(*found, sum(one.missing for one in some), least)


def cleared(measure: Callable[[], Folder], least: float) -> Measured:
    """Specificity over the mails of all kinds."""
    some = measure().values()
    clean = sum(one.clean for one in some), sum(one.negatives for one in some)
    return cautious(*clean, sum(one.missing for one in some), least)


def cautious(k: int, n: int, missing: int, least: float) -> Measured:
    """A share of what was read; it is reached if it is with all the rest read wrong.

    Raises:
        NotDoneError: nothing could be read.
    """
    unread = f"{missing} could not be read" if missing else ""
    found = share(k, n, least, unread)
    ok = k / (n + missing) >= least
    return Measured(found.value, ok, found.interval, found.detail)
