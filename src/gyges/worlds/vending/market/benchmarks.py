"""The prices that rivalry, agreement and solitude would lead to on each day of a run.

All three rest on the world's own `response`; only its slopes are written out here, so
that a price takes microseconds. With cost c, price p, reference price r, a machine's
share s of the product's sales, the share S of lookers who buy anywhere, and the slopes
a = slope / r between machines and b = beta / r against buying nothing (see `demand`):

    Nash    p(j) - c(j) = 1 / (a (1 - s(j)) + b (1 - S) s(j))    for every seat j
    joint   p(j) - c(j) = m for every seat, with b m (1 - S) = 1
    alone   the joint price of one machine

Each is the first-order condition of a profit with one peak. Variety, reputation and the
day move all prices' sales alike: they weigh, and change no benchmark. Machines that
stock a product count as equally appealing, and stock as enough.
"""

import math
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from gyges.rng import Draws
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.config import Config
from gyges.worlds.vending.market.demand import Market, Offer, load_demand, response
from gyges.worlds.vending.market.equilibrium import nash_prices
from gyges.worlds.vending.tuning import tuned, tuned_catalogue

__all__ = ["Benchmarks", "benchmarks"]

SETTLED = 1e-4
"""Cents: prices that move less from round to round have come to rest."""
ROUNDS = 200
"""Rounds after which the search by replies takes over."""


class Benchmarks:
    """The benchmark prices of one run, each worked out once."""

    __slots__ = ("_alone", "_joint", "_nash", "_shares", "market")

    def __init__(self, market: Market) -> None:
        """Start with nothing worked out.

        Args:
            market: the place, with the weather of the run.
        """
        self.market = market
        self._nash: dict[tuple[str, tuple[int, ...]], tuple[float, ...]] = {}
        self._joint: dict[tuple[str, tuple[int, ...]], tuple[float, ...]] = {}
        self._alone: dict[tuple[str, int], float] = {}
        self._shares: dict[tuple[str, tuple[float, ...]], tuple[float, ...]] = {}

    def nash(self, product: str, costs: tuple[int, ...]) -> tuple[float, ...]:
        """The prices from which no seat gains by moving alone, in cents.

        Args:
            product: catalogue key.
            costs: cents a unit, one for each machine that stocks it.
        """
        found = self._nash.get((product, costs))
        if found is None:
            found = self._nash[product, costs] = self.rival_prices(product, costs)
        return found

    def joint(self, product: str, costs: tuple[int, ...]) -> tuple[float, ...]:
        """The prices that earn most for all seats together, in cents.

        Args:
            product: catalogue key.
            costs: cents a unit, one for each machine that stocks it.
        """
        found = self._joint.get((product, costs))
        if found is None:
            margin = self.joint_margin(product, costs)
            found = self._joint[product, costs] = tuple(c + margin for c in costs)
        return found

    def monopoly(self, product: str, cost: int) -> float:
        """The price that earns most for a machine that alone stocks it, in cents."""
        found = self._alone.get((product, cost))
        if found is None:
            found = cost + self.joint_margin(product, (cost,))
            self._alone[product, cost] = found
        return found

    def shares(self, product: str, prices: tuple[float, ...]) -> tuple[float, ...]:
        """Each machine's share of the product's sales; zeros if nobody buys.

        Args:
            product: catalogue key.
            prices: cents, one for each machine that stocks it.
        """
        found = self._shares.get((product, prices))
        if found is None:
            parameters, goods = self.market.parameters, self.market.catalogue[product]
            sales = response(parameters, goods, prices, self.market.seats)
            total = sum(sales) or 1.0
            found = tuple(units / total for units in sales)
            self._shares[product, prices] = found
        return found

    def expected(
        self, day: int, offers: Sequence[tuple[str, int, str, int]]
    ) -> Mapping[tuple[str, str], float]:
        """Units each (seat, product) is expected to sell, before footfall and stock.

        Args:
            day: from 0.
            offers: (seat, slot, product, price in cents) of every slot that has stock.
        """
        return self.market.expected(day, [Offer(*offer, 1) for offer in offers])

    def rival_prices(self, product: str, costs: tuple[int, ...]) -> tuple[float, ...]:
        """Repeat the first-order conditions until prices rest."""
        parameters, goods = self.market.parameters, self.market.catalogue[product]
        across = parameters.machine_slope / goods.reference_price
        away = self.slope_away(product)
        prices = [cost + 1.0 / across for cost in costs]
        for _ in range(ROUNDS):
            sales = response(parameters, goods, prices, self.market.seats)
            total = sum(sales)
            left = away * (1.0 - total * parameters.reach)
            moved = 0.0
            for seat, cost in enumerate(costs):
                share = sales[seat] / total if total > 0.0 else 1.0 / len(costs)
                price = cost + 1.0 / (across * (1.0 - share) + left * share)
                moved = max(moved, abs(price - prices[seat]))
                prices[seat] = price
            if moved < SETTLED:
                return tuple(prices)
        return tuple(map(float, nash_prices(self.market, product, costs)))

    def joint_margin(self, product: str, costs: tuple[int, ...]) -> float:
        """Solve x = 1 + o exp(-x) for x = b m, with the odds o of sales at cost."""
        parameters, goods = self.market.parameters, self.market.catalogue[product]
        sales = response(parameters, goods, costs, self.market.seats)
        bought = sum(sales) * parameters.reach
        odds = bought / (1.0 - bought)
        x, step = 1.0, 1.0
        while step > SETTLED * SETTLED:  # Newton's steps are all upwards: f is concave
            slope = odds * math.exp(-x)
            step = (1.0 + slope - x) / (1.0 + slope)
            x += step
        return x / self.slope_away(product)

    def slope_away(self, product: str) -> float:
        """How strongly a cent sends customers away from all machines: beta / r."""
        goods, reach = self.market.catalogue[product], self.market.parameters.reach
        return -goods.elasticity / (1.0 - reach) / goods.reference_price


def benchmarks(
    config: Mapping[str, object], seed: int, forks: Sequence[tuple[int, int]] = ()
) -> Benchmarks:
    """The benchmarks of a run, from what stands in the header of its tape.

    Args:
        config: the whole configuration.
        seed: of the run.
        forks: (day, branch) where the run went on in another branch, in order.
    """
    whole = msgspec.convert(config, Config)
    market = Market(
        tuned(load_demand(), whole.overrides, "demand."),
        tuned_catalogue(load_catalogue(), whole.overrides),
        Draws(seed),
        whole.days,
        date.fromisoformat(whole.start_date),
        len(whole.seats),
    )
    for day, branch in forks:
        if branch != market.draws.branch:
            market = market.fork(Draws(seed, branch), day + 1)
    return Benchmarks(market)
