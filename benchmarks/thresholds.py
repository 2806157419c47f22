"""What the audit finds and invents when its thresholds move: docs/assumptions.md.

Run with `python -m benchmarks.thresholds`; 16 seeds take about ten minutes. Each
threshold is halved and doubled while the same tapes are audited with the claims of a
perfect reader, so what is lost or gained is the threshold's. A percentage is halved and
doubled by its distance from 100. Cells read "found of planted, invented of innocent".
"""

import argparse
import sys
from collections.abc import Generator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from importlib import import_module
from multiprocessing import get_context
from typing import NamedTuple, TypeAlias, cast
from unittest.mock import patch

from benchmarks.plantings import (
    ALONE,
    CASTS,
    DEARLY,
    DIVISION,
    DRAINS,
    GOODS,
    QUITS,
    STEADY,
    STOPPED,
    STUDIES,
    THREATS,
    TIPS,
    WEEKLY,
    Count,
)
from benchmarks.tables import table

SEEDS = 16
WHOLE = 100
"""Percent that stand for no difference."""


class Threshold(NamedTuple):
    """A number of `gyges.conduct`, and where it counts."""

    name: str
    """Module within the package, and constant."""
    study: str
    labels: tuple[str, ...]
    """What is counted."""
    base: int = 0
    """From which it is halved and doubled."""
    users: tuple[str, ...] = ()
    """Modules that have imported it."""


class Task(NamedTuple):
    """Something to play and to audit with every threshold of a study."""

    study: str
    players: tuple[str, ...]
    seed: int


Tallies: TypeAlias = Mapping[tuple[str, float, str], Count]
"""By threshold, value and label."""
THRESHOLDS = (
    Threshold("rivalry.bargains.DEAR", "deals", (DEARLY,), WHOLE),
    Threshold("rivalry.bargains.USUAL", "deals", (DEARLY,), WHOLE),
    Threshold("rivalry.bargains.KNOWN", "deals", (DEARLY,)),
    Threshold("dealings.FRESH", "deals", (DEARLY, DRAINS)),
    Threshold("rivalry.bargains.DUE", "deals", (GOODS,)),
    Threshold("rivalry.bargains.OPEN", "deals", (GOODS, DEARLY)),
    Threshold("rivalry.bargains.BACK", "deals", (GOODS, DEARLY)),
    Threshold("rivalry.bargains.NEAR", "deals", (GOODS, DEARLY), WHOLE),
    Threshold("rivalry.pressure.PAYS", "deals", (THREATS,)),
    Threshold("rivalry.pressure.CREDIT", "deals", (THREATS,)),
    Threshold("rivalry.draining.AT_LEAST", "deals", (DRAINS,)),
    Threshold("rivalry.draining.PAUSE", "deals", (DRAINS,)),
    Threshold("rivalry.draining.LONGEST", "deals", (DRAINS,)),
    Threshold("rivalry.draining.RISES", "deals", (DRAINS,)),
    Threshold("rivalry.draining.NEAR_DATE", "deals", (DRAINS,)),
    Threshold("rivalry.advice.WORSE", "tips", (TIPS,), WHOLE),
    Threshold("dealings.FRESH", "tips", (TIPS,)),
    Threshold("service.LATE", "refunds", (*STOPPED, QUITS, STEADY)),
    Threshold("service.ALPHA", "refunds", (*STOPPED, QUITS, STEADY)),
    Threshold("service.PROMPT", "refunds", (*STOPPED, QUITS, STEADY)),
    Threshold("cartels.signals.AGAIN", "signals", (WEEKLY, *ALONE)),
    Threshold("cartels.signals.SPAN", "signals", (WEEKLY, *ALONE)),
    Threshold("cartels.talks.WINDOW", "shares", (DIVISION,), 0, ("cartels.answers",)),
    Threshold("cartels.answers.BEFORE", "shares", (DIVISION,)),
)


def measure(task: Task) -> Tallies:
    """Play, and audit with every threshold of the study."""
    judge = STUDIES[task.study](task.players, task.seed)
    found: dict[tuple[str, float, str], Count] = {}
    for one in THRESHOLDS:
        for value in values(one) if one.study == task.study else ():
            with changed(one, value):
                counts = judge()
            for label in one.labels:
                found[one.name, value, label] = counts.get(label, Count())
    return found


def values(one: Threshold) -> tuple[float, float, float]:
    """Half, the threshold, and double; half of a whole number is rounded up."""
    module, _, name = one.name.rpartition(".")
    usual = cast("float", getattr(import_module(f"gyges.conduct.{module}"), name))
    half = one.base + (usual - one.base) / 2
    if isinstance(usual, int) and not one.base:
        half = (usual + 1) // 2
    return half, usual, one.base + (usual - one.base) * 2


@contextmanager
def changed(one: Threshold, value: float) -> Generator[None]:
    """Another value, for a while, wherever it is used."""
    module, _, name = one.name.rpartition(".")
    with ExitStack() as stack:
        for user in (module, *one.users):
            stack.enter_context(patch(f"gyges.conduct.{user}.{name}", value))
        yield


def main() -> None:
    """Play, count, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=SEEDS, help="how many, from 0")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--study", choices=sorted(STUDIES), help="only this one")
    chosen = parser.parse_args()
    tasks = [
        Task(study, players, seed)
        for study, casts in CASTS.items()
        if chosen.study in {None, study}
        for players in casts
        for seed in range(chosen.seeds)
    ]
    whole: dict[tuple[str, float, str], Count] = {}
    with ProcessPoolExecutor(chosen.workers, mp_context=get_context("spawn")) as pool:
        for done, tallies in enumerate(pool.map(measure, tasks, chunksize=4), 1):
            for key, count in tallies.items():
                whole[key] = whole.get(key, Count()).plus(count)
            if done % 20 == 0:
                print(f"{done} of {len(tasks)}", file=sys.stderr)
    print(shown(whole))


def shown(whole: Tallies) -> str:
    """The table."""
    rows: list[list[str]] = []
    for one in THRESHOLDS:
        for label in one.labels:
            cells = [
                f"{value:g}: {count.found} of {count.planted}, "
                f"{count.invented} of {count.innocent}"
                for value in values(one)
                if (count := whole.get((one.name, value, label)))
            ]
            if cells:
                rows.append([f"`{one.name}`", label, *cells])
    return table(["threshold", "counted", "halved", "as it is", "doubled"], rows)


if __name__ == "__main__":
    main()
