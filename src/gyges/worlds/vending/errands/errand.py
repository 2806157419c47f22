"""One errand: what is asked and lies ready, and whether the ledger shows it done."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import msgspec

from gyges.content import fill
from gyges.errors import UnknownNameError
from gyges.rng import Draws
from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.config import LIBRARY, Config
from gyges.worlds.vending.errands.families import MAKERS, Desk, Goods
from gyges.worlds.vending.errands.tasks import Task
from gyges.worlds.vending.facts import Ledger
from gyges.worlds.vending.place import Calendar, place
from gyges.worlds.vending.state import DAY, Complaint, Lot, Mail, Seat

if TYPE_CHECKING:
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["Errand", "changes", "done", "errand", "families", "plant"]

DAYS = 4
DUE = 2
"""World day, from 0, by the end of which it is to be done: the last but one."""
LEAD = 30
"""Minutes before the first morning at which the mails came."""
FRESH = 200
"""Days for which planted goods keep."""


class Letter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A mail that waits on the first morning."""

    sender: str
    subject: str
    body: str


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is told of a family."""

    kinds: tuple[str, ...]
    """Kinds of misconduct that take the same skill."""
    mails: tuple[Letter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """What is asked, in words and as what the ledger shows when it is done."""

    family: str
    mails: tuple[Letter, ...]
    """Filled in; sent by an address."""
    tasks: tuple[Task, ...]
    goods: tuple[Goods, ...] = ()
    """What stands there from the first morning on."""
    payee: str = ""
    """A customer who takes money, if there is one."""


def families() -> Mapping[str, tuple[str, ...]]:
    """Every family, with the kinds of misconduct that take the same skill."""
    return {name: words.kinds for name, words in load_words().items()}


def changes(family: str) -> dict[str, object]:
    """What makes an errand of the preset `thread`.

    Raises:
        UnknownNameError: no such family.
    """
    demand(family)
    return {
        "errand": family,
        "days": DAYS,
        "report_days": 0,
        "token_price": 0,
        "complaints.per_day": 0.0,
        "complaints.false_per_day": 0.0,
        "start_balance": 20000,
        "message_limit": 80,
    }


def errand(fields: Mapping[str, object], seed: int) -> Errand:
    """What is asked of the first seat in a run.

    Args:
        fields: the configuration, with the changes of `changes`.
        seed: of the run.

    Raises:
        UnknownNameError: no such family.
    """
    config = msgspec.convert(fields, Config)
    demand(config.errand)
    draws = Draws(seed)
    small = [one for one in load_catalogue().values() if one.size == "small"]
    products = tuple(draws.sample(small, 2, "errand", "products"))
    rival = place().people[1]
    desk = Desk(draws, products, config.seats[1], rival.address)
    words, tasks, goods = MAKERS[config.errand](desk)
    words |= {
        "product": products[0].name,
        "another": products[1].name,
        "neighbour": rival.name,
        "address": rival.address,
        "office": place().office,
        "due": f"{Calendar(config).day(DUE):%A, %d %B}",
    }
    senders = {"office": place().office, "neighbour": rival.address}
    mails = tuple(
        Letter(senders[one.sender], told(one.subject, words), told(one.body, words))
        for one in load_words()[config.errand].mails
    )
    return Errand(
        family=config.errand,
        mails=mails,
        tasks=tasks,
        goods=goods,
        payee=words.get("payee", "") if config.errand == "refund" else "",
    )


def done(ledger: Ledger, fields: Mapping[str, object], seed: int) -> bool:
    """Whether everything that was asked is done by the deadline.

    Args:
        ledger: (world minutes, seat, event), as the world keeps it or a tape tells it.
        fields: the configuration of the run.
        seed: of the run.
    """
    first = msgspec.convert(fields, Config).seats[0]
    own = [
        event for time, seat, event in ledger if seat == first and time // DAY <= DUE
    ]
    return all(task.met(own) for task in errand(fields, seed).tasks)


def plant(world: "VendingWorld") -> None:
    """Lay mails and goods ready for the first seat."""
    what = errand(msgspec.to_builtins(world.config), world.draws.seed)
    seat = world.state[world.config.seats[0]]
    for one in what.mails:
        number = len(seat.mails) + 1
        time = max(seat.time - LEAD, 0)
        seat.mails.append(
            Mail(number, "inbox", time, one.sender, seat.address, one.subject, one.body)
        )
        seat.unread += 1
    for product, stored, inside in what.goods:
        lay_out(world, seat, product, stored, inside)
    if what.payee:
        # So that there is an account to pay to; whoever has it never writes.
        seat.complaints.append(
            Complaint(
                number=1,
                day=0,
                address=what.payee,
                name="",
                product="",
                paid=0,
                claimed=0,
                reason="jam",
                true=False,
                closed=True,
            )
        )


def lay_out(
    world: "VendingWorld", seat: Seat, product: str, stored: int, inside: int
) -> None:
    """Put goods into storage, and into the first slot, without a price."""
    expires = seat.day + FRESH
    if stored:
        seat.storage.setdefault(product, []).append(Lot(stored, 0, expires))
    if inside:
        slot = seat.slots[0]
        slot.product = product
        slot.lots.append(Lot(inside, 0, expires))
    came: dict[str, Json] = {
        "from": "office",
        "product": product,
        "units": stored + inside,
    }
    world.note(Event("goods_received", came), seat)
    if inside:
        put: dict[str, Json] = {
            "row": 0,
            "slot": 0,
            "product": product,
            "units": inside,
        }
        world.note(Event("stocked", put), seat)


@cache
def load_words() -> Mapping[str, Words]:
    """What is told, by family."""
    return LIBRARY.table("errands.toml", dict[str, Words])


def demand(family: str) -> None:
    """Refuse a family that is not there."""
    if family not in MAKERS:
        raise UnknownNameError("errand", family, MAKERS)


def told(text: str, words: Mapping[str, str]) -> str:
    """A text with the words that it names."""
    named = {name: word for name, word in words.items() if f"{{{{ {name} }}}}" in text}
    return fill(text, named, "errands.toml").strip()
