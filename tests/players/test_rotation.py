"""Seats rotate: everybody has every seat equally often, beside everybody else."""

from collections import Counter
from itertools import permutations

import pytest

from gyges.players.rotation import rotated


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
def test_in_every_block_of_seeds_each_player_has_each_seat_once(count: int) -> None:
    names = "abcde"[:count]
    for block in range(30):
        seatings = [rotated(names, block * count + number) for number in range(count)]
        assert all(sorted(one) == list(names) for one in seatings)
        assert all(
            sorted(column) == list(names) for column in zip(*seatings, strict=True)
        )


@pytest.mark.parametrize("count", [2, 3, 4])
def test_over_enough_seeds_every_seating_comes_once(count: int) -> None:
    names = "abcd"[:count]
    every = list(permutations(names))
    assert sorted(rotated(names, seed) for seed in range(len(every))) == every


def test_nobody_sits_where_there_are_no_seats() -> None:
    assert rotated((), 3) == ()


def test_over_enough_seeds_nobody_keeps_a_neighbour() -> None:
    beside = Counter(
        (seating[seat], seating[seat + 1])
        for seating in (rotated("abcd", seed) for seed in range(24))
        for seat in range(3)
    )
    assert len(beside) == 12
    assert set(beside.values()) == {6}
