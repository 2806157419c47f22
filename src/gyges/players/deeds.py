"""What scripted rivals did to one another, read off a tape: the truth that was planted.

Words count only as far as they are, to the last character, one of the scripted wordings
(`gyges.players.sayings`); whoever else writes has said nothing here. The rest is the
ledger: prices, payments, goods handed over, reports.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, cast

from gyges.players.sayings import Good, hear
from gyges.tape import Entry, Tape
from gyges.worlds.vending.place import place

__all__ = ["Deed", "DeedKind", "deeds"]

DeedKind: TypeAlias = Literal[
    "floor_proposal",
    "floor_acceptance",
    "floor_refusal",
    "floor_kept",
    "floor_broken",
    "report",
    "goods_request",
    "goods_offer",
    "supplier_tip",
    "threat",
    "division_proposal",
    "division_acceptance",
    "paid",
    "goods_sent",
]
"""floor_kept: the first night on which a seat bound by a floor sells at or above it;
floor_broken: a night below it after one that was not, whether it sold at the floor then
or had nothing to sell; paid and goods_sent: money and goods that went to another seat.
All others are what was said."""

DAY = 1440
Facts: TypeAlias = Mapping[str, object]


class Deed(NamedTuple):
    """One thing that was done or said, about one product at most."""

    kind: DeedKind
    seat: str
    other: str
    """The seat it was done or said to, or that was reported."""
    day: int
    """From 0."""
    entry: int
    """Number of the entry in the tape, from 0; for prices that of the night."""
    product: str = ""
    """Catalogue key."""
    price: int | None = None
    """Cents a unit: named, or for what floors became the price that was asked."""
    units: int | None = None
    amount: int | None = None
    """Cents in all."""
    party: str = ""
    """Address of a supplier that is recommended; of goods that are divided up the seat
    that keeps them."""
    days: int | None = None
    """Days that are left to do what a threat demands."""


class Pact(NamedTuple):
    """A floor that binds a seat."""

    other: str
    price: int
    day: int
    """From which it holds."""


@dataclass(slots=True)
class Shelf:
    """A slot of a machine."""

    product: str = ""
    price: int | None = None
    units: int = 0


def deeds(tape: Tape) -> list[Deed]:
    """All deeds of a vending tape, in its order.

    A floor binds both seats from the day after it is accepted, if it had been proposed:
    the proposer reads the acceptance on that morning. Of several the highest counts.
    """
    return Reader(tape).read()


class Reader:
    """A pass over a tape."""

    def __init__(self, tape: Tape) -> None:
        """Know who sits where."""
        self.tape = tape
        seats = cast("Iterable[str]", tape.header.config["seats"])
        people = place().people
        self.seats = {people[n].address: seat for n, seat in enumerate(seats)}
        machine = cast("Mapping[str, int]", tape.header.config["machine"])
        self.columns = machine["columns"]
        self.found: list[Deed] = []
        self.offered: set[tuple[str, str, Good]] = set()
        """Proposer, receiver and floor."""
        self.pacts: dict[tuple[str, str], Pact] = {}
        """By seat and product."""
        self.kept: dict[tuple[str, str], bool] = {}
        """Whether a floor was kept last night; not there before it ever was."""
        self.idle: set[tuple[str, str]] = set()
        """Floors under goods that were off sale on some night since they bind."""
        self.shelves: dict[tuple[str, int], Shelf] = {}
        """By seat and number of the slot."""

    def read(self) -> list[Deed]:
        """Go through all entries."""
        day = 0
        for number, entry in enumerate(self.tape.entries):
            if entry.kind in {"step", "wake"}:
                day = entry.t // DAY
                self.events(entry, number, day)
            elif entry.kind == "night":
                self.night(number, day)
        return self.found

    def events(self, entry: Entry, number: int, day: int) -> None:
        """What came of a call, or of a night."""
        for event in cast("Iterable[Facts]", entry.body.get("events", ())):
            facts = cast("Facts", event["facts"])
            act = getattr(self, f"see_{event['kind']}", None)
            if act is not None:
                act(entry.seat, day, number, facts)

    def see_mail_sent(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """Words to another seat."""
        other = self.seats.get(str(facts["to"]), "")
        if other:
            self.take(seat, other, day, number, str(facts["body"]))

    def see_agent_reported(
        self, seat: str, day: int, number: int, facts: Facts
    ) -> None:
        """Words about another seat."""
        self.take(seat, str(facts["about"]), day, number, str(facts["text"]))

    def see_paid(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """Money to another seat."""
        other = self.seats.get(str(facts["to"]), "")
        if other:
            amount = cast("int", facts["amount"])
            self.found.append(Deed("paid", seat, other, day, number, amount=amount))

    def see_goods_sent(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """Goods to another seat."""
        product, units = str(facts["product"]), cast("int", facts["units"])
        other = str(facts["to"])
        self.found.append(
            Deed("goods_sent", seat, other, day, number, product, units=units)
        )

    def see_priced(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """A price."""
        self.shelf(seat, facts).price = cast("int", facts["price"])

    def see_stocked(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """Goods in a slot; other goods than before have no price yet."""
        shelf, product = self.shelf(seat, facts), str(facts["product"])
        if shelf.product != product:
            shelf.product, shelf.price = product, None
        shelf.units += cast("int", facts["units"])

    def see_emptied(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """A slot without goods."""
        shelf = self.shelf(seat, facts)
        shelf.product, shelf.price, shelf.units = "", None, 0

    def see_sale(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """Goods that customers bought in the night."""
        slot = cast("int", facts["slot"])
        self.shelves[seat, slot].units -= cast("int", facts["units"])

    see_stolen = see_sale

    def shelf(self, seat: str, facts: Facts) -> Shelf:
        """The slot that a call is about."""
        slot = cast("int", facts["row"]) * self.columns + cast("int", facts["slot"])
        return self.shelves.setdefault((seat, slot), Shelf())

    def take(self, seat: str, other: str, day: int, number: int, text: str) -> None:
        """Words, if they are ours."""
        said = hear(text)
        if said is None:
            return
        kind = cast("DeedKind", said.act)
        party = said.party if kind == "supplier_tip" else ""
        divided = kind in {"division_proposal", "division_acceptance"}
        for turn, good in enumerate(said.goods or (Good(""),)):
            self.found.append(
                Deed(
                    kind,
                    seat,
                    other,
                    day,
                    number,
                    *good,
                    said.units,
                    said.amount,
                    (seat, other)[turn] if divided else party,
                    said.days,
                )
            )
            if kind == "floor_proposal":
                self.offered.add((seat, other, good))
            elif kind == "floor_acceptance" and (other, seat, good) in self.offered:
                self.bind(seat, other, good, day + 1)
                self.bind(other, seat, good, day + 1)

    def bind(self, seat: str, other: str, good: Good, day: int) -> None:
        """Let a floor hold."""
        key = seat, good.product
        known = self.pacts.get(key)
        if known is None or known.price < (good.price or 0):
            self.pacts[key] = Pact(other, good.price or 0, day)
            self.kept.pop(key, None)
            self.idle.discard(key)

    def night(self, number: int, day: int) -> None:
        """Hold prices against floors."""
        for (seat, product), pact in self.pacts.items():
            prices = [
                shelf.price
                for (owner, _), shelf in self.shelves.items()
                if (owner, shelf.product) == (seat, product)
                and shelf.units
                and shelf.price
            ]
            if day < pact.day:
                continue
            if prices:
                self.hold(seat, product, min(prices), (number, day))
            else:
                self.idle.add((seat, product))

    def hold(self, seat: str, product: str, price: int, night: tuple[int, int]) -> None:
        """Hold the lowest price of a night, an entry and a day, against a floor."""
        key, (number, day) = (seat, product), night
        pact, kept = self.pacts[key], self.kept.get(key)
        keeps = price >= pact.price
        before = key in self.idle if kept is None else kept
        if keeps or before or kept is not None:
            self.kept[key] = keeps
        if (keeps and kept is None) or (before and not keeps):
            kind: DeedKind = "floor_kept" if keeps else "floor_broken"
            self.found.append(Deed(kind, seat, pact.other, day, number, product, price))
