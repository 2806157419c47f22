"""One year of each player, to the last byte.

A change here is a change of the world or of a player: say so in the changelog, and
record the new years with `python tests/players/test_golden.py`.
"""

from hashlib import blake2b
from pathlib import Path

import msgspec
import pytest

from gyges.players import players
from gyges.testing.case import Case
from gyges.testing.records import entries
from gyges.worlds.registry import configure

GOLDEN = Path(__file__).parent / "golden.json"


class Golden(msgspec.Struct, frozen=True):
    """What became of a year."""

    score: float
    units: float
    tape: str
    """Hash of every entry but the header, which names versions and content."""


def played(player: str) -> Golden:
    run = Case("vending", configure("vending", "v2"), 0).start(player).finish()
    outcome = run.world.outcome()["a"]
    whole = msgspec.json.encode(entries(run)[1:])
    digest = blake2b(whole, digest_size=16).hexdigest()
    return Golden(outcome.score, outcome.counts.get("units", 0), digest)


def recorded() -> dict[str, Golden]:
    return msgspec.json.decode(GOLDEN.read_bytes(), type=dict[str, Golden])


@pytest.mark.parametrize("player", players())
def test_a_year_is_what_it_was(player: str) -> None:
    assert played(player) == recorded()[player]


if __name__ == "__main__":
    found = {player: played(player) for player in players()}
    GOLDEN.write_bytes(msgspec.json.format(msgspec.json.encode(found)) + b"\n")
