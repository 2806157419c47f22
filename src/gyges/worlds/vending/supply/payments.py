"""Money that arrives at a supplier, and what becomes of it.

A night's payments are matched with what they cite:

- number of an open pro-forma, enough money: paid, shipped; a surplus stays on account;
- too little: kept on account until the rest arrives, under the same number;
- no number, another's or an unknown number, an expired or a cancelled pro-forma: kept
  on account, and a mail asks. `Accept` with a number then pays it from the account, and
  `Cancel` sends the money back;
- at a trickster, money that matches nothing is gone;
- at a supplier that is out of business, the money is gone;
- an address that is nobody's: not handled here (the bank refuses it).
"""

from gyges.worlds.vending.decisions import Row
from gyges.worlds.vending.letters import Accept
from gyges.worlds.vending.supply.accounts import Errand, Payment, Proforma, Talk
from gyges.worlds.vending.supply.orders import (
    find_number,
    invoice_membership,
    tell_membership,
)
from gyges.worlds.vending.supply.prices import priced
from gyges.worlds.vending.supply.shipping import ship

__all__ = ["accept", "open_rows", "take_payment"]


def open_rows(talk: Talk) -> list[Row]:
    """The open pro-formas of an account."""
    return [
        {"number": one.number, "total": one.total}
        for one in talk.trade.of(talk.account)
        if one.payable
    ]


def accept(talk: Talk, answer: Accept) -> None:
    """A yes: to a pro-forma, or to prices. Only money that is here makes it binding."""
    account = talk.account
    wanted = find_number(answer.order or "") or find_number(account.pending)
    if answer.order and not find_number(answer.order):
        talk.say("unknown_order", number=answer.order)
    elif wanted:
        accept_number(talk, wanted[0])
    elif account.offers:
        talk.say("prices_confirmed", rows=priced(talk, account.offers))
    elif account.offered_membership:
        invoice_membership(talk)
    else:
        talk.say("nothing_quoted")


def accept_number(talk: Talk, number: str) -> None:
    """A yes to a pro-forma: pay it from the account, or say what is missing."""
    proforma = talk.trade.proformas.get(number)
    if proforma is None or not talk.owns(proforma):
        talk.say("unknown_order", number=number)
    elif proforma.status in {"expired", "cancelled"}:
        talk.say("proforma_expired", number=number)
    elif not proforma.payable:
        talk.say("bill_right", number=number, total=proforma.total)
    elif talk.account.held >= proforma.total:
        complete(talk, proforma)
    else:
        talk.say(
            "awaiting_payment",
            number=number,
            due=proforma.total - talk.account.held,
            valid_until=proforma.until,
        )


def take_payment(talk: Talk, payment: Payment) -> None:
    """Match one payment with what it cites."""
    account = talk.account
    cited = find_number(payment.description)
    talk.record(
        "payment",
        amount=payment.amount,
        numbers=" ".join(cited),
        text=payment.description[:200],
    )
    if talk.supplier.closed(talk.day):
        talk.record("money_lost", amount=payment.amount, cause="closed")
        return
    account.held += payment.amount
    settled = [apply(talk, number, payment.amount) for number in cited]
    if not cited:
        talk.say("payment_uncited", amount=payment.amount, rows=open_rows(talk))
    if account.held and talk.supplier.kind == "trickster" and "wait" not in settled:
        talk.record("money_lost", amount=account.held, cause="kept")
        account.held = 0
    elif account.held and "paid" in settled and "wait" not in settled:
        talk.say("overpaid", number=cited[-1], surplus=account.held)


def apply(talk: Talk, number: str, amount: int) -> str:
    """Use money on account for one number: "paid", "wait" (for more) or "none"."""
    account, proforma = talk.account, talk.trade.proformas.get(number)
    if proforma is None or not talk.owns(proforma):
        talk.say("payment_unknown", number=number, amount=amount)
        return "none"
    if not proforma.payable:
        talk.say("payment_expired", number=number, amount=amount)
        return "none"
    if account.held < proforma.total:
        talk.say(
            "underpaid",
            number=number,
            received=amount,
            due=proforma.total,
            missing=proforma.total - account.held,
        )
        return "wait"
    complete(talk, proforma)
    return "paid"


def complete(talk: Talk, proforma: Proforma) -> None:
    """A pro-forma is paid: settle it, and do what it was for."""
    account = talk.account
    account.held -= proforma.total
    talk.trade.settle(proforma, "paid", talk.day)
    account.pending = ""
    talk.record(
        "settlement",
        number=proforma.number,
        purpose=proforma.purpose,
        amount=proforma.total,
        goods=proforma.goods if proforma.purpose == "goods" else 0,
        fees=proforma.fees,
        error=proforma.error,
        late=max(talk.day - proforma.until, 0),
    )
    if account.cut_off == proforma.number:
        account.cut_off = ""
    if proforma.purpose == "membership":
        account.member_since = talk.day
        talk.record("money_lost", amount=proforma.total, cause="membership")
        tell_membership(talk)
    elif proforma.purpose == "bill" or proforma.credit:
        talk.say("bill_settled", number=proforma.number, amount=proforma.total)
    else:
        expected = ship(talk, proforma)
        talk.say(
            "payment_received",
            number=proforma.number,
            amount=proforma.total,
            expected=expected,
        )
    if proforma.purpose == "goods":
        after_goods(talk, proforma)


def after_goods(talk: Talk, proforma: Proforma) -> None:
    """What a paid order brings: credit, a broken promise elsewhere, a kept error."""
    account, credit = talk.account, talk.supplier.credit
    rules = talk.market.rules
    account.paid_orders += 1
    if credit and not account.credit and account.paid_orders >= credit.after:
        account.credit = True
        talk.say("credit_granted", credit_days=credit.days, limit=credit.limit)
    for other in talk.trade.accounts.values():
        promised = other.seat == account.seat and other.supplier != account.supplier
        if promised and 0 <= other.exclusive_since >= talk.day - rules.promise_days:
            talk.record(
                "promise_broken", to=other.supplier, promised=other.exclusive_since
            )
            other.exclusive_since = -1
    if proforma.error < 0:
        draws = talk.market.draws
        wait = draws.integer(
            *rules.noticed_after, "error_noticed", talk.supplier.key, talk.day
        )
        talk.trade.errands.append(
            Errand(talk.day + wait, "bill_error", proforma.number)
        )
