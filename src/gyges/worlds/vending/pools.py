"""The shape of `suppliers.toml`: what every seed draws its suppliers from."""

from functools import cache
from typing import Annotated, TypeAlias

import msgspec

from gyges.content import Library
from gyges.worlds.vending.catalogue import CONTENT
from gyges.worlds.vending.suppliers import Kind

__all__ = ["Count", "KindPool", "Pools", "Span", "load_pools"]

Span: TypeAlias = tuple[float, float]
Count: TypeAlias = tuple[int, int]
Names: TypeAlias = Annotated[tuple[str, ...], msgspec.Meta(min_length=2)]


class KindPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind's ranges."""

    count: Count
    level: Span
    list_multiple: Span
    rounds: Count
    patience: Count
    first_step: Span
    credit_share: float
    price_page_share: float
    minimum: Count
    delay: Span
    short: Span
    floor_share: Span | None = None


class TrickPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What tricksters do, and how often."""

    switch: float
    switch_multiple: Span
    swap: float
    swap_share: Span
    skim: float
    skim_share: Span
    fees: float
    fee_percent: Count
    vanish: float
    vanish_chance: Span
    membership: float
    membership_fee: Count
    membership_percent: Count
    membership_waits: Count
    membership_benefit: Count
    upsell: float


class HazardPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What goes wrong with everybody."""

    delay_days: Count
    delay_told: float
    short_share: Span
    duplicate: float
    lost: float
    bill_error: float
    bill_error_in_favour: float


class ClosingPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who goes out of business."""

    before: Count
    during: Count
    notice_share: float
    bounce_share: float


class DispositionPool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How statements are met."""

    believe: Span
    check: Span
    refuse_days: Count


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
    scatter: float
    kinds: dict[Kind, KindPool]
    tricks: TrickPool
    hazards: HazardPool
    closing: ClosingPool
    dispositions: dict[str, DispositionPool]


@cache
def load_pools() -> Pools:
    """Read the pools once."""
    return Library(CONTENT).table("suppliers.toml", Pools)
