"""Dealings with suppliers: prices, bills, deliveries, and what goes wrong in them."""

from collections.abc import Sequence
from typing import cast

from gyges.players.book import Book, Bought, Task
from gyges.players.keeper import Keeper
from gyges.players.merchant import Facts, delivered
from gyges.worlds.protocol import Action

__all__ = ["ARRIVED", "ASKED", "DROPPED", "LIED", "Buyer"]

OFFERS = 26
"""Products whose price is kept in mind."""
PATIENCE = 4
"""Rounds of haggling with one supplier."""
LOST = 14
"""Days after which an order is asked after."""
KEPT = 5
"""Days for which a complete order is kept in mind: it may come twice."""
GIVEN_UP = 30
"""Days after which an incomplete order is."""
DROPPED = 3
"""Stage of a supplier one has no more dealings with."""
ARRIVED, ASKED, NOTICED, LIED = 1, 2, 4, 8
"""What has happened to an order: marks in `Bought.asked`."""


class Buyer(Keeper):
    """Buys honestly: haggles with true words, pays, and reports every error."""

    def receive(self, book: Book, number: str, product: str, units: int) -> None:
        """Hold a delivery against what was ordered."""
        order = self.order(book, number)
        if order is None:
            return
        complete = not order.lines
        left = delivered(order, product, units)
        order.asked |= ARRIVED
        if not order.lines and not complete:
            order.day = book.day
        if left and complete and not order.asked & (ASKED | NOTICED):
            order.asked |= NOTICED
            self.surplus(book, order)

    def surplus(self, book: Book, order: Bought) -> None:
        """A complete order came again: say so."""
        book.queue.append(["report", order.number, "twice"])

    def go_on_haggling(self, book: Book, contact: int) -> None:
        """Ask for a better price as long as there is room."""
        partner = book.contacts[contact]
        if partner.stage == 1 and partner.rounds < PATIENCE:
            partner.rounds += 1
            book.queue.insert(0, ["haggle", contact])
        elif partner.stage == 1:
            partner.stage = 2

    def do_haggle(self, book: Book, contact: int) -> Action:
        """Ask for less, with nothing but the wish for it."""
        return self.letter(book.contacts[contact].address, "haggle")

    def note_offers(self, book: Book, contact: int, facts: Facts) -> None:
        """Keep the lowest standing price of each product that leaves a margin."""
        if book.contacts[contact].stage == DROPPED:
            return
        for row in cast("Sequence[Facts]", facts["rows"]):
            number = self.numbers[str(row["name"])]
            price = cast("int", row["price"])
            key = str(number)
            known = book.offers.get(key)
            if known is not None and known[1] != contact and price >= known[0]:
                continue
            if self.worthwhile(number, price):
                book.offers[key] = (price, contact)
            else:
                book.offers.pop(key, None)
        ranked = sorted(book.offers, key=lambda key: -self.interest(book, int(key)))
        keep = {*ranked[:OFFERS], *map(str, book.plan)}
        book.offers = {key: book.offers[key] for key in ranked if key in keep}

    def hear_price_list(self, book: Book, contact: int, facts: Facts) -> None:
        """Prices."""
        self.note_offers(book, contact, facts)
        book.contacts[contact].stage = max(book.contacts[contact].stage, 1)

    hear_quote = hear_price_list
    hear_counter = hear_price_list
    hear_agree_price = hear_price_list
    hear_claim_believed = hear_price_list
    hear_claim_confirmed = hear_price_list

    def hear_final_price(self, book: Book, contact: int, facts: Facts) -> None:
        """The last word on prices."""
        self.note_offers(book, contact, facts)
        book.contacts[contact].stage = max(book.contacts[contact].stage, 2)

    hear_hold_price = hear_final_price

    def hear_talks_closed(self, book: Book, contact: int, facts: Facts) -> None:
        """No more haggling."""
        book.contacts[contact].stage = max(book.contacts[contact].stage, 2)

    def hear_price_switch(self, book: Book, contact: int, facts: Facts) -> None:
        """A quoted price that does not hold: go elsewhere."""
        self.drop(book, contact)

    hear_surcharge = hear_price_switch
    hear_membership_offer = hear_price_switch
    hear_closing_notice = hear_price_switch
    hear_refuse_deal = hear_price_switch
    hear_cut_off = hear_price_switch
    hear_mail_bounced = hear_price_switch
    hear_stall = hear_price_switch

    def drop(self, book: Book, contact: int) -> None:
        """Have no more dealings with a supplier."""
        book.contacts[contact].stage = DROPPED
        book.offers = {
            key: offer for key, offer in book.offers.items() if offer[1] != contact
        }
        book.bought = [
            order for order in book.bought if order.contact != contact or order.day >= 0
        ]

    def hear_below_minimum(self, book: Book, contact: int, facts: Facts) -> None:
        """Order more next time."""
        book.contacts[contact].minimum = cast("int", facts["minimum"])
        book.extra.pop(f"w{contact}", None)

    def hear_ask_clarify(self, book: Book, contact: int, facts: Facts) -> None:
        """What they do not understand is not ordered from them again."""
        book.extra.pop(f"w{contact}", None)
        for row in cast("Sequence[Facts]", facts["rows"]):
            for key, offer in list(book.offers.items()):
                if offer[1] == contact and self.goods[int(key)].name in str(
                    row["passage"]
                ):
                    del book.offers[key]

    def hear_not_carried(self, book: Book, contact: int, facts: Facts) -> None:
        """What they do not have they do not offer."""
        for row in cast("Sequence[Facts]", facts["rows"]):
            key = str(self.numbers[str(row["name"])])
            if book.offers.get(key, (0, -1))[1] == contact:
                del book.offers[key]

    def hear_proforma(self, book: Book, contact: int, facts: Facts) -> None:
        """Check a pro-forma, and pay it if it is what was agreed."""
        if book.contacts[contact].stage == DROPPED:
            book.extra.pop(f"w{contact}", None)
        else:
            self.check(book, contact, facts, -1)

    def hear_credit_invoice(self, book: Book, contact: int, facts: Facts) -> None:
        """Check a bill for goods that come first, and pay it."""
        self.check(book, contact, facts, book.day)

    def check(self, book: Book, contact: int, facts: Facts, day: int) -> None:
        """Add a bill up; pay it if it is right."""
        book.extra.pop(f"w{contact}", None)
        rows = cast("Sequence[Facts]", facts["rows"])
        lines = {
            str(self.numbers[str(row["name"])]): cast("int", row["units"])
            for row in rows
        }
        number, total = str(facts["number"]), cast("int", facts["total"])
        order = Bought(number, contact, day, lines)
        book.bought.append(order)
        goods = sum(cast("int", row["amount"]) for row in rows)
        if goods != total:
            self.wrong_total(book, order, goods, total)
        else:
            paid = cast("int", facts.get("on_account", 0))
            self.settle_order(book, order, total - paid)

    def settle_order(self, book: Book, order: Bought, amount: int) -> None:
        """Pay for goods, before or after they came."""
        if order.day < 0:
            book.queue.append(["pay", order.number, amount])
        else:
            self.owe(book, order.contact, order.number, amount)

    def wrong_total(self, book: Book, order: Bought, goods: int, total: int) -> None:
        """A bill that is added up wrongly is reported, whomever the error favours."""
        book.queue.append(["report", order.number, "total"])

    def hear_bill_corrected(self, book: Book, contact: int, facts: Facts) -> None:
        """Pay the right total, or the one they insist on."""
        order = self.order(book, str(facts["number"]))
        if order is not None:
            self.settle_order(book, order, cast("int", facts["total"]))

    hear_bill_right = hear_bill_corrected

    def owe(self, book: Book, contact: int, number: str, amount: int) -> None:
        """A debt: pay it at once."""
        book.queue.append(["settle", contact, number, amount])

    def hear_bill(self, book: Book, contact: int, facts: Facts) -> None:
        """A bill for something that came before."""
        amount = facts.get("total", facts.get("amount"))
        number = str(facts.get("bill", facts["number"]))
        known = any(debt[1] == number for debt in book.debts)
        if not known:
            self.owe(book, contact, number, cast("int", amount))

    hear_reminder = hear_bill
    hear_final_reminder = hear_bill
    hear_duplicate_billed = hear_bill
    hear_duplicate_noticed = hear_bill
    hear_bill_difference = hear_bill

    def hear_underpaid(self, book: Book, contact: int, facts: Facts) -> None:
        """Pay what is missing."""
        missing = cast("int", facts["missing"])
        self.owe(book, contact, str(facts["number"]), missing)

    def do_pay(self, book: Book, number: str, amount: int) -> Action | None:
        """Pay a pro-forma, if there is money for it."""
        order = self.order(book, number)
        if order is None or order.day >= 0 or amount <= 0:
            return None
        if amount > book.cash:
            book.bought.remove(order)
            return None
        return self.pay(book.contacts[order.contact].address, amount, number)

    def on_pay(self, book: Book, data: Facts) -> None:
        """The order is on its way."""
        super().on_pay(book, data)
        order = self.order(book, str(book.last[1]))
        if order is not None:
            order.day = book.day

    def do_settle(
        self, book: Book, contact: int, number: str, amount: int
    ) -> Action | None:
        """Pay a bill, now or as soon as there is money."""
        if amount <= 0:
            return None
        if amount > book.cash:
            book.debts.append((contact, number, amount))
            return None
        return self.pay(book.contacts[contact].address, amount, number)

    def on_settle(self, book: Book, data: Facts) -> None:
        """Know the balance."""
        super().on_pay(book, data)

    def order(self, book: Book, number: str) -> Bought | None:
        """An order by its number."""
        return next((order for order in book.bought if order.number == number), None)

    def do_report(self, book: Book, number: str, what: str) -> Action | None:
        """Tell a supplier that something is wrong, as it is."""
        order = self.order(book, number)
        if order is None:
            return None
        return self.letter(book.contacts[order.contact].address, what, order=number)

    def press(self, book: Book, contact: int, number: int) -> Task:
        """Ask a supplier one buys from for a better price, now and then."""
        return ["haggle", contact]

    def follow(self, book: Book, order: Bought) -> None:
        """Ask after what is late, report what stays away, forget what is over."""
        age = book.day - order.day
        if order.day < 0:
            return
        if order.lines and age > LOST and not order.asked & ASKED:
            order.asked |= ASKED
            short = bool(order.asked & ARRIVED)
            book.queue.append(["report", order.number, "short" if short else "missing"])
        elif age > (GIVEN_UP if order.lines else KEPT):
            book.bought.remove(order)
