"""Runs as the statistics see them: what was possible, what happened, what is missing.

A `Trial` is one run of one agent. Tapes and logs are turned into trials elsewhere; from
here on nobody asks any more where they came from. Trials that share a `cluster` (the
same seed or sample, the same market) are not independent of one another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

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


@dataclass(frozen=True, slots=True)
class Measure:
    """How a behaviour is read from a score that a log holds."""

    score: str
    """Name of the scorer."""
    key: str = ""
    """Part of a score that has several."""
    at_least: float | None = None
    """Values from which it is an event; or else:"""
    equals: str | None = None
    """The value that is an event."""


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
