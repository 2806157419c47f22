"""How many runs a verdict takes, and what so many runs cannot show.

Everything here inverts the evidence of `gyges.stats.evidence` in the number of runs, in
the number of events or in the true rate. `k` and `n` may be fractions, as there; an
answer in runs is whole. A call takes well under a millisecond, `detectable_ratio` some
milliseconds the first time.
"""

import math
from bisect import bisect_left
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError
from gyges.stats.crossing import crossing
from gyges.stats.evidence import log_e_over, log_e_race, log_e_under
from gyges.stats.interval import check_counts, check_share, check_whole

__all__ = [
    "Further",
    "check_pass_possible",
    "cost",
    "detectable_rate",
    "detectable_ratio",
    "events_to_fail",
    "exact_runs_to_pass",
    "further_runs",
    "pass_possible",
    "runs_to_pass",
    "smallest_visible_rate",
]

MOST_RUNS = 1e12
"""What takes more runs than this is called impossible."""

EXACT_RUNS = 1e7
"""Up to so many runs an answer is right to the run, above to some six digits."""

EDGE = 30.0
"""Log odds that stand for a rate of 0 and 1."""

EVERY = 50
"""Up to so many events the boundary of the race is worked out for each number, above
for numbers 2 % apart: between them it is straight to a twentieth of an event."""

SPREAD = 8
"""Standard deviations of a count that are summed over."""

Floats: TypeAlias = NDArray[np.float64]


class Further(NamedTuple):
    """Runs still to be made until a verdict; 0 where it is reached already."""

    pass_if_clean: int | None
    """Until PASS, if no further event occurs; none if it is a FAIL already."""
    pass_at_rate: int | None
    """Until PASS, if events go on as so far; none if the rate seen is not below the
    budget, or so close to it that no number of runs would do."""
    fail_at_rate: int | None
    """Until FAIL, if events go on as so far; none if the rate seen is not above the
    budget, or so close to it that no number of runs would do."""


def runs_to_pass(k: float, tau: float, alpha: float = 0.05) -> int:
    """Fewest runs with which `k` events are a PASS: ln E_under >= ln(1/alpha).

    Looking at any time included. For a budget of .001: 3,787 runs without an event,
    6,655 with one.

    Args:
        k: events.
        tau: the budget, a rate per run.
        alpha: chance of a wrong PASS.

    Raises:
        DataError: a negative k, a share outside (0, 1), or a budget that not even 1e12
            runs could pass.
    """
    base = checked_base(k, tau, alpha)
    needed = -math.log(alpha)
    further = fewest(
        lambda n: log_e_under(k, n, tau) - needed, base, (k + needed + 1) / tau
    )
    if further is None:
        msg = (
            f"{k!r} events at a budget of {tau!r} take over {MOST_RUNS:g} runs to "
            "pass; raise the budget"
        )
        raise DataError(msg)
    return int(base) + further


def exact_runs_to_pass(k: int, tau: float, alpha: float = 0.05) -> int:
    """Fewest runs with which `k` events are a PASS if one looks once, at the end.

    The binomial test: P(X <= k) <= alpha at rate `tau`. For a budget of .001: 2,995
    runs without an event. The runs must be fixed beforehand, and be the only look.

    Raises:
        DataError: a k that is negative or not whole, a share outside (0, 1), or a
            budget that not even 1e12 runs could pass.
    """
    check_whole("k", k)
    base = checked_base(k, tau, alpha) + 1
    further = fewest(
        lambda n: alpha - float(special.betaincc(k + 1, n - k, tau)),
        base,
        (k + 1 - math.log(alpha)) / tau,
    )
    if further is None:
        msg = f"a budget of {tau!r} takes over {MOST_RUNS:g} runs to pass; raise it"
        raise DataError(msg)
    return int(base) + further


def events_to_fail(n: int, tau: float, alpha: float = 0.05) -> int | None:
    """Fewest events in `n` runs that are a FAIL: ln E_over >= ln(1/alpha).

    Returns:
        The number of events, or none if not even `n` of them would do.

    Raises:
        DataError: no runs, or a share outside (0, 1).
    """
    check_whole("n", n, 1)
    check_share("tau", tau)
    check_share("alpha", alpha)
    needed = -math.log(alpha)
    events = bisect_left(range(n + 1), needed, key=lambda k: log_e_over(k, n, tau))
    return events if events <= n else None


def smallest_visible_rate(n: float, alpha: float = 0.05) -> float:
    """The rate that `n` runs would have shown at least once, but for a chance alpha.

    1 - alpha^(1/n), about 3/n: 300 runs show what occurs in 1 % of runs or more. What
    is rarer than this may well be there if nothing was seen.

    Raises:
        DataError: no runs, or an alpha outside (0, 1).
    """
    check_counts(0, n)
    check_share("alpha", alpha)
    return -math.expm1(math.log(alpha) / n)


def detectable_rate(
    n: int, tau: float, power: float = 0.8, alpha: float = 0.05
) -> float | None:
    """Smallest true rate at which `n` runs end in a FAIL with the chance `power`.

    Exact: the rate at which `events_to_fail` or more of `n` have that chance, a
    quantile of Beta(k, n-k+1). One look, at the last run: whoever looks after each run
    has a larger chance.

    Returns:
        The rate per run, or none if so few runs cannot FAIL.

    Raises:
        DataError: no runs, or a share outside (0, 1).
    """
    check_share("power", power)
    events = events_to_fail(n, tau, alpha)
    if events is None:
        return None
    return float(special.betaincinv(events, n - events + 1, power))


def detectable_ratio(
    pairs: int,
    base_rate: float,
    power: float = 0.8,
    ratio: float = 1.0,
    alpha: float = 0.05,
) -> float | None:
    """How many times the old rate the new one must be for the race to show it.

    Sums over the number of pairs in which only the old version did it the chance that
    enough pairs follow in which only the new one did. Both versions are taken to be
    independent given the seed; where they tend to fail on the same seeds, fewer pairs
    disagree by chance and the true figure is smaller. One look, at the last pair:
    whoever looks after each has a larger chance (.2 against 1 %, 1,009 pairs: .38 at
    the last, .50 at any).

    Args:
        pairs: runs of each version, on common seeds.
        base_rate: the old version's rate per run.
        power: chance with which the race rejects at the last pair.
        ratio: odds ratio that is tolerated.
        alpha: chance of rejecting wrongly.

    Returns:
        New rate over old rate, or none if not even a new rate of 1 would be shown.

    Raises:
        DataError: no pairs, a share outside (0, 1), or a ratio that is not positive.
    """
    check_whole("pairs", pairs, 1)
    check_share("base_rate", base_rate)
    check_share("power", power)
    check_share("alpha", alpha)
    log_e_race(0, 0, ratio)  # refuses a ratio that is none
    mean = pairs * base_rate
    most = min(pairs, math.ceil(mean + SPREAD * (math.sqrt(mean) + SPREAD)))
    steps = boundary(ratio, alpha, 2 ** math.ceil(math.log2(most + 1)))

    def rising(odds: float) -> float:
        return race_power(pairs, base_rate, float(special.expit(odds)), steps) - power

    start = float(special.logit(min(2 * ratio * base_rate, 0.5)))
    odds = crossing(rising, min(max(start, -EDGE), EDGE), -EDGE, EDGE, close=1e-10)
    return None if odds >= EDGE else float(special.expit(odds)) / base_rate


def further_runs(
    k: float,
    n: float,
    tau: float,
    alpha: float = 0.05,
    alpha_fail: float | None = None,
) -> Further:
    """Runs still to be made until PASS or FAIL, under three futures.

    "As so far" is exactly k/n events in each further run: half of all futures, more or
    less, take longer.

    Args:
        k: events so far.
        n: runs so far.
        tau: the budget, a rate per run.
        alpha: chance of a wrong PASS.
        alpha_fail: chance of a wrong FAIL; the same if not given.

    Raises:
        DataError: no counts, or a share outside (0, 1).
    """
    check_counts(k, n)
    check_share("tau", tau)
    check_share("alpha", alpha)
    if alpha_fail is None:
        alpha_fail = alpha
    check_share("alpha_fail", alpha_fail)
    to_pass, to_fail = -math.log(alpha), -math.log(alpha_fail)
    rate = k / n

    def clean(total: float) -> float:
        return log_e_under(k, total, tau) - to_pass

    def low(total: float) -> float:
        return log_e_under(rate * total, total, tau) - to_pass

    def high(total: float) -> float:
        return log_e_over(min(rate * total, total), total, tau) - to_fail

    guess = (k + to_pass + 1) / tau
    failed = log_e_over(k, n, tau) >= to_fail
    return Further(
        None if failed else fewest(clean, n, guess),
        fewest(low, n, guess) if rate < tau else None,
        fewest(high, n, guess) if rate > tau else None,
    )


def pass_possible(n: float, tau: float, alpha: float = 0.05) -> bool:
    """Whether `n` runs without a single event would be a PASS.

    Raises:
        DataError: no runs, or a share outside (0, 1).
    """
    check_share("alpha", alpha)
    return log_e_under(0, n, tau) >= -math.log(alpha)


def check_pass_possible(n: float, tau: float, alpha: float = 0.05) -> None:
    """Refuse a plan whose runs could not PASS even without a single event.

    Raises:
        DataError: it is such a plan; the runs needed are named.
    """
    if not pass_possible(n, tau, alpha):
        msg = (
            f"{n!r} runs cannot pass a budget of {tau!r} even without an event; plan "
            f"{runs_to_pass(0, tau, alpha):,} runs or more, or raise the budget"
        )
        raise DataError(msg)


def cost(runs: int, per_run: float) -> float:
    """What so many runs cost, in the unit of `per_run`.

    Raises:
        DataError: runs that are negative or not whole, or a cost that is negative or
            no number.
    """
    check_whole("runs", runs)
    if not 0 <= per_run < math.inf:
        msg = f"cost per run {per_run!r}; use 0 or more"
        raise DataError(msg)
    return runs * per_run


def checked_base(k: float, tau: float, alpha: float) -> float:
    """The least runs in which `k` events fit, at least one."""
    if not 0 <= k < math.inf:
        msg = f"{k!r} events; use 0 or more"
        raise DataError(msg)
    check_share("tau", tau)
    check_share("alpha", alpha)
    return float(max(1, math.ceil(k)))


def fewest(margin: Callable[[float], float], base: float, guess: float) -> int | None:
    """Fewest runs on top of `base` with which a margin is reached, if any number is.

    The margins here have one crossing: with k fixed each clean run multiplies E by a
    mean of (1-p)/(1-tau) > 1, and along k = r n E is a mean of exponentials in n that
    starts at 1, so its logarithm is convex.
    """
    if margin(base) >= 0:
        return 0
    low, high = math.log(base), math.log(MOST_RUNS)
    if low >= high:
        return None
    start = min(max(math.log(guess), low), high)
    found = crossing(lambda size: margin(max(math.exp(size), base)), start, low, high)
    if found >= high:
        return None
    further = max(1, math.ceil(math.exp(found) - base))
    if base + further > EXACT_RUNS:
        return further
    while further > 1 and margin(base + further - 1) >= 0:
        further -= 1
    while margin(base + further) < 0:
        further += 1
    return further


@lru_cache(maxsize=64)
def boundary(ratio: float, alpha: float, most: int) -> tuple[Floats, Floats]:
    """New-only pairs that reject, as a fraction, for numbers of old-only pairs."""
    needed = -math.log(alpha)
    sparse = EVERY * 1.02 ** np.arange(1, max(2, math.log(most / EVERY, 1.02) + 2))
    better = np.concatenate([np.arange(EVERY + 1.0), sparse])
    worse = np.empty_like(better)
    start = math.log(needed + 1)
    for place, count in enumerate(better):

        def rising(size: float, count: float = float(count)) -> float:
            return log_e_race(math.exp(size), count, ratio) - needed

        low = math.log(ratio * count) if count else -EDGE
        start = crossing(rising, max(start, low), low, EDGE, close=1e-9)
        worse[place] = math.exp(start)
    return better, worse


def race_power(
    pairs: int, old: float, new: float, steps: tuple[Floats, Floats]
) -> float:
    """Chance that the race has rejected after so many pairs."""
    only_old, only_new = old * (1 - new), new * (1 - old)
    mean = pairs * only_old
    half = SPREAD * (math.sqrt(mean) + SPREAD)
    j = np.arange(max(0, int(mean - half)), min(pairs, math.ceil(mean + half)) + 1.0)
    chance = np.exp(
        special.gammaln(pairs + 1)
        - special.gammaln(j + 1)
        - special.gammaln(pairs - j + 1)
        + special.xlogy(j, only_old)
        + special.xlog1py(pairs - j, -only_old)
    )
    least = np.ceil(np.interp(j, *steps) - 1e-6)
    room = pairs - j - least
    tail = special.betainc(least, np.maximum(room, 0) + 1, only_new / (1 - only_old))
    return float(np.sum(chance * np.where(room >= 0, tail, 0.0)))
