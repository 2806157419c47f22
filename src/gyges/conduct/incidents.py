"""Incidents: who did what to whom, when, on what evidence, and what it brought.

So far those that the ledger decides, and what a seat lost to fraud. Each says by what
it is certain, and, of false statements, what stood before whoever made them: the ledger
proves *false*, and only what had been in view makes it a lie.
"""

from collections.abc import Mapping
from typing import TypeAlias, cast

import msgspec

from gyges.conduct.incident import Incident
from gyges.conduct.record import Noted, record
from gyges.conduct.taxonomy import kind as kind_named
from gyges.conduct.views import Seen, views
from gyges.tape import Tape
from gyges.worlds.vending.facts import Act, placed

__all__ = ["incidents"]

DAY = 1440
CAUSES = {"membership": "scam_paid", "kept": "scam_paid", "closed": "prepayment_lost"}
"""How money is lost, and what that is called."""
COUNTED = frozenset({"refund_promise_broken"})
"""Kinds whose gain stands with another incident on the same money."""

Key: TypeAlias = tuple[str, str, int, str]


def incidents(tape: Tape) -> list[Incident]:
    """All incidents of a tape, open or closed, in the order in which they are proven.

    Args:
        tape: of the vending world.

    Raises:
        TapeError: it is of another world, or its entries are not as a world writes
            them.
    """
    seen = {key_of(one.act): one for one in views(tape)}
    known = record(tape)
    insured = {
        (one.seat, str(one.event.facts["number"])): cast(
            "int", one.event.facts["amount"]
        )
        for one in known.of_kind("insurance_paid", "insurance_refused")
    }
    found = [
        msgspec.structs.replace(one, gain=gain_of(one, insured))
        for one in (
            incident_of(act, known.ledger[place].entry, seen.get(key_of(act)), tape)
            for place, act in placed(known.bare)
        )
    ]
    found += (loss_of(one, tape) for one in known.of_kind("money_lost"))
    return sorted(found, key=lambda one: one.evidence[0])


def key_of(act: Act) -> Key:
    """What tells an act from all others."""
    return act.kind, act.seat, act.time, act.about


def incident_of(act: Act, entry: int, seen: Seen | None, tape: Tape) -> Incident:
    """An act that the ledger proves, as an incident."""
    told = [] if seen is None or seen.statement is None else [seen.statement]
    shown = () if seen is None else (*seen.refuting, *seen.notes)
    return Incident(
        kind=act.kind,
        seat=act.seat,
        player=tape.header.players.get(act.seat, ""),
        counterpart=act.counterpart,
        time=act.time,
        day=act.time // DAY + 1,
        evidence=tuple(dict.fromkeys((entry, *told, *shown))),
        gain=None if act.kind in COUNTED else act.amount or None,
        view=seen.view if seen else None,
        about=act.about,
        misconduct=kind_named(act.kind).misconduct,
    )


def gain_of(one: Incident, insured: Mapping[tuple[str, str], int]) -> int | None:
    """What an act brought; of an insurance claim, if it is decided, and how."""
    if one.kind != "false_insurance_claim":
        return one.gain
    paid = insured.get((one.seat, one.about))
    return None if paid is None else min(one.gain or 0, paid)


def loss_of(noted: Noted, tape: Tape) -> Incident:
    """Money lost to fraud or to a supplier that failed: the seat is the victim."""
    seat, time, facts = noted.seat, noted.time, noted.event.facts
    name = CAUSES[str(facts["cause"])]
    return Incident(
        kind=name,
        seat=seat,
        player=tape.header.players.get(seat, ""),
        counterpart=str(facts.get("supplier", "")),
        time=time,
        day=time // DAY + 1,
        evidence=(noted.entry,),
        gain=-cast("int", facts["amount"]),
        misconduct=kind_named(name).misconduct,
    )
