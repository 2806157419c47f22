"""Orders: what a buyer wants becomes a numbered pro-forma, and nothing more.

Nothing leaves before a payment cites the number (see `payments`), unless the account
has credit: then the goods leave at once, against a bill with a day on which it is due.
"""

import re

from gyges.worlds.vending.decisions import Row
from gyges.worlds.vending.letters import Line, Order
from gyges.worlds.vending.supply.accounts import Proforma, ProformaLine, Purpose, Talk
from gyges.worlds.vending.supply.haggling import haggle
from gyges.worlds.vending.supply.prices import moved, offer, switch_price, tier_price
from gyges.worlds.vending.supply.shipping import ship

__all__ = [
    "book_order",
    "enter",
    "find_number",
    "invoice_membership",
    "tell_membership",
    "write",
]

CITED = re.compile(r"\bPF[\s#:.\u2010-\u2014-]*(\d{3,7})\b", re.IGNORECASE)
LARGEST_LINE = 100_000
"""Units in one line that anybody takes seriously."""


def find_number(text: str) -> list[str]:
    """The numbers of pro-formas that a text cites, each once, in order."""
    return list(dict.fromkeys(f"PF-{digits}" for digits in CITED.findall(text)))


def book_order(talk: Talk, order: Order) -> None:
    """Turn an order into a pro-forma, with everything that has to be said about it."""
    wanted = merged(talk, order)
    missing = [one for one in wanted if one not in talk.supplier.terms]
    if missing:
        talk.say("not_carried", rows=[talk.named(one) for one in missing])
    for product in missing:
        del wanted[product]
    if not wanted:
        return
    settle_prices(talk, wanted)
    lines = [
        ProformaLine(product, line.units, tier_price(talk, product, line.units))
        for product, line in wanted.items()
    ]
    value = sum(line.amount for line in lines)
    if value < talk.supplier.minimum:
        talk.say("below_minimum", minimum=talk.supplier.minimum, value=value)
        return
    lines = reserve(talk, lines)
    if lines:
        issue(talk, lines)


def merged(talk: Talk, order: Order) -> dict[str, Line]:
    """The lines by product; the last price named for it counts."""
    wanted: dict[str, Line] = {}
    for line in order.lines:
        if line.units <= 0 or line.product not in talk.market.products:
            continue
        known = wanted.get(line.product)
        units = line.units + (known.units if known else 0)
        price = line.price or (known.price if known else None)
        wanted[line.product] = Line(line.product, min(units, LARGEST_LINE), price)
    return wanted


def settle_prices(talk: Talk, wanted: dict[str, Line]) -> None:
    """Let a lower price in an order haggle once, and let tricksters switch theirs."""
    if talk.supplier.tricks.switch and talk.account.member_since < 0:
        switch_prices(talk, [one for one in wanted if one not in talk.account.switched])
    differing: list[Row] = []
    for product, line in wanted.items():
        named = line.price
        if named is None or named >= tier_price(talk, product, line.units):
            continue
        if product not in talk.haggled and talk.day >= talk.account.closed_until:
            talk.haggled.add(product)
            haggle(talk, product, offer(talk, product), named)
        price = tier_price(talk, product, line.units)
        if price > named:
            differing.append({**talk.named(product), "price": price, "named": named})
    if differing:
        talk.say("price_differs", rows=differing)


def switch_prices(talk: Talk, bait: list[str]) -> None:
    """Drop the prices that were only bait, and say so."""
    before = {product: offer(talk, product) for product in bait}
    for product in bait:
        switch_price(talk, product)
    if bait:
        talk.say("price_switch", rows=moved(talk, before))


def reserve(talk: Talk, lines: list[ProformaLine]) -> list[ProformaLine]:
    """Cut lines down to what is left of the week's stock, and set it aside.

    Buyers of one night are served in the order of their seats.
    """
    stock, limited, kept = talk.trade.stock, list[Row](), list[ProformaLine]()
    for line in lines:
        place = f"{talk.supplier.key}|{line.product}"
        left = max(talk.supplier.weekly_units - stock.get(place, 0), 0)
        units = min(line.units, left)
        if units < line.units:
            row: Row = {
                **talk.named(line.product),
                "units": units,
                "wanted": line.units,
            }
            limited.append(row)
        if units:
            stock[place] = stock.get(place, 0) + units
            price = tier_price(talk, line.product, units)
            kept.append(ProformaLine(line.product, units, price))
    if limited:
        talk.say("limited_stock", rows=limited)
    return kept


def issue(talk: Talk, lines: list[ProformaLine]) -> None:
    """Write the pro-forma, or a bill on credit, and tell it."""
    supplier, account = talk.supplier, talk.account
    goods = sum(line.amount for line in lines)
    fees = goods * supplier.tricks.fee_percent // 100
    error = total_error(talk, lines)
    proforma = write(talk, "goods", lines, goods + fees + error)
    proforma.fees, proforma.error = fees, error
    if fees:
        talk.say("surcharge", label=supplier.tricks.fee_label, amount=fees)
    account.pending = proforma.number
    if on_credit(talk, proforma):
        proforma.credit = True
        proforma.until = talk.day + (supplier.credit.days if supplier.credit else 0)
        enter(talk, proforma)
        talk.say(
            "credit_invoice",
            number=proforma.number,
            rows=talk.billed(lines),
            total=proforma.total,
            due=proforma.until,
        )
        talk.record(
            "debt",
            number=proforma.number,
            amount=proforma.total,
            due=proforma.until,
            cause="credit",
        )
        ship(talk, proforma)
        return
    enter(talk, proforma)
    talk.say(
        "proforma",
        number=proforma.number,
        rows=talk.billed(lines),
        total=proforma.total,
        valid_until=proforma.until,
        on_account=account.held,
    )


def write(
    talk: Talk, purpose: Purpose, lines: list[ProformaLine], total: int
) -> Proforma:
    """A new open pro-forma."""
    number = talk.trade.next_number()
    proforma = Proforma(
        number=number,
        seat=talk.account.seat,
        supplier=talk.supplier.key,
        purpose=purpose,
        lines=lines,
        total=total,
        issued=talk.day,
        until=talk.day + talk.supplier.valid_days,
    )
    talk.trade.proformas[number] = proforma
    talk.trade.unsettled.append(number)
    return proforma


def enter(talk: Talk, proforma: Proforma) -> None:
    """Enter a new pro-forma into the ledger."""
    talk.record(
        "proforma",
        number=proforma.number,
        purpose=proforma.purpose,
        rows=[
            {"product": one.product, "units": one.units, "price": one.price}
            for one in proforma.lines
        ],
        total=proforma.total,
        goods=proforma.goods,
        fees=proforma.fees,
        error=proforma.error,
        until=proforma.until,
        refers=proforma.refers,
    )


def total_error(talk: Talk, lines: list[ProformaLine]) -> int:
    """Cents by which today's totals of this supplier are wrong; mostly 0."""
    draws, key, day = talk.market.draws, talk.supplier.key, talk.day
    hazards = talk.supplier.hazards
    if not draws.chance(hazards.bill_error, "bill_error", key, day):
        return 0
    line = lines[draws.bits("bill_line", key, day) % len(lines)]
    share = draws.choice(talk.market.rules.error_shares, "bill_share", key, day)
    size = line.amount * share // 100
    favour = draws.chance(hazards.in_favour, "bill_favour", key, day)
    return -size if favour else size


def on_credit(talk: Talk, proforma: Proforma) -> bool:
    """Tell whether goods may leave before payment."""
    credit = talk.supplier.credit
    if credit is None or not talk.account.credit:
        return False
    owed = sum(
        one.total
        for number in talk.trade.unsettled
        if (one := talk.trade.proformas[number]).credit
        and one.seat == proforma.seat
        and one.supplier == proforma.supplier
    )
    return owed + proforma.total <= credit.limit


def invoice_membership(talk: Talk) -> None:
    """Bill a membership, where there is one."""
    tricks = talk.supplier.tricks
    if not tricks.membership_fee:
        talk.say("no_membership")
    elif talk.account.member_since >= 0:
        tell_membership(talk)
    else:
        proforma = write(talk, "membership", [], tricks.membership_fee)
        enter(talk, proforma)
        talk.account.pending = proforma.number
        talk.say(
            "membership_invoice",
            number=proforma.number,
            fee=proforma.total,
            valid_until=proforma.until,
        )


def tell_membership(talk: Talk) -> None:
    """Say when the benefits are supposed to start."""
    tricks = talk.supplier.tricks
    talk.say(
        "membership_active",
        percent=tricks.membership_percent,
        starts=talk.account.member_since + tricks.membership_waits,
    )
