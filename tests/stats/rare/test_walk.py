"""The process whose rate is known."""

import pytest

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.rare import Walk, walk_rate


def test_the_rate_of_the_reference() -> None:
    assert walk_rate(0.3, 12) == pytest.approx(5.11958e-5, rel=1e-6)
    assert walk_rate(0.5, 8) == 1 / 8
    assert walk_rate(0.3, 12, at=12) == 1
    assert walk_rate(0.3, 12, at=0) == 0


def test_rates_of_stages_multiply_to_the_whole() -> None:
    whole = 1.0
    for goal in range(2, 13):
        whole *= walk_rate(0.3, goal, at=goal - 1)
    assert whole == pytest.approx(walk_rate(0.3, 12))


def test_walks_come_about_at_their_rate() -> None:
    hits = 0
    for branch in range(4000):
        walk = Walk(Draws(1, branch), 0.3, 4)
        while not walk.done:
            walk.step()
        hits += walk.hit
    truth = walk_rate(0.3, 4)
    assert hits / 4000 == pytest.approx(truth, abs=3 * (truth / 4000) ** 0.5)


def test_a_fork_goes_its_own_way_and_the_same_branch_the_same() -> None:
    walk = Walk(Draws(1, 5), 0.3, 1000)
    walk.step()
    twins = [walk.fork(5), walk.fork(6)]
    before = walk.at
    ways = [[twin.at for _ in range(20) if twin.step() is None] for twin in twins]
    assert walk.at == before
    assert ways[0] == [walk.at for _ in range(20) if walk.step() is None]
    assert ways[0] != ways[1]


def test_walks_to_nowhere_are_refused() -> None:
    with pytest.raises(DataError, match="up 0"):
        Walk(Draws(1), 0, 12)
    with pytest.raises(DataError, match="goal 1"):
        Walk(Draws(1), 0.3, 1)
    with pytest.raises(DataError, match="between 0 and the goal"):
        walk_rate(0.3, 12, at=13)
