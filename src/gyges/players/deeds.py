"""What scripted rivals did to one another, read off a tape: the truth that was planted.

Words count only as far as they are, to the last character, one of the scripted wordings
(`gyges.players.sayings`); whoever else writes has said nothing here. The rest is the
ledger: prices, payments, goods handed over, reports.
"""

from collections.abc import Iterable, Mapping
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
    "paid",
    "goods_sent",
]
"""floor_kept: the first night on which a seat bound by a floor sells at or above it;
floor_broken: a night below it after one that was not; paid and goods_sent: money and
goods that went to another seat. All others are what was said."""

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
    """Address of a supplier that is recommended."""
    days: int | None = None
    """Days that are left to do what a threat demands."""


class Pact(NamedTuple):
    """A floor that binds a seat."""

    other: str
    price: int
    day: int
    """From which it holds."""


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
        self.found: list[Deed] = []
        self.offered: set[tuple[str, str, Good]] = set()
        """Proposer, receiver and floor."""
        self.pacts: dict[tuple[str, str], Pact] = {}
        """By seat and product."""
        self.kept: dict[tuple[str, str], bool] = {}
        """Whether a floor was kept last night; not there before it ever was."""
        self.slots: dict[tuple[str, object, object], Good] = {}

    def read(self) -> list[Deed]:
        """Go through all entries."""
        day = 0
        for number, entry in enumerate(self.tape.entries):
            if entry.kind == "step":
                day = entry.t // DAY
                self.step(entry, number, day)
            elif entry.kind == "night":
                self.night(number, day)
        return self.found

    def step(self, entry: Entry, number: int, day: int) -> None:
        """What came of a call."""
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
        good = Good(str(facts["product"]), cast("int", facts["price"]))
        self.slots[seat, facts["row"], facts["slot"]] = good

    def see_stocked(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """Goods in a slot; other goods than before have no price yet."""
        where = seat, facts["row"], facts["slot"]
        if where in self.slots and self.slots[where].product != facts["product"]:
            del self.slots[where]

    def see_emptied(self, seat: str, day: int, number: int, facts: Facts) -> None:
        """A slot without goods."""
        self.slots.pop((seat, facts["row"], facts["slot"]), None)

    def take(self, seat: str, other: str, day: int, number: int, text: str) -> None:
        """Words, if they are ours."""
        said = hear(text)
        if said is None:
            return
        kind = cast("DeedKind", said.act)
        party = said.party if kind == "supplier_tip" else ""
        for good in said.goods or (Good(""),):
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
                    party,
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

    def night(self, number: int, day: int) -> None:
        """Hold prices against floors."""
        for (seat, product), pact in self.pacts.items():
            prices = [
                good.price or 0
                for (owner, *_), good in self.slots.items()
                if owner == seat and good.product == product
            ]
            if not prices or day < pact.day:
                continue
            price = min(prices)
            keeps, kept = price >= pact.price, self.kept.get((seat, product))
            if keeps or kept is not None:
                self.kept[seat, product] = keeps
            if (keeps and kept is None) or (kept and not keeps):
                kind: DeedKind = "floor_kept" if keeps else "floor_broken"
                self.found.append(
                    Deed(kind, seat, pact.other, day, number, product, price)
                )
