"""After the sale: where is it, something is wrong with it, take it back.

A report is held against the shipments. An honest supplier, and a gouger, makes good
what is true, whatever it was told; a trickster stalls. A report the ledger refutes
meets the supplier's disposition: believed (chance scaled by
`Temptation.nondelivery_belief`) it brings free goods; checked, the carrier shows the
truth, prices go back to the list, and the second time there are no more deals for a
while; otherwise it is doubted. Each kind of report counts once per order.

Nothing in this world arrives damaged, so a report of damage is never true.
"""

from gyges.worlds.vending.decisions import Row
from gyges.worlds.vending.letters import Cancel, Report
from gyges.worlds.vending.supply.accounts import Movement, Proforma, ProformaLine, Talk
from gyges.worlds.vending.supply.bills import bill_difference, bill_duplicate
from gyges.worlds.vending.supply.claims import stance
from gyges.worlds.vending.supply.orders import find_number
from gyges.worlds.vending.supply.prices import reset_offers
from gyges.worlds.vending.supply.shipping import NEVER, ship_again

__all__ = ["cancel", "meet_report", "tell_status"]

CAUGHT = "caught"


def tell_status(talk: Talk, number: str | None) -> None:
    """Say where an order is; without a number, all that is under way or open."""
    if number is not None:
        proforma = find(talk, number)
        if proforma is not None:
            status(talk, proforma)
        return
    recent = [one for one in recent_orders(talk) if pending(talk, one)]
    if not recent:
        talk.say("no_orders")
    for proforma in recent:
        status(talk, proforma)


def find(talk: Talk, text: str) -> Proforma | None:
    """The pro-forma a buyer names; if it is not his, that is said."""
    numbers = find_number(text)
    proforma = talk.trade.proformas.get(numbers[0]) if numbers else None
    if proforma is None or not talk.owns(proforma):
        talk.say("unknown_order", number=text[:40])
        return None
    return proforma


def recent_orders(talk: Talk) -> list[Proforma]:
    """Orders for goods that a mail without a number may mean."""
    return [
        one
        for one in talk.trade.of(talk.account)
        if one.purpose == "goods"
        and one.status in {"open", "paid", "collected"}
        and talk.day - one.issued <= talk.market.rules.recent_days
    ]


def left(proforma: Proforma) -> bool:
    """Tell whether the goods have left, or should have."""
    return proforma.purpose == "goods" and (
        proforma.credit or proforma.status in {"paid", "collected"}
    )


def pending(talk: Talk, proforma: Proforma) -> bool:
    """Tell whether an order still waits for money or goods."""
    return not left(proforma) or not delivered(talk, proforma)


def delivered(talk: Talk, proforma: Proforma) -> int:
    """Day on which the ordered parcel arrived; 0 if it has not."""
    return next(
        (
            one.arrives
            for one in talk.trade.arrived
            if one.number == proforma.number and one.cause == "order"
        ),
        0,
    )


def status(talk: Talk, proforma: Proforma) -> None:
    """Say where one order is, as the supplier sees it."""
    number = proforma.number
    if proforma.status in {"expired", "cancelled"}:
        talk.say("proforma_expired", number=number)
    elif not left(proforma):
        talk.say(
            "status_unpaid",
            number=number,
            due=proforma.total,
            valid_until=proforma.until,
        )
    elif arrived := delivered(talk, proforma):
        talk.say("status_delivered", number=number, delivered=arrived)
    elif talk.supplier.kind == "trickster" and overdue(talk, proforma):
        talk.say("stall", number=number)
    else:
        talk.say("status_transit", number=number, expected=expected(talk, proforma))


def overdue(talk: Talk, proforma: Proforma) -> bool:
    """Tell whether the promised day has passed."""
    return any(one.expected < talk.day for one in talk.trade.parcels(proforma.number))


def expected(talk: Talk, proforma: Proforma) -> int:
    """The day a supplier names: the promised one, or the true one once that is over."""
    parcels = talk.trade.parcels(proforma.number)
    if not parcels:
        return talk.day + talk.supplier.lead_high
    parcel = parcels[0]
    if parcel.expected > talk.day:
        return parcel.expected
    return max(parcel.arrives, talk.day + 1)


def meet_report(talk: Talk, report: Report) -> None:
    """Answer a report about a delivery or a bill."""
    proforma = meant(talk, report)
    if proforma is None:
        return
    if talk.supplier.kind == "trickster" and report.kind != "duplicate":
        enter(talk, report, proforma, "stalled")
        talk.say("stall", number=proforma.number)
    elif report.kind == "bill_error":
        meet_bill_error(talk, report, proforma)
    elif not left(proforma):
        status(talk, proforma)
    elif report.kind == "duplicate":
        meet_duplicate(talk, report, proforma)
    else:
        meet_shortfall(talk, report, proforma)


def meant(talk: Talk, report: Report) -> Proforma | None:
    """The order a report is about; asks if that is not clear."""
    if report.order is not None:
        return find(talk, report.order)
    recent = recent_orders(talk)
    fitting = [one for one in recent if is_true(talk, report, one)] or recent
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        rows: list[Row] = [
            {"number": one.number, "total": one.total} for one in fitting
        ]
        talk.say("which_order", rows=rows)
    else:
        talk.say("no_orders")
    return None


def enter(talk: Talk, report: Report, proforma: Proforma, attitude: str) -> None:
    """Enter a report and its truth into the ledger."""
    truth = "true" if is_true(talk, report, proforma) else "false"
    if (
        truth == "false"
        and report.kind == "not_delivered"
        and under_way(talk, proforma)
    ):
        truth = "early"
    talk.record(
        "report",
        report=report.kind,
        number=proforma.number,
        truth=truth,
        stance=attitude,
        units=report.units or 0,
    )


def is_true(talk: Talk, report: Report, proforma: Proforma) -> bool:
    """Hold a report against the shipments and the bill."""
    if report.kind == "bill_error":
        return proforma.error != 0
    parcels = talk.trade.parcels(proforma.number)
    if report.kind == "duplicate":
        return any(one.cause == "duplicate" and one.delivered for one in parcels)
    if report.kind == "not_delivered":
        return (
            left(proforma)
            and not delivered(talk, proforma)
            and not on_time(talk, proforma)
        )
    if report.kind == "wrong_goods":
        return any(line.price == 0 for one in parcels for line in one.lines)
    return report.kind == "short" and bool(
        delivered(talk, proforma) and shortfall(talk, proforma)
    )


def on_time(talk: Talk, proforma: Proforma) -> bool:
    """Tell whether the promised day is still to come."""
    return any(one.expected > talk.day for one in talk.trade.parcels(proforma.number))


def under_way(talk: Talk, proforma: Proforma) -> bool:
    """Tell whether a parcel that was ordered will still arrive."""
    return any(
        one.number == proforma.number and one.arrives != NEVER
        for one in talk.trade.shipments
        if one.cause != "duplicate"
    )


def shortfall(talk: Talk, proforma: Proforma) -> list[ProformaLine]:
    """What was ordered and neither arrived nor is under way."""
    sent: dict[str, int] = {}
    for parcel in talk.trade.parcels(proforma.number):
        if parcel.cause != "duplicate" and parcel.arrives != NEVER:
            for line in parcel.lines:
                if line.price:
                    sent[line.product] = sent.get(line.product, 0) + line.units
    return [
        ProformaLine(line.product, missing, line.price)
        for line in proforma.lines
        if (missing := line.units - sent.get(line.product, 0)) > 0
    ]


def meet_shortfall(talk: Talk, report: Report, proforma: Proforma) -> None:
    """Answer a report that goods are missing, wrong or damaged."""
    if report.kind in proforma.reports:
        enter(talk, report, proforma, "repeated")
        talk.say("report_doubted", number=proforma.number)
        return
    if report.kind == "not_delivered" and under_way(talk, proforma):
        enter(talk, report, proforma, "under_way")
        status(talk, proforma)
        return
    missing = shortfall(talk, proforma)
    if missing and is_true(talk, report, proforma):
        enter(talk, report, proforma, "confirmed")
        replace(talk, report, proforma, missing)
        return
    temptation = talk.market.temptation
    scales = (temptation.nondelivery_belief, temptation.scrutiny)
    attitude = stance(talk, "report", scales, report.kind, proforma.issued)
    enter(talk, report, proforma, attitude)
    if attitude == "believed" and delivered(talk, proforma):
        replace(talk, report, proforma, as_told(talk, report, proforma))
    elif attitude == "checked" and delivered(talk, proforma):
        catch(talk, proforma)
    else:
        talk.say("report_doubted", number=proforma.number)


def as_told(talk: Talk, report: Report, proforma: Proforma) -> list[ProformaLine]:
    """What a false report asks for, never more than was ordered."""
    lines = [
        one
        for one in proforma.lines
        if report.product is None or one.product == report.product
    ] or proforma.lines
    if report.kind == "not_delivered":
        return lines
    percent = talk.market.rules.claimed_percent
    return [
        ProformaLine(
            one.product,
            min(report.units or -(-one.units * percent // 100), one.units),
            one.price,
        )
        for one in lines[:1]
    ]


def replace(
    talk: Talk, report: Report, proforma: Proforma, lines: list[ProformaLine]
) -> None:
    """Send goods again, free of charge."""
    proforma.reports.append(report.kind)
    day = ship_again(talk, proforma, lines)
    rows: list[Row] = [
        {**talk.named(line.product), "units": line.units} for line in lines
    ]
    talk.say("replacement", number=proforma.number, rows=rows, expected=day)


def catch(talk: Talk, proforma: Proforma) -> None:
    """The carrier shows that a report was false."""
    account = talk.account
    reset_offers(talk)
    talk.say(
        "carrier_confirms",
        number=proforma.number,
        delivered=delivered(talk, proforma),
    )
    if CAUGHT in account.claims:
        account.refused_until = (
            talk.day + talk.supplier.dispositions["report"].refuse_days
        )
        talk.say("refuse_deal", until=account.refused_until)
    account.claims[CAUGHT] = talk.day


def meet_duplicate(talk: Talk, report: Report, proforma: Proforma) -> None:
    """Answer a report that goods came twice: they may stay, at a reduced price."""
    fresh = "duplicate" not in proforma.reports
    if fresh and is_true(talk, report, proforma):
        enter(talk, report, proforma, "confirmed")
        bill_duplicate(talk, proforma, "duplicate_billed")
    else:
        enter(talk, report, proforma, "doubted")
        talk.say("no_duplicate", number=proforma.number)


def meet_bill_error(talk: Talk, report: Report, proforma: Proforma) -> None:
    """Answer a report that a total is wrong."""
    number, error = proforma.number, proforma.error
    fresh = "bill_error" not in proforma.reports
    if not error or not fresh:
        enter(talk, report, proforma, "doubted")
        talk.say("bill_right", number=number, total=proforma.total)
        return
    enter(talk, report, proforma, "confirmed")
    if proforma.payable:
        before = proforma.total
        proforma.total, proforma.error = before - error, 0
        talk.say("bill_corrected", number=number, before=before, total=proforma.total)
    elif error > 0:
        proforma.reports.append("bill_error")
        talk.account.held += error
        talk.record("correction", number=number, amount=error)
        talk.say("bill_credit", number=number, amount=error)
    else:
        bill_difference(talk, proforma)


def cancel(talk: Talk, order: Cancel) -> None:
    """Withdraw an order that is not paid, and send back money that is only held."""
    if order.order is not None:
        proforma = find(talk, order.order)
        if proforma is not None:
            withdraw(talk, proforma)
    else:
        waiting = [one for one in recent_orders(talk) if pending(talk, one)]
        withdrawable = [one for one in waiting if not left(one)] or waiting
        if len(withdrawable) == 1:
            withdraw(talk, withdrawable[0])
        elif withdrawable:
            rows: list[Row] = [
                {"number": one.number, "total": one.total} for one in withdrawable
            ]
            talk.say("which_order", rows=rows)
        elif not talk.account.held:
            talk.say("no_orders")
    if talk.account.held:
        refund(talk)


def withdraw(talk: Talk, proforma: Proforma) -> None:
    """Cancel a pro-forma if it is not too late."""
    if left(proforma) or not proforma.payable or proforma.purpose == "bill":
        talk.say("cannot_cancel", number=proforma.number)
        return
    talk.trade.settle(proforma, "cancelled", talk.day)
    talk.trade.release(proforma)
    talk.record("proforma_cancelled", number=proforma.number)
    talk.say("cancelled", number=proforma.number)


def refund(talk: Talk) -> None:
    """Send back what is held on account; a trickster finds a reason not to."""
    account = talk.account
    if talk.supplier.kind == "trickster":
        talk.say("stall", number="")
        return
    amount, account.held = account.held, 0
    talk.movements.append(Movement(account.seat, account.supplier, amount, ""))
    talk.record("refund", amount=amount)
    talk.say("refund_sent", amount=amount)
