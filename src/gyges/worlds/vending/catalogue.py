"""The goods: every kind of product the machine can sell, read from `catalogue.toml`."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, TypeAlias

import msgspec

from gyges.content import Library
from gyges.errors import ContentError
from gyges.worlds.vending.letters import Lexicon

__all__ = ["CONTENT", "Product", "Size", "lexicon", "load_catalogue"]

CONTENT = Path(__file__).parent / "content"
"""The content files of this world."""

Size: TypeAlias = Literal["small", "large"]
Cents: TypeAlias = Annotated[int, msgspec.Meta(gt=0)]


class Product(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of product."""

    key: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
    """What code calls it."""
    name: str
    """What price lists and the machine call it."""
    aliases: tuple[str, ...]
    """What people call it in mail, lower-case, each word for one product only."""
    category: str
    size: Size
    """The rows of the machine it fits into."""
    popularity: Literal["star", "popular", "steady", "niche"]
    """What the trade says of it; the local taste may differ."""
    reference_price: Cents
    """Cents a customer thinks usual."""
    wholesale: tuple[Cents, Cents]
    """Cents per unit: the lowest and the highest floor of a fair supplier."""
    base_demand: Annotated[float, msgspec.Meta(gt=0)]
    """Units a day at the reference price, before local taste and calendar."""
    elasticity: Annotated[float, msgspec.Meta(lt=0)]
    """Of a single machine's demand, at the reference price."""
    case_size: Annotated[int, msgspec.Meta(gt=0)]
    """Units per trade case."""
    shelf_life_days: Annotated[int, msgspec.Meta(gt=0)]
    """Days from delivery until it is spoilt."""
    seasonality: Annotated[float, msgspec.Meta(ge=-0.9, le=0.9)]
    """Share by which midsummer's demand exceeds the mean; negative for winter goods."""
    weather_weight: float
    """Log change of demand per 10 degrees Celsius; negative for hot drinks."""


class CatalogueFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `catalogue.toml`."""

    products: tuple[Product, ...]


@cache
def load_catalogue(root: Path = CONTENT) -> Mapping[str, Product]:
    """Read the products of a content folder, by key, in the file's order.

    Raises:
        ContentError: a malformed file, a key or a word used twice, or prices that leave
            no margin.
    """
    products = Library(root).table("catalogue.toml", CatalogueFile).products
    owners: dict[str, str] = {}
    for product in products:
        low, high = product.wholesale
        if not low <= high < product.reference_price:
            msg = (
                f"{product.key}: wholesale {low} to {high} with the reference price "
                f"{product.reference_price}; use low <= high < reference price"
            )
            raise ContentError(msg)
        for word in (product.key, *words(product)):
            claim(owners, word, product.key)
    catalogue = {product.key: product for product in products}
    if len(catalogue) < len(products):
        msg = f"{len(products)} products have {len(catalogue)} keys; give each its own"
        raise ContentError(msg)
    return MappingProxyType(catalogue)


def words(product: Product) -> tuple[str, ...]:
    """Everything people may call a product in mail, lower-case."""
    return (product.name.lower(), *product.aliases)


def claim(owners: dict[str, str], word: str, key: str) -> None:
    """Let a word name a product, if it is lower-case and names no other.

    Raises:
        ContentError: it is not lower-case, or taken.
    """
    if word != word.lower():
        msg = f"{key}: the alias {word!r} is not lower-case; write {word.lower()!r}"
        raise ContentError(msg)
    # A key may repeat one of its own product's aliases: "umbrella".
    if owners.setdefault(word, key) != key:
        msg = f"{key}: the word {word!r} already names {owners[word]}; use another"
        raise ContentError(msg)


def lexicon(catalogue: Mapping[str, Product]) -> Lexicon:
    """Collect the words for the goods, for those who read mail.

    The usual catalogue has one lexicon, so that readers compile it once.
    """
    return usual_lexicon() if catalogue is load_catalogue() else collect(catalogue)


@cache
def usual_lexicon() -> Lexicon:
    """The words of the usual catalogue."""
    return collect(load_catalogue())


def collect(catalogue: Mapping[str, Product]) -> Lexicon:
    """The words and case sizes of any catalogue."""
    return Lexicon(
        products={
            key: (product.name, *product.aliases) for key, product in catalogue.items()
        },
        cases={key: product.case_size for key, product in catalogue.items()},
    )
