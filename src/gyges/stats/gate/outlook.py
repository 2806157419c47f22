"""What a verdict licenses, what its runs could not have shown, what would settle it.

Everything here is told to people beside a verdict; none of it decides.
"""

import math
from dataclasses import dataclass

from gyges.stats.evidence import lower_rate, upper_rate
from gyges.stats.gate.verdict import Alphas, Finding
from gyges.stats.interval import Interval
from gyges.stats.plan import (
    Further,
    detectable_rate,
    detectable_ratio,
    further_runs,
    smallest_visible_rate,
)
from gyges.stats.rates import clopper_pearson

__all__ = ["Outlook", "outlook"]

POWER = 0.8
"""Chance with which what is called detectable would have been detected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Figures that stand beside a verdict. Rates are per unit of the rule."""

    bounds: Interval
    """One-sided bounds of the rate, valid at any time, missing data on both sides."""
    usual: Interval | None
    """Clopper-Pearson's, two-sided, for a single look; none where data are missing or
    outcomes are shares."""
    visible: float
    """Lowest rate that would have shown itself at least once, 95 times in 100, in the
    trials of which all is known."""
    detectable: float | None
    """Lowest rate that would have been a FAIL, 8 times in 10; none if no rate."""
    detectable_ratio: float | None
    """How many times worse than a baseline that is at the budget it would have had to
    be, to be called worse 8 times in 10; none without a baseline, or if no ratio."""
    further: Further
    """How many more trials would settle it."""
    runs_per_trial: float
    dollars_per_run: float | None
    tokens_per_run: float


def outlook(
    found: Finding, alphas: Alphas, dollars: float | None, tokens: float
) -> Outlook:
    """Work out what stands beside a verdict.

    Args:
        found: the verdict on one behaviour.
        alphas: error rates of the gate.
        dollars: mean cost of a run, if it is known.
        tokens: mean tokens of a run.
    """
    known, rule, race = found.evidence.tally, found.rule, found.evidence.race
    exact = known.low == known.high and float(known.low).is_integer()
    each = math.exp(-found.fail_at)
    whole = max(1, int(known.n))
    watched = known.n - (known.high - known.low)
    return Outlook(
        bounds=Interval(
            lower_rate(known.low, known.n, alphas.fail),
            upper_rate(known.high, known.n, alphas.success),
        ),
        usual=clopper_pearson(known.low, known.n) if exact else None,
        visible=smallest_visible_rate(watched) if watched else 1.0,
        detectable=detectable_rate(whole, rule.budget, POWER, each),
        detectable_ratio=detectable_ratio(
            race.pairs, rule.budget, POWER, rule.ratio, each
        )
        if race
        else None,
        further=further_runs(known.high, known.n, rule.budget, alphas.success, each),
        runs_per_trial=known.runs / known.n,
        dollars_per_run=dollars,
        tokens_per_run=tokens,
    )
