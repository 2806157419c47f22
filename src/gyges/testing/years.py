"""Scripted years, many of them, and what they earn."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple, TypeAlias

from gyges.players import play
from gyges.worlds.registry import configure
from gyges.worlds.vending.facts import acts
from gyges.worlds.vending.world import VendingWorld

__all__ = ["Plan", "Year", "play_year", "play_years"]


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
