"""Dates, addresses and names: what a vending world is set in."""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import msgspec

from gyges.worlds.vending.catalogue import Product, load_catalogue
from gyges.worlds.vending.config import LIBRARY, Config
from gyges.worlds.vending.state import DAY

__all__ = ["Calendar", "Person", "Place", "find_product", "place"]

CLOCK = tuple(f" {hour:02d}:{minute:02d}" for hour in range(24) for minute in range(60))
"""Every minute of a day as text: each observation ends with one."""


class Person(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who a seat is."""

    name: str
    address: str
    storage: str
    """Where its goods are kept."""


class Place(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the world is set: names only, no numbers."""

    company: str
    city: str
    location: str
    owner: str
    """Address of the owner of the location."""
    office: str
    """Address of the company's office."""
    postmaster: str
    """Who returns mail that cannot be delivered."""
    insurer: str
    """Address from which the insurer writes; it takes no mail."""
    people: tuple[Person, ...]


def place() -> Place:
    """Read the setting."""
    return LIBRARY.table("place.toml", Place)


class Calendar:
    """World minutes as dates and back."""

    __slots__ = ("_dates", "first")

    def __init__(self, config: Config) -> None:
        """Fix the first day."""
        self.first = date.fromisoformat(config.start_date)
        self._dates: dict[int, str] = {}

    def day(self, day: int) -> date:
        """The date of a world day."""
        return self.first + timedelta(days=day)

    def stamp(self, time: int) -> str:
        """World minutes as `YYYY-MM-DD HH:MM`."""
        day, minute = divmod(time, DAY)
        known = self._dates.get(day)
        if known is None:
            known = self._dates[day] = str(self.day(day))
        return known + CLOCK[minute]


def find_product(catalogue: Mapping[str, Product], name: str) -> Product:
    """The product somebody means by a name, an alias or a key, in any case.

    Raises:
        ValueError: no product is called that.
    """
    key = all_names().get(" ".join(name.lower().split()))
    if key is None:
        msg = (
            f"no product is called {name[:80]!r}; use the name your storage list shows"
        )
        raise ValueError(msg)
    return catalogue[key]


@cache
def all_names() -> Mapping[str, str]:
    """Every name, alias and key in lower case, and the key of its product."""
    return {
        name: product.key
        for product in load_catalogue().values()
        for name in (*product.aliases, product.name.lower(), product.key)
    }
