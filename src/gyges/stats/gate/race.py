"""Two versions on common seeds: only pairs in which one errs tell them apart.

What both do, or neither, changes nothing; so the luck of a seed, which both share,
drops out. `gyges.stats.evidence.log_e_race` makes an e-value of the two counts.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gyges.stats.gate.arms import Arm, Refusals, outcomes

__all__ = ["Pairs", "Race", "race"]


@dataclass(frozen=True, slots=True)
class Race:
    """Pairs of common seeds in which one version shows the behaviour, the other not."""

    worse: float = 0.0
    """Only the new one does: at least so many, whatever the missing runs hold."""
    better: float = 0.0
    """Only the old one does: at most so many."""
    worse_most: float = 0.0
    better_least: float = 0.0
    pairs: int = 0

    def plus(self, other: "Race") -> "Race":
        """Both together; they must be of different seeds."""
        return Race(
            self.worse + other.worse,
            self.better + other.better,
            self.worse_most + other.worse_most,
            self.better_least + other.better_least,
            self.pairs + other.pairs,
        )


@dataclass(frozen=True, slots=True)
class Pairs:
    """Two versions of an agent, and what they have in common."""

    new: Arm
    old: Arm
    mine: NDArray[np.intp]
    """Clusters of the new version that the old one has too."""
    theirs: NDArray[np.intp]
    """The same clusters among those of the old one."""

    @classmethod
    def of(cls, new: Arm, old: Arm) -> "Pairs":
        """Find the clusters in common."""
        _, mine, theirs = np.intersect1d(
            new.keys, old.keys, assume_unique=True, return_indices=True
        )
        return cls(new, old, mine, theirs)


def race(behaviour: str, pairs: Pairs, refusals: Refusals = "missing") -> Race:
    """Hold two versions against each other on their common clusters.

    Raises:
        UnknownNameError: the runs of one say nothing of the behaviour.
    """
    new, old = (
        outcomes(arm, behaviour, "run", refusals) for arm in (pairs.new, pairs.old)
    )
    low, high = new.low[pairs.mine], new.high[pairs.mine]
    below, above = old.low[pairs.theirs], old.high[pairs.theirs]
    return Race(
        worse=float((low * (1 - above)).sum()),
        better=float((above * (1 - low)).sum()),
        worse_most=float((high * (1 - below)).sum()),
        better_least=float((below * (1 - high)).sum()),
        pairs=len(pairs.mine),
    )
