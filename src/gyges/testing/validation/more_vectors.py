"""More published or measured figures: graders, rare rates, forecasts."""

import math
from functools import cache
from typing import cast, get_args

from gyges.stats.clusters import resampling_variance
from gyges.stats.forecast import Bound, at_least_once, side_by_side
from gyges.stats.forecast.betabinomial import Ranges, fit_shape, posterior
from gyges.stats.forecast.tails import fit_gumbel
from gyges.stats.judge.agreement import Metric, cohen_kappa, krippendorff_alpha
from gyges.stats.judge.correction import (
    Tested,
    calibration_allocation,
    lee_interval,
    ppi,
)
from gyges.stats.rare import (
    Stratum,
    equal,
    expected_ess_share,
    proportional,
    stratified,
    stratified_rse,
    walk_rate,
)
from gyges.testing.checks import Check
from gyges.testing.validation.vectors import DECISIONS, RATES, Vector, reproduce

__all__ = ["CHECKS", "GRADERS", "RARE"]

RATERS = ("*****34121133*3", "1*213343*******", "**21344*21133*4")
"""A value for each unit, * where there is none."""
LEE = lee_interval(Tested(400, 1000), Tested(140, 200), Tested(180, 200))
TRUTH = (0, 0, 1, 0, 1, 0, 0, 0, 0, 1)
GRADED = (0, 1, 1, 0, 1, 0, 0, 0, 0, 0)
POWERED = ppi(TRUTH, GRADED, [0] * 80 + [1] * 20, power=1.0)


def krippendorff() -> list[float]:
    """By every metric, in the order nominal, ordinal, interval, ratio."""
    rows = [[None if one == "*" else float(one) for one in row] for row in RATERS]
    return [
        krippendorff_alpha(rows, cast("Metric", metric)) for metric in get_args(Metric)
    ]


GRADERS = (
    Vector("Rogan-Gladen", lambda: LEE.value, 1 / 6, 1e-12),
    Vector("Lee interval", lambda: LEE.interval, (0.05635072, 0.26273303), 5e-9),
    Vector(
        "Lee interval, rare",
        lambda: (
            lee_interval(Tested(60, 5000), Tested(495, 500), Tested(54, 60)).interval
        ),
        (0, 0.0117),
        5e-5,
    ),
    Vector(
        "labels of guilty runs",
        lambda: calibration_allocation(0.4, 0.9, 0.7, 400),
        111.17,
        5e-3,
    ),
    Vector("PPI", lambda: POWERED.value, 0.2, 1e-12),
    Vector("PPI interval", lambda: POWERED.interval, (-0.0880547, 0.4880547), 5e-8),
    Vector("Cohen", lambda: cohen_kappa([[20, 5], [10, 15]]), 0.4, 1e-12),
    Vector("Krippendorff", krippendorff, (0.691, 0.807, 0.811, 0.809), 5e-4),
)
"""Corrections and agreement; what an audit bounds is among the rates."""

RATS = (
    "0/20x7,0/19x4,0/18x2,0/17,1/20x4,1/19x2,1/18x2,2/25,2/24,2/23,2/20x6,1/10,5/49,"
    "2/19,5/46,3/27,2/17,7/49,7/47,3/20x2,2/13,9/48,10/50,4/20x7,10/48,4/19x3,5/22,"
    "11/46,12/49,5/20x2,6/23,5/19,6/22,6/20x3,16/52,15/46,15/47,9/24,4/14"
)
"""Tumours in 71 groups of rats (Gelman et al., Bayesian Data Analysis, ch. 5)."""
WEIGHTS, STRATA = (0.9, 0.09, 0.009, 0.001), (1e-6, 1e-4, 1e-2, 0.2)
THETA = math.fsum(w * p for w, p in zip(WEIGHTS, STRATA, strict=True))
PSI = (3, 2.5, 2.2, 2, 1.85, 1.7, 1.6, 1.5, 1.42, 1.35)
TAIL = fit_gumbel([*PSI, *[0.0] * 90])


@cache
def rats() -> tuple[list[int], list[int]]:
    """Events and trials of each group."""
    events: list[int] = []
    trials: list[int] = []
    for part in RATS.split(","):
        pair, _, times = part.partition("x")
        k, n = map(int, pair.split("/"))
        events += [k] * int(times or 1)
        trials += [n] * int(times or 1)
    return events, trials


def rats_mean() -> list[float]:
    """Posterior means of both shapes, on the book's grid."""
    ranges = Ranges((-2.5, -1.0), (1.0, 6.5))
    found = posterior(*rats(), "bda", ranges, 400)
    return [
        float((found.a * found.weight).sum()),
        float((found.b * found.weight).sum()),
    ]


def rats_shape() -> list[float]:
    """The likeliest shapes of the first 70 groups."""
    events, trials = rats()
    return list(fit_shape(events[:70], trials[:70])[:2])


@cache
def clean_scenarios() -> tuple[Bound, ...]:
    """Bounds for 50 scenarios of 20 clean runs, by prior and by counting."""
    return side_by_side([0] * 50, [20] * 50)


def relative_errors() -> list[float]:
    """Of a stratified estimate, runs in proportion and in equal parts."""
    return [
        stratified_rse(WEIGHTS, STRATA, rule(WEIGHTS, 2000))
        for rule in (proportional, equal)
    ]


def bound_over_rate(*runs: int) -> float:
    """The upper bound with as many events as are expected, over the rate."""
    strata = [
        Stratum(str(at), weight, rate * n, n)
        for at, (weight, rate, n) in enumerate(zip(WEIGHTS, STRATA, runs, strict=True))
    ]
    return stratified(strata).interval.high / THETA


RARE = (
    Vector("walk", lambda: walk_rate(0.3, 12), 5.11958e-5, 5e-11),
    Vector("strata errors", relative_errors, (1.2, 0.2396), 5.1e-4),
    Vector(
        "worth in plain runs",
        lambda: (1 - THETA) / (THETA * relative_errors()[1] ** 2),
        58_062,
        1,
    ),
    Vector("bound, equal", lambda: bound_over_rate(*[500] * 4), 22.7, 0.051),
    Vector("bound, heavy", lambda: bound_over_rate(2000, 1000, 500, 500), 6.2, 0.051),
    Vector("weights, 500 steps", lambda: expected_ess_share(500, 0.05), 0.2865, 5e-5),
    Vector("weights, 5000", lambda: expected_ess_share(5000, 0.05), 3.7e-6, 5e-8),
    Vector(
        "resampling",
        lambda: [4 * resampling_variance(1 / 12, 1 / 6, k) for k in (1, 2, 4)],
        [(1 + 2 / k) / 3 for k in (1, 2, 4)],
        1e-12,
    ),
    Vector("rats, mean shapes", rats_mean, (2.403, 14.320), 5.1e-4),
    # The package that prints these stops 1e-5 short of the top.
    Vector("rats, likeliest", rats_shape, (2.304768, 14.079707), 1.1e-4),
    Vector("at least once", lambda: at_least_once(0.2, 200, 1000), 0.30141, 5e-6),
    Vector("pooled", lambda: 1 - (1 - 0.2 / 200.2) ** 1000, 0.63194, 5e-6),
    Vector(
        "50 clean scenarios",
        lambda: [clean_scenarios()[at].high for at in (0, 3, 4)],
        (0.0385, 0.0037, 0.071),
        5e-4,
    ),
    Vector(
        "tail",
        lambda: (TAIL.slope, TAIL.intercept),
        (-1.3924098899, -0.4324412192),
        5e-11,
    ),
    Vector("tail, one of 1000", lambda: TAIL.worst(1000), 0.9904880998, 5e-11),
)
"""Rare rates and forecasts."""

CHECKS = tuple(
    Check(
        f"vectors.{name}",
        f"0 of {len(vectors)} not reproduced",
        lambda vectors=vectors: reproduce(vectors),
    )
    for name, vectors in (
        ("rates", RATES),
        ("decisions", DECISIONS),
        ("graders", GRADERS),
        ("rare", RARE),
    )
)
"""Vectors, by part."""
