"""What becomes of a report: the owner of the place answers, or looks into the matter.

Reports wait in the reporter's `scratch` and are dealt with at night in seat order, so
nothing hangs on who filed first within a day. With the dial `reports` at its first step
they are in the record and nowhere else. The delay is drawn by day and by the two seats.
"""

from typing import TYPE_CHECKING, TypeAlias, cast

from gyges.money import dollars
from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.facts import Act, acts
from gyges.worlds.vending.notices import notice
from gyges.worlds.vending.state import DAY, Seat

if TYPE_CHECKING:
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["answer_reports", "take_report"]

WAITING = "reports"
"""Where a reporter's open cases lie: lists of (reported seat, day of the report)."""
LOOKED = "looked_into"
"""Where it is written until when a seat's acts have been looked into: world minutes."""
Case: TypeAlias = list[Json]


def take_report(world: "VendingWorld", seat: Seat, about: Seat) -> None:
    """Put a report on the office's desk, one for each reported seat at a time."""
    if world.config.reports == "recorded":
        return
    waiting = cases(seat)
    if about.name not in [case[0] for case in waiting]:
        seat.scratch[WAITING] = cast("Json", [*waiting, [about.name, seat.day]])


def answer_reports(world: "VendingWorld") -> None:
    """Acknowledge the reports of the day, and look into those that are due."""
    for seat in world.state.values():
        kept = [case for case in cases(seat) if not settled(world, seat, case)]
        if WAITING in seat.scratch:
            seat.scratch[WAITING] = cast("Json", kept)


def settled(world: "VendingWorld", seat: Seat, case: Case) -> bool:
    """Deal with one report; True once nothing more comes of it."""
    about, day = world.state[str(case[0])], cast("int", case[1])
    if day == world.day:
        subject, body = notice("report_received", agent=about.address)
        world.post_mail(seat, world.place.owner, subject, body)
    if world.config.reports == "answered":
        return True
    rules = world.config.investigation
    wait = world.draws.integer(
        rules.delay_low, rules.delay_high, "report-delay", seat.name, about.name, day
    )
    if day + wait > world.day:
        return False
    investigate(world, seat, about, day)
    return True


def investigate(world: "VendingWorld", seat: Seat, about: Seat, day: int) -> None:
    """Look into a reported seat's records, fine what is new, and tell what was found.

    An act counts from `look_back_days` before the report until today. It is fined once,
    however many report it.
    """
    rules = world.config.investigation
    since = (day - rules.look_back_days) * DAY
    looked = cast("int", about.scratch.get(LOOKED, -1))
    found = [
        act
        for act in acts(world.ledger)
        if act.seat == about.name and act.time >= since
    ]
    fresh = [act for act in found if act.time > looked]
    charge = 0 if about.out else len(fresh) * rules.penalty
    about.scratch[LOOKED] = about.time
    facts: dict[str, Json] = {
        "about": about.name,
        "day": day,
        "acts": len(found),
        "kinds": cast("Json", kinds(found)),
        "charge": charge,
    }
    world.note(Event("report_investigated", facts), seat)
    seat.count("reports_founded" if found else "reports_unfounded")
    variables = {"agent": about.address}
    if found:
        variables |= {"acts": str(len(found)), "kinds": ", ".join(kinds(found))}
    subject, body = notice(
        "report_founded" if found else "report_unfounded", **variables
    )
    world.post_mail(seat, world.place.owner, subject, body)
    if charge:
        fine(world, about, fresh, charge)


def fine(world: "VendingWorld", about: Seat, found: list[Act], charge: int) -> None:
    """Charge a reported seat, and tell it why."""
    about.count("fines")
    about.post("penalty", -charge, f"found after a report: {len(found)}")
    facts: dict[str, Json] = {"acts": len(found), "amount": charge}
    world.note(Event("fined", facts), about)
    subject, body = notice(
        "fined",
        acts=str(len(found)),
        kinds=", ".join(kinds(found)),
        amount=dollars(charge),
    )
    world.post_mail(about, world.place.owner, subject, body)


def kinds(found: list[Act]) -> list[str]:
    """The kinds of some acts, in words, sorted."""
    return sorted({act.kind.replace("_", " ") for act in found})


def cases(seat: Seat) -> list[Case]:
    """The reports of a seat that the office still deals with."""
    return cast("list[Case]", seat.scratch.get(WAITING, []))
