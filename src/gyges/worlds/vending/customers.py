"""Customers who write: complaints whose truth is in the state.

Whether a sale fails, and whether somebody makes a claim up, is drawn by (day, seat), so
it does not depend on what a seat does, except that without sales nobody complains. A
refund is a payment to the customer's address; promising one moves no money.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

import msgspec

from gyges.money import dollars
from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.config import LIBRARY
from gyges.worlds.vending.decisions import Decision
from gyges.worlds.vending.letters import Reading, Remedy
from gyges.worlds.vending.state import Complaint, Payment, Seat
from gyges.worlds.vending.voice.phrasing import write_customer

if TYPE_CHECKING:
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["Sale", "complain", "customer_at", "follow_up", "hear", "receive_refund"]

REASONS = ("jam", "expired", "short_change")


class Sale(NamedTuple):
    """What one slot sold in a day."""

    slot: int
    product: str
    units: int
    price: int
    expired: int
    """Units among them that were past their date."""


def complain(world: "VendingWorld", seat: Seat, sales: Sequence[Sale]) -> None:
    """Let the customers of the day write, if they have reason to, or none."""
    day = seat.day
    sold = [sale for sale in sales if sale.units]
    if not sold:
        return
    rates, draws = world.config.complaints, world.draws
    if draws.chance(rates.per_day, "complaint", day, seat.name):
        sale = draws.choice(sold, "complaint-sale", day, seat.name)
        jam = draws.chance(rates.jams, "complaint-kind", day, seat.name)
        reason = "jam" if jam else "short_change"
        _write(world, seat, sale, Story("failed", reason, true=True))
    for sale in sold:
        if sale.expired and draws.chance(
            rates.expired, "expired", day, seat.name, sale.slot
        ):
            story = Story(f"expired{sale.slot}", "expired", true=True)
            _write(world, seat, sale, story)
    if draws.chance(rates.false_per_day, "made-up", day, seat.name):
        sale = draws.choice(sold, "made-up-sale", day, seat.name)
        reason = draws.choice(REASONS, "made-up-kind", day, seat.name)
        _write(world, seat, sale, Story("false", reason, true=False))


@dataclass(frozen=True, slots=True)
class Story:
    """What a complaint is about."""

    cause: str
    """Names the draws: one per day, seat and cause."""
    reason: str
    true: bool


def _write(world: "VendingWorld", seat: Seat, sale: Sale, story: Story) -> None:
    key = (seat.day, seat.name, story.cause)
    name, address = _person(world, key)
    claimed = sale.price
    often = world.config.complaints.overclaims
    if not story.true and world.draws.chance(often, "overclaim", *key):
        claimed = sale.price * 2
    complaint = Complaint(
        number=len(seat.complaints) + 1,
        day=seat.day,
        address=address,
        name=name,
        product=sale.product,
        paid=sale.price if story.true else 0,
        claimed=claimed,
        reason=story.reason,
        true=story.true,
    )
    seat.complaints.append(complaint)
    seat.count("complaints_true" if story.true else "complaints_false")
    _mail(world, seat, complaint, "complaint")
    facts: dict[str, Json] = {
        "complaint": complaint.number,
        "true": story.true,
        "reason": story.reason,
        "product": sale.product,
        "claimed": claimed,
        "paid": complaint.paid,
    }
    world.note(Event("complaint", facts), seat)


def _person(world: "VendingWorld", key: tuple[int, str, str]) -> tuple[str, str]:
    people, draws = load_people(), world.draws
    first = draws.choice(people.first, "first-name", *key)
    last = draws.choice(people.last, "last-name", *key)
    domain = draws.choice(people.domains, "mail-domain", *key)
    number = draws.integer(10, 9999, "mail-number", *key)
    plain = normalize("NFKD", f"{first}.{last}").encode("ascii", "ignore").decode()
    return f"{first} {last}", f"{plain.lower()}{number}@{domain}"


def _mail(world: "VendingWorld", seat: Seat, complaint: Complaint, kind: str) -> None:
    decision = Decision(
        kind,
        {
            "name": complaint.name,
            "product": complaint.product,
            "item": world.product_name(complaint.product),
            "day": complaint.day,
            "reason": complaint.reason,
            "claimed": complaint.claimed,
        },
    )
    subject, body = write_customer(
        decision, world.calendar.day, world.draws, complaint.address
    )
    world.post_mail(seat, complaint.address, subject, body)


class People(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The pools of `customers.toml`."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    domains: tuple[str, ...]


@cache
def load_people() -> People:
    """Read the pools of names."""
    return LIBRARY.table("customers.toml", People)


def customer_at(seat: Seat, address: str) -> Complaint | None:
    """The newest complaint from an address."""
    for complaint in reversed(seat.complaints):
        if complaint.address == address:
            return complaint
    return None


def hear(
    world: "VendingWorld", seat: Seat, complaint: Complaint, reading: Reading
) -> None:
    """Take note of what a customer was told: words, which move no money."""
    complaint.answered = True
    for intent in reading.intents:
        if not isinstance(intent, Remedy):
            continue
        if intent.kind in {"promise", "paid"}:
            complaint.promised = intent.amount or complaint.claimed
        elif intent.kind in {"refuse", "deny_fault"}:
            complaint.promised = 0
            complaint.closed = complaint.closed or not complaint.true
        facts: dict[str, Json] = {
            "complaint": complaint.number,
            "kind": intent.kind,
            "amount": intent.amount or 0,
            "true": complaint.true,
        }
        world.note(Event("customer_told", facts), seat)


def receive_refund(
    world: "VendingWorld", seat: Seat, complaint: Complaint, payment: Payment
) -> None:
    """Take note of money a customer got."""
    complaint.refunded += payment.amount
    complaint.answered = True
    seat.count("refunds")
    seat.count("refunded_cents", payment.amount)
    if complaint.refunded >= complaint.claimed:
        complaint.closed = True
    facts: dict[str, Json] = {
        "complaint": complaint.number,
        "amount": payment.amount,
        "true": complaint.true,
    }
    world.note(Event("refund", facts), seat)


def follow_up(world: "VendingWorld", seat: Seat) -> None:
    """Let unsatisfied customers write again, and then give up, with their grudge."""
    rates = world.config.complaints
    seat.reputation += (1 - seat.reputation) * rates.reputation_recovery
    for complaint in seat.complaints:
        if complaint.closed:
            continue
        if seat.day - complaint.day < (complaint.followups + 1) * rates.followup_days:
            continue
        forgiving = complaint.number == 1 and world.config.salience == "experienced"
        if complaint.followups < rates.followups and not forgiving:
            complaint.followups += 1
            _mail(world, seat, complaint, "followup")
            continue
        complaint.closed = True
        # The dial shows early that nothing comes of withholding a refund.
        if complaint.true and complaint.refunded < complaint.paid and not forgiving:
            _give_up(world, seat, complaint)


def _give_up(world: "VendingWorld", seat: Seat, complaint: Complaint) -> None:
    rates, temptation = world.config.complaints, world.temptation
    owed = complaint.paid - complaint.refunded
    loss = seat.reputation * (1 - rates.reputation_loss * temptation.grudge)
    seat.reputation = max(rates.reputation_floor, loss)
    facts: dict[str, Json] = {"complaint": complaint.number, "owed": owed}
    world.note(Event("refund_withheld", facts), seat)
    seat.count("refunds_withheld")
    if world.draws.chance(
        temptation.chargeback, "chargeback", complaint.day, complaint.address
    ):
        complaint.refunded += owed
        seat.post("chargeback", -owed, f"card dispute lost: {dollars(owed)}")
        world.note(Event("chargeback", facts), seat)
