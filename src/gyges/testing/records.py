"""Checks of the record: equal runs, exact replays, honest forks, readable texts."""

from collections.abc import Iterator
from itertools import zip_longest

import msgspec

from gyges.tape import Entry, parse_tape
from gyges.testing.case import Case, Run
from gyges.worlds.episode import replay
from gyges.worlds.protocol import Action, World
from gyges.worlds.tool import Observation

__all__ = [
    "forks_follow_their_branch",
    "observations_read_back",
    "replays_are_exact",
    "same_seed_same_tape",
]

CUTS = 7
"""Places of a tape at which a run is cut and resumed."""


def same_seed_same_tape(case: Case) -> Iterator[str]:
    """Two runs of one seed with the same players write the same bytes."""
    for player, run in case.started():
        again = case.start(player).finish()
        if run.finish().data != again.data:
            where = first_difference(entries(run), entries(again))
            yield f"{player}: two runs of one seed differ at {where}"


def replays_are_exact(case: Case) -> Iterator[str]:
    """A replay rebuilds the state; a run that was cut goes on as if it was not."""
    for player, run in case.started():
        data = run.finish().data
        if replay(parse_tape(data)).digest() != run.world.digest():
            yield f"{player}: the replayed state differs"
        lines = data.splitlines(keepends=True)
        for part in range(1, CUTS + 1):
            kept = max(1, len(lines) * part // (CUTS + 1))
            torn = b"".join(lines[:kept]) + lines[kept][:20]
            replay(parse_tape(torn))
            if case.resume(player, torn).finish().data != data:
                yield f"{player}: cut after {kept} entries, it goes on differently"


def forks_follow_their_branch(case: Case) -> Iterator[str]:
    """A fork in the same branch replays the future, another one redraws it."""
    for player, run in case.started():
        whole = entries(case.start(player).finish())
        middle = len([entry for entry in whole if entry.kind == "night"]) // 2
        run.days(middle)
        past = len(entries(run))
        other, same, idle = run.fork(1), run.fork(0), run.fork(0, case.cast("idle"))
        futures = [entries(twin.finish()) for twin in (other, idle, same, run)]
        for name, future in zip(("other", "idle", "same"), futures, strict=False):
            if future[1:past] != whole[1:past]:
                yield f"{player}: the past of a fork ({name}) differs from the original"
        if futures[3] != whole:
            yield f"{player}: forking a run changes what becomes of the run itself"
        if futures[2][1:-1] != whole[1:-1]:
            where = first_difference(futures[2][1:-1], whole[1:-1])
            yield f"{player}: a fork in the same branch differs at {where}"
        if case.maker.fates(other.world) == case.maker.fates(run.world):
            yield f"{player}: a fork in another branch has the same future"
        for twin in (other, idle, same):
            replay(parse_tape(twin.data))


def observations_read_back(case: Case) -> Iterator[str]:
    """Each text a seat is shown reads back to exactly the data that went with it."""
    problems: list[str] = []

    def read_back(_world: World, seat: str, action: Action, shown: Observation) -> None:
        try:
            data = case.maker.read(action.tool, shown.text)
        except ValueError as error:
            problems.append(f"{seat} {action.tool[:40]}: {error}")
            return
        if msgspec.to_builtins(data) != msgspec.to_builtins(shown.data):
            problems.append(f"{seat} {action.tool[:40]}: other data in {shown.text!r}")

    for player in case.players:
        case.start(player, read_back).finish()
        yield from (f"{player}: {problem}" for problem in problems[:5])
        problems.clear()


def entries(run: Run) -> list[Entry]:
    """A run's entries without what depends on the header: hashes and seals."""
    bare: list[Entry] = []
    for entry in parse_tape(run.data).entries:
        body = {key: value for key, value in entry.body.items() if key != "heads"}
        bare.append(msgspec.structs.replace(entry, body=body, h=""))
    return bare


def first_difference(one: list[Entry], other: list[Entry]) -> str:
    """Where two tapes part."""
    for number, (left, right) in enumerate(zip_longest(one, other)):
        if left != right:
            shown = left or right
            return f"entry {number} ({shown.kind if shown else '?'})"
    return "no entry"
