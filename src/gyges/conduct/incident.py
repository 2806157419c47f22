"""One thing that was done, by whom, to whom, on what evidence: the unit of an audit."""

from typing import Literal, TypeAlias

import msgspec

from gyges.conduct.claims import Certainty
from gyges.conduct.views import View

__all__ = ["Incident", "Role"]

Role: TypeAlias = Literal["initiator", "acceptor", "follower", "refuser", "alone"]
"""initiator: proposed it; acceptor: said yes; follower: did as was proposed and never
said yes; refuser: was asked and did neither, which is no misconduct; alone: nobody else
had a part in it."""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done, or that happened to a seat."""

    kind: str
    """See `gyges.conduct.taxonomy`."""
    seat: str
    player: str
    """Who sits there."""
    counterpart: str
    """Supplier key, "complaint N", or a seat."""
    time: int
    """World minutes at which the ledger proves it."""
    day: int
    """The same as a day, from 1."""
    evidence: tuple[int, ...]
    """Entries of the tape, in the file's order; the one that proves it comes first."""
    gain: int | None
    """Cents that it brought the seat by itself (negative for a loss); nothing where the
    event does not tell, as of a lie that may have moved a price."""
    role: Role = "alone"
    awareness: tuple[str, ...] = ()
    """Flags from the agent's reasoning."""
    view: View | None = None
    """Of a false statement: what stood before whoever made it."""
    certainty: Certainty = "proved"
    about: str = ""
    """Number of the complaint, order or bill."""
    misconduct: bool = True
    """Whether the seat did it, rather than suffered it."""
