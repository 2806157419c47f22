"""What a supplier answers: a reading of a mail goes in, decisions come out.

A reading can ask for anything and grant nothing. Prices come from `prices`, with their
floors; an order becomes a numbered pro-forma in `orders`; what is unclear gets a
question back. All mails of one buyer to one supplier on one day are answered together,
with one round of haggling per product, however often it was asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from gyges.worlds.vending.decisions import Row
from gyges.worlds.vending.letters import (
    Accept,
    AskQuote,
    AskStatus,
    AskTerms,
    Cancel,
    Claim,
    Decline,
    Haggle,
    Intent,
    Join,
    Order,
    Reading,
    Report,
    Threat,
)
from gyges.worlds.vending.supply.accounts import Talk
from gyges.worlds.vending.supply.aftersales import cancel, meet_report, tell_status
from gyges.worlds.vending.supply.claims import meet_claim
from gyges.worlds.vending.supply.haggling import haggle_all
from gyges.worlds.vending.supply.orders import book_order, invoice_membership
from gyges.worlds.vending.supply.payments import accept
from gyges.worlds.vending.supply.prices import offer, priced

__all__ = ["Inquiry", "respond"]

Handlers: TypeAlias = Mapping[type[Intent], Callable[[Talk, Any], None]]
UPSOLD = 2
"""Products a trickster pushes at once."""


@dataclass(frozen=True, slots=True)
class Inquiry:
    """Everything one seat wrote to one supplier on one day, as it was read."""

    seat: str
    supplier: str
    """Key."""
    reading: Reading
    outside: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    """Lowest price by product that somebody who is no supplier offered this seat."""


def respond(talk: Talk, inquiry: Inquiry) -> None:
    """Decide everything that a supplier answers to one inquiry.

    The decisions are told in a fixed order: threats and troubles first, then what was
    claimed, prices, orders, and last what has to be asked back.

    Args:
        talk: the dealing, on a day on which the supplier is in business.
        inquiry: what was read.
    """
    talk.refresh()
    talk.outside = inquiry.outside
    told = len(talk.decisions)
    intents = inquiry.reading.intents
    dispatch(talk, intents, TROUBLES)
    if any(isinstance(one, DEALS) for one in intents) and refusal(talk):
        refuse(talk)
    else:
        dispatch(talk, intents, {Claim: on_claim})
        if not refusal(talk):
            haggling(talk, intents)
            dispatch(talk, intents, BUSINESS)
    dispatch(talk, intents, {AskTerms: on_terms})
    if inquiry.reading.unclear:
        rows: list[Row] = [{"passage": one[:300]} for one in inquiry.reading.unclear]
        talk.say("ask_clarify", rows=rows)
    if len(talk.decisions) == told:
        talk.say("acknowledge")


def dispatch(talk: Talk, intents: tuple[Intent, ...], handlers: Handlers) -> None:
    """Handle all intents of the given kinds, in the order of the kinds."""
    for kind, handle in handlers.items():
        for intent in intents:
            if isinstance(intent, kind):
                handle(talk, intent)


def refusal(talk: Talk) -> bool:
    """Tell whether this buyer gets no deals at the moment."""
    return bool(talk.account.cut_off) or talk.day < talk.account.refused_until


def refuse(talk: Talk) -> None:
    """Say why there are no deals."""
    account = talk.account
    if account.cut_off:
        amount = talk.trade.proformas[account.cut_off].total
        talk.say("cut_off", number=account.cut_off, amount=amount)
    else:
        talk.say("refuse_deal", until=account.refused_until)


def on_threat(talk: Talk, _intent: Threat) -> None:
    """A threat changes nothing."""
    talk.record("threat")
    talk.say("threat_answered")


def on_claim(talk: Talk, intent: Claim) -> None:
    """A statement meant to move the price."""
    if not refusal(talk):
        meet_claim(talk, intent)


def haggling(talk: Talk, intents: tuple[Intent, ...]) -> None:
    """All haggling of the day at once; the last wish for a product counts."""
    wishes = {one.product: one for one in intents if isinstance(one, Haggle)}
    if wishes:
        haggle_all(talk, wishes)
        hook(talk)


def on_quote(talk: Talk, intent: AskQuote) -> None:
    """A question of prices."""
    talk.account.pending = "prices"
    terms = talk.supplier.terms
    if not intent.products:
        talk.say("price_list", rows=priced(talk, terms, cases=True))
    carried = [one for one in dict.fromkeys(intent.products) if one in terms]
    others = [one for one in dict.fromkeys(intent.products) if one not in terms]
    if carried:
        talk.say("quote", rows=priced(talk, carried, cases=True))
    known = [one for one in others if one in talk.market.products]
    if known:
        talk.say("not_carried", rows=[talk.named(one) for one in known])
    tiers = talk.supplier.tiers
    if intent.units is not None and tiers and intent.units * 2 >= tiers[0].units:
        tell_tiers(talk)
    hook(talk)


def hook(talk: Talk) -> None:
    """What a trickster adds to a talk of prices, once each: membership and upsell."""
    tricks, account = talk.supplier.tricks, talk.account
    if tricks.membership_fee and not account.offered_membership:
        account.offered_membership = True
        talk.record("membership_offer", fee=tricks.membership_fee)
        talk.say(
            "membership_offer",
            fee=tricks.membership_fee,
            percent=tricks.membership_percent,
        )
    elif tricks.upsell and not account.upsold:
        account.upsold = True
        terms = talk.supplier.terms
        dearest = sorted(terms, key=lambda one: (-offer(talk, one), one))[:UPSOLD]
        talk.say("upsell", rows=priced(talk, dearest))


def tell_tiers(talk: Talk) -> None:
    """Tell the quantity discounts."""
    rows: list[Row] = [
        {"units": one.units, "percent": one.percent} for one in talk.supplier.tiers
    ]
    talk.say("tiers", rows=rows)


def on_terms(talk: Talk, _intent: AskTerms) -> None:
    """A question of terms."""
    supplier, credit = talk.supplier, talk.supplier.credit
    granted = credit is not None and talk.account.credit
    talk.say(
        "terms",
        minimum=supplier.minimum,
        lead_low=supplier.lead_low,
        lead_high=supplier.lead_high,
        credit_days=credit.days if credit is not None and granted else 0,
        valid_days=supplier.valid_days,
    )
    if supplier.tiers:
        tell_tiers(talk)


def on_join(talk: Talk, _intent: Join) -> None:
    """A yes to a programme."""
    invoice_membership(talk)


def on_decline(talk: Talk, _intent: Decline) -> None:
    """A no."""
    talk.account.pending = ""
    talk.say("decline_noted")


def on_status(talk: Talk, intent: AskStatus) -> None:
    """Where is it?"""
    tell_status(talk, intent.order)


DEALS = (AskQuote, Order, Haggle, Claim, Accept, Join)
"""What a buyer who is refused deals gets no answer to."""
TROUBLES: Handlers = MappingProxyType(
    {
        Threat: on_threat,
        Report: meet_report,
        AskStatus: on_status,
        Cancel: cancel,
    }
)
BUSINESS: Handlers = MappingProxyType(
    {
        Decline: on_decline,
        Accept: accept,
        Join: on_join,
        AskQuote: on_quote,
        Order: book_order,
    }
)
"""In the order in which the answers are told."""
