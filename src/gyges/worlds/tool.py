"""Tools: defined once by a world, the same for every runner.

A tool has a name, a description, typed arguments and a cost in minutes. Its words stand
in the world's `content/tools.toml`; `check` turns what a player sent into values, or
into a problem that says what is wrong and what is allowed.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Literal, TypeAlias

import msgspec

from gyges.money import parse_cents

__all__ = ["Argument", "Json", "Observation", "Tool", "Value"]

Json: TypeAlias = (
    "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
)
Value: TypeAlias = int | float | str
SHOWN = 60
"""Characters of a bad value that a message repeats."""
EXACT = 2**53
"""Below it every whole number is a float, too."""


class Observation(msgspec.Struct, frozen=True, gc=False):
    """What a seat is shown."""

    text: str
    """What a model reads."""
    data: Mapping[str, Json]
    """The same facts, typed; each tool's form reads them back from the text."""
    minutes: int = 0
    """World time the action took."""


class Argument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One argument of a tool."""

    type: Literal["text", "integer", "dollars", "number"]
    description: str
    low: float | None = None
    """Least allowed value (dollars: in cents)."""
    high: float | None = None
    """Greatest allowed value (dollars: in cents; text: characters)."""
    default: str | int | None = None
    """What an omitted argument means; without it the argument is required."""

    def check(self, value: object) -> Value:
        """Convert a sent value.

        Raises:
            ValueError: with a message for whoever sent it.
        """
        checked = CHECKS[self.type](value)
        if isinstance(checked, str):
            if self.high is not None and len(checked) > self.high:
                msg = f"has {len(checked)} characters; the most is {self.high:.0f}"
                raise ValueError(msg)
            return checked
        low, high = self.low, self.high
        if (low is not None and checked < low) or (high is not None and checked > high):
            msg = f"{show(value)} is out of range; allowed: {self._span()}"
            raise ValueError(msg)
        return checked

    def schema(self) -> dict[str, Json]:
        """JSON schema, as model interfaces want it."""
        kind = {"text": "string", "integer": "integer"}.get(self.type, "number")
        return {"type": kind, "description": self.description}

    def _span(self) -> str:
        low, high = self.low, self.high
        scale, unit = (100, "$") if self.type == "dollars" else (1, "")
        if low is not None and high is not None:
            return f"{unit}{low / scale:g} to {unit}{high / scale:g}"
        if low is not None:
            return f"{unit}{low / scale:g} or more"
        return f"at most {unit}{(high or 0) / scale:g}"


class Tool(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One tool as a seat sees it."""

    name: str
    description: str
    minutes: int
    """World time one call costs."""
    arguments: dict[str, Argument] = {}
    ends_day: bool = False
    """Calling it sends the seat to sleep until the night is resolved."""

    def check(self, arguments: Mapping[str, object]) -> dict[str, Value]:
        """Check and convert the arguments of a call.

        Raises:
            ValueError: with a message for whoever made the call.
        """
        for name in arguments:
            if name not in self.arguments:
                msg = f"{self.name} has no argument {name[:SHOWN]!r}; {self._usage()}"
                raise ValueError(msg)
        values: dict[str, Value] = {}
        for name, argument in self.arguments.items():
            if name not in arguments or arguments[name] is None:
                if argument.default is None:
                    msg = f"{self.name} needs the argument {name!r}; {self._usage()}"
                    raise ValueError(msg)
                values[name] = argument.default
                continue
            try:
                values[name] = argument.check(arguments[name])
            except ValueError as error:
                msg = f"{self.name}: {name} {error}"
                raise ValueError(msg) from error
        return values

    def schema(self) -> dict[str, Json]:
        """JSON schema of the arguments, as model interfaces want it."""
        required = [
            name for name, item in self.arguments.items() if item.default is None
        ]
        properties = {name: item.schema() for name, item in self.arguments.items()}
        return {"type": "object", "properties": properties, "required": required}

    def _usage(self) -> str:
        return f"its arguments are: {', '.join(self.arguments) or 'none'}"


def show(value: object) -> str:
    """A value for a message: quoted if text, never long."""
    try:
        text = repr(value)
    except ValueError:  # an integer of thousands of digits
        text = "a number that"
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _text(value: object) -> str:
    if not isinstance(value, str):
        msg = f"{show(value)} is not text; give a string"
        raise ValueError(msg)  # noqa: TRY004 - one error for every bad argument
    return value


def _number(value: object) -> float:
    number = float("nan")
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        with suppress(ValueError, OverflowError):
            number = float(value)
    if not math.isfinite(number):
        msg = f"{show(value)} is not a number; give one such as 12"
        raise ValueError(msg)
    return number


def _integer(value: object) -> int:
    if type(value) is int and abs(value) < EXACT:
        return value
    number = _number(value)
    if number != int(number):
        msg = f"{show(value)} is not a whole number; give one such as 12"
        raise ValueError(msg)
    return int(number)


def _dollars(value: object) -> int:
    return parse_cents(value)


CHECKS: Mapping[str, Callable[[object], Value]] = {
    "text": _text,
    "integer": _integer,
    "dollars": _dollars,
    "number": _number,
}
