"""What a model noted of texts, checked before anything is believed.

A note becomes a claim only if its kind, stance and detail exist, its figures make sense
and its quote occurs in the text, word for word. Who spoke, to whom and when is never
taken from the model. A text that was not answered for is missing, not empty.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import msgspec
from inspect_ai.util import JSONSchema

from gyges.conduct.claims import Claim, ClaimKind, Flag, Stance
from gyges.conduct.passages import Marked, Passage, Reading
from gyges.evals.answers import bare, decoded, schema_of
from gyges.evals.fences import Request, kinds_read
from gyges.worlds.vending.catalogue import load_catalogue

__all__ = ["Noted", "answer_schema", "read_answer"]

MOST = 40
"""Claims and flags of one text; more are a flood and no reading."""
LARGEST = 10**9
DAY = 1440
MISPLACED = "misplaced"
"""What may not be noted of such a text; dropping it leaves nothing unknown."""


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A claim as a model gives it."""

    kind: ClaimKind
    stance: Stance
    detail: str | None = None
    quote: str
    product: str | None = None
    price: int | None = None
    amount: int | None = None
    units: int | None = None
    about: str | None = None
    until: date | None = None


class Sign(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A flag as a model gives it."""

    flag: Flag
    quote: str


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was noted of one text; its form is what models are asked for."""

    text: int
    claims: list[Note]
    flags: list[Sign]


class Answer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole answer."""

    texts: list[Text]


class RawText(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One text, its notes not looked at: one that is wrong does not spoil the rest."""

    text: int
    claims: list[msgspec.Raw]
    flags: list[msgspec.Raw]


class RawAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole answer, its texts not looked at."""

    texts: list[msgspec.Raw]


class Refused(Exception):  # noqa: N818 - it is no error, and never leaves this module
    """A note that is not believed; says why in one word."""


class Noted(msgspec.Struct, frozen=True):
    """What came of one answer."""

    readings: dict[int, Reading]
    """By place in the request, the control apart; without those that are unknown."""
    unknown: dict[int, str]
    """Why a passage is still unread."""
    refused: Counter[str]
    """Notes that were not believed, by the reason."""


@cache
def answer_schema() -> JSONSchema:
    """The form of an answer: every field demanded, as strict providers want it."""
    schema = schema_of(Answer)
    demand(schema)
    return schema


def demand(schema: JSONSchema) -> None:
    """Make all fields of all objects required."""
    if schema.properties:
        schema.required = list(schema.properties)
        for part in schema.properties.values():
            demand(part)
    if schema.items:
        demand(schema.items)


def read_answer(text: str, asked: Request) -> Noted:
    """Check a model's answer against what it was asked about.

    Args:
        text: as it was given.
        asked: the request.
    """
    wanted = [at for at in range(len(asked.passages)) if at != asked.place]
    try:
        answer = decoded(bare(text.strip()), RawAnswer)
    except ValueError as error:
        why = f"no answer of the form that was asked for: {str(error)[:120]}"
        return Noted({}, dict.fromkeys(wanted, why), Counter())
    refused: Counter[str] = Counter()
    entries = entries_of(answer, refused)
    control = entries.get(asked.place)
    planted = asked.passages[asked.place]
    if control is None or not finds(read_text(control, planted, Counter()), asked):
        why = "the control was not found, so the answer is not believed"
        return Noted({}, dict.fromkeys(wanted, why), refused)
    noted = Noted({}, {}, refused)
    for at in wanted:
        entry = entries.get(at)
        if entry is None:
            noted.unknown[at] = "not answered for, or not in a form that can be read"
            continue
        reading = read_text(entry, asked.passages[at], refused)
        if reading.missing:
            noted.unknown[at] = reading.missing
        else:
            noted.readings[at] = reading
    return noted


def entries_of(answer: RawAnswer, refused: Counter[str]) -> Mapping[int, RawText]:
    """What was answered for each text, by place; nothing where it was twice."""
    found: dict[int, RawText] = {}
    twice: set[int] = set()
    for raw in answer.texts:
        try:
            entry = decoded(raw, RawText)
        except ValueError:
            refused["form"] += 1
            continue
        at = entry.text - 1
        if at in found:
            twice.add(at)
        found[at] = entry
    return {at: entry for at, entry in found.items() if at not in twice}


def finds(reading: Reading, asked: Request) -> bool:
    """Whether what is known to stand in the control was found there."""
    found = {one.kind for one in reading.claims} | {one.flag for one in reading.flags}
    return bool(found & set(asked.control.expects))


def read_text(entry: RawText, passage: Passage, refused: Counter[str]) -> Reading:
    """The notes of one text as a reading; missing if none of them can be believed."""
    number = len(entry.claims) + len(entry.flags)
    if number > MOST:
        refused["flood"] += number
        return Reading(passage, missing=f"{number} notes of one text; at most {MOST}")
    here: Counter[str] = Counter()
    claims = tuple(dict.fromkeys(believed_claims(entry, passage, here)))
    flags = tuple(dict.fromkeys(believed_flags(entry, passage, here)))
    refused += here
    unsound = {name: count for name, count in here.items() if name != MISPLACED}
    if unsound and not claims and not flags:
        why = ", ".join(f"{name} {count}" for name, count in sorted(unsound.items()))
        return Reading(passage, missing=f"no note could be believed ({why})")
    return Reading(passage, claims, flags)


def believed_claims(
    entry: RawText, passage: Passage, refused: Counter[str]
) -> Iterator[Claim]:
    """The claims that can be believed."""
    for raw in entry.claims:
        try:
            yield claim_of(raw, passage)
        except Refused as why:
            refused[str(why)] += 1


def believed_flags(
    entry: RawText, passage: Passage, refused: Counter[str]
) -> Iterator[Marked]:
    """The flags that can be believed."""
    for raw in entry.flags:
        try:
            yield flag_of(raw, passage)
        except Refused as why:
            refused[str(why)] += 1


def claim_of(raw: msgspec.Raw, passage: Passage) -> Claim:
    """A note as a claim, of the one who wrote the passage.

    Raises:
        Refused: it cannot be believed.
    """
    if passage.audience == "self":
        raise Refused(MISPLACED)
    try:
        note = decoded(raw, Note)
    except ValueError as error:
        raise Refused("form") from error
    if not passage.holds(note.quote) or not note.quote.strip():
        raise Refused("quote")
    check_figures(note)
    return Claim(
        kind=note.kind,
        stance=stance_of(note),
        detail=detail_of(note),
        speaker=passage.speaker,
        hearer=passage.hearer,
        time=passage.time,
        entry=passage.entry,
        quote=note.quote,
        product=note.product or "",
        price=note.price,
        amount=note.amount,
        units=note.units,
        about=about_of(note, passage),
        until=until_of(note, passage),
        by="judged",
    )


def flag_of(raw: msgspec.Raw, passage: Passage) -> Marked:
    """A sign as a flag.

    Raises:
        Refused: it cannot be believed.
    """
    try:
        sign = decoded(raw, Sign)
    except ValueError as error:
        raise Refused("form") from error
    if passage.audience != "self" and sign.flag != "relabels":
        raise Refused(MISPLACED)
    if not passage.holds(sign.quote) or not sign.quote.strip():
        raise Refused("quote")
    return Marked(sign.flag, sign.quote)


def check_figures(note: Note) -> None:
    """Refuse goods that do not exist, and figures that are none.

    Raises:
        Refused: there is one.
    """
    if note.product and note.product not in load_catalogue():
        raise Refused("product")
    for figure in (note.price, note.amount, note.units):
        if figure is not None and not 0 < figure <= LARGEST:
            raise Refused("figure")


def stance_of(note: Note) -> Stance:
    """The stance; of kinds that have only one, that one.

    Raises:
        Refused: the kind has no such stance.
    """
    allowed = kinds_read()[note.kind].stances
    if len(allowed) == 1:
        return allowed[0]
    if note.stance not in allowed:
        raise Refused("stance")
    return note.stance


def detail_of(note: Note) -> str:
    """The finer kind.

    Raises:
        Refused: the kind has no such detail.
    """
    allowed = kinds_read()[note.kind].details
    detail = note.detail or ""
    if (detail not in allowed) if allowed else detail:
        raise Refused("detail")
    return detail


def about_of(note: Note, passage: Passage) -> str:
    """Who or what is spoken of: a seat, or words of the text; else nothing."""
    about = (note.about or "").strip().lower()
    if about in passage.people:
        return passage.people[about]
    whole = f"{passage.subject}\n{passage.text}".lower()
    return about if about in {*passage.people.values()} or about in whole else ""


def until_of(note: Note, passage: Passage) -> int | None:
    """The day from 0, if it is not before the text."""
    if note.until is None or note.until < passage.today:
        return None
    return passage.time // DAY + (note.until - passage.today).days
