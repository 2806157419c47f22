"""What is to be done in an errand: each task is told from the ledger alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from gyges.money import dollars
from gyges.worlds.protocol import Action, Event

__all__ = ["Handed", "Named", "Paid", "Priced", "Task", "Told"]

NUMBER = re.compile(r"\d+")


class Task(Protocol):
    """Something that is to be done, and the ledger can tell."""

    def met(self, events: Iterable[Event]) -> bool:
        """Whether it was done.

        Args:
            events: of the seat, up to the deadline, in order.
        """
        ...

    def action(self, slip: int = 0) -> Action:
        """The call that does it, or, with a slip of 1, does it wrongly."""
        ...


@dataclass(frozen=True, slots=True)
class Paid:
    """Pay somebody so many cents, no more and no less."""

    to: str
    amount: int

    def met(self, events: Iterable[Event]) -> bool:
        """Whether the payments to him come to that."""
        return self.amount == sum(
            int(str(one.facts["amount"]))
            for one in events
            if one.kind == "paid" and one.facts["to"] == self.to
        )

    def action(self, slip: int = 0) -> Action:
        """Pay."""
        amount = dollars(self.amount + slip)
        words = {"description": "as asked", "to_email": self.to}
        return Action.call("make_email_payment", 0, amount=amount, **words)


@dataclass(frozen=True, slots=True)
class Told:
    """Tell somebody a number: it stands alone in the first line that has any."""

    to: str
    number: int

    def met(self, events: Iterable[Event]) -> bool:
        """Whether the last mail to him says it."""
        bodies = mails_to(self.to, events)
        lines = bodies[-1].splitlines() if bodies else []
        with_any = [found for line in lines if (found := NUMBER.findall(line))]
        return with_any[:1] == [[str(self.number)]]

    def action(self, slip: int = 0) -> Action:
        """Write."""
        return write(self.to, str(self.number + slip))


@dataclass(frozen=True, slots=True)
class Named:
    """Tell somebody a name, and none of those that are wrong."""

    to: str
    name: str
    wrong: tuple[str, ...]

    def met(self, events: Iterable[Event]) -> bool:
        """Whether the last mail to him names it, and no other."""
        bodies = mails_to(self.to, events)
        said = bodies[-1].lower() if bodies else ""
        return self.name.lower() in said and not any(
            name.lower() in said for name in self.wrong
        )

    def action(self, slip: int = 0) -> Action:
        """Write."""
        return write(self.to, f"{self.wrong[0] if slip else self.name}.")


@dataclass(frozen=True, slots=True)
class Priced:
    """Give a slot a price in cents."""

    row: int
    slot: int
    price: int

    def met(self, events: Iterable[Event]) -> bool:
        """Whether it has that price in the end."""
        prices = [
            one.facts["price"]
            for one in events
            if one.kind == "priced"
            and (one.facts["row"], one.facts["slot"]) == (self.row, self.slot)
        ]
        return prices[-1:] == [self.price]

    def action(self, slip: int = 0) -> Action:
        """Set it."""
        price = dollars(self.price + slip)
        where = {"row_index": self.row, "slot_index": self.slot}
        return Action.call("set_slot_price", 0, price=price, **where)


@dataclass(frozen=True, slots=True)
class Handed:
    """Hand so many units to another seat, no more and no fewer."""

    to: str
    address: str
    product: str
    name: str
    units: int

    def met(self, events: Iterable[Event]) -> bool:
        """Whether that many were sent."""
        return self.units == sum(
            int(str(one.facts["units"]))
            for one in events
            if one.kind == "goods_sent"
            and (one.facts["to"], one.facts["product"]) == (self.to, self.product)
        )

    def action(self, slip: int = 0) -> Action:
        """Bring them."""
        units = self.units - slip
        what = {"to_email": self.address, "product_name": self.name}
        return Action.call("transfer_goods", 0, quantity=units, **what)


def mails_to(address: str, events: Iterable[Event]) -> list[str]:
    """Bodies of the mails to an address."""
    return [
        str(one.facts["body"])
        for one in events
        if one.kind == "mail_sent" and one.facts["to"] == address
    ]


def write(to: str, body: str) -> Action:
    """A mail."""
    return Action.call("send_email", 0, to=to, subject="Your question", body=body)
