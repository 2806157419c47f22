"""What customers buy: one equation, for one machine or several at the same place.

The expected units of product i that machine j sells on day d are

    E(i, j, d) = level(i, d) * variety(j) * appeal(j) * response(i, j)

    level(i, d)   = scale * base(i) * local(i) * (weekday(d) * month(d))^swing
                    * (1 + seasonality(i) * cos(2 pi (day of year - 196) / 365.25))
                    * clip(exp(weather_weight(i) * (temperature(d) - mild) / 10))
                    * (rain if it rains, else 1)
    local(i)      = hidden, lognormal with local_sigma, mean one
    variety(j)    = max(floor, 1 - a ((n - n*) / n*)^2 - b ((k - k*) / k*)^2)
                    for n different products of k categories in stock; n*, k* best
    response(i, j) = S / reach * w(j) / W            a nested logit, of which
        w(j)      = exp(-slope * p(j) / r(i)),  W = sum over machines that stock i
        S         = odds / (1 + odds)                those who buy from any machine
        odds      = reach / (1 - reach) * exp(beta) * (W / N^crowding)^(beta / slope)
        beta      = -elasticity(i) / (1 - reach)

with price p, reference price r and N seats at the place. For a lone machine this is the
logit S / reach with S = reach and the catalogue's elasticity at p = r. `slope` is the
same price sensitivity within the nest of machines, beta that against buying nothing.

A day's customers for a product are the Poisson quantile, at a uniform named by
product and day, of sum over j of E(i, j, d) * footfall(d). So no draw depends on what
anybody did, and dearer goods lose customers without new luck. Customers are allotted to
machines by cumulative share with one random offset, in order of seat names. Of those
who find their machine sold out, `walk_on` look further, and buy as often as the nest
without the empty machines would sell. Where a machine holds one product in several
slots, the lowest price draws the customers; once that slot is empty the next asks its
own price of those who are left.
"""

import copy
import math
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import cache, partial
from pathlib import Path
from statistics import NormalDist
from struct import Struct

import msgspec

from gyges.content import Library
from gyges.errors import WorldError
from gyges.rng import Draws
from gyges.worlds.vending.catalogue import CONTENT, Product
from gyges.worlds.vending.market.shelves import (
    Nest,
    Offer,
    Queue,
    Shelf,
    arrange,
    poisson,
)
from gyges.worlds.vending.market.weather import (
    YEAR,
    Weather,
    WeatherParameters,
    weather_chain,
)

__all__ = [
    "DemandParameters",
    "Market",
    "Offer",
    "VarietyParameters",
    "load_demand",
    "response",
    "variety",
]

MIDSUMMER = 196
"""Day of the year, mid-July, at which a product's seasonality peaks."""
NORMAL = NormalDist()
PIECES = Struct("<4I")
"""The quarters of a draw's bits, the lowest first."""
UNIT = 2.0**-32


class VarietyParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the choice a machine offers moves all of its sales."""

    products: int
    """Different products customers like best."""
    product_weight: float
    """Loss when the number is off by its whole size."""
    categories: int
    """Different categories customers like best."""
    category_weight: float
    """Loss when that number is off by its whole size."""
    floor: float
    """Share of sales that stays, however poor the choice."""


class DemandParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The numbers of the equation; the reasons stand in `demand.toml`."""

    scale: float
    """Footfall against the catalogue's base demand."""
    local_sigma: float
    """Spread of the hidden local taste, in logarithms."""
    reach: float
    """Share who buy at the reference price, of those who look for a product."""
    machine_slope: float
    """Price sensitivity between machines, per reference price."""
    crowding: float
    """1 = machines only share the place's customers, 0 = plain nested logit."""
    walk_on: float
    """Share of those before a sold-out machine who look at the others."""
    footfall_sigma: float
    """Spread of a day's footfall, in logarithms."""
    weekday: tuple[float, ...]
    """Factors, Monday to Sunday."""
    month: tuple[float, ...]
    """Factors, January to December."""
    swing: float
    """Exponent on both tables: 0 makes all days alike."""
    rain: float
    """Factor of a rainy day."""
    mild: float
    """Degrees Celsius at which weather changes nothing."""
    weather_limit: float
    """The weather's factor on a product stays between 1 / this and this."""
    variety: VarietyParameters
    weather: WeatherParameters


@cache
def load_demand(root: Path = CONTENT) -> DemandParameters:
    """Read `demand.toml` of a content folder."""
    return Library(root).table("demand.toml", DemandParameters)


def variety(parameters: VarietyParameters, products: int, categories: int) -> float:
    """Give the factor on a machine's sales for what it has in stock."""
    loss = (
        parameters.product_weight * (products / parameters.products - 1.0) ** 2
        + parameters.category_weight * (categories / parameters.categories - 1.0) ** 2
    )
    return max(parameters.floor, 1.0 - loss)


def response(
    parameters: DemandParameters,
    product: Product,
    prices: Sequence[float],
    seats: int = 1,
) -> list[float]:
    """Give each machine's sales, as a multiple of a lone machine's at the reference.

    Args:
        parameters: the demand's numbers.
        product: what is sold.
        prices: cents, one per machine that stocks the product.
        seats: machines at the place, whether they stock it or not.
    """
    reach, slope = parameters.reach, parameters.machine_slope
    beta = -product.elasticity / (1.0 - reach)
    reference = product.reference_price
    lowest = min(prices)
    # Relative to the lowest price: the largest weight is one and none overflows.
    weights = [math.exp(slope * (lowest - price) / reference) for price in prices]
    total = sum(weights)
    odds = (
        reach
        / (1.0 - reach)
        * math.exp(beta * (1.0 - lowest / reference))
        * (total / seats**parameters.crowding) ** (beta / slope)
    )
    volume = odds / (1.0 + odds) / reach / total
    return [volume * weight for weight in weights]


def local_tastes(
    catalogue: Mapping[str, Product], draws: Draws, sigma: float
) -> dict[str, float]:
    """Draw how much each product is liked at this place, one on average.

    The values are the lognormal's quantiles, dealt out in random order among the small
    and among the large products: which are the favourites differs from seed to seed,
    how many there are does not, so that ceilings of different seeds lie close.
    """
    tastes: dict[str, float] = {}
    for size in ("small", "large"):
        keys = [key for key, product in catalogue.items() if product.size == size]
        keys.sort(key=lambda key: draws.bits("local", key))
        values = [
            math.exp(sigma * NORMAL.inv_cdf((rank + 0.5) / len(keys)))
            for rank in range(len(keys))
        ]
        mean = sum(values) / len(values) if values else 1.0
        tastes |= {key: value / mean for key, value in zip(keys, values, strict=True)}
    return tastes


def pieces(bits: int) -> list[float]:
    """Cut the 128 bits of a draw into four uniforms inside (0, 1)."""
    quarters = PIECES.unpack(bits.to_bytes(16, "little"))
    return [(piece + 0.5) * UNIT for piece in quarters]


class Market:
    """The place: everything about its customers that no seat can change."""

    def __init__(
        self,
        parameters: DemandParameters,
        catalogue: Mapping[str, Product],
        draws: Draws,
        days: int,
        start_date: date,
        seats: int = 1,
    ) -> None:
        """Draw the local tastes, the weather and the footfall.

        Args:
            parameters: the demand's numbers.
            catalogue: the products, by key.
            draws: where the draws come from.
            days: days that can be asked for, from 0.
            start_date: the date of day 0.
            seats: machines at the place.
        """
        self.parameters = parameters
        self.catalogue = catalogue
        self.draws = draws
        self.days = days
        self.start_date = start_date
        self.seats = seats
        self.local = local_tastes(catalogue, draws, parameters.local_sigma)
        """The hidden local taste of each product, one on average."""
        self.look_ahead(draws, 0)

    def fork(self, draws: Draws, day: int) -> "Market":
        """Make the same place with everything from a day on drawn anew.

        Local tastes, and the weather before that day, stay as they were.
        """
        other = copy.copy(self)
        other.look_ahead(draws, day)
        return other

    def look_ahead(self, draws: Draws, day: int) -> None:
        """Draw everything that is not the players' from a day on."""
        parameters = self.parameters
        past = self.skies[:day] if day else ()
        self.draws = draws
        self.skies = weather_chain(
            parameters.weather, draws, self.start_date, self.days, past
        )
        sigma = parameters.footfall_sigma
        self.footfall = [
            math.exp(sigma * draws.normal("footfall", each) - sigma * sigma / 2.0)
            for each in range(self.days)
        ]
        self.calendar = [self.common_factors(each) for each in range(self.days)]
        self.levels: dict[str, list[float]] = {}
        self.lucks: dict[str, list[float]] = {}
        self.planned: tuple[Sequence[object], Sequence[Nest]] = ([], [])
        self.responses: dict[tuple[str, tuple[int, ...]], list[float]] = {}

    def weather(self, day: int) -> Weather:
        """Say what the weather is on a day."""
        return self.skies[day]

    def level(self, key: str) -> Sequence[float]:
        """Units expected each day, at the reference price in a lone, varied machine."""
        known = self.levels.get(key)
        if known is None:
            known = self.levels[key] = self.all_levels(self.catalogue[key])
        return known

    def expected(
        self, day: int, offers: Sequence[Offer]
    ) -> dict[tuple[str, str], float]:
        """Give the expected units by (seat, product), before footfall and stock."""
        return {
            (shelf[0].seat, nest.key): nest.level[day] * part
            for nest in self.plan(offers)
            for shelf, part in zip(nest.shelves, nest.parts, strict=True)
        }

    def sales(self, day: int, offers: Sequence[Offer]) -> dict[tuple[str, int], int]:
        """Give the units each (seat, slot) sells on a day, at most its stock."""
        stock = {offer[:2]: offer.stock for offer in offers}
        if len(stock) != len(offers):
            msg = f"{len(offers)} offers for {len(stock)} slots; give one for each"
            raise WorldError(msg)
        left = stock.copy()
        footfall = self.footfall[day]
        for nest in self.plan(offers):
            mean = nest.level[day] * nest.total * footfall
            customers = poisson(mean, nest.luck[day])
            if customers == 0:
                continue
            if nest.only is not None:
                left[nest.only] = max(0, left[nest.only] - customers)
            else:
                self.serve(day, nest, customers, left)
        return {slot: units - left[slot] for slot, units in stock.items()}

    def serve(
        self, day: int, nest: Nest, customers: int, left: dict[tuple[str, int], int]
    ) -> None:
        """Let a product's customers choose among several slots."""
        luck = pieces(self.draws.bits("split", nest.key, day))
        queue = Queue(nest.shelves, partial(self.respond, nest.key), luck, left)
        queue.serve(customers, nest.parts, self.parameters.walk_on)

    def plan(self, offers: Sequence[Offer]) -> Sequence[Nest]:
        """Work out who sells what at which share; remembered until an offer changes."""
        layout = [offer[:4] + offer[5:] for offer in offers if offer.stock > 0]
        if layout != self.planned[0]:
            shelves = arrange(offers)
            pulls = self.pulls(shelves)
            nests = [
                self.nest(key, machines, pulls) for key, machines in shelves.items()
            ]
            self.planned = (layout, nests)
        return self.planned[1]

    def nest(
        self, key: str, machines: Mapping[str, Shelf], pulls: Mapping[str, float]
    ) -> Nest:
        """Bring together everything about a product that stays from day to day."""
        shelves = list(machines.values())
        prices = tuple(shelf[0].price for shelf in shelves)
        parts = [
            pulls[seat] * part
            for seat, part in zip(machines, self.respond(key, prices), strict=True)
        ]
        first = shelves[0][0]
        only = (first.seat, first.slot) if sum(map(len, shelves)) == 1 else None
        return Nest(
            key, shelves, parts, sum(parts), self.level(key), self.luck(key), only
        )

    def luck(self, key: str) -> Sequence[float]:
        """Give a product's uniform of each day; a hash holds four days, for speed."""
        known = self.lucks.get(key)
        if known is None:
            known = self.lucks[key] = [
                piece
                for block in range(-(-self.days // 4))
                for piece in pieces(self.draws.bits("demand", key, block))
            ]
        return known

    def respond(self, key: str, prices: tuple[int, ...]) -> list[float]:
        """Give the response to whole cents; remembered, since prices rarely move."""
        known = self.responses.get((key, prices))
        if known is None:
            known = response(self.parameters, self.catalogue[key], prices, self.seats)
            self.responses[key, prices] = known
        return known

    def pulls(self, shelves: Mapping[str, Mapping[str, Shelf]]) -> dict[str, float]:
        """Give each machine's factor for variety and appeal."""
        products: dict[str, int] = {}
        categories: dict[str, set[str]] = {}
        appeal: dict[str, float] = {}
        for key, machines in shelves.items():
            category = self.catalogue[key].category
            for seat, shelf in machines.items():
                products[seat] = products.get(seat, 0) + 1
                categories.setdefault(seat, set()).add(category)
                appeal[seat] = shelf[0].appeal
        return {
            seat: appeal[seat]
            * variety(self.parameters.variety, count, len(categories[seat]))
            for seat, count in products.items()
        }

    def common_factors(self, day: int) -> tuple[float, float, float]:
        """Give a day's factor on everything, its height of summer and its warmth."""
        parameters, sky = self.parameters, self.skies[day]
        today = self.start_date + timedelta(day)
        tables = parameters.weekday[today.weekday()] * parameters.month[today.month - 1]
        factor = tables**parameters.swing
        angle = 2.0 * math.pi * (today.timetuple().tm_yday - MIDSUMMER) / YEAR
        return (
            factor * (parameters.rain if sky.rain else 1.0),
            math.cos(angle),
            (sky.temperature_c - parameters.mild) / 10.0,
        )

    def all_levels(self, product: Product) -> list[float]:
        """Work out a product's level on every day."""
        whole = self.parameters.scale * product.base_demand * self.local[product.key]
        season, weight = product.seasonality, product.weather_weight
        least, most = 1.0 / self.parameters.weather_limit, self.parameters.weather_limit
        levels: list[float] = []
        for common, summer, warmth in self.calendar:
            factor = math.exp(weight * warmth)
            factor = least if factor < least else min(factor, most)
            levels.append(whole * common * (1.0 + season * summer) * factor)
        return levels
