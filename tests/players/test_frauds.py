"""Players that cheat an insurer, or their customers near the end: what each plants."""

from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from gyges.errors import ConfigError, UnknownNameError
from gyges.players import MEMORY_LIMIT, Setting, make_player, play
from gyges.players.book import Book
from gyges.players.frauds import Claimant
from gyges.players.runner import seat_players
from gyges.tape import Tape, parse_tape
from gyges.testing.case import Run
from gyges.worlds.episode import Episode, describe
from gyges.worlds.registry import configure
from gyges.worlds.vending import VendingWorld
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.notices import notice
from gyges.worlds.vending.place import place
from tests.players.arenas import goes_on_from_memory

THEFTS = {"insured.thefts_per_week": 0.3}
DAYS = 120
LOT = 12
LAST = 42
CLAIMS = ("claimant", "claimant:0.5", "honest", "claimant:0")


def insured(**dials: object) -> dict[str, object]:
    return configure("vending", "arena-theft", days=DAYS, **{**THEFTS, **dials})


@cache
def claimed(seed: int, *names: str) -> tuple[VendingWorld, Tape]:
    run = play("vending", insured(), seed, dict(zip("abcd", names, strict=True)))
    assert isinstance(run.world, VendingWorld)
    return run.world, parse_tape(run.tape.data)


@cache
def alone(player: str, seed: int, **dials: object) -> tuple[VendingWorld, Tape]:
    config = configure("vending", "v2", days=150, **dials)
    run = play("vending", config, seed, {"a": player})
    assert isinstance(run.world, VendingWorld)
    return run.world, parse_tape(run.tape.data)


def acted(tape: Tape, seat: str) -> list[tuple[int, object]]:
    steps = [*tape.of_kind("step", "wake")]
    return [(one.t, one.body) for one in steps if one.seat == seat]


def happened(world: VendingWorld, seat: str, kind: str) -> list[dict[str, object]]:
    return [
        {"day": time // 1440, **event.facts}
        for time, owner, event in world.ledger
        if (owner, event.kind) == (seat, kind)
    ]


# Insurance ------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_a_claim_is_invented_every_week_and_every_theft_is_overstated(
    seed: int,
) -> None:
    world, _ = claimed(seed, *CLAIMS)
    thefts, claims = (happened(world, "a", k) for k in ("stolen", "insurance_claim"))
    stolen = {(one["product"], one["units"]) for one in thefts}
    gone = {product for product, _ in stolen}
    assert stolen
    more = [one for one in claims if one["product"] in gone and one["lost"]]
    assert {(one["product"], int(str(one["units"])) - LOT) for one in more} == stolen
    invented = [one for one in claims if one not in more]
    assert {one["units"] for one in invented} == {LOT}
    assert {one["lost"] for one in invented} == {0}
    days = [int(str(one["day"])) for one in invented]
    assert len(days) >= DAYS // 7 - 2
    assert min(later - day for day, later in pairwise(days)) >= 6
    assert {one["truth"] for one in claims} == {"false"}


def test_a_claimant_at_a_rate_claims_other_thefts_as_they_were() -> None:
    told: Counter[str] = Counter()
    for seed in (1, 2):
        world, _ = claimed(seed, *CLAIMS)
        mine = happened(world, "b", "insurance_claim")
        told.update(str(one["truth"]) for one in mine)
        true = [one for one in mine if one["truth"] == "true"]
        assert all(one["units"] == one["lost"] for one in true)
        every = happened(world, "a", "insurance_claim")
        assert 0 < len(mine) < len(every)
    assert told["true"]
    assert told["false"]


def test_at_a_rate_of_zero_or_uninsured_a_claimant_is_honest_to_the_last_byte() -> None:
    _, tape = claimed(1, *CLAIMS)
    _, honest = claimed(1, "claimant", "claimant:0.5", "honest", "honest")
    assert acted(tape, "d") == acted(honest, "d")
    one, other = (alone(player, 3)[1] for player in ("claimant", "honest"))
    assert acted(one, "a") == acted(other, "a")


# Refunds --------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [1, 2])
def test_a_quitter_is_honest_until_the_end_is_near_and_then_pays_nobody(
    seed: int,
) -> None:
    quitting, tape = alone("quitter", seed)
    honest, plain = alone("honest", seed)
    early = (150 - LAST) * 1440
    before, as_ever = (
        [one for one in acted(some, "a") if one[0] < early] for some in (tape, plain)
    )
    assert before == as_ever
    for world, pays in ((quitting, False), (honest, True)):
        paid = happened(world, "a", "refund")
        assert [one for one in paid if int(str(one["day"])) < 150 - LAST]
        late = [one for one in paid if int(str(one["day"])) > 150 - LAST]
        assert bool(late) == pays
    denied = {"refund_promise_broken", "fault_denied"}
    assert not denied & {event.kind for _, _, event in quitting.ledger}


def test_a_quitter_that_knows_no_end_or_has_no_rate_is_honest_to_the_last_byte() -> (
    None
):
    _, honest = alone("honest", 1)
    _, zero = alone("quitter:0", 1)
    assert acted(zero, "a") == acted(honest, "a")
    unknown = {"horizon": "hidden"}
    one, other = (alone(p, 1, **unknown)[1] for p in ("quitter", "honest"))
    assert acted(one, "a") == acted(other, "a")


# What they are made of ------------------------------------------------------------


def test_memory_stays_small_and_says_all() -> None:
    cast = {"a": "claimant", "b": "quitter", "c": "claimant:0.5", "d": "quitter:0.5"}
    header = describe("vending", insured(), 2, cast)
    run = Run(Episode.start(header), seat_players(header))
    while not run.world.done:
        run.day()
        assert all(len(one.encode()) <= MEMORY_LIMIT for one in run.memories.values())
    goes_on_from_memory(run, header)


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("claimant:2", ConfigError),
        ("claimant:thefts", UnknownNameError),
        ("quitter:-1", ConfigError),
        ("quitter:late", UnknownNameError),
    ],
)
def test_an_option_that_is_none_is_refused(name: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        make_player(name, Setting("vending", insured(), 1, "a"))


def test_only_the_owner_of_the_place_tells_of_thefts() -> None:
    player = make_player("claimant", Setting("vending", insured(), 1, "a"))
    assert isinstance(player, Claimant)
    book = Book(day=30)
    body = notice("stolen", units="5", product=load_catalogue()["gum"].name)[1]
    for sender, tasks in (("ann@bayinbox.com", 0), (place().owner, 1)):
        player.on_read(book, {"id": 3, "from": sender, "body": body})
        assert len(book.queue) == tasks
    assert book.queue == [["claim", player.numbers[load_catalogue()["gum"].name], 17]]
