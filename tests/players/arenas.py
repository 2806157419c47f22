"""Arenas of scripted players, played once for all tests of a file."""

from collections.abc import Iterable
from functools import cache

from gyges.players import play
from gyges.players.deeds import Deed, deeds
from gyges.players.runner import seat_players
from gyges.tape import Header, Tape, parse_tape
from gyges.testing.case import Run
from gyges.worlds.registry import configure
from gyges.worlds.vending import VendingWorld

__all__ = ["arena", "deeds_among", "goes_on_from_memory", "played_among"]


def arena(names: Iterable[str], days: int) -> dict[str, object]:
    seats = list("abcde")[: len(tuple(names))]
    return configure("vending", "arena", days=days, seats=seats)


@cache
def played_among(days: int, seed: int, *names: str) -> tuple[VendingWorld, Tape]:
    cast = dict(zip("abcde", names, strict=False))
    run = play("vending", arena(names, days), seed, cast)
    assert isinstance(run.world, VendingWorld)
    return run.world, parse_tape(run.tape.data)


def deeds_among(days: int, kind: str, seed: int, *names: str) -> list[Deed]:
    _, tape = played_among(days, seed, *names)
    return [deed for deed in deeds(tape) if deed.kind == kind]


def goes_on_from_memory(run: Run, header: Header) -> None:
    """Players made anew do the same as those that played, from memory alone."""
    fresh = seat_players(header)
    for seat, seen in run.seen.items():
        memory = run.memories[seat]
        assert fresh[seat].act(memory, seen) == run.players[seat].act(memory, seen)
