"""Money in whole cents.

>>> parse_cents("$1,234.50")
123450
>>> dollars(-205)
'-$2.05'
>>> parse_cents("-$2.05")
-205
"""

import math
import re
from decimal import Decimal
from functools import lru_cache

__all__ = ["dollars", "parse_cents"]

AMOUNT = re.compile(r"(-?)\$?\s*(-?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?", re.ASCII)
EXAMPLE = "give a number such as 12.50"
LONGEST = 40
"""Characters of the longest amount that is read."""
LARGEST = 10**9
"""Ten million dollars: no amount in any world comes near it."""


@lru_cache(maxsize=8192)
def dollars(cents: int) -> str:
    """Write cents as dollars, with a thousands separator."""
    sign = "-" if cents < 0 else ""
    return f"{sign}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def parse_cents(value: object) -> int:
    """Read an amount in dollars, given as a number or as text such as "$3.50".

    Raises:
        ValueError: not an amount, not a whole number of cents, or absurdly large. The
            message is meant for the person or model that gave the amount.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        msg = f"{str(value)[:LONGEST]!r} is not an amount in dollars; {EXAMPLE}"
        raise ValueError(msg)  # noqa: TRY004 - one error for every unreadable amount
    amount = _decimal(value)
    if abs(amount) * 100 > LARGEST:
        msg = f"{str(amount)[:40]} is too large; the most is {dollars(LARGEST)}"
        raise ValueError(msg)
    cents = amount * 100
    if cents != cents.to_integral_value():
        msg = f"{value!r} has a fraction of a cent; round it to whole cents"
        raise ValueError(msg)
    return int(cents)


def _decimal(value: float | str) -> Decimal:
    if isinstance(value, float) and not math.isfinite(value):
        msg = f"{value!r} is not an amount in dollars; {EXAMPLE}"
        raise ValueError(msg)
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(str(value))
    text = value.strip()
    found = AMOUNT.fullmatch(text) if len(text) <= LONGEST else None
    if not found or (found[1] and found[2]):
        msg = f"{value[:LONGEST]!r} is not an amount in dollars; {EXAMPLE}"
        raise ValueError(msg)
    sign = found[1] or found[2]
    return Decimal(sign + found[3].replace(",", "") + (found[4] or ""))
