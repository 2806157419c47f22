"""How commands write: tables for people, one JSON object per line for programs."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

import click

__all__ = ["as_json", "counted", "show_json", "show_table", "tell"]

F = TypeVar("F", bound=Callable[..., object])
T = TypeVar("T")
NUMBERS = frozenset("0123456789-$+.,")


def as_json(command: F) -> F:
    """Give a command the option `--json`."""
    text = "One JSON object per line on standard output, and nothing else there."
    return click.option("--json", "json_lines", is_flag=True, help=text)(command)


def tell(message: str) -> None:
    """Say something that is no result."""
    click.echo(message, err=True)


def show_json(rows: Iterable[Mapping[str, object]]) -> None:
    """Write rows as JSON lines."""
    for row in rows:
        click.echo(json.dumps(row))


def show_table(rows: Sequence[Mapping[str, object]]) -> None:
    """Write rows as a table: with lines in a terminal, plain where it is piped."""
    if not rows:
        return
    columns = list(rows[0])
    cells = [[cell(row.get(column)) for column in columns] for row in rows]
    right = [
        all(set(line[at]) <= NUMBERS or not line[at] for line in cells)
        for at in range(len(columns))
    ]
    widths = [
        max(len(columns[at]), *(len(line[at]) for line in cells))
        for at in range(len(columns))
    ]
    head = row_text(columns, widths, right)
    click.echo(click.style(head, bold=True))
    if sys.stdout.isatty():
        click.echo(click.style("─" * len(head), dim=True))
    for line in cells:
        click.echo(row_text(line, widths, right))


def row_text(cells: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    """One line of a table."""
    padded = [
        text.rjust(width) if to_right else text.ljust(width)
        for text, width, to_right in zip(cells, widths, right, strict=True)
    ]
    return "  ".join(padded).rstrip()


def cell(value: object) -> str:
    """A value as it stands in a table."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return str(value)


def counted(items: Iterable[T], total: int, title: str) -> Iterable[T]:
    """Pass items on, with a bar on standard error if somebody is looking."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console  # noqa: PLC0415 - slow to load
    from rich.progress import (  # noqa: PLC0415 - slow to load
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield from bar.track(items, total=total, description=title)
