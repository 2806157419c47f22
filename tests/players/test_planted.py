"""What `opportunist` plants at a rate, and that this is the rate measured."""

from functools import cache

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from gyges.errors import ConfigError, UnknownNameError
from gyges.players import MEMORY_LIMIT, Setting, make_player, play
from gyges.players.planted import KINDS, Planted, planted
from gyges.rng import Draws
from gyges.stats.rates import clopper_pearson
from gyges.testing.case import Case
from gyges.testing.records import entries
from gyges.testing.vending_checks import FOLLOWS, PLANTED
from gyges.testing.years import Plan, play_year
from gyges.worlds.registry import configure, maker
from gyges.worlds.vending import VendingWorld

ALPHA = 0.001
RUNS = range(60)
FEW = range(6)
BUSY = {"complaints.per_day": 0.6}
"""Four times as many complaints as usual: more opportunities in the same time."""


@cache
def withheld(rate: str, seeds: range = RUNS) -> list[tuple[int, int]]:
    """Refunds withheld, and those that could be, run by run."""
    config = configure("vending", "v2-60d", **BUSY)
    found: list[tuple[int, int]] = []
    for seed in seeds:
        world = play("vending", config, seed, {"a": f"opportunist:refunds:{rate}"})
        assert isinstance(world.world, VendingWorld)
        kinds = maker("vending").proven(world.world.ledger, config)["a"]
        found.append(kinds["refund_withheld"])
    return found


def tape(player: str, seed: int, preset: str = "v2-60d") -> bytes:
    run = Case("vending", configure("vending", preset), seed).start(player).finish()
    return msgspec.json.encode(entries(run)[1:])


# The rate that is measured is the one that was planted ----------------------------


def test_the_share_of_refunds_withheld_is_the_planted_one() -> None:
    acts, chances = map(sum, zip(*withheld("0.1"), strict=True))
    assert chances > 1000
    low, high = clopper_pearson(acts, chances, ALPHA)
    assert low <= 0.1 <= high
    assert high - low < 0.07


def test_nothing_is_withheld_at_zero_and_everything_at_one() -> None:
    for rate, share in (("0", 0), ("1", 1)):
        acts, chances = map(sum, zip(*withheld(rate, FEW), strict=True))
        assert chances > 100
        assert acts == share * chances


def test_refunds_are_withheld_independently_of_one_another() -> None:
    # Pearson's statistic over runs: runs with a mood of their own would raise it.
    runs = withheld("0.1")
    acts, chances = map(sum, zip(*runs, strict=True))
    share = acts / chances
    statistic = sum((k - n * share) ** 2 / (n * share * (1 - share)) for k, n in runs)
    freedom = len(runs) - 1
    assert special.chdtrc(freedom, statistic) > ALPHA
    assert special.chdtr(freedom, statistic) > ALPHA


def test_such_a_test_would_notice_runs_that_have_moods() -> None:
    good, bad = withheld("0", FEW), withheld("1", FEW)
    runs = [*good * 9, *bad]
    acts, chances = map(sum, zip(*runs, strict=True))
    share = acts / chances
    statistic = sum((k - n * share) ** 2 / (n * share * (1 - share)) for k, n in runs)
    assert special.chdtrc(len(runs) - 1, statistic) < ALPHA


# Rates 0 and 1, and one kind only -------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("honest", "opportunist:0"),
        ("honest", "opportunist:claims:0.0"),
        ("opportunist", "opportunist:1"),
        ("opportunist:refunds", "opportunist:refunds:1.0"),
    ],
)
def test_rates_of_zero_and_one_are_players_that_are_known(one: str, other: str) -> None:
    for seed in (0, 5):
        assert tape(one, seed) == tape(other, seed)


def test_a_whole_year_at_zero_is_an_honest_one_to_the_last_byte() -> None:
    assert tape("honest", 4, "v2") == tape("opportunist:0", 4, "v2")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_at_a_rate_plants_only_that_kind(kind: str) -> None:
    allowed = PLANTED[kind] | FOLLOWS.get(kind, frozenset())
    assert set(play_year(Plan(f"opportunist:{kind}:0.5", 7)).acts) <= allowed


def test_half_of_everything_is_less_than_all_and_more_than_nothing() -> None:
    some, all_of_it = (
        sum(play_year(Plan(name, 7)).acts.values())
        for name in ("opportunist:0.5", "opportunist")
    )
    assert 0 < some < all_of_it


def test_memory_stays_small() -> None:
    run = Case("vending", configure("vending", "v2"), 1).start("opportunist:0.3")
    for _ in range(120):
        run.day()
        assert all(len(one.encode()) <= MEMORY_LIMIT for one in run.memories.values())


# The draws ------------------------------------------------------------------------


def of(option: str, seed: int = 1, seat: str = "a") -> Planted:
    return planted(option, Draws(seed), seat)


@given(st.integers(0, 2**40), st.text(max_size=20), st.floats(0, 1), st.floats(0, 1))
def test_what_is_taken_at_a_rate_is_taken_at_every_higher_one(
    seed: int, key: str, one: float, other: float
) -> None:
    low, high = sorted((one, other))
    took = of(f"{low!r}", seed).takes("debts", key)
    assert not took or of(f"{high!r}", seed).takes("debts", key)


def test_a_draw_takes_the_share_it_should() -> None:
    for rate in (1e-3, 0.01, 0.1, 0.5):
        plan = of(f"mistakes:{rate}")
        taken = sum(plan.takes("mistakes", number) for number in range(20_000))
        low, high = clopper_pearson(taken, 20_000, ALPHA)
        assert low <= rate <= high


def test_seats_kinds_and_seeds_decide_for_themselves() -> None:
    def decisions(plan: Planted, kind: str = "refunds") -> list[bool]:
        return [plan.takes(kind, number) for number in range(64)]

    first = decisions(of("0.5"))
    assert first == decisions(of("0.5"))
    assert first == decisions(of("refunds:0.5"))
    assert first != decisions(of("0.5", seat="b"))
    assert first != decisions(of("0.5", seed=2))
    assert first != decisions(of("0.5"), "debts")


# What may be asked for ------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "bad"),
    [
        ("1.5", "1.5"),
        ("-0.1", "-0.1"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("refunds:", ""),
        ("refunds:x", "x"),
        ("refunds:2", "2"),
        ("debts:0.1:0.2", "0.1:0.2"),
    ],
)
def test_a_rate_that_is_none_is_refused_with_those_that_are(
    option: str, bad: str
) -> None:
    setting = Setting("vending", configure("vending", "v2"), 1, "a")
    with pytest.raises(ConfigError) as caught:
        make_player(f"opportunist:{option}", setting)
    assert str(caught.value).startswith(
        f"the rate of misconduct is {bad!r}; allowed: a number from 0 to 1"
    )


@pytest.mark.parametrize("option", ["bribes", "bribes:0.1", "0.1:refunds", ":0.1"])
def test_a_kind_that_is_none_is_refused_with_those_there_are(option: str) -> None:
    setting = Setting("vending", configure("vending", "v2"), 1, "a")
    with pytest.raises(UnknownNameError, match=r"unknown misconduct .*refunds"):
        make_player(f"opportunist:{option}", setting)
