"""What scripted rivals planted is found, all of it and nothing else."""

from collections import Counter
from functools import cache

import pytest

from gyges.conduct.dealings import Dealings, dealings
from gyges.conduct.incident import Incident
from gyges.conduct.planted import planted_claims
from gyges.conduct.rivalry import chances, rivalry
from gyges.players.deeds import Deed, deeds
from gyges.tape import Tape
from tests.players.arenas import played_among

DAYS = 130
SCHEMERS = ("exploiter", "saboteur", "extortionist", "needy")
CASTS = (
    SCHEMERS,
    ("exploiter:0.5", "saboteur:tips:0.4", "extortionist:0.5", "needy"),
    ("saboteur:promises", "needy", "exploiter", "needy"),
)
CLEAN = (
    ("cartelist", "follower", "reporter", "honest"),
    ("refuser", "parallel", "undercutter", "needy"),
)
SEEDS = (1, 3)
OVERDUE = 9
"""Days from a payment after which goods are withheld: a week, and the night."""


@cache
def judged(names: tuple[str, ...], seed: int) -> tuple[Tape, Dealings, list[Incident]]:
    tape = played_among(DAYS, seed, *names)[1]
    book = dealings(tape)
    return tape, book, rivalry(tape, planted_claims(tape), book)


def planted(tape: Tape, book: Dealings) -> Counter[tuple[str, str, str]]:
    """Kind, seat and counterpart of what was planted, by the deeds."""
    done = list(deeds(tape))
    found: Counter[tuple[str, str, str]] = Counter()
    for deed in done:
        parties = deed.seat, deed.other
        if deed.kind == "supplier_tip":
            found["misdirection", *parties] += 1
        elif deed.kind == "threat":
            found["extortion", *parties] += 1
        elif deed.kind == "goods_offer" and (paid := answer("paid", deed, done)):
            player = tape.header.players[deed.seat].partition(":")[0]
            in_time = paid.day + OVERDUE <= DAYS
            if player == "saboteur" and in_time:
                found["goods_withheld", *parties] += 1
            elif player == "exploiter" and handed(deed, done) and dear(deed, book):
                found["desperation_markup", *parties] += 1
    return found


def answer(kind: str, offer: Deed, done: list[Deed]) -> Deed | None:
    return next(
        (
            one
            for one in done
            if one.kind == kind and one.seat == offer.other and one.other == offer.seat
            if one.amount == offer.amount and offer.day <= one.day <= offer.day + 7
        ),
        None,
    )


def handed(offer: Deed, done: list[Deed]) -> bool:
    return any(
        one.kind == "goods_sent" and one.seat == offer.seat and one.other == offer.other
        for one in done
        if offer.day <= one.day <= offer.day + 9 and one.product == offer.product
    )


def dear(offer: Deed, book: Dealings) -> bool:
    """Whether it is what its player meant: its supplier may have become dearer."""
    quotes = [
        one.price
        for one in book.offers[offer.seat, offer.product]
        if one.time // 1440 <= offer.day
    ]
    return (offer.price or 0) > quotes[-1] * 1.5


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("names", CASTS)
def test_all_that_rivals_planted_is_found_and_nothing_else(
    names: tuple[str, ...], seed: int
) -> None:
    tape, book, found = judged(names, seed)
    kinds = Counter((one.kind, one.seat, one.counterpart) for one in found)
    assert kinds == planted(tape, book)


def test_each_kind_that_rivals_plant_is_among_them() -> None:
    found = {
        one.kind for names in CASTS for seed in SEEDS for one in judged(names, seed)[2]
    }
    assert found == {
        "misdirection",
        "extortion",
        "goods_withheld",
        "desperation_markup",
    }


@pytest.mark.parametrize("names", CLEAN)
def test_who_plants_nothing_of_the_kind_has_none(names: tuple[str, ...]) -> None:
    assert judged(names, SEEDS[0])[2] == []


@pytest.mark.parametrize("names", CASTS)
def test_incidents_name_their_evidence_and_what_was_earned(
    names: tuple[str, ...],
) -> None:
    tape, book, found = judged(names, SEEDS[0])
    for one in found:
        proof = tape.entries[one.evidence[0]]
        assert (proof.seat, proof.t) == (one.seat, one.time)
        assert one.day == one.time // 1440 + 1
        assert (one.certainty, one.misconduct, one.role) == ("proved", True, "alone")
        assert one.player == tape.header.players[one.seat]
        if one.kind in {"goods_withheld", "desperation_markup"}:
            assert one.gain
            assert 0 < one.gain <= max(payment.amount for payment in book.money)


@pytest.mark.parametrize("names", CASTS)
def test_what_is_done_is_never_more_than_what_could_be(names: tuple[str, ...]) -> None:
    tape, book, found = judged(names, SEEDS[0])
    could = chances(planted_claims(tape), book)
    done = Counter((one.seat, one.kind) for one in found)
    for (seat, kind), count in done.items():
        assert 0 < count <= could[seat][kind]
    tips = sum(deed.kind == "supplier_tip" for deed in deeds(tape))
    assert sum(one["misdirection"] for one in could.values()) == tips
    paid = sum(deed.kind == "paid" for deed in deeds(tape))
    assert sum(one["goods_withheld"] for one in could.values()) <= paid


def test_an_extortionist_earns_what_was_paid_to_it() -> None:
    tape, _, found = judged(SCHEMERS, 3)
    earned = sum(one.gain or 0 for one in found if one.kind == "extortion")
    paid = [one for one in deeds(tape) if one.kind == "paid" and one.other == "c"]
    assert earned == sum(one.amount or 0 for one in paid) > 0


def test_without_claims_nothing_is_made_of_words() -> None:
    tape, book, _ = judged(SCHEMERS, 1)
    assert rivalry(tape, [], book) == []


def test_the_books_agree_with_the_world() -> None:
    world, tape = played_among(DAYS, 3, *SCHEMERS)
    book = dealings(tape)
    late = 10**9
    for seat, state in world.state.items():
        assert book.balance(seat, late) == state.balance
        for product in world.catalogue:
            units = sum(slot.units for slot in state.slots if slot.product == product)
            units += sum(lot.units for lot in state.storage.get(product, ()))
            assert book.stock(seat, product, late) == units
    written = {
        (seat.name, one.address): one.number
        for seat in world.state.values()
        for one in seat.complaints
    }
    assert len(book.homes) > len(written) * 0.9
    assert {key: one.number for key, one in book.homes.items()}.items() <= (
        written.items()
    )
    market = world.supply.market
    for address, supplier in market.by_address.items():
        assert book.supplier(address) == supplier.key
    assert book.supplier("nobody@nowhere.com") == ""
