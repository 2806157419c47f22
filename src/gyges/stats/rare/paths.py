"""Runs that keep their records, so as to be forked where they first rose.

record   a copy of the process, taken when its score first exceeded all before
top      the largest score so far
"""

import math
from dataclasses import dataclass

from gyges.stats.rare.splitting import Luck, Process, progress

__all__ = ["Path", "grow"]


@dataclass(frozen=True, slots=True)
class Path:
    """A run, and the states at which it set its records."""

    root: int
    """Number of the first run that it descends from."""
    records: tuple[tuple[float, Process], ...]
    """Score and state, rising; the states are forked from, never stepped."""
    done: bool
    hit: bool
    """Whether it ended with the event."""
    steps: int
    """Steps made for it, without those that it inherited."""

    @property
    def top(self) -> float:
        """The largest score."""
        return self.records[-1][0]

    def first(self, least: float, *, above: bool = False) -> int:
        """Number of the first record at (or above) a score."""
        return next(
            number
            for number, (score, _) in enumerate(self.records)
            if score > least or (score == least and not above)
        )


def grow(
    root: int,
    records: tuple[tuple[float, Process], ...],
    luck: Luck,
    enough: float,
    until: float = math.inf,
) -> Path:
    """Go on from the last record, in a fresh branch, until the run is over.

    Args:
        root: first run that it descends from.
        records: inherited; the last is where it starts.
        luck: names the branch.
        enough: score from which on records are no longer kept, but for the first one.
        until: score at which to stop early.
    """
    top, state = records[-1]
    process = state.fork(luck.branch())
    kept, steps = list(records), 0
    while not process.done and top < until:
        process.step()
        steps += 1
        score = progress(process)
        if score > top and top < enough:
            # A copy is put away and the run itself goes on: what it has fixed for its
            # whole length stays as it is.
            kept.append((score, process.fork(luck.branch())))
            top = score
    done = process.done
    return Path(root, tuple(kept), done, done and process.hit, steps)
