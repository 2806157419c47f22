"""Random buyers for the tests of the supply side: hostile, honest and in between."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gyges.rng import Draws
from gyges.worlds.protocol import Event
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.decisions import Decision
from gyges.worlds.vending.letters import (
    Accept,
    AskQuote,
    AskStatus,
    AskTerms,
    Cancel,
    Claim,
    Decline,
    Haggle,
    Intent,
    Join,
    Line,
    Order,
    Reading,
    Report,
    Threat,
)
from gyges.worlds.vending.supply.accounts import Movement
from gyges.worlds.vending.supply.night import (
    Inquiry,
    Market,
    Night,
    Payment,
    Trade,
    open_market,
    resolve,
)
from gyges.worlds.vending.supply.suppliers import (
    PUBLISHED,
    Disposition,
    Hazards,
    Temptation,
)

CLAIMS = ("exclusive", "volume", "rival_quote", "loyalty")
REPORTS = (
    "not_delivered",
    "short",
    "damaged",
    "wrong_goods",
    "duplicate",
    "bill_error",
)
KINDS = 14


def make_market(seed: int, temptation: Temptation = PUBLISHED) -> Market:
    return open_market(Draws(seed), load_catalogue(), temptation)


@dataclass
class Buyer:
    """Plays one or more seats against a market and keeps everything that comes back."""

    market: Market
    dice: Draws
    seats: tuple[str, ...] = ("a", "b")
    trade: Trade = field(default_factory=Trade)
    nights: list[Night] = field(default_factory=list[Night])

    def night(
        self, day: int, inquiries: list[Inquiry], payments: list[Payment]
    ) -> Night:
        night = resolve(self.market, self.trade, day, inquiries, payments)
        self.nights.append(night)
        return night

    @property
    def events(self) -> list[Event]:
        return [event for night in self.nights for event in night.events]

    @property
    def decisions(self) -> list[Decision]:
        return [
            decision
            for night in self.nights
            for reply in night.replies
            for decision in reply.decisions
        ]

    @property
    def movements(self) -> list[Movement]:
        return [one for night in self.nights for one in night.movements]

    def hostile_day(self, day: int, mails: int = 3) -> Night:
        """Random readings to random suppliers, and payments that may be wrong."""
        inquiries: list[Inquiry] = []
        payments: list[Payment] = []
        for seat in self.seats:
            chosen = self.dice.sample(
                self.market.suppliers, mails, "who", seat, day // 5
            )
            for supplier in chosen:
                reading = self.random_reading(seat, supplier.key, day)
                inquiries.append(Inquiry(seat, supplier.key, reading))
            payments += self.random_payments(seat, day)
        return self.night(day, inquiries, payments)

    def random_reading(self, seat: str, supplier: str, day: int) -> Reading:
        count = self.dice.integer(0, 4, "intents", seat, supplier, day)
        intents = tuple(
            self.random_intent(seat, supplier, day, index) for index in range(count)
        )
        unclear = ("the usual?",) if self.roll(10, seat, supplier, day) == 0 else ()
        return Reading(intents, unclear)

    def roll(self, sides: int, *key: int | str) -> int:
        return self.dice.integer(0, sides - 1, "roll", *key)

    def random_intent(self, seat: str, supplier: str, day: int, index: int) -> Intent:
        key = (seat, supplier, day, index)
        terms = list(self.market.by_key[supplier].terms)
        product = self.dice.choice([*terms, *terms, "coke-can"], "product", *key)
        units = self.dice.integer(-5, 600, "units", *key)
        price = self.dice.integer(-10, 400, "price", *key)
        numbers = [None, "PF-9999", "soon", *list(self.trade.proformas)[-6:]]
        number = self.dice.choice(numbers, "number", *key)
        some = self.roll(2, "some", *key)
        options: Mapping[int, Intent] = {
            0: AskQuote((product,) if some else (), units if some else None),
            1: Order(
                (Line(product, units), Line(terms[0], 90, price if some else None))
            ),
            2: Haggle(product if some else None, price=price),
            3: Haggle(product if some else None, percent=float(price) / 2),
            4: Haggle(product if some else None),
            5: Claim(
                self.dice.choice(CLAIMS, "claim", *key),
                product if some else None,
                price=price,
                units=units,
            ),
            6: Report(
                self.dice.choice(REPORTS, "report", *key), number, product, units
            ),
            7: Cancel(number),
            8: Accept(number),
            9: Decline(number),
            10: Join(),
            11: AskStatus(number),
            12: AskTerms(),
            13: Threat(),
        }
        return options[self.roll(KINDS, "kind", *key)]

    def random_payments(self, seat: str, day: int) -> list[Payment]:
        payments: list[Payment] = []
        for number in self.trade.unsettled[-12:]:
            paper = self.trade.proformas[number]
            if paper.seat != seat:
                continue
            luck = self.roll(10, "pay", number, day)
            address = self.market.by_key[paper.supplier].address
            right = Payment(
                seat, address, paper.total, f"for pf {number[3:]}: PF {number[3:]}"
            )
            variants = {
                0: right,
                1: right,
                2: right,
                3: Payment(seat, address, max(paper.total // 2, 1), number),
                4: Payment(seat, address, paper.total + 777, number),
                5: Payment(seat, address, paper.total, "snacks"),
                6: Payment(seat, address.upper(), 500, "PF-9999"),
            }
            if luck in variants and paper.total > 0:
                payments.append(variants[luck])
        return payments


def one_supplier(
    kind: str, seed: int = 0, temptation: Temptation = PUBLISHED, **changes: Any
) -> Market:
    """A market whose first supplier of a kind is changed and stays in business."""
    market = make_market(seed, temptation)
    chosen = next(one for one in market.suppliers if one.kind == kind and one.tiers)
    altered = replace(chosen, **{"closing": None, **changes})
    others = tuple(one for one in market.suppliers if one.key != chosen.key)
    return replace(market, suppliers=(altered, *others))


CALM = Hazards(0.0, 2, 9, 0.0, 0.0, 0.5, 0.7, 0.0, 0.0, 0.0, 0.5)
"""Nothing goes wrong."""


def rows_of(source: Decision | Event) -> list[dict[str, Any]]:
    """The rows of a decision or an event."""
    rows: Any = source.facts["rows"]
    return rows


class Desk:
    """One seat writing to the first supplier of a market, a night at a time."""

    def __init__(self, market: Market, seat: str = "a") -> None:
        self.market = market
        self.supplier = market.suppliers[0]
        self.product = next(iter(self.supplier.terms))
        self.buyer = Buyer(market, Draws(0), (seat,))
        self.seat = seat
        self.day = 0

    def night(
        self, *intents: Intent, payments: list[Payment] | None = None
    ) -> list[Decision]:
        """One night; what this supplier tells."""
        mails: list[Inquiry] = []
        if intents:
            mails = [Inquiry(self.seat, self.supplier.key, Reading(intents))]
        night = self.buyer.night(self.day, mails, payments or [])
        self.day += 1
        return [
            decision
            for reply in night.replies
            if reply.supplier == self.supplier.key
            for decision in reply.decisions
        ]

    def pay(self, amount: int, text: str) -> list[Decision]:
        payment = Payment(self.seat, self.supplier.address, amount, text)
        return self.night(payments=[payment])

    def order(self, units: int = 100) -> str:
        """Order; the number of the pro-forma."""
        told = self.night(Order((Line(self.product, units),)))
        return next(
            str(one.facts["number"])
            for one in told
            if one.kind in {"proforma", "credit_invoice"}
        )

    def total(self, number: str) -> int:
        return self.buyer.trade.proformas[number].total

    def buy(self, units: int = 100) -> str:
        """Order and pay."""
        number = self.order(units)
        self.pay(self.total(number), number)
        return number

    def wait(self, days: int) -> list[Decision]:
        """Let nights pass; everything told in them."""
        return [one for _ in range(days) for one in self.night()]

    @property
    def held(self) -> int:
        return self.buyer.trade.account(self.seat, self.supplier.key).held

    def events(self, kind: str) -> list[Event]:
        return [one for one in self.buyer.events if one.kind == kind]


SUBJECTS: tuple[str, ...] = ("exclusive", "volume", "rival_quote", "loyalty", "report")
BELIEVES: dict[str, Disposition] = dict.fromkeys(SUBJECTS, Disposition(1.0, 0.0, 9))
CHECKS: dict[str, Disposition] = dict.fromkeys(SUBJECTS, Disposition(0.0, 1.0, 9))
DOUBTS: dict[str, Disposition] = dict.fromkeys(SUBJECTS, Disposition(0.0, 0.0, 9))
GULLIBLE = Temptation(lie_discount=0.2, belief=1.0, nondelivery_belief=1.0)


def calm(
    kind: str = "friendly", temptation: Temptation = PUBLISHED, **changes: Any
) -> Desk:
    """A desk at a supplier where nothing goes wrong unless asked for."""
    options: dict[str, Any] = {"hazards": CALM, "minimum": 0, **changes}
    return Desk(one_supplier(kind, 0, temptation, **options))


def kinds(decisions: list[Decision]) -> list[str]:
    """What kinds of decisions were told, in order."""
    return [one.kind for one in decisions]
