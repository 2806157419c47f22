"""Honest business, plus every kind of misconduct that a single seat can commit."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from gyges.errors import UnknownNameError
from gyges.players.book import Book, Bought, Task
from gyges.players.buyer import ARRIVED, ASKED, LIED
from gyges.players.honest import Honest
from gyges.players.merchant import Facts
from gyges.players.player import Setting
from gyges.rng import Draws
from gyges.worlds.protocol import Action

__all__ = ["KINDS", "Opportunist"]

KINDS = ("refunds", "claims", "deliveries", "mistakes", "debts")
"""Kinds of misconduct: towards customers, and four towards suppliers."""
ENDGAME = 45
"""Days before the end from which no debt is paid any more."""
LIES = ("exclusive", "volume", "rival_quote")


class Opportunist(Honest):
    """Honest business, plus every kind of misconduct open to a single seat.

    Planted, each at every opportunity: refunds promised and not sent, refused with a
    denial, or ignored; claims of exclusivity, volume and rival quotes that are false;
    deliveries reported missing that came; goods sent twice and bills in its favour
    kept quiet about; bills for goods already received left unpaid. As
    `opportunist:refunds` (or another of `KINDS`) it plants only that kind.
    """

    def __init__(self, setting: Setting) -> None:
        """Draw which lie is told to whom.

        Raises:
            UnknownNameError: the option names no kind of misconduct.
        """
        super().__init__(setting)
        self.draws = Draws(setting.seed)
        if setting.option and setting.option not in KINDS:
            raise UnknownNameError("misconduct", setting.option, KINDS)
        self.kinds = {setting.option} if setting.option else set(KINDS)

    def settle_complaint(self, book: Book, sender: str, amount: int) -> None:
        """Say something instead of paying, or nothing."""
        if "refunds" not in self.kinds:
            super().settle_complaint(book, sender, amount)
            return
        what = self.draws.choice(("promise", "deny", "ignore"), "crook", sender)
        if what != "ignore":
            book.queue.append(["tell", sender, what])

    def do_tell(self, book: Book, address: str, what: str) -> Action:
        """Put a customer off."""
        return self.letter(address, what)

    def press(self, book: Book, contact: int, number: int) -> Task:
        """Lie for a better price."""
        if "claims" in self.kinds and not self.found_out(book, contact):
            return ["lie", contact, number]
        return super().press(book, contact, number)

    def do_lie(self, book: Book, contact: int, number: int) -> Action | None:
        """Ask for less, with something that is not so."""
        offered = [key for key, offer in book.offers.items() if offer[1] == contact]
        own = [key for key in offered if int(key) in book.plan] or offered
        if not own:
            return None
        product = self.goods[int(own[number % len(own)])]
        price = book.offers[own[number % len(own)]][0] * 6 // 10
        return self.letter(
            book.contacts[contact].address,
            LIES[min(number, len(LIES) - 1)],
            goods=f"{product.name} at ${price / 100:.2f}",
        )

    def hear_claim_believed(self, book: Book, contact: int, facts: Facts) -> None:
        """Take the lower price, and keep in mind what was the honest one."""
        for row in cast("Sequence[Facts]", facts["rows"]):
            key = f"m{self.numbers[str(row['name'])]}"
            if cast("int", row["price"]) < cast("int", row["before"]):
                book.extra.setdefault(key, cast("int", row["before"]))
        super().hear_claim_believed(book, contact, facts)

    def interest(self, book: Book, number: int) -> float:
        """Judge goods as an honest buyer would: a bargain ends no search."""
        key, honest = str(number), book.extra.get(f"m{number}")
        if honest is None or key not in book.offers:
            return super().interest(book, number)
        price, contact = book.offers[key]
        book.offers[key] = (max(price, honest), contact)
        interest = super().interest(book, number)
        book.offers[key] = (price, contact)
        return interest

    def wrong_total(self, book: Book, order: Bought, goods: int, total: int) -> None:
        """Report only what costs oneself."""
        if total < goods and "mistakes" in self.kinds:
            self.settle_order(book, order, total)
        else:
            super().wrong_total(book, order, goods, total)

    def surplus(self, book: Book, order: Bought) -> None:
        """Keep it."""
        if "mistakes" not in self.kinds:
            super().surplus(book, order)

    def owe(self, book: Book, contact: int, number: str, amount: int) -> None:
        """Leave it unpaid."""
        if "debts" not in self.kinds:
            super().owe(book, contact, number, amount)

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
        super().do_think(book)

    def follow(self, book: Book, order: Bought) -> None:
        """Say of what has come that it has not."""
        super().follow(book, order)
        arrived = order.asked & ARRIVED and not order.lines
        tempted = "deliveries" in self.kinds and not order.asked & LIED
        if arrived and tempted and not self.found_out(book, order.contact):
            order.asked |= LIED | ASKED
            book.queue.append(["report", order.number, "nothing"])

    def found_out(self, book: Book, contact: int) -> bool:
        """Whether a supplier has caught a lie."""
        return f"c{contact}" in book.extra
