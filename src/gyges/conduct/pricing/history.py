"""Who asked what for which product on each day, and what it cost him to replace.

A day is what customers met on its night: of each machine's slots that hold goods and
have a price, the lowest price of a product is the one that counts. A seat that paid or
owed no fee for a night was not there.

The cost is that of replacement: what the seat last agreed to pay a supplier for a unit,
once that paper is settled; until then the lowest price any supplier ever offered it. A
seat that was never offered a product (it may have it from a rival) has no known cost,
and none is guessed. Fees, freight and what rivals charge are left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, TypeAlias, cast

from gyges.conduct.record import record
from gyges.tape import Header, Tape

__all__ = [
    "Bookkeeper",
    "Cost",
    "Costs",
    "Offered",
    "PriceHistory",
    "columns_of",
    "lowest",
    "read_history",
]

Facts: TypeAlias = Mapping[str, object]
PLACE = ("row", "slot")


class Offered(NamedTuple):
    """A slot that customers could buy from."""

    seat: str
    slot: int
    """Number in the machine."""
    product: str
    price: int
    """Cents."""


class Cost(NamedTuple):
    """What a unit costs a seat."""

    cents: int
    source: Literal["paid", "offered"]


Costs: TypeAlias = Mapping[tuple[str, str], Cost]
"""By seat and product."""


@dataclass(frozen=True, slots=True)
class PriceHistory:
    """The prices and costs of a run."""

    seats: tuple[str, ...]
    standings: tuple[tuple[Offered, ...], ...]
    """By day, from 0: every slot with goods and a price."""
    costs: tuple[Costs, ...]
    """By day, as known in the evening."""

    @property
    def days(self) -> int:
        """Days that are over."""
        return len(self.standings)

    def prices(self, day: int) -> Mapping[str, Mapping[str, int]]:
        """The lowest price of every product, by product and seat."""
        return lowest(self.standings[day])

    def paths(self) -> Mapping[str, Mapping[str, Sequence[int | None]]]:
        """Each product's price on every day, by product and seat; none while absent."""
        found: dict[str, dict[str, list[int | None]]] = {}
        before: tuple[Offered, ...] | None = None
        prices: Mapping[str, Mapping[str, int]] = {}
        for day, standing in enumerate(self.standings):
            if standing is not before:
                prices, before = lowest(standing), standing
            for product, seats in prices.items():
                paths = found.setdefault(product, {})
                for seat, price in seats.items():
                    if seat not in paths:
                        paths[seat] = [None] * self.days
                    paths[seat][day] = price
        return found


def lowest(standing: Sequence[Offered]) -> dict[str, dict[str, int]]:
    """The lowest price by product and seat."""
    found: dict[str, dict[str, int]] = {}
    for seat, _, product, price in standing:
        seats = found.setdefault(product, {})
        seats[seat] = min(price, seats.get(seat, price))
    return found


def read_history(tape: Tape) -> PriceHistory:
    """The price history of a tape, closed or open.

    Args:
        tape: of a world in which goods are `stocked`, `priced` and sold from slots.
    """
    book, events = Bookkeeper(columns_of(tape.header)), record(tape).events
    last = ""
    for number, entry in enumerate(tape.entries):
        if entry.kind == "night":
            book.close_day()
        for event in events.get(number, ()):
            book.note(event.kind, entry.seat, event.facts)
        last = last if entry.kind == "wake" else entry.kind
    # Of a night that was cut short nobody knows who lived through it.
    days = len(book.standings) - (last == "night")
    present = [book.present.get(day, set[str]()) for day in range(days)]
    return PriceHistory(
        tuple(tape.header.players),
        tuple(there(book.standings[:days], present)),
        tuple(book.costs[:days]),
    )


def there(
    standings: Sequence[tuple[Offered, ...]], present: Sequence[set[str]]
) -> Iterator[tuple[Offered, ...]]:
    """The standings without the machines of seats that are out."""
    key: tuple[object, object] | None = None
    kept: tuple[Offered, ...] = ()
    for standing, seats in zip(standings, present, strict=True):
        if key is None or key[0] is not standing or key[1] != seats:
            kept = tuple(offer for offer in standing if offer.seat in seats)
            key = standing, seats
        yield kept


def columns_of(header: Header) -> int:
    """Slots in a row of the machines."""
    return cast("Mapping[str, int]", header.config["machine"])["columns"]


@dataclass(slots=True)
class Held:
    """What a slot holds."""

    product: str
    units: int = 0
    price: int | None = None


@dataclass(slots=True)
class Bookkeeper:
    """Machines and costs, brought up to date event by event."""

    columns: int
    slots: dict[tuple[str, int], Held] = field(
        default_factory=dict[tuple[str, int], Held]
    )
    papers: dict[tuple[str, str], Sequence[Facts]] = field(
        default_factory=dict[tuple[str, str], Sequence[Facts]]
    )
    """Rows of the orders that are not paid yet, by seat and number."""
    known: dict[tuple[str, str], Cost] = field(
        default_factory=dict[tuple[str, str], Cost]
    )
    standings: list[tuple[Offered, ...]] = field(
        default_factory=list[tuple[Offered, ...]]
    )
    costs: list[Costs] = field(default_factory=list[Costs])
    present: dict[int, set[str]] = field(default_factory=dict[int, set[str]])
    """Who lived through the night of each day."""
    moved: bool = True
    """Whether tonight's offers may be others than yesterday's: most nights none are."""
    learned: bool = True
    """The same of costs."""

    def note(self, kind: str, seat: str, facts: Facts) -> None:
        """Take in an event."""
        if kind in {"sale", "stolen"}:
            self.gone(seat, facts)
        elif kind in {"stocked", "priced", "emptied"}:
            self.at_machine(kind, seat, facts)
        elif kind in {"offer", "proforma", "settlement"}:
            self.supplied(kind, seat, facts)
        elif kind == "fee_unpaid" or (kind == "charged" and facts["for"] == "fee"):
            self.present.setdefault(len(self.standings) - 1, set()).add(seat)

    def gone(self, seat: str, facts: Facts) -> None:
        """Take units from a slot."""
        held = self.slots.get((seat, whole(facts["slot"])))
        if held is not None:
            held.units = max(0, held.units - whole(facts["units"]))
            self.moved = self.moved or not held.units

    def at_machine(self, kind: str, seat: str, facts: Facts) -> None:
        """Follow the work at a slot."""
        row, column = (whole(facts[name]) for name in PLACE)
        place = seat, row * self.columns + column
        product = str(facts["product"])
        self.moved = True
        if kind == "emptied":
            self.slots.pop(place, None)
            return
        held = self.slots.get(place)
        if held is None or held.product != product:
            held = self.slots[place] = Held(product)
        if kind == "stocked":
            held.units += whole(facts["units"])
        else:
            held.price = whole(facts["price"])

    def supplied(self, kind: str, seat: str, facts: Facts) -> None:
        """Follow what suppliers ask and are paid."""
        if kind == "settlement":
            for row in self.papers.pop((seat, str(facts["number"])), ()):
                self.costs_now(seat, row, "paid")
            return
        rows = cast("Sequence[Facts]", facts["rows"])
        if kind == "offer":
            for row in rows:
                self.costs_now(seat, row, "offered")
        elif facts["purpose"] == "goods":
            self.papers[seat, str(facts["number"])] = rows

    def costs_now(
        self, seat: str, row: Facts, source: Literal["paid", "offered"]
    ) -> None:
        """Note a unit's price; an offer counts if nothing was paid and none is less."""
        key, cents = (seat, str(row["product"])), whole(row["price"])
        known = self.known.get(key)
        better = known is None or (known.source == "offered" and cents < known.cents)
        if cents > 0 and (source == "paid" or better):
            self.known[key] = Cost(cents, source)
            self.learned = True

    def close_day(self) -> None:
        """Fix what customers meet tonight; what is as yesterday is the same object."""
        self.standings.append(self.standing() if self.moved else self.standings[-1])
        same = self.costs and (not self.learned or self.costs[-1] == self.known)
        self.costs.append(self.costs[-1] if same else dict(self.known))
        self.moved = self.learned = False

    def standing(self) -> tuple[Offered, ...]:
        """Every slot with goods and a price."""
        standing = tuple(
            Offered(*place, held.product, held.price)
            for place, held in sorted(self.slots.items())
            if held.units > 0 and held.price is not None
        )
        same = self.standings and self.standings[-1] == standing
        return self.standings[-1] if same else standing


def whole(value: object) -> int:
    """A number of a ledger's facts."""
    return cast("int", value)
