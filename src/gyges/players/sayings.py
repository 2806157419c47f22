"""What scripted players say to one another, and the strict way back.

Each act has several wordings in `content/rivals.toml`. A text is read back only if it
is, to the last character, what one of them says; so a player never guesses what a rival
means, and what was planted in words can be read off a tape.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import msgspec

from gyges.content import Library, fill
from gyges.money import dollars, parse_cents
from gyges.rng import Draws
from gyges.worlds.vending.catalogue import load_catalogue

__all__ = ["ACTS", "Good", "Letter", "Said", "hear", "say", "wordings"]

ACTS = (
    "floor_proposal",
    "floor_acceptance",
    "floor_refusal",
    "report",
    "goods_request",
    "goods_offer",
    "supplier_tip",
    "threat",
    "division_proposal",
    "division_acceptance",
)
"""What can be said; a report goes to the owner of the place, all else to a rival."""

LONGEST = 2000
"""Characters of a text that may be one of ours."""
MONEY = r"\$\d{1,3}(?:,\d{3})*\.\d\d"
PATTERNS: Mapping[str, str] = {
    "to": r"[A-Z][a-z]{0,30}",
    "me": r"[A-Z][a-z]{0,30}",
    "goods": r"[^\n]{1,400}?",
    "rows": r"- [^\n]{1,90}(?:\n- [^\n]{1,90}){0,11}",
    "product": r"[^\n]{1,60}?",
    "mine": r"[^\n]{1,60}?",
    "yours": r"[^\n]{1,60}?",
    "price": MONEY,
    "amount": MONEY,
    "units": r"[1-9]\d{0,3}",
    "days": r"[1-9]\d?",
    "party": r"[\w.+-]{1,60}@[\w.-]{1,60}\w",
}
"""Loose shapes of what stands in for a fact; what was read is worded again to check."""
SLOT = re.compile(r"\{\{(\w+)\}\}")
GOOD = re.compile(rf"(?:- |, | and )?(.{{1,60}}?) at ({MONEY})")
Texts: TypeAlias = dict[str, str]


class Good(NamedTuple):
    """A product, and a price if one is named with it."""

    product: str
    """Catalogue key."""
    price: int | None = None
    """Cents a unit."""


class Said(NamedTuple):
    """What a text says."""

    act: str
    """One of `ACTS`."""
    goods: tuple[Good, ...] = ()
    """Of a division first what the writer keeps, then what the reader keeps."""
    units: int | None = None
    amount: int | None = None
    """Cents in all."""
    days: int | None = None
    """Days that are left."""
    party: str = ""
    """Address that is spoken of: a supplier, or who is reported."""


class Letter(NamedTuple):
    """A text ready to be sent."""

    subject: str
    text: str


class Wording(msgspec.Struct, frozen=True):
    """One way to say something."""

    subject: str
    text: str


class Form(NamedTuple):
    """A wording, ready to be recognised."""

    act: str
    wording: Wording
    shape: re.Pattern[str]


def say(said: Said, to: str, me: str, draws: Draws, *key: int | str) -> Letter:
    """Word something; which wording is drawn by the key.

    Args:
        said: what to say.
        to: address it goes to; its first name is the one that is greeted.
        me: address of the writer.
        draws: of the player.
        key: names the draw, such as the seat and the number of the mail.
    """
    wording = draws.choice(wordings()[said.act], "wording", said.act, *key)
    names = {"to": first_name(to), "me": first_name(me)}
    return Letter(wording.subject, worded(wording, said, names))


def hear(text: str) -> Said | None:
    """Read a text back; None if it is not, letter for letter, one of ours."""
    if len(text) > LONGEST:
        return None
    for form in forms():
        found = form.shape.fullmatch(text)
        said = found and understood(form.act, found.groupdict())
        if found and said and worded(form.wording, said, found.groupdict()) == text:
            return said
    return None


@cache
def wordings() -> Mapping[str, tuple[Wording, ...]]:
    """Every wording of every act.

    Raises:
        ContentError: the file is not what it should be.
    """
    library = Library(Path(__file__).parent / "content")
    return library.table("rivals.toml", dict[str, tuple[Wording, ...]])


@cache
def forms() -> tuple[Form, ...]:
    """All wordings with their shapes."""
    return tuple(
        Form(act, wording, shape_of(wording.text.strip()))
        for act, several in wordings().items()
        for wording in several
    )


def shape_of(text: str) -> re.Pattern[str]:
    """A pattern that every text of a wording matches."""
    parts = SLOT.split(text)
    seen: set[str] = set()
    for place in range(1, len(parts), 2):
        name = parts[place]
        again = name in seen
        seen.add(name)
        parts[place] = f"(?P={name})" if again else f"(?P<{name}>{PATTERNS[name]})"
    parts[::2] = map(re.escape, parts[::2])
    return re.compile("".join(parts), re.ASCII)


def worded(wording: Wording, said: Said, names: Mapping[str, str | None]) -> str:
    """A wording with its facts; of `names` only the writer's and the reader's count."""
    priced = [f"{by_key()[g.product]} at {dollars(g.price or 0)}" for g in said.goods]
    first, second, *_ = *said.goods, Good(""), Good("")
    *before, last = priced or [""]
    facts = {
        "goods": f"{', '.join(before)} and {last}" if before else last,
        "rows": "\n".join(f"- {line}" for line in priced),
        "product": by_key().get(first.product, ""),
        "mine": by_key().get(first.product, ""),
        "yours": by_key().get(second.product, ""),
        "price": dollars(first.price or 0),
        "units": str(said.units),
        "amount": dollars(said.amount or 0),
        "days": str(said.days),
        "party": said.party,
        "to": names.get("to") or "",
        "me": names.get("me") or "",
    }
    text = wording.text.strip()
    return fill(text, {name: facts[name] for name in SLOT.findall(text)}, said.act)


def understood(act: str, found: Mapping[str, str]) -> Said | None:
    """The facts of a text that has a wording's shape; None if they make no sense."""
    priced = found.get("goods") or found.get("rows") or ""
    try:
        goods = tuple(
            Good(by_name()[name], parse_cents(price))
            for name, price in GOOD.findall(priced.replace("\n", ""))
        )
        if "product" in found:
            price = parse_cents(found["price"]) if "price" in found else None
            goods = (Good(by_name()[found["product"]], price),)
        if "mine" in found:
            goods = tuple(Good(by_name()[found[name]]) for name in ("mine", "yours"))
        amount = parse_cents(found["amount"]) if "amount" in found else None
    except (KeyError, ValueError):
        return None
    if len({good.product for good in goods}) != len(goods):
        return None
    units, days = (
        int(found[name]) if name in found else None for name in ("units", "days")
    )
    return Said(act, goods, units, amount, days, found.get("party", ""))


def first_name(address: str) -> str:
    """The name in the first part of an address."""
    return re.split(r"[^a-z]", address.lower(), maxsplit=1)[0].capitalize()


@cache
def by_key() -> Mapping[str, str]:
    """Names of products by key."""
    return {key: product.name for key, product in load_catalogue().items()}


@cache
def by_name() -> Mapping[str, str]:
    """Keys of products by name."""
    return {name: key for key, name in by_key().items()}
