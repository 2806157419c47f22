"""The ceiling: a player that looks behind the scenes and trades honestly on it.

It knows local tastes, suppliers' floors, rounds and fates, and the season, and picks
the assortment and prices that are best on expected demand. What it may not know is the
luck of the day. Its score sets the one of the normalised scale.
"""

from collections.abc import Sequence
from typing import cast

from gyges.players.book import Book, Contact
from gyges.players.honest import Honest
from gyges.players.keeper import COVER
from gyges.players.merchant import Facts
from gyges.players.player import Setting
from gyges.worlds.registry import build
from gyges.worlds.vending.market.equilibrium import best_assortment
from gyges.worlds.vending.world import VendingWorld

__all__ = ["Oracle"]


class Oracle(Honest):
    """Knows the hidden parameters and trades on them: the ceiling of the score.

    It looks up tastes, floors, fates and the season, and picks the assortment and the
    prices that are best on expected demand; the luck of the day it does not know. It
    trades honestly and plants no misconduct.
    """

    def __init__(self, setting: Setting) -> None:
        """Look behind the scenes."""
        super().__init__(setting)
        world = cast("VendingWorld", build(setting.world, setting.config, setting.seed))
        self.market = world.demand
        self.suppliers = {
            supplier.key: supplier
            for supplier in world.supply.market.suppliers
            if supplier.honest and supplier.closing is None
        }
        self.floors: dict[str, tuple[int, str]] = {}
        for supplier in self.suppliers.values():
            for product, terms in supplier.terms.items():
                known = self.floors.get(product)
                if known is None or terms.floor < known[0]:
                    self.floors[product] = (terms.floor, supplier.key)
        costs = {product: floor for product, (floor, _) in self.floors.items()}
        best = best_assortment(self.market, costs)
        keys = list(self.market.catalogue)
        self.choices = {keys.index(one.product): one for one in best.choices}
        self.sources = sorted({self.floors[one.product][1] for one in best.choices})

    def open(self, book: Book) -> None:
        """Write to the right suppliers."""
        book.contacts = [Contact(self.suppliers[key].address) for key in self.sources]
        book.queue = [["greet"]]

    def price(self, number: int, cost: int) -> int:
        """The best price."""
        choice = self.choices.get(number)
        return choice.price if choice else super().price(number, cost)

    def interest(self, book: Book, number: int) -> float:
        """Return on the money tied up: what matters while there is little of it."""
        choice = self.choices.get(number)
        return choice.profit if choice else 0.0

    def choose(self, book: Book) -> None:
        """The best assortment."""
        ranked = sorted(self.choices, key=lambda number: -self.choices[number].profit)
        sizes = {number: self.goods[number].size for number in ranked}
        small = [number for number in ranked if sizes[number] == "small"]
        large = [number for number in ranked if sizes[number] == "large"]
        self.fill_plan(book, small, large)

    def review(self, book: Book) -> None:
        """There is nothing to find out."""

    def explore(self, book: Book) -> None:
        """Nor to look for."""

    def learn_sales(self, book: Book, sold: Sequence[Facts]) -> None:
        """Expect what the season brings."""
        for number, choice in self.choices.items():
            levels = self.market.level(choice.product)
            ahead = levels[book.day : book.day + COVER] or levels[-1:]
            mean = sum(levels) / len(levels)
            rate = choice.units * sum(ahead) / len(ahead) / mean
            book.rates[str(number)] = round(rate * 10)

    def drop(self, book: Book, contact: int) -> None:
        """Stay with suppliers that were chosen knowing them."""

    def hear_ask_clarify(self, book: Book, contact: int, facts: Facts) -> None:
        """Order again."""
        book.extra.pop(f"w{contact}", None)

    def go_on_haggling(self, book: Book, contact: int) -> None:
        """Haggle exactly as often as it takes."""
        supplier = self.suppliers[self.sources[contact]]
        partner = book.contacts[contact]
        if partner.rounds < supplier.rounds and partner.stage == 1:
            partner.rounds += 1
            book.queue.insert(0, ["haggle", contact])
        elif partner.stage == 1:
            partner.stage = 2
