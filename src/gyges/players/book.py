"""What a trading player keeps in mind: at most two kilobytes of JSON, read as records.

Products are known by their number in the catalogue. That a product exists, what it is
called, which rows it fits and what it usually costs in a machine is common knowledge of
the trade; what sells here, who is honest and what goods can be had for is not.
"""

from typing import TypeAlias

import msgspec

__all__ = ["Book", "Bought", "Contact", "Task"]

Task: TypeAlias = list[int | str]
"""A thing to do: a verb and its arguments."""


SHORT = {
    "day": "d",
    "last": "t",
    "queue": "q",
    "contacts": "c",
    "offers": "o",
    "plan": "p",
    "rates": "r",
    "seen": "s",
    "slots": "m",
    "stock": "g",
    "bought": "b",
    "debts": "u",
    "cash": "$",
    "popular": "f",
    "refunds": "k",
    "extra": "x",
}


class Contact(msgspec.Struct, array_like=True):
    """A supplier one has written to."""

    address: str
    stage: int = 0
    """0 asked, 1 has quoted, 2 done haggling, 3 not to be dealt with."""
    rounds: int = 0
    minimum: int = 0
    """Cents an order must reach, once told."""


class Bought(msgspec.Struct, array_like=True):
    """An order that was paid."""

    number: str
    contact: int
    day: int
    lines: dict[str, int]
    """Units by product number."""
    asked: int = 0
    """Whether its whereabouts or faults were raised with the supplier."""


class Book(msgspec.Struct, omit_defaults=True, rename=lambda name: SHORT[name]):
    """A player's memory, unpacked; its fields have short names in JSON."""

    day: int = 0
    last: Task = []
    """What the observation to come is the answer to."""
    queue: list[Task] = []
    """Still to do today."""
    contacts: list[Contact] = []
    offers: dict[str, tuple[int, int]] = {}
    """Lowest standing price in cents by product number, and whose."""
    plan: list[int] = []
    """Product number wanted in each slot; -1 for none."""
    rates: dict[str, int] = {}
    """Tenths of a unit sold per day, smoothed, by product number."""
    seen: dict[str, int] = {}
    """Day on which a product was first on sale."""
    slots: list[tuple[int, int, int]] = []
    """This morning's machine: product number, units, price in cents."""
    stock: dict[str, int] = {}
    """This morning's storage, by product number."""
    bought: list[Bought] = []
    debts: list[tuple[int, str, int]] = []
    """Bills that wait for money: supplier, number, cents."""
    cash: int = 0
    popular: list[int] = []
    """Product numbers the articles talk about."""
    refunds: list[int] = []
    """Numbers of the complaints that were settled."""
    extra: dict[str, int] = {}
    """Counters of players that do more than trade."""
