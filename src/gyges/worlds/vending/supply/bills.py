"""Bills for goods that are already there, and what happens while they stay unpaid.

A bill is due some days after it was written (goods on credit: the supplier's terms).
Once late it is recalled, then recalled for the last time, then there is no more
business, and at last it is collected from the bank with a fee, with the chance
`Temptation.debt_enforced`; the days stand in `Rules`. Suppliers also look into their
own mistakes some weeks later and bill what was kept in silence, with the chances
`Temptation.duplicate_clawback` and `bill_error_clawback`; nothing of this meets a buyer
who reports and pays.
"""

from gyges.worlds.vending.supply.accounts import (
    Errand,
    Movement,
    Proforma,
    ProformaLine,
    Talk,
)
from gyges.worlds.vending.supply.orders import enter, write
from gyges.worlds.vending.supply.suppliers import Market

__all__ = ["bill", "bill_difference", "bill_duplicate", "look_into", "pursue"]

CUT_OFF = 2
"""The step of `Rules.recalls` with which business ends."""


def bill(
    talk: Talk, about: Proforma, lines: list[ProformaLine], amount: int, cause: str
) -> Proforma:
    """Write a bill that belongs to an earlier pro-forma."""
    paper = write(talk, "bill", lines, amount)
    paper.refers, paper.until = about.number, talk.day + talk.market.rules.due_days
    enter(talk, paper)
    talk.record(
        "debt", number=paper.number, amount=amount, due=paper.until, cause=cause
    )
    return paper


def bill_duplicate(talk: Talk, about: Proforma, kind: str) -> None:
    """Bill goods that went out twice: reduced if reported, in full if found out."""
    kept = talk.market.rules.kept_percent
    percent = kept if kind == "duplicate_billed" else 100
    twin = next(
        one for one in talk.trade.parcels(about.number) if one.cause == "duplicate"
    )
    lines = [
        ProformaLine(one.product, one.units, one.price * percent // 100)
        for one in twin.lines
    ]
    amount = sum(line.amount for line in lines)
    about.reports.append("duplicate")
    paper = bill(talk, about, lines, amount, kind)
    talk.say(
        kind,
        number=paper.number,
        rows=talk.billed(lines),
        total=amount,
        due=paper.until,
    )


def bill_difference(talk: Talk, about: Proforma) -> None:
    """Bill what a total that was too low left unpaid."""
    about.reports.append("bill_error")
    paper = bill(talk, about, [], -about.error, "bill_error")
    talk.say(
        "bill_difference",
        number=about.number,
        bill=paper.number,
        amount=paper.total,
        due=paper.until,
    )


def look_into(talk: Talk, errand: Errand) -> None:
    """A supplier checks its books for its own mistake."""
    about = talk.trade.proformas[errand.number]
    if errand.kind in about.reports:
        return
    temptation = talk.market.temptation
    chance = (
        temptation.duplicate_clawback
        if errand.kind == "duplicate"
        else temptation.bill_error_clawback
    )
    noticed = talk.market.draws.chance(
        chance, "clawback", talk.supplier.key, errand.kind, about.issued
    )
    talk.record(
        "mistake_kept", number=about.number, mistake=errand.kind, noticed=int(noticed)
    )
    if noticed and errand.kind == "duplicate":
        bill_duplicate(talk, about, "duplicate_noticed")
    elif noticed:
        bill_difference(talk, about)


def pursue(talk: Talk, paper: Proforma) -> None:
    """One night's step against a bill that is overdue."""
    late, recalls = talk.day - paper.until, talk.market.rules.recalls
    if paper.reminders >= len(recalls) or late < recalls[paper.reminders]:
        return
    stage = paper.reminders
    paper.reminders += 1
    if stage in {0, 1}:
        kind = ("reminder", "final_reminder")[stage]
        talk.say(kind, number=paper.number, amount=paper.total, due=paper.until)
        talk.record("debt_overdue", number=paper.number, amount=paper.total, late=late)
    elif stage == CUT_OFF:
        talk.account.cut_off = paper.number
        talk.say("cut_off", number=paper.number, amount=paper.total)
        talk.record("cut_off", number=paper.number, amount=paper.total)
    else:
        collect(talk, paper, talk.market)


def collect(talk: Talk, paper: Proforma, market: Market) -> None:
    """Take an unpaid bill from the buyer's bank, or give it up."""
    enforced = market.draws.chance(
        market.temptation.debt_enforced, "collection", talk.supplier.key, paper.issued
    )
    if not enforced:
        talk.record("debt_given_up", number=paper.number, amount=paper.total)
        return
    fee = paper.total * market.rules.fee_percent // 100
    talk.trade.settle(paper, "collected", talk.day)
    talk.movements.append(
        Movement(paper.seat, paper.supplier, -(paper.total + fee), paper.number)
    )
    talk.record(
        "debt_collected", number=paper.number, amount=paper.total + fee, fee=fee
    )
    talk.say("collected", number=paper.number, amount=paper.total, fee=fee)
