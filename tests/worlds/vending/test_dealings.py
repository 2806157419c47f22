"""Single dealings: what becomes of payments, prices, claims and tricks."""

from dataclasses import replace

import pytest

from gyges.worlds.vending.letters import (
    Accept,
    AskQuote,
    AskStatus,
    Cancel,
    Claim,
    Haggle,
    Join,
    Line,
    Order,
    Reading,
)
from gyges.worlds.vending.supply.night import Inquiry, Payment
from gyges.worlds.vending.supply.suppliers import (
    Closing,
    Disposition,
    Supplier,
    Temptation,
    Tricks,
)
from tests.worlds.vending.supply_kit import (
    BELIEVES,
    CALM,
    CHECKS,
    DOUBTS,
    GULLIBLE,
    Desk,
    calm,
    kinds,
    one_supplier,
    rows_of,
)


def lasting(desk: Desk) -> Supplier:
    """Another honest supplier that stays in business."""
    return next(
        one
        for one in desk.market.suppliers[1:]
        if one.kind == "friendly" and not one.closing
    )


def test_the_right_amount_with_the_number_brings_the_goods() -> None:
    desk = calm()
    number = desk.order(100)
    told = desk.pay(desk.total(number), f"Invoice {number.lower()}, thanks")
    assert kinds(told) == ["payment_received"]
    desk.wait(5)
    [delivery] = desk.events("delivery")
    assert rows_of(delivery) == [
        {
            "product": desk.product,
            "units": 100,
            "price": desk.supplier.terms[desk.product].list_price,
        }
    ]
    assert desk.held == 0


def test_too_little_waits_for_the_rest() -> None:
    desk = calm()
    number = desk.order()
    total = desk.total(number)
    [told] = desk.pay(total - 300, number)
    assert told.kind == "underpaid"
    assert told.facts["missing"] == 300
    assert kinds(desk.pay(300, number)) == ["payment_received"]
    assert desk.held == 0


def test_a_surplus_stays_on_account_and_pays_the_next_order() -> None:
    desk = calm()
    number = desk.order()
    total = desk.total(number)
    assert kinds(desk.pay(2 * total, number)) == ["payment_received", "overpaid"]
    second = desk.order()
    assert kinds(desk.night(Accept(second))) == ["payment_received"]
    assert desk.held == 0


def test_money_without_a_number_is_kept_and_asked_about() -> None:
    desk = calm()
    number = desk.order()
    [told] = desk.pay(desk.total(number), "for the snacks")
    assert told.kind == "payment_uncited"
    assert told.facts["rows"] == [{"number": number, "total": desk.total(number)}]
    assert kinds(desk.night(Accept(number))) == ["payment_received"]


@pytest.mark.parametrize("text", ["PF-9999", "pf 7777 and PF#8888"])
def test_money_for_an_unknown_number_is_kept_and_sent_back_on_demand(text: str) -> None:
    desk = calm()
    told = desk.pay(5000, text)
    assert set(kinds(told)) == {"payment_unknown"}
    assert desk.held == 5000
    assert kinds(desk.night(Cancel())) == ["refund_sent"]
    assert [one.amount for one in desk.buyer.movements] == [5000]


def test_another_suppliers_number_is_unknown_here() -> None:
    desk = calm()
    number = desk.order()
    other = lasting(desk)
    told = desk.buyer.night(desk.day, [], [])
    assert told.replies == ()
    night = desk.buyer.night(
        desk.day, [], [Payment("a", other.address, desk.total(number), number)]
    )
    assert [one.kind for reply in night.replies for one in reply.decisions] == [
        "payment_unknown"
    ]
    assert desk.buyer.trade.account("a", other.key).held > 0


def test_an_expired_proforma_keeps_the_money_on_account() -> None:
    desk = calm()
    number = desk.order()
    told = desk.wait(desk.supplier.valid_days + 1)
    assert "proforma_expired" in kinds(told)
    assert kinds(desk.pay(desk.total(number), number)) == ["payment_expired"]
    assert desk.held == desk.total(number)


def test_a_closed_supplier_keeps_the_money_and_says_nothing() -> None:
    desk = calm(closing=Closing(2, "silent"))
    number = desk.order()
    desk.wait(2)
    assert desk.pay(desk.total(number), number) == []
    assert desk.night(AskStatus()) == []
    [lost] = desk.events("money_lost")
    assert lost.facts["cause"] == "closed"
    assert lost.facts["amount"] == desk.total(number)


def test_a_closing_is_told_beforehand_where_that_is_the_way() -> None:
    desk = calm(closing=Closing(10, "notice"))
    desk.night(AskQuote())
    assert "closing_notice" in kinds(desk.wait(4))
    desk.wait(6)
    assert kinds(desk.night(AskQuote())) == ["mail_bounced"]


def test_money_that_matches_nothing_is_gone_at_a_trickster() -> None:
    desk = calm("trickster", tricks=Tricks(skim=0.5))
    desk.pay(5000, "hello")
    assert desk.held == 0
    assert [one.facts["cause"] for one in desk.events("money_lost")] == ["kept"]


def test_a_bait_price_is_gone_when_the_order_comes() -> None:
    tricks = Tricks(switch=True, fee_percent=20, fee_label="fuel")
    desk = calm("trickster", tricks=tricks)
    [quote] = desk.night(AskQuote((desk.product,)))
    told = desk.night(Order((Line(desk.product, 50),)))
    assert kinds(told) == ["price_switch", "surcharge", "proforma"]
    bait = rows_of(quote)[0]["price"]
    real = rows_of(told[2])[0]["price"]
    assert real > bait
    assert told[2].facts["total"] == 50 * real * 120 // 100


def test_a_membership_costs_money_and_brings_next_to_nothing() -> None:
    tricks = Tricks(
        membership_fee=50000,
        membership_percent=40,
        membership_waits=30,
        membership_benefit=2,
    )
    desk = calm("trickster", tricks=tricks)
    assert kinds(desk.night(AskQuote((desk.product,)))) == ["quote", "membership_offer"]
    [invoice] = desk.night(Join())
    assert invoice.kind == "membership_invoice"
    assert kinds(desk.pay(50000, str(invoice.facts["number"]))) == ["membership_active"]
    desk.wait(40)
    [quote] = desk.night(AskQuote((desk.product,)))
    price = rows_of(quote)[0]["price"]
    assert price >= desk.supplier.terms[desk.product].list_price * 0.95
    assert kinds(calm().night(Join())) == ["no_membership"]


def test_a_named_price_is_taken_at_the_step_and_not_below() -> None:
    desk = calm("negotiating", rounds=3, first_step=0.9, dispositions=DOUBTS)
    terms = desk.supplier.terms[desk.product]
    desk.night(AskQuote((desk.product,)))
    [first] = desk.night(Haggle(desk.product, price=1))
    assert first.kind == "counter"
    [second] = desk.night(Haggle(desk.product))
    assert second.kind == "counter"
    [third] = desk.night(Haggle(desk.product))
    assert third.kind == "final_price"
    assert rows_of(third)[0]["price"] == terms.floor
    told = desk.night(Haggle(desk.product, price=terms.floor + 5))
    assert kinds(told) == ["agree_price"]
    enough = desk.supplier.patience + 2
    told = [desk.night(Haggle(desk.product)) for _ in range(enough)]
    assert any("talks_closed" in kinds(one) for one in told)


def test_haggling_twice_in_one_mail_is_one_round() -> None:
    desk = calm("negotiating", rounds=4)
    desk.night(AskQuote((desk.product,)))
    desk.night(*[Haggle(desk.product)] * 9, Order((Line(desk.product, 100, 1),)))
    account = desk.buyer.trade.account("a", desk.supplier.key)
    assert account.rounds == {desk.product: 1}


LIE = Claim("rival_quote", price=1)


def claimed(
    dispositions: dict[str, Disposition], claim: Claim, temptation: Temptation
) -> Desk:
    desk = calm("negotiating", dispositions=dispositions, temptation=temptation)
    desk.night(AskQuote((desk.product,)))
    lie = Claim(claim.kind, desk.product, claim.price, claim.units, claim.supplier)
    desk.night(lie)
    return desk


def test_a_believed_lie_goes_below_the_floor_to_the_documented_price() -> None:
    desk = claimed(BELIEVES, LIE, GULLIBLE)
    [event] = desk.events("claim")
    assert (event.facts["truth"], event.facts["stance"]) == ("false", "believed")
    account = desk.buyer.trade.account("a", desk.supplier.key)
    floor = desk.supplier.terms[desk.product].floor
    assert account.offers[desk.product] == round(floor * 0.8)
    desk.night(Haggle(desk.product, price=1))
    assert account.offers[desk.product] == round(floor * 0.8)


def test_a_true_rival_quote_is_one_round_and_stops_at_the_floor() -> None:
    market = one_supplier(
        "negotiating",
        temptation=GULLIBLE,
        hazards=CALM,
        dispositions=BELIEVES,
        rounds=3,
    )
    desk = Desk(market)
    rival = next(
        one
        for one in market.suppliers[1:]
        if desk.product in one.terms and not one.closing
    )
    desk.night(AskQuote((desk.product,)))
    buyer_mail = AskQuote((desk.product,))
    desk.buyer.night(desk.day, [Inquiry("a", rival.key, Reading((buyer_mail,)))], [])
    price = rival.terms[desk.product].list_price
    desk.night(Claim("rival_quote", desk.product, price, supplier=rival.name))
    [event] = desk.events("claim")
    assert event.facts["truth"] == "true"
    account = desk.buyer.trade.account("a", desk.supplier.key)
    assert account.rounds == {desk.product: 1}
    assert account.offers[desk.product] >= desk.supplier.terms[desk.product].floor


def test_a_checked_lie_costs_the_discounts_and_the_deals() -> None:
    desk = claimed(CHECKS, LIE, GULLIBLE)
    assert kinds(desk.night(Order((Line(desk.product, 90),)))) == ["refuse_deal"]
    desk.wait(9)
    [quote] = desk.night(AskQuote((desk.product,)))
    listed = desk.supplier.terms[desk.product].list_price
    assert rows_of(quote)[0]["price"] == listed


def test_a_promise_of_exclusivity_that_is_broken_is_entered() -> None:
    desk = calm(dispositions=BELIEVES)
    desk.night(AskQuote((desk.product,)), Claim("exclusive"))
    assert desk.events("claim")[0].facts["truth"] == "true"
    other = lasting(desk)
    second = Desk(replace(desk.market, suppliers=(other, desk.supplier)))
    second.buyer.trade = desk.buyer.trade
    second.buy(400)
    broken = [one.facts["to"] for one in second.events("promise_broken")]
    assert broken == [desk.supplier.key]
    desk.night(Claim("exclusive", desk.product))
    assert desk.events("claim")[1].facts["truth"] == "false"
