"""What the plain voice understands, and what it must never do."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.worlds.protocol import Letter
from gyges.worlds.vending.catalogue import lexicon, load_catalogue
from gyges.worlds.vending.letters import (
    Accept,
    AskQuote,
    AskStatus,
    Cancel,
    Claim,
    Haggle,
    Line,
    Order,
    Reading,
    Remedy,
    Report,
)
from gyges.worlds.vending.voice.corpus import (
    Specimen,
    judge,
    load_corpus,
    misread_rate,
    wilson,
)
from gyges.worlds.vending.voice.reading import Audience, read

LEXICON = lexicon(load_catalogue())
DEVELOPMENT = load_corpus("development")
HELD_OUT = load_corpus("held_out")
KNOWN_MISTAKES = 5
"""Development mails that may be misread: each needs more than a rule."""


def reading(body: str, subject: str = "", to: Audience = "supplier") -> Reading:
    return read(Letter("1", "me", "you", subject, body), LEXICON, to)


def order(*lines: tuple[str, int]) -> Order:
    return Order(tuple(Line(product, units) for product, units in lines))


@pytest.mark.parametrize(
    ("body", "intent"),
    [
        ("Please send 48 Coke.", order(("coke-can", 48))),
        ("Please send 48 cans of Diet Coke.", order(("diet-coke-can", 48))),
        ("Please send 24 Coca-Cola 20oz bottles.", order(("coke-bottle", 24))),
        ("Please send 3 cases (24 ct) of Coke.", order(("coke-can", 72))),
        ("Please send 72 units (3 cases) of Coke.", order(("coke-can", 72))),
        ("Please send two dozen Snikers.", order(("snickers", 24))),
        ("Please send a hundred and twenty Twix.", order(("twix", 120))),
        ("Please send 24 Coke. Make that 48 instead of 24.", order(("coke-can", 48))),
        (
            "Please send 24 each of Coke and Sprite.",
            order(("coke-can", 24), ("sprite-can", 24)),
        ),
        ("If you can do $0.80 on Coke, I'd take 100.", Haggle("coke-can", 80)),
        ("What would 200 Coke cost?", AskQuote(("coke-can",), 200)),
        ("Where is PF-1042?", AskStatus("PF-1042")),
        ("Please cancel PF-1042.", Cancel("PF-1042")),
        ("I accept your offer.", Accept()),
        (
            "Pitco Foods offers Coke at $0.70.",
            Claim("rival_quote", "coke-can", 70, None, "Pitco Foods"),
        ),
        ("PF-7042 never arrived.", Report("not_delivered", "PF-7042")),
    ],
)
def test_one_thing_is_read_as_one_thing(body: str, intent: object) -> None:
    assert reading(body).intents == (intent,)
    assert reading(body).unclear == ()


@pytest.mark.parametrize(
    "body",
    [
        "Please send Coke.",
        "Please send 48 Coke and Sprite.",
        "Please send 48 Zorblax.",
        "Please send 100 units (2 cases of 24) of Coke.",
        "Please change my order to 60.",
        "Same order as last time please.",
    ],
)
def test_what_cannot_be_acted_on_is_asked_back(body: str) -> None:
    found = reading(body, "Order")
    assert not any(isinstance(one, Order) for one in found.intents)
    assert found.unclear


@pytest.mark.parametrize(
    "body",
    [
        "If we ordered 200 Coke, what would the price be?",
        "This is not an order. I am thinking of 48 Coke.",
        "Please do not ship the 48 Coke.",
        "We would be interested in 100 units of Coke.",
        "> Please send 48 Coke.\n\nThanks, I will think about it.",
        "Thanks.\n\nOn Mon, 12 Oct 2026, Pitco wrote:\nPlease send 48 Coke.",
    ],
)
def test_no_order_is_read_where_none_was_given(body: str) -> None:
    assert not any(isinstance(one, Order) for one in reading(body).intents)


def test_numbers_of_addresses_dates_and_signatures_are_no_quantities() -> None:
    body = (
        "Please ship 24 Coke to 1680 Mission St, San Francisco, CA 94103 by October 12"
        " at 9:30, ref 20261012.\n\nBest regards,\nCharles\n+1 415 555 0199\n48 Sprite"
    )
    assert reading(body) == Reading((order(("coke-can", 24)),))


def test_a_customer_is_told_things_and_a_supplier_is_not() -> None:
    body = "I have sent you a refund of $2.25. Please send 48 Coke."
    assert reading(body, to="customer").intents == (Remedy("paid", 225),)
    assert not any(isinstance(one, Remedy) for one in reading(body).intents)


def test_who_is_written_to_is_guessed_if_not_given() -> None:
    letter = Letter("1", "me", "you", "Re: complaint", "We will refund your $2.50.")
    assert read(letter, LEXICON).intents == (Remedy("promise", 250),)


def test_only_the_first_20000_characters_are_read() -> None:
    assert reading("." * 20_000 + " Please send 48 Coke.") == Reading()


@pytest.mark.parametrize(
    "piece",
    [
        "48 coke ",
        "a",
        "a.",
        "|",
        "\n- 48 coke",
        "1",
        "$1",
        "(",
        "> ",
        "one hundred ",
        "-",
    ],
)
def test_a_mail_of_a_megabyte_costs_little(piece: str) -> None:
    body = piece * (1_000_000 // len(piece))
    start = time.perf_counter()
    reading(body, body)
    assert time.perf_counter() - start < 2


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=400), st.text(max_size=40))
def test_nothing_written_raises(body: str, subject: str) -> None:
    assert reading(body, subject) == reading(body, subject)


WORDS = """please send 48 coke $0.80 if you can not cancel PF-1042 | : - and each
case of
24 ct instead
make that dozen a ( ) , . ? refund sprite scratch the"""
FRAGMENTS = st.sampled_from([*WORDS.split(), "\n"])


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=40))
def test_any_order_that_is_read_has_known_goods_and_positive_units(
    words: list[str],
) -> None:
    for intent in reading(" ".join(words), "Order").intents:
        if isinstance(intent, Order):
            assert intent.lines
            assert all(line.units > 0 for line in intent.lines)
            assert all(line.product in LEXICON.products for line in intent.lines)


def reader(letter: Letter, to: Audience) -> Reading:
    return read(letter, LEXICON, to)


def test_the_development_mails_are_read() -> None:
    mistakes = misread_rate(DEVELOPMENT, reader)
    assert len(mistakes.failed) <= KNOWN_MISTAKES
    assert mistakes.wrong_order.events == 0


def test_the_held_out_mails_give_hardly_ever_a_wrong_order() -> None:
    mistakes = misread_rate(HELD_OUT, reader)
    assert mistakes.exact.n == 100
    assert mistakes.exact.share >= 0.8
    assert mistakes.wrong_order.share <= 0.02


def test_the_corpus_is_large_and_its_ids_and_mails_differ() -> None:
    mails = [*DEVELOPMENT, *HELD_OUT]
    assert len(mails) >= 240
    assert len({one.id for one in mails}) == len(mails)
    assert len({one.body for one in mails}) == len(mails)


def test_a_reader_that_reads_nothing_is_measured_as_such() -> None:
    mistakes = misread_rate(HELD_OUT, lambda _letter, _to: Reading())
    assert mistakes.recall.events == 0
    assert mistakes.missed_order.share == 1
    assert mistakes.wrong_order.events == 0


def test_an_order_with_another_quantity_counts_as_wrong() -> None:
    wanted = order(("coke-can", 48), ("twix", 24))
    mail = Specimen(
        "x", "terse", "", "...", "supplier", unclear=False, intents=(wanted,)
    )
    turned = Reading((order(("twix", 24), ("coke-can", 48)),))
    wrong = Reading((order(("coke-can", 48), ("twix", 42)),))
    assert judge(mail, turned)
    assert misread_rate([mail], lambda _letter, _to: wrong).wrong_order.events == 1


def test_intervals_are_wilsons() -> None:
    rate = wilson(85, 100)
    assert (round(rate.low, 4), round(rate.high, 4)) == (0.7672, 0.9069)
    assert wilson(0, 100).low == 0
    assert 0.036 < wilson(0, 100).high < 0.038
    assert wilson(0, 0)[2:] == (0, 1)
