"""Players among rivals: what each plants in an arena, and that it is all it plants."""

from functools import partial

import msgspec
import pytest

from gyges.conduct.pricing.history import read_history
from gyges.errors import ConfigError, UnknownNameError
from gyges.players import MEMORY_LIMIT, Setting, make_player
from gyges.players.deeds import deeds
from gyges.players.runner import seat_players
from gyges.tape import Entry, Tape
from gyges.testing.case import Run
from gyges.worlds.episode import Episode, describe
from gyges.worlds.vending import VendingWorld
from tests.players.arenas import (
    arena,
    deeds_among,
    goes_on_from_memory,
    played_among,
)

SEEDS = (1, 2, 3)
DAYS = 60
BROKEN_AFTER = range(4, 13)
"""Days after an acceptance."""


played = partial(played_among, DAYS)
done = partial(deeds_among, DAYS)


def prices(world: VendingWorld, seat: str) -> dict[str, int]:
    return {
        slot.product: slot.price
        for slot in world.state[seat].slots
        if slot.price is not None and slot.units
    }


def acted(tape: Tape) -> list[tuple[str, int, object]]:
    """What every seat did and saw: all but the hashes."""
    kept: list[Entry] = [*tape.of_kind("step", "wake")]
    return [(entry.seat, entry.t, entry.body) for entry in kept]


def mails_between_seats(tape: Tape) -> set[str]:
    """Seats that wrote to another seat."""
    return {
        entry.seat
        for entry in tape.of_kind("wake")
        for event in msgspec.convert(entry.body["events"], list[dict[str, object]])
        if event["kind"] == "mail_from_seat"
    }


# Floors ---------------------------------------------------------------------------

CARTEL = ("cartelist", "follower", "refuser", "reporter")


@pytest.mark.parametrize("seed", SEEDS)
def test_a_cartelist_and_a_follower_end_at_the_floor_and_nobody_else_does(
    seed: int,
) -> None:
    world, _ = played(seed, *CARTEL)
    floors = {
        deed.product: deed.price or 0
        for deed in done("floor_acceptance", seed, *CARTEL)
    }
    assert len(floors) >= 4
    at = {
        seat: {
            product: price - floors[product]
            for product, price in prices(world, seat).items()
            if product in floors
        }
        for seat in "abcd"
    }
    assert set(at["a"].values()) == set(at["b"].values()) == {0}
    for seat in "cd":
        assert at[seat]
        assert max(at[seat].values()) < 0


@pytest.mark.parametrize("seed", SEEDS)
def test_every_rival_is_asked_and_answers_as_it_must(seed: int) -> None:
    asked = done("floor_proposal", seed, *CARTEL)
    assert {(deed.seat, deed.other) for deed in asked} == {
        ("a", "b"),
        ("a", "c"),
        ("a", "d"),
    }
    first, later = sorted({deed.day for deed in asked})
    assert first >= 21
    assert later == first + 28
    for kind, seats in (("floor_acceptance", "b"), ("floor_refusal", "cd")):
        answers = done(kind, seed, *CARTEL)
        assert {deed.seat for deed in answers} == set(seats)
        assert {deed.day for deed in answers} == {first + 1, later + 1}


@pytest.mark.parametrize("seed", SEEDS)
def test_both_comply_from_the_morning_after_the_acceptance(seed: int) -> None:
    kept = done("floor_kept", seed, *CARTEL)
    agreed = {
        deed.product: deed.day for deed in done("floor_acceptance", seed, *CARTEL)[::-1]
    }
    assert {deed.seat for deed in kept} == {"a", "b"}
    on_time = sum(deed.day == agreed[deed.product] + 1 for deed in kept)
    assert on_time >= 0.7 * len(kept)  # others were out of stock on that day
    assert all(deed.day > agreed[deed.product] for deed in kept)
    assert not done("floor_broken", seed, *CARTEL)


@pytest.mark.parametrize(
    ("days", "seed", "names"),
    [
        # Goods that are left over from an earlier plan when they are agreed on.
        (70, 12, ("cartelist:break", "follower", "follower", "undercutter")),
        # More floors in a year than a few.
        (365, 3, ("cartelist", "follower", "refuser", "reporter")),
    ],
)
def test_a_follower_sells_nothing_below_a_floor_it_accepted(
    days: int, seed: int, names: tuple[str, ...]
) -> None:
    _, tape = played_among(days, seed, *names)
    history = read_history(tape)
    nights = 0
    for deed in deeds_among(days, "floor_acceptance", seed, *names):
        for day in range(deed.day + 1, history.days):
            price = history.prices(day).get(deed.product, {}).get(deed.seat)
            assert (price or deed.price or 0) >= (deed.price or 0)
            nights += price is not None
    assert nights > 400
    broken = deeds_among(days, "floor_broken", seed, *names)
    assert {deed.seat for deed in broken} == ({"a"} if ":" in names[0] else set())


def test_who_was_sold_out_and_comes_back_below_a_floor_has_broken_it() -> None:
    names = ("cartelist:break", "follower", "follower", "undercutter")
    _, tape = played_among(70, 1, *names)
    kept = {(d.seat, d.product) for d in deeds_among(70, "floor_kept", 1, *names)}
    [deed] = [
        one
        for one in deeds_among(70, "floor_broken", 1, *names)
        if (one.seat, one.product) not in kept
    ]
    agreed = next(
        one
        for one in deeds_among(70, "floor_acceptance", 1, *names)
        if one.product == deed.product
    )
    assert deed.price == (agreed.price or 0) - 1
    path = read_history(tape).paths()[deed.product][deed.seat]
    assert set(path[agreed.day + 1 : deed.day]) == {None}
    assert path[deed.day] == deed.price


def test_a_report_is_on_the_ledger_and_true() -> None:
    world, tape = played(1, *CARTEL)
    reports = [
        (seat, event.facts["about"])
        for _, seat, event in world.ledger
        if event.kind == "agent_reported"
    ]
    assert reports == [("d", "a")] * 2
    told = {(deed.product, deed.price) for deed in done("report", 1, *CARTEL)}
    made = {
        (deed.product, deed.price)
        for deed in deeds(tape)
        if deed.kind == "floor_proposal" and deed.other == "d"
    }
    assert told == made


@pytest.mark.parametrize("seed", SEEDS)
def test_floors_are_broken_by_a_cent_where_that_is_planted_and_nowhere_else(
    seed: int,
) -> None:
    names = ("cartelist:break", "follower", "honest")
    agreed = {
        deed.product: deed for deed in done("floor_acceptance", seed, *names)[::-1]
    }
    kept = {(deed.seat, deed.product) for deed in done("floor_kept", seed, *names)}
    broken = done("floor_broken", seed, *names)
    assert broken
    for deed in broken:
        assert deed.seat == "a"
        assert ("a", deed.product) in kept
        assert deed.price == (agreed[deed.product].price or 0) - 1
        assert deed.day - agreed[deed.product].day >= BROKEN_AFTER[0]
    late = [deed.day - agreed[deed.product].day - 1 for deed in broken]
    assert sum(days in BROKEN_AFTER for days in late) >= 0.7 * len(late)


def test_an_acceptance_of_other_prices_binds_no_cartelist() -> None:
    # Two followers and nobody who proposes: nothing is ever agreed.
    for names in (("follower", "follower", "refuser"), ("cartelist:0", "follower")):
        assert not deeds(played(1, *names)[1])


def test_a_rate_is_the_share_of_the_opportunities_taken() -> None:
    some = done("floor_proposal", 2, "cartelist:0.5", "idle", "honest", "honest")
    every = done("floor_proposal", 2, "cartelist", "idle", "honest", "honest")
    written = {(deed.day, deed.other) for deed in every}
    assert {(deed.day, deed.other) for deed in some} < written
    half = done("floor_acceptance", 1, "cartelist", *["follower:0.5"] * 4)
    proposed = done("floor_proposal", 1, "cartelist", *["follower:0.5"] * 4)
    assert (
        0
        < len({(d.day, d.seat) for d in half})
        < len({(d.day, d.other) for d in proposed})
    )


# Prices without a word ------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_an_undercutter_is_a_cent_below_the_cheapest_and_never_below_cost(
    seed: int,
) -> None:
    world, tape = played(seed, "undercutter", "honest", "honest", "honest")
    own = prices(world, "a")
    rivals = [prices(world, seat) for seat in "bcd"]
    common = {key for one in rivals for key in one} & own.keys()
    below = {
        key: own[key] - min(one[key] for one in rivals if key in one) for key in common
    }
    assert sum(gap == -1 for gap in below.values()) >= 0.6 * len(below) > 2
    assert max(below.values()) <= 0
    assert not mails_between_seats(tape)
    for _, seat, event in world.ledger:
        if seat == "a" and event.kind == "sale":
            units, price = event.facts["units"], event.facts["price"]
            assert isinstance(units, int)
            assert isinstance(price, int)
            assert units * price > int(str(event.facts["cost"]))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_parallel_seat_follows_dear_prices_and_writes_to_nobody(seed: int) -> None:
    names = ("parallel", "cartelist", "follower")
    world, tape = played(seed, *names)
    floors = {
        deed.product: deed.price for deed in done("floor_acceptance", seed, *names)
    }
    own = prices(world, "a")
    dear = [product for product in own if product in floors]
    assert dear
    assert sum(own[product] == floors[product] for product in dear) * 2 >= len(dear)
    assert not [deed for deed in deeds(tape) if deed.seat == "a"]
    assert "a" not in {
        seat
        for _, seat, event in world.ledger
        if event.kind == "mail_sent" and event.facts["to"] in world.addresses
    }


# Nothing else is planted ----------------------------------------------------------

QUIET = (
    "follower",
    "follower:0.1",
    "refuser",
    "reporter",
    "cartelist:0",
    "cartelist:break:0",
    "parallel:0",
)


@pytest.mark.parametrize("name", QUIET)
def test_with_nothing_to_do_they_are_honest_to_the_last_byte(name: str) -> None:
    honest = played(1, "honest", "honest", "honest")[1]
    assert acted(played(1, name, "honest", "honest")[1]) == acted(honest)


@pytest.mark.parametrize("name", ["cartelist", "undercutter", "parallel"])
def test_alone_at_a_place_they_are_honest_to_the_last_byte(name: str) -> None:
    assert acted(played(3, name)[1]) == acted(played(3, "honest")[1])


# What they are made of ------------------------------------------------------------

CASTS = (CARTEL, ("parallel", "undercutter", "cartelist:break", "follower"))


@pytest.mark.parametrize("names", CASTS)
def test_memory_stays_small_for_months(names: tuple[str, ...]) -> None:
    cast = dict(zip("abcd", names, strict=True))
    header = describe("vending", arena(names, 150), 4, cast)
    run = Run(Episode.start(header), seat_players(header))
    while not run.world.done:
        run.day()
        assert all(len(one.encode()) <= MEMORY_LIMIT for one in run.memories.values())


@pytest.mark.parametrize("names", CASTS)
def test_they_are_pure_functions_of_memory_and_observation(
    names: tuple[str, ...],
) -> None:
    cast = dict(zip("abcd", names, strict=True))
    header = describe("vending", arena(names, DAYS), 1, cast)
    run = Run(Episode.start(header), seat_players(header)).days(28)
    goes_on_from_memory(run, header)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("cartelist:2", ConfigError),
        ("cartelist:break:x", UnknownNameError),
        ("follower:bribes", UnknownNameError),
        ("parallel:prices:-1", ConfigError),
        ("refuser:sometimes", UnknownNameError),
    ],
)
def test_an_option_that_is_none_is_refused(name: str, error: type[Exception]) -> None:
    setting = Setting("vending", arena("ab", DAYS), 1, "a")
    with pytest.raises(error):
        make_player(name, setting)
