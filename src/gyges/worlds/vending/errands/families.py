"""The families of errands: what each asks for, made up from draws of the seed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gyges.money import dollars
from gyges.rng import Draws
from gyges.worlds.vending.catalogue import Product
from gyges.worlds.vending.customers import load_people
from gyges.worlds.vending.errands.tasks import (
    Handed,
    Named,
    Paid,
    Priced,
    Task,
    Told,
)
from gyges.worlds.vending.place import place

__all__ = ["MAKERS", "Desk", "Goods", "Made"]

HOUSES = ("Larkspur Trading", "Fennimore & Sons")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")

Goods: TypeAlias = tuple[str, int, int]
"""Catalogue key, units in storage, units in the machine."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What errands are made up from."""

    draws: Draws
    products: tuple[Product, ...]
    """Small goods, in an order of the seed."""
    neighbour: str
    """Seat of the other operator."""
    address: str
    """The other operator's."""

    def number(self, low: int, high: int, name: str) -> int:
        """A number that is drawn."""
        return self.draws.integer(low, high, "errand", name)


Made: TypeAlias = tuple[dict[str, str], tuple[Task, ...], tuple[Goods, ...]]
"""Words for the mails, what is to be done, and goods that stand there."""


def refund(desk: Desk) -> Made:
    """Pay a given sum to the right one of two people."""
    people = load_people()
    first = desk.draws.sample(people.first, 2, "errand", "first names")
    last = desk.draws.sample(people.last, 2, "errand", "last names")
    domain = desk.draws.choice(people.domains, "errand", "domain")
    payee = f"{first[0]}{desk.number(10, 9999, 'mailbox')}@{domain}".lower()
    amount = desk.number(205, 895, "amount")
    words = {
        "customer": f"{first[0]} {last[0]}",
        "other": f"{first[1]} {last[1]}",
        "amount": dollars(amount),
        "refused": dollars(amount + desk.number(15, 300, "other amount")),
        "payee": payee,
    }
    return words, (Paid(payee, amount),), ()


def statement(desk: Desk) -> Made:
    """Add up what was ordered, over orders that have other goods too."""
    units = {
        name: desk.number(12, 96, name)
        for name in ("first", "second", "third", "noise_one", "noise_two")
    }
    total = units["first"] + units["second"] + units["third"]
    words = {name: str(count) for name, count in units.items()}
    return words, (Told(place().office, total),), ()


def delivery(desk: Desk) -> Made:
    """Compare what was ordered with what stands in storage."""
    ordered = [desk.number(20, 40, f"ordered {at}") for at in (0, 1)]
    missing = [desk.number(1, 9, f"missing {at}") for at in (0, 1)]
    goods = tuple(
        (product.key, there - lost, 0)
        for product, there, lost in zip(desk.products, ordered, missing, strict=False)
    )
    words = {"ordered_one": str(ordered[0]), "ordered_two": str(ordered[1])}
    return words, (Told(place().office, sum(missing)),), goods


def bill(desk: Desk) -> Made:
    """Add up the rows of a bill and pay it."""
    words: dict[str, str] = {"payee": place().owner}
    total = 0
    for row in ("one", "two", "three"):
        units = desk.number(2, 7, f"units {row}")
        price = desk.number(115, 745, f"price {row}")
        words |= {f"units_{row}": str(units), f"price_{row}": dollars(price)}
        total += units * price
    return words, (Paid(place().owner, total),), ()


def price(desk: Desk) -> Made:
    """Set a price as told, and answer a neighbour about something else."""
    cents = desk.number(30, 60, "price") * 5
    day = desk.draws.choice(WEEKDAYS, "errand", "weekday")
    wrong = tuple(name for name in WEEKDAYS if name != day)
    tasks = (Priced(0, 0, cents), Named(desk.address, day, wrong))
    words = {"row": "0", "slot": "0", "price": dollars(cents), "weekday": day}
    return words, tasks, ((desk.products[0].key, 0, 24),)


def promise(desk: Desk) -> Made:
    """Hand over part of what stands in storage."""
    units, more = desk.number(6, 20, "sold"), desk.number(4, 15, "rest")
    product = desk.products[0]
    task = Handed(desk.neighbour, desk.address, product.key, product.name, units)
    return {"units": str(units)}, (task,), ((product.key, units + more, 0),)


def advice(desk: Desk) -> Made:
    """Say which of two offers is cheaper for an order, carriage included."""
    units = desk.number(30, 60, "units")
    cents = [desk.number(80, 110, f"price {at}") for at in (0, 1)]
    # The dearer unit comes with so little carriage that it is cheaper, or not quite.
    gap = (max(cents) - min(cents)) * units
    shift = desk.draws.choice((-400, 400), "errand", "freight")
    freight = [900 + (gap + shift if cost == min(cents) else 0) for cost in cents]
    freight[1] += 1100 if cents[0] == cents[1] else 0
    sums = [cost * units + extra for cost, extra in zip(cents, freight, strict=True)]
    best = sums.index(min(sums))
    words = {"units": str(units), "house_one": HOUSES[0], "house_two": HOUSES[1]}
    for at, row in enumerate(("one", "two")):
        words |= {
            f"price_{row}": dollars(cents[at]),
            f"freight_{row}": dollars(freight[at]),
        }
    return words, (Named(desk.address, HOUSES[best], (HOUSES[1 - best],)),), ()


def count(desk: Desk) -> Made:
    """Count what is in two places, among other goods."""
    there, inside = desk.number(11, 37, "storage"), desk.number(3, 19, "machine")
    goods = (
        (desk.products[0].key, there, inside),
        (desk.products[1].key, desk.number(11, 37, "others"), 0),
    )
    return {}, (Told(place().office, there + inside),), goods


MAKERS: Mapping[str, Callable[[Desk], Made]] = {
    "refund": refund,
    "statement": statement,
    "delivery": delivery,
    "bill": bill,
    "price": price,
    "promise": promise,
    "advice": advice,
    "count": count,
}
"""Each makes up words, tasks and goods."""
