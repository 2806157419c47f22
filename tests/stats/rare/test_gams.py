"""Adaptive splitting, and what becomes of it when ties are broken."""

import math

import pytest

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.rare import Luck, Walk, gams, gams_replicate, walk_rate

UP, GOAL = 0.3, 12
RATE = walk_rate(UP, GOAL)


def start(branch: int) -> Walk:
    return Walk(Draws(5, branch), UP, GOAL)


def way(begin: int, luck: Luck) -> list[int]:
    """A whole walk from a position."""
    found = [begin]
    while 0 < found[-1] < GOAL:
        found.append(found[-1] + (1 if luck.pick(10) < 3 else -1))
    return found


def one_at_a_time(paths: int, luck: Luck, *, above: bool) -> float:
    """The wrong variant: of the paths that tie at the smallest maximum one dies.

    It is grown again from any other path, where that first was level with the smallest
    maximum; or, the other way to be wrong, where it first was above.
    """
    living, weight = [way(1, luck) for _ in range(paths)], 1.0
    while (low := min(map(max, living))) < GOAL:
        dead = next(at for at, path in enumerate(living) if max(path) == low)
        least = low + above
        able = [p for at, p in enumerate(living) if at != dead and max(p) >= least]
        if not able:
            return 0.0
        parent = able[luck.pick(len(able))]
        rose = next(at for at, height in enumerate(parent) if height >= least)
        living[dead] = parent[:rose] + way(parent[rose], luck)
        weight *= (paths - 1) / paths
    return weight


def test_killing_one_of_many_that_tie_is_wrong_by_orders_of_magnitude() -> None:
    low = [one_at_a_time(100, Luck(Draws(1), "low", n), above=False) for n in range(4)]
    assert 200 < RATE / (sum(low) / 4) < 1200
    assert max(low) < RATE / 50
    high = [one_at_a_time(100, Luck(Draws(1), "high", n), above=True) for n in range(4)]
    assert sum(high) / 4 > 10 * RATE
    right = gams(start, float(GOAL), Draws(1))
    assert right.interval.low <= RATE <= right.interval.high


def test_ties_die_together_and_each_round_tells_how_many() -> None:
    found = gams_replicate(start, float(GOAL), 100, Luck(Draws(1), "ties"))
    *rounds, last = found.levels
    assert [level.score for level in rounds] == [*range(1, GOAL)]
    assert all(level.ties > 1 for level in rounds)
    assert all(level.entries + level.ties == level.starts == 100 for level in rounds)
    assert all(level.ancestors <= level.entries for level in rounds)
    assert (last.entries, last.ties) == (100, 0)
    assert found.value == pytest.approx(
        math.prod(level.entries / 100 for level in rounds)
    )
    assert found.steps == sum(level.steps for level in found.levels)


def test_if_all_die_the_replicate_is_zero_and_stays() -> None:
    sunk = gams(lambda branch: Walk(Draws(5, branch), 1e-9, GOAL), 12.0, Draws(1))
    assert sunk.value == 0
    assert sunk.interval == (0.0, 1.0)
    assert all(one.levels[0].ties == 100 for one in sunk.replicates)


def test_a_target_that_all_exceed_is_plain_counting() -> None:
    found = gams_replicate(
        lambda branch: Walk(Draws(5, branch), 0.5, 2), 0.0, 400, Luck(Draws(1), "plain")
    )
    assert len(found.levels) == 1
    assert found.value == pytest.approx(0.5, abs=0.1)


def test_a_target_below_the_event_is_unbiased_too() -> None:
    found = gams(start, 9.0, Draws(6))
    assert found.interval.low <= RATE <= found.interval.high
    assert all(one.levels[-1].entries <= 100 for one in found.replicates)


def test_a_target_that_is_none_is_refused() -> None:
    for target in (math.nan, math.inf):
        with pytest.raises(DataError, match="must be finite"):
            gams(start, target, Draws(1))
