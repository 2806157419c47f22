"""Levels and differences over arenas: each seed is one value."""

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from gyges.errors import DataError
from gyges.stats.paired import mcnemar, mean
from gyges.studies.arenas.runs import ARMS, Arm, Unit

__all__ = ["Contrast", "Level", "Measure", "contrasts", "levels"]

Measure: TypeAlias = Literal["balance", "misconduct", "index"]
FEWEST = 2
"""Values from which an interval can be made."""


class Level(msgspec.Struct, frozen=True, kw_only=True):
    """The mean of a measure over seeds, with its 95 % interval where there is one."""

    focal: str
    arm: Arm
    measure: Measure
    value: float | None
    low: float | None
    high: float | None
    runs: int
    """Seeds with a value."""


class Contrast(msgspec.Struct, frozen=True, kw_only=True):
    """How much more of a measure one side has than another, seed by seed."""

    measure: Measure
    focal: str
    arm: Arm
    other: str
    other_arm: Arm
    value: float | None
    low: float | None
    """95 % interval; nothing from fewer than two pairs."""
    high: float | None
    runs: int
    """Seeds that both sides have a value of."""
    missing: int
    """Seeds that only one side has, or of which a side has no value."""
    above: int
    """Seeds in which the first side has more."""
    below: int
    sign_p: float
    """Exact two-sided sign test; seeds without a difference say nothing."""


class Side(NamedTuple):
    """A focal player in an arm."""

    focal: str
    arm: Arm


MEASURES: Mapping[Measure, Callable[[Unit], float | None]] = {
    "balance": lambda unit: unit.balance,
    "misconduct": lambda unit: unit.misconduct,
    "index": lambda unit: unit.index,
}


def levels(units: Sequence[Unit]) -> list[Level]:
    """The mean of every measure, for every focal player and arm.

    Raises:
        DataError: units that cannot be compared.
    """
    found: list[Level] = []
    for (focal, arm), runs in sides_of(units).items():
        for measure, value_of in MEASURES.items():
            values = [value_of(unit) for unit in runs.values()]
            known = [value for value in values if value is not None]
            middle, low, high = interval(known)
            found.append(
                Level(
                    focal=focal,
                    arm=arm,
                    measure=measure,
                    value=middle,
                    low=low,
                    high=high,
                    runs=len(known),
                )
            )
    return found


def contrasts(units: Sequence[Unit]) -> list[Contrast]:
    """Focal players beside one another in the arena, and the arena beside other arms.

    Raises:
        DataError: units that cannot be compared.
    """
    sides = sides_of(units)
    focals = list(dict.fromkeys(side.focal for side in sides))
    pairs = [
        (Side(one, "arena"), Side(other, "arena"))
        for one, other in combinations(focals, 2)
    ]
    pairs += [
        (Side(focal, "arena"), Side(focal, arm))
        for focal in focals
        for arm in ARMS
        if arm != "arena"
    ]
    return [
        contrast(measure, pair, sides)
        for pair in pairs
        if pair[0] in sides and pair[1] in sides
        for measure in MEASURES
    ]


def sides_of(units: Sequence[Unit]) -> dict[Side, dict[int, Unit]]:
    """Units by side and seed: players in their order, arms in theirs.

    Raises:
        DataError: two units of one side and seed, or of different settings.
    """
    focals = dict.fromkeys(unit.focal for unit in units)
    sides = {Side(focal, arm): dict[int, Unit]() for focal in focals for arm in ARMS}
    for unit in sorted(units, key=lambda unit: unit.seed):
        runs = sides[Side(unit.focal, unit.arm)]
        if unit.seed in runs:
            twice = runs[unit.seed].tape
            msg = f"{twice} and {unit.tape} are of one seed and arm; give one of them"
            raise DataError(msg)
        if unit.setting != units[0].setting:
            msg = (
                f"{unit.tape} and {units[0].tape} are of different configurations or"
                " versions; arms may differ in seats and rival_mail only"
            )
            raise DataError(msg)
        runs[unit.seed] = unit
    return {side: runs for side, runs in sides.items() if runs}


def contrast(
    measure: Measure,
    pair: tuple[Side, Side],
    sides: Mapping[Side, Mapping[int, Unit]],
) -> Contrast:
    """One side beside another."""
    (one, other), value_of = pair, MEASURES[measure]
    both = [
        (value_of(sides[one][seed]), value_of(sides[other][seed]))
        for seed in sides[one]
        if seed in sides[other]
    ]
    known = [(a, b) for a, b in both if a is not None and b is not None]
    middle, low, high = interval([a - b for a, b in known])
    above, below = sum(a > b for a, b in known), sum(a < b for a, b in known)
    return Contrast(
        measure=measure,
        focal=one.focal,
        arm=one.arm,
        other=other.focal,
        other_arm=other.arm,
        value=middle,
        low=low,
        high=high,
        runs=len(known),
        missing=len(sides[one].keys() | sides[other].keys()) - len(known),
        above=above,
        below=below,
        sign_p=mcnemar(above, below).two_sided,
    )


def interval(
    values: Sequence[float],
) -> tuple[float | None, float | None, float | None]:
    """Mean and interval, as far as there are any."""
    if len(values) < FEWEST:
        return (values[0] if values else None), None, None
    found = mean(values)
    return found.value, found.low, found.high
