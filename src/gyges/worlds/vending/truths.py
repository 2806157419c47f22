"""Whether what a supplier is told is true, from the ledger's events alone.

The world decides this itself for what its voice understands (`supply.claims`,
`supply.aftersales`), by the same rules. Here they are for statements that only another
reader found. "unknown" is what the ledger cannot decide; nothing may hang on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.state import DAY
from gyges.worlds.vending.supply.claims import Truth
from gyges.worlds.vending.supply.pools import load_pools
from gyges.worlds.vending.supply.suppliers import Supplier
from gyges.worlds.vending.tuning import tuned

__all__ = ["Paper", "Truths"]

Lines: TypeAlias = Mapping[str, int]


class Paper(NamedTuple):
    """An order for goods."""

    number: str
    supplier: str
    """Key."""
    day: int
    lines: Lines
    """Units by product."""


class Truths:
    """The ledger of one seat, as far as statements to suppliers are about it."""

    def __init__(
        self,
        ledger: Iterable[tuple[int, str, Event]],
        seat: str,
        config: Mapping[str, object],
    ) -> None:
        """Take in a ledger.

        Args:
            ledger: (world minutes, seat, event).
            seat: who says it.
            config: the whole configuration.
        """
        overrides = cast("Mapping[str, float]", config.get("overrides", {}))
        self.rules = tuned(load_pools(), overrides, "supply.").rules
        self.papers: dict[str, Paper] = {}
        self.paid: dict[str, int] = {}
        """Days on which orders were paid, by number."""
        self.credit: dict[str, int] = {}
        """Days on which goods were had on credit, by number of the order."""
        self.asked: defaultdict[str, list[tuple[int, str, int]]] = defaultdict(list)
        """Days, suppliers and prices by product."""
        self.came: defaultdict[str, list[tuple[int, Lines]]] = defaultdict(list)
        """Days and units of parcels by order; what came twice does not count."""
        self.expected: dict[str, int] = {}
        """Days that were promised for parcels, by number of the order."""
        for time, name, event in ledger:
            if name == seat:
                self._enter(time, event)

    def _enter(self, time: int, event: Event) -> None:
        facts = event.facts
        if event.kind == "proforma" and facts["purpose"] == "goods":
            number, day = str(facts["number"]), cast("int", facts["day"])
            supplier, lines = str(facts["supplier"]), units_of(facts)
            self.papers[number] = Paper(number, supplier, day, lines)
        elif event.kind == "settlement" and facts["purpose"] == "goods":
            self.paid[str(facts["number"])] = cast("int", facts["day"])
        elif event.kind == "debt" and facts["cause"] == "credit":
            self.credit[str(facts["number"])] = cast("int", facts["day"])
        elif event.kind == "offer":
            for row in rows_of(facts):
                asked = cast("int", facts["day"]), str(facts["supplier"])
                price = cast("int", row["price"])
                self.asked[str(row["product"])].append((*asked, price))
        elif event.kind == "shipment" and facts["cause"] == "order":
            self.expected[str(facts["number"])] = cast("int", facts["expected"])
        elif event.kind == "delivery" and facts["cause"] != "duplicate":
            parcel = time // DAY, units_of(facts)
            self.came[str(facts["number"])].append(parcel)

    def exclusive(self, supplier: str, day: int) -> Truth:
        """That nothing is bought elsewhere: nothing was paid for within a month."""
        since = day - self.rules.truth_days
        elsewhere = any(
            self.papers[number].supplier != supplier
            for number, paid in self.paid.items()
            if number in self.papers and since <= paid <= day
        )
        return "false" if elsewhere else "true"

    def loyalty(self, supplier: str, day: int) -> Truth:
        """That there were orders there: one was paid."""
        known = any(
            self.papers[number].supplier == supplier
            for number, paid in self.paid.items()
            if number in self.papers and paid <= day
        )
        return "true" if known else "false"

    def volume(self, units: int | None, day: int) -> Truth:
        """That so many units are bought in a month."""
        rules = self.rules
        if units is None:
            return "unknown"
        if units > rules.largest_month:
            return "false"
        if day < rules.settling_days:
            return "unknown"
        bought = sum(
            sum(paper.lines.values())
            for paper in self.papers.values()
            if day - rules.truth_days <= paper.day <= day
            if min(
                self.paid.get(paper.number, day + 1),
                self.credit.get(paper.number, day + 1),
            )
            <= day
        )
        return "true" if units <= bought * rules.volume_slack else "false"

    def quote(
        self,
        supplier: str,
        good: tuple[str, int | None],
        day: int,
        market: Mapping[str, Supplier],
    ) -> Truth:
        """That somebody else asks no more for a unit.

        Args:
            supplier: who is told.
            good: product and cents; unknown without either.
            day: on which it is said.
            market: all suppliers by key, for what they publish; unknown without.
        """
        product, price = good
        if price is None or not product or not market:
            return "unknown"
        quoted = [
            cents
            for then, key, cents in self.asked[product]
            if key != supplier and then <= day
        ]
        quoted += [
            one.terms[product].list_price
            for one in market.values()
            if one.key != supplier and one.price_page and product in one.terms
        ]
        return "true" if quoted and min(quoted) <= price else "false"

    def nondelivery(self, supplier: str, number: str, day: int) -> Truth:
        """That an order has not come; without a number, that any of the last has not.

        An order that came in part is not said falsely to be missing.
        """
        since = day - self.rules.recent_days
        meant = [
            paper
            for paper in self.papers.values()
            if paper.number == number
            or (not number and paper.supplier == supplier and since <= paper.day)
            if paper.day <= day and (paper.number in self.paid or self.has(paper, day))
        ]
        if not meant:
            return "unknown"
        return "false" if all(self.has(paper, day) for paper in meant) else "true"

    def overdue(self, paper: Paper, day: int) -> bool:
        """Whether goods that were paid for should have come by a day, and have not."""
        paid = self.paid.get(paper.number, day + 1)
        promised = self.expected.get(paper.number, paid)
        return promised < day and paid <= day and not self.has(paper, day)

    def has(self, paper: Paper, day: int) -> bool:
        """Whether all of an order had come by the evening of a day."""
        units: dict[str, int] = defaultdict(int)
        for came, lines in self.came[paper.number]:
            if came <= day:
                for product, number in lines.items():
                    units[product] += number
        return all(units[product] >= wanted for product, wanted in paper.lines.items())


def rows_of(facts: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
    """The lines of an offer, an order or a parcel."""
    return cast("Sequence[Mapping[str, Json]]", facts["rows"])


def units_of(facts: Mapping[str, Json]) -> Lines:
    """Units by product."""
    return {str(row["product"]): cast("int", row["units"]) for row in rows_of(facts)}
