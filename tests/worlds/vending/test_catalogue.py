"""The goods: enough of them, well formed, each with words of its own."""

from pathlib import Path

import pytest

from gyges.errors import ContentError
from gyges.worlds.vending.catalogue import (
    CONTENT,
    Product,
    lexicon,
    load_catalogue,
)

CATALOGUE = load_catalogue()


def test_there_is_a_real_choice_of_small_and_large_goods() -> None:
    sizes = [product.size for product in CATALOGUE.values()]
    assert len(CATALOGUE) >= 72
    assert min(sizes.count("small"), sizes.count("large")) >= 30
    assert len({product.category for product in CATALOGUE.values()}) >= 8


@pytest.mark.parametrize("product", CATALOGUE.values(), ids=lambda each: each.key)
def test_a_product_is_plausible(product: Product) -> None:
    low, high = product.wholesale
    assert low < high < product.reference_price
    assert high / low < 2.1
    assert 1.2 <= -product.elasticity <= 2.4
    assert product.shelf_life_days >= 5
    # Nothing is so dear, or earns so much for an average taste, that it is the game.
    assert product.reference_price <= 4000
    assert (product.reference_price - low) * product.base_demand <= 900


def test_the_lexicon_has_every_product_once_with_its_official_name_first() -> None:
    words = lexicon(CATALOGUE)
    assert words.products.keys() == words.cases.keys() == CATALOGUE.keys()
    assert words.products["coke-can"][:2] == ("Coca-Cola 12oz can", "coke")
    spoken = [name.lower() for names in words.products.values() for name in names]
    assert len(spoken) == len(set(spoken))


def test_loading_twice_gives_the_same_frozen_catalogue() -> None:
    assert load_catalogue() is CATALOGUE
    with pytest.raises(TypeError):
        CATALOGUE["brick"] = CATALOGUE["coke-can"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('aliases = ["pepsi",', 'aliases = ["coke",', "'coke' already names coke-can"),
        ('aliases = ["pepsi",', 'aliases = ["Pepsi!",', "write 'pepsi!'"),
        ('key = "pepsi-can"', 'key = "coke-can"', "give each its own"),
        ("wholesale = [74, 112]", "wholesale = [74, 300]", "use low <= high"),
        ("elasticity = -1.5", "elasticity = 1.5", "elasticity"),
        ("case_size = 24", "case_sise = 24", "case_sise"),
    ],
)
def test_a_malformed_catalogue_is_refused(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = (CONTENT / "catalogue.toml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "catalogue.toml").write_text(text.replace(old, new, 1))
    with pytest.raises(ContentError, match=message):
        load_catalogue(tmp_path)
