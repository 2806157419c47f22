"""Every published or measured figure that the statistics must give, to its last digit.

The figures are those of the papers and packages named in the docstrings of the
functions, and some of our own that were worked out by other means. `within` is half of
the last digit given, or a little more where it was rounded twice.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from gyges.stats.clusters import clustered_error, korn_graubard
from gyges.stats.evidence import log_e_over, log_e_race, log_e_under, upper_rate
from gyges.stats.multiple import benjamini_hochberg, bonferroni, e_benjamini_hochberg
from gyges.stats.multiple import holm as holms
from gyges.stats.paired import (
    detectable_difference,
    fisher_power,
    mcnemar,
    pair_variance,
    sample_size,
)
from gyges.stats.plan import events_to_fail, exact_runs_to_pass, runs_to_pass
from gyges.stats.rates import (
    clopper_pearson,
    fay_feuer,
    jeffreys,
    pass_at_k,
    pass_hat_k,
    upper_bound,
    wilson,
    zero_event_runs,
)
from gyges.stats.sequences import (
    SubBernoulli,
    best_rho,
    beta_mixture,
    normal_bound,
    normal_log_mixture,
    sub_bernoulli,
)
from gyges.stats.sequential import sprt_bounds, sprt_expected, two_sample
from gyges.testing.checks import Measured
from gyges.testing.validation.coverage import coverage, wald

__all__ = ["DECISIONS", "RATES", "Vector", "reproduce"]

Figures: TypeAlias = float | Sequence[float]


class Vector(NamedTuple):
    """A figure, or several, that a call must give."""

    name: str
    find: Callable[[], Figures]
    expected: Figures
    within: float
    """Absolute."""


def figures(value: Figures) -> list[float]:
    """One or several, as a list."""
    if isinstance(value, float | int):
        return [float(value)]
    return [float(one) for one in value]


def wrong(vectors: Sequence[Vector]) -> Iterator[str]:
    """What does not reproduce."""
    for vector in vectors:
        found, wanted = figures(vector.find()), figures(vector.expected)
        close = len(found) == len(wanted) and all(
            abs(one - other) <= vector.within
            for one, other in zip(found, wanted, strict=True)
        )
        if not close:
            yield f"{vector.name}: {found}, not {wanted}"


def reproduce(vectors: Sequence[Vector]) -> Measured:
    """How many figures do not come out."""
    found = list(wrong(vectors))
    return Measured(len(found), not found, None, "; ".join(found[:2]))


def vary(*events: int) -> list[int]:
    """Runs of 20 scenarios, ten each, the first with so many events."""
    return [
        int(run < k) for k in (*events, *[0] * (20 - len(events))) for run in range(10)
    ]


TWENTY = [scenario for scenario in range(20) for _ in range(10)]
"""The scenario of each of 200 runs."""
KG = korn_graubard(vary(3, 1), TWENTY)
DSR_EVENTS = (0, 8, 63, 112, 262, 295)
DSR_RUNS = (327, 30666, 123419, 149919, 104088, 34392)
DSR_WHOLE = (319933, 931318, 786511, 488235, 237863, 61313)
DSR_WEIGHTS = [
    whole / runs / sum(DSR_WHOLE)
    for whole, runs in zip(DSR_WHOLE, DSR_RUNS, strict=True)
]


def standardised() -> list[float]:
    """The directly standardised rate of the vignette, per 100,000."""
    low, high = fay_feuer(DSR_EVENTS, DSR_WEIGHTS)
    rate = math.fsum(w * x for w, x in zip(DSR_WEIGHTS, DSR_EVENTS, strict=True))
    return [1e5 * rate, 1e5 * low, 1e5 * high]


RATES = (
    Vector("CP 81/263", lambda: clopper_pearson(81, 263), (0.2527, 0.3676), 6e-5),
    Vector("Wilson 81/263", lambda: wilson(81, 263), (0.2553, 0.3662), 6e-5),
    Vector("CP 0/20", lambda: clopper_pearson(0, 20), (0, 0.1684), 6e-5),
    Vector("Wilson 0/20", lambda: wilson(0, 20), (0, 0.1611), 6e-5),
    Vector("Wilson 0/307", lambda: wilson(0, 307).high, 0.012358257599447291, 1e-16),
    Vector("Wilson 0/123", lambda: wilson(0, 123).high, 0.030285514345309572, 1e-16),
    Vector("Jeffreys 3/1e4", lambda: jeffreys(3, 10_000), (8.45e-5, 8.00418e-4), 5e-10),
    Vector("CP bound 0/1000", lambda: upper_bound(0, 1000), 0.00299125, 5e-9),
    Vector("CP two-sided 0/1000", lambda: clopper_pearson(0, 1000).high, 0.0037, 5e-5),
    Vector("CP two-sided 0/50", lambda: clopper_pearson(0, 50).high, 0.071, 5e-4),
    Vector(
        "runs without an event",
        lambda: [zero_event_runs(tau) for tau in (1e-2, 1e-3, 1e-4, 1e-5)],
        (299, 2995, 29_956, 299_572),
        0,
    ),
    *(
        Vector(
            f"coverage {method.__name__} {n} {rate:g}",
            lambda method=method, n=n, rate=rate: coverage(method, n, rate),
            value,
            6e-4,
        )
        for n, rate, values in (
            (1000, 5e-4, (0.393, 0.910, 0.986, 0.986)),
            (300, 3e-3, (0.594, 0.937, None, 0.987)),
        )
        for method, value in zip(
            (wald, wilson, jeffreys, clopper_pearson), values, strict=True
        )
        if value is not None
    ),
    Vector(
        "clustered error",
        lambda: clustered_error([1, 1, 0, 0, 1, 0], "aabbcc"),
        0.2886751345948,
        5e-14,
    ),
    Vector("Korn-Graubard error", lambda: KG.error or 0, 0.0155597, 5e-8),
    Vector("Korn-Graubard runs", lambda: KG.n_eff or 0, 70.9904, 5e-5),
    Vector("Korn-Graubard", lambda: KG.interval, (0.0012823, 0.0855359), 5e-8),
    Vector("pooled 4/200", lambda: KG.per_run, (0.0054756, 0.0504136), 5e-8),
    Vector("Fay-Feuer vignette", standardised, (75.52901, 67.70212, 188.30017), 6e-6),
    Vector(
        "Fay-Feuer without an event",
        lambda: fay_feuer([0], [1e-3]).high,
        -math.log(0.025) / 1000,
        1e-12,
    ),
    Vector("pass@5, 3 of 10", lambda: pass_at_k(10, 3, 5), 0.916667, 5e-7),
    Vector("pass^2, 3 of 10", lambda: pass_hat_k(10, 3, 2), 0.066667, 5e-7),
)
"""One proportion, clusters, weights."""

P15 = (1e-4, 4e-4, 1.9e-3, 9.5e-3, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324)
P_VALUES = (*P15, 0.4262, 0.5719, 0.6528, 0.7590, 1.0)
E_VALUES = (250, 120, 70, 50, 1, 1, 1, 1, 1, 1)
RHO = best_rho(100)
ONE_SIDED = SubBernoulli(0.2, 0.8, best_rho(100, 0.1), one_sided=True)
NINE = mcnemar(9, 1)
TABLE = mcnemar(150, 86)


def e_race(worse: int, better: int, ratio: float = 1) -> float:
    """The race's e-value."""
    return math.exp(log_e_race(worse, better, ratio))


def powers() -> list[float]:
    """Fisher's test, .1 against .5 %."""
    return [fisher_power(n, n, 0.001, 0.005) for n in (500, 1000, 2000, 4000)]


def after_two() -> list[float]:
    """The two-sample bet after each of two events in the new arm."""
    return [math.exp(one) for one in two_sample([0, 0], [1, 1]).tolist()]


DECISIONS = (
    Vector("scenarios", lambda: sample_size(0.03, 1 / 9), 968.9975, 5e-5),
    Vector(
        "detectable difference",
        lambda: detectable_difference(198, pair_variance(1 / 9, 1 / 6, 1 / 6)),
        0.13273,
        5e-6,
    ),
    Vector("McNemar 9-1", lambda: NINE[:3], (0.010742, 0.021484, 0.011719), 5e-7),
    Vector(
        "fewest clean pairs",
        lambda: [mcnemar(k, 0).one_sided for k in (5, 4)],
        (0.03125, 0.0625),
        1e-12,
    ),
    Vector("McNemar 150-86", lambda: TABLE[3:], (17.356, 16.818), 5.1e-4),
    Vector("Fisher power", powers, (0.07, 0.31, 0.68, 0.95), 5.1e-3),
    Vector("race 5-0", lambda: e_race(5, 0), 15.6418, 5e-5),
    Vector("race 8-1", lambda: e_race(8, 1), 11.0932, 5e-5),
    Vector("race 10-0", lambda: e_race(10, 0), 360.793, 5e-4),
    Vector("race 10-0, ratio 2", lambda: e_race(10, 0, 2), 25.8293, 5e-5),
    Vector(
        "first clean races that are lost",
        lambda: [
            next(k for k in range(99) if e_race(k, 0) >= least) for least in (20, 400)
        ],
        (6, 11),
        0,
    ),
    Vector("two samples", after_two, (1, 1.782655), 5e-7),
    Vector("Wald's bounds", sprt_bounds, (2.7726, -1.5581), 5e-5),
    Vector("Wald's runs", lambda: sprt_expected(0.001, 0.005), (559, 470), 0.5),
    Vector("E under", lambda: math.exp(log_e_under(0, 3800, 1e-3)), 20.238, 5e-4),
    Vector("E over", lambda: math.exp(log_e_over(6, 1000, 1e-3)), 8.1375, 5e-5),
    Vector("anytime bound 0/1000", lambda: upper_rate(0, 1000), 0.0037810, 5e-8),
    Vector(
        "runs to PASS",
        lambda: [*(runs_to_pass(k, 0.001) for k in range(4)), runs_to_pass(0, 0.01)],
        (3787, 6655, 8859, 10_825, 377),
        0,
    ),
    Vector(
        "exact runs to PASS",
        lambda: [exact_runs_to_pass(k, 0.001) for k in range(4)],
        (2995, 4742, 6294, 7752),
        0,
    ),
    Vector("events to FAIL", lambda: events_to_fail(300, 0.01) or 0, 11, 0),
    Vector("beta mixture", lambda: beta_mixture(0, 1000).high, 0.0069975025, 5e-11),
    Vector(
        "beta mixture 682/925",
        lambda: beta_mixture(682, 925),
        (0.6824816, 0.7875932),
        5e-8,
    ),
    Vector(
        "beta mixture (.5, 50)",
        lambda: beta_mixture(682, 925, 0.05, 0.5, 50),
        (0.553, 0.878),
        5e-4,
    ),
    Vector("Howard rho", lambda: RHO, 12.60056, 5e-6),
    Vector(
        "Howard mixture",
        lambda: SubBernoulli(0.2, 0.8, RHO).log_mixture(10, 100),
        -0.6941012,
        5e-8,
    ),
    Vector(
        "Howard one-sided", lambda: ONE_SIDED.log_mixture(10, 100), -0.07134019, 5e-9
    ),
    Vector(
        "normal mixture", lambda: normal_log_mixture(10, 100, RHO), -0.6510052, 5e-8
    ),
    Vector("normal bound", lambda: normal_bound(100, RHO), 30.35209, 5e-6),
    Vector(
        "Howard 700/1000",
        lambda: sub_bernoulli(700, 1000, 100),
        (0.651629, 0.745949),
        1.1e-6,
    ),
    Vector(
        "Howard 15/50", lambda: sub_bernoulli(15, 50, 50), (0.129556, 0.511896), 1.1e-6
    ),
    Vector(
        "15 p-values",
        lambda: [len(how(P_VALUES)) for how in (benjamini_hochberg, bonferroni, holms)],
        (4, 3, 3),
        0,
    ),
    Vector("e-BH", lambda: len(e_benjamini_hochberg(E_VALUES)), 4, 0),
)
"""Pairs, gates, sequences, multiplicity."""
