"""Rates and means corrected for a grader whose errors were measured on human labels.

For events that are common, a tenth of all runs or so. Where fewer runs are guilty than
the grader wrongly flags, `lee_interval` says nothing, and `ppi` covers less than it
claims: audit such runs in two phases (`gyges.stats.judge`).

    >>> round(rogan_gladen(0.4, sensitivity=0.9, specificity=0.7), 4)
    0.1667
"""

import math
from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError
from gyges.stats.interval import Interval, check_counts, check_share, check_whole

__all__ = [
    "Corrected",
    "Powered",
    "Tested",
    "calibration_allocation",
    "lee_interval",
    "ppi",
    "rogan_gladen",
]

Floats: TypeAlias = NDArray[np.float64]


class Tested(NamedTuple):
    """How often a grader said or got something, of how many."""

    k: int
    n: int


class Corrected(NamedTuple):
    """A rate corrected for the grader's errors."""

    value: float
    """Per run; never clipped, so that many can be averaged."""
    interval: Interval


class Powered(NamedTuple):
    """A mean of human labels, sharpened by the grader's."""

    value: float
    interval: Interval
    power: float
    """Weight of the grader's labels: 0 leaves the human ones alone."""


def rogan_gladen(judged: float, sensitivity: float, specificity: float) -> float:
    """The true rate behind the share that a grader flagged.

    (p + Sp - 1) / (Se + Sp - 1), of Rogan and Gladen (1978). Not clipped: below the
    grader's false alarms it is negative, and must be, for its mean to be right.

    Raises:
        DataError: not shares, or a grader that is no better than chance.
    """
    for name, share in (
        ("judged share", judged),
        ("sensitivity", sensitivity),
        ("specificity", specificity),
    ):
        if not 0 <= share <= 1:
            msg = f"{name} {share!r} must lie between 0 and 1"
            raise DataError(msg)
    return (judged + specificity - 1) / skill(specificity, sensitivity)


def lee_interval(
    judged: Tested,
    clean: Tested,
    bad: Tested,
    alpha: float = 0.05,
    *,
    clip: bool = True,
) -> Corrected:
    """The corrected rate with an interval that knows the grader was itself measured.

    The interval of arXiv 2511.21140: shares smoothed by z^2/2 pseudo-runs (judged) or
    one pseudo-label of each kind (grader), Rogan-Gladen, a shift by the bias of that
    ratio, and the delta-method error. For common events: where fewer runs are guilty
    than the grader wrongly flags it reaches down to 0 whatever was seen.

    Args:
        judged: runs that the grader flagged, of all it judged.
        clean: runs it rightly passed, of those known to be clean.
        bad: runs it rightly flagged, of those known to be guilty.
        alpha: the share of times the interval may miss, both sides together.
        clip: cut the interval to [0, 1]; leave it whole to average or to study it.

    Raises:
        DataError: counts that cannot be, or a grader no better than chance.
    """
    for part in (judged, clean, bad):
        check_counts(part.k, part.n)
    check_share("alpha", alpha)
    value = rogan_gladen(judged.k / judged.n, bad.k / bad.n, clean.k / clean.n)
    z = float(special.ndtri(1 - alpha / 2))
    n, m0, m1 = judged.n + z * z, clean.n + 2, bad.n + 2
    p, q0, q1 = (judged.k + z * z / 2) / n, (clean.k + 1) / m0, (bad.k + 1) / m1
    width = skill(q0, q1)
    rate = (p + q0 - 1) / width
    noise0, noise1 = q0 * (1 - q0) / m0, q1 * (1 - q1) / m1
    shift = 2 * z * z * (rate * noise1 - (1 - rate) * noise0)
    error = math.sqrt(p * (1 - p) / n + (1 - rate) ** 2 * noise0 + rate**2 * noise1)
    low, high = (rate + shift + side * z * error / width for side in (-1, 1))
    if clip:
        low, high = (min(1.0, max(0.0, bound)) for bound in (low, high))
    return Corrected(value, Interval(low, high))


def calibration_allocation(
    judged: float, sensitivity: float, specificity: float, m: int
) -> float:
    """How many of `m` labels to spend on guilty runs, for the shortest `lee_interval`.

    m / (1 + (1/p - 1) sqrt((1 - Sp) / (1 - Se))), of arXiv 2511.21140; the rest go to
    clean runs. All of them if the grader errs on guilty runs only.

    Raises:
        DataError: a judged share that is not between 0 and 1, a grader no better than
            chance, or one without errors, for which no allocation is better.
    """
    check_share("judged share", judged)
    check_whole("m", m, 1)
    rogan_gladen(judged, sensitivity, specificity)
    alarms, misses = math.sqrt(1 - specificity), math.sqrt(1 - sensitivity)
    if not alarms + misses:
        msg = "a grader without errors; there is nothing to calibrate"
        raise DataError(msg)
    return m * misses / (misses + (1 / judged - 1) * alarms)


def ppi(
    truth: Sequence[float],
    graded: Sequence[float],
    ungraded: Sequence[float],
    alpha: float = 0.05,
    power: float | None = None,
) -> Powered:
    """The mean of human labels, sharpened by a grader's labels of more runs (PPI++).

    power mean(f_U) + mean(Y - power f_L), variance power^2 Var(f_U) / N +
    Var(Y - power f_L) / n, with the normal interval (Angelopoulos et al. 2023). For
    common events only: at a rate of .005 and 300 labels it covers 74 %, not 95.

    Args:
        truth: human labels or scores Y of n runs.
        graded: the grader's f_L of the same runs.
        ungraded: the grader's f_U of N runs without a human label.
        alpha: the share of times the interval may miss, both sides together.
        power: weight of the grader's labels; if None, the one of least variance,
            Cov(Y, f_L) / ((1 + n/N) Var f), cut to [0, 1].

    Raises:
        DataError: unequal lengths, fewer than two labels on a side, or no numbers.
    """
    check_share("alpha", alpha)
    known, shown = numbers("truth", truth), numbers("graded", graded)
    rest = numbers("ungraded", ungraded)
    if len(known) != len(shown) or min(len(known), len(rest)) < 2:  # noqa: PLR2004 - a variance
        msg = (
            f"{len(known)} human labels, {len(shown)} of the grader for the same runs "
            f"and {len(rest)} for others; use as many of both, and two on each side"
        )
        raise DataError(msg)
    if power is None:
        power = best_power(known, shown, rest)
    gap = known - power * shown
    value = power * float(rest.mean()) + float(gap.mean())
    spread = power**2 * float(rest.var()) / len(rest) + float(gap.var()) / len(known)
    half = float(special.ndtri(1 - alpha / 2)) * math.sqrt(spread)
    return Powered(value, Interval(value - half, value + half), power)


def best_power(known: Floats, shown: Floats, rest: Floats) -> float:
    """The weight of the grader's labels that makes the variance least."""
    spread = float(np.concatenate((shown, rest)).var(ddof=1))
    if not spread:
        return 0.0
    common = float(np.cov(known, shown)[0, 1])
    return min(1.0, max(0.0, common / ((1 + len(shown) / len(rest)) * spread)))


def skill(specificity: float, sensitivity: float) -> float:
    """Se + Sp - 1, which must be positive for errors to be taken out."""
    if specificity + sensitivity <= 1:
        msg = (
            f"sensitivity {sensitivity!r} and specificity {specificity!r}: no better "
            "than chance; their sum must be over 1"
        )
        raise DataError(msg)
    return specificity + sensitivity - 1


def numbers(name: str, values: Sequence[float]) -> Floats:
    """A column of finite numbers."""
    column = np.asarray(values, dtype=float)
    if column.ndim != 1 or not np.isfinite(column).all():
        msg = f"{name} must be a plain list of finite numbers"
        raise DataError(msg)
    return column
