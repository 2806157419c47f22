"""Parcels: what leaves a supplier, what is really in it, and when it arrives.

What goes wrong is drawn per supplier and day of shipping, whatever is ordered and by
whom: two orders that leave one supplier on one day share a delay. An honest supplier
may send late, send one line short, send everything twice or lose a parcel; a trickster
also skims, swaps or sends nothing. Only what is complete goes out twice, so that
whoever keeps count can tell a second parcel from the missing rest of the first.
"""

from gyges.worlds.vending.decisions import Row
from gyges.worlds.vending.supply.accounts import (
    Cause,
    Delivery,
    Errand,
    Proforma,
    ProformaLine,
    Shipment,
    Talk,
    Trade,
)

__all__ = ["arrive", "overdue_delays", "ship", "ship_again"]

OPENS, CLOSES = 9 * 60, 19 * 60
"""Minutes of the day between which parcels arrive."""
NEVER = -1


def ship(talk: Talk, proforma: Proforma) -> int:
    """Send what was ordered; the day on which the buyer is told to expect it."""
    draws, key, day = talk.market.draws, talk.supplier.key, talk.day
    hazards = talk.supplier.hazards
    parcel = packed(talk, proforma, contents(talk, proforma))
    talk.trade.shipments.append(parcel)
    enter(talk, parcel, proforma.goods)
    twice = draws.chance(hazards.duplicate, "duplicate", key, day)
    if twice and parcel.arrives > 0 and parcel.lines == proforma.lines:
        rules = talk.market.rules
        later = parcel.arrives + draws.integer(
            *rules.duplicate_after, "again", key, day
        )
        twin = packed(talk, proforma, parcel.lines, "duplicate")
        twin.arrives = later
        talk.trade.shipments.append(twin)
        enter(talk, twin, 0)
        noticed = later + draws.integer(*rules.noticed_after, "noticed", key, day)
        talk.trade.errands.append(Errand(noticed, "duplicate", proforma.number))
    return parcel.expected


def ship_again(talk: Talk, proforma: Proforma, lines: list[ProformaLine]) -> int:
    """Send missing goods free of charge; the day on which they are expected."""
    parcel = packed(talk, proforma, lines, "replacement")
    if parcel.arrives < 0:
        parcel.arrives = parcel.expected  # a second loss would be too unkind
    talk.trade.shipments.append(parcel)
    enter(talk, parcel, 0)
    return parcel.expected


def packed(
    talk: Talk,
    proforma: Proforma,
    lines: list[ProformaLine],
    cause: Cause = "order",
) -> Shipment:
    """A parcel with its days, told and true."""
    draws, supplier, day = talk.market.draws, talk.supplier, talk.day
    key, hazards = supplier.key, supplier.hazards
    lead = draws.integer(supplier.lead_low, supplier.lead_high, "lead", key, day)
    arrives = day + lead
    if draws.chance(hazards.delay, "delay", key, day):
        low, high = hazards.delay_low, hazards.delay_high
        arrives += draws.integer(low, high, "delay_days", key, day)
    vanish = draws.chance(supplier.tricks.vanish, "vanish", key, day)
    if vanish or draws.chance(hazards.lost, "lost", key, day):
        arrives = NEVER
    return Shipment(
        number=proforma.number,
        seat=proforma.seat,
        supplier=key,
        lines=[ProformaLine(one.product, one.units, one.price) for one in lines],
        sent=day,
        expected=day + lead,
        arrives=arrives,
        minute=draws.integer(OPENS, CLOSES, "arrival", key, day),
        cause=cause,
    )


def contents(talk: Talk, proforma: Proforma) -> list[ProformaLine]:
    """What is really put into the parcel."""
    draws, supplier, day = talk.market.draws, talk.supplier, talk.day
    hazards, tricks = supplier.hazards, supplier.tricks
    lines = [ProformaLine(one.product, one.units, one.price) for one in proforma.lines]
    if draws.chance(hazards.short, "short", supplier.key, day):
        line = lines[draws.bits("short_line", supplier.key, day) % len(lines)]
        spread = hazards.short_high - hazards.short_low
        luck = draws.uniform("short_share", supplier.key, day)
        line.units = int(line.units * (hazards.short_low + spread * luck))
    if tricks.skim:
        for line in lines:
            line.units = int(line.units * tricks.skim)
    if tricks.swap:
        lines += swapped(talk, lines)
    return [line for line in lines if line.units]


def swapped(talk: Talk, lines: list[ProformaLine]) -> list[ProformaLine]:
    """Replace a part of the dearest line by the cheapest thing in the house."""
    line = max(lines, key=lambda one: (one.price, one.product))
    prices = {key: terms.list_price for key, terms in talk.supplier.terms.items()}
    cheap = min(prices, key=lambda key: (prices[key], key))
    taken = int(line.units * talk.supplier.tricks.swap)
    if cheap == line.product or not taken:
        return []
    line.units -= taken
    return [ProformaLine(cheap, taken, 0)]


def enter(talk: Talk, parcel: Shipment, goods: int) -> None:
    """Enter a parcel into the ledger with its true contents.

    Args:
        talk: the dealing.
        parcel: what was sent.
        goods: cents that were charged for what should be in it.
    """
    arriving = parcel.arrives != NEVER
    value = sum(one.amount for one in parcel.lines) if arriving else 0
    charged = parcel.cause == "order"
    rows: list[Row] = [
        {"product": one.product, "units": one.units, "price": one.price}
        for one in parcel.lines
    ]
    talk.record(
        "shipment",
        number=parcel.number,
        cause=parcel.cause,
        rows=rows,
        value=value,
        missing=goods - value if charged else 0,
        expected=parcel.expected,
        arrives=parcel.arrives,
    )


def arrive(trade: Trade, day: int) -> list[Delivery]:
    """Hand over the parcels that arrive on a day, in the order of their numbers."""
    due = [one for one in trade.shipments if NEVER < one.arrives <= day]
    if not due:
        return []
    trade.shipments = [one for one in trade.shipments if not NEVER < one.arrives <= day]
    trade.arrived += due
    for parcel in due:
        parcel.delivered = True
    return [
        Delivery(
            seat=parcel.seat,
            supplier=parcel.supplier,
            number=parcel.number,
            day=day,
            minute=parcel.minute,
            lines=tuple((one.product, one.units, one.price) for one in parcel.lines),
            cause=parcel.cause,
        )
        for parcel in due
    ]


def overdue_delays(trade: Trade, day: int) -> list[Shipment]:
    """Parcels that were expected on a day and will come later."""
    return [
        one
        for one in trade.shipments
        if one.expected == day < one.arrives
        and one.cause == "order"
        and not one.announced
    ]
