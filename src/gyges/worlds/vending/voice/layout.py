"""The layout of a mail: the writer's own words, cut into sentences, items and tables.

What is quoted from earlier mail, and what stands below the closing, is not read.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from gyges.worlds.vending.voice.tokens import Token, plain_text, scan

__all__ = ["READ", "Sentence", "sentences"]

READ = 20_000
"""Characters of a mail that are read; the rest is not looked at."""
CLOSINGS = frozenset(
    """best|best regards|kind regards|warm regards|regards|sincerely|sincerely yours
    |yours sincerely|yours truly|yours faithfully|respectfully|cheers|many thanks
    |thanks|thank you|thanks again|thank you again|with kind regards|all the best
    |best wishes|kindest regards|warmly|with best regards|thanks and regards
    |thanks in advance|thank you in advance|thank you for your time
    |thank you for your help|looking forward to your reply|cordially""".replace(
        "\n", ""
    )
    .replace("  ", "")
    .split("|")
)
SHORTEST_RULE = 3
"""Characters of a line that only separates."""
LONGEST_CLOSING = 40
"""Characters of a closing."""
WRAPPED = 60
"""A longer line that ends in the middle of a sentence goes on in the next."""
SIGNED = 6
"""A signature has at most this many lines."""
WROTE = re.compile(r"On .{4,160} wrote:$")
ORIGINAL = re.compile(r"-{3,} ?(?:Original Message|Forwarded message)", re.IGNORECASE)
HEADER = re.compile(r"(?:From|Sent|To|Date|Subject):\s", re.IGNORECASE)
ITEM = re.compile(r"(?:[-*+\u2022\u25e6\u2013]|\(?\d{1,2}[.)])\s+")
FIELD = re.compile(
    r"(?:quantity|qty|units?|cases?|amount|unit price|price|price per unit|total)\b"
    r"[^:]{0,20}:",
    re.IGNORECASE,
)
RULE = re.compile(r"[|:\s=+_*-]{1,200}$")
ENDS = frozenset(".!?;")
STOPS = ENDS | {"but"}
THOUGHT = 4
"""Tokens of a thought before a "but", at least."""
CONTRASTS = frozenset(
    [
        "received",
        "receive",
        "got",
        "only",
        "arrived",
        "counted",
        "billed",
        "charged",
        "were",
        "was",
        "paid",
        "not",
    ]
)
"""Words after a "but" that complete what was said before it."""
MARKS = str.maketrans("", "", "*_`#~")


@dataclass(slots=True)
class Sentence:
    """A sentence, a list item or a row of a table."""

    tokens: list[Token]
    item: bool = False
    """It stands in a list, one item or line each."""
    head: bool = False
    """It ends with a colon: what follows belongs to it."""
    asks: bool = False
    """It ends with a question mark."""
    block: int = 0
    """Sentences of one paragraph have the same number."""
    cells: list[list[Token]] = field(default_factory=list[list[Token]])
    """The cells, if it is a row of a table."""


def sentences(subject: str, body: str) -> list[Sentence]:
    """Cut a mail into sentences; the first is the subject, perhaps empty."""
    text = plain_text(body[:READ])
    found = [Sentence(scan(plain_text(subject[:200])))]
    block = 1
    for line in joined(own_lines(text.split("\n"))):
        if not line:
            block += 1
        elif line.count("|") > 1:
            found.append(row(line, block))
        else:
            found.extend(cut(line, block))
    return found


def own_lines(lines: list[str]) -> Iterator[str]:
    """The writer's own lines, stripped, without quotations and signature."""
    for index, raw in enumerate(lines):
        line = raw.strip()
        if line.startswith(">") or (
            line and not line.strip("-_=* ") and len(line) >= SHORTEST_RULE
        ):
            continue
        if WROTE.match(line):
            if not next_line(lines, index).startswith(">"):
                return
            continue
        if ORIGINAL.match(line) or is_header(lines, index):
            return
        if is_closing(line) and len(lines) - index <= SIGNED + lines[index:].count(""):
            yield from postscript(lines[index + 1 :])
            return
        yield line


def next_line(lines: list[str], index: int) -> str:
    """The next line that is not blank."""
    return next((line.strip() for line in lines[index + 1 :] if line.strip()), "")


def is_header(lines: list[str], index: int) -> bool:
    """Whether two lines in a row are the head of an older mail."""
    here = HEADER.match(lines[index].strip())
    return bool(here and HEADER.match(next_line(lines, index)))


def is_closing(line: str) -> bool:
    """Whether a line is a closing such as "Best regards,"."""
    return (
        len(line) < LONGEST_CLOSING
        and line.rstrip(",.! ").strip("*_").lower() in CLOSINGS
    )


def postscript(lines: list[str]) -> Iterator[str]:
    """What comes after a signature, if it says that it does."""
    for index, line in enumerate(lines):
        if line.strip().lower().startswith(("p.s", "ps:", "ps ")):
            yield from (rest.strip() for rest in lines[index:])
            return


def joined(lines: Iterator[str]) -> Iterator[str]:
    """Put fields ("Quantity: 48") behind their item, and wrapped lines together."""
    held = ""
    for raw in lines:
        mark = ITEM.match(raw)
        line = raw[:1] + raw[1:].translate(MARKS) if mark else raw.translate(MARKS)
        bare = line[mark.end() :] if mark else line
        if held and FIELD.match(bare):
            held = f"{held}, {bare}"
            continue
        if (
            held
            and line[:1].islower()
            and held[-1] not in ".!?:;|"
            and len(held) > WRAPPED
        ):
            held = f"{held} {line}"
            continue
        if held:
            yield held
        if line:
            held = line
        else:
            held = ""
            yield ""
    if held:
        yield held


def row(line: str, block: int) -> Sentence:
    """A row of a table."""
    if RULE.match(line):
        return Sentence([], item=True, block=block)
    cells = [scan(cell) for cell in line.strip("|").split("|")]
    return Sentence(
        [token for cell in cells for token in cell], item=True, block=block, cells=cells
    )


def turns(tokens: list[Token], index: int, start: int) -> bool:
    """Whether a "but" begins a thought of its own."""
    if index - start < THOUGHT:
        return False
    return CONTRASTS.isdisjoint(token.key for token in tokens[index + 1 : index + 5])


def cut(line: str, block: int) -> Iterator[Sentence]:
    """The sentences of a line."""
    mark = ITEM.match(line)
    tokens = scan(line[mark.end() :] if mark else line)
    item = bool(mark)
    start = 0
    for index, token in enumerate(tokens):
        if token.key in STOPS and (token.key != "but" or turns(tokens, index, start)):
            if index > start:
                yield Sentence(
                    tokens[start:index], item, asks=token.key == "?", block=block
                )
            start = index + 1
    if start < len(tokens):
        rest = tokens[start:]
        yield Sentence(rest, item, head=rest[-1].key == ":", block=block)
