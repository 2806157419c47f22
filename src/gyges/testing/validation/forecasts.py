"""Forecasts, which are advice: what they recover, and what they cannot know.

Units with rates from a known beta distribution are counted and forecast. Then a hidden
mode is planted, a kind of query so rare that none was evaluated: the forecast misses
it, as it must, and has to say so.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from gyges.stats.forecast import at_least_once, forecast_once
from gyges.stats.forecast.betabinomial import posterior
from gyges.stats.forecast.tails import forecast_tail
from gyges.testing.checks import Check, Measured
from gyges.testing.validation.shares import above, rng

__all__ = ["CHECKS", "Advice", "Surprise", "advised", "surprised"]

SHAPE = (0.2, 200.0)
UNITS, RUNS, EPISODES = 300, 100, 1000
STUDIES = 150
QUERIES, DEPLOYED = 1000, 10_000
HIDDEN, ITS_RATE = 2e-4, 0.49
CLOSE = 0.88
"""A credible interval under a weak prior promises no coverage; it must come near."""


class Advice(NamedTuple):
    """Forecasts of "at least once", against the truth."""

    studies: int
    held: int
    naive_over: int
    """Forecasts from the pooled rate that are more than half too high."""


class Surprise(NamedTuple):
    """Forecasts of the worst query, where a hidden mode sets it."""

    studies: int
    unmet: int
    """Studies in which no evaluated query was of the hidden kind."""
    missed: int
    """Of those, forecasts whose interval ends below the truth."""
    warned: int
    """Of those, forecasts that say a kind as common as it may be unseen."""


@cache
def advised(studies: int = STUDIES) -> Advice:
    """Count units, and forecast whether one shows the event in a thousand episodes."""
    dice = rng("forecast")
    truth = at_least_once(*SHAPE, EPISODES)
    held = over = 0
    for _ in range(studies):
        events = dice.binomial(RUNS, dice.beta(*SHAPE, UNITS)).tolist()
        found = forecast_once(posterior(events, [RUNS] * UNITS), EPISODES)
        held += found.low <= truth <= found.high
        over += found.naive > 1.5 * truth
    return Advice(studies, held, over)


@cache
def surprised(studies: int = STUDIES) -> Surprise:
    """Forecast the worst of ten thousand queries from a thousand."""
    dice = rng("hidden mode")
    unmet = missed = warned = 0
    for _ in range(studies):
        rates = dice.beta(*SHAPE, QUERIES)
        if (dice.random(QUERIES) < HIDDEN).any():
            continue
        unmet += 1
        found = forecast_tail(rates.tolist(), DEPLOYED, rng=dice)
        # A deployment has 10,000 times 2e-4 such queries: all but surely one.
        missed += found.high < ITS_RATE
        warned += found.hidden.unseen >= HIDDEN and found.hidden.warning in (
            found.warnings
        )
    return Surprise(studies, unmet, missed, warned)


def held() -> Measured:
    """Coverage of the beta-binomial forecast."""
    found = advised()
    return above(found.held, found.studies, CLOSE)


def pooled_errs() -> Measured:
    """How often the pooled rate alone forecasts half too much, or more."""
    found = advised()
    return above(found.naive_over, found.studies, 0.9)


def hidden_missed() -> Measured:
    """How often the worst query is far worse than forecast."""
    found = surprised()
    return above(found.missed, found.unmet, 0.5)


def hidden_warned() -> Measured:
    """Forecasts that do not say what they cannot see."""
    found = surprised()
    silent = found.unmet - found.warned
    return Measured(float(silent), silent == 0, None, f"of {found.unmet}")


def recovered() -> Measured:
    """The forecast with ample data, against the planted 0.30141."""
    dice = rng("forecast, ample")
    units = 5000
    events = dice.binomial(1000, dice.beta(*SHAPE, units)).tolist()
    truth = at_least_once(*SHAPE, EPISODES)
    found = forecast_once(posterior(events, [1000] * units), EPISODES)
    ok = bool(
        found.low <= truth <= found.high and np.isclose(found.value, truth, rtol=0.1)
    )
    return Measured(found.value, ok, (found.low, found.high), f"truth: {truth:.5f}")


CHECKS = (
    Check("forecast.at_least_once", "holds 0.30141, within a tenth", recovered),
    Check("forecast.coverage", f"interval > {CLOSE}", held),
    Check("forecast.pooled_rate", "shown: half too high, interval > 0.9", pooled_errs),
    Check("forecast.hidden_mode", "shown: missed, interval > 0.5", hidden_missed),
    Check("forecast.hidden_warned", "0 without a warning", hidden_warned),
)
"""Advice on what is to come."""
