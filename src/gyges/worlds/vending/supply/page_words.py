"""The words of the directory: the shapes of the files in `content/directory`."""

from functools import cache

import msgspec

from gyges.content import Library
from gyges.worlds.vending.catalogue import CONTENT

__all__ = ["Item", "Words", "load_words"]


class SupplierWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences for a supplier's page."""

    titles: tuple[str, ...]
    openings: tuple[str, ...]
    ranges: tuple[str, ...]
    deliveries: tuple[str, ...]
    terms: tuple[str, ...]
    contacts: tuple[str, ...]


class PriceWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences for a price list."""

    titles: tuple[str, ...]
    openings: tuple[str, ...]
    closings: tuple[str, ...]


class ListingWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences for a list of addresses."""

    titles: tuple[str, ...]
    openings: tuple[str, ...]
    sources: tuple[str, ...]


class ProgrammeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences about regular customers."""

    titles: tuple[str, ...]
    texts: tuple[str, ...]


class ReviewWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences for reviews."""

    titles: tuple[str, ...]
    sources: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]


class ClosingWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences for news of a closing."""

    titles: tuple[str, ...]
    texts: tuple[str, ...]
    sources: tuple[str, ...]


class PageWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `pages.toml`."""

    categories: dict[str, str]
    supplier: SupplierWords
    prices: PriceWords
    listing: ListingWords
    programme: ProgrammeWords
    review: ReviewWords
    closing: ClosingWords


class PopularityWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences on what sells."""

    titles: tuple[str, ...]
    openings: tuple[str, ...]
    best: tuple[str, ...]
    rates: tuple[str, ...]
    last: tuple[str, ...]
    seasons: dict[str, str]


class CostWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences on wholesale prices."""

    titles: tuple[str, ...]
    texts: tuple[str, ...]
    closings: tuple[str, ...]


class GeneralWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sentences for the list of best sellers."""

    titles: tuple[str, ...]
    openings: tuple[str, ...]


class TradeWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `trade.toml`."""

    sources: tuple[str, ...]
    popularity: PopularityWords
    cost: CostWords
    general: GeneralWords


class Item(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page that is beside the point."""

    title: str
    text: str


class NoiseWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `noise.toml`."""

    sources: tuple[str, ...]
    streets: tuple[str, ...]
    persons: tuple[str, ...]
    events: tuple[str, ...]
    items: tuple[Item, ...]


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page of advice."""

    title: str
    source: str
    text: str


class Advice(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `howto.toml`."""

    articles: tuple[Article, ...]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All words of the directory."""

    pages: PageWords
    trade: TradeWords
    noise: NoiseWords
    advice: Advice


@cache
def load_words() -> Words:
    """Read the words once."""
    library = Library(CONTENT)
    return Words(
        library.table("directory/pages.toml", PageWords),
        library.table("directory/trade.toml", TradeWords),
        library.table("directory/noise.toml", NoiseWords),
        library.table("directory/howto.toml", Advice),
    )
