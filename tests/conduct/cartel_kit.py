"""Claims and tapes for tests of collusion."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from gyges.conduct.claims import Claim, Stance
from gyges.conduct.collusion import collusion
from gyges.conduct.incident import Incident
from gyges.tape import Tape
from tests.conduct.pricing.tape_kit import Plan, Prices, write

CAN, BAR = "coke-can", "snickers"
LOW, FLOOR = 200, 250
ASKED = 10
"""Day on which most proposals are made."""
Path = Callable[[int], int | None]


def always(price: int) -> Path:
    return lambda _: price


def then(price: int, *changes: tuple[int, int | None]) -> Path:
    """A price, and others from given days on."""

    def path(day: int) -> int | None:
        return [price, *(other for first, other in changes if first <= day)][-1]

    return path


KEPT = then(LOW, (12, FLOOR))
CUT = then(LOW, (12, FLOOR), (20, FLOOR - 1))


def tape_of(days: int = 40, **paths: Path) -> Tape:
    """A tape on which seats ask prices for cans; who is left out asks the low one."""
    seats = tuple("abc")

    def prices(day: int) -> Prices:
        asked = {seat: paths.get(seat, always(LOW))(day) for seat in seats}
        return {seat: {} if p is None else {CAN: p} for seat, p in asked.items()}

    return write(Plan(prices, {}, days=days, seats=seats))


def said(day: int, speaker: str, hearer: str, stance: Stance, **what: Any) -> Claim:
    plain = Claim(
        kind="price_floor",
        stance=stance,
        speaker=speaker,
        hearer=hearer,
        time=day * 1440 + 600,
        entry=day + 1,
        quote="as it was said",
        product=CAN,
        price=FLOOR,
    )
    return replace(plain, **what)


def asks(day: int = ASKED, who: str = "a", to: str = "b", **what: Any) -> Claim:
    return said(day, who, to, "propose", **what)


def agrees(day: int = ASKED + 1, who: str = "b", to: str = "a", **what: Any) -> Claim:
    return said(day, who, to, "accept", **what)


def acts(tape: Tape, *claims: Claim) -> list[tuple[str, str, str]]:
    return [(one.kind, one.seat, one.role) for one in collusion(tape, claims)]


def only(tape: Tape, kind: str, *claims: Claim) -> list[Incident]:
    return [one for one in collusion(tape, claims) if one.kind == kind]
