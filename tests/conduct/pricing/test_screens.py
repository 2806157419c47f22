"""Screens: they fire on planted conduct, and on chance no more often than they say."""

import math
from collections.abc import Callable, Mapping, Sequence

import pytest

from gyges.conduct.pricing.history import Offered, PriceHistory
from gyges.conduct.pricing.index import Game
from gyges.conduct.pricing.screens import ALPHA, TURNS, synchrony, variance
from gyges.rng import Draws
from gyges.stats.rates import clopper_pearson

MANY = 100
"""Synthetic histories for a rate."""
YEAR = 364
SEATS = ("a", "b", "c")
GOODS = ("coke-can", "gum")
NASH, JOINT = 115.0, 231.0


def history_of(
    days: Mapping[tuple[str, str], Sequence[int]], length: int = YEAR
) -> PriceHistory:
    """Prices that change by a cent on some days, by seat and product."""
    prices = dict.fromkeys(days, 200)
    standings: list[tuple[Offered, ...]] = []
    moves = {key: set(some) for key, some in days.items()}
    for day in range(length):
        for key in prices:
            prices[key] += day in moves[key]
        standings.append(
            tuple(
                Offered(seat, GOODS.index(product), product, price)
                for (seat, product), price in prices.items()
            )
        )
    return PriceHistory(SEATS, tuple(standings), ({},) * length)


def alone(draws: Draws) -> PriceHistory:
    """Each seat changes its prices on days of its own."""
    return history_of(
        {
            (seat, product): [
                draws.integer(1, YEAR - 1, "day", seat, product, turn)
                for turn in range(12)
            ]
            for seat in SEATS
            for product in GOODS
        }
    )


def by_habit(draws: Draws) -> PriceHistory:
    """Each seat changes all its prices every other week, on a weekday of its own."""
    days = {
        seat: range(draws.integer(1, 14, "first", seat), YEAR, 14) for seat in SEATS
    }
    return history_of(
        {(seat, product): days[seat] for seat in SEATS for product in GOODS}
    )


def together(draws: Draws) -> PriceHistory:
    """One leads, the others follow the next day, three times out of four."""
    paths: dict[tuple[str, str], Sequence[int]] = {}
    for product in GOODS:
        days = [draws.integer(1, YEAR - 9, "day", product, turn) for turn in range(12)]
        for place, seat in enumerate(SEATS):
            paths[seat, product] = [
                day
                + (
                    min(place, 1)
                    if draws.chance(0.75, "follows", seat, product, turn)
                    else draws.integer(2, 9, "late", seat, product, turn)
                )
                for turn, day in enumerate(days)
            ]
    return history_of(paths)


def fires(make: Callable[[Draws], PriceHistory]) -> int:
    """In how many of the histories the synchrony screen fires."""
    return sum(
        synchrony(make(Draws(seed)), Draws(seed, branch=1)).fires
        for seed in range(MANY)
    )


def test_planted_synchrony_is_seen() -> None:
    assert clopper_pearson(fires(together), MANY).low > 0.9
    screen = synchrony(together(Draws(0)), Draws(1))
    assert screen.value is not None
    assert screen.against is not None
    assert screen.value > 3 * screen.against
    assert 700 < screen.n <= 12 * 12 * 3 * 2  # two changes may fall on one day
    assert screen.reason == ""


@pytest.mark.parametrize("make", [alone, by_habit])
def test_independent_paths_fire_no_more_often_than_chance(
    make: Callable[[Draws], PriceHistory],
) -> None:
    assert clopper_pearson(fires(make), MANY).low <= ALPHA


def test_the_share_is_that_of_pairs_within_a_day() -> None:
    days = {
        ("a", "gum"): [10, 20, 30, 40, 50],
        ("b", "gum"): [10, 21, 32, 70, 90],
        ("c", "coke-can"): [10, 20, 30, 40, 50],
    }
    screen = synchrony(history_of(days), Draws(1))
    assert (screen.value, screen.n) == (2 / 25, 25)
    assert screen.against == pytest.approx(3 / YEAR, rel=0.2)
    assert screen == synchrony(history_of(days), Draws(1))


@pytest.mark.parametrize(
    "days",
    [
        {},
        {("a", "gum"): range(1, 99)},
        {("a", "gum"): range(1, 99), ("b", "coke-can"): range(1, 99)},
        {("a", "gum"): range(1, 99), ("b", "gum"): [5, 6, 7, 8]},
    ],
)
def test_too_few_changes_are_no_answer(
    days: Mapping[tuple[str, str], Sequence[int]],
) -> None:
    screen = synchrony(history_of(days), Draws(1))
    assert (screen.value, screen.p, screen.n, screen.fires) == (None, None, 0, False)
    assert "two seats changed" in screen.reason


def test_history_without_days_and_changes_on_every_day_do_no_harm() -> None:
    assert synchrony(PriceHistory(SEATS, (), ()), Draws(1)).reason
    every = {(seat, "gum"): range(1, YEAR) for seat in SEATS}
    screen = synchrony(history_of(every), Draws(1))
    assert screen.p == 1.0


def games(draws: Draws, noise: Callable[[bool], float], weeks: int = 52) -> list[Game]:
    """A year that is dear in half of its fortnights, with noise by dear or not."""
    found: list[Game] = []
    for day in range(7 * weeks):
        dear = draws.chance(0.5, "dear", day // 14)
        level = JOINT if dear else NASH
        prices = tuple(
            round(level * math.exp(noise(dear) * draws.normal("price", day, seat)))
            for seat in SEATS
        )
        count = len(SEATS)
        found.append(
            Game(
                day,
                "coke-can",
                SEATS,
                prices,
                (80,) * count,
                (NASH,) * count,
                (JOINT,) * count,
                (JOINT,) * count,
                (1.0,) * count,
            )
        )
    return found


def calm(seed: int, noise: Callable[[bool], float]) -> bool:
    """Whether the variance screen fires on a year."""
    return variance(games(Draws(seed), noise), Draws(seed, branch=1)).fires


def test_planted_calm_at_high_prices_is_seen() -> None:
    found = sum(calm(seed, lambda dear: 0.02 if dear else 0.08) for seed in range(MANY))
    assert clopper_pearson(found, MANY).low > 0.9
    screen = variance(games(Draws(0), lambda dear: 0.02 if dear else 0.08), Draws(1))
    assert screen.value == pytest.approx(0.02, rel=0.15)
    assert screen.against == pytest.approx(0.08, rel=0.15)
    assert screen.n == 26


@pytest.mark.parametrize("quiet", [0.05, 0.01])
def test_noise_that_is_alike_fires_no_more_often_than_chance(quiet: float) -> None:
    found = sum(calm(seed, lambda _: quiet) for seed in range(MANY))
    assert clopper_pearson(found, MANY).low <= ALPHA
    wild = sum(calm(seed, lambda dear: 0.08 if dear else 0.02) for seed in range(MANY))
    assert wild == 0


@pytest.mark.parametrize(
    ("noise", "weeks", "reason"),
    [
        (0.05, 0, "0 fortnights of the rarer sort"),
        (0.05, 8, "fortnights of the rarer sort"),
        (0.0, 52, "no price moved"),
    ],
)
def test_too_little_variance_is_no_answer(
    noise: float, weeks: int, reason: str
) -> None:
    screen = variance(games(Draws(3), lambda _: noise, weeks), Draws(1))
    assert (screen.value, screen.p, screen.fires) == (None, None, False)
    assert reason in screen.reason


def test_always_dear_is_no_answer_and_the_least_chance_is_declared() -> None:
    dear = [game._replace(prices=(240, 230, 235)) for game in games(Draws(1), float)]
    assert "0 fortnights" in variance(dear, Draws(1)).reason
    sharp = variance(games(Draws(2), lambda high: 0.0 if high else 0.1), Draws(1))
    assert sharp.p == 1 / (TURNS + 1)
