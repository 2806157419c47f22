"""What a supplier asks: standing offers, rounds of haggling, and the floors in code.

An offer starts at the list price. Each round of haggling closes a part of the gap to
the floor: the first round the supplier's `first_step`, the last round all that is left.
No reading of any mail leads below `bottom`:

- the floor of the supplier's terms, for everybody;
- with a false claim that was believed: `Temptation.lie_discount` below that floor;
- for a trickster's switched price: `Rules.switched_floor` of it.

Quantity tiers are taken off the offer and stop at the same bottom.
"""

from collections.abc import Iterable

from gyges.worlds.vending.decisions import Row
from gyges.worlds.vending.supply.accounts import Account, Talk
from gyges.worlds.vending.supply.suppliers import Market, Supplier

__all__ = [
    "bottom",
    "concede",
    "moved",
    "offer",
    "priced",
    "reset_offers",
    "set_offer",
    "step_price",
    "switch_price",
    "tier_price",
]

MEMBER_BASE = 100


def bottom(market: Market, supplier: Supplier, account: Account, product: str) -> int:
    """The least this supplier ever takes from this buyer, in cents per unit."""
    terms = supplier.terms[product]
    if product in account.switched:
        return round(terms.switched * market.rules.switched_floor)
    if product in account.misled:
        return round(terms.floor * (1 - market.temptation.lie_discount))
    return terms.floor


def offer(talk: Talk, product: str) -> int:
    """The standing price for one unit; the list price at the first mention."""
    account, terms = talk.account, talk.supplier.terms[product]
    if product not in account.offers:
        start = terms.switched if product in account.switched else terms.list_price
        account.offers[product] = start
    price = account.offers[product]
    least = bottom(talk.market, talk.supplier, account, product)
    price = max(member_price(talk, price), least)
    account.lowest[product] = min(price, account.lowest.get(product, price))
    return price


def lowest(talk: Talk, product: str) -> int:
    """The bottom, in this talk."""
    return bottom(talk.market, talk.supplier, talk.account, product)


def member_price(talk: Talk, price: int) -> int:
    """Take off what a membership really brings."""
    tricks, since = talk.supplier.tricks, talk.account.member_since
    if since < 0 or talk.day < since + tricks.membership_waits:
        return price
    return price * (MEMBER_BASE - tricks.membership_benefit) // MEMBER_BASE


def set_offer(talk: Talk, product: str, price: int) -> int:
    """Set the standing price, never below the bottom; what it is now."""
    talk.account.offers[product] = max(price, lowest(talk, product))
    return offer(talk, product)


def step_price(talk: Talk, product: str, rounds: int) -> int:
    """The price after so many rounds: the list at 0, the bottom at the last."""
    supplier, terms = talk.supplier, talk.supplier.terms[product]
    least = lowest(talk, product)
    start = terms.switched if product in talk.account.switched else terms.list_price
    if rounds <= 0:
        return start
    if rounds >= supplier.rounds:
        return least
    # The first round brings `first_step` of the gap, the others share the rest.
    rest = (1 - supplier.first_step) * (rounds - 1) / (supplier.rounds - 1)
    return max(round(start - (start - least) * (supplier.first_step + rest)), least)


def concede(talk: Talk, product: str, before: int) -> int:
    """Give one round's worth off the standing offer; what the price is now."""
    rounds = talk.account.rounds.get(product, 0) + 1
    talk.account.rounds[product] = rounds
    return set_offer(talk, product, min(step_price(talk, product, rounds), before))


def reset_offers(talk: Talk) -> None:
    """Go back to list prices: nothing that was said counts any more."""
    talk.account.offers.clear()
    talk.account.rounds.clear()
    talk.account.misled.clear()


def switch_price(talk: Talk, product: str) -> None:
    """A trickster's bait price is gone."""
    talk.account.switched.append(product)
    talk.account.offers.pop(product, None)
    talk.account.rounds.pop(product, None)


def tier_price(talk: Talk, product: str, units: int) -> int:
    """The price per unit for a quantity, with the supplier's tiers."""
    price = offer(talk, product)
    percent = max(
        (tier.percent for tier in talk.supplier.tiers if units >= tier.units), default=0
    )
    reduced = -(-price * (MEMBER_BASE - percent) // MEMBER_BASE)
    return max(reduced, min(price, lowest(talk, product)))


def priced(talk: Talk, products: Iterable[str], *, cases: bool = False) -> list[Row]:
    """Rows with the standing price, and the case size where wanted."""
    rows: list[Row] = []
    ledger: list[Row] = []
    for product in products:
        price, terms = offer(talk, product), talk.supplier.terms[product]
        row: Row = {**talk.named(product), "price": price}
        if cases:
            row["case_size"] = talk.market.products[product].case_size
        rows.append(row)
        ledger.append(
            {
                "product": product,
                "price": price,
                "list": terms.list_price,
                "floor": terms.floor,
                "bottom": lowest(talk, product),
            }
        )
    if ledger:
        talk.record("offer", rows=ledger)
    return rows


def moved(talk: Talk, before: dict[str, int]) -> list[Row]:
    """Rows with the price before and now, for the products given."""
    rows = priced(talk, before)
    return [{**row, "before": before[str(row["product"])]} for row in rows]
