"""Cross-entropy search: find a proposal that makes rare events likely, then freeze it.

Two stages that never mix. The search draws, keeps the best tenth by score, fits the
proposal to it and goes on until that tenth reaches the target. What it drew is thrown
away: an estimate from draws that shaped their own proposal is biased. The second stage
draws anew from the frozen proposal, and its weights are guarded like any others.

Method and worked example: de Boer, Kroese, Mannor and Rubinstein, "A tutorial on the
cross-entropy method" (2005).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.errors import DataError
from gyges.stats.chance import Stream
from gyges.stats.interval import check_share, check_whole
from gyges.stats.rare.weights import Weighted, importance

__all__ = [
    "Categorical",
    "Dials",
    "Exponential",
    "Family",
    "Found",
    "Score",
    "estimate",
    "search",
]

Floats: TypeAlias = NDArray[np.float64]
Choices: TypeAlias = NDArray[np.int64]
P = TypeVar("P")
X = TypeVar("X")
Score: TypeAlias = Callable[[X], Floats]
"""Progress of each draw towards the event: larger is nearer."""

CLOSE = 1e-9


class Family(Protocol[P, X]):
    """Proposals that can be drawn from, weighed and fitted.

    P is what tells one proposal from another, X a batch of draws, first axis first.
    """

    @property
    def nominal(self) -> P:
        """The proposal that is the profile itself."""
        ...

    def draw(self, proposal: P, count: int, rng: Stream) -> X:
        """So many draws of a proposal."""
        ...

    def log_ratio(self, draws: X, proposal: P) -> Floats:
        """Natural log of the probability at the profile over that of the proposal."""
        ...

    def fit(self, draws: X, weights: Floats, before: P) -> P:
        """The proposal nearest to the weighted draws, in relative entropy.

        Args:
            draws: all of a round.
            weights: of each, 0 for those that are no elite; they sum to 1.
            before: the proposal that they were drawn from.
        """
        ...


@dataclass(frozen=True, slots=True)
class Found(Generic[P]):
    """Where a search ended."""

    proposal: P
    """To be frozen and drawn from."""
    levels: tuple[float, ...]
    """Score that the elite of each round reached; the last is the target."""
    draws: int
    """Draws spent on the way, none of which may enter the estimate."""


@dataclass(frozen=True, slots=True)
class Dials:
    """How a search goes about."""

    batch: int = 1000
    """Draws of a round."""
    elite: float = 0.1
    """Part of a round that the proposal is fitted to."""
    rounds: int = 50
    """After so many, a search that has not arrived is given up."""

    def __post_init__(self) -> None:
        """Refuse dials that no search can be made with.

        Raises:
            DataError: fewer than 2 draws, an elite outside 0 to 1, or no round.
        """
        check_whole("batch", self.batch, 2)
        check_share("elite", self.elite)
        check_whole("rounds", self.rounds, 1)


DIALS = Dials()


def search(
    family: Family[P, X],
    score: Score[X],
    target: float,
    rng: Stream,
    dials: Dials = DIALS,
) -> Found[P]:
    """Move the proposal towards the event, round by round.

    The level of a round is the smaller of the target and the (1 - elite) quantile of
    the scores; the new proposal is fitted to the draws at or above it, each weighed by
    its ratio, so that it stays near to how the event comes about *at the profile*.

    Args:
        family: of proposals.
        score: of draws.
        target: score at which the event is reached.
        rng: of the draws.
        dials: of the search.

    Raises:
        DataError: a score that is no number, or a search that has not reached the
            target.
    """
    batch = dials.batch
    proposal, levels = family.nominal, list[float]()
    for _ in range(dials.rounds):
        draws = family.draw(proposal, batch, rng)
        scores = scored(score, draws, batch)
        level = min(float(np.quantile(scores, 1 - dials.elite)), target)
        levels.append(level)
        logs = family.log_ratio(draws, proposal)
        chosen = np.where(scores >= level, logs, -np.inf)
        if chosen.max() == -np.inf:
            msg = f"no draw that reaches {level:.4g} is possible at the profile"
            raise DataError(msg)
        proposal = family.fit(draws, special.softmax(chosen), proposal)
        if level >= target:
            return Found(proposal, tuple(levels), batch * len(levels))
    msg = (
        f"the search stands at {max(levels):.4g} after {dials.rounds} rounds, not at "
        f"{target!r}; use a larger batch, more rounds or a score with fewer ties"
    )
    raise DataError(msg)


def estimate(
    family: Family[P, X],
    score: Score[X],
    target: float,
    proposal: P,
    draws: int,
    rng: Stream,
) -> Weighted:
    """The second stage: P(score >= target) by fresh draws of a frozen proposal.

    Args:
        family: of proposals.
        score: of draws.
        target: score at which the event is reached.
        proposal: found by a search with *other* draws.
        draws: to make; 100,000 for a rate near 1e-5.
        rng: of the draws; a stream that the search has not used, or has left behind.

    Raises:
        DataError: no draws, a score that is no number, or a ratio that is none.
    """
    check_whole("draws", draws, 1)
    batch = family.draw(proposal, draws, rng)
    events = scored(score, batch, draws) >= target
    return importance(family.log_ratio(batch, proposal), events)


def scored(score: Score[X], draws: X, count: int) -> Floats:
    """The scores, if there is a number for each draw."""
    scores = np.asarray(score(draws), float)
    if scores.shape != (count,) or np.isnan(scores).any():
        msg = (
            f"scores of shape {scores.shape} for {count} draws; give a number for each"
        )
        raise DataError(msg)
    return scores


class Exponential:
    """Independent exponential times; a proposal is their means."""

    __slots__ = ("_means",)

    def __init__(self, means: Sequence[float]) -> None:
        """Fix the profile.

        Raises:
            DataError: a mean that is not above 0.
        """
        self._means = np.array(means, float)
        if not (self._means.size and np.all(self._means > 0)):
            msg = f"means {list(means)!r} must be above 0"
            raise DataError(msg)

    @property
    def nominal(self) -> Floats:
        """The means at the profile."""
        return self._means

    def draw(self, proposal: Floats, count: int, rng: Stream) -> Floats:
        """So many draws, a row each."""
        return rng.exponential(proposal, (count, len(proposal)))

    def log_ratio(self, draws: Floats, proposal: Floats) -> Floats:
        """Sum of x (1/v - 1/u) + ln(v/u), for means u at the profile and v here."""
        slope = 1 / proposal - 1 / self._means
        return draws @ slope + float(np.log(proposal / self._means).sum())

    def fit(self, draws: Floats, weights: Floats, before: Floats) -> Floats:
        """The weighted means."""
        return weights @ draws


class Categorical:
    """Independent choices among options; a proposal is their probabilities.

    What agents are steered by: which dial, which persona, which kind of customer. With
    few elite draws an option may vanish by chance, for ever. Two dials prevent that: of
    each fit only a part is taken over, and no option falls below a floor.
    """

    __slots__ = ("_floor", "_nominal", "_smoothing")

    def __init__(
        self,
        options: Sequence[Sequence[float]],
        smoothing: float = 0.7,
        floor: float = 0.02,
    ) -> None:
        """Fix the profile.

        Args:
            options: the probabilities of each choice's options, all above 0.
            smoothing: part of a fit that is taken over, above 0, at most 1.
            floor: least probability of an option in a fitted proposal.

        Raises:
            DataError: probabilities that do not sum to 1, or dials out of range.
        """
        self._nominal = tuple(probabilities(choice) for choice in options)
        if not self._nominal:
            msg = "no choices; give the options of at least one"
            raise DataError(msg)
        if not 0 < smoothing <= 1:
            msg = f"smoothing {smoothing!r} must lie above 0 and at most at 1"
            raise DataError(msg)
        most = max(map(len, self._nominal))
        if not 0 <= floor < 1 / most:
            msg = f"floor {floor!r} must be 0 to {1 / most:.3g}, with {most} options"
            raise DataError(msg)
        self._smoothing = smoothing
        self._floor = floor

    @property
    def nominal(self) -> tuple[Floats, ...]:
        """The probabilities at the profile."""
        return self._nominal

    def draw(self, proposal: tuple[Floats, ...], count: int, rng: Stream) -> Choices:
        """So many draws, a row each: the number of the option chosen."""
        spans = [np.cumsum(choice)[:-1] for choice in proposal]
        luck = rng.random((count, len(proposal)))
        picked = [
            np.searchsorted(span, luck[:, at], side="right")
            for at, span in enumerate(spans)
        ]
        return np.stack(picked, axis=1).astype(np.int64)

    def log_ratio(self, draws: Choices, proposal: tuple[Floats, ...]) -> Floats:
        """Sum over the choices of ln of the chosen option's ratio."""
        total = np.zeros(len(draws))
        for at, (profile, here) in enumerate(zip(self._nominal, proposal, strict=True)):
            total += np.log(profile / here)[draws[:, at]]
        return total

    def fit(
        self, draws: Choices, weights: Floats, before: tuple[Floats, ...]
    ) -> tuple[Floats, ...]:
        """The weighted shares, smoothed and raised to the floor."""
        return tuple(
            self._settled(
                np.bincount(draws[:, at], weights, minlength=len(old)).astype(float),
                old,
            )
            for at, old in enumerate(before)
        )

    def _settled(self, shares: Floats, old: Floats) -> Floats:
        mixed = self._smoothing * shares + (1 - self._smoothing) * old
        above = np.maximum(mixed - self._floor, 0)
        return self._floor + above * (1 - self._floor * len(mixed)) / above.sum()


def probabilities(choice: Sequence[float]) -> Floats:
    """The probabilities, if they are such."""
    shares = np.array(choice, float)
    if not (shares.size and np.all(shares > 0) and abs(shares.sum() - 1) <= CLOSE):
        msg = f"options {list(choice)!r} must have shares above 0 that sum to 1"
        raise DataError(msg)
    return shares
