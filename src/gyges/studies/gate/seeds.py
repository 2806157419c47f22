"""Names of seeds and samples in short: numbers in a row become one span."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TypeAlias

__all__ = ["Span", "in_words", "spans", "spelled_out"]

NUMBERED = re.compile(r"(.*?)(0|[1-9]\d{0,17})\Z", re.DOTALL)

Span: TypeAlias = str | tuple[str, int, int]
"""A name; or what stands before the number, the first number, and the last."""


def spans(names: Iterable[str]) -> tuple[Span, ...]:
    """Names in short, without doublets, in a fixed order.

    >>> spans(["seed 2", "seed 0", "seed 1", "Ann", "007"])
    ('Ann', ('00', 7, 7), ('seed ', 0, 2))
    """
    numbered: set[tuple[str, int]] = set()
    others: set[str] = set()
    for name in names:
        if found := NUMBERED.match(name):
            numbered.add((found[1], int(found[2])))
        else:
            others.add(name)
    # Numbers that follow one another stay equally far from their place in the list.
    rows = groupby(
        enumerate(sorted(numbered)), key=lambda item: (item[1][0], item[1][1] - item[0])
    )
    found_spans = [[one for _, one in row] for _, row in rows]
    return (
        *sorted(others),
        *((row[0][0], row[0][1], row[-1][1]) for row in found_spans),
    )


def spelled_out(short: Iterable[Span]) -> Iterator[str]:
    """All the names again."""
    for span in short:
        if isinstance(span, str):
            yield span
        else:
            prefix, first, last = span
            yield from (f"{prefix}{number}" for number in range(first, last + 1))


def in_words(short: Iterable[Span]) -> str:
    """For people.

    >>> in_words(spans(["seed 2", "seed 0", "seed 1", "Ann"]))
    'Ann, seed 0-2'
    """
    return ", ".join(
        span
        if isinstance(span, str)
        else f"{span[0]}{span[1]}" + (f"-{span[2]}" if span[2] > span[1] else "")
        for span in short
    )
