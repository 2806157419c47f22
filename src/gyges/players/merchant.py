"""The trade itself: a manager by rules that reads only what an agent can read.

A day is a queue of small tasks. The morning report fills it; what each task brings to
light may add more; when it is empty, or the day is, the player sleeps. Subclasses
change what is wanted, what is paid and what is said, not how the day runs.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias, cast

import msgspec

from gyges.content import Library, fill
from gyges.errors import ConfigError
from gyges.players.book import Book, Bought, Contact, Task
from gyges.players.player import MEMORY_LIMIT, Memory, Setting
from gyges.worlds.protocol import Action
from gyges.worlds.tool import Json, Observation
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.tuning import tuned_catalogue

__all__ = ["SLEEP", "Merchant"]

Facts: TypeAlias = Mapping[str, Json]
LIBRARY = Library(Path(__file__).parent / "content")
DECODER = msgspec.json.Decoder(Book)
ENCODER = msgspec.json.Encoder()
TOOLS = ("v2", "arena")
SLEEP = "sleep_until_tomorrow"
COLUMNS = 3
LATE = "left today"
"""What a refusal says when the day is too short for a call."""


class Merchant(ABC):
    """The daily routine: mail, machine, storage, orders, money."""

    def __init__(self, setting: Setting) -> None:
        """Know the goods by name.

        Raises:
            ConfigError: a preset whose tools it does not know how to use.
        """
        tools = setting.config.get("tools")
        if tools not in TOOLS:
            msg = f"this player trades with the tools of {TOOLS}, not with {tools!r}"
            raise ConfigError(msg)
        self.setting = setting
        overrides = cast("Mapping[str, float]", setting.config.get("overrides", {}))
        self.goods = tuple(tuned_catalogue(load_catalogue(), overrides).values())
        self.numbers = {product.name: n for n, product in enumerate(self.goods)}
        self.latest: tuple[Memory, Book] = ("", Book())
        """The last memory given and its records, which saves reading what is known."""

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        """Take in what the last action brought, and do the next thing."""
        said, book = self.latest
        if not memory:
            book = Book()
        elif memory != said:
            book = DECODER.decode(memory)
        self.latest = "", book
        if book.last:
            self.take_in(book, observation.data)
        else:
            self.open(book)
        action = self.next(book)
        kept = ENCODER.encode(book)
        while len(kept) > MEMORY_LIMIT and self.shed(book):
            kept = ENCODER.encode(book)
        self.latest = kept.decode(), book
        return action, self.latest[0]

    def shed(self, book: Book) -> bool:
        """Forget something, to keep a memory small; False if nothing can go."""
        return False

    def next(self, book: Book) -> Action:
        """The next call; sleep when nothing is left to do."""
        while book.queue:
            task = book.queue.pop(0)
            action = self.do(book, task)
            if action is not None:
                book.last = task
                return action
        book.last = ["sleep"]
        return Action.call(SLEEP)

    def take_in(self, book: Book, data: Facts) -> None:
        """Learn from what the last action brought."""
        if "problem" in data:
            self.trouble(book, str(data["problem"]))
            return
        learn = getattr(self, f"on_{book.last[0]}", None)
        if learn is not None:
            cast("Callable[[Book, Facts], None]", learn)(book, data)

    def do(self, book: Book, task: Task) -> Action | None:
        """Carry a task out; some are only thought about and call no tool."""
        act = getattr(self, f"do_{task[0]}")
        return cast("Callable[..., Action | None]", act)(book, *task[1:])

    def trouble(self, book: Book, problem: str) -> None:
        """A call was refused: with the day too short it is kept for tomorrow."""
        if LATE in problem:
            book.queue.insert(0, book.last)
            book.queue.insert(0, ["sleep"])

    @abstractmethod
    def open(self, book: Book) -> None:
        """The first morning."""

    # Calls that every trader makes ------------------------------------------------

    def do_sleep(self, book: Book) -> Action:
        """End the day."""
        return Action.call(SLEEP)

    def do_find(self, book: Book, query: str) -> Action:
        """Search the web."""
        return Action.call("web_search", query=query)

    def do_mails(self, book: Book) -> Action:
        """List unread mail."""
        return Action.call("view_emails", folder="unread")

    def do_read(self, book: Book, number: int) -> Action:
        """Read a mail."""
        return Action.call("read_email", id=number)

    def do_look(self, book: Book) -> Action:
        """Look at the machine."""
        return Action.call("get_machine_inventory")

    def do_count(self, book: Book) -> Action:
        """Count the storage."""
        return Action.call("get_storage_inventory")

    def do_cash(self, book: Book) -> Action:
        """Collect the cash."""
        return Action.call("collect_cash")

    def do_fill(self, book: Book, slot: int, product: int, units: int) -> Action:
        """Put goods into a slot."""
        row, column = divmod(slot, COLUMNS)
        return Action.call(
            "add_product_to_slot",
            row_index=row,
            slot_index=column,
            product_name=self.goods[product].name,
            quantity=units,
        )

    def do_price(self, book: Book, slot: int, price: int) -> Action:
        """Set a price."""
        row, column = divmod(slot, COLUMNS)
        return Action.call(
            "set_slot_price", row_index=row, slot_index=column, price=price / 100
        )

    def do_clear(self, book: Book, slot: int) -> Action:
        """Empty a slot."""
        row, column = divmod(slot, COLUMNS)
        return Action.call("empty_slot", row_index=row, slot_index=column)

    def pay(self, to: str, amount: int, text: str) -> Action:
        """Pay somebody."""
        return Action.call(
            "make_email_payment", amount=amount / 100, description=text, to_email=to
        )

    def letter(self, to: str, kind: str, **facts: str) -> Action:
        """Write one of the letters of `content/letters.toml`."""
        words = load_letters()[kind]
        subject, text = (
            fill(
                words[part], {k: v for k, v in facts.items() if k in words[part]}, kind
            )
            for part in ("subject", "text")
        )
        body = f"Hello,\n\n{text}\n\nKind regards"
        return Action.call("send_email", to=to, subject=subject, body=body)

    # What every trader learns -----------------------------------------------------

    def on_mails(self, book: Book, data: Facts) -> None:
        """Read what is unread, oldest first."""
        rows = cast("Sequence[Facts]", data["mails"])
        reads: list[Task] = [["read", cast("int", row["id"])] for row in rows]
        book.queue[:0] = reads[::-1]

    def on_look(self, book: Book, data: Facts) -> None:
        """Take note of the machine."""
        rows = cast("Sequence[Facts]", data["slots"])
        book.slots = [
            (
                self.numbers.get(str(row["product"]), -1),
                cast("int", row["units"]),
                price_of(str(row["price"])),
            )
            for row in rows
        ]

    def on_count(self, book: Book, data: Facts) -> None:
        """Take note of the storage."""
        book.stock = {}
        for row in cast("Sequence[Facts]", data["lots"]):
            number = str(self.numbers[str(row["product"])])
            units = cast("int", row["units"])
            book.stock[number] = book.stock.get(number, 0) + units

    def on_fill(self, book: Book, data: Facts) -> None:
        """Keep count of what went from storage into the machine."""
        _, slot, product, _ = cast("tuple[str, int, int, int]", tuple(book.last))
        price = price_of(str(data["price"]))
        book.slots[slot] = (product, cast("int", data["units"]), price)
        self.put(book, product, -cast("int", data["quantity"]))

    def on_clear(self, book: Book, data: Facts) -> None:
        """Keep count of what went back into storage."""
        slot = cast("int", book.last[1])
        self.put(book, book.slots[slot][0], cast("int", data["units"]))
        book.slots[slot] = (-1, 0, 0)

    def on_price(self, book: Book, data: Facts) -> None:
        """Keep count of prices."""
        slot = cast("int", book.last[1])
        product, units, _ = book.slots[slot]
        book.slots[slot] = (product, units, cast("int", data["price"]))

    def put(self, book: Book, product: int, units: int) -> None:
        """Change what the storage is thought to hold."""
        left = book.stock.get(str(product), 0) + units
        if left > 0:
            book.stock[str(product)] = left
        else:
            book.stock.pop(str(product), None)

    def on_cash(self, book: Book, data: Facts) -> None:
        """Know the balance."""
        book.cash = cast("int", data["balance"])

    def on_pay(self, book: Book, data: Facts) -> None:
        """Know the balance."""
        book.cash = cast("int", data["balance"])

    def contact(self, book: Book, address: str) -> int:
        """The number of a supplier one deals with, or -1."""
        for number, contact in enumerate(book.contacts):
            if contact.address == address:
                return number
        return -1

    def add_contact(self, book: Book, address: str) -> int:
        """Begin to deal with a supplier."""
        book.contacts.append(Contact(address))
        return len(book.contacts) - 1

    def incoming(self, book: Book, product: int) -> int:
        """Units that are paid for and have not arrived."""
        return sum(order.lines.get(str(product), 0) for order in book.bought)


@cache
def load_letters() -> dict[str, dict[str, str]]:
    """Read what scripted players write."""
    return LIBRARY.table("letters.toml", dict[str, dict[str, str]])


def price_of(text: str) -> int:
    """Cents of a price in the machine list; 0 for none."""
    return round(float(text[1:].replace(",", "")) * 100) if text.startswith("$") else 0


def delivered(order: Bought, product: str, units: int) -> int:
    """Strike delivered units off an order; gives what was beyond it."""
    open_units = order.lines.get(product, 0)
    taken = min(open_units, units)
    if taken:
        order.lines[product] = open_units - taken
        if not order.lines[product]:
            del order.lines[product]
    return units - taken
