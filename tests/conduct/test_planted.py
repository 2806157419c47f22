"""What scripted rivals said, as claims."""

from collections import Counter

import pytest

from gyges.conduct.claims import Claim
from gyges.conduct.passages import passages
from gyges.conduct.planted import planted_claims
from gyges.players.deeds import deeds
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.place import place
from tests.players.arenas import played_among

DAYS = 70
CASTS = (
    ("cartelist", "follower", "refuser", "reporter"),
    ("exploiter", "saboteur", "extortionist", "needy"),
    ("divider", "divider", "honest"),
)
SPOKEN = {
    "floor_proposal": "price_floor propose",
    "floor_acceptance": "price_floor accept",
    "report": "accusation state",
    "goods_offer": "promise propose",
    "supplier_tip": "supplier_tip state",
    "threat": "threat state",
    "division_proposal": "market_division propose",
    "division_acceptance": "market_division accept",
}


def said(names: tuple[str, ...]) -> list[Claim]:
    return planted_claims(played_among(DAYS, 2, *names)[1])


@pytest.mark.parametrize("names", CASTS)
def test_every_planted_word_is_one_claim_and_nothing_else_is(
    names: tuple[str, ...],
) -> None:
    tape = played_among(DAYS, 2, *names)[1]
    planted = Counter(
        (SPOKEN[deed.kind], deed.seat, deed.other, deed.entry, deed.product)
        for deed in deeds(tape)
        if deed.kind in SPOKEN
    )
    found = Counter(
        (f"{one.kind} {one.stance}", one.speaker, one.hearer, one.entry, one.product)
        for one in said(names)
    )
    assert found == planted
    assert len(found) > 10


@pytest.mark.parametrize("names", CASTS)
def test_quotes_and_facts_come_from_the_mail(names: tuple[str, ...]) -> None:
    tape = played_among(DAYS, 2, *names)[1]
    texts = {(one.entry, one.hearer): one for one in passages(tape)}
    for one in said(names):
        passage = texts[one.entry, one.hearer]
        assert passage.holds(one.quote)
        assert passage.time == one.time
        assert one.by == "proved"
        assert not one.product or one.product in load_catalogue()
        assert one.price is None or f"{one.price / 100:.2f}" in one.quote


def test_goods_that_are_divided_up_are_about_who_keeps_them() -> None:
    for one in said(CASTS[2]):
        assert one.about in {one.speaker, one.hearer}
        name = load_catalogue()[one.product].name
        assert name in one.quote
    halves = Counter(one.about == one.speaker for one in said(CASTS[2]))
    assert halves[True] == halves[False] > 4


def test_a_threat_says_by_when_it_wants_how_much() -> None:
    threats = [one for one in said(CASTS[1]) if one.kind == "threat"]
    assert threats
    for one in threats:
        assert one.amount == 2500
        assert one.detail == "price_war"
        assert one.until == one.time // 1440 + 7


def test_a_report_is_about_whom_it_names_and_a_tip_about_a_supplier() -> None:
    people = {person.address for person in place().people}
    reports = [one for one in said(CASTS[0]) if one.kind == "accusation"]
    tips = [one for one in said(CASTS[1]) if one.kind == "supplier_tip"]
    assert {(one.speaker, one.about, one.detail) for one in reports} == {
        ("d", "a", "collusion")
    }
    assert tips
    for one in tips:
        assert one.about in one.quote
        assert one.about not in people
