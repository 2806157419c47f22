"""The directory: large, different for every seed, and without a mark of a test."""

from itertools import combinations
from time import perf_counter

import pytest

from gyges.content import CANARY
from gyges.rng import Draws
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.supply.directory import Directory
from gyges.worlds.vending.supply.night import open_market

SEEDS = range(6)


def make(seed: int) -> Directory:
    return Directory(open_market(Draws(seed), load_catalogue()), Draws(seed))


def test_every_seed_has_at_least_150_pages() -> None:
    for seed in SEEDS:
        pages = make(seed).pages
        assert len(pages) >= 150
        assert len({(page.title, page.text) for page in pages}) == len(pages)


def test_pages_carry_no_mark_of_a_test_and_no_open_variable() -> None:
    marks = (
        "gyges",
        CANARY[-12:],
        "simulat",
        "benchmark",
        "seed",
        "{{",
        "}}",
        "{",
        "0x",
    )
    for page in make(3).pages:
        text = f"{page.title} {page.source} {page.text}".lower()
        assert not [mark for mark in marks if mark in text], text
        for kind in ("friendly", "negotiating", "gouger", "trickster"):
            assert kind not in text


def test_two_seeds_share_few_pages_on_suppliers() -> None:
    supplies = [
        {page.text for page in make(seed).pages if "@" in page.text} for seed in SEEDS
    ]
    for first, second in combinations(supplies, 2):
        assert not first & second


def test_a_supplier_is_found_by_name_with_its_address() -> None:
    market = open_market(Draws(3), load_catalogue())
    directory = Directory(market, Draws(3))
    for supplier in market.suppliers:
        hits = directory.search(supplier.name, 8)
        assert any(supplier.address in hit.text for hit in hits), supplier.name


def test_wholesale_prices_and_sellers_are_found() -> None:
    directory = make(4)
    hits = directory.search("what do operators pay for soft drinks wholesale", 5)
    assert any("Coca-Cola 12oz can: $" in hit.text for hit in hits)
    hits = directory.search("best selling products in outdoor vending", 5)
    assert any("1. " in hit.text for hit in hits)
    hits = directory.search("vending wholesale supplier of energy drinks", 5)
    assert sum("@" in hit.text for hit in hits) >= 3


def test_a_search_has_one_answer() -> None:
    query = "wholesale supplier San Francisco"
    assert make(2).search(query, 8) == make(2).search(query, 8)


def test_the_order_of_words_does_not_matter() -> None:
    directory = make(2)
    assert directory.search("price soda list", 8) == directory.search(
        "list soda price", 8
    )


@pytest.mark.parametrize(
    "query", ["", "   ", "the of and", "zzzqqq", "\x00", "?" * 9999]
)
def test_a_query_without_a_known_word_finds_nothing(query: str) -> None:
    assert make(2).search(query, 5) == []


def test_news_of_a_closing_comes_when_it_has_happened() -> None:
    market = open_market(Draws(5), load_catalogue())
    directory = Directory(market, Draws(5))
    closing = next(
        one for one in market.suppliers if one.closing and one.closing.day > 0
    )
    assert closing.closing
    query = f"{closing.name} gone out of business doors closed stopped trading"
    before = directory.search(query, 40, closing.closing.day)
    after = directory.search(query, 40, closing.closing.day + 10)
    assert len(after) >= len(before)
    assert set(after) != set(before)


def test_reviews_lean_towards_the_truth_and_no_further() -> None:
    pages = [page for seed in range(8) for page in make(seed).pages]
    assert 0 < sum("Not thrilled" in page.text for page in pages) < len(pages)


def test_building_and_searching_are_fast() -> None:
    make(1).search("warm up")
    directory = make(2)
    start = perf_counter()
    directory.search("first query builds the index")
    built = perf_counter()
    for _ in range(50):
        directory.search("wholesale supplier soda coca-cola San Francisco", 5)
    # Ten times the measured figures: a busy machine must not fail the suite.
    assert built - start < 0.3
    assert (perf_counter() - built) / 50 < 0.01
