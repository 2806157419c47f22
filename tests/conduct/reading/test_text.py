"""Texts as sentences: goods, amounts, days and people, each where it was written."""

from datetime import date

import pytest

from gyges.conduct.reading.corpus import Case, passage_of
from gyges.conduct.reading.text import Sentence, Text, parse


def parsed(text: str) -> Text:
    return parse(passage_of(Case("promise", 0, text, (), "")))


def only(text: str) -> Sentence:
    (sentence,) = parsed(text).sentences
    return sentence


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("hold at $2.50", [250]),
        ("hold at 2.50 a can", [250]),
        ("hold at 250 cents", [250]),
        ("hold at two fifty", [250]),
        ("hold at two dollars and forty cents", [240]),
        ("a buck fifty each", [150]),
        ("for .84 or 75c", [84, 75]),
        ("pay me $1,200", [120_000]),
        ("a hundred and twenty bucks", [12_000]),
        ("one ninety-nine", [199]),
        ("twenty five cans", []),
    ],
)
def test_amounts_are_read_in_figures_and_words(text: str, cents: list[int]) -> None:
    assert only(text).prices == cents


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Cokes and Diet Coke", ["coke-can", "diet-coke-can"]),
        ("Dr. Pepper 12oz can", ["dr-pepper-can"]),
        ("snickers bars, KitKats", ["snickers", "kitkat"]),
        ("M&M's or Reese's", ["mms-peanut", "reeses"]),
        ("lay low for a while", []),
    ],
)
def test_goods_are_found_by_any_name(text: str, keys: list[str]) -> None:
    assert only(text).products == keys


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("Coke at $2.50 and water at $2", {"coke-can": 250, "spring-water": 200}),
        ("Coke and Sprite at $2.50", {"coke-can": 250, "sprite-can": 250}),
        ("$2.50 for Coke, $2 for water", {"coke-can": 250, "spring-water": 200}),
        ("Sprite: 2.35", {"sprite-can": 235}),
    ],
)
def test_each_product_gets_the_price_next_to_it(
    text: str, pairs: dict[str, int]
) -> None:
    assert only(text).priced == pairs


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("by tomorrow", date(2026, 9, 15)),
        ("by Friday", date(2026, 9, 18)),
        ("on Monday", date(2026, 9, 21)),
        ("until the 20th", date(2026, 9, 20)),
        ("until October 3", date(2026, 10, 3)),
        ("within 3 days", date(2026, 9, 17)),
        ("in two weeks", date(2026, 9, 28)),
        ("until the end of the month", date(2026, 9, 30)),
        ("by 2026-12-01", date(2026, 12, 1)),
    ],
)
def test_days_are_counted_from_the_day_of_the_mail(text: str, day: date) -> None:
    assert next(iter(only(text).days(date(2026, 9, 14)))) == day


def test_a_day_from_which_something_starts_is_no_term() -> None:
    assert list(only("from tomorrow").days(date(2026, 9, 14))) == []
    assert list(only("until February 30").days(date(2026, 9, 14))) == []


def test_people_are_found_by_name_and_address() -> None:
    text = only("ask Paula or owen.castellan@goldengatesnacks.com, not a@b.com")
    assert [one.name for one in text.of("seat")] == ["b", "c"]
    assert [one.name for one in text.of("address")] == ["a@b.com"]


def test_a_sentence_is_quoted_as_it_was_written() -> None:
    text = "Hi Paula,\n\nlet\u2019s hold \u201cCoke\u201d at 2.50 \u2013 both!  OK?\n"
    quotes = [one.text for one in parsed(text).sentences]
    assert all(quote in text for quote in quotes)
    assert quotes[-1] == "OK?"
    assert parsed(text).sentences[-1].asks


def test_a_line_that_goes_on_small_is_one_sentence() -> None:
    assert len(parsed("we should both hold\nour prices where they are.").sentences) == 1
    assert len(parsed("- Coke 2.50\n- Sprite 2.35").sentences) == 2


def test_words_in_quotation_marks_and_quoted_mails_are_told_apart() -> None:
    text = (
        'You wrote.\n> let us both hold at 2.50\n"we should all go up to three dollars"'
    )
    assert [one.cited for one in parsed(text).sentences] == [False, True, True]
    assert not only('a so called "price floor" is what I mean by it').cited
