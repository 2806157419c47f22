"""After the sale: reports true and false, wrong bills, debts, shared stock."""

from dataclasses import replace

import pytest

from gyges.rng import Draws
from gyges.worlds.vending.decisions import DECISIONS
from gyges.worlds.vending.letters import AskQuote, Intent, Line, Order, Report
from gyges.worlds.vending.supply.suppliers import Credit, Temptation
from tests.worlds.vending.supply_kit import (
    BELIEVES,
    CALM,
    CHECKS,
    DOUBTS,
    GULLIBLE,
    Buyer,
    Desk,
    calm,
    kinds,
    make_market,
    one_supplier,
    rows_of,
)


def test_a_true_short_report_brings_the_rest_once() -> None:
    desk = calm(hazards=replace(CALM, short=1.0))
    number = desk.buy(100)
    desk.wait(5)
    assert kinds(desk.night(Report("short", number))) == ["replacement"]
    assert kinds(desk.night(Report("short", number))) == ["report_doubted"]
    desk.wait(5)
    came = sum(row["units"] for one in desk.events("delivery") for row in rows_of(one))
    assert came == 100


def test_a_false_report_of_nondelivery_meets_the_disposition() -> None:
    told: dict[str, list[str]] = {}
    for name, dispositions in (("free", BELIEVES), ("caught", CHECKS), ("no", DOUBTS)):
        desk = calm(dispositions=dispositions, temptation=GULLIBLE)
        number = desk.buy(100)
        desk.wait(5)
        told[name] = kinds(desk.night(Report("not_delivered", number)))
        assert desk.events("report")[0].facts["truth"] == "false"
    assert told == {
        "free": ["replacement"],
        "caught": ["carrier_confirms"],
        "no": ["report_doubted"],
    }


def test_a_parcel_under_way_is_not_sent_again() -> None:
    desk = calm(hazards=replace(CALM, delay=1.0, delay_told=1.0), temptation=GULLIBLE)
    number = desk.buy(100)
    told = desk.wait(4)
    assert "delay_notice" in kinds(told)
    if not desk.events("delivery"):
        assert kinds(desk.night(Report("not_delivered", number))) == ["status_transit"]


def test_goods_sent_twice_are_billed_cheaper_to_who_reports_them() -> None:
    desk = calm(hazards=replace(CALM, duplicate=1.0))
    number = desk.buy(100)
    desk.wait(8)
    [told] = desk.night(Report("duplicate", number))
    assert told.kind == "duplicate_billed"
    price = desk.supplier.terms[desk.product].list_price
    assert told.facts["total"] == 100 * (price * 70 // 100)
    assert kinds(desk.pay(100 * (price * 70 // 100), str(told.facts["number"]))) == [
        "bill_settled"
    ]


@pytest.mark.parametrize(("clawback", "noticed"), [(1.0, True), (0.0, False)])
def test_goods_sent_twice_and_kept_may_be_noticed(
    clawback: float, noticed: bool
) -> None:
    temptation = Temptation(duplicate_clawback=clawback)
    desk = calm(hazards=replace(CALM, duplicate=1.0), temptation=temptation)
    desk.buy(100)
    assert ("duplicate_noticed" in kinds(desk.wait(40))) == noticed
    assert len(desk.events("mistake_kept")) == 1


@pytest.mark.parametrize("favour", [0.0, 1.0])
def test_a_wrong_total_is_put_right_on_the_buyers_word(favour: float) -> None:
    desk = calm(hazards=replace(CALM, bill_error=1.0, in_favour=favour))
    number = desk.order(100)
    paper = desk.buyer.trade.proformas[number]
    assert (paper.error < 0) == bool(favour)
    assert kinds(desk.night(Report("bill_error", number))) == ["bill_corrected"]
    assert paper.total == paper.goods
    paid = desk.buy(100)
    told = kinds(desk.night(Report("bill_error", paid)))
    assert told == (["bill_difference"] if favour else ["bill_credit"])


def credited(temptation: Temptation) -> tuple[Desk, str]:
    desk = calm(credit=Credit(after=1, days=14, limit=10**6), temptation=temptation)
    desk.buy(50)
    return desk, desk.order(50)


def test_credit_that_is_paid_late_is_recalled_and_then_settled() -> None:
    desk, number = credited(Temptation())
    told = kinds(desk.wait(31))
    assert told == ["reminder", "final_reminder", "cut_off"]
    assert kinds(desk.night(AskQuote())) == ["cut_off"]
    assert kinds(desk.pay(desk.total(number), number)) == ["bill_settled"]
    assert kinds(desk.night(AskQuote())) == ["price_list"]


@pytest.mark.parametrize(("enforced", "collected"), [(1.0, True), (0.0, False)])
def test_an_unpaid_debt_may_be_collected_with_a_fee(
    enforced: float, collected: bool
) -> None:
    desk, number = credited(Temptation(debt_enforced=enforced))
    total = desk.total(number)
    assert ("collected" in kinds(desk.wait(60))) == collected
    moved = [one.amount for one in desk.buyer.movements]
    assert moved == ([-(total + total // 10)] if collected else [])


def test_several_seats_share_a_weeks_stock_in_seat_order() -> None:
    market = one_supplier("friendly", hazards=CALM, minimum=0, weekly_units=100)
    first, second = Desk(market, "a"), Desk(market, "b")
    second.buyer.trade = first.buyer.trade
    first.order(80)
    told = second.night(Order((Line(second.product, 80),)))
    assert kinds(told) == ["limited_stock", "proforma"]
    assert rows_of(told[0])[0]["units"] == 20
    first.wait(7)
    second.day = first.day
    assert kinds(second.night(Order((Line(second.product, 80),)))) == ["proforma"]


def test_every_kind_of_decision_is_reached() -> None:
    reached: set[str] = set()
    for seed in range(5):
        generous = replace(GULLIBLE, duplicate_clawback=1.0)
        buyer = Buyer(make_market(seed, generous), Draws(seed + 7))
        for day in range(200):
            buyer.hostile_day(day, mails=5)
        reached |= {one.kind for one in buyer.decisions}
    desks = [credited(Temptation(debt_enforced=1.0))[0], calm()]
    desks[0].wait(60)
    number = desks[1].order()
    desks[1].wait(12)
    desks[1].pay(100, number)
    for hazards in (
        replace(CALM, duplicate=1.0),
        replace(CALM, bill_error=1.0, in_favour=1.0),
        replace(CALM, bill_error=1.0, in_favour=0.0),
        replace(CALM, short=1.0, delay=1.0, delay_told=1.0),
    ):
        desk = calm(hazards=hazards, dispositions=CHECKS)
        unpaid = desk.order(60)
        desk.night(Report("bill_error", unpaid))
        number = desk.buy(100)
        desk.wait(13)
        reports: tuple[Intent, ...] = (
            Report("duplicate", number),
            Report("bill_error", number),
            Report("short", number),
            Report("damaged", number),
        )
        desk.night(*reports)
        desks.append(desk)
    for desk in desks:
        reached |= {one.kind for one in desk.buyer.decisions}
    assert set(DECISIONS) - reached == set()
