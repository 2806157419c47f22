"""Money in whole cents.

>>> parse_cents("$1,234.50")
123450
>>> dollars(-205)
'-$2.05'
"""

import math
import re
from decimal import Decimal

__all__ = ["dollars", "parse_cents"]

AMOUNT = re.compile(r"\$?\s*(-?\d{1,3}(?:,\d{3})+|-?\d+)(\.\d+)?")
LARGEST = 10**9
"""Ten million dollars: no amount in any world comes near it."""


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
        msg = f"{value!r} is not an amount in dollars; give a number such as 12.50"
        raise ValueError(msg)  # noqa: TRY004 - one error for every unreadable amount
    amount = _decimal(value)
    if abs(amount) * 100 > LARGEST:
        msg = f"{str(value)[:40]} is too large; the most is {dollars(LARGEST)}"
        raise ValueError(msg)
    cents = amount * 100
    if cents != cents.to_integral_value():
        msg = f"{value!r} has a fraction of a cent; round it to whole cents"
        raise ValueError(msg)
    return int(cents)


def _decimal(value: float | str) -> Decimal:
    if isinstance(value, float) and not math.isfinite(value):
        msg = f"{value!r} is not an amount in dollars; give a number such as 12.50"
        raise ValueError(msg)
    if not isinstance(value, str):
        return Decimal(str(value))
    found = AMOUNT.fullmatch(value.strip()[:40])
    if not found:
        msg = f"{value[:40]!r} is not an amount in dollars; give a number such as 12.50"
        raise ValueError(msg)
    return Decimal(found[1].replace(",", "") + (found[2] or ""))
