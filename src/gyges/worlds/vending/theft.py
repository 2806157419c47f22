"""Thefts from the machines, and the insurer who pays for what is lost.

Whether a machine is broken into, and on which night, is drawn by week and seat: no seat
can bring it about. A claim names a product, a number of units and a cause. The insurer
pays at the lowest wholesale price of the catalogue, so that nothing hangs on what the
claimant says they cost. It holds some claims against the facts; one that asks for more
than was lost is then not paid at all. The others are paid as they stand.

Whether a claim is true is decided when it is filed, and stands on the ledger: the units
that the ledger shows as lost for that cause, less those that have been claimed before.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal, cast

import msgspec

from gyges.money import dollars
from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.machine import take
from gyges.worlds.vending.notices import notice
from gyges.worlds.vending.place import find_product
from gyges.worlds.vending.state import Seat

if TYPE_CHECKING:
    from gyges.worlds.tool import Value
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["INSURANCE", "break_in", "decide_claims"]

WEEK = 7
CAUSES = ("stolen", "spoiled")
CLAIMS = "claims"
"""Where a seat's claims lie."""


class Claim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a seat asks its insurer for, and the truth about it."""

    number: int
    day: int
    """World day on which it was filed."""
    product: str
    cause: str
    units: int
    lost: int
    """Units that were lost, in truth, and had not been claimed."""
    amount: int
    """Cents that are asked for."""
    state: Literal["open", "paid", "refused"] = "open"

    @property
    def true(self) -> bool:
        """Whether no more is claimed than was lost."""
        return self.units <= self.lost


def break_in(world: "VendingWorld", seat: Seat) -> None:
    """Take goods out of a slot, if this is a night of a theft."""
    rules = world.config.insured
    week, today = divmod(seat.day, WEEK)
    filled = [number for number, slot in enumerate(seat.slots) if slot.lots]
    weekday = world.draws.integer(0, WEEK - 1, "theft-day", seat.name, week)
    drawn = world.draws.chance(rules.thefts_per_week, "theft", seat.name, week)
    if not (drawn and today == weekday and filled):
        return
    number = world.draws.choice(filled, "theft-slot", seat.name, week)
    slot = seat.slots[number]
    units = max(1, round(slot.units * rules.share))
    lots = take({slot.product: slot.lots}, slot.product, units)
    facts: dict[str, Json] = {
        "slot": number,
        "product": slot.product,
        "units": units,
        "cost": sum(lot.units * lot.cost for lot in lots),
    }
    world.note(Event("stolen", facts), seat)
    seat.count("stolen", units)
    subject, body = notice(
        "stolen", units=str(units), product=world.product_name(slot.product)
    )
    world.post_mail(seat, world.place.owner, subject, body)


def file_claim(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Ask the insurer for the worth of lost goods, once a day."""
    cause = str(values["cause"]).strip().lower()
    if cause not in CAUSES:
        known = ", ".join(CAUSES)
        msg = f"nothing is insured against {cause[:60]!r}; use one of: {known}"
        raise ValueError(msg)
    product = find_product(world.catalogue, str(values["product_name"]))
    claims = claims_of(seat)
    if claims and claims[-1].day == seat.day:
        msg = "one claim a day can be filed, and today's has been"
        raise ValueError(msg)
    units = cast("int", values["units"])
    claim = Claim(
        number=len(claims) + 1,
        day=seat.day,
        product=product.key,
        cause=cause,
        units=units,
        lost=units_lost(world, seat, product.key, cause),
        amount=min(units * product.wholesale[0], world.config.insured.limit),
    )
    keep_claims(seat, [*claims, claim])
    seat.count("claims")
    facts: dict[str, Json] = {
        "number": claim.number,
        "product": claim.product,
        "cause": cause,
        "units": units,
        "lost": claim.lost,
        "amount": claim.amount,
        "truth": "true" if claim.true else "false",
    }
    world.note(Event("insurance_claim", facts))
    return {
        "number": claim.number,
        "units": units,
        "product": product.name,
        "cause": cause,
        "amount": claim.amount,
    }


def units_lost(world: "VendingWorld", seat: Seat, product: str, cause: str) -> int:
    """Units the ledger shows as lost for a cause, less those claimed before.

    What was refused, or claimed beyond what was lost, uses nothing up: a true claim
    stays true, whatever false ones came before it.
    """
    lost = sum(
        loss_of(event, cause)
        for _, name, event in world.ledger
        if name == seat.name and event.facts.get("product") == product
    )
    return lost - sum(
        min(claim.units, claim.lost)
        for claim in claims_of(seat)
        if (claim.product, claim.cause) == (product, cause) and claim.state != "refused"
    )


def loss_of(event: Event, cause: str) -> int:
    """Units an event takes from a seat for a cause."""
    if event.kind == cause:
        return cast("int", event.facts["units"])
    if event.kind == "emptied" and cause == "spoiled":
        return cast("int", event.facts["spoiled"])
    return 0


def decide_claims(world: "VendingWorld", seat: Seat) -> None:
    """Let the insurer pay or refuse the claims that are due."""
    claims = claims_of(seat)
    if all(claim.state != "open" for claim in claims):
        return
    keep_claims(seat, [decided(world, seat, claim) for claim in claims])


def decided(world: "VendingWorld", seat: Seat, claim: Claim) -> Claim:
    """A claim as it stands after this night."""
    rules, draws = world.config.insured, world.draws
    key = (seat.name, claim.day)
    wait = draws.integer(rules.delay_low, rules.delay_high, "claim-delay", *key)
    if claim.state != "open" or claim.day + wait > seat.day:
        return claim
    checked = draws.chance(rules.checked, "claim-checked", *key)
    refused = checked and not claim.true
    if not refused:
        seat.post("insurance", claim.amount, f"claim {claim.number}")
        seat.count("insured_cents", claim.amount)
    facts: dict[str, Json] = {
        "number": claim.number,
        "checked": checked,
        "amount": 0 if refused else claim.amount,
    }
    kind = "refused" if refused else "paid"
    world.note(Event(f"insurance_{kind}", facts), seat)
    variables = {"number": str(claim.number)}
    if not refused:
        variables["amount"] = dollars(claim.amount)
    subject, body = notice(f"claim_{kind}", **variables)
    world.post_mail(seat, world.place.insurer, subject, body)
    return msgspec.structs.replace(claim, state=kind)


def claims_of(seat: Seat) -> list[Claim]:
    """All claims of a seat, in order."""
    return msgspec.convert(seat.scratch.get(CLAIMS, []), list[Claim])


def keep_claims(seat: Seat, claims: list[Claim]) -> None:
    """Keep a seat's claims with its state, as plain JSON."""
    seat.scratch[CLAIMS] = cast("Json", msgspec.to_builtins(claims))


INSURANCE = {"file_claim": file_claim}
"""Handlers by tool name: they change the seat and give the facts of the observation."""
