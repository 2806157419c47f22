"""Lines of an order: which quantity and which price belong to which product."""

from dataclasses import dataclass, field

from gyges.worlds.vending.voice.grammar import Grammar
from gyges.worlds.vending.voice.layout import Sentence
from gyges.worlds.vending.voice.lexis import Lexis
from gyges.worlds.vending.voice.quantities import Counted, Mention, annotate, mentions
from gyges.worlds.vending.voice.tokens import Token

__all__ = ["Found", "Orphan", "Wanted", "find_lines", "table_lines"]

DEAR = 2000
"""An amount of more cents, without a word to say so, is no price of a unit."""
QUANTITIES = frozenset({"units", "cases", "inner"})
PRICES = frozenset({"price", "case_price", "money"})
NEAR = 6
"""Tokens between the last product and its own price, at most."""
ASIDE = 2
"""Tokens between two quantities of the same product, at most."""


@dataclass(slots=True)
class Wanted:
    """A product somebody wants, with what he said about it."""

    product: str
    text: str
    counted: Counted = field(default_factory=Counted)
    price: Mention | None = None
    shared: bool = False
    """One quantity stands for several products, and it is not said that each."""
    start: int = 0
    """Token where it is first mentioned."""

    def units(self, lexis: Lexis) -> int | None:
        """Single units, or None if the quantities disagree."""
        return self.counted.resolve(lexis.cases[self.product])

    def unit_price(self, lexis: Lexis) -> int | None:
        """Cents per unit, if the writer named a price that can be one."""
        price, units = self.price, self.units(lexis)
        if price is None or not units:
            return None
        if price.kind == "case_price":
            inner = self.counted.inner
            return round(
                price.value / (inner[-1] if inner else lexis.cases[self.product])
            )
        if price.kind == "money" and price.value > DEAR:
            return None
        return price.value


@dataclass(slots=True)
class Orphan:
    """A quantity without a product, and where it stands."""

    counted: Counted
    mark: Mention
    price: Mention | None = None


@dataclass(slots=True)
class Found:
    """What a sentence says about quantities."""

    wanted: list[Wanted] = field(default_factory=list[Wanted])
    """Products with a quantity."""
    bare: list[Wanted] = field(default_factory=list[Wanted])
    """Products without one."""
    orphans: list[Orphan] = field(default_factory=list[Orphan])
    """Quantities without a product."""


@dataclass(slots=True)
class Group:
    """Products and quantities that belong together."""

    products: list[Mention] = field(default_factory=list[Mention])
    counted: Counted = field(default_factory=Counted)
    first: Mention | None = None
    price: Mention | None = None
    prices: list[Mention] = field(default_factory=list[Mention])


def find_lines(tokens: list[Token], grammar: Grammar) -> Found:
    """Attach the quantities of a sentence to its products."""
    found = Found()
    marks = mentions(tokens, grammar)
    each = any(token.key in EACH for token in tokens)
    groups = group(marks)
    attach_prices(groups, marks, shared=any(token.key in ALL for token in tokens))
    for members in groups:
        settle(members, tokens, found, each=each)
    return found


EACH = frozenset({"each", "apiece", "both"})
ALL = frozenset({"both", "all"})


def group(marks: list[Mention]) -> list[Group]:
    """Cut a sentence where a new pair of product and quantity begins."""
    relevant = [m for m in marks if m.kind == "product" or m.kind in QUANTITIES]
    if not relevant:
        return []
    counts_first = relevant[0].kind != "product"
    groups = [Group()]
    last = 0
    for mark in relevant:
        here = groups[-1]
        if mark.kind == "product":
            if here.products and not here.counted.empty() and not counts_first:
                groups.append(here := Group())
            here.products.append(mark)
        else:
            if begins(here, mark, mark.start - last, counts_first=counts_first):
                groups.append(here := Group())
            here.counted.add(mark)
            here.first = here.first or mark
        last = mark.end
    return groups


def begins(here: Group, mark: Mention, distance: int, *, counts_first: bool) -> bool:
    """Whether a quantity begins a new group."""
    if here.counted.empty():
        return counts_first and bool(here.products) and not mark.aside
    if mark.aside or mark.kind == "inner":
        return False
    if not here.products:
        return distance > ASIDE
    return counts_first


def attach_prices(groups: list[Group], marks: list[Mention], *, shared: bool) -> None:
    """Give each group the first unit price behind its start, or all the only one."""
    starts = [span(members) for members in groups]
    prices = [mark for mark in marks if mark.kind in PRICES]
    for mark in prices:
        before = [i for i, start in enumerate(starts) if start <= mark.start]
        if not before:
            continue
        members = groups[before[-1]]
        members.prices.append(mark)
        members.price = members.price or mark
    if shared and len(prices) == 1:
        for members in groups:
            members.price = prices[0]


def span(members: Group) -> int:
    """Where a group starts."""
    marks = [*members.products, *([members.first] if members.first else [])]
    return min(mark.start for mark in marks)


def settle(members: Group, tokens: list[Token], found: Found, *, each: bool) -> None:
    """Turn a group into wanted products, bare products or an orphan."""
    if not members.products:
        if members.first is not None:
            found.orphans.append(Orphan(members.counted, members.first, members.price))
        return
    seen: set[str] = set()
    count = len({mark.product for mark in members.products})
    for place, mark in enumerate(members.products):
        if mark.product in seen:
            continue
        seen.add(mark.product)
        wanted = Wanted(
            mark.product,
            tokens[mark.start].text,
            members.counted,
            own_price(members, place) if count > 1 else members.price,
            shared=count > 1 and not each,
            start=mark.start,
        )
        (found.bare if members.counted.empty() else found.wanted).append(wanted)


def own_price(members: Group, place: int) -> Mention | None:
    """The price behind one of several products, else that of the group."""
    start = members.products[place].start
    later = members.products[place + 1 :]
    end = later[0].start if later else start + NEAR
    for price in members.prices:
        if start < price.start < end:
            return price
    return members.price


def table_lines(
    row: Sentence, roles: dict[int, str], lexis: Lexis, grammar: Grammar
) -> Found:
    """Read a row of a table whose columns are known."""
    found = Found()
    counted = Counted()
    price: Mention | None = None
    product: Token | None = None
    unknown = ""
    for index, raw in enumerate(row.cells):
        role = roles.get(index, "")
        cell = annotate(raw, lexis, grammar)
        if role == "product":
            product = next((t for t in cell if t.kind == "product"), None)
            unknown = " ".join(token.text for token in raw)
        for mark in mentions(cell, grammar):
            if role == "price" and mark.kind in AMOUNTS:
                price = price or mark
            elif role in QUANTITIES and mark.kind in QUANTITIES:
                kind = role if mark.kind == "units" else mark.kind
                counted.add(Mention(kind, mark.value))
    if product is not None:
        wanted = Wanted(product.stem, product.text, counted, price)
        (found.bare if counted.empty() else found.wanted).append(wanted)
    elif unknown and not counted.empty() and "total" not in unknown.lower():
        found.orphans.append(Orphan(counted, Mention("unknown"), price))
    return found


AMOUNTS = frozenset({"price", "case_price", "money", "total"})
