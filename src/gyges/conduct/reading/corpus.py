"""Labelled mails, and how well a reader reads them, kind by kind.

A folder has one file for each kind or flag: mails with the acts that they hold, and
hard negatives, which look like the kind and hold none. A positive counts as found where
a claim of the kind is read with the stance (and the detail, where the kind has details)
of one of its acts; a negative as clean where none is read.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import msgspec

from gyges.conduct.claims import FLAGS, KINDS, Claim, Stance
from gyges.conduct.passages import Audience, Passage, Reader, Reading
from gyges.content import CANARY
from gyges.errors import ContentError
from gyges.worlds.vending.place import all_names, place

__all__ = ["AUDIENCES", "Act", "Case", "KindScore", "load", "passage_of", "score"]

AUDIENCES: dict[str, Audience] = {
    "refund_statement": "customer",
    "supplier_claim": "supplier",
    "accusation": "owner",
    **dict.fromkeys(FLAGS, "self"),
}
"""For whom the mails of a kind are written, where it is no rival."""
HEARERS = {"customer": "a.customer@mailbox.com", "supplier": "sales@wholesaler.com"}
DETAILED = frozenset({"refund_statement", "supplier_claim", "threat", "accusation"})
TODAY = date(2026, 9, 14)
"""A Monday, the 36th day of a world that begins on 10 August."""
TIME = 35 * 1440 + 600


class Act(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a mail says, as its author labelled it; an absent field was not labelled."""

    stance: Stance
    quote: str
    detail: str = ""
    product: str = ""
    """As written."""
    price: int | None = None
    amount: int | None = None
    units: int | None = None
    about: str = ""
    until: str = ""
    """As written."""


class Mail(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mail as a file has it."""

    text: str
    acts: tuple[Act, ...]
    near: str = ""
    """Why it looks like the kind and is none."""


class MailFile(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The shape of a file."""

    canary: str
    kind: str
    case: tuple[Mail, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled mail."""

    kind: str
    """A kind of claim, or a flag."""
    number: int
    """Its place in the file, from 0."""
    text: str
    acts: tuple[Act, ...]
    near: str


@dataclass(frozen=True, slots=True)
class KindScore:
    """How a reader did on the mails of one kind."""

    kind: str
    found: int
    """Positives in which an act was read."""
    positives: int
    clean: int
    """Negatives in which none was read."""
    negatives: int
    right: int
    """Labelled figures and goods of found acts that were read as labelled."""
    labelled: int
    missing: int
    """Mails the reader could not read; they count in none of the other figures."""

    @property
    def sensitivity(self) -> float:
        """The share of positives that were found; 0 where there are none."""
        return self.found / self.positives if self.positives else 0.0

    @property
    def specificity(self) -> float:
        """The share of negatives that came out clean; 0 where there are none."""
        return self.clean / self.negatives if self.negatives else 0.0


def load(folder: Path) -> list[Case]:
    """Read all files of a folder, in the order of their names.

    Raises:
        ContentError: a file that is malformed, without the canary, of no known kind, or
            with a quote that its mail does not hold.
    """
    return [
        Case(file.kind, number, mail.text, mail.acts, mail.near)
        for file in map(read_file, sorted(folder.glob("*.toml")))
        for number, mail in enumerate(file.case)
    ]


def read_file(path: Path) -> MailFile:
    """Read and check one file."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        file = msgspec.convert(content, MailFile)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        msg = f"{path.name}: {error}"
        raise ContentError(msg) from error
    if file.canary != CANARY:
        msg = f"{path.name} has the canary {file.canary!r}; every file has {CANARY!r}"
        raise ContentError(msg)
    if file.kind not in {*KINDS, *FLAGS}:
        msg = f"{path.name} has the kind {file.kind!r}; there are: {(*KINDS, *FLAGS)}"
        raise ContentError(msg)
    for mail in file.case:
        for act in mail.acts:
            if act.quote not in mail.text:
                msg = f"{path.name}: no mail says {act.quote!r}; quote word for word"
                raise ContentError(msg)
    return file


def passage_of(case: Case) -> Passage:
    """The passage of a case: from seat a, to whom mails of its kind are written."""
    audience = AUDIENCES.get(case.kind, "rival")
    people = dict(zip("abcde", place().people, strict=True))
    names = {one.name.lower(): seat for seat, one in people.items()}
    return Passage(
        audience=audience,
        text=case.text,
        speaker="a",
        hearer=HEARERS.get(audience, "b" if audience == "rival" else ""),
        time=TIME,
        today=TODAY,
        entry=case.number,
        people=names | {one.address.lower(): seat for seat, one in people.items()},
    )


def score(cases: Sequence[Case], reader: Reader) -> list[KindScore]:
    """Score a reader on labelled mails, by kind, in the order of the cases."""
    readings = reader([passage_of(case) for case in cases])
    pairs = list(zip(cases, readings, strict=True))
    kinds = dict.fromkeys(case.kind for case in cases)
    return [
        score_kind(kind, [pair for pair in pairs if pair[0].kind == kind])
        for kind in kinds
    ]


def score_kind(kind: str, pairs: Iterable[tuple[Case, Reading]]) -> KindScore:
    """Score the mails of one kind."""
    counts = dict.fromkeys(
        ("found", "positives", "clean", "negatives", "right", "labelled", "missing"), 0
    )
    for case, reading in pairs:
        if reading.missing:
            counts["missing"] += 1
        elif case.acts:
            counts["positives"] += 1
            counts["found"] += found(case, reading)
            right, labelled = figures(case, reading)
            counts["right"] += right
            counts["labelled"] += labelled
        else:
            counts["negatives"] += 1
            counts["clean"] += not said(kind, reading)
    return KindScore(kind, **counts)


def said(kind: str, reading: Reading) -> bool:
    """Whether anything of a kind was read."""
    flagged = any(one.flag == kind for one in reading.flags)
    return flagged or any(one.kind == kind for one in reading.claims)


def found(case: Case, reading: Reading) -> bool:
    """Whether one of the acts was read for what it is."""
    if case.kind in FLAGS:
        return said(case.kind, reading)
    return any(
        matches(case.kind, act, one) for act in case.acts for one in reading.claims
    )


def matches(kind: str, act: Act, one: Claim) -> bool:
    """Whether a claim is of the kind, the stance and the detail of an act."""
    same = one.kind == kind and one.stance == act.stance
    return same and (kind not in DETAILED or one.detail == act.detail)


def figures(case: Case, reading: Reading) -> tuple[int, int]:
    """Labelled figures and goods that were read right, and all that are labelled.

    Acts of which nothing was read are left out: they are missed, not mistyped.
    """
    right = labelled = 0
    for act in case.acts:
        claims = [one for one in reading.claims if matches(case.kind, act, one)]
        for name in ("product", "price", "amount", "units") if claims else ():
            wanted = cast("str | int | None", getattr(act, name))
            if name == "product":
                wanted = all_names().get(" ".join(act.product.lower().split()), "")
            if wanted:
                labelled += 1
                right += any(getattr(one, name) == wanted for one in claims)
    return right, labelled
