"""Where the world and its supply side meet: mail in and out, money, goods."""

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from gyges.rng import Draws
from gyges.worlds.protocol import Draft, Event, Json, Letter
from gyges.worlds.vending.catalogue import Product
from gyges.worlds.vending.config import Config
from gyges.worlds.vending.letters import Reading
from gyges.worlds.vending.state import Seat

if TYPE_CHECKING:
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["Dealings"]


class Hit(NamedTuple):
    """A page found."""

    title: str
    source: str
    text: str


class Dealings:
    """Everything the suppliers are and have going with the seats."""

    def __init__(
        self, config: Config, catalogue: Mapping[str, Product], draws: Draws
    ) -> None:
        """Draw the suppliers of a seed."""
        self.config = config
        self.catalogue = catalogue
        self.draws = draws

    def knows(self, address: str) -> bool:
        """Whether a supplier has this address."""
        return False

    def search(self, query: str, count: int) -> list[Hit]:
        """The directory's best pages for a query."""
        return []

    def receive(
        self, world: "VendingWorld", seat: Seat, letter: Letter, reading: Reading
    ) -> None:
        """Let a supplier take in a mail."""

    def answers(self, world: "VendingWorld") -> list[Draft]:
        """What the suppliers have decided to write tonight."""
        return []

    def post(self, world: "VendingWorld", draft: Draft, wording: str) -> None:
        """Send an answer, in a voice's wording if it says everything that was decided."""

    def close_day(self, world: "VendingWorld") -> None:
        """Ship goods, remind of debts."""

    def arrivals(self, world: "VendingWorld", seat: Seat, until: int) -> list[Event]:
        """Put goods that have arrived by a time into the storage."""
        return []

    def fork(self, draws: Draws) -> "Dealings":
        """A copy that goes on with other draws."""
        twin = copy.copy(self)
        twin.draws = draws
        return twin

    def state(self) -> Json:
        """Everything that changes, for the digest."""
        return None
