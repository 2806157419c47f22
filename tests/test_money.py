"""Money is whole cents; what cannot be cents is refused with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.money import LARGEST, dollars, parse_cents


@given(st.integers(-LARGEST, LARGEST))
def test_written_money_reads_back(cents: int) -> None:
    assert parse_cents(dollars(cents)) == cents


@given(st.integers(0, LARGEST))
def test_a_number_of_dollars_is_its_cents(cents: int) -> None:
    assert parse_cents(cents / 100) == cents
    assert parse_cents(f"{cents // 100}.{cents % 100:02d}") == cents


@pytest.mark.parametrize(
    ("value", "cents"),
    [
        ("$1,234.50", 123450),
        (" 7 ", 700),
        ("-$3", -300),
        ("$-3.10", -310),
        (0.1, 10),
        (3, 300),
        ("2.50000", 250),
        (-0.0, 0),
    ],
)
def test_amounts_are_read_as_people_write_them(value: object, cents: int) -> None:
    assert parse_cents(value) == cents


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (0.001, "fraction of a cent"),
        ("2.505", "fraction of a cent"),
        (float("nan"), "not an amount"),
        (float("inf"), "not an amount"),
        (True, "not an amount"),
        (None, "not an amount"),
        ([], "not an amount"),
        ("", "not an amount"),
        ("--3", "not an amount"),
        ("-$-3", "not an amount"),
        ("12 dollars", "not an amount"),
        ("1,23", "not an amount"),
        ("\u0661\u0662", "not an amount"),
        ("1." + "0" * 38 + "9 and more", "not an amount"),
        (10**8, "too large"),
        pytest.param(10**5000, "too large", id="5000 digits"),
        (1e308, "too large"),
        ("9" * 30, "too large"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_short_reason(
    value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        parse_cents(value)
    assert len(str(refused.value)) < 150


@given(st.text(max_size=30) | st.floats() | st.integers() | st.none() | st.booleans())
def test_anything_is_cents_or_a_reason(value: object) -> None:
    try:
        assert isinstance(parse_cents(value), int)
    except ValueError as error:
        assert len(str(error)) < 250  # noqa: PT017 - both outcomes are allowed
