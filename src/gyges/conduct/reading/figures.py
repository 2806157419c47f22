"""Figures in words and days of several words: "two fifty", "three dozen", "June 3"."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import TypeAlias

from gyges.conduct.reading.tokens import Token, number_words

__all__ = ["duration", "figures", "on_day"]

DOLLARS = frozenset({"dollar", "dollars", "buck", "bucks"})
CENTS = frozenset({"cent", "cents"})
SCALES = {"dozen": 12, "dozens": 12, "hundred": 100, "thousand": 1000}
MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january jan", "february feb", "march", "april apr", "may", "june jun",
            "july jul", "august aug", "september sep sept", "october oct",
            "november nov", "december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
DAYS = frozenset({"tomorrow", "today", "tonight"})
LENGTHS = {
    "day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30,
    "fortnight": 14, "year": 365, "years": 365,
}  # fmt: skip
TEN = 10
TWENTY = 20
HUNDRED = 100
Place: TypeAlias = tuple[Token, int]
"""A token, and the index behind what it was made from."""


def figures(tokens: Sequence[Token]) -> list[Token]:
    """The same row, with figures in words and days of several words as one token."""
    small = number_words()
    found: list[Token] = []
    index = 0
    while index < len(tokens):
        token = tokens[index]
        find = FINDERS.get(token.key)
        if find is None and token.key in small:
            find = words
        if find is None and token.kind in {"ordinal", "number"}:
            find = numbered
        made = find(tokens, index) if find else None
        found.append(made[0] if made else token)
        index = made[1] if made else index + 1
    return found


def at(tokens: Sequence[Token], index: int) -> str:
    """The key at a place, if there is one."""
    return tokens[index].key if 0 <= index < len(tokens) else ""


def merged(tokens: Sequence[Token], start: int, end: int, made: Token) -> Place:
    """A token in the place of several."""
    span = made._replace(start=tokens[start].start, end=tokens[end - 1].end)
    return span, end


def small_number(tokens: Sequence[Token], index: int) -> tuple[int, int]:
    """A number word below a hundred, and where it ends."""
    known = number_words()
    value = known.get(at(tokens, index), 0)
    index += 1
    following = known.get(at(tokens, index), 0)
    if value >= TWENTY and 0 < following < TEN:
        return value + following, index + 1
    return value, index


def words(tokens: Sequence[Token], start: int) -> Place | None:
    """A number or an amount in words."""
    value, index = small_number(tokens, start)
    if at(tokens, index) in SCALES:
        return scaled(tokens, start, index, value)
    if at(tokens, index) in DOLLARS:
        return dollars(tokens, start, index + 1, value)
    if at(tokens, index) in CENTS:
        return merged(tokens, start, index + 1, money(value))
    if 0 < value < TWENTY and at(tokens, index) in number_words():
        rest, end = small_number(tokens, index)
        if TEN <= rest < HUNDRED:
            return merged(tokens, start, end, money(value * 100 + rest))
    if value <= TEN:
        return None
    return merged(tokens, start, index, Token("number", "{n}", value, 0, 0))


def dollars(tokens: Sequence[Token], start: int, index: int, value: int) -> Place:
    """An amount in words: "two dollars (and) fifty (cents)"."""
    behind = index + (at(tokens, index) == "and")
    rest, end = small_number(tokens, behind)
    if rest and (at(tokens, end) in CENTS or behind == index):
        end += at(tokens, end) in CENTS
        return merged(tokens, start, end, money(value * 100 + rest))
    return merged(tokens, start, index, money(value * 100))


def scaled(tokens: Sequence[Token], start: int, index: int, value: int) -> Place:
    """A number with hundreds or dozens."""
    scale = at(tokens, index)
    total, end = value * SCALES[scale], index + 1
    behind = end + (at(tokens, end) == "and")
    rest, after = small_number(tokens, behind)
    if rest and not scale.startswith("dozen"):
        total, end = total + rest, after
    if at(tokens, end) in DOLLARS:
        return merged(tokens, start, end + 1, money(total * 100))
    return merged(tokens, start, end, Token("number", "{n}", total, 0, 0))


def an(tokens: Sequence[Token], start: int) -> Place | None:
    """As in "a dozen", "a hundred", "a buck fifty"."""
    behind = at(tokens, start + 1)
    if behind in SCALES:
        return scaled(tokens, start, start + 1, 1)
    return dollars(tokens, start, start + 2, 1) if behind in DOLLARS else None


def half(tokens: Sequence[Token], start: int) -> Place | None:
    """As in "half a dozen"."""
    if at(tokens, start + 1) == "a" and at(tokens, start + 2) == "dozen":
        return merged(tokens, start, start + 3, Token("number", "{n}", 6, 0, 0))
    return None


def money(value: int) -> Token:
    """An amount that is not placed yet."""
    return Token("money", "{m}", value, 0, 0)


def day(tokens: Sequence[Token], start: int) -> Place:
    """Tomorrow, today, tonight."""
    token = tokens[start]
    return token._replace(kind="day", key="{d}", name=token.key), start + 1


def month(tokens: Sequence[Token], start: int) -> Place | None:
    """As in "June 3", "June 3rd"; else the name of a month is a word like others."""
    index = start + 1 + (at(tokens, start + 1) == "the")
    if index < len(tokens) and tokens[index].kind in {"number", "ordinal"}:
        value = MONTHS[tokens[start].key] * HUNDRED + tokens[index].value
        return merged(tokens, start, index + 1, Token("month", "{d}", value, 0, 0))
    return None


def numbered(tokens: Sequence[Token], start: int) -> Place | None:
    """As in "3 June", "the 14th", "3 dozen"; other numbers stay what they are."""
    index = start + 1 + (at(tokens, start + 1) == "of")
    token = tokens[start]
    if at(tokens, index) in MONTHS:
        value = MONTHS[tokens[index].key] * HUNDRED + token.value
        return merged(tokens, start, index + 1, Token("month", "{d}", value, 0, 0))
    if token.kind == "ordinal":
        return token._replace(kind="month", key="{d}"), start + 1
    if at(tokens, start + 1) in SCALES:
        return scaled(tokens, start, start + 1, token.value)
    return None


def ending(tokens: Sequence[Token], start: int) -> Place | None:
    """As in "end of the week", "end of month"."""
    index = start + 1
    if at(tokens, index) != "of":
        return None
    index += 1
    while at(tokens, index) in {"the", "this"}:
        index += 1
    if at(tokens, index) in LENGTHS:
        made = Token("end", "{d}", LENGTHS[tokens[index].key], 0, 0)
        return merged(tokens, start, index + 1, made)
    return None


Finder: TypeAlias = Callable[[Sequence[Token], int], Place | None]
FINDERS: dict[str, Finder] = {
    **dict.fromkeys(DAYS, day),
    **dict.fromkeys(MONTHS, month),
    "a": an,
    "half": half,
    "end": ending,
}


def on_day(token: Token, today: date) -> date | None:
    """The date that a token for a day means, at or after a day; None if it is none."""
    if token.name == "tomorrow":
        return today + timedelta(days=1)
    if token.kind == "day":
        return today
    if token.kind == "weekday":
        return today + timedelta(days=(token.value - today.weekday() - 1) % 7 + 1)
    if token.kind == "end":
        return end_of(token.value, today)
    if token.kind == "month":
        month_number, number = divmod(token.value, HUNDRED)
        return next_date(month_number, number, today)
    return written(token.name) if token.kind == "date" else None


def end_of(length: int, today: date) -> date:
    """The last day of this day, week (Sunday), month or year."""
    if length == 1:
        return today
    if length == LENGTHS["week"]:
        return today + timedelta(days=6 - today.weekday())
    if length == LENGTHS["year"]:
        return date(today.year, 12, 31)
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(1)


def next_date(month_number: int, number: int, today: date) -> date | None:
    """The next such day of the month, or of any month; None if there is none."""
    for ahead in range(14):
        index = today.month - 1 + ahead
        year, wanted = today.year + index // 12, index % 12 + 1
        if month_number in {0, wanted}:
            try:
                found = date(year, wanted, number)
            except ValueError:
                continue
            if found >= today:
                return found
    return None


def written(name: str) -> date | None:
    """A date in figures, the month first where it is not the year."""
    parts = [int(part) for part in name.replace("/", "-").split("-")]
    try:
        if name.count("-"):
            return date(*parts)
        first, second, year = parts
        return date(year if year >= HUNDRED else 2000 + year, first, second)
    except ValueError:
        return None


def duration(tokens: Sequence[Token], index: int) -> int | None:
    """Days that a number and a unit of time behind a place mean: "two weeks"."""
    value = tokens[index].value or number_words().get(tokens[index].key, 0)
    if tokens[index].key in {"a", "one", "next", "another", "the"}:
        value = 1
    behind = index + 1 + (at(tokens, index + 1) in {"business", "working", "more"})
    length = LENGTHS.get(at(tokens, behind))
    return value * length if value and length else None
