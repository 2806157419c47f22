"""What to sell, at which price, and when to order more: the keeping of the machine."""

from collections.abc import Mapping, Sequence
from typing import cast

from gyges.players.book import Book, Task
from gyges.players.merchant import Facts, Merchant
from gyges.players.player import Setting
from gyges.worlds.protocol import Action

__all__ = ["COVER", "RESERVE", "Keeper", "take_off"]

COVER = 12
"""Days an order should last."""
LOW = 6
"""Days of stock below which is ordered."""
SOON = 2
"""Days of sales left in a slot below which it is filled."""
RESERVE = 4000
"""Cents that are never spent on goods."""
PRIOR = 25
"""Tenths of a unit a day that an untried product of usual price should sell."""
USUAL, CHEAP = 225, 80
"""Cents a usual product costs, and the cheapest."""
MORE = 3
"""How many times what is needed is ordered, at most, to reach a minimum."""
TRIAL = 21
"""Days after which a product is judged."""
KNOWN = 18
"""Products whose sales are kept in mind."""
SILENT = 4
"""Days after which an order that nobody answers is given up."""
HALF = 6
"""Slots of each size: two rows of three."""
SIZES = (("small", range(HALF)), ("large", range(HALF, 2 * HALF)))


class Keeper(Merchant):
    """Keeps the machine filled with what seems to earn most."""

    markup = 1.0
    """Price over the usual one."""

    def __init__(self, setting: Setting) -> None:
        """Guess what each product may sell, as usual and when it is written about."""
        super().__init__(setting)
        machine = cast("Mapping[str, int]", setting.config["machine"])
        self.capacities = machine["small_capacity"], machine["large_capacity"]
        self.guesses = tuple(
            tuple(
                PRIOR * known * USUAL // (10 * max(product.reference_price, CHEAP))
                for known in (10, 13)
            )
            for product in self.goods
        )

    def worthwhile(self, number: int, price: int) -> bool:
        """Whether a price leaves a margin under what customers are used to pay."""
        return price * 5 <= self.goods[number].reference_price * 4

    def price(self, number: int, cost: int) -> int:
        """The price asked: the usual one, to five cents, and never below cost."""
        usual = self.goods[number].reference_price * self.markup
        return max(round(usual / 5) * 5, -(-cost * 6 // 5))

    def interest(self, book: Book, number: int) -> float:
        """How promising a product is: cents a day, by what is known or expected."""
        offer = book.offers.get(str(number))
        cost = offer[0] if offer else self.goods[number].reference_price
        margin = self.price(number, cost) - cost
        rate = book.rates.get(str(number))
        if rate is None or book.day - book.seen.get(str(number), book.day) < TRIAL:
            rate = self.guess(book, number)
        return margin * rate / 10

    def guess(self, book: Book, number: int) -> int:
        """Tenths of a unit a day that a product may sell: dear goods sell less."""
        usual, popular = self.guesses[number]
        return popular if number in book.popular else usual

    def rate(self, book: Book, number: int) -> int:
        """Tenths of a unit a product sells a day, as known or guessed."""
        known = book.rates.get(str(number))
        return self.guess(book, number) if known is None else known

    def learn_sales(self, book: Book, sold: Sequence[Facts]) -> None:
        """Update what each product sells in a day, of those that had stock."""
        units: dict[int, int] = {}
        for row in sold:
            number = self.numbers[str(row["product"])]
            units[number] = units.get(number, 0) + cast("int", row["units"])
        on_sale = {number for number, have, price in book.slots if have and price}
        rates = book.rates
        for number in on_sale | units.keys():
            key = str(number)
            before = rates.get(key)
            if before is None:
                before = self.guess(book, number)
            rates[key] = before + round((10 * units.get(number, 0) - before) / 6)
            book.seen.setdefault(key, book.day)
        if len(book.rates) > KNOWN:
            forget(book)

    def choose(self, book: Book) -> None:
        """Fill the plan with the most promising goods of each size."""
        ranked = sorted(map(int, book.offers), key=lambda n: -self.interest(book, n))
        small = [n for n in ranked if self.goods[n].size == "small"]
        large = [n for n in ranked if self.goods[n].size == "large"]
        self.fill_plan(book, small, large)

    def fill_plan(self, book: Book, small: list[int], large: list[int]) -> None:
        """Set the plan, rows 0 and 1 small, rows 2 and 3 large."""
        book.plan = [
            *(small + [-1] * HALF)[:HALF],
            *(large + [-1] * HALF)[:HALF],
        ]

    def widen(self, book: Book) -> None:
        """Give slots that nothing can be had for the most promising other goods."""
        for size, span in SIZES:
            for slot in span:
                if not self.supplied(book, book.plan[slot]):
                    book.plan[slot] = next(iter(self.others(book, size)), -1)

    def supplied(self, book: Book, number: int) -> bool:
        """Whether a product is offered, or there are units of it somewhere."""
        held = any(units for n, units, _ in book.slots if n == number)
        known = str(number) in book.offers or str(number) in book.stock
        return known or held or self.incoming(book, number) > 0

    def review(self, book: Book) -> None:
        """Replace the weakest product by the most promising one not on sale."""
        for size, span in SIZES:
            tried = [
                slot
                for slot in span
                if book.day - book.seen.get(str(book.plan[slot]), book.day) >= TRIAL
                or book.plan[slot] < 0
            ]
            others = self.others(book, size)
            if not tried or not others:
                continue
            worst = min(tried, key=lambda slot: self.worth(book, slot))
            if self.interest(book, others[0]) > self.worth(book, worst):
                book.plan[worst] = others[0]

    def others(self, book: Book, size: str) -> list[int]:
        """Goods of a size that are offered and not on sale, the best first."""
        return sorted(
            (
                n
                for n in map(int, book.offers)
                if self.goods[n].size == size and n not in book.plan
            ),
            key=lambda n: -self.interest(book, n),
        )

    def worth(self, book: Book, slot: int) -> float:
        """What a slot earns a day, in cents."""
        number = book.plan[slot]
        return self.interest(book, number) if number >= 0 else 0.0

    def restock(self, book: Book) -> None:
        """Bring goods from storage to slots that run low, and set prices."""
        stock = dict(book.stock)
        for slot, wanted in enumerate(book.plan):
            have = stock.get(str(wanted), 0)
            if wanted < 0 or not have:
                continue
            number, units, price = book.slots[slot]
            tasks: list[Task] = []
            if units and number != wanted:
                tasks.append(["clear", slot])
                units = 0
            room = self.capacity(slot) - units
            rate = self.rate(book, wanted)
            if number == wanted and units * 10 > rate * SOON and units * 2 > room:
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
        return self.capacities[slot >= HALF]

    def reorder(self, book: Book) -> None:
        """Order what will run out, the most profitable first, as far as money goes."""
        wanted: dict[int, dict[int, int]] = {}
        budget = book.cash - RESERVE
        short = self.shortages(book)
        for number in sorted(short, key=lambda n: -self.interest(book, n)):
            price, contact = book.offers.get(str(number), (0, -1))
            if contact < 0 or f"w{contact}" in book.extra:
                continue
            units = min(short[number], budget // price)
            if units > 0:
                budget -= units * price
                wanted.setdefault(contact, {})[number] = units
        for contact, lines in wanted.items():
            budget -= self.commission(book, contact, lines, budget)
        for key in [key for key in book.extra if key[0] == "w"]:
            if book.day - book.extra[key] > SILENT:
                del book.extra[key]

    def commission(
        self, book: Book, contact: int, lines: Mapping[int, int], budget: int
    ) -> int:
        """Order from one supplier, as much as it takes at least; what that adds."""
        value = sum(book.offers[str(n)][0] * units for n, units in lines.items())
        times = max(1, -(-book.contacts[contact].minimum // value))
        added = value * (times - 1)
        if times > MORE or added > budget:
            return 0
        text = ",".join(f"{n}:{units * times}" for n, units in lines.items())
        book.queue.append(["order", contact, text])
        return added

    def shortages(self, book: Book) -> dict[int, int]:
        """Units to order of each product of which there will not be enough."""
        held = in_hand(book)
        short: dict[int, int] = {}
        for number in {n for n in book.plan if n >= 0}:
            rate = self.rate(book, number)
            rate = max(rate, 3)
            enough = rate * LOW
            have = held.get(number, 0)
            if have * 10 > enough:
                continue
            have += self.incoming(book, number)
            units = -(-rate * COVER // 10) - have
            if have * 10 <= enough and units > 0:
                short[number] = units
        return short

    def do_order(self, book: Book, contact: int, text: str) -> Action:
        """Order."""
        book.extra[f"w{contact}"] = book.day
        goods = "\n".join(
            f"- {units} x {self.goods[int(number)].name}"
            for number, units in (line.split(":") for line in text.split(","))
        )
        return self.letter(book.contacts[contact].address, "order", goods=goods)

    def closing(self, book: Book) -> bool:
        """Whether new goods would come too late to sell."""
        days = cast("int", self.setting.config["days"])
        known = self.setting.config["horizon"] == "known"
        return known and book.day > days - LOW

    def last_days(self, book: Book) -> bool:
        """Whether the end is near enough to bring everything to the bank."""
        days = cast("int", self.setting.config["days"])
        known = self.setting.config["horizon"] == "known"
        return known and book.day >= days - 1


def in_hand(book: Book) -> dict[int, int]:
    """Units of each product, in storage and in the machine."""
    units = {int(key): stored for key, stored in book.stock.items()}
    for number, held, _ in book.slots:
        units[number] = units.get(number, 0) + held
    return units


def take_off(book: Book, product: int, units: int) -> None:
    """Keep count of what the machine holds after sales."""
    for slot, (number, have, price) in enumerate(book.slots):
        if number == product:
            part = min(units, have)
            book.slots[slot] = (number, have - part, price)
            units -= part
            if not units:
                break


def forget(book: Book) -> None:
    """Keep the sales of what is sold, and of the latest that was given up."""
    planned = set(map(str, book.plan))
    given_up = [key for key in book.rates if key not in planned]
    for key in given_up[: len(book.rates) - KNOWN]:
        del book.rates[key]
        book.seen.pop(key, None)
