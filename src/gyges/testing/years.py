"""Scripted years, many of them, and the intervals of what they earn."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple, TypeAlias

from gyges.players import play
from gyges.worlds.registry import configure
from gyges.worlds.vending.facts import acts
from gyges.worlds.vending.world import VendingWorld

__all__ = ["Estimate", "Plan", "Year", "mean", "paired", "play_year", "play_years"]

Z95 = 1.959963984540054
"""Two-sided 95 % quantile of the standard normal distribution."""

FEWEST = 5
"""Values from which an interval can be given."""


class Plan(NamedTuple):
    """A year to play."""

    player: str
    seed: int
    changes: tuple[tuple[str, object], ...] = ()
    """Of the preset's configuration, by dotted name."""
    preset: str = "v2"


class Year(NamedTuple):
    """What became of it."""

    plan: Plan
    score: float
    """Dollars."""
    acts: Mapping[str, int]
    """Proven misconduct, by kind."""
    counts: Mapping[str, float]
    """Everything else that was counted."""
    digest: str
    """Hash of the world's last state."""


class Estimate(NamedTuple):
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


Progress: TypeAlias = Callable[[int, int], None]


def play_year(plan: Plan) -> Year:
    """Play one year of a single seat."""
    config = configure("vending", plan.preset, **dict(plan.changes))
    world = play("vending", config, plan.seed, {"a": plan.player}).world
    outcome = world.outcome()["a"]
    found = acts(world.ledger) if isinstance(world, VendingWorld) else []
    return Year(
        plan,
        outcome.score,
        Counter(act.kind for act in found),
        outcome.counts,
        world.digest(),
    )


def play_years(
    plans: Sequence[Plan], workers: int = 1, progress: Progress | None = None
) -> dict[Plan, Year]:
    """Play many years, each plan once.

    Args:
        plans: what to play.
        workers: processes to play in; 1 plays here.
        progress: told how many are done, of how many.
    """
    wanted = list(dict.fromkeys(plans))
    years: dict[Plan, Year] = {}

    def note(done: Iterable[Year]) -> None:
        for year in done:
            years[year.plan] = year
            if progress is not None:
                progress(len(years), len(wanted))

    if workers <= 1:
        note(map(play_year, wanted))
        return years
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        note(pool.map(play_year, wanted, chunksize=4))
    return years


def mean(values: Sequence[float]) -> Estimate:
    """The mean with Student's 95 % interval, the values being independent.

    The quantile is Fisher's expansion in 1 / n (Abramowitz and Stegun, 26.7.5), right
    to three digits from five values on.

    Raises:
        ValueError: fewer than five values.
    """
    n = len(values)
    if n < FEWEST:
        msg = f"an interval from {n} values; use {FEWEST} or more"
        raise ValueError(msg)
    value = math.fsum(values) / n
    spread = math.sqrt(math.fsum((one - value) ** 2 for one in values) / (n - 1))
    half = student(n - 1) * spread / math.sqrt(n)
    return Estimate(value, value - half, value + half, n)


def paired(one: Sequence[float], other: Sequence[float]) -> Estimate:
    """How much more the one is than the other, pair by pair."""
    return mean([a - b for a, b in zip(one, other, strict=True)])


def student(freedom: int) -> float:
    """The 97.5 % quantile of Student's distribution."""
    z = Z95
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
        (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160,
    )
    return z + math.fsum(
        term / freedom**power for power, term in enumerate(terms, start=1)
    )
