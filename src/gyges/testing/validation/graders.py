"""Graders that err: what an audit bounds, what corrections do not, and what drifted.

Runs are drawn with a known rate and a grader of known errors. The two-phase audit
verifies all that is flagged and some of what is not; corrections by measured error
rates are shown where they fail, at rare events. For drift, anchors are labelled anew
every night by a grader that has or has not changed.
"""

from collections import Counter
from functools import cache, partial
from typing import NamedTuple, TypeAlias

import numpy as np

from gyges.stats.chance import Stream
from gyges.stats.judge import Flagged, Stratum, two_phase
from gyges.stats.judge.correction import Tested, lee_interval, ppi
from gyges.stats.judge.drift import Anchor, Night, Verdict, drift
from gyges.testing.checks import Check, Measured
from gyges.testing.validation.shares import above, below, rng

__all__ = [
    "CHECKS",
    "SETTINGS",
    "Grader",
    "Setting",
    "attributed",
    "audited",
    "blamed",
    "collapsed",
    "sharpened",
]


class Grader(NamedTuple):
    """How a grader errs."""

    sensitivity: float
    specificity: float

    def flags(self, rate: float) -> float:
        """The share that it flags of runs with a rate."""
        return rate * self.sensitivity + (1 - rate) * (1 - self.specificity)


class Setting(NamedTuple):
    """What is audited."""

    rate: float
    grader: Grader
    audits: int
    """Of runs that were not flagged."""


SETTINGS = (
    Setting(0.005, Grader(0.9, 0.99), 300),
    Setting(0.005, Grader(0.9, 0.99), 3000),
    Setting(0.001, Grader(0.9, 0.995), 3000),
    Setting(0.001, Grader(0.9, 0.995), 10_000),
)
RUNS = 20_000
STREAMS = 3000
PROMISED = 0.95
LABELLED = 300
JUDGED, CLEAN, BAD = 5000, 500, 60
MOSTLY, OFTEN = 0.9, 0.85
ANCHORS, GUILTY, PAIRS, NIGHTS = 300, 100, 300, 8
USUAL, STRICT = Grader(0.9, 0.98), Grader(0.9, 0.9)
QUIET, LOUD = 0.02, 0.1
"""Rates of an agent before and after it drifts."""
LABS = 400


def audited(setting: Setting, streams: int = STREAMS) -> Measured:
    """How often the two-phase interval holds the rate."""
    rate, grader, audits = setting
    dice = rng("audit", str(rate), audits)
    bad = dice.binomial(RUNS, rate, streams)
    found = dice.binomial(bad, grader.sensitivity)
    cleared = dice.binomial(RUNS - bad, 1 - grader.specificity)
    counts: list[list[int]] = np.stack([bad, found, cleared], axis=1).tolist()
    held = 0
    for guilty, confirmed, wrong in counts:
        size, missed = RUNS - confirmed - wrong, guilty - confirmed
        seen = int(dice.hypergeometric(missed, size - missed, audits))
        flagged = Flagged(confirmed, wrong)
        low, high = two_phase(flagged, [Stratum(size, audits, seen)]).interval
        held += low <= rate <= high
    return above(held, streams, PROMISED)


@cache
def collapsed(streams: int = STREAMS) -> tuple[int, int]:
    """Labs whose corrected interval for rare events begins at 0, of all."""
    dice = rng("collapse")
    rate, grader = 0.0023, Grader(0.9, 0.99)
    zero = 0
    for _ in range(streams):
        found = lee_interval(
            Tested(int(dice.binomial(JUDGED, grader.flags(rate))), JUDGED),
            Tested(int(dice.binomial(CLEAN, grader.specificity)), CLEAN),
            Tested(int(dice.binomial(BAD, grader.sensitivity)), BAD),
        )
        zero += found.interval.low == 0
    return zero, streams


def sharpened(streams: int = 1000) -> Measured:
    """How often the prediction-powered interval holds a rate of .005."""
    dice = rng("powered")
    rate, grader = 0.005, SETTINGS[0].grader
    held = 0
    for _ in range(streams):
        truth = dice.random(LABELLED) < rate
        right = np.where(truth, grader.sensitivity, 1 - grader.specificity)
        shown = dice.random(LABELLED) < right
        rest = dice.random(RUNS) < grader.flags(rate)
        low, high = ppi(
            truth.astype(float).tolist(),
            shown.astype(float).tolist(),
            rest.astype(float).tolist(),
        ).interval
        held += low <= rate <= high
    return below(held, streams, PROMISED)


def corrections_collapse() -> Measured:
    """The share of labs that learn nothing from a corrected interval's low end."""
    return above(*collapsed(), MOSTLY)


Drifts: TypeAlias = tuple[Grader, float]
"""The grader and the agent's rate now; both began as usual and quiet."""


@cache
def labs_say(now: Drifts, labs: int = LABS) -> Counter[Verdict]:
    """Verdicts at the end of eight nights, over many labs."""
    grader, rate = now
    dice = rng("drift", str(grader.specificity), str(rate))
    return Counter(one_lab(grader, rate, dice) for _ in range(labs))


def attributed(now: Drifts, *verdicts: Verdict) -> Measured:
    """How often it is said what moved."""
    said = labs_say(now)
    told = ", ".join(f"{name}: {count}" for name, count in said.most_common())
    return above(sum(said[one] for one in verdicts), LABS, OFTEN, told)


def blamed(now: Drifts, verdict: Verdict) -> Measured:
    """How often what did not move is blamed."""
    return below(labs_say(now)[verdict], LABS, 1 - PROMISED)


def one_lab(grader: Grader, rate: float, dice: Stream) -> Verdict:
    """Freeze anchors, and have eight nights with what it has become."""
    guilty = np.arange(ANCHORS) < GUILTY

    def labels(of: Grader) -> list[bool]:
        chance = np.where(guilty, of.sensitivity, 1 - of.specificity)
        flagged: list[bool] = (dice.random(ANCHORS) < chance).tolist()
        return flagged

    anchors = [
        Anchor(bool(bad), flagged)
        for bad, flagged in zip(guilty, labels(USUAL), strict=True)
    ]
    new, old = grader.flags(rate), USUAL.flags(QUIET)
    nights: list[Night] = []
    for _ in range(NIGHTS):
        worse, better, _ = dice.multinomial(
            PAIRS,
            [new * (1 - old), old * (1 - new), 1 - new - old + 2 * new * old],
        ).tolist()
        nights.append(Night(labels(grader), worse, better, PAIRS))
    return drift(anchors, nights).verdict


NOTHING, GRADER, AGENT = (USUAL, QUIET), (STRICT, QUIET), (USUAL, LOUD)
CHECKS = (
    *(
        Check(
            f"judge.audit_{setting.rate:g}_{setting.audits}",
            f"coverage, interval > {PROMISED}",
            partial(audited, setting),
        )
        for setting in SETTINGS
    ),
    Check(
        "judge.lee_collapses",
        f"shown: begins at 0, interval > {MOSTLY}",
        corrections_collapse,
    ),
    Check("judge.ppi_misses", f"shown: coverage, interval < {PROMISED}", sharpened),
    Check(
        "judge.drift_of_nothing",
        f"none is said, interval > {OFTEN}",
        partial(attributed, NOTHING, "none"),
    ),
    Check(
        "judge.drift_of_agent",
        f"system is said, interval > {OFTEN}",
        partial(attributed, AGENT, "system"),
    ),
    Check(
        "judge.drift_of_agent_blamed_on_grader",
        "judge is said, interval <= 0.05",
        partial(blamed, AGENT, "judge"),
    ),
    Check(
        "judge.drift_of_grader",
        f"judge or unclear is said, interval > {OFTEN}",
        partial(attributed, GRADER, "judge", "unclear"),
    ),
    Check(
        "judge.drift_of_grader_blamed_on_agent",
        "system is said, interval <= 0.05",
        partial(blamed, GRADER, "system"),
    ),
)
"""Grader error and grader drift."""
