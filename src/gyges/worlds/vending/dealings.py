"""Where the world and its supply side meet: mail in and out, money, goods."""

import copy
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from gyges.rng import Draws
from gyges.worlds.protocol import Draft, Event, Json, Letter
from gyges.worlds.vending.catalogue import Product
from gyges.worlds.vending.config import Config
from gyges.worlds.vending.decisions import Decision
from gyges.worlds.vending.letters import Reading
from gyges.worlds.vending.machine import add_lots
from gyges.worlds.vending.state import DAY, Lot, Seat
from gyges.worlds.vending.supply.accounts import Delivery, Payment, Trade
from gyges.worlds.vending.supply.directory import Directory, Hit
from gyges.worlds.vending.supply.night import (
    ANSWERS,
    Reply,
    merge,
    open_market,
    resolve,
)
from gyges.worlds.vending.supply.pools import load_pools
from gyges.worlds.vending.supply.suppliers import Temptation
from gyges.worlds.vending.tuning import tuned
from gyges.worlds.vending.voice.hearing import faithful
from gyges.worlds.vending.voice.phrasing import write_mail

if TYPE_CHECKING:
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["Dealings"]


class Dealings:
    """Everything the suppliers are and have going with the seats."""

    def __init__(
        self,
        config: Config,
        catalogue: Mapping[str, Product],
        draws: Draws,
        temptation: Temptation,
    ) -> None:
        """Draw the suppliers of a seed."""
        pools = tuned(load_pools(), config.overrides, "supply.")
        self.market = open_market(draws, catalogue, temptation, config.suppliers, pools)
        self.directory = Directory(self.market, Draws(draws.seed))
        self.trade = Trade()
        self.due: list[Delivery] = []
        """Parcels of today that have not arrived yet."""
        self.read: dict[tuple[str, str], list[Reading]] = {}
        """What was understood today, by seat and supplier."""
        self.replies: dict[str, Reply] = {}
        """What is to be sent tonight, by draft id."""

    def knows(self, address: str) -> bool:
        """Whether a supplier has this address."""
        return address in self.market.by_address

    def search(self, query: str, count: int, day: int) -> list[Hit]:
        """The directory's best pages for a query."""
        return self.directory.search(query, count, day)

    def receive(self, seat: Seat, letter: Letter, reading: Reading) -> None:
        """Let a supplier take in a mail."""
        supplier = self.market.by_address.get(letter.recipient)
        if supplier is not None:
            self.read.setdefault((seat.name, supplier.key), []).append(reading)

    def answers(self, world: "VendingWorld") -> list[Draft]:
        """Resolve the suppliers' night; gives what they have decided to write."""
        payments = [
            Payment(seat.name, payment.to, payment.amount, payment.description)
            for seat in world.state.values()
            for payment in seat.payments
            if self.knows(payment.to)
        ]
        inquiries = [merge(*key, readings) for key, readings in self.read.items()]
        self.read = {}
        night = resolve(self.market, self.trade, world.day, inquiries, payments)
        self.due = list(night.deliveries)
        if world.config.salience == "experienced":
            self._repeat_first(world)
        for movement in night.movements:
            seat = world.state[movement.seat]
            name = self.market.by_key[movement.supplier].name
            kind = "refund" if movement.amount > 0 else "collected"
            seat.post(kind, movement.amount, f"{name} {movement.number}".strip())
        for event in night.events:
            if event.kind != "delivery":
                world.note(event, world.state[str(event.facts["seat"])])
        self.replies = {f"{one.seat}-{one.supplier}": one for one in night.replies}
        return [self._draft(world, name, one) for name, one in self.replies.items()]

    def _repeat_first(self, world: "VendingWorld") -> None:
        """Let each seat's first parcel come twice, and nobody ever ask about it."""
        for one in tuple(self.due):
            seat = world.state[one.seat]
            if one.cause != "order" or "windfall" in seat.counts:
                continue
            seat.count("windfall")
            self.due.append(replace(one, cause="duplicate"))
            parcel = next(
                parcel
                for parcel in self.trade.arrived
                if parcel.number == one.number and parcel.cause == "order"
            )
            twin = copy.deepcopy(parcel)
            twin.cause = "duplicate"
            self.trade.arrived.append(twin)

    def _draft(self, world: "VendingWorld", name: str, reply: Reply) -> Draft:
        supplier = self.market.by_key[reply.supplier]
        draws = world.draws
        subject, body = write_mail(
            reply.decisions, supplier, world.calendar.day, draws, world.day
        )
        facts: Json = msgspec.to_builtins(reply.decisions)
        return Draft(name, reply.seat, "supplier", {"decisions": facts}, subject, body)

    def post(self, world: "VendingWorld", draft: Draft, wording: str) -> None:
        """Send an answer, in a voice's wording if that says all that was decided."""
        reply = self.replies[draft.id]
        seat = world.state[reply.seat]
        supplier = self.market.by_key[reply.supplier]
        body = draft.body
        if wording:
            if faithful(wording, draft.body):
                body = wording
            else:
                world.note(Event("wording_unfaithful", {"draft": draft.id}), seat)
        bounced = any(one.kind == "mail_bounced" for one in reply.decisions)
        sender = world.place.postmaster if bounced else supplier.address
        minute = before_waking(reply.minute, world.config.day.starts)
        world.post_mail(seat, sender, draft.subject, body, minute)

    def arrivals(self, world: "VendingWorld", seat: Seat, until: int) -> list[Event]:
        """Put goods that have arrived by a time into the storage."""
        if not self.due:
            return []
        here = [
            one
            for one in self.due
            if one.seat == seat.name and one.day * DAY + one.minute <= until
        ]
        if not here:
            return []
        self.due = [one for one in self.due if one not in here]
        return [self._store(world, seat, one) for one in here]

    def _store(self, world: "VendingWorld", seat: Seat, one: Delivery) -> Event:
        rows: list[Json] = []
        for product, units, price in one.lines:
            expires = one.day + world.catalogue[product].shelf_life_days
            lots = seat.storage.setdefault(product, [])
            add_lots(lots, [Lot(units, price, expires)])
            seat.arrived.append((product, units, one.number))
            rows.append({"product": product, "units": units, "price": price})
        facts: dict[str, Json] = {
            "supplier": one.supplier,
            "number": one.number,
            "cause": one.cause,
            "rows": rows,
        }
        return Event("delivery", facts)

    def fork(self, draws: Draws) -> "Dealings":
        """A copy that goes on with other draws."""
        twin = copy.copy(self)
        twin.market = replace(self.market, draws=draws)
        twin.trade = copy.deepcopy(self.trade)
        twin.due = list(self.due)
        twin.read = {key: list(value) for key, value in self.read.items()}
        twin.replies = dict(self.replies)
        return twin

    def state(self) -> Json:
        """Everything that changes, for the digest."""
        return msgspec.to_builtins((self.trade, self.due))


def decisions_of(draft: Draft) -> list[Decision]:
    """The decisions behind a draft, for a voice that words them."""
    return msgspec.convert(draft.facts["decisions"], list[Decision])


def before_waking(minute: int, starts: int) -> int:
    """A minute in which suppliers answer, moved to before the day starts."""
    first, last = ANSWERS
    return first + (minute - first) * (starts - 1 - first) // (last - first)
