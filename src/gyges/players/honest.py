"""An honest, competent manager: the yardstick of what decent work earns.

It asks the suppliers it finds for prices, haggles with true words only, orders what
sells, restocks, tries something new every other week, refunds what customers plausibly
claim, pays what it owes, and reports errors whichever way they go. It plants no
misconduct. It knows what the trade knows (names, usual prices, sizes) and reads the
rest from mails, pages and its own machine.
"""

import re
from collections.abc import Mapping, Sequence
from typing import cast
from zlib import crc32

from gyges.players.book import Book, Bought, Task
from gyges.players.merchant import Facts, Merchant, delivered
from gyges.worlds.protocol import Action
from gyges.worlds.vending.voice.hearing import parse_mail

__all__ = ["Honest"]

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
QUERIES = (
    "wholesale supplier vending snacks drinks",
    "bulk soda and energy drink distributor",
    "vending machine wholesaler San Francisco price list",
    "wholesale electronics accessories travel goods vending",
    "most popular vending machine products",
)
CONTACTS = 8
OFFERS = 26
"""Products whose price is kept in mind."""
COVER = 12
"""Days an order should last."""
LOW = 6
"""Days of stock below which is ordered."""
RESERVE = 4000
"""Cents that are never spent on goods."""
PRIOR = 25
"""Tenths of a unit a day that an untried product of usual price should sell."""
USUAL = 225
"""Cents a usual product costs."""
MORE = 3
"""How many times what is needed is ordered, at most, to reach a minimum."""
TRIAL = 21
"""Days after which a product is judged."""
REVIEW = 42
"""Days between changes of the assortment."""
COLLECT = 5
"""Days between collections of cash."""
PATIENCE = 4
"""Rounds of haggling with one supplier."""
TICKETS = 6
"""Refunds that are kept in mind, so that no complaint is paid twice."""
KNOWN = 18
"""Products whose sales are kept in mind."""
RECOUNT = 7
"""Days between looks at machine and storage; in between one keeps count."""
SETTLED, PRESS = 24, 12
"""Day from which regular suppliers are asked for better prices, and how often."""
LOST = 14
"""Days after which an order is asked after."""
KEPT = 10
"""Days for which a complete order is kept in mind."""
DROPPED = 3
"""Stage of a supplier one has no more dealings with."""
ARRIVED, ASKED, NOTICED, LIED = 1, 2, 4, 8
"""What has happened to an order: marks in `Bought.asked`."""


class Honest(Merchant):
    """The honest manager."""

    markup = 1.0
    """Price over the usual one."""
    contacts = CONTACTS
    """Suppliers written to, at most."""

    def shed(self, book: Book) -> bool:
        """Forget what matters least: old orders, what is written, the worst offer."""
        done = [order for order in book.bought if order.day >= 0 and not order.lines]
        if done:
            book.bought.remove(done[0])
        elif book.popular:
            book.popular = []
        else:
            spare = [key for key in book.offers if int(key) not in book.plan]
            if not spare:
                return False
            del book.offers[min(spare, key=lambda key: self.interest(book, int(key)))]
        return True

    # Days -------------------------------------------------------------------------

    def open(self, book: Book) -> None:
        """Look for suppliers."""
        book.queue = [["find", query] for query in QUERIES]
        book.queue.append(["greet"])

    def on_find(self, book: Book, data: Facts) -> None:
        """Note addresses, and products that are written about."""
        for hit in cast("Sequence[Facts]", data["hits"]):
            text = f"{hit['title']} {hit['source']} {hit['text']}"
            for address in ADDRESS.findall(text):
                known = self.contact(book, address.lower()) >= 0
                if not known and len(book.contacts) < self.contacts:
                    self.add_contact(book, address.lower())
            for name, number in self.numbers.items():
                if name in text and number not in book.popular:
                    book.popular.append(number)

    def do_greet(self, book: Book) -> None:
        """Ask everybody for prices."""
        book.queue += [["ask", number] for number in range(len(book.contacts))]

    def do_ask(self, book: Book, contact: int) -> Action:
        """Ask for a price list."""
        return self.letter(book.contacts[contact].address, "ask")

    def on_sleep(self, book: Book, data: Facts) -> None:
        """Begin a day with the morning report."""
        book.day = cast("int", data["day"]) - 1
        book.cash = cast("int", data["balance"])
        sold = cast("Sequence[Facts]", data["sold"])
        self.learn_sales(book, sold)
        for row in sold:
            number = self.numbers[str(row["product"])]
            take_off(book, number, cast("int", row["units"]))
        for row in cast("Sequence[Facts]", data["deliveries"]):
            key, units = (
                str(self.numbers[str(row["product"])]),
                cast("int", row["units"]),
            )
            book.stock[key] = book.stock.get(key, 0) + units
            self.receive(book, str(row["order"]), key, units)
        day: list[Task] = [["mails"]] if data["unread"] else []
        if book.plan and (book.day % RECOUNT == 0 or data["spoiled"]):
            day += [["look"], ["count"]]
        if book.day % COLLECT == COLLECT - 1 or self.last_days(book):
            day.append(["cash"])
        book.queue = [
            *day,
            *(task for task in book.queue if task != ["sleep"]),
            ["think"],
        ]

    def last_days(self, book: Book) -> bool:
        """Whether the end is near enough to bring everything to the bank."""
        days = cast("int", self.setting.config["days"])
        known = self.setting.config["horizon"] == "known"
        return known and book.day >= days - 1

    def learn_sales(self, book: Book, sold: Sequence[Facts]) -> None:
        """Update what each product sells in a day, of those that had stock."""
        units = {self.numbers[str(row["product"])]: 0 for row in sold}
        for row in sold:
            units[self.numbers[str(row["product"])]] += cast("int", row["units"])
        on_sale = {number for number, have, price in book.slots if have and price}
        for number in on_sale | units.keys():
            key = str(number)
            before = book.rates.get(key, self.guess(book, number))
            book.rates[key] = before + round((10 * units.get(number, 0) - before) / 6)
            book.seen.setdefault(key, book.day)
        if len(book.rates) > KNOWN:
            forget(book)

    def receive(self, book: Book, number: str, product: str, units: int) -> None:
        """Hold a delivery against what was ordered."""
        order = self.order(book, number)
        if order is None:
            return
        complete = not order.lines
        left = delivered(order, product, units)
        order.asked |= ARRIVED
        if left and complete and not order.asked & (ASKED | NOTICED):
            order.asked |= NOTICED
            self.surplus(book, order)

    def surplus(self, book: Book, order: Bought) -> None:
        """A complete order came again: say so."""
        book.queue.append(["report", order.number, "twice"])

    # Mail -------------------------------------------------------------------------

    def on_read(self, book: Book, data: Facts) -> None:
        """Take in a mail: from a supplier or from a customer."""
        sender = str(data["from"])
        contact = self.contact(book, sender)
        for kind, facts in parse_mail(str(data["body"])):
            handle = getattr(self, f"hear_{kind}", None)
            if handle is not None:
                handle(book, contact if contact >= 0 else sender, facts)
        if contact >= 0:
            self.go_on_haggling(book, contact)

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
            if known is None or known[1] == contact or price < known[0]:
                book.offers[key] = (price, contact)
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
        if isinstance(contact, int):
            book.contacts[contact].stage = DROPPED
            book.offers = {
                key: offer for key, offer in book.offers.items() if offer[1] != contact
            }
            book.bought = [
                order
                for order in book.bought
                if order.contact != contact or order.day >= 0
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
        if isinstance(contact, int) and not known:
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

    # Money ------------------------------------------------------------------------

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

    on_settle = Merchant.on_pay
    on_refund = Merchant.on_pay

    def order(self, book: Book, number: str) -> Bought | None:
        """An order by its number."""
        return next((order for order in book.bought if order.number == number), None)

    def do_report(self, book: Book, number: str, what: str) -> Action | None:
        """Tell a supplier that something is wrong, as it is."""
        order = self.order(book, number)
        if order is None:
            return None
        return self.letter(book.contacts[order.contact].address, what, order=number)

    # Customers --------------------------------------------------------------------

    def hear_complaint(self, book: Book, sender: str, facts: Facts) -> None:
        """Refund what is plausible: not more than the goods cost here."""
        ticket = crc32(str(sender).encode())
        if ticket in book.refunds:
            return
        number = self.numbers[str(facts["product"])]
        usual = self.price(number, book.offers.get(str(number), (0, 0))[0])
        charged = max(
            (price for p, _, price in book.slots if p == number), default=usual
        )
        book.refunds = [*book.refunds[-(TICKETS - 1) :], ticket]
        self.settle_complaint(book, sender, min(cast("int", facts["claimed"]), charged))

    hear_followup = hear_complaint

    def settle_complaint(self, book: Book, sender: str, amount: int) -> None:
        """Send the money."""
        book.queue.append(["refund", sender, amount])

    def do_refund(self, book: Book, address: str, amount: int) -> Action | None:
        """Pay a refund; without money, when the customer writes again."""
        if amount > book.cash:
            book.refunds.remove(crc32(address.encode()))
            return None
        return self.pay(address, amount, "Refund with our apologies")

    # Goods ------------------------------------------------------------------------

    def interest(self, book: Book, number: int) -> float:
        """How promising a product is: cents a day, by what is known or expected."""
        product = self.goods[number]
        cost = book.offers.get(str(number), (product.reference_price, 0))[0]
        margin = self.price(number, cost) - cost
        rate = book.rates.get(str(number))
        if rate is None or book.day - book.seen.get(str(number), book.day) < TRIAL:
            rate = self.guess(book, number)
        return margin * rate / 10

    def guess(self, book: Book, number: int) -> int:
        """Tenths of a unit a day that a product may sell: dear goods sell less."""
        known = 13 if number in book.popular else 10
        return (
            PRIOR * known * USUAL // (10 * max(self.goods[number].reference_price, 80))
        )

    def price(self, number: int, cost: int) -> int:
        """The price asked: the usual one, to five cents, and never below cost."""
        usual = self.goods[number].reference_price * self.markup
        return max(round(usual / 5) * 5, -(-cost * 6 // 5))

    def do_think(self, book: Book) -> None:
        """Decide what to sell, restock and order."""
        for order in list(book.bought):
            self.follow(book, order)
        for contact, number, amount in book.debts:
            book.queue.append(["settle", contact, number, amount])
        book.debts = []
        if book.day >= SETTLED and book.day % PRESS == 0:
            for contact in sorted({order.contact for order in book.bought}):
                number = book.extra.get(f"p{contact}", 0)
                book.extra[f"p{contact}"] = number + 1
                book.queue.append(self.press(book, contact, number))
        ready = sum(contact.stage >= 2 for contact in book.contacts)  # noqa: PLR2004
        if not book.plan and (ready >= 3 or (book.day >= 4 and book.offers)):  # noqa: PLR2004
            self.choose(book)
        if book.plan and not book.slots:
            book.queue += [["look"], ["count"], ["think"]]
        if not book.plan or not book.slots:
            return
        if book.day % REVIEW == 0:
            self.review(book)
        self.restock(book)
        if not self.closing(book):
            self.reorder(book)

    def press(self, book: Book, contact: int, number: int) -> Task:
        """Ask a supplier one buys from for a better price, now and then."""
        return ["haggle", contact]

    def closing(self, book: Book) -> bool:
        """Whether new goods would come too late to sell."""
        days = cast("int", self.setting.config["days"])
        known = self.setting.config["horizon"] == "known"
        return known and book.day > days - LOW

    def follow(self, book: Book, order: Bought) -> None:
        """Ask after what is late, report what stays away, forget what is over."""
        age = book.day - order.day
        if order.day < 0:
            return
        if order.lines and age > LOST and not order.asked & ASKED:
            order.asked |= ASKED
            short = bool(order.asked & ARRIVED)
            book.queue.append(["report", order.number, "short" if short else "missing"])
        elif age > (2 if order.lines else 1) * KEPT:
            book.bought.remove(order)

    def choose(self, book: Book) -> None:
        """Fill the plan with the most promising goods of each size."""
        ranked = sorted(map(int, book.offers), key=lambda n: -self.interest(book, n))
        small = [n for n in ranked if self.goods[n].size == "small"]
        large = [n for n in ranked if self.goods[n].size == "large"]
        self.fill_plan(book, small[:6], large[:6])

    def fill_plan(self, book: Book, small: list[int], large: list[int]) -> None:
        """Set the plan, rows 0 and 1 small, rows 2 and 3 large."""
        half = 2 * 3
        book.plan = [
            *(small + [-1] * half)[:half],
            *(large + [-1] * half)[:half],
        ]

    def review(self, book: Book) -> None:
        """Replace the weakest product by the most promising one not on sale."""
        for size, span in (("small", range(6)), ("large", range(6, 12))):
            tried = [
                slot
                for slot in span
                if book.day - book.seen.get(str(book.plan[slot]), book.day) >= TRIAL
                or book.plan[slot] < 0
            ]
            others = [
                n
                for n in map(int, book.offers)
                if self.goods[n].size == size and n not in book.plan
            ]
            if not tried or not others:
                continue
            worst = min(tried, key=lambda slot: self.worth(book, slot))
            best = max(others, key=lambda n: self.interest(book, n))
            if self.interest(book, best) > self.worth(book, worst):
                book.plan[worst] = best

    def worth(self, book: Book, slot: int) -> float:
        """What a slot earns a day, in cents."""
        number = book.plan[slot]
        return self.interest(book, number) if number >= 0 else 0.0

    def restock(self, book: Book) -> None:
        """Bring goods from storage to slots that run low, and set prices."""
        stock = dict(book.stock)
        for slot, wanted in enumerate(book.plan):
            number, units, price = book.slots[slot]
            have = stock.get(str(wanted), 0)
            if wanted < 0 or not have:
                continue
            tasks: list[Task] = []
            if units and number != wanted:
                tasks.append(["clear", slot])
                units = 0
            room = self.capacity(slot) - units
            rate = book.rates.get(str(wanted), self.guess(book, wanted))
            if number == wanted and units * 10 > rate * 4 and units * 2 > room:
                continue
            moved = min(room, have)
            if moved > 0:
                stock[str(wanted)] = have - moved
                tasks.append(["fill", slot, wanted, moved])
            asked = self.price(wanted, book.offers.get(str(wanted), (0, 0))[0])
            if number != wanted or price != asked:
                tasks.append(["price", slot, asked])
            book.queue += tasks

    def capacity(self, slot: int) -> int:
        """Units a slot holds."""
        machine = cast("Mapping[str, int]", self.setting.config["machine"])
        return machine["small_capacity" if slot < 6 else "large_capacity"]  # noqa: PLR2004

    def reorder(self, book: Book) -> None:
        """Order what will run out, the most profitable first, as far as money goes."""
        wanted: dict[int, dict[int, int]] = {}
        budget = book.cash - RESERVE - self.committed(book)
        for number in sorted(
            {n for n in book.plan if n >= 0}, key=lambda n: -self.interest(book, n)
        ):
            units = self.shortage(book, number)
            price, contact = book.offers.get(str(number), (0, -1))
            if contact < 0 or units <= 0 or f"w{contact}" in book.extra:
                continue
            units = min(units, budget // price)
            if units > 0:
                budget -= units * price
                wanted.setdefault(contact, {})[number] = units
        for contact, lines in wanted.items():
            value = sum(book.offers[str(n)][0] * units for n, units in lines.items())
            times = max(1, -(-book.contacts[contact].minimum // value))
            if times <= MORE and value * (times - 1) <= budget:
                budget -= value * (times - 1)
                lines = {n: units * times for n, units in lines.items()}  # noqa: PLW2901
                text = ",".join(f"{n}:{units}" for n, units in lines.items())
                book.queue.append(["order", contact, text])
        for key in [key for key in book.extra if key[0] == "w"]:
            if book.day - book.extra[key] > 4:  # noqa: PLR2004 - no answer came
                del book.extra[key]

    def committed(self, book: Book) -> int:
        """Cents of orders that still wait to be paid."""
        return 0

    def shortage(self, book: Book, number: int) -> int:
        """Units to order of a product, none while there is enough."""
        key = str(number)
        have = book.stock.get(key, 0) + self.incoming(book, number)
        have += sum(units for n, units, _ in book.slots if n == number)
        rate = max(book.rates.get(key, self.guess(book, number)), 3)
        if have * 10 > rate * LOW:
            return 0
        return -(-rate * COVER // 10) - have

    def do_order(self, book: Book, contact: int, text: str) -> Action:
        """Order."""
        book.extra[f"w{contact}"] = book.day
        goods = "\n".join(
            f"- {units} x {self.goods[int(number)].name}"
            for number, units in (line.split(":") for line in text.split(","))
        )
        return self.letter(book.contacts[contact].address, "order", goods=goods)


def take_off(book: Book, product: int, units: int) -> None:
    """Keep count of what the machine holds after sales."""
    for slot, (number, have, price) in enumerate(book.slots):
        if number == product and units:
            part = min(units, have)
            book.slots[slot] = (number, have - part, price)
            units -= part


def forget(book: Book) -> None:
    """Keep the sales of what is sold, and of the latest that was given up."""
    planned = set(map(str, book.plan))
    given_up = [key for key in book.rates if key not in planned]
    for key in given_up[: len(book.rates) - KNOWN]:
        del book.rates[key]
        book.seen.pop(key, None)
