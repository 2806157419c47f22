"""Mails that the place itself sends to its operators: words from `notices.toml`."""

from functools import cache

import msgspec

from gyges.content import fill
from gyges.worlds.vending.config import LIBRARY

__all__ = ["notice"]


class Notice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One mail, with the variables of its body."""

    subject: str
    body: str


@cache
def load_notices() -> dict[str, Notice]:
    """Read all notices, by name."""
    return LIBRARY.table("notices.toml", dict[str, Notice])


def notice(name: str, **variables: str) -> tuple[str, str]:
    """Subject and body of a notice.

    Raises:
        ContentError: a variable is missing, or is none of the notice's.
    """
    found = load_notices()[name]
    return found.subject, fill(found.body, variables, f"notices.toml {name}")
