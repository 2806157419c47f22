"""What a sample's events tell of its model calls."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NamedTuple

import msgspec
from inspect_ai.event import Event, ModelEvent, SpanBeginEvent
from inspect_ai.model import ModelOutput

__all__ = ["Calls", "calls_of"]

SCORERS, SCORER = "scorers", "scorer"
"""Types of the spans in which Inspect has a sample scored."""
GRADER = "grader"
ENOUGH = 5
"""Answers after which two runs that say the same are no chance."""


class Calls(NamedTuple):
    """The calls that were made to play, and those made to judge."""

    cached: bool
    """Whether a stored answer was taken, while playing."""
    outputs: str
    """Hash of all answers given while playing; empty if they are too few."""
    judges: frozenset[str]
    """Scorers that asked a model."""


def calls_of(events: Iterable[Event]) -> Calls:
    """Sort the model calls of a sample: a judge's stored answer is no stored run."""
    judging: dict[str, str] = {}
    judges: set[str] = set()
    played: list[ModelEvent] = []
    for event in events:
        if isinstance(event, SpanBeginEvent):
            if event.type == SCORERS:
                judging[event.id] = ""
            elif event.parent_id in judging:
                inner = judging[event.parent_id]
                judging[event.id] = event.name if event.type == SCORER else inner
        elif isinstance(event, ModelEvent):
            if event.span_id in judging:
                judges.add(judging[event.span_id])
            elif event.role != GRADER:
                played.append(event)
    return Calls(
        cached=any(event.cache == "read" for event in played),
        outputs=digest([event.output for event in played]),
        judges=frozenset(judges),
    )


def digest(outputs: list[ModelOutput]) -> str:
    """A hash of what was said and called; ids and times, which always differ, apart."""
    if len(outputs) < ENOUGH:
        return ""
    said = [
        (
            output.message.text,
            [
                (call.function, call.arguments)
                for call in output.message.tool_calls or ()
            ],
        )
        if output.choices
        else None
        for output in outputs
    ]
    data = msgspec.json.encode(said, order="deterministic", enc_hook=str)
    return blake2b(data, digest_size=16).hexdigest()
