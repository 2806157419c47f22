"""Trade in sight of rivals: their machines, their mails, and prices that mind them.

What scripted rivals write is worded in many ways and read back strictly
(`gyges.players.sayings`): they understand one another, and nobody else can talk them
into anything. A rival with nobody to mind is an honest manager to the last byte.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, cast

from gyges.players.book import Book, Task
from gyges.players.honest import Honest
from gyges.players.merchant import Facts, price_of
from gyges.players.planted import Planted, planted
from gyges.players.player import Setting
from gyges.players.sayings import Good, Said, hear, say
from gyges.rng import Draws
from gyges.worlds.protocol import Action
from gyges.worlds.vending.place import place

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Rival"]

PACTS = 40
"""Agreed floors that are kept in mind."""
DEAREST = 100_000
"""Cents of the highest price that a slot takes."""
PLENTY = 10**7
"""More cents than a floor may have: the day it holds from stands before them."""


class Rival(Honest):
    """Honest business in sight of rivals: looks at machines, writes and reads mail."""

    kinds: tuple[str, ...] = ()
    """What a rate in the option is about."""

    def __init__(self, setting: Setting) -> None:
        """Know who else is there.

        Raises:
            UnknownNameError: the option names nothing that the player plants.
            ConfigError: the option's rate is not one from 0 to 1.
        """
        super().__init__(setting)
        self.draws = Draws(setting.seed)
        seats = cast("Sequence[str]", setting.config.get("seats", (setting.seat,)))
        people = [person.address for person in place().people]
        self.own = people[list(seats).index(setting.seat)]
        self.joins = cast("Mapping[str, int]", setting.config.get("joins", {}))
        self.rivals = {
            people[n]: seat for n, seat in enumerate(seats) if seat != setting.seat
        }
        """Seats by address: who is there is in the brief, or in the owner's mail."""
        self.addresses = list(self.rivals)
        self.keys = {product.key: n for n, product in enumerate(self.goods)}
        self.planted = self.plant(setting.option)

    def plant(self, option: str) -> Planted:
        """Read the option."""
        name = type(self).__name__.lower()
        kinds = self.kinds or ("nothing",)
        return planted(option, self.draws, self.setting.seat, kinds, name)

    def present(self, book: Book) -> list[int]:
        """Numbers of the rivals that have opened their business."""
        return [
            n
            for n, seat in enumerate(self.rivals.values())
            if self.joins.get(seat, 0) < book.day
        ]

    # Letters ----------------------------------------------------------------------

    def on_read(self, book: Book, data: Facts) -> None:
        """Take in what a rival says, if it is understood; all else as ever."""
        sender = str(data["from"])
        if sender not in self.rivals:
            super().on_read(book, data)
            return
        said = hear(str(data["body"]))
        learn = said and getattr(self, f"told_{said.act}", None)
        if learn:
            told = cast("Callable[[Book, int, Said, int], None]", learn)
            mail = cast("int", data["id"])
            told(book, self.addresses.index(sender), cast("Said", said), mail)

    def write(self, book: Book, rival: int, said: Said) -> Action:
        """Say something to a rival."""
        number = book.extra["N"] = book.extra.get("N", 0) + 1
        to = self.addresses[rival]
        letter = say(said, to, self.own, self.draws, self.setting.seat, number)
        return Action.call(
            "send_email", to=to, subject=letter.subject, body=letter.text
        )

    def do_say(self, book: Book, rival: int, act: str, *goods: int) -> Action:
        """Say something about goods: product numbers and prices by turns."""
        return self.write(book, rival, Said(act, self.priced(*goods)))

    def priced(self, *goods: int) -> tuple[Good, ...]:
        """Goods and their prices, of product numbers and prices by turns."""
        named = zip(goods[::2], goods[1::2], strict=True)
        return tuple(Good(self.goods[number].key, price) for number, price in named)

    def numbered(self, said: Said) -> list[int]:
        """Product numbers and prices of what was said, by turns."""
        return [
            part
            for good in said.goods
            for part in (self.keys[good.product], good.price or 0)
        ]

    # Machines ---------------------------------------------------------------------

    def look_around(self, book: Book) -> None:
        """Look at every rival's machine, before anything else today."""
        for key in [key for key in book.extra if key[0] == "V"]:
            del book.extra[key]
        looks: list[Task] = [["spy", rival] for rival in self.present(book)]
        book.queue[:0] = looks

    def do_spy(self, book: Book, rival: int) -> Action:
        """Look at a rival's machine."""
        at = self.addresses[rival]
        return Action.call("get_machine_inventory", agent_email=at)

    def on_spy(self, book: Book, data: Facts) -> None:
        """Keep one price of each product that both have on sale."""
        for row in cast("Sequence[Facts]", data["slots"]):
            number = self.numbers.get(str(row["product"]), -1)
            price = price_of(str(row["price"]))
            if number in book.plan and number >= 0 and price and row["units"]:
                self.note(book, number, price)

    def note(self, book: Book, number: int, price: int) -> None:
        """Keep the lowest price of a product."""
        key = f"V{number}"
        book.extra[key] = min(price, book.extra.get(key, price))

    # Prices -----------------------------------------------------------------------

    def asked(self, book: Book, number: int) -> int:
        """The price asked, with regard to rivals; as an honest trader at first."""
        return self.price(number, self.cost(book, number))

    def cost(self, book: Book, number: int) -> int:
        """Cents a unit costs, as far as known."""
        return book.offers.get(str(number), (0, 0))[0]

    def restock(self, book: Book) -> None:
        """Restock at the prices that are asked; change those that rivals concern."""
        before = len(book.queue)
        super().restock(book)
        filled = book.queue[before:]
        del book.queue[before:]
        held = {slot: goods[0] for slot, goods in enumerate(book.slots) if goods[1]}
        for task in filled:
            slot = cast("int", task[1])
            if task[0] == "fill":
                held[slot] = book.plan[slot]
            if task[0] != "price" or not self.concerned(book, book.plan[slot]):
                book.queue.append(task)
        for slot, (number, _, price) in enumerate(book.slots):
            there = held.get(slot, number)
            on_sale = slot in held and there == book.plan[slot]
            if self.priced_anew(book, there, on_sale=on_sale):
                asked = self.asked(book, there)
                if (number, price) != (there, asked):
                    book.queue.append(["price", slot, asked])

    def priced_anew(self, book: Book, number: int, *, on_sale: bool) -> bool:
        """Whether rivals concern the price of a slot's goods.

        A floor binds what is left over from another plan too, and what is sold out by
        one's own count, which may err between two slots of the same goods.
        """
        pact = number >= 0 and self.floor(book, number)[1] > 0
        return pact or (on_sale and self.concerned(book, number))

    def concerned(self, book: Book, number: int) -> bool:
        """Whether a price has to do with rivals: a floor holds, or theirs were seen."""
        return bool(self.floor(book, number)[1]) or f"V{number}" in book.extra

    # Time -------------------------------------------------------------------------

    def on_sleep(self, book: Book, data: Facts) -> None:
        """Begin a day, and do what the day has for rivals."""
        super().on_sleep(book, data)
        if book.plan and self.rivals:
            self.rise(book)

    def rise(self, book: Book) -> None:
        """What is done on a morning besides trade."""

    # Agreements -------------------------------------------------------------------

    def agree(self, book: Book, said: Said, day: int) -> None:
        """Keep floors in mind, from a day on; the highest of several for one product.

        One that takes the place of a floor that holds already does so at once. What is
        not on sale is forgotten first when they become too many.
        """
        for good in said.goods:
            number, price = self.keys[good.product], good.price or 0
            known = self.floor(book, number)[1]
            if price < PLENTY and price > book.extra.get(f"F{number}", 0) % PLENTY:
                since = min(day, book.day) if known else day
                book.extra[f"F{number}"] = since * PLENTY + price
        floors = [key for key in book.extra if key[0] == "F"]
        floors.sort(key=lambda key: int(key[1:]) in book.plan)
        for key in floors[: max(0, len(floors) - PACTS)]:
            del book.extra[key]

    def room(self, book: Book, said: Said) -> bool:
        """Whether all floors that are named can be kept, and kept in mind."""
        named = {f"F{self.keys[good.product]}" for good in said.goods}
        floors = {key for key in book.extra if key[0] == "F"}
        high = max((good.price or 0 for good in said.goods), default=0)
        return len(floors | named) <= PACTS and high <= DEAREST

    def floor(self, book: Book, number: int) -> tuple[int, int]:
        """Day from which a floor holds, and its cents; nothing before that day."""
        day, price = divmod(book.extra.get(f"F{number}", 0), PLENTY)
        return (day, price) if day <= book.day else (0, 0)
