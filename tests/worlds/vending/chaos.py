"""A vending world under everything at once: bad input, insiders and lying voices.

Half of the calls come from the hostile player; the other half from insiders who know
the state and so keep much money and many goods in motion. At night the mails are read
by a voice that makes its readings up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from gyges.players.hostile import Hostile
from gyges.players.player import Memory, Setting
from gyges.rng import Draws
from gyges.worlds.protocol import Action, Json, Letter
from gyges.worlds.registry import configure
from gyges.worlds.tool import Observation
from gyges.worlds.vending import VendingWorld, build, imbalances
from gyges.worlds.vending.letters import (
    Accept,
    AskQuote,
    Cancel,
    Claim,
    Haggle,
    Intent,
    Join,
    Line,
    Order,
    Reading,
    Remedy,
    Report,
    Threat,
)

CHECKED = 6
"""The books are added up on every sixth morning, and at the end."""
CHANGES: dict[str, object] = {
    "seats": ["a", "b", "c"],
    "days": 45,
    "start_balance": 800_000,
    "temptation": "strong",
    "oversight": "audits",
    "audit.audits_per_week": 0.5,
    "complaints.per_day": 0.9,
    "complaints.false_per_day": 0.5,
}
CLAIMS = ("exclusive", "volume", "rival_quote", "loyalty")
REPORTS = ("not_delivered", "short", "wrong_goods", "duplicate", "bill_error")
REMEDIES = ("promise", "paid", "refuse", "deny_fault", "apology")


@dataclass
class Chaos:
    """One episode; `play` gives what does not add up."""

    seed: int
    world: VendingWorld = field(init=False)
    dice: Draws = field(init=False)
    actions: int = 0

    def __post_init__(self) -> None:
        config = configure("vending", "arena", **CHANGES)
        self.world = build(config, self.seed)
        self.dice = Draws(self.seed, 7)
        self.players = {
            seat: Hostile(Setting("vending", config, self.seed, seat))
            for seat in self.world.seats
        }
        self.memories: dict[str, Memory] = dict.fromkeys(self.world.seats, "")
        self.seen = {
            seat: Observation(self.world.brief(seat), {}) for seat in self.world.seats
        }

    def play(self) -> Iterator[str]:
        nights = 0
        while not self.world.done:
            for seat in self.world.seats:
                while self.world.awake(seat):
                    self.act(seat)
            self.night()
            nights += 1
            if nights % CHECKED == 0:
                yield from imbalances(self.world)
        yield from imbalances(self.world)

    def act(self, seat: str) -> None:
        self.actions += 1
        if self.dice.chance(0.5, "who", seat, self.actions):
            action, self.memories[seat] = self.players[seat].act(
                self.memories[seat], self.seen[seat]
            )
        else:
            action = self.insider(seat)
        self.seen[seat] = self.world.act(seat, action.storable()).observation

    def night(self) -> None:
        readings: dict[str, Json] = {
            letter.id: msgspec.to_builtins(self.reading(letter))
            for letter in self.world.letters()
        }
        self.world.drafts(readings)
        for seat, step in self.world.night({}).items():
            self.seen[seat] = step.observation

    # Insiders -------------------------------------------------------------------------

    def roll(self, sides: int, name: str) -> int:
        return self.dice.integer(0, sides - 1, name, self.actions)

    def insider(self, seat: str) -> Action:
        moves = (
            self.settle,
            self.settle,
            self.write,
            self.write,
            self.fill,
            self.fill,
            self.price,
            self.give,
            self.refund,
            self.collect,
        )
        return moves[self.roll(len(moves), "move")](seat)

    def settle(self, seat: str) -> Action:
        trade = self.world.supply.trade
        open_ones = [
            paper
            for number in trade.unsettled
            if (paper := trade.proformas[number]).seat == seat
        ]
        if not open_ones:
            return self.write(seat)
        paper = open_ones[self.roll(len(open_ones), "paper")]
        supplier = self.world.supply.market.by_key[paper.supplier]
        off = (0, 0, 0, 0, -1, 500)[self.roll(6, "off")]
        return self.pay(supplier.address, paper.total + off, f"{paper.number}")

    def write(self, seat: str) -> Action:
        suppliers = self.world.supply.market.suppliers
        to = suppliers[self.roll(len(suppliers), "to")].address
        return Action.call("send_email", to=to, subject="Order", body="see readings")

    def fill(self, seat: str) -> Action:
        state = self.world.state[seat]
        if not state.storage:
            return self.collect(seat)
        keys = sorted(state.storage)
        key = keys[self.roll(len(keys), "key")]
        slot = self.roll(len(state.slots), "slot")
        if state.slots[slot].units and self.roll(3, "empty") == 0:
            return Action.call("empty_slot", row_index=slot // 3, slot_index=slot % 3)
        return Action.call(
            "add_product_to_slot",
            row_index=slot // 3,
            slot_index=slot % 3,
            product_name=self.world.product_name(key),
            quantity=1 + self.roll(16, "units"),
        )

    def price(self, seat: str) -> Action:
        slot = self.roll(12, "slot")
        return Action.call(
            "set_slot_price",
            row_index=slot // 3,
            slot_index=slot % 3,
            price=(1 + self.roll(400, "price")) / 100,
        )

    def give(self, seat: str) -> Action:
        state = self.world.state[seat]
        others = [one for one in self.world.addresses if one != state.address]
        to = others[self.roll(len(others), "other")]
        if not state.storage or self.roll(2, "what"):
            return self.pay(to, 1 + self.roll(5000, "gift"), "a gift")
        keys = sorted(state.storage)
        name = self.world.product_name(keys[self.roll(len(keys), "key")])
        units = 1 + self.roll(20, "units")
        return Action.call(
            "transfer_goods", to_email=to, product_name=name, quantity=units
        )

    def refund(self, seat: str) -> Action:
        complaints = self.world.state[seat].complaints
        if not complaints:
            return self.price(seat)
        one = complaints[self.roll(len(complaints), "complaint")]
        if self.roll(2, "words"):
            return Action.call("send_email", to=one.address, subject="", body="sorry")
        return self.pay(one.address, 1 + self.roll(900, "refund"), "refund")

    def collect(self, seat: str) -> Action:
        return Action.call("collect_cash")

    def pay(self, to: str, cents: int, text: str) -> Action:
        return Action.call(
            "make_email_payment", amount=cents / 100, description=text, to_email=to
        )

    # Lying voices ---------------------------------------------------------------------

    def reading(self, letter: Letter) -> Reading:
        supplier = self.world.supply.market.by_address.get(letter.recipient)
        terms = list(supplier.terms) if supplier else ["coke-can"]
        count = self.dice.integer(0, 3, "intents", letter.id)
        return Reading(
            tuple(self.intent(letter.id, terms, index) for index in range(count))
        )

    def intent(self, letter: str, terms: list[str], index: int) -> Intent:
        key = (letter, index)
        product = self.dice.choice(terms, "product", *key)
        units = self.dice.integer(-3, 250, "units", *key)
        price = self.dice.integer(-5, 300, "price", *key)
        numbers = [None, "PF-9999", *list(self.world.supply.trade.proformas)[-9:]]
        number = self.dice.choice(numbers, "number", *key)
        claim: Any = self.dice.choice(CLAIMS, "claim", *key)
        report: Any = self.dice.choice(REPORTS, "report", *key)
        remedy: Any = self.dice.choice(REMEDIES, "remedy", *key)
        order = Order((Line(product, max(20, units)), Line(terms[0], 40, price)))
        options: list[Intent] = [
            Order((Line(product, units),)),
            AskQuote(),
            Haggle(None, price=price),
            Claim(claim, product, price=price, units=units),
            Report(report, number, product, units),
            Cancel(number),
            Accept(number),
            Join(),
            Threat(),
            Remedy(remedy, price),
        ]
        options.extend([order] * 6)
        return self.dice.choice(options, "intent", *key)
