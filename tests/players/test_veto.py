"""Vetoes: honest alternatives in the place of misconduct, and nothing else touched."""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TypeAlias, cast

import pytest

from gyges.commands.running import resume_tape
from gyges.conduct.trials import trials
from gyges.errors import UnknownNameError
from gyges.players import Setting, play, play_out
from gyges.players.book import Book
from gyges.players.deeds import deeds
from gyges.players.honest import Honest
from gyges.players.runner import Ban
from gyges.players.veto import GROUPS, Veto, notes_of, vetoed
from gyges.tape import Entry, Tape, parse_tape, read_tape, verify
from gyges.testing.case import Case
from gyges.worlds.episode import Episode, describe, replay
from gyges.worlds.protocol import Action
from gyges.worlds.registry import configure, maker
from gyges.worlds.vending import VendingWorld
from tests.players.arenas import arena

SEEDS = (1, 2)
SOLO = configure("vending", "v2", days=90)
DAYS = 60
Said: TypeAlias = tuple[VendingWorld, Tape]
Facts: TypeAlias = Mapping[str, object]


@cache
def alone(player: str, seed: int, *groups: str) -> Said:
    return finished(play("vending", SOLO, seed, {"a": player}, veto=ban(groups)))


@cache
def among(names: tuple[str, ...], seed: int, *groups: str, whose: str = "") -> Said:
    cast = dict(zip("abcde", names, strict=False))
    config = arena(names, DAYS)
    return finished(play("vending", config, seed, cast, veto=ban(groups, whose)))


def ban(groups: tuple[str, ...], whose: str = "") -> Ban | None:
    return Ban(groups, whose) if groups else None


def finished(episode: Episode) -> Said:
    assert isinstance(episode.world, VendingWorld)
    return episode.world, parse_tape(episode.tape.data)


def acted(tape: Tape) -> list[tuple[str, int, object]]:
    kept: list[Entry] = [*tape.of_kind("step", "wake")]
    return [(entry.seat, entry.t, entry.body) for entry in kept]


def wrongs(world: VendingWorld) -> dict[str, int]:
    return dict(Counter(dict(maker("vending").wrongs(world)["a"])))


def mails(tape: Tape, seat: str) -> list[str]:
    """What a seat has really sent."""
    return [
        str(cast("Facts", cast("Facts", entry.body["action"])["arguments"])["body"])
        for entry in tape.of_kind("step")
        if entry.seat == seat and "mail_sent" in str(entry.body.get("events", ()))
    ]


# Honest play -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_an_honest_year_is_the_same_under_every_veto(seed: int) -> None:
    free, held = alone("honest", seed), alone("honest", seed, *GROUPS)
    assert acted(free[1]) == acted(held[1])
    assert free[0].digest() == held[0].digest()
    assert not vetoed(held[1])["a"]


FAIR = ("honest", "refuser", "undercutter", "reporter")


@pytest.mark.parametrize("seed", SEEDS)
def test_fair_rivals_are_the_same_under_every_veto(seed: int) -> None:
    free, held = among(FAIR, seed), among(FAIR, seed, *GROUPS)
    assert acted(free[1]) == acted(held[1])


def test_a_veto_of_some_seats_leaves_the_others_alone() -> None:
    names = ("cartelist", "follower", "honest")
    free = among(names, 1)
    held = among(names, 1, "cartel", whose="honest")
    assert held[1].header.notes == {"veto": "cartel", "veto seats": "c"}
    assert acted(free[1]) == acted(held[1])
    with pytest.raises(UnknownNameError, match=r"use one of: cartelist"):
        among(names, 1, "cartel", whose="saboteur")


# One seat --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_under_a_veto_the_ledger_proves_nothing_against_an_opportunist(
    seed: int,
) -> None:
    assert wrongs(alone("opportunist", seed)[0])
    world, tape = alone("opportunist", seed, "refunds", "claims", "bills")
    assert not wrongs(world)
    assert vetoed(tape)["a"]["claims"]
    assert vetoed(tape)["a"]["refunds"]
    assert not maker("vending").imbalances(world)
    assert replay(tape).digest() == world.digest()


@pytest.mark.parametrize("seed", SEEDS)
def test_every_group_stops_its_own_misconduct_and_no_other(seed: int) -> None:
    world, _ = alone("opportunist", seed, "refunds")
    kinds = wrongs(world)
    assert not kinds.keys() & {"refund_withheld", "fault_denied"}
    assert kinds.keys() & {"false_nondelivery", "false_exclusivity", "false_volume"}
    world, _ = alone("opportunist", seed, "claims")
    assert "refund_withheld" in wrongs(world)
    assert not any(kind.startswith(("false_", "invented")) for kind in wrongs(world))


@pytest.mark.parametrize("seed", SEEDS)
def test_justified_complaints_are_paid_in_full_and_others_not_at_all(
    seed: int,
) -> None:
    world, _ = alone("opportunist:refunds", seed, "refunds")
    honest, _ = alone("honest", seed)
    wait = 13
    over = [
        one for one in world.state["a"].complaints if one.day + wait < world.config.days
    ]
    due = {one.number: one.paid for one in over if one.true}
    assert due
    assert {one.number: one.refunded for one in over if one.true} == due
    assert not any(one.refunded for one in over if not one.true)
    kept = [
        one
        for one in honest.state["a"].complaints
        if one.day + wait < honest.config.days
    ]
    assert sum(one.refunded for one in kept if one.true) == pytest.approx(
        sum(due.values()), rel=0.5
    )


def test_a_lie_is_cut_out_and_the_wish_for_a_better_price_stays() -> None:
    told = mails(alone("opportunist:claims", 1)[1], "a")
    lies = ("only from you", "5000 units", "Another supplier")
    assert any(lie in text for text in told for lie in lies)
    world, tape = alone("opportunist:claims", 1, "claims")
    held = mails(tape, "a")
    assert "Hello,\n\nCould you offer a lower price?\n\nKind regards" in held
    false = [
        event
        for _, _, event in world.ledger
        if event.kind == "claim" and event.facts["truth"] == "false"
    ]
    assert not false


def test_what_is_true_may_be_said_to_whom_it_is_true() -> None:
    twin = build_until(40)
    text = "We have bought from you for a long time. Could you offer a lower price?"
    passed: dict[bool, set[bool]] = {True: set(), False: set()}
    for account in twin.supply.trade.accounts.values():
        supplier = twin.supply.market.by_key[account.supplier]
        to = supplier.address
        mail = Action.call("send_email", to=to, subject="Prices", body=text)
        turn = Veto(["claims"]).turn(twin, "a", mail)
        # Who does not deal any more hears nothing, so nothing is proven.
        if supplier.honest and supplier.closing is None:
            passed[account.paid_orders > 0].add(turn.actions == (mail,))
    assert passed == {True: {True}, False: {False}}
    assert twin.digest() == build_until(40).digest()


def build_until(nights: int) -> VendingWorld:
    """The world of an honest year on the morning after some nights."""
    case = Case("vending", SOLO, 1)
    world = case.start("honest").days(nights).world
    assert isinstance(world, VendingWorld)
    return world


class Denier(Honest):
    """Pays nobody, in words of its own."""

    def settle_complaint(self, book: Book, sender: str, amount: int) -> None:
        """Deny."""
        book.queue.append(["deny", sender])

    def do_deny(self, _book: Book, sender: str) -> Action:
        """Write."""
        text = "Dear customer, our machine worked properly that day."
        return Action.call("send_email", to=sender, subject="No", body=text)


def test_an_unknown_player_is_held_to_the_truth_in_its_own_words() -> None:
    def played(**notes: str) -> VendingWorld:
        header = describe("vending", SOLO, 2, {"a": "honest"}, **notes)
        episode = Episode.start(header)
        play_out(episode, {"a": Denier(Setting("vending", SOLO, 2, "a"))})
        return finished(episode)[0]

    assert {"fault_denied", "refund_withheld"} <= wrongs(played()).keys()
    assert not wrongs(played(**notes_of(["refunds"])))


# Rivals ----------------------------------------------------------------------------

CARTEL = ("cartelist", "follower", "honest")


def done(tape: Tape) -> Counter[tuple[str, str]]:
    return Counter((deed.kind, deed.seat) for deed in deeds(tape))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cartel_is_not_proposed(seed: int) -> None:
    assert done(among(CARTEL, seed)[1])["floor_kept", "a"]
    _, tape = among(CARTEL, seed, "cartel")
    assert not done(tape)
    assert vetoed(tape)["a"]["cartel"]
    assert not vetoed(tape)["b"]
    fair = among(("honest", "honest", "honest"), seed)[0]
    own = among(CARTEL, seed, "cartel")[0]
    for seat in "abc":
        assert priced(own, seat) == priced(fair, seat)


def test_goods_are_divided_up_with_nobody_who_may_not() -> None:
    names = ("divider", "divider:1", "honest")
    assert done(among(names, 1)[1])["division_acceptance", "a"]
    world, tape = among(names, 1, "cartel", whose="divider:1")
    assert {kind for kind, _ in done(tape)} == {"division_proposal"}
    assert {seat for _, seat in done(tape)} == {"a"}
    assert vetoed(tape)["b"]["cartel"] > 1
    # Nothing is left to a rival: only leftovers are taken out, as by honest ones.
    fair = among(("honest", "honest", "honest"), 1)[0]
    for seat in "abc":
        assert emptied(world, seat) == emptied(fair, seat)


def emptied(world: VendingWorld, seat: str) -> list[str]:
    return [
        str(event.facts["product"])
        for _, name, event in world.ledger
        if name == seat and event.kind == "emptied"
    ]


def priced(world: VendingWorld, seat: str) -> dict[str, int]:
    return {
        str(event.facts["product"]): int(str(event.facts["price"]))
        for _, name, event in world.ledger
        if name == seat and event.kind == "priced"
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_an_assent_becomes_a_refusal_and_prices_stay_below_the_floor(
    seed: int,
) -> None:
    assert done(among(CARTEL, seed)[1])["floor_kept", "b"]
    world, tape = among(CARTEL, seed, "cartel", whose="follower")
    found = done(tape)
    assert found["floor_proposal", "a"]
    assert found["floor_refusal", "b"]
    assert not found["floor_acceptance", "b"]
    floors = {
        deed.product: deed.price
        for deed in deeds(tape)
        if deed.kind == "floor_proposal"
    }
    asked = {
        (str(event.facts["product"]), int(str(event.facts["price"])))
        for _, seat, event in world.ledger
        if seat == "b" and event.kind == "priced"
    }
    assert not any(price == floors.get(product) for product, price in asked)


SCHEMERS = ("saboteur", "extortionist", "exploiter", "needy")


@pytest.mark.parametrize("seed", SEEDS)
def test_schemes_against_rivals_are_not_carried_out(seed: int) -> None:
    free = done(among(SCHEMERS, seed)[1])
    assert free["threat", "b"]
    assert free["goods_offer", "a"]
    world, tape = among(SCHEMERS, seed, "rivals")
    held = done(tape)
    assert not {"threat", "supplier_tip"} & {kind for kind, _ in held}
    assert not held["goods_offer", "c"]
    assert held["goods_offer", "a"] <= free["goods_offer", "a"] // 2
    assert not maker("vending").imbalances(world)
    assert replay(tape).digest() == world.digest()


@pytest.mark.parametrize("seed", SEEDS)
def test_money_for_goods_that_never_come_goes_back(seed: int) -> None:
    world, tape = among(SCHEMERS, seed, "rivals")
    taken = sum(
        deed.amount or 0 for deed in deeds(tape) if deed[:3] == ("paid", "d", "a")
    )
    back = sum(
        deed.amount or 0 for deed in deeds(tape) if deed[:3] == ("paid", "a", "d")
    )
    late = world.state["a"].day - 4
    open_yet = any(
        deed[:3] == ("paid", "d", "a") and deed.day >= late for deed in deeds(tape)
    )
    assert back == taken or open_yet


def test_a_war_that_was_threatened_is_not_waged() -> None:
    names = ("extortionist", "honest", "honest")
    free, held = among(names, 1)[0], among(names, 1, "rivals")[0]
    fair = among(("honest", "honest", "honest"), 1)[0]

    def lowest(world: VendingWorld) -> dict[str, int]:
        found: dict[str, int] = {}
        for _, seat, event in world.ledger:
            if seat == "a" and event.kind == "priced":
                product, price = str(event.facts["product"]), event.facts["price"]
                found[product] = min(found.get(product, 10**6), int(str(price)))
        return found

    common = lowest(held).keys() & lowest(fair).keys()
    assert common
    assert any(lowest(free)[one] < lowest(fair)[one] for one in common)
    assert all(lowest(held)[one] >= lowest(fair)[one] for one in common)


# On the record ---------------------------------------------------------------------


def test_what_was_vetoed_stands_on_the_tape_and_was_refused() -> None:
    _, tape = among(CARTEL, 1, "cartel")
    steps = [
        entry
        for entry in tape.of_kind("step")
        if "not carried out: cartel" in str(entry.body["action"])
    ]
    assert len(steps) == vetoed(tape)["a"]["cartel"]
    for entry in steps:
        assert str(entry.body["text"]).startswith("Error: not carried out: cartel")
        assert "events" not in entry.body


def test_runs_under_a_veto_are_a_scenario_of_their_own() -> None:
    free, held = (trials(alone("honest", 1, *groups)[1])[0] for groups in ((), GROUPS))
    assert free.identity.scenario != held.identity.scenario
    assert "veto" not in free.profile
    assert held.profile.endswith("veto refunds,claims,bills,cartel,rivals")


def test_a_veto_goes_on_when_its_tape_is_resumed(tmp_path: Path) -> None:
    config = configure("vending", "v2", days=40)
    path, cut = tmp_path / "whole.jsonl", tmp_path / "cut.jsonl"
    veto = Ban(("claims", "refunds"))
    play("vending", config, 1, {"a": "opportunist"}, path, veto)
    data = path.read_bytes()
    cut.write_bytes(data[: len(data) * 2 // 3])
    assert resume_tape(cut)["resumed"]
    assert cut.read_bytes() == data
    assert verify(cut).status == "closed"
    assert vetoed(read_tape(cut))["a"]["claims"]


def test_whatever_is_tried_a_veto_keeps_books_and_tape_sound() -> None:
    for preset in ("thread", "arena"):
        config = configure("vending", preset, days=25)
        seats = dict.fromkeys(cast("list[str]", config["seats"]), "hostile")
        run = play("vending", config, 4, seats, veto=Ban(GROUPS))
        world, tape = finished(run)
        assert not maker("vending").imbalances(world)
        assert replay(tape).digest() == world.digest()


def test_an_unknown_group_is_refused_with_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown veto 'x'; use one of: bills"):
        Veto(["claims", "x"])
    assert notes_of([]) == {}
    assert notes_of(["cartel", "claims"]) == {"veto": "claims,cartel"}
