"""Runs of one agent in columns, and what they amount to for one behaviour.

Whatever is not known enters twice: as no event on the side that would FAIL an agent,
and as an event on the side that would PASS it. So nobody passes by crashing, and nobody
fails by it.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError, UnknownNameError
from gyges.stats.trials import Count, Identity, Status, Trial

__all__ = [
    "Arm",
    "Outcomes",
    "Refusals",
    "Tally",
    "Unit",
    "arm",
    "clumping",
    "outcomes",
    "tally",
]

Unit: TypeAlias = Literal["run", "opportunity"]
Refusals: TypeAlias = Literal["missing", "clean"]
"""What a refused run is: unknown, or a run without an event."""
Floats: TypeAlias = NDArray[np.float64]

STATUSES: tuple[Status, ...] = get_args(Status)
COMPLETE, REFUSED = STATUSES.index("complete"), STATUSES.index("refused")
FEWEST_RUNS = 3
"""Runs from which their spread can be judged."""
SHOWN = 3
"""Examples that an error message names."""


@dataclass(frozen=True, slots=True)
class Counts:
    """One behaviour, a value for each run."""

    events: NDArray[np.int64]
    opportunities: NDArray[np.int64]
    known: NDArray[np.bool_]
    """Whether it was graded at all."""


@dataclass(frozen=True, slots=True)
class Arm:
    """Runs of one agent under one profile."""

    identity: Identity
    profile: str
    runs: int
    clusters: tuple[str, ...]
    """Names of what is independent (seeds, samples), in the order of `keys`."""
    keys: NDArray[np.uint64]
    """Hashes of those names, ascending."""
    cluster: NDArray[np.intp]
    """Index of each run's cluster."""
    status: NDArray[np.intp]
    """Index into the statuses."""
    counts: Mapping[str, Counts]
    dollars: float | None
    """Mean cost of a run; nothing if none is known."""
    tokens: float
    """Mean tokens of a run."""
    graded: frozenset[str]
    """Behaviours that a model judged."""

    def of(self, behaviour: str) -> Counts:
        """The counts of one behaviour.

        Raises:
            UnknownNameError: the runs say nothing of it.
        """
        if behaviour not in self.counts:
            raise UnknownNameError("behaviour", behaviour, self.counts)
        return self.counts[behaviour]


def arm(trials: Sequence[Trial]) -> Arm:
    """Put the runs of one agent into columns.

    Raises:
        DataError: no runs, runs of different identities, a run that comes twice, a
            stored answer, or counts that cannot be.
    """
    if not trials:
        msg = "no runs; give tapes or logs of at least one run"
        raise DataError(msg)
    demand_one_identity(trials)
    demand_fresh(trials)
    names = sorted({trial.cluster for trial in trials}, key=key_of)
    index = {name: at for at, name in enumerate(names)}
    behaviours = sorted({name for trial in trials for name in trial.counts})
    known = [trial.dollars for trial in trials if trial.dollars is not None]
    return Arm(
        identity=trials[0].identity,
        profile=trials[0].profile,
        runs=len(trials),
        clusters=tuple(names),
        keys=np.array([key_of(name) for name in names], np.uint64),
        cluster=np.array([index[trial.cluster] for trial in trials], np.intp),
        status=np.array([STATUSES.index(trial.status) for trial in trials], np.intp),
        counts={name: column(trials, name) for name in behaviours},
        dollars=sum(known) / len(known) if known else None,
        tokens=sum(trial.tokens for trial in trials) / len(trials),
        graded=frozenset(name for trial in trials for name in trial.graded),
    )


def key_of(name: str) -> int:
    """A number that stands for a name."""
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big")


def column(trials: Sequence[Trial], behaviour: str) -> Counts:
    """One behaviour's counts.

    Raises:
        DataError: more events than opportunities, or fewer than none.
    """
    found = [trial.counts.get(behaviour) for trial in trials]
    for trial, count in zip(trials, found, strict=True):
        if count is not None and not 0 <= count.events <= count.opportunities:
            msg = (
                f"{trial.source}: {count.events} events of {behaviour!r} at"
                f" {count.opportunities} opportunities; events must be 0 to that"
            )
            raise DataError(msg)
    none = Count(0, 0)
    return Counts(
        np.array([(count or none).events for count in found], np.int64),
        np.array([(count or none).opportunities for count in found], np.int64),
        np.array([count is not None for count in found], np.bool_),
    )


def demand_one_identity(trials: Sequence[Trial]) -> None:
    """Refuse runs that are not comparable.

    Raises:
        DataError: two identities; the message says in what they differ.
    """
    first = trials[0]
    for trial in trials:
        if trial.identity == first.identity:
            continue
        for field in ("model", "scenario", "wording", "grader"):
            one, other = (getattr(each.identity, field) for each in (first, trial))
            if one == other:
                continue
            told = (
                (first.profile, trial.profile)
                if first.profile != trial.profile
                else (one, other)
            )
            msg = (
                f"runs of two {field}s: {told[0]!r} in {first.source} and {told[1]!r}"
                f" in {trial.source}; rates of different {field}s are not added up:"
                " gate each of them by itself"
            )
            raise DataError(msg)


def demand_fresh(trials: Sequence[Trial]) -> None:
    """Refuse what only looks like another run.

    Raises:
        DataError: a run twice, a stored answer, or equal answers in two runs.
    """
    if stored := [trial.source for trial in trials if trial.cached]:
        msg = (
            f"{len(stored)} runs were answered from a cache ({stored[0]}); a stored"
            " answer is no new run: run again without the cache"
        )
        raise DataError(msg)
    for what, values in (
        ("run", [trial.run for trial in trials]),
        ("output", [trial.outputs for trial in trials if trial.outputs]),
    ):
        if twice := [value for value, n in Counter(values).items() if n > 1]:
            places = [
                f"{trial.source} ({trial.cluster})"
                for trial in trials
                if twice[0] in {trial.run, trial.outputs}
            ]
            msg = (
                f"the same {what} comes {len(places)} times, in"
                f" {', '.join(places[:SHOWN])}; give every run once, and let no"
                " cache answer"
            )
            raise DataError(msg)


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What each independent cluster amounts to, from 0 to 1."""

    low: Floats
    """If what is missing were no event."""
    high: Floats
    """If what is missing were an event."""
    there: NDArray[np.bool_]
    """Clusters that had an opportunity."""


def outcomes(one: Arm, behaviour: str, unit: Unit, refusals: Refusals) -> Outcomes:
    """The share of events in each cluster of runs.

    A run amounts to 1 if it shows the behaviour (unit `run`), or to the share of its
    opportunities at which it does (unit `opportunity`; a run without any is left out).
    A cluster is the mean of its runs.
    """
    counts = one.of(behaviour)
    if unit == "run":
        value = (counts.events > 0).astype(np.float64)
        within = np.ones(one.runs, np.bool_)
    else:
        value = counts.events / np.maximum(counts.opportunities, 1)
        within = counts.opportunities > 0
    decided = counts.known & (one.status == COMPLETE)
    clean = (one.status == REFUSED) & (refusals == "clean")
    lower = value * (decided if unit == "opportunity" else counts.known)
    low = np.where(clean, 0.0, lower)
    high = np.where(clean, 0.0, np.where(decided, value, 1.0))
    within |= ~(decided | clean)
    return by_cluster(one, low, high, within)


def by_cluster(
    one: Arm, low: Floats, high: Floats, within: NDArray[np.bool_]
) -> Outcomes:
    """Means over the runs of each cluster that count."""
    many = len(one.clusters)
    size = np.bincount(one.cluster, within, many)
    share = np.maximum(size, 1.0)
    return Outcomes(
        np.bincount(one.cluster, low * within, many) / share,
        np.bincount(one.cluster, high * within, many) / share,
        size > 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What all runs of an arm amount to, for one behaviour."""

    low: float
    """Events, if what is missing were none."""
    high: float
    """Events, if all that is missing were some."""
    n: float
    """Independent trials: clusters of runs, or opportunities."""
    runs: int
    shown: int
    """Runs that show the behaviour."""
    events: int
    opportunities: int
    idle: int
    """Complete runs without an opportunity."""
    missing: Mapping[str, int]
    """Runs of which not all is known, by cause."""

    def plus(self, other: "Tally") -> "Tally":
        """Both together; they must be of different clusters."""
        return Tally(
            low=self.low + other.low,
            high=self.high + other.high,
            n=self.n + other.n,
            runs=self.runs + other.runs,
            shown=self.shown + other.shown,
            events=self.events + other.events,
            opportunities=self.opportunities + other.opportunities,
            idle=self.idle + other.idle,
            missing=Counter(self.missing) + Counter(other.missing),
        )


def tally(
    one: Arm,
    behaviour: str,
    unit: Unit = "run",
    refusals: Refusals = "missing",
    *,
    independent: bool = False,
) -> Tally:
    """Add up one behaviour over an arm.

    Args:
        one: the runs.
        behaviour: which.
        unit: what the rate is per.
        refusals: what a refused run is.
        independent: opportunities of one run are taken for independent of one another.
            If they are not, a verdict on this tally may be wrong: an agent that
            misbehaves always, in few of its runs, would pass.

    Raises:
        UnknownNameError: the runs say nothing of the behaviour.
        DataError: no run had an opportunity.
    """
    counts = one.of(behaviour)
    if not counts.opportunities.any() and bool(counts.known.any()):
        msg = (
            f"none of {one.runs} runs had an opportunity for {behaviour!r}, so they say"
            " nothing of it; use a scenario in which it can occur, or leave it out of"
            " the policy"
        )
        raise DataError(msg)
    if unit == "opportunity" and independent:
        low, high, n = single(one, counts, refusals)
    else:
        found = outcomes(one, behaviour, unit, refusals)
        low, high = float(found.low.sum()), float(found.high.sum())
        n = float(found.there.sum())
    complete = one.status == COMPLETE
    causes = Counter[str]()
    for at, status in enumerate(STATUSES):
        causes[status] = 0 if at == COMPLETE else int((one.status == at).sum())
    causes["ungraded"] = int((complete & ~counts.known).sum())
    idle = complete & counts.known & (counts.opportunities == 0)
    return Tally(
        low=low,
        high=high,
        n=n,
        runs=one.runs,
        shown=int((counts.events > 0).sum()),
        events=int(counts.events.sum()),
        opportunities=int(counts.opportunities.sum()),
        idle=int(idle.sum()),
        missing=+causes,
    )


def single(one: Arm, counts: Counts, refusals: Refusals) -> tuple[float, float, float]:
    """Events at fewest and at most, and opportunities, each one counted for itself.

    A run of which not all is known may have had as many opportunities as any other.
    """
    unknown = ~(counts.known & (one.status == COMPLETE))
    if refusals == "clean":
        unknown &= one.status != REFUSED
    most = int(counts.opportunities.max())
    unseen = int((most - counts.opportunities[unknown]).sum())
    low, n = int(counts.events.sum()), int(counts.opportunities.sum())
    return float(low), float(low + unseen), float(n + unseen)


def clumping(one: Arm, behaviour: str) -> float:
    """How surprising the spread of events over runs is, were opportunities independent.

    The p-value of Pearson's statistic for one rate in all complete runs, against a
    scaled chi-square with its first two moments (for binomial counts its variance is
    the sum of 2 + (1 - 6pq) / (mpq), far above 2 where m p is small). It is small where
    few runs hold most events: there, opportunities of a run are no independent trials.
    It is 1 where there is nothing to compare.
    """
    counts = one.of(behaviour)
    there = counts.known & (one.status == COMPLETE) & (counts.opportunities > 0)
    events, chances = counts.events[there], counts.opportunities[there]
    happened, possible = int(events.sum()), int(chances.sum())
    if chances.size < FEWEST_RUNS or not 0 < happened < possible:
        return 1.0
    rate = happened / possible
    expected = chances * (rate * (1 - rate))
    spread = float(((events - chances * rate) ** 2 / expected).sum())
    freedom = float(chances.size - 1)
    variance = float((2 + (1 - 6 * rate * (1 - rate)) / expected).sum())
    scale = variance / (2 * freedom)
    return float(special.chdtrc(freedom / scale, spread / scale))
