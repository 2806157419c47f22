"""Where a rising function crosses zero: what inverting a test comes down to.

Written here because `scipy.optimize` takes 0.3 s to import and the gate does not need
it otherwise.
"""

import math
from collections.abc import Callable
from typing import TypeAlias

from gyges.errors import DataError

__all__ = ["Rising", "crossing"]

Rising: TypeAlias = Callable[[float], float]
"""A function that changes sign once, from minus to plus."""

HALF = 0.5
ROUNDS = 200
"""More than halving alone needs from any finite bracket of doubles that we use."""


def crossing(
    rising: Rising, start: float, low: float, high: float, close: float = 1e-13
) -> float:
    """Where `rising` crosses zero, or the end at which it still has not.

    From `start` it walks in steps of 1, 2, 4, ... towards the change of sign and then
    narrows it down by Chandrupatla's rule (Adv. Eng. Softw. 28:145, 1997): quadratic
    interpolation through the inverse where that is safe, halving elsewhere.

    Args:
        rising: negative to the left of the crossing, positive to its right.
        start: a guess, between `low` and `high`.
        low: where to stop looking on the left.
        high: where to stop looking on the right.
        close: absolute tolerance, on top of what doubles can tell apart.

    Raises:
        DataError: `start` is not between `low` and `high`.
    """
    if not low <= start <= high:
        msg = f"start {start!r} is out of range; use {low!r} to {high!r}"
        raise DataError(msg)
    at, value = start, rising(start)
    step = -1.0 if value > 0 else 1.0
    while True:
        further = min(max(at + step, low), high)
        there = rising(further)
        if (there > 0) != (value > 0):
            return narrow(rising, (at, value), (further, there), close)
        if further in {low, high}:
            return further
        at, value, step = further, there, 2 * step


def narrow(
    rising: Rising,
    one: tuple[float, float],
    other: tuple[float, float],
    close: float,
) -> float:
    """Narrow a change of sign between two points, given with their values."""
    (new, fnew), (far, ffar) = one, other
    best, share = new, HALF
    for _ in range(ROUNDS):
        probe = new + share * (far - new)
        fprobe = rising(probe)
        if (fprobe > 0) == (fnew > 0):
            (old, fold) = (new, fnew)
        else:
            (old, fold), (far, ffar) = (far, ffar), (new, fnew)
        new, fnew = probe, fprobe
        best, fbest = (new, fnew) if abs(fnew) < abs(ffar) else (far, ffar)
        tolerance = (close + 2 * math.ulp(best)) / abs(far - new)
        if fbest == 0 or tolerance > HALF:
            return best
        share = interpolated((new, fnew), (far, ffar), (old, fold))
        share = min(1 - tolerance, max(tolerance, share))
    return best


def interpolated(
    new: tuple[float, float], far: tuple[float, float], old: tuple[float, float]
) -> float:
    """The next probe as a share of the way from `new` to `far`."""
    (x, fx), (y, fy), (z, fz) = new, far, old
    where = (x - y) / (z - y)
    value = (fx - fy) / (fz - fy)
    if not (value**2 < where and (1 - value) ** 2 < 1 - where):
        return HALF
    return fx / (fy - fx) * fz / (fy - fz) + (z - x) / (y - x) * fx / (fz - fx) * fy / (
        fz - fy
    )
