"""The way back: from a mail of the plain voice to the decisions behind it.

For readers that are programs (scripted players, tests), and for holding a better
wording against the plain one.
"""

import re

from gyges.worlds.vending.voice.phrases import PREFIX, Heard, load_phrases

__all__ = ["faithful", "parse_mail"]

MONEY = re.compile(r"\$\d[\d,]*\.\d\d")
NUMBER = re.compile(r"\bPF-\d+")
PERCENT = re.compile(r"\d+(?= ?%)")
FIGURE = re.compile(r"(?<![\d.,$-])\d+(?![\d%]|[.,]\d)")
LONGEST = 20_000
"""Characters of a wording, at most."""


def parse_mail(body: str) -> list[tuple[str, Heard]]:
    """Get the facts of a mail back.

    Args:
        body: a mail as `write_mail` or `write_customer` words it.

    Returns:
        Kind and facts of each decision, in order. Days are ISO dates; a product is not
        given by its key but by its name (`name` in rows, `product` in complaints).
        Paragraphs that are no decision are left out.
    """
    index = load_phrases().index
    found: list[tuple[str, Heard]] = []
    for paragraph in body.split("\n\n"):
        for phrase in index.get(paragraph[:PREFIX], ()):
            facts = phrase.read(paragraph)
            if facts is not None:
                if "item" in facts:
                    facts["product"] = facts.pop("item")
                found.append((phrase.kind, facts))
                break
    return found


def faithful(wording: str, plain: str) -> bool:
    """Whether a wording says every figure and name of the plain one, and no other sum.

    Amounts, numbers of orders and percentages must be the same set; products, dates
    and quantities of the plain wording must appear.
    """
    if len(wording) > LONGEST:
        return False
    same = all(
        set(one.findall(wording)) == set(one.findall(plain))
        for one in (MONEY, NUMBER, PERCENT)
    )
    if not same or not set(FIGURE.findall(plain)) <= set(FIGURE.findall(wording)):
        return False
    return all(name in wording for name in names(plain))


def names(plain: str) -> set[str]:
    """The products a plain mail names."""
    found: set[str] = set()
    for _, facts in parse_mail(plain):
        rows = facts.get("rows")
        if isinstance(rows, list):
            found.update(str(row["name"]) for row in rows if "name" in row)
        if "product" in facts:
            found.add(str(facts["product"]))
    return found
