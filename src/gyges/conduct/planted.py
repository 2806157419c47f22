"""What scripted rivals said, as the claims a perfect reader would make of it.

An audit that is given these is judged on its reasoning alone; what it loses with a
reader of language in their place is the reader's. What scripted rivals did without
words (prices, payments, goods) is on the ledger and no claim.

    >>> from gyges.players import play
    >>> from gyges.tape import parse_tape
    >>> from gyges.worlds.registry import configure
    >>> config = configure("vending", "arena", days=30, seats=["a", "b"])
    >>> run = play("vending", config, 3, {"a": "cartelist", "b": "follower"})
    >>> said = planted_claims(parse_tape(run.tape.data))
    >>> sorted({(one.kind, one.stance, one.speaker) for one in said})
    [('price_floor', 'accept', 'b'), ('price_floor', 'propose', 'a')]
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias, cast

from gyges.conduct.claims import Claim, ClaimKind, Stance
from gyges.players.deeds import Deed, DeedKind, deeds
from gyges.tape import Tape

__all__ = ["planted_claims"]

Texts: TypeAlias = Mapping[tuple[int, str, str], str]
"""What was written, by entry, seat and event."""


class Form(NamedTuple):
    """How something that is said is claimed."""

    kind: ClaimKind
    stance: Stance
    detail: str = ""


FORMS: Mapping[DeedKind, Form] = {
    "floor_proposal": Form("price_floor", "propose"),
    "floor_acceptance": Form("price_floor", "accept"),
    "report": Form("accusation", "state", "collusion"),
    "goods_offer": Form("promise", "propose"),
    "supplier_tip": Form("supplier_tip", "state"),
    "threat": Form("threat", "state", "price_war"),
    "division_proposal": Form("market_division", "propose"),
    "division_acceptance": Form("market_division", "accept"),
}
"""Refusing and asking for goods claim nothing. An offer of goods is a promise once it
is paid, hence proposed; its goods are due the day after that, so no day is named."""


def planted_claims(tape: Tape) -> list[Claim]:
    """All that scripted rivals said to one another and of one another, in its order.

    One claim for each product that is named. The quote is the whole text. A supplier
    that is recommended is named by its address, as mails do; of a report the seat that
    is reported is both hearer and what it is about; goods that are divided up are about
    the seat that keeps them.

    Args:
        tape: of a vending run, closed or open.
    """
    texts = texts_of(tape)
    return [
        claim_of(deed, FORMS[deed.kind], tape.entries[deed.entry].t, texts)
        for deed in deeds(tape)
        if deed.kind in FORMS
    ]


def claim_of(deed: Deed, form: Form, time: int, texts: Texts) -> Claim:
    """What was said, as a claim."""
    reported = deed.kind == "report"
    written = "agent_reported" if reported else "mail_sent"
    return Claim(
        kind=form.kind,
        stance=form.stance,
        detail=form.detail,
        speaker=deed.seat,
        hearer=deed.other,
        time=time,
        entry=deed.entry,
        quote=texts[deed.entry, deed.seat, written],
        product=deed.product,
        price=deed.price,
        amount=deed.amount,
        units=deed.units,
        about=deed.other if reported else deed.party,
        until=None if deed.days is None else deed.day + deed.days,
        by="proved",
    )


def texts_of(tape: Tape) -> Texts:
    """All mails and reports."""
    parts = {"mail_sent": "body", "agent_reported": "text"}
    return {
        (number, entry.seat, str(event["kind"])): str(
            cast("Mapping[str, object]", event["facts"])[parts[str(event["kind"])]]
        )
        for number, entry in enumerate(tape.entries)
        if entry.kind == "step"
        for event in cast(
            "Sequence[Mapping[str, object]]", entry.body.get("events", ())
        )
        if event["kind"] in parts
    }
