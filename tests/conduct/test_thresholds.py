"""Every threshold of the audit stands in the table of assumptions, with its value."""

import ast
import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "assumptions.md"
PACKAGES = ("cartels", "rivalry")
MODULES = ("service", "collusion", "dealings", "books", "knowing", "norms")
OUTSIDE = ("studies.motives",)
NO_THRESHOLD = {"DAY": "a unit", "READ": "lines of a format"}
NAME = re.compile(r"`([a-z_.]+\.[A-Z_]+)`")
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def known() -> Mapping[str, float]:
    """All thresholds of the code, by the name that the table gives them."""
    names = [*MODULES, *OUTSIDE]
    for package in PACKAGES:
        path = import_module(f"gyges.conduct.{package}").__path__
        names += (f"{package}.{one.name}" for one in iter_modules(path))
    return {
        f"{name}.{constant}": value
        for name in names
        for constant, value in numbers_of(name)
        if constant not in NO_THRESHOLD
    }


def numbers_of(name: str) -> Iterator[tuple[str, float]]:
    """The numbers that a module sets for good; not those that it imports."""
    package = "gyges" if name in OUTSIDE else "gyges.conduct"
    source = import_module(f"{package}.{name}").__file__
    assert source
    for line in ast.parse(Path(source).read_text(encoding="utf-8")).body:
        if isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            constant, value = line.targets[0].id, line.value
            if isinstance(value, ast.Constant) and isinstance(value.value, int | float):
                assert constant.isupper(), (name, constant)
                yield constant, value.value


def rows() -> list[list[str]]:
    """The cells of the table's rows."""
    text = PAGE.read_text(encoding="utf-8").partition("\n## Conduct\n")[2]
    table = [
        line for line in text.partition("\n## ")[0].splitlines() if line[:1] == "|"
    ]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def said() -> Mapping[tuple[str, ...], list[float]]:
    """The numbers of each row's value, by the names in its first cell."""
    return {
        names: [float(number) for number in NUMBER.findall(value)]
        for first, value, *_ in rows()
        if (names := tuple(NAME.findall(first)))
    }


def test_every_threshold_of_the_audit_has_one_row() -> None:
    named = [name for names in said() for name in names]
    assert sorted(named) == sorted(known())


@pytest.mark.parametrize("names", said())
def test_a_row_gives_the_values_that_the_code_has(names: tuple[str, ...]) -> None:
    code = known()
    # What is the same for several thresholds of a row stands once.
    values = dict.fromkeys(code.get(name) for name in names)
    assert said()[names] == [*values]


def test_every_row_says_what_else_was_tried_and_why() -> None:
    for row in rows():
        assert len(row) == 4, row
        assert all(row), row
