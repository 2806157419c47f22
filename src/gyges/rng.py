"""Named, counter-based randomness.

A draw is a hash of (seed, branch, stream, key): it does not depend on which draws were
made before it, so two players with the same seed meet the same weather, the same demand
shocks and the same supplier fates, whatever they do. A fork with another branch redraws
everything that comes after it.

    >>> draws = Draws(seed=3)
    >>> draws.uniform("weather", 12) == Draws(seed=3).uniform("weather", 12)
    True
    >>> draws.uniform("weather", 12) == draws.uniform("weather", 13)
    False
"""

import math
from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

from gyges.errors import ConfigError

__all__ = ["Draws"]

SEED_LIMIT = 2**63
UNIT = 2.0**-53
T = TypeVar("T")


class Draws:
    """The source of every random number in a world."""

    __slots__ = ("_keyed", "branch", "seed")

    def __init__(self, seed: int, branch: int = 0) -> None:
        """Fix the seed and the branch.

        Args:
            seed: 0 <= seed < 2**63.
            branch: 0 for an original run, another number for a fork that redraws.

        Raises:
            ConfigError: a seed or branch out of range.
        """
        for name, value in (("seed", seed), ("branch", branch)):
            if not 0 <= value < SEED_LIMIT:
                msg = f"{name} {value!r} is out of range; use 0 to 2**63 - 1"
                raise ConfigError(msg)
        self.seed = seed
        self.branch = branch
        key = seed.to_bytes(8, "big") + branch.to_bytes(8, "big")
        # Copied for each draw: that takes half as long as to take in the key again.
        self._keyed = blake2b(digest_size=16, key=key)

    def bits(self, stream: str, *key: int | str) -> int:
        """128 uniformly distributed bits named by `stream` and `key`."""
        for part in key:
            stream += f"\x1f{part}"
        hasher = self._keyed.copy()
        hasher.update(stream.encode())
        return int.from_bytes(hasher.digest())

    def uniform(self, stream: str, *key: int | str) -> float:
        """A float in [0, 1)."""
        return (self.bits(stream, *key) >> 75) * UNIT

    def chance(self, probability: float, stream: str, *key: int | str) -> bool:
        """True with the given probability."""
        return self.uniform(stream, *key) < probability

    def normal(self, stream: str, *key: int | str) -> float:
        """A standard normal deviate (Box-Muller on the two halves of the hash)."""
        bits = self.bits(stream, *key)
        first = ((bits >> 75) + 1) * UNIT
        second = (bits & (2**53 - 1)) * UNIT
        return math.sqrt(-2.0 * math.log(first)) * math.cos(2.0 * math.pi * second)

    def integer(self, low: int, high: int, stream: str, *key: int | str) -> int:
        """An integer from low to high, both included."""
        return low + self.bits(stream, *key) % (high - low + 1)

    def choice(self, options: Sequence[T], stream: str, *key: int | str) -> T:
        """One of the options, each equally likely."""
        return options[self.bits(stream, *key) % len(options)]

    def sample(
        self, options: Sequence[T], count: int, stream: str, *key: int | str
    ) -> list[T]:
        """`count` different options in random order (all of them if fewer exist)."""
        name = "\x1f".join((stream, *map(str, key)))
        order = sorted(range(len(options)), key=lambda index: self.bits(name, index))
        return [options[index] for index in order[:count]]
