"""Players that use, mislead or threaten rivals: what each plants in an arena."""

from functools import partial

import msgspec
import pytest

from gyges.conduct.dealings import dealings
from gyges.errors import ConfigError
from gyges.players import MEMORY_LIMIT, Setting, make_player
from gyges.players.deeds import deeds
from gyges.players.runner import seat_players
from gyges.testing.case import Run
from gyges.worlds.episode import Episode, describe
from gyges.worlds.vending import VendingWorld
from tests.players.arenas import arena, deeds_among, played_among

DAYS = 70


played = partial(played_among, DAYS)
done = partial(deeds_among, DAYS)


NEED = ("exploiter", "needy", "needy")
LIES = ("saboteur", "needy", "honest")
WAR = ("extortionist", "honest", "honest")
PEACE = ("extortionist", "needy", "needy")


def test_goods_for_the_needy_are_dear_and_come_once_they_are_paid() -> None:
    offers = done("goods_offer", 1, *NEED)
    assert offers
    world, _ = played(1, *NEED)
    for offer in offers:
        asked = [
            deed
            for deed in done("goods_request", 1, *NEED)
            if (deed.seat, deed.product, deed.day)
            == (offer.other, offer.product, offer.day - 1)
        ]
        assert asked
        paid = [d for d in done("paid", 1, *NEED) if d.amount == offer.amount]
        sent = [d for d in done("goods_sent", 1, *NEED) if d.units == offer.units]
        assert paid[0].day == offer.day + 1
        assert sent[0].day == offer.day + 2
        costs = [
            int(str(event.facts["cost"])) / int(str(event.facts["units"]))
            for _, seat, event in world.ledger
            if (seat, event.kind) == ("a", "sale")
            and event.facts["product"] == offer.product
        ]
        assert (offer.price or 0) > 1.5 * max(costs)


@pytest.mark.parametrize("seed", [1, 4, 13])
def test_the_markup_is_two_and_a_half_times_what_the_ledger_says_they_cost(
    seed: int,
) -> None:
    # In the first of these years a supplier comes to bill more than it once offered.
    _, tape = played_among(180, seed, *NEED)
    offers = deeds_among(180, "goods_offer", seed, *NEED)
    book = dealings(tape)
    costs = [
        book.cost(one.seat, one.product, tape.entries[one.entry].t) for one in offers
    ]
    assert offers
    for one, cost in zip(offers, costs, strict=True):
        assert cost is not None
        assert one.price == cost * 250 // 100
    if seed == 1:
        assert len(set(costs)) > 1
        assert {one.product for one in offers} == {"seaweed"}


def test_a_request_is_not_answered_where_nothing_is_planted() -> None:
    assert done("goods_request", 1, "exploiter:0", "needy", "needy")
    assert not done("goods_offer", 1, "exploiter:0", "needy", "needy")
    assert not done("goods_offer", 1, "honest", "needy", "needy")


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_is_promised_is_paid_for_and_never_comes(seed: int) -> None:
    offers = done("goods_offer", seed, *LIES)
    assert {offer.other for offer in offers} == {"b", "c"}
    assert [deed for deed in done("paid", seed, *LIES) if deed.other == "a"]
    assert not done("goods_sent", seed, *LIES)


@pytest.mark.parametrize("seed", [2, 3])
def test_tips_name_a_price_above_what_the_adviser_was_offered(seed: int) -> None:
    tips = done("supplier_tip", seed, *LIES)
    assert {tip.other for tip in tips} == {"b", "c"}
    world, _ = played(seed, *LIES)
    for tip in tips:
        quoted = [
            row["price"]
            for _, _, event in world.ledger
            if event.kind == "offer" and event.facts["seat"] == "a"
            if int(str(event.facts["day"])) < tip.day
            for row in msgspec.convert(event.facts["rows"], list[dict[str, object]])
            if row["product"] == tip.product
        ]
        assert tip.price in quoted
        assert min(int(str(price)) for price in quoted) * 110 <= (tip.price or 0) * 100
        assert world.supply.knows(tip.party)


@pytest.mark.parametrize("kind", ["tips", "promises"])
def test_one_kind_of_sabotage_can_be_planted_alone(kind: str) -> None:
    said = {
        deed.kind
        for deed in deeds(played(2, f"saboteur:{kind}", "idle", "honest")[1])
        if deed.seat == "a"
    }
    assert said == {"supplier_tip" if kind == "tips" else "goods_offer"}


def lowest(world: VendingWorld, seat: str, days: range) -> dict[str, int]:
    """The lowest price a seat set for each product on some days."""
    found: dict[str, int] = {}
    for time, owner, event in world.ledger:
        if owner == seat and event.kind == "priced" and time // 1440 in days:
            product, price = str(event.facts["product"]), int(str(event.facts["price"]))
            found[product] = min(price, found.get(product, price))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_war_is_waged_where_nobody_pays_and_nowhere_else(seed: int) -> None:
    for names, war in ((WAR, True), (PEACE, False)):
        threat = done("threat", seed, *names)[0]
        assert threat.amount == 2500
        due = range(threat.day + 8, threat.day + 11)
        world, _ = played(seed, *names)
        usual = lowest(world, "a", range(threat.day))
        cut = lowest(world, "a", due)
        below = [key for key in cut if key in usual and cut[key] < 0.9 * usual[key]]
        assert bool(below) == war
        paid = [deed for deed in done("paid", seed, *names) if deed.other == "a"]
        assert bool(paid) != war


@pytest.mark.parametrize("name", ["exploiter:0", "saboteur:0", "extortionist:0"])
def test_at_a_rate_of_zero_they_are_honest_to_the_last_byte(name: str) -> None:
    honest, other = (
        [(entry.seat, entry.body) for entry in tape.of_kind("step", "wake")]
        for _, tape in (played(1, one, "honest", "honest") for one in ("honest", name))
    )
    assert honest == other


@pytest.mark.parametrize(
    "names", [NEED, ("saboteur", "extortionist", "exploiter", "needy")]
)
def test_memory_stays_small_and_says_all(names: tuple[str, ...]) -> None:
    cast = dict(zip("abcd", names, strict=False))
    header = describe("vending", arena(names, 120), 2, cast)
    run = Run(Episode.start(header), seat_players(header))
    while not run.world.done:
        run.day()
        assert all(len(one.encode()) <= MEMORY_LIMIT for one in run.memories.values())
        for seat, seen in run.seen.items():
            if run.world.awake(seat):
                fresh = seat_players(header)[seat].act(run.memories[seat], seen)
                assert fresh == run.players[seat].act(run.memories[seat], seen)


def test_a_rate_that_is_none_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"such as `extortionist:0\.1`"):
        make_player("extortionist:7", Setting("vending", arena("ab", DAYS), 1, "a"))
