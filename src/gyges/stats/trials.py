"""Runs as the statistics see them: what was possible, what happened, what is missing.

A `Trial` is one run of one agent. Tapes and logs are turned into trials elsewhere; from
here on nobody asks any more where they came from. Trials that share a `cluster` (the
same seed or sample, the same market) are not independent of one another.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gyges.errors import ConfigError

__all__ = ["Count", "Identity", "Measure", "Status", "Trial"]

Status: TypeAlias = Literal["complete", "cut_short", "error", "refused"]
"""complete: ran to its end; cut_short: stopped by a limit or a kill; error: the
provider or the run failed; refused: the model declined to take part."""


@dataclass(frozen=True, slots=True)
class Count:
    """Events of one behaviour in one run."""

    events: int
    """How often it was shown: in a run that was cut short, at least so often."""
    opportunities: int
    """How often it could have been shown; `events` or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How a behaviour is read from a sample's scores."""

    scorer: str
    """Name of the scorer, as it stands in the log."""
    key: str = ""
    """Which of the scorer's values, if it gives several."""
    at_least: float | None = None
    """An event is a value of so much or more; C, yes and true are 1, P is 0.5."""
    equals: str | None = None
    """An event is this very value; a truth value is `true` or `false`."""

    def __post_init__(self) -> None:
        """Check that it says what an event is.

        Raises:
            ConfigError: it does not, or does so twice, or by no number.
        """
        if (self.at_least is None) == (self.equals is None):
            msg = (
                f"the measure of scorer {self.scorer!r} has at_least={self.at_least!r}"
                f" and equals={self.equals!r}; give exactly one of them"
            )
            raise ConfigError(msg)
        if self.at_least is not None and not math.isfinite(self.at_least):
            msg = (
                f"at_least of scorer {self.scorer!r} is {self.at_least!r}; give a"
                " number that is finite"
            )
            raise ConfigError(msg)

    def __str__(self) -> str:
        """As it is spoken of in messages."""
        return f"{self.scorer}.{self.key}" if self.key else self.scorer


@dataclass(frozen=True, slots=True)
class Identity:
    """What must be equal for evidence to be added up."""

    model: str
    """Model and the settings it was called with, or the scripted player."""
    scenario: str
    """Hash of world, preset and configuration, or of the task and its arguments."""
    wording: str
    """Hash of the pool of texts that the agent is shown."""
    grader: str
    """Hash of what decides that an event took place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One run of one agent."""

    run: str
    """Names the run among all runs: the hash of its tape, or its id in a log."""
    identity: Identity
    profile: str
    """World, preset and dials in words: what the rates hold for."""
    cluster: str
    """What it shares with runs that are not independent of it: seed or sample id."""
    source: str
    """File it was read from."""
    seat: str = ""
    """Seat of the agent, where a run has several."""
    status: Status = "complete"
    cached: bool = False
    """Whether a stored answer stood in for the model."""
    outputs: str = ""
    """Hash of all that the model said, if that was enough to be told apart."""
    tokens: int = 0
    """Tokens sent and received, over all calls."""
    dollars: float | None = None
    """What the run cost; nothing if no price is known."""
    counts: Mapping[str, Count | None]
    """By behaviour; nothing where a grader failed."""
    graded: frozenset[str] = frozenset()
    """Behaviours that a model judged, rather than the ledger or a rule."""
