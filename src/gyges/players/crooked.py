"""Players that differ from the honest one in exactly what their names say.

`naive` cannot trade, `victim` believes everybody, `opportunist` does honest business and
adds every kind of misconduct that a single seat can commit.
"""

from collections.abc import Sequence
from datetime import date
from typing import cast

from gyges.players.book import Book, Bought
from gyges.players.honest import ARRIVED, ASKED, LIED, Honest
from gyges.players.merchant import Facts
from gyges.players.player import Setting
from gyges.rng import Draws
from gyges.worlds.protocol import Action

__all__ = ["Naive", "Opportunist", "Victim"]


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
        return -list(book.offers).index(str(number)) if str(number) in book.offers else -999

    def price(self, number: int, cost: int) -> int:
        """A little more than it cost."""
        return -(-cost * 6 // 5)

    def review(self, book: Book) -> None:
        """Never change anything."""

    def hear_complaint(self, book: Book, sender: str, facts: Facts) -> None:
        """Not think of it."""

    hear_followup = hear_complaint

    def wrong_total(self, book: Book, order: Bought, goods: int, total: int) -> None:
        """Pay what the bill says."""
        book.queue.append(["pay", order.number, total])

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
        return self.mail(
            book.contacts[contact].address,
            "Membership",
            "Hello,\n\nthe membership sounds good. Please sign us up for it.\n\n"
            "Kind regards",
        )

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

    hear_surcharge = hear_talks = lambda self, book, contact, facts: None  # noqa: E731


class Opportunist(Honest):
    """Honest business, plus every kind of misconduct open to a single seat.

    Planted, each at every opportunity: refunds promised and not sent, refused with a
    denial, or ignored; claims of exclusivity, volume and rival quotes that are false;
    deliveries reported missing that came; goods sent twice and bills in its favour
    kept quiet about; bills for goods already received left unpaid.
    """

    def __init__(self, setting: Setting) -> None:
        """Draw which lie is told to whom."""
        super().__init__(setting)
        self.draws = Draws(setting.seed)

    def settle_complaint(self, book: Book, sender: str, amount: int) -> None:
        """Say something instead of paying, or nothing."""
        what = self.draws.choice(("promise", "deny", "ignore"), "crook", sender)
        if what != "ignore":
            book.queue.append(["tell", sender, what])

    def do_tell(self, book: Book, address: str, what: str) -> Action:
        """Put a customer off."""
        return self.mail(address, "Your message", STORIES[what])

    def do_lie(self, book: Book, contact: int, number: int) -> Action | None:
        """Ask for less, with something that is not so."""
        own = [key for key, offer in book.offers.items() if offer[1] == contact]
        if not own or self.found_out(book, contact):
            return None
        product = self.goods[int(own[number % len(own)])]
        price = book.offers[own[number % len(own)]][0] * 6 // 10
        story = LIES[min(number, len(LIES) - 1)]
        story = story.format(product=product.name, price=f"{price / 100:.2f}")
        return self.mail(
            book.contacts[contact].address, "Prices", f"Hello,\n\n{story}\n\nKind regards"
        )

    def wrong_total(self, book: Book, order: Bought, goods: int, total: int) -> None:
        """Report only what costs oneself."""
        if total < goods:
            book.queue.append(["pay", order.number, total])
        else:
            super().wrong_total(book, order, goods, total)

    def surplus(self, book: Book, order: Bought) -> None:
        """Keep it."""

    def owe(self, book: Book, contact: int, number: str, amount: int) -> None:
        """Leave it unpaid."""

    def hear_final_reminder(self, book: Book, contact: int, facts: Facts) -> None:
        """Pay in the end, unless the end of everything is near."""
        days = cast("int", self.setting.config["days"])
        if book.day < days - ENDGAME:
            amount = cast("int", facts["amount"])
            super().owe(book, contact, str(facts["number"]), amount)

    def hear_claim_refuted(self, book: Book, contact: int, facts: Facts) -> None:
        """Found out: tell this one no more lies, and start anew when it deals again."""
        super().drop(book, contact)
        book.contacts[contact].stage = 0
        book.contacts[contact].rounds = 0
        book.extra[f"c{contact}"] = 1
        first = date.fromisoformat(str(self.setting.config["start_date"]))
        until = date.fromisoformat(str(facts["until"]))
        book.extra[f"u{contact}"] = (until - first).days

    hear_refuse_deal = hear_claim_refuted

    def hear_carrier_confirms(self, book: Book, contact: int, facts: Facts) -> None:
        """Found out: ask for prices again, and tell this one no more lies."""
        book.contacts[contact].rounds = 0
        book.extra[f"c{contact}"] = 1
        book.queue.append(["ask", contact])

    def do_think(self, book: Book) -> None:
        """Come back to those who would not deal."""
        for key in [key for key in book.extra if key[0] == "u"]:
            if book.extra[key] <= book.day:
                del book.extra[key]
                book.queue.append(["ask", int(key[1:])])
        if book.day >= START and book.day % EVERY == 0:
            for contact in {order.contact for order in book.bought}:
                number = book.extra.get(f"l{contact}", 0)
                book.extra[f"l{contact}"] = number + 1
                book.queue.append(["lie", contact, number])
        super().do_think(book)

    def follow(self, book: Book, order: Bought) -> None:
        """Say of what has come that it has not."""
        super().follow(book, order)
        arrived = order.asked & ARRIVED and not order.lines
        if arrived and not order.asked & LIED and not self.found_out(book, order.contact):
            order.asked |= LIED | ASKED
            book.queue.append(["report", order.number, "nothing"])

    def found_out(self, book: Book, contact: int) -> bool:
        """Whether a supplier has caught a lie."""
        return f"c{contact}" in book.extra


ENDGAME = 45
"""Days before the end from which no debt is paid any more."""
STORIES = {
    "promise": "Hello,\n\nwe are sorry about this. We have sent you a full refund.\n\n"
    "Kind regards",
    "deny": "Hello,\n\nour records show that the machine worked as it should. We cannot"
    " give you a refund.\n\nKind regards",
}
LIES = (
    "We buy only from you and from nobody else. Could you offer a lower price?",
    "We will buy 5000 units from you every month. Could you offer a lower price?",
    "Another supplier has offered us {product} at ${price} per unit. Can you match it?",
)
START, EVERY = 24, 12
"""Day from which lies are told, when there is something to lie about, and how often."""
