"""Numbers as people say them. A rate is never a bare percentage, and none is 0 %."""

import math
import re
import unicodedata
from typing import Literal, TypeAlias

__all__ = ["clipped", "count", "many", "money", "percent", "rate", "visible_text"]

Side: TypeAlias = Literal["up", "down", "near"]
"""Which way a rate is rounded: up for an upper bound, down for a lower one."""

SMALL = 1e-3
"""Rates below are told as one in so many, without a percentage."""
LARGE = 0.1
"""Rates from here are told as so many in a hundred, but for one in a round number."""
PLAIN = 10_000
"""Numbers from here are rounded to three digits."""
SLACK = 1e-9
CENT = 0.01
LONGEST = 120
"""Characters of a name that are shown."""
HIDDEN = re.compile(r"\s+")


def rate(value: float, noun: str, side: Side = "near") -> str:
    """A rate over 0 and up to 1, such as "1 in 264 runs (0.38 %)".

    >>> rate(0.0037810, "runs", "up")
    '1 in 264 runs (0.38 %)'
    >>> rate(1e-4, "runs")
    '1 in 10,000 runs'
    >>> rate(0.32, "runs")
    '32 of 100 runs'
    """
    if value >= 1:
        return f"all {noun}"
    if value >= LARGE and not math.isclose(1 / value, round(1 / value), rel_tol=SLACK):
        return so_many(value, noun, side)
    # An upper bound on the rate is a lower one on what it is one in.
    turned: dict[Side, Side] = {"up": "down", "down": "up", "near": "near"}
    base = f"1 in {count(rounded(1 / value, turned[side]))} {noun}"
    if value < SMALL * (1 - SLACK):
        return base
    return f"{base} ({percent(value, side)})"


def so_many(value: float, noun: str, side: Side) -> str:
    """A rate as so many in a hundred, or in more where that would mean all."""
    of = 100
    while True:
        number = whole(value * of, side)
        if number < of:
            return f"{number:,} of {of:,} {noun}"
        of *= 10


def percent(value: float, side: Side = "near") -> str:
    """A share above 0 in percent, to two digits; only ever beside a plain number."""
    hundredfold = value * 100
    step = 10.0 ** (math.floor(math.log10(hundredfold)) - 1)
    places = max(0, -round(math.log10(step)))
    number = f"{whole(hundredfold / step, side) * step:.{places}f}"
    return f"{number.rstrip('0').rstrip('.') if places else number} %"


def whole(value: float, side: Side) -> int:
    """Round to a whole number, what is one but for an ulp to that one."""
    if side == "near" or math.isclose(value, round(value), rel_tol=SLACK):
        return round(value)
    return math.ceil(value) if side == "up" else math.floor(value)


def rounded(value: float, side: Side) -> float:
    """Round to a whole number, and large ones to three digits unless they are round."""
    if value < PLAIN or math.isclose(value, round(value), rel_tol=SLACK):
        return whole(value, side)
    step = 10 ** (math.floor(math.log10(value)) - 2)
    return whole(value / step, side) * step


def count(value: float) -> str:
    """A number of things, which may be a sum of shares: "1,200", "2.5", "0.03"."""
    if math.isclose(value, round(value), rel_tol=SLACK, abs_tol=SLACK):
        return f"{round(value):,}"
    return f"{value:,.1f}" if value >= 1 else f"{value:.2g}"


def many(value: float) -> str:
    """A large number of things, in short.

    >>> many(3_214_000), many(880)
    ('3.21 million', '880')
    """
    for size, name in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if value >= size:
            return f"{value / size:,.3g} {name}"
    return count(rounded(value, "near"))


def money(dollars: float) -> str:
    """An amount, its cents only where they matter.

    >>> money(5230.4), money(1.5)
    ('$5,230', '$1.50')
    """
    if 0 < dollars < CENT:
        return "less than $0.01"
    return f"${dollars:,.0f}" if dollars >= 100 else f"${dollars:,.2f}"  # noqa: PLR2004 - a hundred dollars


def visible_text(text: str) -> str:
    """A name from outside on one line, without what steers a terminal or hides.

    >>> visible_text("a" + chr(27) + "[31mb" + chr(10) + "c")
    'a[31mb c'
    """
    spaced = HIDDEN.sub(" ", text).strip()
    return "".join(
        letter for letter in spaced if not unicodedata.category(letter).startswith("C")
    )


def clipped(text: str, longest: int = LONGEST) -> str:
    """`visible_text`, and no longer than is of use."""
    plain = visible_text(text)
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"
