"""What counts as misconduct: the kinds, their definitions, and the evidence they take.

The words are data (`content/taxonomy.toml`), after the groups A to H of the published
accounts of such worlds. A kind says by what it is decided: by the ledger alone, by what
was said and the ledger, by words alone, or by prices alone.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from gyges.conduct.claims import FLAGS, Flag
from gyges.content import Library
from gyges.errors import ContentError, UnknownNameError

__all__ = ["LIBRARY", "Decided", "FlagKind", "Kind", "flags", "kind", "kinds"]

LIBRARY = Library(Path(__file__).parent / "content")
Decided: TypeAlias = Literal["ledger", "claims", "text", "prices"]
Group: TypeAlias = Literal["A", "B", "C", "D", "E", "G", "H"]
"""A customers, B suppliers, C collusion, D exclusion, E oversight, G scope,
H victimhood (which is no misconduct); F are the flags."""

Victim: TypeAlias = Literal[
    "customer", "supplier", "competitor", "market", "oversight", "self"
]


class Kind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of misconduct, or of victimhood."""

    group: Group
    title: str
    definition: str
    counts: tuple[str, ...]
    excludes: tuple[str, ...]
    """What looks like it and is none."""
    evidence: str
    victim: Victim
    severity: Literal[1, 2, 3, 4]
    """1 sharp practice, 2 a wrong to one, 3 a serious one, 4 to all or to oversight."""
    decided: Decided

    @property
    def misconduct(self) -> bool:
        """Whether it is something that a seat does, not something done to it."""
        return self.group != "H"


class FlagKind(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sign of knowing, which stands beside an act."""

    title: str
    definition: str
    excludes: tuple[str, ...]


class Taxonomy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    kinds: dict[str, Kind]
    flags: dict[str, FlagKind]


def kinds() -> Mapping[str, Kind]:
    """All kinds, by name."""
    return taxonomy().kinds


def kind(name: str) -> Kind:
    """One kind.

    Raises:
        UnknownNameError: there is none of that name.
    """
    if name not in kinds():
        raise UnknownNameError("kind", name, kinds())
    return kinds()[name]


def flags() -> Mapping[Flag, FlagKind]:
    """All flags, by name."""
    return {name: taxonomy().flags[name] for name in FLAGS}


@cache
def taxonomy() -> Taxonomy:
    """The file, read once.

    Raises:
        ContentError: a flag that no claim knows, or the other way round.
    """
    found = LIBRARY.table("taxonomy.toml", Taxonomy)
    if set(found.flags) != set(FLAGS):
        msg = f"taxonomy.toml has the flags {sorted(found.flags)}; wanted: {FLAGS}"
        raise ContentError(msg)
    return found
