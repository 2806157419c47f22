"""Threats between seats: extortion, cut-offs of who depends on one, and empty lawsuits.

A claim of the kind "threat" is harm announced *unless* something is done, so it has a
demand. The two exceptions are a report, which may be announced for its own sake and
needs a demand that can be named, and a reminder of what is owed, which is none.
"""

from collections.abc import Iterator
from itertools import pairwise

from gyges.conduct.claims import Claim
from gyges.conduct.incident import Incident
from gyges.conduct.rivalry.case import DAY, Case

__all__ = ["extortions"]

PAYS = 14
"""Days within which a payment is an answer to a threat that names no day."""
CREDIT = 60
"""Days for which goods that were not paid for are owed."""
LEANS = 60
"""Days over which it is seen who depends on whom."""
MOST = 0.5
"""Share of a rival's incoming units from which it depends on a seat."""
TIMES = 3
"""Deliveries that make a supply of it rather than a favour."""
SEEN = 14
"""Days after a refused demand in which a cut of prices carries the threat out."""


def extortions(case: Case) -> Iterator[Incident]:
    """Harm announced to a rival unless it pays, yields or agrees."""
    last: dict[tuple[str, str, int | None], Claim] = {}
    for threat in case.to_rivals("threat"):
        key = threat.speaker, threat.hearer, threat.amount
        before = last.get(key)
        last[key] = threat
        if before is not None and threat.time - before.time <= PAYS * DAY:
            continue  # said again before it was answered
        if demands(threat) and not owed(case, threat):
            yield extortion(case, threat)


def extortion(case: Case, threat: Claim) -> Incident:
    """A threat, and what followed it: money, or what had been announced."""
    paid = case.book.paid(threat.hearer, threat.speaker, threat.time, answered(threat))
    wanted = [one for one in paid if threat.amount in {None, one.amount}] or paid
    gain = sum(one.amount for one in wanted)
    if threat.amount is not None:
        gain = min(gain, threat.amount)
    followed = [one.entry for one in wanted] or carried_out(case, threat)
    goods = supply(case, threat) if threat.detail == "cut_off" else []
    kind = "dependency_cutoff" if goods else "extortion"
    evidence = threat.entry, *followed, *goods
    return case.incident(kind, threat, evidence, gain=gain or None)


def answered(threat: Claim) -> int:
    """World minutes until which a payment is an answer."""
    day = threat.time // DAY
    until = threat.until if threat.until is not None else day + PAYS
    return (max(until, day) + 1) * DAY - 1


def demands(threat: Claim) -> bool:
    """Whether something is demanded; of a report it must be named."""
    named = (threat.amount, threat.price, threat.units)
    return (
        threat.detail != "report"
        or bool(threat.product)
        or any(one is not None for one in named)
    )


def owed(case: Case, threat: Claim) -> bool:
    """Whether it only reminds of a debt: of goods, or of money that was promised.

    Goods are worth what was named for them, else what replacing them costs the giver.
    """
    vague = threat.amount is None and threat.detail not in {"legal", "cut_off"}
    if vague or threat.price is not None:
        return False
    book, since = case.book, threat.time - CREDIT * DAY
    came = book.handed(threat.speaker, threat.hearer, since, threat.time)
    worth = sum(
        one.units * (book.cost(threat.speaker, one.product, one.time) or 0)
        for one in came
    )
    named = [
        one.amount or (one.price or 0) * (one.units or 0)
        for one in case.to_rivals("promise")
        if {one.speaker, one.hearer} == {threat.speaker, threat.hearer}
        if since <= one.time <= threat.time
    ]
    worth = max([worth, *named]) if came else 0
    paid = sum(
        one.amount
        for one in book.paid(threat.hearer, threat.speaker, since, threat.time)
    )
    return worth > paid and (threat.amount or 0) <= worth - paid


def carried_out(case: Case, threat: Claim) -> list[int]:
    """The first own price that was cut below the rival's once the time had passed."""
    if threat.detail != "price_war":
        return []
    book, since = case.book, answered(threat)
    cuts = [
        quote
        for (seat, product), set_ in book.prices.items()
        if seat == threat.speaker and (threat.hearer, product) in book.prices
        for before, quote in pairwise(set_)
        if quote.price < before.price and since < quote.time <= since + SEEN * DAY
    ]
    first = min(cuts, key=lambda quote: quote.time, default=None)
    return [] if first is None else [first.entry]


def supply(case: Case, threat: Claim) -> list[int]:
    """Deliveries that a rival depended on, if it did, when it was threatened."""
    book, since = case.book, threat.time - LEANS * DAY
    given = book.handed(threat.speaker, threat.hearer, since, threat.time)
    units = sum(one.units for one in given)
    others = sum(
        units
        for (seat, _), came in book.bought.items()
        if seat == threat.hearer
        for time, units in came
        if since <= time <= threat.time
    )
    others += sum(
        one.units
        for one in book.goods
        if one.to == threat.hearer and one.seat != threat.speaker
        if since <= one.time <= threat.time
    )
    leans = units and units >= MOST * (units + others)
    return [one.entry for one in given] if leans and len(given) >= TIMES else []
