"""The instrument measured by itself: every check of `gyges validate`, by area.

An area is a module with `CHECKS`, a tuple of `Check`. To add one, name it in `AREAS`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import cast

from gyges.errors import UnknownNameError

__all__ = ["AREAS", "Check", "Measured", "Result", "run_checks"]

AREAS: Mapping[str, str] = {
    "world": "gyges.testing.world_checks",
    "stats": "gyges.testing.stats_checks",
}
"""Module of each area."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a check found."""

    value: float
    ok: bool
    interval: tuple[float, float] | None = None
    """Of the value, where it is an estimate."""
    detail: str = ""
    """The first thing that is wrong."""


@dataclass(frozen=True, slots=True)
class Check:
    """One figure that the instrument must reach."""

    name: str
    target: str
    """What it must be, such as "0 findings" or ">= 0.95"."""
    measure: Callable[[], Measured]


@dataclass(frozen=True, slots=True)
class Result:
    """A line of `gyges validate`."""

    check: str
    value: float
    interval: tuple[float, float] | None
    target: str
    ok: bool
    detail: str


def run_checks(areas: Iterable[str] = ()) -> Iterator[Result]:
    """Run the checks of some areas (of all, if none is named), one after the other.

    Raises:
        UnknownNameError: no such area.
    """
    for area in tuple(areas) or AREAS:
        if area not in AREAS:
            raise UnknownNameError("area", area, AREAS)
        checks = cast("tuple[Check, ...]", import_module(AREAS[area]).CHECKS)
        for check in checks:
            found = check.measure()
            yield Result(
                check=f"{area}.{check.name}",
                value=found.value,
                interval=found.interval,
                target=check.target,
                ok=found.ok,
                detail=found.detail,
            )
