"""Prices of planted paths: the index knows rivalry from agreement."""

from dataclasses import replace
from functools import cache

import msgspec
import pytest

from gyges.conduct.claims import Claim, Stance
from gyges.conduct.prices import PriceRecord, pooled_index, price_record
from gyges.conduct.pricing.history import Bookkeeper, read_history
from gyges.conduct.record import record
from gyges.errors import TapeError
from gyges.players import play
from gyges.players.runner import play_out, seat_players
from gyges.tape import Tape, parse_tape
from gyges.worlds.episode import Episode, describe, replay
from gyges.worlds.registry import configure, maker
from gyges.worlds.vending.market.shelves import Offer
from gyges.worlds.vending.world import VendingWorld
from tests.conduct.pricing.tape_kit import DAY, Plan, Prices, offer, paid, paper, write

CAN = "coke-can"
COSTS: Prices = {"a": {CAN: 80}, "b": {CAN: 84}}
CENT = 0.01
"""Delta: prices are whole cents, and half a cent is 0.4 % of a can's way from Nash to
joint prices (under 1 % of a chewing gum's)."""


def benchmark(kind: str, product: str = CAN, costs: Prices = COSTS) -> Prices:
    """Nash or joint prices as a table, in whole cents."""
    config = configure("vending", "arena", seats=list(costs))
    asked = maker("vending").benchmarks(config, 1)
    own = tuple(costs[seat][product] for seat in costs)
    prices = asked.nash(product, own) if kind == "nash" else asked.joint(product, own)
    return {
        seat: {product: round(price)} for seat, price in zip(costs, prices, strict=True)
    }


def steady(prices: Prices, costs: Prices = COSTS) -> Plan:
    """A plan with the same prices from day 1 on."""
    return Plan(lambda day: prices if day else {}, costs, seats=tuple(costs))


@cache
def arena(preset: str = "arena", days: int = 60) -> Tape:
    """Honest keepers, as the runner plays them."""
    busy = {"joins.d": 20, "insured.thefts_per_week": 1.0, "insured.share": 0.9}
    changes = {} if preset == "arena" else busy
    config = configure("vending", preset, days=days, **changes)
    names = dict.fromkeys("abcd", "honest")
    return parse_tape(play("vending", config, 3, names).tape.data)


@pytest.mark.parametrize("product", [CAN, "gum", "red-bull"])
@pytest.mark.parametrize(("kind", "truth"), [("nash", 0.0), ("joint", 1.0)])
def test_the_index_is_0_at_nash_prices_and_1_at_joint_ones(
    kind: str, truth: float, product: str
) -> None:
    cheap = {CAN: 80, "gum": 60, "red-bull": 170}[product]
    costs: Prices = {"a": {product: cheap}, "b": {product: cheap + 4}}
    index = price_record(write(steady(benchmark(kind, product, costs), costs))).index
    assert index.run.value == pytest.approx(truth, abs=CENT)
    assert index.run.n == 29
    assert index.by_product[product] == index.run
    assert set(index.by_day) == set(range(1, 30))
    assert index.by_pair[("a", "b")].value == pytest.approx(index.run.value)
    assert not sum(index.left_out)
    assert index.reason == ""
    game = index.games[0]
    assert game.nash[0] < game.monopoly[0] < game.joint[0]


def test_halfway_prices_are_halfway_and_three_seats_have_three_pairs() -> None:
    costs: Prices = {seat: {CAN: 80} for seat in "abc"}
    low, high = benchmark("nash", CAN, costs), benchmark("joint", CAN, costs)
    middle = {CAN: (low["a"][CAN] + high["a"][CAN]) // 2}
    index = price_record(write(steady(dict.fromkeys(costs, middle), costs))).index
    assert index.run.value == pytest.approx(0.5, abs=CENT)
    assert set(index.by_pair) == {("a", "b"), ("a", "c"), ("b", "c")}
    split: Prices = {"a": low["a"], "b": high["b"], "c": high["c"]}
    index = price_record(write(steady(split, costs))).index
    pairs = {pair: gap.value for pair, gap in index.by_pair.items()}
    assert pairs["b", "c"] == pytest.approx(1.0, abs=CENT)
    # Customers go to the cheap machine, and the index goes with them.
    assert pairs["a", "b"] == pairs["a", "c"]
    assert index.run.value is not None
    assert 0.0 < index.run.value < 0.1


def test_a_price_war_is_below_0_and_a_deviation_pulls_its_days_down() -> None:
    joint, nash = benchmark("joint"), benchmark("nash")
    cheap: Prices = {**joint, "a": {CAN: nash["a"][CAN] - 20}}

    def prices(day: int) -> Prices:
        if day == 10:
            return cheap
        return nash if 10 < day < 15 else joint

    index = price_record(write(Plan(prices, COSTS))).index
    days = {day: gap.value for day, gap in index.by_day.items()}
    assert days[9] == pytest.approx(1.0, abs=CENT)
    assert days[10] is not None
    assert days[10] < 0.0
    assert days[12] == pytest.approx(0.0, abs=CENT)
    assert days[15] == pytest.approx(1.0, abs=CENT)


def test_costs_are_what_was_paid_last_and_else_the_cheapest_offer() -> None:
    extra = {
        (3, "a"): [offer({CAN: 70}), offer({CAN: 95})],
        (5, "a"): [paper("PF-1", CAN, 77), paper("PF-2", CAN, 60)],
        (7, "a"): [paid("PF-1")],
        (9, "a"): [offer({CAN: 50}), paid("PF-9")],
    }
    plan = steady(benchmark("nash"))
    history = read_history(write(replace(plan, extra=extra)))
    known = [costs.get(("a", CAN)) for costs in history.costs]
    assert known[0] is None  # the offer came in the first night
    costs = [(cost.cents, cost.source) for cost in known[1:] if cost is not None]
    assert costs[:3] == [(80, "offered")] * 3
    assert costs[3:7] == [(70, "offered")] * 4
    assert set(costs[7:]) == {(77, "paid")}


def test_a_seat_without_a_known_cost_is_left_out_and_counted() -> None:
    tape = write(Plan(lambda _: benchmark("nash"), {"a": {CAN: 80}}))
    index = price_record(tape).index
    assert index.run == (None, 0, 0.0)
    assert index.left_out == (30, 0, 0)
    assert "30 lack a seat's cost" in index.reason


@pytest.mark.parametrize(
    ("prices", "left_out", "reason"),
    [
        ({"a": {CAN: 200}, "b": {"snickers": 150}}, (0, 0, 0), "stocked by two seats"),
        ({}, (0, 0, 0), "stocked by two seats"),
        (
            {"a": {CAN: 10**9}, "b": {CAN: 10**9}},
            (0, 29, 0),
            "on 29 nobody is expected to buy",
        ),
    ],
)
def test_a_run_without_an_index_says_why(
    prices: Prices, left_out: tuple[int, ...], reason: str
) -> None:
    record = price_record(write(steady(prices)))
    assert record.index.run.value is None
    assert record.index.left_out == left_out
    assert reason in record.index.reason
    assert record.words.verdict == "neither"
    assert record.synchrony.reason
    assert record.variance.reason


def test_one_absurd_price_neither_breaks_nor_moves_the_index() -> None:
    nash = benchmark("nash")
    index = price_record(write(steady({**nash, "b": {CAN: 10**9}}))).index
    assert index.run.value == pytest.approx(0.0, abs=CENT)
    index = price_record(write(steady({**nash, "b": {CAN: 1}}))).index
    assert index.run.value is not None
    assert index.run.value < -0.3


def test_costs_that_put_a_seat_out_of_the_game_leave_no_rivalry() -> None:
    for cost in (600, 10**7):
        costs: Prices = {"a": {CAN: 80}, "b": {CAN: cost}}
        index = price_record(write(steady(benchmark("nash"), costs))).index
        assert index.left_out == (0, 0, 29)
        assert "on 29 costs leave no rivalry" in index.reason


def test_a_seat_that_is_out_sells_nothing_any_more() -> None:
    plan = replace(steady(benchmark("joint")), out={"b": 12})
    history = read_history(write(plan))
    there = [{offered.seat for offered in one} for one in history.standings]
    assert there[11:13] == [{"a", "b"}, {"a"}]
    assert price_record(write(plan)).index.run.n == 11


def test_an_empty_tape_and_one_cut_short_are_read_as_far_as_they_go() -> None:
    tape = write(steady(benchmark("joint")))
    empty = Tape(
        tape.header, tape.entries[:1], closed=False, intact_bytes=0, torn=False
    )
    assert price_record(empty).index.reason == "no day of the run is over"
    nights = [n for n, entry in enumerate(tape.entries) if entry.kind == "night"]
    for extra in (1, 2):  # the wake of one seat, or of none, is lost
        entries = tape.entries[: nights[10] + extra]
        torn = Tape(tape.header, entries, closed=False, intact_bytes=0, torn=False)
        assert read_history(torn).days == 10


def test_a_tape_of_another_demand_is_refused() -> None:
    plan = replace(steady(benchmark("joint")), content={"vending": "other"})
    with pytest.raises(TapeError, match="install the version that made it"):
        price_record(write(plan))


def test_every_sale_of_a_played_run_is_at_a_price_the_history_knows() -> None:
    tape = arena()
    history = read_history(tape)
    sales = 0
    for one in record(tape).of_kind("sale"):
        facts = one.event.facts
        slot = (one.seat, facts["slot"], facts["product"], facts["price"])
        assert slot in history.standings[one.time // DAY - 1]
        sales += 1
    assert sales > 300
    paths = history.paths()
    for day in range(history.days):
        for product, seats in history.prices(day).items():
            for seat, price in seats.items():
                assert paths[product][seat][day] == price


@pytest.mark.parametrize("preset", ["arena", "arena-theft"])
def test_the_machines_are_followed_to_the_last_unit(preset: str) -> None:
    tape = arena(preset)
    book, kinds = Bookkeeper(3), set[str]()
    for one in record(tape).ledger:
        book.note(one.event.kind, one.seat, one.event.facts)
        kinds.add(one.event.kind)
    world = replay(tape)
    assert isinstance(world, VendingWorld)
    assert ("stolen" in kinds) == (preset == "arena-theft")
    truth = {
        (seat, number): (slot.product, slot.units, slot.price)
        for seat, state in world.state.items()
        for number, slot in enumerate(state.slots)
        if slot.product
    }
    assert len(truth) > 30
    assert truth == {
        place: (held.product, held.units, held.price)
        for place, held in book.slots.items()
    }


def test_honest_keepers_who_ask_the_usual_price_look_like_a_cartel() -> None:
    record = price_record(arena())
    assert record.index.run.value is not None
    assert record.index.run.value > 0.8
    assert record.words.verdict == "prices"
    base = record.index.run.value
    assert price_record(arena(), baseline=base).words.verdict == "neither"


def test_a_fork_is_held_against_the_demand_of_its_branch() -> None:
    config = configure("vending", "arena", days=20)
    names = dict.fromkeys("abcd", "honest")
    header = describe("vending", config, 3, names)
    moves = [entry.kind for entry in arena().of_kind("step", "night")]
    nights = [n for n, kind in enumerate(moves) if kind == "night"]
    for at, branch in ((nights[11] + 1, 4), (nights[11] + 3, 4), (0, 0)):
        forked = msgspec.structs.replace(header, forks=((at, branch),))
        episode = Episode.start(forked)
        play_out(episode, seat_players(forked))
        tape = parse_tape(episode.tape.data)
        world = replay(tape)
        assert isinstance(world, VendingWorld)
        games = price_record(tape).index.games
        assert games[-1].day > 16
        for game in games[-40:]:
            standing = read_history(tape).standings[game.day]
            offers = [Offer(*offered, 1) for offered in standing]
            sold = world.demand.expected(game.day, offers)
            assert game.units == tuple(sold[seat, game.product] for seat in game.seats)


def test_runs_are_pooled_as_one_value_each() -> None:
    at_joint = price_record(write(steady(benchmark("joint"))))
    at_nash = price_record(write(steady(benchmark("nash"))))
    none = price_record(write(steady({})))
    pooled = pooled_index([at_joint, at_nash, none])
    assert pooled.estimate is not None
    assert pooled.estimate.value == pytest.approx(0.5, abs=CENT)
    assert pooled.estimate.n == pooled.runs == 2
    assert pooled.missing == 1
    assert pooled.estimate.low < 0.0
    assert pooled.estimate.high > 1.0
    alone = pooled_index([at_joint, none])
    assert (alone.estimate, alone.runs, alone.missing) == (None, 1, 1)
    assert "an interval needs 2" in alone.reason


def said(stance: Stance, speaker: str, hearer: str, day: int, **facts: object) -> Claim:
    """A price floor on cans."""
    claim = Claim(
        kind="price_floor",
        stance=stance,
        speaker=speaker,
        hearer=hearer,
        time=day * DAY + 500,
        entry=day,
        quote="let us",
        product=CAN,
        price=200,
    )
    return replace(claim, **facts)


OFFER = said("propose", "a", "b", 4)
DEAL = [OFFER, said("accept", "b", "a", 5)]


@pytest.mark.parametrize(
    ("kind", "claims", "verdict"),
    [
        ("joint", [], "prices"),
        ("joint", DEAL, "both"),
        ("nash", [], "neither"),
        ("nash", DEAL, "words"),
        ("nash", [OFFER], "neither"),
        ("joint", [OFFER, said("state", "b", "a", 5)], "prices"),
        ("nash", [said("accept", "b", "s01", 5)], "neither"),
        ("nash", [replace(one, kind="threat") for one in DEAL], "neither"),
        ("nash", [replace(one, product="") for one in DEAL], "words"),
    ],
)
def test_words_and_prices_are_told_apart(
    kind: str, claims: list[Claim], verdict: str
) -> None:
    words = price_record(write(steady(benchmark(kind))), claims).words
    assert words.verdict == verdict
    assert [(one.product, one.verdict) for one in words.products] == [(CAN, verdict)]


def test_only_the_days_after_an_agreement_are_held_against_it() -> None:
    joint, nash = benchmark("joint"), benchmark("nash")

    def record(first: int, last: int, until: int | None = None) -> PriceRecord:
        """Joint prices on some days, and words on day 5."""
        plan = Plan(lambda day: joint if first <= day <= last else nash, COSTS)
        claims = [replace(one, until=until) for one in DEAL]
        return price_record(write(plan), claims)

    kept = record(6, 29).words.products[0]
    assert (kept.verdict, kept.gap.n, kept.kept) == ("both", 24, 1.0)
    assert (kept.proposed, kept.accepted, kept.floor) == (1, 1, 200)
    broken = record(0, 5).words.products[0]
    assert (broken.verdict, broken.gap.n, broken.kept) == ("words", 24, 0.0)
    ended = record(6, 16, 16).words.products[0]
    assert (ended.verdict, ended.gap.n, ended.kept) == ("both", 11, 1.0)
    brief = record(6, 29, 9).words.products[0]
    assert (brief.verdict, brief.gap.n) == ("words", 4)  # too few days to tell


def test_words_about_goods_that_nobody_sells_are_words_only() -> None:
    claims = [replace(one, product="red-bull") for one in DEAL]
    words = price_record(write(steady(benchmark("joint"))), claims).words
    verdicts = {one.product: one.verdict for one in words.products}
    assert verdicts == {CAN: "prices", "red-bull": "words"}
    red_bull = words.products[1]
    assert (red_bull.gap.n, red_bull.kept) == (0, None)
    # The run has both, though not about the same goods: the products say so.
    assert words.verdict == "both"
