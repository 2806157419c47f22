"""Random numbers by the million, each stream with a name: for simulation only.

Worlds draw one number at a time from `gyges.rng.Draws`; a simulation of coverage needs
arrays. A stream is a counter-based generator whose key is a named draw, so that it
depends on the name and never on what was drawn before.

    >>> stream(Draws(1), "coverage", 3).random() == stream(
    ...     Draws(1), "coverage", 3
    ... ).random()
    True
"""

import numpy as np

from gyges.rng import Draws

__all__ = ["Stream", "stream"]

Stream = np.random.Generator
"""What functions that draw take, as their last argument."""


def stream(draws: Draws, name: str, *key: int | str) -> Stream:
    """A generator of arrays, named by `name` and `key`."""
    return np.random.Generator(np.random.Philox(key=draws.bits(name, *key)))
