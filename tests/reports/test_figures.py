"""Numbers as people say them: nothing is rounded the comfortable way."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.reports.figures import (
    Side,
    clipped,
    count,
    many,
    money,
    percent,
    rate,
    visible_text,
)


@pytest.mark.parametrize(
    ("value", "side", "shown"),
    [
        (0.0037810, "up", "1 in 264 runs (0.38 %)"),
        (0.0037810, "down", "1 in 265 runs (0.37 %)"),
        (0.01, "up", "1 in 100 runs (1 %)"),
        (0.001, "near", "1 in 1,000 runs (0.1 %)"),
        (0.0005, "near", "1 in 2,000 runs"),
        (1 / 3800.5, "up", "1 in 3,800 runs"),
        (1 / 3800.5, "down", "1 in 3,801 runs"),
        (1 / 123_456.7, "up", "1 in 123,000 runs"),
        (1 / 123_456.7, "down", "1 in 124,000 runs"),
        (1e-5, "up", "1 in 100,000 runs"),
        (0.1, "near", "1 in 10 runs (10 %)"),
        (0.1321, "up", "14 of 100 runs"),
        (0.1321, "down", "13 of 100 runs"),
        (0.9935, "up", "994 of 1,000 runs"),
        (0.99999, "up", "99,999 of 100,000 runs"),
        (1.0, "up", "all runs"),
    ],
)
def test_a_rate_is_one_in_so_many(value: float, side: Side, shown: str) -> None:
    assert rate(value, "runs", side) == shown


@given(st.floats(1e-12, 1, exclude_max=True))
def test_a_bound_is_never_told_as_tighter_than_it_is(value: float) -> None:
    sides: tuple[tuple[Side, int], ...] = (("up", 1), ("down", -1))
    for side, worse in sides:
        told = rate(value, "runs", side)
        k, n = re.match(r"([\d,]+) (?:in|of) ([\d,]+) runs", told).groups()  # pyright: ignore[reportOptionalMemberAccess] - it matches
        least = int(k.replace(",", "")) / int(n.replace(",", ""))
        assert worse * least >= worse * value * (1 - worse * 2e-9), told
        assert "(0 %)" not in told


@given(st.floats(1e-9, 1))
def test_a_percentage_is_near_and_never_nought(value: float) -> None:
    told = float(percent(value).removesuffix(" %"))
    assert told == pytest.approx(100 * value, rel=0.051)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (count(1200.0), "1,200"),
        (count(2.5), "2.5"),
        (count(0.0333), "0.033"),
        (count(0.0), "0"),
        (count(6.000000000001), "6"),
        (many(26_880_000), "26.9 million"),
        (many(1.2e10), "12 billion"),
        (money(5230.4), "$5,230"),
        (money(1.5), "$1.50"),
        (money(0.004), "less than $0.01"),
        (money(0.0), "$0.00"),
    ],
)
def test_counts_and_costs(shown: str, expected: str) -> None:
    assert shown == expected


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("theft", "theft"),
        ("a\x1b[31mred\x1b[0m", "a[31mred[0m"),
        ("two\r\nlines\tand\u2028more", "two lines and more"),
        ("\u202eevil\u200b\ud800\x00", "evil"),
        ("x" * 200, "x" * 119 + "…"),
    ],
)
def test_a_name_steers_no_terminal(name: str, shown: str) -> None:
    assert clipped(name) == shown
    assert len(visible_text(name)) <= len(name)
