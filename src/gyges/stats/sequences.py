"""Confidence sequences: intervals that hold at all sample sizes at once.

An interval for one sample size, looked at after every fifty runs, misses far more than
it says (a rate of 1 % within 2,000 runs: 17 % of the time instead of 5). A sequence
covers the truth at every look with the confidence stated, whoever looks and whenever
they stop. Each one here inverts a family of nonnegative martingales, one for each
value of the parameter: what has reached 1 / alpha is out.

`beta_mixture` is the one to take for rates. `sub_bernoulli` may be tuned to a planned
number of runs; `normal_interval` and `betting` are for means of scores in [0, 1], of
which the second adapts to scores that vary little.

Sources: Robbins 1970 (Ann. Math. Stat. 41:1397); Howard, Ramdas, McAuliffe and Sekhon
2021 (Ann. Stat. 49:1055); Waudby-Smith and Ramdas 2024 (JRSS B 86:1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError
from gyges.stats.crossing import Rising, crossing
from gyges.stats.evidence import check_shapes, log_part
from gyges.stats.interval import Interval, check_counts, check_share

__all__ = [
    "SubBernoulli",
    "best_rho",
    "beta_mixture",
    "betting",
    "normal_bound",
    "normal_interval",
    "normal_log_mixture",
    "sub_bernoulli",
    "sub_bernoulli_bounds",
]

HALF = 0.5
LEAST_SPREAD = 1e-3
"""Share of g h below which the precision of a mixture is not let fall."""

FAR = 700.0
"""Log odds that stand for 0 and 1 where only logarithms of p are needed."""

EDGE = 34.0
"""The same where p and 1 - p are needed as numbers."""

Floats: TypeAlias = NDArray[np.float64]


def beta_mixture(
    k: float, n: float, alpha: float = 0.05, a: float = HALF, b: float = HALF
) -> Interval:
    """Confidence sequence of a rate: the beta mixture, two-sided.

    All p with lnB(a+k, b+n-k) - lnB(a,b) - k ln p - (n-k) ln(1-p) < ln(1/alpha). At
    k = 0 the upper end is 1 - exp((ln alpha + lnB(a, b+n) - lnB(a,b)) / n); 0 of 1,000
    gives .0070. Beta(.5, 50) tightens it where events are rare and widens it elsewhere.

    Args:
        k: events, or the sum of scores between 0 and 1.
        n: runs.
        alpha: chance of ever missing the truth.
        a: first shape of the mixture.
        b: second shape of the mixture.

    Raises:
        DataError: no counts, an alpha outside (0, 1), or a shape that is not positive.
    """
    check_counts(k, n)
    check_share("alpha", alpha)
    check_shapes(a, b)
    gain = float(special.betaln(a + k, b + (n - k)) - special.betaln(a, b))
    gain += math.log(alpha)
    if k == 0:
        return Interval(0.0, -math.expm1(gain / n))
    if k == n:
        return Interval(math.exp(gain / n), 1.0)

    def outside(odds: float) -> float:
        hit, miss = special.log_expit(odds), special.log_expit(-odds)
        return gain - k * float(hit) - (n - k) * float(miss)

    return around(outside, outside, k, n, FAR)


def best_rho(v_opt: float, alpha: float = 0.05) -> float:
    """Precision of a two-sided mixture that is about tightest at variance `v_opt`.

    v_opt / (2 ln(1/alpha) + ln(1 + 2 ln(1/alpha))), Howard et al. 2021, section 3.5;
    for a one-sided one take 2 alpha.

    Raises:
        DataError: a variance that is not positive, or an alpha outside (0, 1).
    """
    check_share("alpha", alpha)
    if not 0 < v_opt < math.inf:
        msg = f"variance {v_opt!r} must be a positive number"
        raise DataError(msg)
    size = -2 * math.log(alpha)
    return v_opt / (size + math.log1p(size))


def normal_log_mixture(s: float, v: float, rho: float) -> float:
    """Logarithm of the normal mixture at sum `s` and variance `v`, two-sided.

    ln(rho/(v+rho))/2 + s^2 / (2 (v+rho)).

    Raises:
        DataError: a negative variance, or a precision that is not positive.
    """
    check_variance(v, rho)
    return (math.log(rho / (v + rho)) + s * s / (v + rho)) / 2


def normal_bound(v: float, rho: float, alpha: float = 0.05) -> float:
    """How far a sum of variance `v` strays, but for a chance alpha, at any time.

    sqrt((v+rho) (ln((v+rho)/rho) + 2 ln(1/alpha))): where `normal_log_mixture` reaches
    ln(1/alpha). The sum must be sub-Gaussian, as sums of scores in [0, 1] are with a
    variance of n/4.

    Raises:
        DataError: a negative variance, a precision that is not positive, or an alpha
            outside (0, 1).
    """
    check_variance(v, rho)
    check_share("alpha", alpha)
    return math.sqrt((v + rho) * (math.log((v + rho) / rho) - 2 * math.log(alpha)))


def normal_interval(
    total: float, n: float, planned: float, alpha: float = 0.05, sigma: float = HALF
) -> Interval:
    """Confidence sequence of a mean: the normal mixture.

    total/n +- sigma normal_bound(n) / n. Not cut to [0, 1], since scores may have any
    unit: sigma is half the range that they can take.

    Args:
        total: sum of the scores.
        n: their number.
        planned: the number at which it is to be tightest.
        alpha: chance of ever missing the truth.
        sigma: sub-Gaussian scale of one score.

    Raises:
        DataError: no scores, a sum that is no number, or a figure that is not positive.
    """
    check_counts(0, n)
    if not math.isfinite(total) or not 0 < sigma < math.inf:
        msg = f"sum {total!r}, sigma {sigma!r}; use numbers, sigma above 0"
        raise DataError(msg)
    half = sigma * normal_bound(n, best_rho(planned, alpha), alpha) / n
    return Interval(total / n - half, total / n + half)


@dataclass(frozen=True, slots=True)
class SubBernoulli:
    """A beta mixture for sums whose steps lie g below or h above their mean.

    The conjugate mixture for sub-Bernoulli processes, Howard et al. 2021, prop. 7. With
    g = p and h = 1-p it is that of a rate p.
    """

    g: float
    """How far a step can lie below the mean."""
    h: float
    """How far a step can lie above the mean."""
    rho: float
    """Precision; see `best_rho`."""
    one_sided: bool = False
    """Mix over upward drifts only."""

    def log_mixture(self, s: float, v: float) -> float:
        """Logarithm of the mixture at sum `s` and variance `v`.

        With r = max(rho - gh, gh/1000):
        v ln(g+h)/(gh) - (v+hs) ln g/(h(g+h)) - (v-gs) ln h/(g(g+h))
        + lnB((r+v-gs)/(g(g+h)), (r+v+hs)/(h(g+h))) - lnB(r/(g(g+h)), r/(h(g+h))),
        one-sided with both B incomplete at h/(g+h).

        Raises:
            DataError: figures that are not positive, or a sum that no steps between -g
                and h of that variance have.
        """
        g, h = self.g, self.h
        check_variance(v, self.rho)
        if not (0 < g < math.inf and 0 < h < math.inf):
            msg = f"steps down to {g!r} and up to {h!r}; both must be positive"
            raise DataError(msg)
        spread = max(self.rho - g * h, LEAST_SPREAD * g * h)
        below, above = g * (g + h), h * (g + h)
        down, up = (v - g * s) / below, (v + h * s) / above
        a, b = spread / below, spread / above
        if not (a + down > 0 and b + up > 0):
            msg = f"a sum of {s!r} does not go with a variance of {v!r}"
            raise DataError(msg)
        fixed = v * math.log(g + h) / (g * h) - up * math.log(g) - down * math.log(h)
        if not self.one_sided:
            mixed = float(special.betaln(a + down, b + up) - special.betaln(a, b))
            return fixed + mixed
        cut = h / (g + h)
        mixed = log_part(a + down, b + up, cut, over=False)
        return fixed + mixed - log_part(a, b, cut, over=False)


def sub_bernoulli(k: float, n: float, planned: float, alpha: float = 0.05) -> Interval:
    """Confidence sequence of a rate, two-sided, tightest at the `planned` runs.

    All p at which `SubBernoulli` with s = k - np, v = np(1-p), g = p, h = 1-p and rho
    for a variance of planned p(1-p) is below 1/alpha.

    Args:
        k: events, or the sum of scores between 0 and 1.
        n: runs.
        planned: the number of runs at which it is to be tightest.
        alpha: chance of ever missing the truth.

    Raises:
        DataError: no counts, or a share outside (0, 1).
    """
    check_counts(k, n)
    rho = best_rho(planned, alpha)

    def outside(odds: float) -> float:
        return rate_mixture((k, n), odds, rho, one_sided=False) + math.log(alpha)

    return around(outside, outside, k, n, EDGE)


def sub_bernoulli_bounds(
    k: float, n: float, planned: float, alpha: float = 0.05
) -> Interval:
    """Both one-sided bounds of a rate, each with at most alpha to err, at any time.

    As `sub_bernoulli` with the one-sided mixture; together they err with at most twice
    alpha.

    Args:
        k: events, or the sum of scores between 0 and 1.
        n: runs.
        planned: the number of runs at which they are to be tightest.
        alpha: chance of each to ever be wrong.

    Raises:
        DataError: no counts, or an alpha that is not between 0 and 1/2.
    """
    check_counts(k, n)
    check_share("twice alpha", 2 * alpha)
    rho = best_rho(planned, 2 * alpha)

    def fewer(odds: float) -> float:
        return rate_mixture((k, n), odds, rho, one_sided=True) + math.log(alpha)

    def more(odds: float) -> float:
        mirrored = rate_mixture((n - k, n), -odds, rho, one_sided=True)
        return mirrored + math.log(alpha)

    return around(fewer, more, k, n, EDGE)


def betting(
    scores: Sequence[float] | Floats, alpha: float = 0.05, cap: float = HALF
) -> Interval:
    """Confidence sequence of the mean of scores in [0, 1]: two hedged bets.

    For each candidate m half of the capital bets on scores above m, factors
    1 + l (x - m), half below, 1 - l (x - m), with l = sqrt(2 ln(2/alpha) / (var t
    ln(1+t))) from the scores before, at most cap/m and cap/(1-m). Out is each m at
    which either half ever reached 1/alpha: the intersection over all times so far.
    Waudby-Smith and Ramdas 2024, theorem 3. On events it is no better than a mixture,
    and the work grows with the scores.

    Args:
        scores: in the order in which they came.
        alpha: chance of ever missing the truth.
        cap: share of what can be lost that is risked at most.

    Raises:
        DataError: no scores, a score outside [0, 1], a share outside (0, 1), or scores
            that no mean fits, which happens with a chance of alpha if none drift.
    """
    check_share("alpha", alpha)
    check_share("cap", cap)
    values = np.asarray(scores, dtype=np.float64)
    wrong = values[~((values >= 0) & (values <= 1))]
    if wrong.size or not values.size:
        what = f"score {float(wrong[0])!r}" if wrong.size else "no score"
        msg = f"{what}; scores between 0 and 1 are needed"
        raise DataError(msg)
    stakes = predictable_stakes(values, alpha)
    needed = math.log(2 / alpha)

    def left_in(odds: float) -> float:
        return needed - best_capital(values, stakes, float(special.expit(odds)), cap)

    def left_out(odds: float) -> float:
        m = float(special.expit(-odds))
        return best_capital(1 - values, stakes, m, cap) - needed

    middle = (float(values.sum()) + HALF) / (len(values) + 1)
    start = float(special.logit(middle))
    low = crossing(left_in, start, -EDGE, EDGE)
    high = crossing(left_out, start, -EDGE, EDGE)
    if low > high:
        msg = f"no mean fits all {len(values)} scores; they drift, so look at parts"
        raise DataError(msg)
    return ends(low, high, EDGE)


def around(fewer: Rising, more: Rising, k: float, n: float, edge: float) -> Interval:
    """The log odds around k/n that two tests leave in, as rates.

    `fewer` is positive where a rate is too low, `more` where it is too high.
    """
    low, middle, high = -edge, math.log((k + HALF) / (n - k + HALF)), edge
    if 0 < k < n:
        middle = min(max(math.log(k) - math.log(n - k), -edge), edge)
    if k > 0:
        top = middle if k < n else edge
        low = crossing(lambda odds: -fewer(odds), middle, -edge, top)
    if k < n:
        high = crossing(more, middle, middle if k > 0 else -edge, edge)
    return ends(low, high, edge)


def ends(low: float, high: float, edge: float) -> Interval:
    """Log odds as rates, those at the edge as 0 and 1."""
    return Interval(
        0.0 if low <= -edge else float(special.expit(low)),
        1.0 if high >= edge else float(special.expit(high)),
    )


def rate_mixture(
    counts: tuple[float, float], odds: float, rho: float, *, one_sided: bool
) -> float:
    """The sub-Bernoulli mixture of a rate; `rho` is per unit of variance."""
    k, n = counts
    p, rest = float(special.expit(odds)), float(special.expit(-odds))
    spread = p * rest
    mixture = SubBernoulli(p, rest, rho * spread, one_sided)
    return mixture.log_mixture(k * rest - (n - k) * p, n * spread)


def predictable_stakes(values: Floats, alpha: float) -> Floats:
    """What the bets put in before each score, from the scores before it."""
    t = np.arange(1, len(values) + 1, dtype=np.float64)
    means = (HALF + np.cumsum(values)) / (t + 1)
    spread = (HALF**2 + np.cumsum((values - means) ** 2)) / (t + 1)
    before = np.concatenate([[HALF**2], spread[:-1]])
    return np.sqrt(2 * math.log(2 / alpha) / (before * t * np.log1p(t)))


def best_capital(values: Floats, stakes: Floats, m: float, cap: float) -> float:
    """Logarithm of the most that betting on scores above `m` ever had, from 1."""
    stakes = np.minimum(stakes, cap / m)
    return float(np.cumsum(np.log1p(stakes * (values - m))).max())


def check_variance(v: float, rho: float) -> None:
    """Refuse what no mixture can be made of."""
    if not (0 <= v < math.inf and 0 < rho < math.inf):
        msg = f"variance {v!r}, precision {rho!r}; use 0 or more, and more than 0"
        raise DataError(msg)
