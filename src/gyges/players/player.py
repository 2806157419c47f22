"""What a player is: a pure function from memory and observation to an action.

A player keeps nothing between calls but its memory, which is small JSON. So it can be
forked with its world, and it can act through a model interface that has no state: there
its memory rides in its last message.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import msgspec

from gyges.worlds.protocol import Action
from gyges.worlds.tool import Observation

__all__ = ["MEMORY_LIMIT", "Memory", "Player", "Setting", "billed"]

ENCODER = msgspec.json.Encoder()

MEMORY_LIMIT = 2048
"""Bytes of JSON a memory may take."""

Memory: TypeAlias = str
"""JSON text, at most `MEMORY_LIMIT` bytes of it; empty at first."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a player is made for."""

    world: str
    config: Mapping[str, object]
    """The whole configuration. Only `oracle` and calibration players look into it."""
    seed: int
    """Names the player's own draws; only `oracle` uses it to look behind the scenes."""
    seat: str
    option: str = ""
    """What follows the colon in a player's name."""


class Player(Protocol):
    """Decides one action at a time."""

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        """Decide.

        Args:
            memory: what the last call returned; empty at first.
            observation: the brief at first, then what came of the last action.
        """
        ...


def billed(action: Action) -> int:
    """Output tokens a scripted player is billed for an action.

    A declared function of the action, the same in every runner: a quarter of the bytes
    of the call as JSON, rounded up, which is about what a model would write.
    """
    sent = action.storable()
    return -(-len(ENCODER.encode([sent.tool, sent.arguments])) // 4)
