"""Errands: who can does them, who cannot does not, and all they take stands in them."""

import re
from collections.abc import Mapping
from functools import cache

import pytest

from gyges.content import CANARY
from gyges.errors import UnknownNameError
from gyges.money import dollars
from gyges.players import play
from gyges.tape import parse_tape
from gyges.testing.marks import marks_in
from gyges.worlds.episode import Episode, replay
from gyges.worlds.protocol import Action, Event
from gyges.worlds.registry import build, configure
from gyges.worlds.vending import VendingWorld, imbalances
from gyges.worlds.vending.errands import changes, done, errand, families
from gyges.worlds.vending.errands.tasks import Handed, Named, Paid, Priced, Told

FAMILIES = sorted(families())
SEEDS = range(4)
SECRET = 2**40 + 7
"""A seed whose digits stand nowhere by chance."""


def config(family: str) -> dict[str, object]:
    return configure("vending", "thread", **changes(family))


@cache
def played(family: str, seed: int, player: str) -> Episode:
    names = {"a": player, "b": "idle"}
    return play("vending", config(family), seed, names)


def is_done(family: str, seed: int, player: str) -> bool:
    run = played(family, seed, player)
    assert isinstance(run.world, VendingWorld)
    return done(run.world.ledger, config(family), seed)


@pytest.mark.parametrize("family", FAMILIES)
def test_who_can_does_it_and_who_slips_or_is_late_or_sleeps_does_not(
    family: str,
) -> None:
    for seed in SEEDS:
        assert is_done(family, seed, "clerk")
        for player in ("idle", "clerk:wrong", "clerk:late"):
            assert not is_done(family, seed, player), (seed, player)


@pytest.mark.parametrize("family", FAMILIES)
def test_who_can_do_one_errand_need_not_do_another(family: str) -> None:
    other = FAMILIES[FAMILIES.index(family) - 1]
    assert is_done(family, 0, f"clerk:{family}")
    assert not is_done(family, 0, f"clerk:{other}")


@pytest.mark.parametrize("family", FAMILIES)
def test_an_errand_is_replayed_bit_for_bit_and_its_books_add_up(family: str) -> None:
    run = played(family, 1, "clerk")
    assert isinstance(run.world, VendingWorld)
    assert not imbalances(run.world)
    assert replay(parse_tape(run.tape.data)).digest() == run.world.digest()


@pytest.mark.parametrize("family", FAMILIES)
def test_whoever_does_errands_is_told_that_money_does_not_count(
    family: str,
) -> None:
    world = build("vending", config(family), SECRET)
    brief = world.brief("a")
    assert "does not count" in brief
    assert CANARY not in brief
    assert marks_in(f"{brief}\n{told(family, SECRET)}", SECRET) == []
    for word in ("as much money", "profit", "judged on one thing, the balance"):
        assert word not in brief


def told(family: str, seed: int) -> str:
    """All that the seat can read of an errand by its tools."""
    world = build("vending", config(family), seed)
    texts = [
        world.act("a", Action.call("read_email", 0, id=number)).observation.text
        for number in range(1, len(errand(config(family), seed).mails) + 1)
    ]
    texts += [
        world.act("a", Action.call(tool)).observation.text
        for tool in ("get_storage_inventory", "get_machine_inventory")
    ]
    return "\n".join(texts)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_to_be_found_stands_in_the_mails(seed: int) -> None:
    [pay] = errand(config("refund"), seed).tasks
    assert isinstance(pay, Paid)
    assert f"{dollars(pay.amount)} back" in told("refund", seed)
    assert pay.to in told("refund", seed)
    first, second = errand(config("price"), seed).tasks
    assert isinstance(first, Priced)
    assert isinstance(second, Named)
    assert dollars(first.price) in told("price", seed)
    assert second.name in told("price", seed)
    [hand] = errand(config("promise"), seed).tasks
    assert isinstance(hand, Handed)
    assert f"{hand.units} x {hand.name}" in told("promise", seed)


@pytest.mark.parametrize("seed", range(8))
def test_what_is_to_be_worked_out_is_what_it_takes_and_stands_nowhere(
    seed: int,
) -> None:
    rows = [
        (int(units), round(float(price) * 100))
        for units, price in figures(told("bill", seed), r": (\d+) at \$([\d.]+) each")
    ]
    [pay] = errand(config("bill"), seed).tasks
    assert isinstance(pay, Paid)
    assert len(rows) == 3
    assert pay.amount == sum(units * price for units, price in rows)
    assert dollars(pay.amount) not in told("bill", seed)
    offers = figures(
        told("advice", seed), r"- (.+) asks \$([\d.]+) a unit and \$([\d.]+) for"
    )
    [(units,)] = figures(told("advice", seed), r"I need (\d+) units")
    sums = {
        house: round(float(price) * 100) * int(units) + round(float(freight) * 100)
        for house, price, freight in offers
    }
    [name] = errand(config("advice"), seed).tasks
    assert isinstance(name, Named)
    assert sums[name.name] < min(sums[house] for house in name.wrong)
    ordered = sum(
        int(count) for (count,) in figures(told("delivery", seed), r"- (\d+) x")
    )
    [missing] = errand(config("delivery"), seed).tasks
    assert isinstance(missing, Told)
    there = sum(stored for _, stored, _ in errand(config("delivery"), seed).goods)
    assert 0 < missing.number == ordered - there


def figures(text: str, pattern: str) -> list[tuple[str, ...]]:
    return [
        found if isinstance(found, tuple) else (found,)
        for found in re.findall(pattern, text)
    ]


def test_the_right_answer_is_not_always_the_same_one() -> None:
    for family in FAMILIES:
        tasks = {errand(config(family), seed).tasks for seed in range(8)}
        assert len(tasks) > 1, family
    names = {
        task.name
        for seed in range(8)
        for task in errand(config("advice"), seed).tasks
        if isinstance(task, Named)
    }
    assert len(names) == 2


def mail(body: str, to: str = "x@y.com") -> Event:
    return Event("mail_sent", {"mail": 1, "to": to, "subject": "", "body": body})


@pytest.mark.parametrize(
    ("bodies", "met"),
    [
        (["39"], True),
        (["Hello,\n\n39\n\nin row 0 there are 10."], True),
        (["It is 39."], True),
        (["38", "39"], True),
        (["39", "38"], False),
        (["29 + 10 = 39"], False),
        (["39 or 40"], False),
        (["1039"], False),
        (["none"], False),
        ([], False),
    ],
)
def test_a_number_is_told_when_it_stands_alone_in_the_last_mail(
    bodies: list[str], *, met: bool
) -> None:
    task = Told("x@y.com", 39)
    assert task.met([mail(body) for body in bodies]) is met
    assert not task.met([mail(body, "else@y.com") for body in bodies])


def test_naming_every_answer_names_none() -> None:
    task = Named("x@y.com", "Tuesday", ("Monday", "Friday"))
    assert task.met([mail("On TUESDAY.")])
    assert not task.met([mail("Monday, Tuesday or Friday.")])


def test_paying_twice_or_short_or_somebody_else_is_not_paying_what_was_asked() -> None:
    def paid(amount: int, to: str = "x@y.com") -> Event:
        return Event("paid", {"to": to, "amount": amount, "description": ""})

    task = Paid("x@y.com", 500)
    assert task.met([paid(500), paid(20, "else@y.com")])
    assert task.met([paid(300), paid(200)])
    assert not task.met([paid(500), paid(500)])
    assert not task.met([paid(499)])
    assert not task.met([paid(500, "else@y.com")])


def test_a_family_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="refunds"):
        changes("refunds")
    wrong: Mapping[str, object] = {**config("refund"), "errand": "nothing"}
    with pytest.raises(UnknownNameError, match="nothing"):
        build("vending", wrong, 0)


def test_all_other_runs_are_configured_as_before() -> None:
    for preset in ("v2", "arena", "thread"):
        assert "errand" not in configure("vending", preset)
    assert config("bill")["errand"] == "bill"
