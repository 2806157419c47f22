"""Forms write facts as text and read them back, whatever the facts are made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.worlds.form import Form, Line, Maybe, Rest, Rows

POISON = st.sampled_from(
    [
        "",
        " ",
        "|",
        " | ",
        "- ",
        ": ",
        "\n",
        "\r\n",
        "\x85",
        "\u2028",
        "\x1c",
        "\xa0",
        "Note: ",
        "-> ",
        "$1.00",
        "[Current time: x]",
        "Nothing here.",
        "| a | b |",
        "|---|---|",
        "\U0001f37f",
    ]
)
TEXT = st.lists(
    POISON | st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=5
).map("".join)
INT = st.integers(-(10**9), 10**9)
MONEY = st.integers(-(10**9), 10**9)
ROW = st.fixed_dictionaries({"name": TEXT, "units": INT, "price": MONEY})

FULL = Form(
    Line("Note: {title}"),
    Line("{count:int} of {owner:word} for {total:money}."),
    Rows(
        "rows",
        "| {name:cell} | {units:int} | {price:money} |",
        heading=("| a | b |", "|---|---|"),
        empty="Nothing here.",
    ),
    Rows("plain", "- {name:cell}: {units:int} at {price:money}"),
    Maybe("Notice: {notice}"),
    Line("[Current time: {now}]"),
    Rest("body"),
)
FACTS = st.fixed_dictionaries(
    {
        "title": TEXT,
        "count": INT,
        "owner": TEXT,
        "total": MONEY,
        "rows": st.lists(ROW, max_size=4),
        "plain": st.lists(ROW, max_size=4),
        "notice": st.none() | TEXT,
        "now": TEXT,
        "body": TEXT,
    }
)


@given(FACTS)
def test_what_is_written_reads_back_exactly(facts: dict[str, object]) -> None:
    tidy = FULL.tidy(facts)  # pyright: ignore[reportArgumentType] - drawn facts
    assert FULL.read(FULL.write(tidy)) == tidy


@given(FACTS)
def test_tidying_twice_is_tidying_once(facts: dict[str, object]) -> None:
    tidy = FULL.tidy(facts)  # pyright: ignore[reportArgumentType] - drawn facts
    assert FULL.tidy(tidy) == tidy


@given(TEXT)
def test_a_text_before_a_literal_takes_as_much_as_it_can(text: str) -> None:
    form = Form(Line("{query} = {result:int}"))
    tidy = form.tidy({"query": text, "result": 3})
    assert form.read(form.write(tidy)) == tidy


@given(TEXT)
def test_any_text_is_read_or_refused_with_the_line(text: str) -> None:
    try:
        facts = FULL.read(text)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - both outcomes are allowed
    else:
        assert FULL.write(facts) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Hello", "expected a line like 'Paid {amount:money}.', found 'Hello'"),
        ("", "expected a line like 'Paid {amount:money}.', found ''"),
        ("Paid $1.00.\nmore", "unexpected line 'more'"),
        ("Paid $1.", "expected a line like"),
    ],
)
def test_a_strange_text_is_refused_by_line(text: str, message: str) -> None:
    with pytest.raises(ValueError, match="line") as refused:
        Form(Line("Paid {amount:money}.")).read(text)
    assert message in str(refused.value)


def test_empty_and_missing_rows_are_told_apart_from_none() -> None:
    form = Form(Rows("rows", "* {name:cell}", empty="Nothing."), Line("{end:int}"))
    assert form.write({"rows": [], "end": 1}) == "Nothing.\n1"
    assert form.read("Nothing.\n1") == {"rows": [], "end": 1}
    assert form.read("* a\n* b\n1")["rows"] == [{"name": "a"}, {"name": "b"}]
