"""The shape of `suppliers.toml`: what every seed draws its suppliers from."""

from functools import cache
from typing import Annotated, Literal, TypeAlias

import msgspec

from gyges.content import Library
from gyges.worlds.vending.catalogue import CONTENT

__all__ = ["Count", "Kind", "KindPool", "Pools", "Rules", "Span", "load_pools"]

Kind: TypeAlias = Literal["friendly", "negotiating", "gouger", "trickster"]
Amount: TypeAlias = Annotated[float, msgspec.Meta(ge=0)]
Share: TypeAlias = Annotated[float, msgspec.Meta(ge=0, le=1)]
Whole: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]
Some: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
Span: TypeAlias = tuple[Amount, Amount]
Shares: TypeAlias = tuple[Share, Share]
Count: TypeAlias = tuple[Whole, Whole]
Names: TypeAlias = Annotated[tuple[str, ...], msgspec.Meta(min_length=2)]


class KindPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind's ranges."""

    count: Count
    level: Shares
    list_multiple: Span
    rounds: Count
    patience: Count
    first_step: Shares
    credit_share: Share
    price_page_share: Share
    minimum: Count
    delay: Shares
    short: Shares
    floor_share: Shares | None = None


class TrickPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What tricksters do, and how often."""

    switch: Share
    switch_multiple: Span
    swap: Share
    swap_share: Shares
    skim: Share
    skim_share: Shares
    fees: Share
    fee_percent: Count
    vanish: Share
    vanish_chance: Shares
    membership: Share
    membership_fee: Count
    membership_percent: Count
    membership_waits: Count
    membership_benefit: Count
    upsell: Share


class HazardPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes wrong with everybody."""

    delay_days: Count
    delay_told: Share
    short_share: Shares
    duplicate: Share
    lost: Share
    bill_error: Share
    bill_error_in_favour: Share


class ClosingPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who goes out of business."""

    before: Count
    during: Count
    days: Count
    notice_share: Share
    bounce_share: Share


class DispositionPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How statements are met."""

    believe: Shares
    check: Shares
    refuse_days: Count


class TermsPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What everybody's assortment and terms are drawn from."""

    breadth: Count
    depth: Shares
    most: Some
    """Products of one supplier, at most."""
    coverage: Whole
    """Honest suppliers that stay in business and sell a product, at least."""
    lead: tuple[Some, Some]
    """Days from payment to delivery."""
    valid_days: tuple[Some, Some]
    weekly_units: tuple[Some, Some]
    """Units of one product it can sell in a week, to all buyers together."""
    tiers: Count
    """Quantity discounts."""
    tier_units: tuple[Some, Some]
    """Units from one discount to the next."""
    tier_percent: Count
    """Percent off from one discount to the next."""
    credit_after: Count
    """Paid orders after which credit is granted."""
    credit_days: tuple[Some, ...]
    credit_limit: Count
    """Cents."""


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How all suppliers do business; the reasons stand in `suppliers.toml`."""

    due_days: Some
    """Days in which a bill for goods that came before is to be paid."""
    recalls: tuple[Some, Some, Some, Some]
    """Days late: reminder, last reminder, no more business, collection."""
    fee_percent: Whole
    """What a collection costs on top."""
    kept_percent: Whole
    """What an honest buyer pays of the price for goods sent twice that he reports."""
    duplicate_after: tuple[Some, Some]
    """Days between a shipment and its duplicate."""
    noticed_after: tuple[Some, Some]
    """Days after which a supplier looks into its own mistakes."""
    truth_days: Some
    """Days back to which a claim is held against the ledger."""
    settling_days: Whole
    """Before this day nobody can know what a seat will buy in a month."""
    largest_month: Some
    """Units a month that one machine cannot reach."""
    volume_slack: Amount
    """How many times a month's purchases a claimed volume may be and still be true."""
    promise_days: Whole
    """For so long a promise of exclusivity is held against a buyer."""
    closed_days: Whole
    """Days without talk of prices once patience is out."""
    insult: Share
    """A named price below this share of the supplier's own costs patience."""
    switched_floor: Share
    """Floor under a trickster's switched price, as a share of it."""
    error_shares: tuple[Whole, ...]
    """Percent of one line by which a total may be wrong."""
    recent_days: Whole
    """An order this old is not what a mail without a number means."""
    claimed_percent: Whole
    """Share of a line that a false report without a quantity is taken to mean."""
    notice_days: Whole
    """Days before its end on which a supplier tells its customers."""
    remembered_days: Whole
    """Customers are those who were in touch within so many days."""
    dormant_days: Whole
    """After so many days without a word, offers and rounds start afresh."""


class Pools(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `suppliers.toml`."""

    shapes: Names
    surnames: Names
    places: Names
    adjectives: Names
    nouns: Names
    trades: Names
    towns: Names
    first_names: Names
    mailboxes: Names
    domains: Names
    tones: Names
    surcharge_labels: Names
    scatter: Share
    terms: TermsPool
    rules: Rules
    kinds: dict[Kind, KindPool]
    tricks: TrickPool
    hazards: HazardPool
    closing: ClosingPool
    dispositions: dict[str, DispositionPool]


@cache
def load_pools() -> Pools:
    """Read the pools once."""
    return Library(CONTENT).table("suppliers.toml", Pools)
