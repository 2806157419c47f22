"""What the scripts that make the published tables share: options, progress, pages."""

import argparse
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from gyges.stats.paired import Estimate
from gyges.testing.years import Plan, Year, play_years

__all__ = ["Options", "dollars", "options", "percent", "publish", "table", "years"]

DOCS = Path(__file__).parents[1] / "docs"
STEP = 50
"""Years between two words of progress."""
WORDY = 40
"""Characters from which a cell holds words rather than figures."""


class Options(msgspec.Struct, frozen=True):
    """What every such script can be told."""

    seeds: int
    workers: int
    json: bool


def options(doc: str, seeds: int, arguments: Sequence[str] | None = None) -> Options:
    """Read the command line of a script.

    Args:
        doc: its module's text, of which the first line is shown as help.
        seeds: how many it takes if it is not told.
        arguments: instead of the command line.
    """
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument(
        "--seeds",
        type=int,
        default=seeds,
        help="how many, from 0 (default %(default)s)",
    )
    parser.add_argument(
        "--workers", type=int, default=2, help="processes (default %(default)s)"
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="one JSON object per line; leave the page in docs/ as it is",
    )
    return Options(**vars(parser.parse_args(arguments)))


def years(plans: Sequence[Plan], chosen: Options) -> dict[Plan, Year]:
    """Play all plans, and say on standard error how far it is."""

    def tell(done: int, whole: int) -> None:
        if done % STEP == 0 or done == whole:
            print(f"{done} of {whole} years", file=sys.stderr)

    return play_years(plans, chosen.workers, tell)


def publish(
    page: str, name: str, rows: Sequence[Mapping[str, object]], text: str, *, json: bool
) -> None:
    """Print rows as JSON lines, or write a text between a page's markers.

    Args:
        page: file in `docs/`.
        name: of the part, which stands between `<!-- table: NAME -->` and
            `<!-- end of NAME -->`.
        rows: for programs.
        text: for people.
        json: rows to standard output, and leave the page alone.

    Raises:
        ValueError: the page has no such part.
    """
    if json:
        for row in rows:
            print(msgspec.json.encode({"table": name, **row}).decode(), flush=True)
        return
    path = DOCS / page
    parts = re.compile(
        rf"(<!-- table: {name} -->\n).*?(<!-- end of {name} -->)", re.DOTALL
    )
    old = path.read_text(encoding="utf-8")
    new, found = parts.subn(lambda part: f"{part[1]}\n{text}\n{part[2]}", old)
    if not found:
        msg = f"{path} has no part {name!r}; add <!-- table: {name} --> and its end"
        raise ValueError(msg)
    path.write_text(new, encoding="utf-8")
    print(f"docs/{page}: {name}", file=sys.stderr)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; columns of figures are aligned right, words left."""
    columns = list(zip(*rows, strict=True))
    words = [
        at == 0 or max(map(len, column)) > WORDY for at, column in enumerate(columns)
    ]
    lines = [head, ["---" if left else "--:" for left in words], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def dollars(value: float) -> str:
    """Whole dollars."""
    return f"{round(value):,}".replace("-", "\u2212")


def percent(found: Estimate, *, digits: int = 1) -> str:
    """An estimate of a share with its interval, in percent."""
    low, high = (f"{part * 100:+.{digits}f}" for part in (found.low, found.high))
    text = f"{found.value * 100:+.{digits}f} ({low} to {high})"
    return text.replace("-", "\u2212")
