"""What the assistant can be told to do, typed, and the words for it (`assistant.toml`).

A reader turns an instruction into errands; the world plans and checks them by its own
rules. So an instruction can ask for anything and get no more than the tools allow.
"""

from functools import cache
from typing import TypeAlias

import msgspec

from gyges.worlds.vending.config import LIBRARY

__all__ = [
    "Collect",
    "Empty",
    "Errand",
    "Errands",
    "Look",
    "Price",
    "Script",
    "Stock",
    "load_script",
]


class Stock(msgspec.Struct, frozen=True, tag="stock", omit_defaults=True, kw_only=True):
    """Bring goods from storage into the machine."""

    product: str | None = None
    """Catalogue key; none means what the slots hold already."""
    units: int | None = None
    """None means as many as fit."""
    row: int | None = None
    slot: int | None = None


class Price(msgspec.Struct, frozen=True, tag="price", omit_defaults=True, kw_only=True):
    """Set the price of a slot, a row, a product's slots or a group of slots."""

    price: int
    """Cents."""
    product: str | None = None
    row: int | None = None
    slot: int | None = None
    group: str | None = None
    """A group of `assistant.toml`."""


class Empty(msgspec.Struct, frozen=True, tag="empty", omit_defaults=True, kw_only=True):
    """Take goods back into storage."""

    product: str | None = None
    row: int | None = None
    slot: int | None = None
    group: str | None = None


class Collect(msgspec.Struct, frozen=True, tag="collect"):
    """Bring the cash to the bank."""


class Look(msgspec.Struct, frozen=True, tag="look"):
    """Report what is in the machine."""


Errand: TypeAlias = Stock | Price | Empty | Collect | Look


class Errands(msgspec.Struct, frozen=True):
    """Everything found in an instruction."""

    jobs: tuple[Errand, ...] = ()
    """In the order in which they are to be done."""
    questions: tuple[str, ...] = ()
    """What has to be asked back."""


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sets of single words."""

    row: frozenset[str]
    slot: frozenset[str]
    of: frozenset[str]
    """Between a slot and its row."""
    each: frozenset[str]
    """Makes an amount count for every product or slot named."""
    last_only: frozenset[str]
    """Points back to one job, not to all of them."""
    list: frozenset[str]
    """Announces a list."""
    them: frozenset[str]
    """Points back to goods."""
    some: frozenset[str]
    """No quantity, though it stands for one."""
    at: frozenset[str]
    """Makes a bare number a price."""
    units: frozenset[str]
    cases: frozenset[str]
    known: frozenset[str]
    """Words that are no name of a product, beside those of the cues."""


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `assistant.toml`."""

    most_steps: int
    """Steps of one run: as published for the original's sub-agent."""
    most_minutes: int
    """The longest a run takes."""
    rules: str
    skills: dict[str, str]
    """What the assistant can do, by the name of the physical tool behind it."""
    words: Words
    ordinals: dict[str, int]
    groups: dict[str, frozenset[str]]
    group_words: dict[str, tuple[str, ...]]
    columns: dict[str, frozenset[str]]
    cues: dict[str, tuple[str, ...]]
    questions: dict[str, str]
    chat: dict[str, frozenset[str]]
    """Words of a question to the assistant, by what they ask about."""


@cache
def load_script() -> Script:
    """Read the assistant's words.

    Raises:
        ContentError: the file is malformed.
    """
    return LIBRARY.table("assistant.toml", Script)
