"""Players and the seats they have in a run.

Players of an arena are named like seats (a, b, ...), since a model role names one.
Where seats rotate, the notes of a tape's header say who sits where; otherwise everybody
has the seat that he is named for.
"""

from collections.abc import Sequence

from gyges.players.rotation import rotated
from gyges.tape import Header

__all__ = ["focal_seat", "notes_of", "seating", "seating_of"]

NOTE = "player {seat}"


def seating(seats: Sequence[str], seed: int, *, rotate: bool) -> dict[str, str]:
    """The player of each seat."""
    players = rotated(seats, seed) if rotate else seats
    return dict(zip(seats, players, strict=True))


def notes_of(seating: dict[str, str]) -> dict[str, str]:
    """A seating as notes for the header of a tape."""
    return {NOTE.format(seat=seat): player for seat, player in seating.items()}


def seating_of(header: Header) -> dict[str, str]:
    """The player of each seat, from the header of a tape."""
    return {
        seat: header.notes.get(NOTE.format(seat=seat), seat) for seat in header.players
    }


def focal_seat(header: Header) -> str:
    """The seat of the first player: of whom a run is a run."""
    first = next(iter(header.players))
    return next(seat for seat, player in seating_of(header).items() if player == first)
