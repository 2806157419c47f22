"""The sentences of reports: data in `content`, filled in here."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias

from gyges.content import Library, fill
from gyges.reports.figures import count

__all__ = ["confidence", "plural", "say", "things"]

Sentences: TypeAlias = Mapping[str, Mapping[str, str]]
HERE = Library(Path(__file__).parent / "content")


def say(table: str, key: str, /, **variables: str) -> str:
    """A sentence about a gate.

    Args:
        table: of `gate.toml`.
        key: in that table.
        variables: what the sentence names, all of it and nothing else.

    Raises:
        ContentError: a variable too few or too many.
    """
    return fill(sentences()[table][key], variables, f"gate.toml, {table}.{key}")


@cache
def sentences() -> Sentences:
    """All of them."""
    return HERE.table("gate.toml", dict[str, dict[str, str]])


def things(number: float, noun: str) -> str:
    """So many of something: "1 run", "300 runs", "2.5 trials"."""
    return f"{count(number)} {plural(noun, number)}"


def plural(noun: str, number: float = 0) -> str:
    """A noun as it goes with a number, or with none."""
    one, _, more = say("nouns", noun).partition(", ")
    return one if number == 1 else more


def confidence(alpha: float) -> str:
    """What is left of certainty, such as "95 %"."""
    return f"{100 * (1 - alpha):.10g} %"
