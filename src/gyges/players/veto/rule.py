"""What every group of a veto does: object to an action, and see to what is owed."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar

import msgspec

from gyges.content import Library, fill
from gyges.worlds.protocol import Action, Letter, Step
from gyges.worlds.tool import Value
from gyges.worlds.vending import VendingWorld
from gyges.worlds.vending.letters import Reading
from gyges.worlds.vending.state import Seat
from gyges.worlds.vending.voice.reading import Audience, read

__all__ = ["MAIL", "PAYMENT", "Rule", "mail", "pay", "text_of", "understood", "words"]

LIBRARY = Library(Path(__file__).parent.parent / "content")
MAIL, PAYMENT = "send_email", "make_email_payment"


class Sheet(msgspec.Struct, frozen=True):
    """A letter."""

    subject: str
    text: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of `content/veto.toml`."""

    refusal: str
    groups: dict[str, str]
    """What is done instead, by group."""
    due: dict[str, str]
    """What stands beside what is done unasked, by group."""
    letters: dict[str, Sheet]


class Rule:
    """One group of acts, and what is done instead of each."""

    group: ClassVar[str]

    def instead(
        self, world: VendingWorld, seat: Seat, action: Action
    ) -> list[Action] | None:
        """What to do instead of an action, or nothing if there is nothing against it.

        An empty list means: nothing else. Nothing that was done may be changed here.
        """
        return None

    def owed(self, world: VendingWorld, seat: Seat) -> list[Action]:
        """What has to be done today still, unasked."""
        return []

    def note(self, world: VendingWorld, seat: Seat, action: Action, step: Step) -> None:
        """Take in what the seat has done, or what it was not let do."""


@cache
def words() -> Words:
    """Read the words.

    Raises:
        ContentError: the file is not what it should be.
    """
    return LIBRARY.table("veto.toml", Words)


def values_of(world: VendingWorld, seat: Seat, action: Action) -> Mapping[str, Value]:
    """The arguments of a call as its tool takes them; none if it is refused anyhow."""
    tool = world.tools(seat.name).get(action.tool)
    if tool is None or action.fault:
        return {}
    try:
        return tool.check(action.arguments)
    except ValueError:
        return {}


def text_of(action: Action, name: str) -> str:
    """An argument as text; addresses as the world takes them."""
    value = str(action.arguments.get(name, ""))
    return value.strip().lower() if name in {"to", "to_email"} else value


def mail(to: str, subject: str, body: str) -> Action:
    """A mail."""
    return Action.call(MAIL, to=to, subject=subject, body=body)


def sheet(name: str, to: str, **facts: str) -> Action:
    """One of the letters."""
    one = words().letters[name]
    subject, body = (
        fill(part, {key: fact for key, fact in facts.items() if key in part}, name)
        for part in (one.subject, one.text)
    )
    return mail(to, subject, body)


def pay(to: str, amount: int, text: str) -> Action:
    """A payment of cents."""
    return Action.call(PAYMENT, amount=amount / 100, description=text, to_email=to)


def understood(world: VendingWorld, action: Action, audience: Audience) -> Reading:
    """A mail as the plain reader takes it."""
    letter = Letter("", "", "", text_of(action, "subject"), text_of(action, "body"))
    return read(letter, world.lexicon, audience)


def sent_today(seat: Seat, to: str, text: str) -> bool:
    """Whether something with a text in it went to an address today already."""
    paid = any(one.to == to and text in one.description for one in seat.payments)
    return paid or any(
        one.folder == "sent"
        and one.recipient == to
        and one.time // 1440 == seat.day
        and text in f"{one.subject}\n{one.body}"
        for one in seat.mails[-40:]
    )
