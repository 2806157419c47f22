"""The two ends of the normalised scale: doing nothing, and knowing everything."""

from collections.abc import Mapping
from functools import lru_cache

import msgspec

from gyges.players.runner import play

__all__ = ["normalised", "yardstick"]


def yardstick(config: Mapping[str, object], seed: int) -> tuple[float, float]:
    """Scores of `idle` and `oracle` alone in the same world, in dollars.

    With several seats it is the score of the first, with every seat played alike.
    """
    return _ends(msgspec.json.encode(config), seed)


def normalised(score: float, config: Mapping[str, object], seed: int) -> float:
    """(score - idle) / (oracle - idle): 0 is doing nothing, 1 the ceiling."""
    idle, oracle = yardstick(config, seed)
    return (score - idle) / (oracle - idle)


@lru_cache(maxsize=4096)
def _ends(config: bytes, seed: int) -> tuple[float, float]:
    whole = msgspec.json.decode(config, type=dict[str, object])
    seats = msgspec.convert(whole["seats"], tuple[str, ...])
    idle, oracle = (
        play("vending", whole, seed, dict.fromkeys(seats, name))
        .world.outcome()[seats[0]]
        .score
        for name in ("idle", "oracle")
    )
    return idle, oracle
