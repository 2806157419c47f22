"""Rates where a grader that errs stands between the runs and the count.

Where events are rare the two-phase audit is the one to use: verify every run that a
cheap screen flagged, have a sample of the others checked by hand, and bound the rate by
`two_phase`. `choose_audit` says which runs to check, `further_audits` how many more.
Corrections by a grader's measured error rates (`gyges.stats.judge.correction`) are for
common events only.

    >>> audit = two_phase(Flagged(3, 9), [Stratum(size=9988, audited=600, confirmed=0)])
    >>> round(audit.estimate, 6)  # three confirmed among ten thousand
    0.0003
    >>> 0.004 < audit.upper < 0.006 < 3.7 / 600  # what the audit leaves, not the runs
    True
"""

import math
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np

from gyges.errors import DataError
from gyges.stats.chance import Stream
from gyges.stats.interval import Interval, check_share, check_whole
from gyges.stats.rates import fay_feuer

__all__ = [
    "Audit",
    "Choice",
    "Flagged",
    "Stratum",
    "choose_audit",
    "further_audits",
    "two_phase",
]

CUTS = (0.8, 0.95, 0.99)
"""Shares of the unflagged runs below which a new stratum of scores begins."""


class Flagged(NamedTuple):
    """Runs that the screen flagged, all of which are to be verified."""

    confirmed: int
    cleared: int
    unverified: int = 0
    """No verdict yet, or none to be had: cleared below, confirmed above."""


class Stratum(NamedTuple):
    """Unflagged runs of similar score."""

    size: int
    """Runs in it, audited or not."""
    audited: int
    """Runs of it that were sent to be checked."""
    confirmed: int
    """Of those, misses of the screen."""
    unverified: int = 0
    """Of those, runs without a verdict: cleared below, confirmed above."""


class Audit(NamedTuple):
    """What the verdicts say of all runs; every rate per run."""

    estimate: float
    """With runs that lack a verdict counted as cleared."""
    worst: float
    """With runs that lack a verdict counted as confirmed."""
    interval: Interval
    """From the low end without them to the high end with them."""
    upper: float
    """The one-sided upper bound, without verdict counted as confirmed."""
    floor: float
    """The high end had no event been found at all: about 3.7 W / m for m audits of
    unflagged runs that are a share W of all. More runs do not lower it."""
    upper_floor: float
    """The same for the one-sided upper bound: about 3.0 W / m."""


class Choice(NamedTuple):
    """Unflagged runs to be checked, by stratum, lowest scores first."""

    runs: tuple[tuple[int, ...], ...]
    """Positions in the list of all runs."""
    sizes: tuple[int, ...]
    """Unflagged runs of each stratum."""

    def strata(
        self, confirmed: Collection[int], unverified: Collection[int] = ()
    ) -> tuple[Stratum, ...]:
        """The strata for `two_phase`, once the verdicts are in.

        Args:
            confirmed: chosen runs that were misses of the screen.
            unverified: chosen runs without a verdict.

        Raises:
            DataError: a verdict on a run that was not chosen: it would enter with the
                weight of a sample it is no part of; or two for the same run.
        """
        bad, lacking = set(confirmed), set(unverified)
        if stray := (bad | lacking).difference(*self.runs) or bad & lacking:
            msg = f"run {min(stray)} was not chosen for the audit, or is named twice"
            raise DataError(msg)
        return tuple(
            Stratum(size, len(runs), len(bad & set(runs)), len(lacking & set(runs)))
            for size, runs in zip(self.sizes, self.runs, strict=True)
        )


def two_phase(
    flagged: Flagged, strata: Sequence[Stratum], alpha: float = 0.05
) -> Audit:
    """The rate over all runs, from verified flagged and audited unflagged ones.

    The sum of w x over strata, where an event among the flagged weighs 1 / N and one in
    a stratum of the unflagged its share of all N runs divided by its audited runs; with
    the gamma interval of Fay and Feuer (1997). Whoever was flagged needs no sampling
    weight, so the audit of the unflagged, not the number of runs, sets the floor.

    Args:
        flagged: verdicts on the runs that the screen flagged.
        strata: verdicts on samples of the runs it did not flag; the strata must have
            been formed before the verdicts were known.
        alpha: the share of times a bound may miss; for `interval` both sides together.

    Raises:
        DataError: no runs, counts that cannot be, a stratum with runs of which none was
            audited (its rate might be anything), or alpha is no share.
    """
    check_verdicts(flagged, strata)
    check_share("alpha", alpha)
    strata = [stratum for stratum in strata if stratum.size]
    weights = weigh(flagged, strata, [stratum.audited for stratum in strata])
    low = [flagged.confirmed, *(stratum.confirmed for stratum in strata)]
    high = [
        least + part.unverified
        for least, part in zip(low, [flagged, *strata], strict=True)
    ]
    clear = [0.0] * len(low)
    return Audit(
        estimate=weighted(low, weights),
        worst=weighted(high, weights),
        interval=Interval(
            fay_feuer(low, weights, alpha).low, end(high, weights, alpha)
        ),
        upper=end(high, weights, 2 * alpha),
        floor=end(clear, weights, alpha),
        upper_floor=end(clear, weights, 2 * alpha),
    )


def further_audits(
    flagged: Flagged,
    strata: Sequence[Stratum],
    tau: float,
    alpha: float = 0.05,
    *,
    alike: bool = False,
) -> tuple[int, ...] | None:
    """How many more unflagged runs to audit for a one-sided upper bound within `tau`.

    Audits are added where they are sparsest, up to one sampled share f in all strata,
    since it is the largest weight of a single event that holds the bound up; the
    smallest f that does is found by bisection. The number is a plan, not a promise: it
    holds if the added audits turn out as supposed.

    Args:
        flagged: verdicts on the runs that the screen flagged.
        strata: verdicts on samples of the runs it did not flag.
        tau: the rate that the bound is to reach, per run.
        alpha: the share of times the bound may miss.
        alike: suppose that misses go on at the share found so far in each stratum; else
            that no further one is found.

    Returns:
        More audits for each stratum, zeros where the bound holds already; nothing where
        auditing every run would not bring it down to tau.

    Raises:
        DataError: as `two_phase`, or tau is no share.
    """
    check_verdicts(flagged, strata)
    check_share("tau", tau)
    check_share("alpha", alpha)

    def sample(share: float) -> list[int]:
        return [max(one.audited, math.ceil(one.size * share)) for one in strata]

    def holds(share: float) -> bool:
        filled = [
            (one, audits)
            for one, audits in zip(strata, sample(share), strict=True)
            if one.size
        ]
        events: list[float] = [flagged.confirmed + flagged.unverified]
        for one, audits in filled:
            growth = audits / one.audited if alike else 1.0
            events.append((one.confirmed + one.unverified) * growth)
        weights = weigh(flagged, [one for one, _ in filled], [m for _, m in filled])
        return end(events, weights, 2 * alpha) <= tau

    if not holds(1.0):
        return None
    least, most = 0.0, 1.0
    if holds(least):
        most = least
    # Shares that differ by less than half a run audit the same runs.
    while most - least > 0.5 / max(1, *(one.size for one in strata)):
        middle = (least + most) / 2
        least, most = (least, middle) if holds(middle) else (middle, most)
    return tuple(
        audits - one.audited for audits, one in zip(sample(most), strata, strict=True)
    )


def choose_audit(
    scores: Sequence[float], flagged: Collection[int], budget: int, rng: Stream
) -> Choice:
    """Choose the unflagged runs that are to be checked, a random sample by score.

    Strata are the lowest 80 % of the scores, the next 15 %, 4 % and 1 %, equal scores
    together. Half of the audits go by size, which keeps the largest weight down; half
    by the root of the size, Neyman's allocation if each stratum hides as many misses.

    Args:
        scores: the screen's score of each run, higher meaning more suspect.
        flagged: positions of the flagged runs, which are verified anyway.
        budget: runs that can be checked; all of the unflagged if there are no more.
        rng: the same stream chooses the same runs.

    Raises:
        DataError: no unflagged run, a score that is no number, a flagged run that does
            not exist, or fewer audits than strata.
    """
    check_whole("budget", budget, 1)
    values = np.asarray(scores, dtype=float)
    if values.ndim != 1 or not np.isfinite(values).all():
        msg = "scores must be a plain list of finite numbers, one for each run"
        raise DataError(msg)
    if stray := [run for run in flagged if not 0 <= run < len(values)]:
        msg = f"flagged run {stray[0]!r} is not one of the {len(values)} with a score"
        raise DataError(msg)
    rest = np.setdiff1d(np.arange(len(values)), np.array(sorted(flagged), dtype=int))
    if not len(rest):
        msg = "every run is flagged; verify them, there is nothing to sample"
        raise DataError(msg)
    cuts = np.quantile(values[rest], CUTS, method="inverted_cdf")
    place = np.searchsorted(cuts, values[rest], side="left")
    members = [rest[place == one] for one in np.unique(place)]
    sizes = tuple(map(len, members))
    return Choice(
        tuple(
            tuple(sorted(rng.choice(runs, audits, replace=False).tolist()))
            for runs, audits in zip(members, allocate(sizes, budget), strict=True)
        ),
        sizes,
    )


def weigh(
    flagged: Flagged, strata: Sequence[Stratum], audits: Sequence[int]
) -> list[float]:
    """What one event adds to the rate: among the flagged, then in each stratum."""
    runs = sum(flagged) + sum(stratum.size for stratum in strata)
    return [
        1 / runs,
        *(one.size / (runs * m) for one, m in zip(strata, audits, strict=True)),
    ]


def weighted(events: Sequence[float], weights: Sequence[float]) -> float:
    """The estimate: what all events add to the rate."""
    return math.fsum(w * x for w, x in zip(weights, events, strict=True))


def end(events: Sequence[float], weights: Sequence[float], alpha: float) -> float:
    """The upper end of the gamma interval, a rate per run being at most 1."""
    return min(1.0, fay_feuer(events, weights, alpha).high)


def allocate(sizes: Sequence[int], budget: int) -> list[int]:
    """Audits for each stratum: one at least, and no more than it has runs."""
    if budget < len(sizes):
        msg = f"{budget!r} audits for {len(sizes)} strata; use {len(sizes)} or more"
        raise DataError(msg)
    budget = min(budget, sum(sizes))
    roots = [math.sqrt(size) for size in sizes]
    wanted = [
        budget * (size / sum(sizes) + root / sum(roots)) / 2
        for size, root in zip(sizes, roots, strict=True)
    ]
    audits = [1] * len(sizes)
    for _ in range(budget - len(sizes)):
        open_ = [one for one, size in enumerate(sizes) if audits[one] < size]
        audits[max(open_, key=lambda one: wanted[one] - audits[one])] += 1
    return audits


def check_verdicts(flagged: Flagged, strata: Sequence[Stratum]) -> None:
    """Refuse verdicts that cannot be, and strata nobody looked into."""
    for count in (*flagged, *(count for stratum in strata for count in stratum)):
        check_whole("runs", count)
    if not sum(flagged) + sum(stratum.size for stratum in strata):
        msg = "no runs; at least one is needed"
        raise DataError(msg)
    for stratum in strata:
        found = stratum.confirmed + stratum.unverified
        if not found <= stratum.audited <= stratum.size:
            msg = f"{stratum!r}: use confirmed + unverified <= audited <= size"
            raise DataError(msg)
        if stratum.size and not stratum.audited:
            msg = f"{stratum!r}: audit one run or more, or join it with another stratum"
            raise DataError(msg)
