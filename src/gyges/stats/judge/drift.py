"""Whether a rate moved because the model drifted, or the grader that counts it.

Anchors are runs with human labels, frozen with the labels the grader gave them then.
The current grader labels them again every night. If nothing changed, an anchor is as
likely to be wrong now and right then as the reverse; so its flips are a race, as are
the runs that only one version of the model failed on common seeds.

    >>> anchors = [Anchor(guilty=run < 20, flagged=run < 20) for run in range(100)]
    >>> lenient = [run < 8 for run in range(100)]  # 12 guilty runs pass now
    >>> drift(anchors, [Night(lenient, worse=0, better=9, pairs=400)]).verdict
    'judge'
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias

from gyges.errors import DataError
from gyges.stats.evidence import log_e_race
from gyges.stats.interval import check_share, check_whole
from gyges.stats.rates import clopper_pearson

__all__ = ["Anchor", "Drift", "Flips", "Night", "Verdict", "drift", "night_log_e"]

Verdict: TypeAlias = Literal["none", "system", "judge", "unclear"]
"""none: nothing is shown to have moved; system: the model or what surrounds it; judge:
the grader, which may explain what the runs show; unclear: the runs moved, and either
the grader is suspect without being found out, or it moved and the runs moved further or
the other way, so that the model has probably moved too."""


class Anchor(NamedTuple):
    """A run with a human label, and what the grader said of it at freezing."""

    guilty: bool
    """The human label."""
    flagged: bool
    """The grader's label at freezing."""


class Night(NamedTuple):
    """What one night brought; pairs are new, not running totals."""

    graded: Sequence[bool | None]
    """The current grader's label of each anchor, `None` where it failed."""
    worse: int
    """Pairs on common seeds in which only the new version was flagged."""
    better: int
    """Pairs in which only the baseline was flagged."""
    pairs: int
    """All pairs, whether or not the two differ."""


class Flips(NamedTuple):
    """Anchors on which the grader changed its mind."""

    alarms: int
    """Innocent, newly flagged."""
    pardons: int
    """Innocent, no longer flagged."""
    finds: int
    """Guilty, newly flagged."""
    misses: int
    """Guilty, no longer flagged."""
    labelled: int
    """Anchors that the grader labelled now."""


@dataclass(frozen=True, slots=True)
class Drift:
    """What moved, and the evidence for it."""

    verdict: Verdict
    judge_log_e: float
    """ln E against an unchanged grader; it only grows."""
    system_log_e: float
    """ln E against unchanged rates of the runs: the largest up to the last night."""
    threshold: float
    """ln E from which on either is taken to have moved."""
    judge_since: int | None
    """Night, from 1, on which the grader's evidence passed it."""
    system_since: int | None
    """Night, from 1, on which the runs' evidence passed it."""
    flips: Flips
    """Of the last night."""
    worse: int
    better: int
    pairs: int
    """Of all nights."""
    blind: float
    """Share of the anchors labelled last night that must flip, all guilty or all
    innocent ones one way, for the grader to be found out by that night alone."""


def drift(
    anchors: Sequence[Anchor], nights: Sequence[Night], alpha: float = 0.05
) -> Drift:
    """Tell a model that drifted from a grader that did.

    The grader: each night gives an e-value against "a label now and the label at
    freezing are draws from the same grader" (`night_log_e`). Nights share the frozen
    labels, so their e-values may not be multiplied; the sum with weights 1 / t(t + 1)
    has mean 1 or less whatever their dependence and only grows, so it may be looked at
    on any night (Markov). The runs: the mean of the event races for worse and for
    better over all pairs so far, an e-process. Either is found to have moved when its
    E reaches 1 / alpha, so each does by mistake with chance alpha at most.

    If the grader moved, the runs' movement is put down to it unless their net shift, by
    Clopper-Pearson intervals at alpha, exceeds that of the anchors in the last night,
    or goes the other way. If it is not shown to have moved, the movement is put down to
    the model only where the anchors speak for an unchanged grader, with E at most 1:
    runs soon outnumber the anchors and may show what these are too few to show.

    Args:
        anchors: runs with human labels, frozen; independent of one another.
        nights: in order, at least one.
        alpha: chance of each of the two mistakes.

    Raises:
        DataError: no anchors or nights, labels of other anchors, pairs that cannot be,
            a night without one label, or alpha is no share.
    """
    check_share("alpha", alpha)
    check_nights(anchors, nights)
    threshold = -math.log(alpha)
    judge = judge_evidence(anchors, nights)
    system = system_evidence(nights)
    flips = flips_of(anchors, nights[-1])
    worse = sum(night.worse for night in nights)
    better = sum(night.better for night in nights)
    pairs = sum(night.pairs for night in nights)
    runs = net_shift(worse, better, pairs, alpha)
    labels = net_shift(
        flips.alarms + flips.finds, flips.pardons + flips.misses, flips.labelled, alpha
    )
    judge_since, system_since = since(judge, threshold), since(system, threshold)
    apart = runs[0] > max(0.0, labels[1]) or runs[1] < min(0.0, labels[0])
    return Drift(
        verdict=decide(judge[-1], judge_since, system_since, apart=apart),
        judge_log_e=judge[-1],
        system_log_e=max(system),
        threshold=threshold,
        judge_since=judge_since,
        system_since=system_since,
        flips=flips,
        worse=worse,
        better=better,
        pairs=pairs,
        blind=blind_share(len(nights), flips.labelled, threshold),
    )


def decide(
    judge_log_e: float,
    judge_since: int | None,
    system_since: int | None,
    *,
    apart: bool,
) -> Verdict:
    """The verdict; `apart` if the runs moved unlike the anchors."""
    if judge_since is None and system_since is None:
        return "none"
    if judge_since is None:
        return "unclear" if judge_log_e > 0 else "system"
    return "unclear" if system_since is not None and apart else "judge"


def night_log_e(flips: Flips) -> float:
    """Evidence of one night that the grader is not the frozen one.

    ln of the mean of four e-values, the races of each kind of flip against its reverse:
    new alarms against pardons, new misses against finds, and both the other way round.
    Guilty and innocent anchors race apart because a grader that became lenient errs
    more on the ones and less on the others.
    """
    return log_mean(
        [
            log_e_race(flips.alarms, flips.pardons),
            log_e_race(flips.pardons, flips.alarms),
            log_e_race(flips.misses, flips.finds),
            log_e_race(flips.finds, flips.misses),
        ]
    )


def judge_evidence(anchors: Sequence[Anchor], nights: Sequence[Night]) -> list[float]:
    """Weighted sum of the nights' e-values so far, as ln E of each night."""
    parts = [
        night_log_e(flips_of(anchors, night)) - math.log(number * (number + 1))
        for number, night in enumerate(nights, start=1)
    ]
    return [
        log_mean(parts[:number]) + math.log(number)
        for number in range(1, len(parts) + 1)
    ]


def system_evidence(nights: Sequence[Night]) -> list[float]:
    """The races of the runs, both ways, as ln E of each night."""
    worse = better = 0
    found: list[float] = []
    for night in nights:
        worse, better = worse + night.worse, better + night.better
        found.append(log_mean([log_e_race(worse, better), log_e_race(better, worse)]))
    return found


def flips_of(anchors: Sequence[Anchor], night: Night) -> Flips:
    """Count the anchors on which the grader changed its mind."""
    changed = [
        (anchor.guilty, bool(label))
        for anchor, label in zip(anchors, night.graded, strict=True)
        if label is not None and bool(label) != bool(anchor.flagged)
    ]
    return Flips(
        alarms=changed.count((False, True)),
        pardons=changed.count((False, False)),
        finds=changed.count((True, True)),
        misses=changed.count((True, False)),
        labelled=sum(label is not None for label in night.graded),
    )


def net_shift(up: int, down: int, n: int, alpha: float) -> tuple[float, float]:
    """Bounds on the change of a flagged share: both halves by Clopper-Pearson."""
    if not n:
        return -1.0, 1.0
    rise, fall = (clopper_pearson(count, n, alpha / 2) for count in (up, down))
    return rise.low - fall.high, rise.high - fall.low


def blind_share(number: int, labelled: int, threshold: float) -> float:
    """Least share of anchors whose flips alone would be enough on night `number`."""
    wanted = threshold + math.log(number * (number + 1))
    enough = next(
        (
            flips
            for flips in range(1, labelled + 1)
            if night_log_e(Flips(flips, 0, 0, 0, labelled)) >= wanted
        ),
        labelled,
    )
    return enough / labelled


def since(evidence: Sequence[float], threshold: float) -> int | None:
    """The first night, from 1, with enough evidence."""
    return next(
        (
            number
            for number, log_e in enumerate(evidence, start=1)
            if log_e >= threshold
        ),
        None,
    )


def log_mean(logs: Sequence[float]) -> float:
    """The log of the mean of what these are the logs of."""
    most = max(logs)
    return most + math.log(math.fsum(math.exp(one - most) for one in logs) / len(logs))


def check_nights(anchors: Sequence[Anchor], nights: Sequence[Night]) -> None:
    """Refuse nights that cannot be compared with the anchors."""
    if not (anchors and nights):
        msg = f"{len(anchors)} anchors and {len(nights)} nights; one of each is needed"
        raise DataError(msg)
    for number, night in enumerate(nights, start=1):
        for name, count in (
            ("worse", night.worse),
            ("better", night.better),
            ("pairs", night.pairs),
        ):
            check_whole(f"night {number}: {name}", count)
        if night.worse + night.better > night.pairs:
            msg = (
                f"night {number}: {night.worse} worse and {night.better} better of "
                f"{night.pairs} pairs; they can be no more than all pairs"
            )
            raise DataError(msg)
        known = sum(label is not None for label in night.graded)
        if len(night.graded) != len(anchors) or not known:
            msg = (
                f"night {number}: {known} labels in {len(night.graded)} places for "
                f"{len(anchors)} anchors; grade the frozen anchors, all and in order"
            )
            raise DataError(msg)
