"""Parameters of the content files, changed for one run: `Config.overrides`.

An override names a number of a content file by its dotted path, after a prefix:

- `demand.`: `demand.toml`, such as `demand.variety.floor`;
- `supply.`: `suppliers.toml`, such as `supply.kinds.negotiating.list_multiple`;
- `temptations.`: the step of `temptations.toml` that the configuration chose;
- `catalogue.`: a column of `catalogue.toml`, such as `catalogue.shelf_life_days`;
- `tools.minutes`: what tools cost.

Its value replaces a number. A list of numbers (a range, a table by month), a column of
the catalogue and the minutes are multiplied by it instead. What is whole stays whole.
"""

from collections.abc import Mapping
from typing import TypeVar, cast

import msgspec

from gyges.errors import ConfigError
from gyges.worlds.vending.catalogue import Product

__all__ = ["COLUMNS", "PREFIXES", "tuned", "tuned_catalogue", "tuned_minutes"]

T = TypeVar("T")
PREFIXES = ("demand.", "supply.", "temptations.", "catalogue.", "tools.")
COLUMNS = (
    "reference_price",
    "wholesale",
    "base_demand",
    "elasticity",
    "case_size",
    "shelf_life_days",
    "seasonality",
    "weather_weight",
)
"""What can be changed in the catalogue."""
MINUTES = ("minutes",)


def tuned(record: T, overrides: Mapping[str, float], prefix: str) -> T:
    """A record with the parameters changed that overrides name under a prefix.

    Raises:
        ConfigError: an override names no parameter, or its value does not fit.
    """
    given = {name: overrides[name] for name in overrides if name.startswith(prefix)}
    if not given:
        return record
    changed: object = record
    for name, value in given.items():
        changed = replaced(changed, name.removeprefix(prefix).split("."), value, name)
    return sound(changed, type(record), given)


def tuned_catalogue(
    catalogue: Mapping[str, Product], overrides: Mapping[str, float]
) -> Mapping[str, Product]:
    """A catalogue with the columns multiplied that overrides name.

    Raises:
        ConfigError: an override names no column of numbers, or its value does not fit.
    """
    factors = chosen(overrides, "catalogue.", COLUMNS)
    if not factors:
        return catalogue
    return {
        key: sound(
            msgspec.structs.replace(
                product,
                **{
                    column: times(getattr(product, column), factor)
                    for column, factor in factors.items()
                },
            ),
            Product,
            factors,
        )
        for key, product in catalogue.items()
    }


def tuned_minutes(overrides: Mapping[str, float]) -> float:
    """The factor on what tools cost.

    Raises:
        ConfigError: an override under `tools.` is another one.
    """
    return chosen(overrides, "tools.", MINUTES).get("minutes", 1.0)


def chosen(
    overrides: Mapping[str, float], prefix: str, known: tuple[str, ...]
) -> dict[str, float]:
    """The overrides under a prefix, without it; each must be a known name."""
    found = {
        name.removeprefix(prefix): value
        for name, value in overrides.items()
        if name.startswith(prefix)
    }
    for name in found:
        demand_known(name, known, prefix + name)
    return found


def replaced(record: object, path: list[str], value: float, name: str) -> object:
    """A record, or a table of them, with one number in it changed."""
    head, *rest = path
    if isinstance(record, Mapping):
        table = cast("Mapping[str, object]", record)
        demand_known(head, tuple(table), name)
        return {**table, head: followed(table[head], rest, value, name)}
    if isinstance(record, msgspec.Struct):
        demand_known(head, record.__struct_fields__, name)
        new = followed(getattr(record, head), rest, value, name)
        return msgspec.structs.replace(record, **{head: new})
    msg = f"vending: the parameter {name!r} goes too far; leave out {'.'.join(path)!r}"
    raise ConfigError(msg)


def followed(old: object, rest: list[str], value: float, name: str) -> object:
    """What stands at the end of a path: the value, or a list times the value."""
    if rest:
        return replaced(old, rest, value, name)
    if isinstance(old, tuple):
        several = cast("tuple[object, ...]", old)
        if all(isinstance(one, int | float) for one in several):
            return times(several, value)
    if isinstance(old, int | float):
        return round(value) if isinstance(old, int) else value
    msg = f"vending: the parameter {name!r} is no number; name one within it"
    raise ConfigError(msg)


def times(old: object, factor: float) -> object:
    """A number, or each of several, times a factor."""
    if isinstance(old, tuple):
        return tuple(times(one, factor) for one in cast("tuple[object, ...]", old))
    number = cast("int | float", old)
    return round(number * factor) if isinstance(number, int) else number * factor


def demand_known(head: str, known: tuple[str, ...], name: str) -> None:
    """Refuse a name that is not there."""
    if head not in known:
        msg = f"vending: unknown parameter {name!r}; known here: {', '.join(known)}"
        raise ConfigError(msg)


def sound(changed: object, shape: type[T], given: Mapping[str, float]) -> T:
    """Hold changed values against the limits of their types."""
    try:
        return msgspec.convert(msgspec.to_builtins(changed), shape)
    except msgspec.ValidationError as error:
        msg = f"vending: the overrides {dict(given)!r} do not fit: {error}"
        raise ConfigError(msg) from error
