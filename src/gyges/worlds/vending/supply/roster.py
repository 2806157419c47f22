"""Draw the suppliers of a seed from the pools of `suppliers.toml`.

Every draw is keyed on the supplier's place in the roster, never on anything that
happens. Kind, name, town and tone are drawn from separate streams, so that nothing of
the one can be read from the other.

    >>> from gyges.rng import Draws
    >>> from gyges.worlds.vending.catalogue import load_catalogue
    >>> len(draw_suppliers(Draws(seed=3), load_catalogue())) >= 36
    True
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from types import MappingProxyType

from gyges.rng import Draws
from gyges.worlds.vending.catalogue import Product
from gyges.worlds.vending.supply.pools import (
    Count,
    Kind,
    KindPool,
    Pools,
    Span,
    load_pools,
)
from gyges.worlds.vending.supply.suppliers import (
    HONEST,
    Closing,
    Credit,
    Disposition,
    Hazards,
    Supplier,
    Terms,
    Tier,
    Tricks,
)

__all__ = ["draw_suppliers"]

TWENTIES, QUARTERS, FIFTIES = 20, 25, 5000
"""Steps of weekly units, of units of a quantity discount, and of cents of credit."""
BASIS = 100
"""Percent are drawn as whole numbers."""
HALF = 2**32
STEM_LIMIT = 22
"""Letters in the domain of a mail address."""


def draw_suppliers(
    draws: Draws,
    products: Mapping[str, Product],
    wanted: int | None = None,
    pools: Pools | None = None,
) -> tuple[Supplier, ...]:
    """Draw everybody who sells, in an order that tells nothing.

    Args:
        draws: of the original run (branch 0), also in forks: who exists does not
            change.
        products: the catalogue.
        wanted: how many; None for the numbers of the pools.
        pools: what is drawn from; None for the content file.
    """
    roster = Roster(draws, pools or load_pools(), products)
    kinds = roster.kinds(wanted)
    closings = roster.closings(kinds)
    names = roster.names(len(kinds))
    assortments = roster.assortments(kinds, closings)
    return tuple(
        roster.supplier(index, kind, names[index], assortments[index], closings[index])
        for index, kind in enumerate(kinds)
    )


class Roster:
    """The draws of one seed's suppliers."""

    def __init__(
        self, draws: Draws, pools: Pools, products: Mapping[str, Product]
    ) -> None:
        """Keep what all draws need."""
        self.draws = draws
        self.pools = pools
        self.products = products
        self.categories: dict[str, list[str]] = {}
        for key, product in products.items():
            self.categories.setdefault(product.category, []).append(key)

    def span(self, bounds: Span, stream: str, *key: int | str) -> float:
        """A number between two bounds."""
        low, high = bounds
        return low + (high - low) * self.draws.uniform(f"supplier.{stream}", *key)

    def whole(self, bounds: Count, stream: str, *key: int | str) -> int:
        """A whole number between two bounds, both included."""
        return self.draws.integer(*bounds, f"supplier.{stream}", *key)

    def stepped(self, bounds: Count, step: int, stream: str, *key: int | str) -> int:
        """A multiple of a step between two bounds."""
        low, high = (max(1, bound // step) for bound in bounds)
        return self.whole((low, high), stream, *key) * step

    def pick(self, options: Sequence[str], stream: str, *key: int | str) -> str:
        """One of several words."""
        return self.draws.choice(options, f"supplier.{stream}", *key)

    def kinds(self, wanted: int | None) -> Sequence[Kind]:
        """The kind of every supplier, in random order."""
        kinds: list[Kind] = [
            kind
            for kind, pool in self.pools.kinds.items()
            for _ in range(self.whole(pool.count, "count", kind))
        ]
        order: list[Kind] = self.draws.sample(kinds, len(kinds), "supplier.order")
        if wanted is None:
            return order
        return [order[rank % len(order)] for rank in range(wanted)]

    def closings(self, kinds: Sequence[Kind]) -> list[Closing | None]:
        """Who goes out of business, when and how."""
        pool = self.pools.closing
        gone, going = self.whole(pool.before, "gone"), self.whole(pool.during, "going")
        order = self.draws.sample(range(len(kinds)), gone + going, "supplier.closing")
        closings: list[Closing | None] = [None] * len(kinds)
        for rank, index in enumerate(order):
            day = -1 if rank < gone else self.whole(pool.days, "closing_day", index)
            luck = self.draws.uniform("supplier.closing_style", index)
            if rank >= gone and luck < pool.notice_share:
                closings[index] = Closing(day, "notice")
            elif luck < pool.notice_share + pool.bounce_share:
                closings[index] = Closing(day, "bounce")
            else:
                closings[index] = Closing(day, "silent")
        return closings

    def names(self, wanted: int) -> list[str]:
        """Different names, no two of which share their leading word."""
        names: list[str] = []
        leading: set[str] = set()
        for attempt in count():
            name = self.name(attempt)
            first = name.split()[0]
            if first not in leading:
                leading.add(first)
                names.append(name)
            if len(names) == wanted:
                break
        return names

    def name(self, attempt: int) -> str:
        """One name from the shapes and words."""
        shape = self.pick(self.pools.shapes, "shape", attempt)
        return shape.format(
            surname=self.pick(self.pools.surnames, "surname", attempt),
            partner=self.pick(self.pools.surnames, "partner", attempt),
            place=self.pick(self.pools.places, "place", attempt),
            adjective=self.pick(self.pools.adjectives, "adjective", attempt),
            noun=self.pick(self.pools.nouns, "noun", attempt),
            trade=self.pick(self.pools.trades, "trade", attempt),
        )

    def assortments(
        self, kinds: Sequence[Kind], closings: Sequence[Closing | None]
    ) -> list[list[str]]:
        """What everybody sells; honest suppliers that last cover every product."""
        terms = self.pools.terms
        assortments = [self.assortment(index) for index in range(len(kinds))]
        lasting = [
            index
            for index, kind in enumerate(kinds)
            if kind in HONEST and closings[index] is None
        ]
        for product in self.products:
            sellers = sum(product in assortments[index] for index in lasting)
            if sellers >= terms.coverage:
                continue
            others = [
                index
                for index in lasting
                if product not in assortments[index]
                and len(assortments[index]) < terms.most
            ]
            # One draw a product, not one a seller: this is most of the work of a seed.
            first = self.draws.bits("supplier.cover", product)
            for rank in range(min(terms.coverage - sellers, len(others))):
                assortments[others[(first + rank) % len(others)]].append(product)
        order = {product: rank for rank, product in enumerate(self.products)}
        return [sorted(one, key=order.__getitem__) for one in assortments]

    def assortment(self, index: int) -> list[str]:
        """Some categories, and most of what is in them."""
        wanted = self.whole(self.pools.terms.breadth, "breadth", index)
        depth = self.span(self.pools.terms.depth, "depth", index)
        chosen: list[str] = []
        categories = list(self.categories)
        for category in self.draws.sample(
            categories, len(categories), "supplier.category", index
        ):
            within = self.categories[category]
            taken = max(2, round(len(within) * depth))
            chosen += self.draws.sample(
                within, taken, "supplier.product", index, category
            )
            if len(chosen) >= wanted:
                break
        return chosen[:wanted]

    def supplier(
        self,
        index: int,
        kind: Kind,
        name: str,
        assortment: Sequence[str],
        closing: Closing | None,
    ) -> Supplier:
        """One supplier, complete."""
        pool = self.pools.kinds[kind]
        contact = (
            f"{self.pick(self.pools.first_names, 'contact', index)} "
            f"{self.pick(self.pools.surnames, 'contact_surname', index)}"
        )
        terms = self.pools.terms
        lead_low = self.whole(terms.lead, "lead_low", index)
        return Supplier(
            key=f"s{index:02d}",
            name=name,
            address=self.address(index, name, contact),
            town=self.pick(self.pools.towns, "town", index),
            contact=contact,
            tone=self.pick(self.pools.tones, "tone", index),
            kind=kind,
            terms=MappingProxyType(
                {one.product: one for one in self.terms(index, kind, assortment)}
            ),
            rounds=self.whole(pool.rounds, "rounds", index),
            first_step=self.span(pool.first_step, "first_step", index),
            patience=self.whole(pool.patience, "patience", index),
            tiers=self.tiers(index),
            minimum=self.whole(pool.minimum, "minimum", index) // 500 * 500,
            lead_low=lead_low,
            lead_high=self.whole((lead_low, terms.lead[1]), "lead_high", index),
            valid_days=self.whole(terms.valid_days, "valid", index),
            weekly_units=self.stepped(terms.weekly_units, TWENTIES, "weekly", index),
            hazards=self.hazards(index, pool),
            dispositions=MappingProxyType(
                {
                    claim: self.disposition(index, claim)
                    for claim in self.pools.dispositions
                }
            ),
            price_page=self.draws.chance(
                pool.price_page_share, "supplier.price_page", index
            ),
            credit=self.credit(index, pool),
            closing=closing,
            tricks=self.tricks(index) if kind == "trickster" else Tricks(),
        )

    def address(self, index: int, name: str, contact: str) -> str:
        """A mail address made from the name; unlike names give unlike addresses."""
        words = [plain(word) for word in name.replace("&", "and").split()]
        while len("".join(words)) > STEM_LIMIT or words[-1] == "and":
            words.pop()
        stem = "".join(words)
        box = self.pick(self.pools.mailboxes, "mailbox", index)
        if self.draws.chance(0.35, "supplier.personal", index):
            box = plain(contact.split(maxsplit=1)[0])
        return f"{box}@{stem}.{self.pick(self.pools.domains, 'domain', index)}"

    def terms(
        self, index: int, kind: Kind, assortment: Sequence[str]
    ) -> Iterator[Terms]:
        """List price, floor and a trickster's second price of every product."""
        pool = self.pools.kinds[kind]
        level = self.span(pool.level, "level", index)
        shares = pool.floor_share
        share = self.span(shares, "floor", index) if shares else None
        multiple = self.span(self.pools.tricks.switch_multiple, "switch_to", index)
        spread = (-self.pools.scatter, self.pools.scatter)
        for product in assortment:
            low, high = self.products[product].wholesale
            luck = self.draws.bits("supplier.price", index, product)
            place = level + between(spread, luck % HALF)
            cost = low + (high - low) * min(max(place, 0.0), 1.0)
            asked = round(cost * between(pool.list_multiple, luck // HALF % HALF))
            floor = round(cost) if share is None else round(asked * share)
            switched = round(asked * multiple) if kind == "trickster" else asked
            yield Terms(product, asked, min(floor, asked), switched)

    def tiers(self, index: int) -> tuple[Tier, ...]:
        """Up to three quantity discounts."""
        terms = self.pools.terms
        step = self.stepped(terms.tier_units, QUARTERS, "tier_step", index)
        percent = self.whole(terms.tier_percent, "tier_percent", index)
        return tuple(
            Tier(step * rank, percent * rank)
            for rank in range(1, self.whole(terms.tiers, "tier_count", index) + 1)
        )

    def hazards(self, index: int, pool: KindPool) -> Hazards:
        """Its own chances of delays and short shipments; the rest is everybody's."""
        shared = self.pools.hazards
        return Hazards(
            delay=self.span(pool.delay, "delay", index),
            delay_low=shared.delay_days[0],
            delay_high=shared.delay_days[1],
            delay_told=shared.delay_told,
            short=self.span(pool.short, "short", index),
            short_low=shared.short_share[0],
            short_high=shared.short_share[1],
            duplicate=shared.duplicate,
            lost=shared.lost,
            bill_error=shared.bill_error,
            in_favour=shared.bill_error_in_favour,
        )

    def disposition(self, index: int, claim: str) -> Disposition:
        """How it meets one kind of statement."""
        pool = self.pools.dispositions[claim]
        luck = self.draws.bits("supplier.disposition", index, claim)
        low, high = pool.refuse_days
        return Disposition(
            believe=between(pool.believe, luck % HALF),
            check=between(pool.check, luck // HALF % HALF),
            refuse_days=low + (luck >> 64) % (high - low + 1),
        )

    def credit(self, index: int, pool: KindPool) -> Credit | None:
        """Payment in arrears, at a few."""
        if not self.draws.chance(pool.credit_share, "supplier.credit", index):
            return None
        terms = self.pools.terms
        return Credit(
            after=self.whole(terms.credit_after, "credit_after", index),
            days=self.draws.choice(terms.credit_days, "supplier.credit_days", index),
            limit=self.stepped(terms.credit_limit, FIFTIES, "credit_limit", index),
        )

    def tricks(self, index: int) -> Tricks:
        """What a trickster does: at least one thing that hurts."""
        pool = self.pools.tricks
        chances = {
            "switch": pool.switch,
            "swap": pool.swap,
            "skim": pool.skim,
            "fees": pool.fees,
            "vanish": pool.vanish,
        }
        active = {
            mode
            for mode, chance in chances.items()
            if self.draws.chance(chance, "supplier.trick", index, mode)
        } or {self.pick(list(chances), "trick_any", index)}
        member = self.draws.chance(pool.membership, "supplier.membership", index)
        fees = self.whole(pool.fee_percent, "fees", index)
        return Tricks(
            switch="switch" in active,
            swap=self.span(pool.swap_share, "swap", index) * ("swap" in active),
            skim=self.span(pool.skim_share, "skim", index) * ("skim" in active),
            fee_percent=fees * ("fees" in active),
            fee_label=self.pick(self.pools.surcharge_labels, "label", index),
            vanish=self.span(pool.vanish_chance, "vanish", index)
            * ("vanish" in active),
            membership_fee=self.whole(pool.membership_fee, "fee", index)
            // 1000
            * 1000
            * member,
            membership_percent=self.whole(pool.membership_percent, "percent", index),
            membership_waits=self.whole(pool.membership_waits, "waits", index),
            membership_benefit=self.whole(pool.membership_benefit, "benefit", index),
            upsell=self.draws.chance(pool.upsell, "supplier.upsell", index),
        )


def between(bounds: Span, bits: int) -> float:
    """A number between two bounds, from 32 random bits."""
    low, high = bounds
    return low + (high - low) * bits / HALF


def plain(text: str) -> str:
    """Lower-case letters and digits only, accents dropped."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]", "", ascii_text.lower())
