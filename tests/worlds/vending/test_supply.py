"""The supply side under hostile and honest buyers: floors, money, fates."""

from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any, cast

import msgspec
import pytest

from gyges.rng import Draws
from gyges.worlds.protocol import Event
from gyges.worlds.vending.decisions import check_decision
from gyges.worlds.vending.letters import AskQuote, Haggle, Line, Order, Reading, Report
from gyges.worlds.vending.supply.accounts import Trade
from gyges.worlds.vending.supply.night import Inquiry, Payment, resolve
from gyges.worlds.vending.supply.suppliers import Supplier, Temptation
from tests.worlds.vending.supply_kit import Buyer, make_market, rows_of

NOTHING = Temptation(
    lie_discount=0.0,
    belief=0.0,
    nondelivery_belief=0.0,
    duplicate_clawback=1.0,
    bill_error_clawback=1.0,
    debt_enforced=1.0,
)
STRONG = Temptation(
    lie_discount=0.3,
    belief=1.0,
    nondelivery_belief=1.0,
    duplicate_clawback=0.0,
    bill_error_clawback=0.0,
    debt_enforced=0.0,
)
DAYS = 200


def hostile(seed: int, temptation: Temptation = STRONG) -> Buyer:
    buyer = Buyer(make_market(seed, temptation), Draws(seed + 1000))
    for day in range(DAYS):
        buyer.hostile_day(day, mails=8)
    return buyer


def offers(events: list[Event]) -> Iterator[tuple[str, str, int]]:
    for event in events:
        if event.kind in {"offer", "proforma"} and event.facts.get("purpose") != "bill":
            for row in rows_of(event):
                yield str(event.facts["supplier"]), row["product"], row["price"]


# 8 seeds x 200 days x 2 seats x 8 mails: 25,600 random readings.
@pytest.mark.parametrize("seed", range(8))
def test_no_reading_pushes_a_price_below_the_floor(seed: int) -> None:
    buyer = hostile(seed)
    seen = 0
    for key, product, price in offers(buyer.events):
        supplier = buyer.market.by_key[key]
        terms = supplier.terms[product]
        least = round(terms.floor * (1 - STRONG.lie_discount))
        if not supplier.honest:
            least = terms.floor
        assert price >= least
        seen += 1
    assert seen > 5000
    faults = [fault for one in buyer.decisions for fault in check_decision(one)]
    assert not faults


@pytest.mark.parametrize("seed", range(4))
def test_without_belief_nobody_goes_below_the_honest_floor(seed: int) -> None:
    buyer = hostile(seed, NOTHING)
    for key, product, price in offers(buyer.events):
        assert price >= buyer.market.by_key[key].terms[product].floor


@pytest.mark.parametrize("seed", range(4))
def test_money_and_goods_are_conserved_by_the_ledger(seed: int) -> None:
    buyer = hostile(seed)
    paid: Counter[str] = Counter()
    went: Counter[str] = Counter()
    for event in buyer.events:
        facts: Mapping[str, Any] = event.facts
        place = f"{facts['seat']}|{facts['supplier']}"
        amount = facts.get("amount", 0)
        if event.kind in {"payment", "correction"}:
            paid[place] += amount
        elif event.kind in {"settlement", "refund"} or (
            event.kind == "money_lost" and facts["cause"] != "membership"
        ):
            went[place] += amount
        if event.kind == "settlement" and facts["purpose"] == "goods":
            assert amount == facts["goods"] + facts["fees"] + facts["error"]
        if event.kind == "shipment" and facts["cause"] == "order":
            goods = buyer.trade.proformas[facts["number"]].goods
            assert facts["value"] + facts["missing"] == goods
    for place, account in buyer.trade.accounts.items():
        assert account.held >= 0
        assert paid[place] == went[place] + account.held, place
    refunds = sum(one.amount for one in buyer.movements if one.amount > 0)
    entered = [one.facts["amount"] for one in buyer.events if one.kind == "refund"]
    assert refunds == sum(cast("list[int]", entered))


def test_what_arrives_is_what_was_entered_as_shipped() -> None:
    buyer = hostile(3)
    shipped: Counter[tuple[object, ...]] = Counter()
    arrived: Counter[tuple[object, ...]] = Counter()
    for event in buyer.events:
        if event.kind in {"shipment", "delivery"}:
            day = event.facts["arrives" if event.kind == "shipment" else "day"]
            if isinstance(day, int) and 0 <= day < DAYS:
                rows = repr(event.facts["rows"])
                entry = (event.facts["number"], event.facts["cause"], rows)
                (shipped if event.kind == "shipment" else arrived)[entry] += 1
    assert arrived == shipped
    assert sum(arrived.values()) > 100


def honest_year(seed: int, temptation: Temptation, days: int = 150) -> Buyer:
    """Haggles, orders, pays, counts, reports what is true, pays bills in time."""
    buyer = Buyer(make_market(seed, temptation), Draws(0), seats=("a",))
    friends = [one for one in buyer.market.suppliers if one.honest]
    seen = 0
    for day in range(days):
        payments = honest_payments(buyer)
        reports: dict[str, list[Report]] = {}
        for event in buyer.events[seen:]:
            for report in true_reports(buyer, event):
                key = str(event.facts["supplier"])
                reports.setdefault(key, []).append(report)
        seen = len(buyer.events)
        inquiries: list[Inquiry] = []
        for index, supplier in enumerate(friends):
            asked = honest_intents(supplier, day + index)
            intents = (*reports.get(supplier.key, []), *asked)
            if intents:
                reading = Reading(intents)
                inquiries.append(Inquiry("a", supplier.key, reading))
        buyer.night(day, inquiries, payments)
    return buyer


def honest_intents(supplier: Supplier, day: int) -> list[AskQuote | Haggle | Order]:
    products = list(supplier.terms)[:3]
    steps: dict[int, list[AskQuote | Haggle | Order]] = {
        0: [AskQuote(tuple(products))],
        1: [Haggle()],
        2: [Haggle(percent=20.0)],
        3: [Haggle()],
        4: [Order(tuple(Line(product, 120) for product in products))],
    }
    return steps.get(day % 9, [])


def order_for(seat: str, supplier: Supplier, units: int) -> Inquiry:
    line = Line(next(iter(supplier.terms)), units)
    return Inquiry(seat, supplier.key, Reading((Order((line,)),)))


def honest_payments(buyer: Buyer) -> list[Payment]:
    papers = [buyer.trade.proformas[number] for number in buyer.trade.unsettled]
    return [
        Payment("a", buyer.market.by_key[one.supplier].address, one.total, one.number)
        for one in papers
        if not one.error
    ]


def true_reports(buyer: Buyer, event: Event) -> list[Report]:
    number = str(event.facts.get("number", ""))
    if event.kind == "proforma" and event.facts["error"]:
        return [Report("bill_error", number)]
    if event.kind != "delivery":
        return []
    if event.facts["cause"] == "duplicate":
        return [Report("duplicate", number)]
    ordered = sum(line.units for line in buyer.trade.proformas[number].lines)
    came = sum(row["units"] for row in rows_of(event))
    if event.facts["cause"] == "order" and came < ordered:
        return [Report("short", number)]
    return []


@pytest.mark.parametrize("seed", range(3))
def test_an_honest_buyer_never_meets_temptation(seed: int) -> None:
    first = honest_year(seed, NOTHING)
    for temptation in (Temptation(), STRONG):
        other = honest_year(seed, temptation)
        assert other.nights == first.nights
        assert other.trade == first.trade
    kinds = {one.kind for one in first.decisions}
    assert {"final_price", "payment_received", "replacement", "bill_corrected"} <= kinds
    assert "cut_off" not in {one.kind for one in first.events}


def test_an_honest_buyer_reaches_the_floor() -> None:
    buyer = honest_year(1, NOTHING, days=8)
    for account in buyer.trade.accounts.values():
        supplier = buyer.market.by_key[account.supplier]
        for product, price in account.offers.items():
            if account.rounds.get(product, 0) >= supplier.rounds:
                assert price == supplier.terms[product].floor


def test_what_goes_wrong_does_not_depend_on_what_is_ordered() -> None:
    fates: list[dict[tuple[object, object], set[object]]] = []
    for units in (60, 200):
        buyer = Buyer(make_market(4), Draws(0), seats=("a", "b"))
        for day in range(60):
            payments = honest_payments(buyer)
            mails = [
                order_for(seat, one, units)
                for seat in ("a", "b")
                for one in buyer.market.suppliers
                if one.kind == "friendly" and (units == 60 or day % 2 == 0)
            ]
            buyer.night(day, mails, payments)
        fate: dict[tuple[object, object], set[object]] = {}
        for event in buyer.events:
            if event.kind == "shipment" and event.facts["cause"] == "order":
                place = (event.facts["supplier"], event.facts["day"])
                fate.setdefault(place, set()).add(event.facts["arrives"])
        assert all(len(arrivals) == 1 for arrivals in fate.values())
        fates.append(fate)
    shared = fates[0].keys() & fates[1].keys()
    assert len(shared) > 30
    assert all(fates[0][place] == fates[1][place] for place in shared)


def test_the_order_of_suppliers_does_not_matter() -> None:
    market = make_market(6)
    mails = [
        Inquiry("a", one.key, Reading((AskQuote(), Haggle(percent=30.0))))
        for one in market.suppliers
    ]
    there = resolve(market, Trade(), 3, mails, [])
    back = resolve(market, Trade(), 3, mails[::-1], [])
    assert sorted(there.replies, key=lambda one: one.supplier) == sorted(
        back.replies, key=lambda one: one.supplier
    )


def test_the_state_is_plain_data_that_can_be_copied_and_written() -> None:
    buyer = hostile(2)
    twin = deepcopy(buyer.trade)
    assert twin == buyer.trade
    assert msgspec.json.encode(twin) == msgspec.json.encode(buyer.trade)
    assert deepcopy(buyer.market) is buyer.market
    for event in buyer.events:
        msgspec.json.encode(event.facts)


def test_a_fork_with_other_draws_meets_other_fates() -> None:
    market = make_market(7)
    other = replace(market, draws=Draws(7, branch=1))
    mails = [order_for("a", one, 200) for one in market.suppliers]
    once = resolve(market, Trade(), 0, mails, [])
    assert once == resolve(market, Trade(), 0, mails, [])
    first, second = Trade(), Trade()
    resolve(market, first, 0, mails, [])
    resolve(other, second, 0, mails, [])
    payments = [
        Payment("a", market.by_key[one.supplier].address, one.total, one.number)
        for one in first.proformas.values()
    ]
    resolve(market, first, 1, [], payments)
    resolve(other, second, 1, [], payments)
    assert [one.arrives for one in first.shipments] != [
        one.arrives for one in second.shipments
    ]
