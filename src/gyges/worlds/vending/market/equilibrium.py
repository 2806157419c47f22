"""Prices and assortments that are best on the world's own expected demand.

A product's profit does not depend on other products' prices, and variety multiplies
every price's sales alike, so each product is its own pricing game. Games are solved in
fractions of a cent, where the best reply is unique, and rounded to whole cents.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gyges.worlds.vending.market.demand import Market, response, variety

__all__ = [
    "Assortment",
    "Choice",
    "best_assortment",
    "best_price",
    "joint_prices",
    "nash_prices",
    "profits",
]

GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
CLOSE = 1e-4
"""Cents: a search ends within this."""
SETTLED = 1e-3
"""Cents: prices that move less from round to round have come to rest."""
ROUNDS = 500
DEAREST = 5.0
"""Reference prices: no best margin is larger, since sales fall exponentially."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One product of an assortment."""

    product: str
    """Catalogue key."""
    price: int
    """Cents."""
    units: float
    """Expected units per day, at the assortment's variety."""
    profit: float
    """Expected cents per day, at the assortment's variety."""


@dataclass(frozen=True, slots=True)
class Assortment:
    """What to sell, and for how much."""

    choices: tuple[Choice, ...]
    """The products, the most profitable first."""
    profit: float
    """Expected cents per day before fees."""


def profits(
    market: Market, key: str, costs: Sequence[float], prices: Sequence[float]
) -> list[float]:
    """Give each seat's profit on a product: cents, relative to a day's level.

    Args:
        market: the place.
        key: the product.
        costs: cents per unit, one per machine that stocks it.
        prices: cents, one per machine.
    """
    sales = response(market.parameters, market.catalogue[key], prices, market.seats)
    return [
        (price - cost) * units
        for price, cost, units in zip(prices, costs, sales, strict=True)
    ]


def best_price(market: Market, key: str, cost: int, rivals: Sequence[int] = ()) -> int:
    """Give the price in cents that earns most, against the rivals' prices if any."""
    return round(best_reply(market, key, cost, rivals))


def nash_prices(
    market: Market,
    key: str,
    costs: Sequence[int],
    start: Sequence[float] | None = None,
) -> tuple[int, ...]:
    """Give the prices in cents from which no seat gains by moving alone.

    Args:
        market: the place.
        key: the product.
        costs: cents per unit, one per machine that stocks it.
        start: prices from which the replies begin; all starts end at the same prices.
    """

    def reply(prices: Sequence[float], mover: int) -> float:
        rivals = [price for seat, price in enumerate(prices) if seat != mover]
        return best_reply(market, key, costs[mover], rivals)

    prices = list(start or costs)
    for _ in range(ROUNDS):
        moved = 0.0
        for mover, before in enumerate(tuple(prices)):
            prices[mover] = reply(prices, mover)
            moved = max(moved, abs(prices[mover] - before))
        if moved < SETTLED:
            break
    return tuple(map(round, prices))


def joint_prices(market: Market, key: str, costs: Sequence[int]) -> tuple[int, ...]:
    """Give the prices in cents that earn most for all seats together.

    In a nested logit with one price sensitivity the joint optimum puts the same margin
    on every cost, which leaves one number to search.

    Args:
        market: the place.
        key: the product.
        costs: cents per unit, one per machine that stocks it.
    """

    def together(margin: float) -> float:
        return sum(profits(market, key, costs, [cost + margin for cost in costs]))

    margin = highest(together, 0.0, dearest(market, key))
    return tuple(round(cost + margin) for cost in costs)


def best_assortment(
    market: Market,
    costs: Mapping[str, int],
    small: int = 6,
    large: int = 6,
    span: range | None = None,
) -> Assortment:
    """Choose the products and prices that earn most on the mean day, always restocked.

    The ceiling for one machine that knows everything and has no rivals. Products are
    added greedily for each number of small and large ones, then exchanged while that
    pays; prices need no exchange, since variety moves all sales alike.

    Args:
        market: the place.
        costs: cents per unit of the products that can be had.
        small: slots for small products.
        large: slots for large ones.
        span: the days to average over, all of them if not given.
    """
    values = {
        key: value_alone(market, key, cost, span or range(market.days))
        for key, cost in costs.items()
    }
    ranked = sorted(values, key=lambda key: -values[key].profit)
    sizes = {
        size: [key for key in ranked if market.catalogue[key].size == size]
        for size in ("small", "large")
    }

    def worth(chosen: Sequence[str]) -> float:
        return sum(values[key].profit for key in chosen) * factor_of(market, chosen)

    first = max(
        (
            (*sizes["small"][:few], *sizes["large"][:many])
            for few in range(small + 1)
            for many in range(large + 1)
        ),
        key=worth,
    )
    best = improve(first, neighbours(sizes, {"small": small, "large": large}), worth)
    factor = factor_of(market, best)
    choices = tuple(
        Choice(
            key,
            values[key].price,
            values[key].units * factor,
            values[key].profit * factor,
        )
        for key in ranked
        if key in best
    )
    return Assortment(choices, sum(choice.profit for choice in choices))


def value_alone(market: Market, key: str, cost: int, span: range) -> Choice:
    """Price a product for a lone machine of full variety, averaged over days."""
    price = best_price(market, key, cost)
    days = market.level(key)[span.start : span.stop]
    part = response(market.parameters, market.catalogue[key], [price], market.seats)
    units = sum(days) / len(days) * part[0]
    return Choice(key, price, units, (price - cost) * units)


def factor_of(market: Market, chosen: Sequence[str]) -> float:
    """Give the variety factor of a set of products."""
    categories = {market.catalogue[key].category for key in chosen}
    return variety(market.parameters.variety, len(chosen), len(categories))


def improve(
    chosen: tuple[str, ...],
    moves: Callable[[tuple[str, ...]], Iterator[tuple[str, ...]]],
    worth: Callable[[Sequence[str]], float],
) -> tuple[str, ...]:
    """Take the best move while one pays."""
    while True:
        tried = max(moves(chosen), key=worth, default=chosen)
        if worth(tried) <= worth(chosen):
            return chosen
        chosen = tried


def neighbours(
    sizes: Mapping[str, Sequence[str]], slots: Mapping[str, int]
) -> Callable[[tuple[str, ...]], Iterator[tuple[str, ...]]]:
    """Make the moves from a set of products: drop one, exchange one, add one."""

    def moves(chosen: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        for size, keys in sizes.items():
            inside = [key for key in keys if key in chosen]
            outside = [key for key in keys if key not in chosen]
            for gone in inside:
                rest = tuple(key for key in chosen if key != gone)
                yield rest
                yield from ((*rest, key) for key in outside)
            if len(inside) < slots[size]:
                yield from ((*chosen, key) for key in outside)

    return moves


def best_reply(market: Market, key: str, cost: float, rivals: Sequence[float]) -> float:
    """Give the price, in fractions of a cent, that earns most against the rivals'."""
    parameters, goods = market.parameters, market.catalogue[key]

    def own(price: float) -> float:
        prices = (price, *rivals)
        sales = response(parameters, goods, prices, market.seats)
        return (price - cost) * sales[0]

    return highest(own, cost, cost + dearest(market, key))


def dearest(market: Market, key: str) -> float:
    """Give a margin in cents that no best price exceeds."""
    return DEAREST * market.catalogue[key].reference_price


def highest(worth: Callable[[float], float], low: float, high: float) -> float:
    """Find where a function with one peak is highest (golden section)."""
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = worth(left), worth(right)
    while high - low > CLOSE:
        if at_left >= at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = worth(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = worth(right)
    return (low + high) / 2.0
