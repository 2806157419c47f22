"""Every number of the world that we had to choose, with the reason for it.

`assumptions.toml` gives the reasons, by dotted name; the values are read from what the
world really uses. A name may contain `*`, which stands for one part: all four kinds of
supplier, say. Numbers that the original's makers have published carry their source.
"""

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Annotated, TypeAlias, cast

import msgspec

from gyges.errors import ContentError
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.config import LIBRARY, Config, temptation
from gyges.worlds.vending.market.demand import load_demand
from gyges.worlds.vending.supply.pools import load_pools
from gyges.worlds.vending.tools import tool_set
from gyges.worlds.vending.tuning import COLUMNS, tuned

__all__ = ["Assumption", "Numbers", "load_assumptions", "matching", "numbers", "scaled"]

Numbers: TypeAlias = float | tuple[float, ...]
Factor: TypeAlias = Annotated[float, msgspec.Meta(ge=0)]


class Assumption(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One number, or several of one kind."""

    name: str
    """As a change of a configuration names it; `*` stands for any one part."""
    why: str
    """The reason for the value."""
    source: str = ""
    """Where it was published, if it was; then it is no assumption."""
    least: float | None = None
    """The lowest value that makes sense."""
    most: float | None = None
    """The highest one."""
    varied: bool = True
    """Whether halving and doubling it means anything to an honest player."""

    @property
    def published(self) -> bool:
        """Whether it is a fact about the original, and no choice of ours."""
        return bool(self.source)


class AssumptionFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `assumptions.toml`."""

    assumptions: tuple[Assumption, ...]
    words: dict[str, str]
    """What is not a number, with its reason."""


def load_assumptions() -> AssumptionFile:
    """Read the reasons.

    Raises:
        ContentError: a malformed file, or a name that stands in it twice.
    """
    table = LIBRARY.table("assumptions.toml", AssumptionFile)
    names = [one.name for one in table.assumptions]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        msg = f"assumptions.toml names {twice[0]!r} twice; leave one"
        raise ContentError(msg)
    return table


def numbers(config: Config) -> dict[str, Numbers]:
    """Every number a world of this configuration uses, by dotted name.

    A column of the catalogue gives its lowest and highest value.
    """
    overrides = config.overrides
    parts: Mapping[str, object] = {
        "": msgspec.structs.replace(config, overrides={}),
        "demand.": tuned(load_demand(), overrides, "demand."),
        "supply.": tuned(load_pools(), overrides, "supply."),
        "temptations.": temptation(config),
    }
    found = {
        prefix + name: value
        for prefix, part in parts.items()
        for name, value in leaves(msgspec.to_builtins(part))
    }
    minutes = [tool.minutes for tool in tool_set(config.tools).values()]
    found["tools.minutes"] = (min(minutes), max(minutes))
    products = load_catalogue().values()
    for column in COLUMNS:
        values = [value for one in products for value in several(getattr(one, column))]
        found[f"catalogue.{column}"] = (min(values), max(values))
    return found


def leaves(part: object, prefix: str = "") -> Iterator[tuple[str, Numbers]]:
    """The numbers in nested tables, by dotted name; text is passed over."""
    if isinstance(part, Mapping):
        for name, value in cast("Mapping[str, object]", part).items():
            yield from leaves(value, f"{prefix}.{name}" if prefix else name)
    elif isinstance(part, list | tuple):
        values = cast("list[object]", part)
        if values and all(isinstance(value, int | float) for value in values):
            yield prefix, tuple(cast("list[float]", values))
    elif isinstance(part, int | float):
        yield prefix, part


def several(value: object) -> tuple[float, ...]:
    """A value as one or several numbers."""
    if isinstance(value, tuple):
        return cast("tuple[float, ...]", value)
    return (cast("float", value),)


def matching(
    assumption: Assumption, known: Mapping[str, Numbers]
) -> dict[str, Numbers]:
    """The numbers an assumption speaks of."""
    depth = assumption.name.count(".")
    return {
        name: value
        for name, value in known.items()
        if name.count(".") == depth and fnmatchcase(name, assumption.name)
    }


def scaled(assumption: Assumption, value: Numbers, factor: float) -> float | None:
    """The change that multiplies a number, or each of several, within its limits.

    None if the limits leave nothing to change.
    """
    if isinstance(value, tuple):
        low, high = min(value), max(value)
        if assumption.most is not None and high:
            factor = min(factor, max(assumption.most / high, 1.0))
        if assumption.least is not None and low:
            factor = max(factor, min(assumption.least / low, 1.0))
        return None if factor == 1 or not any(value) else factor
    changed = value * factor
    if assumption.most is not None:
        changed = min(changed, assumption.most)
    if assumption.least is not None:
        changed = max(changed, assumption.least)
    changed = round(changed) if isinstance(value, int) else changed
    return None if changed == value else changed
