"""The weather: a chain of days, drawn by name from (seed, branch) and nothing else.

Day by day, with x the deviation from the season:

    temperature(d) = season(d) + x(d) - chill if it rains
    x(d)           = memory * x(d - 1) + sigma * sqrt(1 - memory^2) * normal
    P(rain on d)   = rain_after_dry[month] + rain_spell if it rained on d - 1
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from gyges.rng import Draws

__all__ = ["Weather", "WeatherParameters", "Word", "weather_chain"]

YEAR = 365.25
Word: TypeAlias = Literal["rainy", "hot", "warm", "mild", "cool", "cold"]
WARMTH: tuple[tuple[float, Word], ...] = (
    (23.0, "hot"),
    (18.0, "warm"),
    (13.0, "mild"),
    (9.0, "cool"),
)
"""Lowest temperature, in Celsius, of each word for a dry day; below all it is cold."""


class WeatherParameters(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The climate; the reasons stand in `demand.toml`."""

    mean: float
    """Degrees Celsius over the year."""
    amplitude: float
    """Degrees by which the warmest season exceeds the mean."""
    warmest: int
    """Day of the year of the warmest day on average."""
    sigma: float
    """Standard deviation, in degrees, around the season."""
    memory: float
    """Share of a deviation that lasts to the next day."""
    rain_after_dry: tuple[float, ...]
    """Chance of rain after a dry day, January to December."""
    rain_spell: float
    """Added chance after a wet day."""
    rain_chill: float
    """Degrees lost on a wet day."""


class Weather(NamedTuple):
    """One day's weather."""

    temperature_c: float
    """Degrees Celsius at noon."""
    rain: bool
    word: Word
    """How a person would call it."""


def weather_chain(
    parameters: WeatherParameters,
    draws: Draws,
    start: date,
    days: int,
    past: Sequence[Weather] = (),
) -> tuple[Weather, ...]:
    """Draw the weather from the start for a number of days.

    Args:
        parameters: the climate.
        draws: where the draws come from.
        start: the first day.
        days: how many days in all, the past included.
        past: days that have happened already; only what follows them is drawn.
    """
    chain = list(past)
    last = chain[-1] if chain else None
    deviation = 0.0
    if last is not None:
        deviation = last.temperature_c - usual(
            parameters, start + timedelta(len(chain) - 1), last.rain
        )
    swing = parameters.sigma * math.sqrt(1.0 - parameters.memory**2)
    for day in range(len(chain), days):
        today = start + timedelta(day)
        spell = parameters.rain_spell if chain and chain[-1].rain else 0.0
        risk = parameters.rain_after_dry[today.month - 1] + spell
        rain = draws.chance(risk, "rain", day)
        # The first day is drawn from the long-run spread, later ones from the last.
        step = swing if day else parameters.sigma
        deviation = parameters.memory * deviation + step * draws.normal("warmth", day)
        temperature = usual(parameters, today, rain) + deviation
        chain.append(Weather(temperature, rain, describe(temperature, rain)))
    return tuple(chain)


def usual(parameters: WeatherParameters, today: date, rain: bool) -> float:  # noqa: FBT001 - the one state of the sky
    """Mean temperature of such a day, in Celsius."""
    angle = 2.0 * math.pi * (today.timetuple().tm_yday - parameters.warmest) / YEAR
    chill = parameters.rain_chill if rain else 0.0
    return parameters.mean + parameters.amplitude * math.cos(angle) - chill


def describe(temperature: float, rain: bool) -> Word:  # noqa: FBT001 - the one state of the sky
    """Put a day's weather in a word."""
    if rain:
        return "rainy"
    for least, word in WARMTH:
        if temperature >= least:
            return word
    return "cold"
