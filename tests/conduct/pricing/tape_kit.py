"""Tapes of machines that are filled and priced by a table, without any world."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gyges.tape import WORLD_CHAIN, Tape, TapeWriter, parse_tape
from gyges.worlds.episode import describe
from gyges.worlds.protocol import Action, Event, Json
from gyges.worlds.registry import configure

DAY = 1440
MORNING = 420

Prices = Mapping[str, Mapping[str, int]]
"""Cents by seat and product; what is missing is taken out of the machine."""


@dataclass(slots=True)
class Plan:
    """What happens on a tape."""

    prices: Callable[[int], Prices]
    """By day, from 0."""
    costs: Prices
    """Offered in the first night."""
    days: int = 30
    seats: Sequence[str] = ("a", "b")
    seed: int = 1
    out: Mapping[str, int] = field(default_factory=dict[str, int])
    """First day on which a seat pays no fee any more."""
    extra: Mapping[tuple[int, str], Sequence[Event]] = field(
        default_factory=dict[tuple[int, str], Sequence[Event]]
    )
    """More events in the night of a (day, seat)."""
    acts: Mapping[tuple[int, str], Sequence[Event]] = field(
        default_factory=dict[tuple[int, str], Sequence[Event]]
    )
    """More events on the day of a (day, seat)."""
    content: Mapping[str, str] | None = None


class Writer:
    """Writes a plan, entry by entry."""

    def __init__(self, plan: Plan) -> None:
        config = configure("vending", "arena", seats=list(plan.seats), days=plan.days)
        header = describe(
            "vending", config, plan.seed, dict.fromkeys(plan.seats, "table")
        )
        if plan.content is not None:
            header.content.update(plan.content)
        self.plan = plan
        self.tape = TapeWriter.in_memory(header)
        self.shelves: dict[str, dict[str, int]] = {seat: {} for seat in plan.seats}

    def write(self) -> Tape:
        for day in range(self.plan.days):
            for seat in self.plan.seats:
                self.work(day, seat)
            self.fall(day)
        body = {"heads": self.tape.seal(), "outcome": {}, "state": ""}
        self.tape.append(WORLD_CHAIN, "end", self.plan.days, body)
        return parse_tape(self.tape.data)

    def work(self, day: int, seat: str) -> None:
        wanted = self.plan.prices(day).get(seat, {})
        shelf = self.shelves[seat]
        products = [*wanted, *(key for key in shelf if key not in wanted)]
        events: list[Event] = []
        for key in products:
            where: dict[str, Json] = {"row": place(key)[0], "slot": place(key)[1]}
            what: dict[str, Json] = {**where, "product": key}
            if key not in wanted:
                gone = {**what, "units": 9, "spoiled": 0, "spoiled_cost": 0}
                events.append(Event("emptied", gone))
                del shelf[key]
                continue
            if key not in shelf:
                events.append(Event("stocked", {**what, "units": 9}))
            if shelf.get(key) != wanted[key]:
                events.append(Event("priced", {**what, "price": wanted[key]}))
            shelf[key] = wanted[key]
        events += self.plan.acts.get((day, seat), ())
        body = {"action": Action("x"), "text": "", "min": 5, "events": events}
        self.tape.append(seat, "step", day * DAY + MORNING, body)

    def fall(self, day: int) -> None:
        self.tape.append(WORLD_CHAIN, "night", day, {"heads": self.tape.seal()})
        for seat in self.plan.seats:
            if day >= self.plan.out.get(seat, self.plan.days):
                continue
            events = [Event("charged", {"for": "fee", "amount": 200})]
            if day == 0:
                events.append(offer(self.plan.costs.get(seat, {})))
            events += self.plan.extra.get((day, seat), ())
            body = {"text": "", "min": 0, "events": events}
            self.tape.append(seat, "wake", (day + 1) * DAY + MORNING, body)


def place(product: str) -> tuple[int, int]:
    """A slot for a product: different ones for those the tests use together."""
    return divmod(["coke-can", "snickers", "gum", "red-bull"].index(product), 3)


def offer(costs: Mapping[str, int]) -> Event:
    """A supplier's offer."""
    rows: list[Json] = [
        {"product": key, "price": cents} for key, cents in costs.items()
    ]
    return Event("offer", {"supplier": "s01", "rows": rows})


def paper(number: str, product: str, price: int) -> Event:
    """An order that was taken down."""
    row: Json = {"product": product, "units": 6, "price": price}
    return Event("proforma", {"number": number, "purpose": "goods", "rows": [row]})


def paid(number: str) -> Event:
    """An order that was paid."""
    return Event("settlement", {"number": number, "purpose": "goods"})


def write(plan: Plan) -> Tape:
    """The tape of a plan."""
    return Writer(plan).write()
