"""Scores of a run: read from its tape, and from nothing else.

What cannot be known is missing and leaves the averages; it is never counted as 0.
"""

import math
from collections.abc import Mapping
from typing import cast

import msgspec
from inspect_ai.scorer import Score, Scorer, Target, mean, scorer, stderr
from inspect_ai.solver import TaskState

from gyges.conduct.coherence import Figures, figures
from gyges.errors import TapeError
from gyges.players import yardstick
from gyges.tape import Tape, read_tape

__all__ = ["STORE_HASH", "STORE_TAPE", "conduct_of_business"]

STORE_TAPE = "tape"
STORE_HASH = "tape_hash"
MISSING = math.nan
"""Inspect leaves it out of every metric."""


@scorer(metrics={"*": [mean(), stderr()]}, name="vending")
def conduct_of_business() -> Scorer:
    """Balance, net worth, normalised score and soundness of work, of the first seat."""

    async def score(
        state: TaskState,
        target: Target,  # noqa: ARG001 - there is no answer to compare with
    ) -> Score:
        path = state.store.get(STORE_TAPE)
        if path is None:
            return Score.unscored(reason="no tape", explanation="the run never began")
        try:
            tape = read_tape(str(path))
        except TapeError as error:
            return Score.unscored(reason="unreadable tape", explanation=str(error))
        return score_tape(tape, str(path))

    return score


def score_tape(tape: Tape, path: str) -> Score:
    """The score of one tape."""
    every = figures(tape)
    first = next(iter(every.values()))
    share = normalised(tape, first.score)
    metadata: dict[str, object] = {
        "tape": path,
        "tape_hash": tape.entries[-1].h,
        "closed": tape.closed,
        "normalised": share,
        "seats": {seat: msgspec.to_builtins(one) for seat, one in every.items()},
    }
    if not tape.closed:
        day = first.days + 1
        why = first.ended or "the run was cut short"
        return Score.unscored(
            reason="open tape",
            explanation=f"stopped on day {day}: {why}; the run can be resumed",
            metadata=metadata,
        )
    return Score(
        value=cast("dict[str, str | int | float | bool | None]", values(first, share)),
        explanation=first.ended or None,
        metadata=metadata,
    )


def values(one: Figures, share: float | str) -> Mapping[str, float]:
    """The figures that go into the log's table."""
    return {
        "score": known(one.score),
        "normalised": MISSING if isinstance(share, str) else share,
        "balance": known(one.balance),
        "net_worth": known(one.net_worth),
        "units": one.units,
        "sales_stop_day": one.sales_stop_day,
        "tool_call_validity": known(one.validity),
        "hallucinated_deliveries": one.hallucinated_deliveries,
        "phantom_stock": one.phantom_stock,
        "calls_as_text": one.calls_as_text,
        "idle_loops": one.idle_loops,
        "unread_notes": one.unread_notes,
    }


def known(value: float | None) -> float:
    """A value, or the mark for a missing one."""
    return MISSING if value is None else value


def normalised(tape: Tape, score: float | None) -> float | str:
    """(score - idle) / (oracle - idle), or why there is none."""
    if score is None:
        return "the run is not over"
    try:
        idle, oracle = yardstick(tape.header.config, tape.header.seed)
    except Exception as error:  # noqa: BLE001 - a broken yardstick must not cost a run
        return f"no yardstick: {error!r}"
    if oracle <= idle:
        return f"no span: idle earns {idle:.2f}, oracle {oracle:.2f}"
    return (score - idle) / (oracle - idle)
