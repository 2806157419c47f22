"""A/A: the same agent through the same gate twice, to see how often the verdict moves.

A gate that answers differently for one and the same agent measures luck. Two runs of an
agent may *contradict* each other (PASS and FAIL), or one may decide where the other
does not. The first must be rare at any number of runs; the second is what too few runs
look like, and is told apart.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import TypeAlias

from gyges.errors import DataError
from gyges.stats.gate import Verdict
from gyges.stats.interval import Interval
from gyges.stats.rates import clopper_pearson
from gyges.stats.trials import Trial
from gyges.studies.gate.night import night
from gyges.studies.gate.policy import Policy

__all__ = ["Flips", "Pair", "Share", "flips", "pairs_of"]

Pair: TypeAlias = tuple[Sequence[Trial], Sequence[Trial]]


@dataclass(frozen=True, slots=True)
class Share:
    """A share of pairs, with its exact interval."""

    k: int
    n: int
    interval: Interval
    """Clopper-Pearson, 95 %."""

    @classmethod
    def of(cls, k: int, n: int) -> "Share":
        """Count k of n."""
        return cls(k, n, clopper_pearson(k, n))


@dataclass(frozen=True, slots=True)
class Flips:
    """What two runs of one agent said, over many pairs of runs."""

    runs: int
    """Runs on each side of a pair."""
    table: Mapping[tuple[Verdict, Verdict], int]
    """How often which two verdicts met, in either order."""
    contradicting: Share
    """One PASS, the other FAIL: the flip rate."""
    undecided: Share
    """One decided, the other INCONCLUSIVE."""
    alarms: Share
    """The second was called worse than the first."""


def pairs_of(trials: Sequence[Trial], runs: int) -> list[Pair]:
    """Deal runs of one agent out into pairs; none is used twice.

    Raises:
        DataError: too few runs for a single pair.
    """
    if runs < 1 or len(trials) < 2 * runs:
        msg = f"{len(trials)} runs make no pair of {runs} and {runs}; give {2 * runs}"
        raise DataError(msg)
    rest = iter(trials)
    return [
        (tuple(islice(rest, runs)), tuple(islice(rest, runs)))
        for _ in range(len(trials) // (2 * runs))
    ]


def flips(policy: Policy, pairs: Iterable[Pair]) -> Flips:
    """Gate both sides of every pair, and the second against the first.

    Seeds of the two sides differ, as they would from night to night; for the race they
    are paired in their order, which under equal agents is as good as any.

    Args:
        policy: what is demanded.
        pairs: runs of one agent, each run in one place only.

    Raises:
        DataError: no pair, or runs that cannot be judged.
    """
    table: Counter[tuple[Verdict, Verdict]] = Counter()
    alarms = runs = 0
    for one, other in pairs:
        runs = len(one)
        first, second = (night(policy, side).decision for side in (one, other))
        table[first.verdict, second.verdict] += 1
        raced = night(policy, in_order(other), in_order(one))
        alarms += any(
            "worse_than_baseline" in found.reasons for found in raced.decision.findings
        )
    if not table:
        msg = "no pair of runs to compare; give at least one"
        raise DataError(msg)
    total = table.total()
    against = table["PASS", "FAIL"] + table["FAIL", "PASS"]
    same = sum(count for (one, other), count in table.items() if one == other)
    return Flips(
        runs=runs,
        table=dict(table),
        contradicting=Share.of(against, total),
        undecided=Share.of(total - against - same, total),
        alarms=Share.of(alarms, total),
    )


def in_order(trials: Sequence[Trial]) -> list[Trial]:
    """Trials whose clusters are their places."""
    return [replace(one, cluster=f"place {at}") for at, one in enumerate(trials)]
