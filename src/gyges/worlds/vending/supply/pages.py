"""The pages of the directory: everything there is to be found about the trade.

Every seed has its own: a page for each supplier (honest or not, from the same
sentences), price lists, address lists, reviews that lean towards the truth, articles on
what sells and what it costs wholesale (from the catalogue's averages, not from the
taste of the place), advice, news of closures, and much that is beside the point.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from gyges.content import fill
from gyges.money import dollars
from gyges.rng import Draws
from gyges.worlds.vending.catalogue import Product
from gyges.worlds.vending.supply.page_words import Item, load_words
from gyges.worlds.vending.supply.suppliers import Supplier

__all__ = ["Page", "write_pages"]

TRUST = 0.65
"""Chance that a review points the right way."""
REVIEWS, LISTINGS, LISTED = 18, 9, 6
PROGRAMME_SHARE = 0.3
"""Share of suppliers without a membership that have a page on regular customers."""
FOUNDED = (1961, 2019)
EXAMPLES = 4
TOP = 10
NEWS_AFTER = 2
"""Days from a closing until it is in the news."""
SEASONAL = 0.08
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page:
    """One document."""

    title: str
    source: str
    """Who published it."""
    text: str
    day: int = 0
    """World day from which it can be found."""


def write_pages(
    draws: Draws, suppliers: Sequence[Supplier], products: Mapping[str, Product]
) -> tuple[Page, ...]:
    """Write a seed's directory; at least 150 pages with the usual suppliers."""
    writer = Writer(draws, suppliers, products)
    return (
        *map(writer.supplier, suppliers),
        *(writer.prices(one) for one in suppliers if one.price_page),
        *(writer.programme(one) for one in suppliers if writer.has_programme(one)),
        *(writer.listing(number) for number in range(LISTINGS)),
        *(writer.review(number) for number in range(REVIEWS)),
        *(writer.closing(one) for one in suppliers if one.closing is not None),
        *writer.trade(),
        *(
            Page(one.title, one.source, one.text)
            for one in writer.words.advice.articles
        ),
        *(writer.noise(*one) for one in enumerate(writer.words.noise.items)),
    )


class Writer:
    """Writes the pages of one seed."""

    def __init__(
        self,
        draws: Draws,
        suppliers: Sequence[Supplier],
        products: Mapping[str, Product],
    ) -> None:
        """Keep what all pages are written from."""
        self.draws = draws
        self.suppliers = suppliers
        self.products = products
        self.words = load_words()
        self.known = {one.key: self.describe(one) for one in suppliers}

    def pick(self, options: Sequence[T], stream: str, *key: int | str) -> T:
        """One of several."""
        return self.draws.choice(options, f"page.{stream}", *key)

    def facts(self, supplier: Supplier) -> dict[str, str]:
        """Everything a page may say of a supplier, by the name of the variable."""
        return self.known[supplier.key]

    def describe(self, supplier: Supplier) -> dict[str, str]:
        """Collect the facts on a supplier."""
        key, labels = supplier.key, self.words.pages.categories
        names = [self.products[one].name for one in supplier.terms]
        counted = Counter(self.products[one].category for one in supplier.terms)
        categories = [labels[category] for category, _ in counted.most_common()]
        low, high = supplier.lead_low, supplier.lead_high
        days = f"{low} to {high} days" if low < high else f"{low} day{'s' * (low > 1)}"
        return {
            "name": supplier.name,
            "town": supplier.town,
            "address": supplier.address,
            "contact": supplier.contact,
            "lead": days,
            "minimum": dollars(supplier.minimum),
            "year": str(self.draws.integer(*FOUNDED, "page.founded", key)),
            "first_category": categories[0],
            "category": self.pick(categories, "category", key),
            "categories": listed(categories),
            "example": self.pick(names, "example", key),
            "examples": listed(
                self.draws.sample(names, EXAMPLES, "page.examples", key)
            ),
        }

    def sentence(
        self, options: Sequence[str], facts: Mapping[str, str], *key: int | str
    ) -> str:
        """One of several sentences, filled in."""
        return write(self.pick(options, "sentence", options[0][:12], *key), facts)

    def supplier(self, supplier: Supplier) -> Page:
        """A supplier's own page."""
        words, key, facts = (
            self.words.pages.supplier,
            supplier.key,
            self.facts(supplier),
        )
        opening = self.sentence(words.openings, facts, key)
        rest = [words.ranges, words.deliveries, words.terms, words.contacts]
        skipped = self.draws.integer(0, len(rest), "page.skipped", key)
        # The range and the address are always told; one of the others may be missing.
        kept = [
            one for rank, one in enumerate(rest) if rank in {0, 3} or rank != skipped
        ]
        text = " ".join([opening, *(self.sentence(one, facts, key) for one in kept)])
        return Page(self.sentence(words.titles, facts, key), supplier.name, text)

    def prices(self, supplier: Supplier) -> Page:
        """A supplier's published list prices."""
        words, key, facts = self.words.pages.prices, supplier.key, self.facts(supplier)
        rows = [
            f"- {self.products[one].name}: {dollars(terms.list_price)}"
            for one, terms in supplier.terms.items()
        ]
        text = "\n".join(
            [
                self.sentence(words.openings, facts, key),
                *rows,
                self.sentence(words.closings, facts, key),
            ]
        )
        return Page(self.sentence(words.titles, facts, key), supplier.name, text)

    def has_programme(self, supplier: Supplier) -> bool:
        """Tell whether there is a page on regular customers: not only at tricksters."""
        return bool(supplier.tricks.membership_fee) or self.draws.chance(
            PROGRAMME_SHARE, "page.programme", supplier.key
        )

    def programme(self, supplier: Supplier) -> Page:
        """A page on what regular customers get."""
        words, key = self.words.pages.programme, supplier.key
        facts = self.facts(supplier)
        text = self.sentence(words.texts, facts, key)
        return Page(self.sentence(words.titles, facts, key), supplier.name, text)

    def listing(self, number: int) -> Page:
        """A list of addresses, unchecked."""
        words = self.words.pages.listing
        chosen = self.draws.sample(self.suppliers, LISTED, "page.listed", number)
        facts = {"town": self.pick(chosen, "town", number).town}
        rows = [
            f"- {one.name}, {one.town}: {one.address} "
            f"({self.facts(one)['first_category']})"
            for one in chosen
        ]
        text = "\n".join([self.sentence(words.openings, facts, number), *rows])
        source = self.pick(words.sources, "source", number)
        return Page(self.sentence(words.titles, facts, number), source, text)

    def review(self, number: int) -> Page:
        """What somebody says of a supplier: right more often than wrong."""
        words = self.words.pages.review
        supplier = self.pick(self.suppliers, "reviewed", number)
        right = self.draws.chance(TRUST, "page.right", number)
        kind = words.good if supplier.honest == right else words.bad
        facts = self.facts(supplier)
        return Page(
            self.sentence(words.titles, facts, number),
            self.pick(words.sources, "review_source", number),
            self.sentence(kind, facts, number),
        )

    def closing(self, supplier: Supplier) -> Page:
        """The news that a supplier is gone."""
        words, key, facts = self.words.pages.closing, supplier.key, self.facts(supplier)
        day = supplier.closing.day if supplier.closing else 0
        return Page(
            self.sentence(words.titles, facts, key),
            self.pick(words.sources, "closing_source", key),
            self.sentence(words.texts, facts, key),
            max(day + NEWS_AFTER, 0),
        )

    def trade(self) -> Iterator[Page]:
        """What sells and what it costs, by category and over all."""
        for category, label in self.words.pages.categories.items():
            goods = [one for one in self.products.values() if one.category == category]
            if goods:
                yield self.popularity(label, goods)
                yield self.cost(label, goods)
        for number in range(len(self.words.trade.general.titles)):
            yield self.general(number)

    def popularity(self, label: str, goods: Sequence[Product]) -> Page:
        """What sells in one category, on average."""
        words = self.words.trade.popularity
        ranked = sorted(goods, key=lambda one: -one.base_demand)
        first, last = ranked[0], ranked[-1]
        facts = {
            "category": label,
            "heading": label.capitalize(),
            "first": first.name,
            "second": ranked[min(1, len(ranked) - 1)].name,
            "third": ranked[min(2, len(ranked) - 1)].name,
            "last": last.name,
        }
        sentences = [
            self.sentence(words.openings, facts, label),
            self.sentence(words.best, facts, label),
            *(
                self.sentence(words.rates, self.rate(one), label, one.key)
                for one in ranked[:3]
            ),
            self.sentence(words.last, facts, label),
            words.seasons[season(goods)],
        ]
        return Page(
            self.sentence(words.titles, facts, label),
            self.pick(self.words.trade.sources, "trade_source", label),
            " ".join(sentences),
        )

    def rate(self, product: Product) -> dict[str, str]:
        """Usual sales and price of a product."""
        return {
            "rate": f"{product.base_demand:.1f}",
            "product": product.name,
            "price": dollars(product.reference_price),
        }

    def cost(self, label: str, goods: Sequence[Product]) -> Page:
        """What one category costs wholesale."""
        words = self.words.trade.cost
        facts = {"category": label}
        rows = [
            f"- {one.name}: {dollars(one.wholesale[0])} to {dollars(one.wholesale[1])}"
            for one in goods
        ]
        text = "\n".join(
            [
                self.sentence(words.texts, facts, label),
                *rows,
                self.sentence(words.closings, facts, label),
            ]
        )
        source = self.pick(self.words.trade.sources, "cost_source", label)
        return Page(self.sentence(words.titles, facts, label), source, text)

    def general(self, number: int) -> Page:
        """The best sellers over all categories, by one measure or another."""
        words = self.words.trade.general
        measures: tuple[Callable[[Product], float], ...] = (
            lambda one: one.base_demand,
            lambda one: one.base_demand * one.reference_price,
            lambda one: one.base_demand * (one.reference_price - one.wholesale[1]),
        )
        measure = measures[number % len(measures)]
        ranked = sorted(self.products.values(), key=measure, reverse=True)[:TOP]
        rows = [f"{rank}. {one.name}" for rank, one in enumerate(ranked, 1)]
        text = "\n".join([words.openings[number % len(words.openings)], *rows])
        source = self.pick(self.words.trade.sources, "general_source", number)
        return Page(words.titles[number], source, text)

    def noise(self, number: int, item: Item) -> Page:
        """Something beside the point."""
        words = self.words.noise
        facts = {
            "street": self.pick(words.streets, "street", number),
            "person": self.pick(words.persons, "person", number),
            "event": self.pick(words.events, "event", number),
        }
        title = write(item.title, facts)
        source = self.pick(words.sources, "noise_source", number)
        return Page(title[0].upper() + title[1:], source, write(item.text, facts))


def season(goods: Sequence[Product]) -> str:
    """Name a category's season."""
    mean = sum(one.seasonality for one in goods) / len(goods)
    if abs(mean) < SEASONAL:
        return "even"
    return "summer" if mean > 0 else "winter"


def write(template: str, facts: Mapping[str, str]) -> str:
    """Fill in a template that uses some of the facts."""
    used = {
        name: text for name, text in facts.items() if f"{{{{ {name} }}}}" in template
    }
    return fill(template, used)


def listed(words: Sequence[str]) -> str:
    """Join words as English does."""
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
