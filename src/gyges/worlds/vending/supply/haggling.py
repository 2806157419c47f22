"""Rounds of haggling: one product, one round a day, down to the floor and no further.

A round brings the next step of `prices`. A price the buyer names is taken if it is at
or above that step. Past the last round the price stays, and every further attempt uses
up patience, as do offers below half the price; when patience is out, the talk of prices
is closed for a week, while orders stay welcome.
"""

from collections.abc import Mapping

from gyges.worlds.vending.decisions import Row
from gyges.worlds.vending.letters import Haggle
from gyges.worlds.vending.supply.accounts import Talk
from gyges.worlds.vending.supply.prices import concede, moved, offer, priced, set_offer

__all__ = ["haggle", "haggle_all"]


def haggle_all(talk: Talk, wishes: Mapping[str | None, Haggle]) -> None:
    """Answer everything one buyer haggled about on one day.

    Args:
        talk: the dealing.
        wishes: by product; None for everything under discussion.
    """
    account = talk.account
    general = wishes.get(None)
    products = [one for one in wishes if one is not None and one in talk.supplier.terms]
    if general is not None:
        products += [one for one in account.offers if one not in products]
    if not products:
        if None in wishes:
            talk.say("nothing_quoted")
        return
    if talk.day < account.closed_until:
        talk.say("talks_closed", until=account.closed_until)
        return
    outcomes: dict[str, dict[str, int]] = {}
    for product in products:
        wish = wishes.get(product, general)
        talk.haggled.add(product)
        before = offer(talk, product)
        wanted = None if wish is None else target(wish, before)
        kind = haggle(talk, product, before, wanted)
        outcomes.setdefault(kind, {})[product] = before
    tell(talk, outcomes)


def tell(talk: Talk, outcomes: Mapping[str, dict[str, int]]) -> None:
    """Tell what came of a day's haggling, and close the talk if patience is out."""
    account = talk.account
    for kind, before in outcomes.items():
        rows: list[Row] = (
            priced(talk, before) if kind == "hold_price" else moved(talk, before)
        )
        talk.say(kind, rows=rows)
    if "hold_price" in outcomes:
        account.strikes += 1
    account.pending = "prices"
    if account.strikes > talk.supplier.patience:
        account.strikes = 0
        account.closed_until = talk.day + talk.market.rules.closed_days
        talk.say("talks_closed", until=account.closed_until)


def target(wish: Haggle, price: int) -> int | None:
    """The price a buyer has in mind, in cents; None for "just lower"."""
    if wish.price is not None:
        return wish.price
    if wish.percent is None:
        return None
    return max(round(price * (1 - wish.percent / 100)), 0)


def haggle(talk: Talk, product: str, before: int, wanted: int | None) -> str:
    """One round about one product; the kind of decision it comes to.

    Args:
        talk: the dealing.
        product: what it is about.
        before: the standing offer, in cents.
        wanted: the price the buyer has in mind, in cents; None for "just lower".
    """
    supplier, account = talk.supplier, talk.account
    if wanted is not None and wanted >= before:
        return "agree_price"
    if account.rounds.get(product, 0) >= supplier.rounds:
        return "hold_price"
    after = concede(talk, product, before)
    if wanted is not None and wanted >= after:
        set_offer(talk, product, wanted)
        return "agree_price"
    if wanted is not None and wanted < after * talk.market.rules.insult:
        account.strikes += 1
    if after >= before:
        return "hold_price"
    last = account.rounds[product] >= supplier.rounds
    return "final_price" if last else "counter"
