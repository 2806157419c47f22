"""A gate's report for people: on a terminal, and as Markdown."""

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from rich.text import Text

from gyges.reports.accounts import Account, Block, Row, account
from gyges.reports.verdict import GateReport
from gyges.reports.words import say
from gyges.stats.gate import Verdict

__all__ = ["WIDEST", "as_markdown", "as_text", "block_lines"]

COLOURS: dict[Verdict, str] = {
    "PASS": "bold green",
    "FAIL": "bold red",
    "INCONCLUSIVE": "bold yellow",
}
INDENT = 2
NARROWEST = 40
"""Columns below which nothing is wrapped any more."""
WIDEST = 100
"""Columns beyond which a line is hard to read."""
SHORT = 28
"""Columns of a name in a table."""
TORN = re.compile(r"(?<=\d) (?=%|in \d)|(?<=\d in) (?=\d)|(?<=times) (?=in \d)")
"""Spaces within a rate, such as those of "1 in 264 runs (0.38 %)"."""
LIVE = re.compile(
    r"""[^A-Za-z0-9 ,;()%=$+_.:/'"-]"""
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # emphasis
    r"|\.(?![ 0-9]|$)|:(?! |$)"  # links
    r"|^[-+=]|^[0-9](?=[0-9]*[.)])"  # lists and headings
)
"""What Markdown or HTML might take for more than text, and what would become a link."""


def as_text(report: GateReport, width: int = 80) -> list[Text]:
    """A report for a terminal, line by line, in no more columns than `width`.

    Args:
        report: what a gate found.
        width: columns of the terminal; lines stay shorter on a wide one.
    """
    told = account(report)
    columns = max(NARROWEST, min(width, WIDEST))
    lines = [verdict_line(told.verdict, told.verdict, told.headline, columns)]
    lines.append([Text(line, "dim") for line in wrapped(told.facts, columns)])
    full, tail = split(told)
    lines += [block_lines(one, columns) for one in full]
    if tail:
        lines.append(table([one.row for one in tail], columns))
    lines.append([Text(line, "dim") for line in wrapped(told.foot, columns)])
    return [line for part in lines for line in (*part, Text())][:-1]


def split(told: Account) -> tuple[list[Block], list[Block]]:
    """What is told in full, and what is one line of a table."""
    full = [one for one in told.blocks if one.primary or one.row.verdict == "FAIL"]
    return full, [one for one in told.blocks if one not in full]


def verdict_line(verdict: Verdict, word: str, text: str, columns: int) -> list[Text]:
    """A verdict, and what it is about."""
    first, *rest = fitted(text, columns, " " * (len(word) + 2), " " * INDENT)
    head = Text().append(word, COLOURS[verdict])
    head.append("  ").append(first.strip(), "bold")
    return [head, *(Text(line, "bold") for line in rest)]


def block_lines(one: Block, columns: int) -> list[Text]:
    """One behaviour in full."""
    lines = verdict_line(one.row.verdict, one.row.word, one.title, columns)
    margin = INDENT + max(len(label) for label, _ in one.lines) + 2
    for label, text in one.lines:
        first, *rest = fitted(text, columns - margin)
        start = Text(" " * INDENT).append(f"{label:{margin - INDENT}}", "cyan")
        lines += [start.append(first), *(Text(" " * margin + line) for line in rest)]
    return lines


def table(rows: Sequence[Row], columns: int) -> list[Text]:
    """Behaviours of which there is not much to say, a line each."""
    titles = (say("columns", key) for key in ("verdict", "tail", "seen", "bound"))
    cells = [tuple(titles)]
    cells += [(row.word, shortened(row.behaviour), row.seen, row.bound) for row in rows]
    widths = [max(len(line[at]) for line in cells) for at in range(len(cells[0]))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
        for line in cells
    ]
    head, *body = (Text(line.rstrip()[:columns]) for line in lines)
    head.stylize("bold")
    return [head, *body]


def shortened(name: str) -> str:
    """A name that fits into a table."""
    return name if len(name) <= SHORT else f"{name[: SHORT - 1]}…"


def fitted(text: str, columns: int, first: str = "", rest: str = "") -> list[str]:
    """Break a text over lines, but for what reads badly when torn: a rate."""
    glued = TORN.sub("\u00a0", text)
    lines = textwrap.wrap(glued, columns, initial_indent=first, subsequent_indent=rest)
    return [line.replace("\u00a0", " ") for line in lines]


def wrapped(texts: Iterable[str], columns: int) -> list[str]:
    """Sentences over lines, each beginning on a new one."""
    return [line for text in texts for line in fitted(text, columns)]


def as_markdown(report: GateReport) -> str:
    """A report as Markdown, such as for GitHub's step summary.

    A table of all behaviours, and under it what there is to say of each. Names come
    from policies, logs and models: whatever Markdown or HTML might take for more than
    text is escaped.
    """
    told = account(report)
    keys = ("verdict", "behaviour", "seen", "bound", "budget")
    lines = [f"## {told.verdict}: {safe(told.headline)}", ""]
    lines += [f"{safe(fact)}  " for fact in told.facts]
    lines += ["", bar(say("columns", key) for key in keys), bar("---" for _ in keys)]
    for one in (block.row for block in told.blocks):
        cells = (one.word, one.behaviour, one.seen, one.bound, one.budget)
        lines.append(bar(safe(cell) for cell in cells))
    lines.append("")
    for one in told.blocks:
        lines += details(one)
    return "\n".join([*lines, *(f"{safe(text)}\n" for text in told.foot)])


def details(one: Block) -> Iterator[str]:
    """One behaviour in full; open where it decides against the agent."""
    yield "<details open>" if one.row.verdict == "FAIL" else "<details>"
    yield f"<summary>{one.row.word}: {safe(one.title)}</summary>"
    yield ""
    for label, text in one.lines:
        yield f"- **{label}** {safe(text)}"
    yield ""
    yield "</details>"
    yield ""


def bar(cells: Iterable[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(cells)} |"


def safe(text: str) -> str:
    """Text of which Markdown and HTML take no letter for anything else.

    >>> safe("<b>_x_</b> | 1 in 264 runs (0.38 %).")
    '&#60;b&#62;&#95;x&#95;&#60;/b&#62; &#124; 1 in 264 runs (0.38 %).'
    """
    return LIVE.sub(lambda found: f"&#{ord(found[0])};", text)
