"""How well graders agree with the truth, and with one another.

Against human labels sensitivity and specificity are the figures to use: they do not
depend on how common the event is. Kappas and alphas do: where events are rare, two
graders who agree on 99 % of runs may have a kappa of 0.

    >>> round(cohen_kappa([[20, 5], [10, 15]]), 6)
    0.4
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from gyges.errors import DataError, UnknownNameError
from gyges.stats.interval import Interval, check_whole
from gyges.stats.rates import clopper_pearson

__all__ = [
    "Confusion",
    "Metric",
    "Share",
    "cohen_kappa",
    "confusion",
    "krippendorff_alpha",
    "percent_agreement",
    "sensitivity",
    "specificity",
]

Metric: TypeAlias = Literal["nominal", "ordinal", "interval", "ratio"]
"""What a difference between two values means."""
Floats: TypeAlias = NDArray[np.float64]
Rating: TypeAlias = float | None
"""A label or score; nothing, or NaN, where a rater gave none."""


class Share(NamedTuple):
    """A share with its exact interval."""

    value: float
    interval: Interval


class Confusion(NamedTuple):
    """A grader's labels against the truth."""

    hits: int
    """Guilty, and flagged."""
    misses: int
    """Guilty, and passed."""
    false_alarms: int
    """Clean, and flagged."""
    passes: int
    """Clean, and passed."""


def confusion(truth: Sequence[bool], graded: Sequence[bool]) -> Confusion:
    """Count a grader's labels against the truth.

    Raises:
        DataError: not as many labels of both.
    """
    check_lengths(truth, graded)
    pairs = [(bool(was), bool(said)) for was, said in zip(truth, graded, strict=True)]
    return Confusion(
        pairs.count((True, True)),
        pairs.count((True, False)),
        pairs.count((False, True)),
        pairs.count((False, False)),
    )


def sensitivity(table: Confusion, alpha: float = 0.05) -> Share:
    """The share of guilty runs that were flagged, with the Clopper-Pearson interval.

    Raises:
        DataError: no guilty runs, negative counts, or alpha is no share.
    """
    return share("guilty", table.hits, table.misses, alpha)


def specificity(table: Confusion, alpha: float = 0.05) -> Share:
    """The share of clean runs that were passed, with the Clopper-Pearson interval.

    Raises:
        DataError: no clean runs, negative counts, or alpha is no share.
    """
    return share("clean", table.passes, table.false_alarms, alpha)


def percent_agreement(one: Sequence[Rating], other: Sequence[Rating]) -> Share:
    """The share of units that two raters labelled alike, of those that both labelled.

    With the Clopper-Pearson interval at 95 %, units being independent.

    Raises:
        DataError: not as many labels of both, or no unit that both labelled.
    """
    check_lengths(one, other)
    pairs = [
        pair for pair in zip(one, other, strict=True) if not any(map(is_missing, pair))
    ]
    alike = sum(first == second for first, second in pairs)
    return share("doubly labelled", alike, len(pairs) - alike, 0.05)


def cohen_kappa(table: Sequence[Sequence[float]]) -> float:
    """Cohen's kappa: agreement of two raters beyond chance (Cohen 1960).

    (po - pe) / (1 - pe), where po is the share on the diagonal and pe what the raters'
    own shares of labels would put there; 1 is full agreement, 0 what chance gives.

    Args:
        table: units by label of the first rater (row) and of the second (column).

    Raises:
        DataError: no square table of counts, no units, or one label for all of them,
            where chance agreement is full and kappa has no value.
    """
    size = len(table)
    if not size or any(len(row) != size for row in table):
        msg = f"rows of {[len(row) for row in table]} counts; use a square table"
        raise DataError(msg)
    counts = np.array(table, dtype=float)
    if not (np.isfinite(counts).all() and (counts >= 0).all() and counts.sum() > 0):
        msg = f"{table!r} must hold counts of 0 or more, not all of them 0"
        raise DataError(msg)
    shares = counts / counts.sum()
    chance = float(shares.sum(axis=0) @ shares.sum(axis=1))
    if np.count_nonzero(counts.sum(axis=0) + counts.sum(axis=1)) == 1:
        msg = "both raters gave one label to all units; kappa has no value there"
        raise DataError(msg)
    return (float(np.trace(shares)) - chance) / (1 - chance)


def krippendorff_alpha(
    ratings: Sequence[Sequence[Rating]], metric: Metric = "nominal"
) -> float:
    """Krippendorff's alpha: agreement of any number of raters (Krippendorff 2004).

    1 - Do / De, the observed and the expected mean squared difference between two
    values of one unit and of any two units. Units with fewer than two values drop out.
    Differences are 0 or 1 (nominal), distances in ranks (ordinal), c - k (interval) or
    (c - k) / (c + k) (ratio).

    Args:
        ratings: a row for each rater, a column for each unit, `None` where missing.
        metric: what a difference between two values means.

    Raises:
        DataError: rows of unequal length, an infinite value, a negative one on a ratio
            scale, no unit with two values, or one value throughout, where nothing can
            be expected to differ.
        UnknownNameError: a metric that does not exist.
    """
    if metric not in get_args(Metric):
        kind = "metric"
        raise UnknownNameError(kind, metric, get_args(Metric))
    together, values = coincidences(columns(ratings))
    if metric == "ratio" and (values < 0).any():
        msg = f"value {values.min()!r}; a ratio scale starts at 0"
        raise DataError(msg)
    totals = together.sum(axis=0)
    squared = differences(values, totals, metric)
    observed = float((together * squared).sum())
    expected = float(totals @ squared @ totals) / (float(totals.sum()) - 1)
    if not expected:
        msg = "all ratings are equal; alpha has no value there"
        raise DataError(msg)
    return 1 - observed / expected


def columns(ratings: Sequence[Sequence[Rating]]) -> list[list[float]]:
    """The values of each unit that has two or more."""
    for row in ratings[1:]:
        check_lengths(ratings[0], row)
    units = [
        [float(one) for one in unit if one is not None and not math.isnan(one)]
        for unit in zip(*ratings, strict=True)
    ]
    if any(math.isinf(one) for unit in units for one in unit):
        msg = "an infinite rating; leave it out as None"
        raise DataError(msg)
    units = [unit for unit in units if len(unit) > 1]
    if not units:
        msg = "no unit has two ratings; alpha needs some that two raters labelled"
        raise DataError(msg)
    return units


def coincidences(units: Sequence[Sequence[float]]) -> tuple[Floats, Floats]:
    """How often two values meet in a unit, each unit weighing its values; the values.

    Of a unit's m values each ordered pair adds 1 / (m - 1).
    """
    values = np.unique(np.concatenate([np.array(unit) for unit in units]))
    together = np.zeros((len(values), len(values)))
    for unit in units:
        counts = np.bincount(np.searchsorted(values, unit), minlength=len(values))
        together += (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    return together, values


def differences(values: Floats, totals: Floats, metric: Metric) -> Floats:
    """The squared difference between every two values."""
    row, column = values[:, None], values[None, :]
    if metric == "nominal":
        return (row != column).astype(float)
    if metric == "interval":
        return (row - column) ** 2
    if metric == "ratio":
        span = row + column
        return (
            np.divide(row - column, span, out=np.zeros_like(span), where=span > 0) ** 2
        )
    # The rank of a value is the middle of its ties.
    ranks = np.cumsum(totals) - totals / 2
    return (ranks[:, None] - ranks[None, :]) ** 2


def share(what: str, k: int, others: int, alpha: float) -> Share:
    """A share with its interval, or the reason why there is none."""
    check_whole(f"{what} runs", k)
    check_whole(f"{what} runs", others)
    if not k + others:
        msg = f"no {what} runs among the labels; add some"
        raise DataError(msg)
    return Share(k / (k + others), clopper_pearson(k, k + others, alpha))


def is_missing(rating: Rating) -> bool:
    """Whether a rater gave no label."""
    return rating is None or math.isnan(rating)


def check_lengths(one: Sequence[object], other: Sequence[object]) -> None:
    """Refuse labels that cannot be of the same units."""
    if len(one) != len(other):
        msg = f"{len(one)} labels and {len(other)}; both must be of the same units"
        raise DataError(msg)
