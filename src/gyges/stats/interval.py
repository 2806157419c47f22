"""What all estimates share: an interval, and the refusal of figures that are none."""

import math
from typing import NamedTuple

from gyges.errors import DataError

__all__ = ["Interval", "check_counts", "check_share", "check_whole"]


class Interval(NamedTuple):
    """A confidence or credible interval, both ends included."""

    low: float
    high: float


def check_counts(k: float, n: float) -> None:
    """Refuse counts that cannot be `k` events in `n` trials.

    Raises:
        DataError: n is no positive number, or k is not between 0 and n.
    """
    if not (math.isfinite(n) and n > 0):
        msg = f"{n!r} trials; at least one is needed"
        raise DataError(msg)
    if not 0 <= k <= n:
        msg = f"{k!r} events in {n!r} trials; events must be 0 to {n!r}"
        raise DataError(msg)


def check_whole(name: str, value: int, least: int = 0) -> None:
    """Refuse a count that is too small or not whole.

    Raises:
        DataError: it is.
    """
    if not math.isfinite(value) or value != int(value) or value < least:
        msg = f"{name} {value!r} must be a whole number, {least} or more"
        raise DataError(msg)


def check_share(name: str, value: float) -> None:
    """Refuse what does not lie strictly between 0 and 1.

    Raises:
        DataError: it does not.
    """
    if not 0 < value < 1:
        msg = f"{name} {value!r} must lie between 0 and 1, both excluded"
        raise DataError(msg)
