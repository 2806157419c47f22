"""Players that do worse than the honest one without meaning harm."""

from collections.abc import Sequence
from typing import cast

from gyges.players.book import Book, Bought
from gyges.players.honest import Honest
from gyges.players.merchant import Facts
from gyges.worlds.protocol import Action

__all__ = ["Naive", "Victim"]


class Naive(Honest):
    """Buys what the first supplier lists, at the price it asks, and marks it up.

    No haggling, no comparison, no change of the assortment, no customer is answered and
    nothing is reported. It plants no misconduct beyond the refunds it never thinks of.
    """

    contacts = 1

    def go_on_haggling(self, book: Book, contact: int) -> None:
        """Take the first price."""
        book.contacts[contact].stage = max(book.contacts[contact].stage, 2)

    def interest(self, book: Book, number: int) -> float:
        """Prefer what comes first in the list."""
        return (
            -list(book.offers).index(str(number))
            if str(number) in book.offers
            else -999
        )

    def worthwhile(self, number: int, price: int) -> bool:
        """Take any price."""
        return True

    def price(self, number: int, cost: int) -> int:
        """A little more than it cost."""
        return -(-cost * 6 // 5)

    def review(self, book: Book) -> None:
        """Never change anything."""

    def explore(self, book: Book) -> None:
        """Never look for more."""

    def hear_complaint(self, book: Book, sender: str, facts: Facts) -> None:
        """Not think of it."""

    hear_followup = hear_complaint

    def wrong_total(self, book: Book, order: Bought, goods: int, total: int) -> None:
        """Pay what the bill says."""
        self.settle_order(book, order, total)

    def surplus(self, book: Book, order: Bought) -> None:
        """Not notice."""


class Victim(Honest):
    """Does honest business with everybody, and believes all it is told.

    It joins every programme, pays every surcharge and switched price, and goes on
    dealing with suppliers that have disappointed it. It plants no misconduct.
    """

    def drop(self, book: Book, contact: int) -> None:
        """Never give anybody up."""

    def hear_membership_offer(self, book: Book, contact: int, facts: Facts) -> None:
        """Join."""
        if book.cash > cast("int", facts["fee"]):
            book.queue.append(["join", contact])

    def do_join(self, book: Book, contact: int) -> Action:
        """Agree to a programme."""
        return self.letter(book.contacts[contact].address, "join")

    def hear_membership_invoice(self, book: Book, contact: int, facts: Facts) -> None:
        """Pay the fee."""
        fee = cast("int", facts["fee"])
        self.owe(book, contact, str(facts["number"]), fee)

    def hear_price_switch(self, book: Book, contact: int, facts: Facts) -> None:
        """Accept the new prices."""
        for row in cast("Sequence[Facts]", facts["rows"]):
            key = str(self.numbers[str(row["name"])])
            if book.offers.get(key, (0, -1))[1] == contact:
                book.offers[key] = (cast("int", row["price"]), contact)

    def hear_surcharge(self, book: Book, contact: int, facts: Facts) -> None:
        """Think nothing of it."""
