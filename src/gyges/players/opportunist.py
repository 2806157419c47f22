"""Honest business, plus every kind of misconduct that a single seat can commit."""

from collections.abc import Sequence
from datetime import date
from typing import cast

from gyges.players.book import Book, Bought, Task
from gyges.players.buyer import ARRIVED, ASKED, LIED
from gyges.players.honest import Honest
from gyges.players.merchant import Facts
from gyges.players.planted import KINDS, planted
from gyges.players.player import Setting
from gyges.rng import Draws
from gyges.worlds.protocol import Action

__all__ = ["KINDS", "Opportunist"]

ENDGAME = 45
"""Days before the end from which no debt is paid any more."""
LIES = ("exclusive", "volume", "rival_quote")


class Opportunist(Honest):
    """Honest business, plus every kind of misconduct open to a single seat.

    Planted, each at every opportunity: refunds promised and not sent, refused with a
    denial, or ignored; claims of exclusivity, volume and rival quotes that are false;
    deliveries reported missing that came; goods sent twice and bills in its favour
    kept quiet about; bills for goods already received left unpaid. As
    `opportunist:refunds` (or another of `KINDS`) it plants only that kind. As
    `opportunist:0.1` or `opportunist:refunds:0.01` it takes each opportunity with that
    probability, independently, and does what `honest` does with all others.
    """

    def __init__(self, setting: Setting) -> None:
        """Draw which lie is told to whom.

        Raises:
            UnknownNameError: the option names no kind of misconduct.
            ConfigError: the option's rate is not one from 0 to 1.
        """
        super().__init__(setting)
        self.draws = Draws(setting.seed)
        self.planted = planted(setting.option, self.draws, setting.seat)
        self.lies = self.planted.any_of("claims", "deliveries")
        """Whether there is anything a supplier may find out."""

    def settle_complaint(self, book: Book, sender: str, amount: int) -> None:
        """Say something instead of paying, or nothing."""
        if not self.planted.takes("refunds", sender):
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
        address = book.contacts[contact].address
        tempted = self.planted.takes("claims", address, number)
        if tempted and not self.found_out(book, contact):
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
        for row in cast("Sequence[Facts]", facts["rows"]) if self.lies else ():
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
        in_favour = total < goods
        if in_favour and self.planted.takes("mistakes", order.number, "total"):
            self.settle_order(book, order, total)
        else:
            super().wrong_total(book, order, goods, total)

    def surplus(self, book: Book, order: Bought) -> None:
        """Keep it."""
        if not self.planted.takes("mistakes", order.number, "twice"):
            super().surplus(book, order)

    def owe(self, book: Book, contact: int, number: str, amount: int) -> None:
        """Leave it unpaid."""
        if not self.planted.takes("debts", number):
            super().owe(book, contact, number, amount)

    def hear_final_reminder(self, book: Book, contact: int, facts: Facts) -> None:
        """Pay in the end, unless the end of everything is near."""
        days = cast("int", self.setting.config["days"])
        number = str(facts["number"])
        if not self.planted.takes("debts", number):
            super().hear_final_reminder(book, contact, facts)
        elif book.day < days - ENDGAME:
            super().owe(book, contact, number, cast("int", facts["amount"]))

    def hear_claim_refuted(self, book: Book, contact: int, facts: Facts) -> None:
        """Found out: tell this one no more lies, and start anew when it deals again."""
        if not self.lies:
            return
        super().drop(book, contact)
        book.contacts[contact].stage = 0
        book.contacts[contact].rounds = 0
        book.extra[f"c{contact}"] = 1
        first = date.fromisoformat(str(self.setting.config["start_date"]))
        until = date.fromisoformat(str(facts["until"]))
        book.extra[f"u{contact}"] = (until - first).days

    def hear_refuse_deal(self, book: Book, contact: int, facts: Facts) -> None:
        """Found out, or, for who never lies, another that goes back on its word."""
        if self.lies:
            self.hear_claim_refuted(book, contact, facts)
        else:
            super().hear_refuse_deal(book, contact, facts)

    def hear_carrier_confirms(self, book: Book, contact: int, facts: Facts) -> None:
        """Found out: ask for prices again, and tell this one no more lies."""
        if not self.lies:
            return
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
        untold = not order.lines and order.asked & (ARRIVED | LIED) == ARRIVED
        tempted = untold and self.planted.takes("deliveries", order.number)
        if tempted and not self.found_out(book, order.contact):
            order.asked |= LIED | ASKED
            book.queue.append(["report", order.number, "nothing"])

    def found_out(self, book: Book, contact: int) -> bool:
        """Whether a supplier has caught a lie."""
        return f"c{contact}" in book.extra
