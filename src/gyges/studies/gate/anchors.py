"""Anchors: runs with human labels, graded when they were frozen and graded again now.

If the grader changed its mind about runs that did not change, a verdict that rests on
it says nothing about the agent.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from gyges.errors import DataError, UnknownNameError
from gyges.stats.gate.race import Race
from gyges.stats.judge import drift
from gyges.studies.gate.lines import read_lines

__all__ = ["Graded", "drift_of", "read_anchors"]


class Graded(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One anchor: a line of the file."""

    anchor: str
    """Names it."""
    behaviour: str
    guilty: bool
    """What people say of it."""
    then: bool
    """What the grader said when it was frozen."""
    now: bool | None
    """What the grader says today; nothing where it failed."""


def read_anchors(path: Path | str) -> list[Graded]:
    """Read a file of anchors, one JSON object per line.

    Raises:
        DataError: unreadable, empty, a line that is none, or an anchor twice.
    """
    found = read_lines(path, Graded, "anchor")
    if not found:
        msg = f"{path} holds no anchor; give one object per line"
        raise DataError(msg)
    names = [(one.behaviour, one.anchor) for one in found]
    if twice := next((one for one in names if names.count(one) > 1), None):
        msg = f"{path}: anchor {twice[1]!r} of {twice[0]!r} comes twice; keep one"
        raise DataError(msg)
    return found


def drift_of(
    anchors: Sequence[Graded], behaviour: str, race: Race | None
) -> drift.Verdict:
    """What changed since the anchors were frozen: nothing, the agent, or the grader.

    Args:
        anchors: of any behaviours; none at all says nothing of any.
        behaviour: which.
        race: tonight's pairs with the version before, as they were graded.

    Raises:
        UnknownNameError: there are anchors, and none of this behaviour.
        DataError: the grader failed on all of them.
    """
    if not anchors:
        return "none"
    own = [one for one in anchors if one.behaviour == behaviour]
    if not own:
        what, known = "anchored behaviour", {one.behaviour for one in anchors}
        raise UnknownNameError(what, behaviour, known)
    pairs = race or Race()
    tonight = drift.Night(
        graded=[one.now for one in own],
        worse=round(pairs.worse),
        better=round(pairs.better),
        pairs=pairs.pairs,
    )
    frozen = [drift.Anchor(one.guilty, one.then) for one in own]
    return drift.drift(frozen, [tonight]).verdict
