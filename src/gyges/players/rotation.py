"""Who sits where: seats rotate over seeds, so that no player keeps a lucky one.

Of every `n` consecutive seeds that begin with a multiple of `n`, each of `n` players
has each seat once. From one such block to the next the order changes in which they sit,
so that nobody always has the same neighbour: over `n!` seeds every seating comes once.

    >>> [rotated("abc", seed) for seed in range(3)]
    [('a', 'b', 'c'), ('c', 'a', 'b'), ('b', 'c', 'a')]
    >>> rotated("abc", 3)
    ('a', 'c', 'b')
"""

from collections.abc import Sequence
from itertools import islice, permutations
from math import factorial
from typing import TypeVar

__all__ = ["rotated"]

T = TypeVar("T")


def rotated(players: Sequence[T], seed: int) -> tuple[T, ...]:
    """The players in the order of the seats that they have in a seed.

    Args:
        players: in their own order; the first of a few is in seat `seed % n`.
        seed: of the run, 0 or more.
    """
    count = len(players)
    if not count:
        return ()
    block = (seed // count) % factorial(count - 1)
    others = next(islice(permutations(players[1:]), block, None))
    ring = (players[0], *others)
    return tuple(ring[(seat - seed) % count] for seat in range(count))
