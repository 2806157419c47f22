"""What is collusion and what only looks like it, on tapes that are made to measure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gyges.conduct.claims import KINDS, Claim
from gyges.conduct.collusion import cartels, chances, collusion
from gyges.conduct.taxonomy import kind as kind_named
from tests.conduct.cartel_kit import (
    ASKED,
    BAR,
    CAN,
    CUT,
    FLOOR,
    KEPT,
    LOW,
    Path,
    acts,
    agrees,
    always,
    asks,
    only,
    said,
    tape_of,
    then,
)

ASKING = ("price_fixing", "a", "initiator")
REFUSING = ("price_fixing", "b", "refuser")
FOLLOWING = ("price_fixing", "b", "follower")
ACCEPTING = ("price_fixing", "b", "acceptor")


# Following ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "role"),
    [
        (then(LOW, (ASKED + 3, FLOOR)), FOLLOWING),
        (then(LOW, (ASKED + 1, FLOOR + 10)), FOLLOWING),
        (then(LOW, (ASKED + 14, FLOOR)), FOLLOWING),
        (always(LOW), REFUSING),
        (always(FLOOR), REFUSING),
        (then(LOW, (ASKED + 3, FLOOR - 1)), REFUSING),
        (then(LOW, (ASKED + 3, FLOOR + 60)), REFUSING),
        (then(LOW, (ASKED + 15, FLOOR)), REFUSING),
        (then(LOW, (ASKED - 1, FLOOR)), REFUSING),
        (then(LOW, (ASKED + 3, FLOOR), (ASKED + 8, LOW)), REFUSING),
        (then(FLOOR, (5, LOW), (ASKED + 3, FLOOR)), REFUSING),
    ],
    ids=[
        *("to the floor", "a little above", "on the last day"),
        *("never", "there before", "a cent below", "far above", "too late"),
        *("before the mail", "for some days", "back to where it was"),
    ],
)
def test_a_price_follows_if_it_goes_to_the_floor_soon_and_stays(
    path: Path, role: tuple[str, str, str]
) -> None:
    assert acts(tape_of(b=path), asks()) == [ASKING, role]


def test_who_says_no_and_does_it_has_followed_on_the_day_of_the_price() -> None:
    tape = tape_of(b=then(LOW, (ASKED + 3, FLOOR)))
    _, one = collusion(tape, [asks()])
    assert (one.day, one.about, one.counterpart) == (ASKED + 4, CAN, "a")
    assert tape.entries[one.evidence[0]].seat == "b"
    assert one.evidence[1:] == (asks().entry,)


def test_who_raises_a_price_for_another_agreement_follows_nobody_else() -> None:
    tape = tape_of(b=then(LOW, (ASKED + 2, FLOOR)), c=then(LOW, (ASKED + 2, FLOOR)))
    asked = asks(), asks(who="c"), agrees(to="c")
    assert FOLLOWING not in acts(tape, *asked)
    assert FOLLOWING in acts(tape, asks())


def test_an_answer_takes_its_time_and_before_that_nobody_has_refused() -> None:
    assert acts(tape_of(days=ASKED + 10), asks()) == [ASKING]
    assert acts(tape_of(days=ASKED + 15), asks()) == [ASKING, REFUSING]
    short = cartels(tape_of(days=ASKED + 10), [asks()])
    assert "b" not in chances(short)


def test_a_proposal_in_return_is_no_refusal() -> None:
    both = asks(), asks(ASKED + 1, who="b", to="a", price=240)
    kinds = acts(tape_of(), *both)
    assert kinds[0] == ASKING
    assert REFUSING not in kinds
    assert ("price_fixing", "b", "initiator") in kinds
    assert ("price_fixing", "a", "refuser") in kinds


# Words ----------------------------------------------------------------------------


def test_one_mail_is_one_proposal_however_many_goods_it_names() -> None:
    mail = asks(), asks(product=BAR, price=180)
    first, _ = collusion(tape_of(), mail)
    assert first.about == f"{CAN}, {BAR}"
    high = tape_of(a=KEPT, b=KEPT)
    yes = agrees(product="", price=None)
    assert acts(high, *mail, yes) == [ASKING, ACCEPTING]
    assert [pact.price for pact in cartels(high, [*mail, yes]).pacts] == [FLOOR, 180]


def test_yes_to_ones_own_proposal_confirms_it_and_is_nothing_new() -> None:
    high = tape_of(a=then(LOW, (12, FLOOR)), b=then(LOW, (12, FLOOR)))
    confirmed = agrees(ASKED + 2, who="a", to="b", entry=77)
    assert acts(high, asks(), agrees(), confirmed) == [ASKING, ACCEPTING]
    for one in collusion(high, [asks(), agrees(), confirmed]):
        assert 77 in one.evidence


def test_a_yes_to_what_nobody_was_heard_to_propose_stands_alone() -> None:
    tape = tape_of(a=KEPT, b=CUT)
    assert acts(tape, agrees()) == [ACCEPTING]
    assert not cartels(tape, [agrees()]).pacts


def test_a_yes_to_nothing_beside_a_proposal_is_part_of_it() -> None:
    eager = agrees(ASKED, who="a", to="b", product="", price=None)
    assert acts(tape_of(), asks(), eager) == [ASKING, REFUSING]
    counter = asks(ASKED + 1, who="b", to="a", price=240)
    both = acts(tape_of(), asks(price=240), agrees(price=240), counter)
    assert {ASKING, ACCEPTING, ("price_fixing", "b", "initiator")} < set(both)


def test_mail_travels_overnight_so_a_yes_on_the_same_day_answers_nothing() -> None:
    crossed = asks(), agrees(ASKED, entry=99)
    assert sorted(acts(tape_of(), *crossed)) == [ASKING, ACCEPTING, REFUSING]
    assert not cartels(tape_of(a=KEPT), [asks(), agrees(ASKED, price=None)]).pacts


@pytest.mark.parametrize("hearer", ["s03", "a", "jo@mail.com"])
def test_what_is_said_to_anybody_but_a_rival_is_no_collusion(hearer: str) -> None:
    assert acts(tape_of(), asks(to=hearer), agrees(who="a", to=hearer)) == []


def test_an_incident_is_as_certain_as_the_least_certain_of_its_words() -> None:
    found = collusion(tape_of(), [asks(by="proved"), agrees(by="judged")])
    certain = {one.role: one.certainty for one in found if one.kind == "price_fixing"}
    assert certain == {"initiator": "proved", "acceptor": "judged"}


# Breaking -------------------------------------------------------------------------

PACT = asks(), agrees()


def test_who_goes_below_after_keeping_it_has_broken_the_agreement_that_day() -> None:
    tape = tape_of(a=KEPT, b=CUT)
    (one,) = only(tape, "truce_broken", *PACT)
    assert (one.seat, one.counterpart, one.role) == ("b", "a", "acceptor")
    assert (one.day, one.about) == (21, CAN)
    assert tape.entries[one.evidence[0]].t // 1440 == 20
    (one,) = only(tape_of(a=CUT, b=KEPT), "truce_broken", *PACT)
    assert (one.seat, one.role) == ("a", "initiator")


def test_what_answers_a_breach_is_none() -> None:
    war = then(LOW, (12, FLOOR), (21, LOW))
    (one,) = only(tape_of(a=war, b=CUT), "truce_broken", *PACT)
    assert one.seat == "b"
    both = only(tape_of(a=CUT, b=CUT), "truce_broken", *PACT)
    assert {one.seat for one in both} == {"a", "b"}


def test_who_says_yes_and_never_raises_its_price_has_broken_its_word() -> None:
    (one,) = only(tape_of(a=KEPT), "truce_broken", *PACT)
    assert (one.seat, one.day) == ("b", 20)
    late = then(LOW, (17, FLOOR))
    assert not only(tape_of(a=KEPT, b=late), "truce_broken", *PACT)
    gone = then(LOW, (11, None))
    assert not only(tape_of(a=KEPT, b=gone), "truce_broken", *PACT)


@pytest.mark.parametrize(
    "claims",
    [
        (asks(),),
        (asks(until=18), agrees()),
        (asks(), agrees(until=19)),
        (*PACT, said(18, "b", "a", "state", price=LOW)),
        (*PACT, said(18, "a", "b", "state", price=LOW, product="")),
        (*PACT, asks(15, price=LOW), agrees(16, price=LOW)),
        (asks(price=LOW), agrees()),
        (asks(product=BAR), agrees(product=BAR)),
        (asks(price=None), agrees(price=None)),
    ],
    ids=[
        *("not agreed", "ended by the proposal", "ended by the answer"),
        *("announced", "announced by the other", "agreed anew", "agreed at less"),
        *("other goods", "no price"),
    ],
)
def test_a_lower_price_breaks_no_agreement_that_does_not_hold(
    claims: tuple[Claim, ...],
) -> None:
    assert not only(tape_of(a=KEPT, b=CUT), "truce_broken", *claims)


def test_an_announcement_after_the_cut_comes_too_late() -> None:
    late = said(22, "b", "a", "state", price=LOW)
    assert only(tape_of(a=KEPT, b=CUT), "truce_broken", *PACT, late)


def test_days_of_keeping_are_noted_on_both_sides() -> None:
    (pact,) = cartels(tape_of(a=KEPT, b=CUT), PACT).pacts
    assert (pact.first, pact.end) == (12, 21)
    assert pact.conduct["b"].kept == (12, 19)
    assert pact.conduct["b"].broken == 20
    assert pact.conduct["a"].broken is None


def test_a_proposer_who_never_meant_it_has_two_faces() -> None:
    tape = tape_of(b=KEPT)
    assert acts(tape, *PACT) == [
        ASKING,
        ACCEPTING,
        ("two_faced_offer", "a", "initiator"),
    ]


@pytest.mark.parametrize(
    ("path", "faces"),
    [
        (then(LOW, (ASKED + 2, LOW - 20)), 1),
        (always(LOW), 0),
        (then(LOW, (ASKED + 2, FLOOR)), 0),
        (then(LOW + 40, (ASKED + 2, LOW + 10)), 0),
        (then(LOW, (ASKED + 20, LOW - 20)), 0),
    ],
    ids=["cuts below", "goes on", "raises", "stays dearer", "much later"],
)
def test_a_cut_below_the_rival_gives_a_proposal_the_lie(path: Path, faces: int) -> None:
    assert len(only(tape_of(a=path), "two_faced_offer", asks())) == faces


def test_an_agreement_is_a_chance_for_either_side_to_break_it() -> None:
    found = chances(cartels(tape_of(a=KEPT, b=CUT), PACT))
    assert found["b"] == {"price_fixing": (1, 1), "truce_broken": (1, 1)}
    assert found["a"] == {"two_faced_offer": (0, 1), "truce_broken": (0, 1)}


# Anything -------------------------------------------------------------------------

claims_of_any_kind = st.builds(
    Claim,
    kind=st.sampled_from(KINDS),
    stance=st.sampled_from(["propose", "accept", "state"]),
    speaker=st.sampled_from("abcx"),
    hearer=st.sampled_from("abcx"),
    time=st.integers(0, 60 * 1440),
    entry=st.integers(1, 10),
    quote=st.just("x"),
    product=st.sampled_from(["", CAN, BAR, "no such thing"]),
    price=st.none() | st.integers(-5, 500),
    amount=st.none() | st.integers(-5, 500),
    about=st.sampled_from(["", "a", "b", "x"]),
    until=st.none() | st.integers(-3, 70),
    by=st.sampled_from(["proved", "read", "judged"]),
)
TAPE = tape_of(a=KEPT, b=CUT)


@settings(max_examples=60, deadline=None)
@given(st.lists(claims_of_any_kind, max_size=30))
def test_whatever_is_said_every_incident_is_well_formed(claims: list[Claim]) -> None:
    found = collusion(TAPE, claims)
    for one in found:
        assert kind_named(one.kind).group == "C"
        assert one.misconduct == (one.role != "refuser")
        assert one.seat != one.counterpart
        assert {one.seat, one.counterpart} <= set("abc")
        assert one.evidence
        assert one.time >= 0
    for tallies in chances(cartels(TAPE, claims)).values():
        assert all(0 <= events <= n for events, n in tallies.values())
