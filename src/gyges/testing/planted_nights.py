"""The gate tried on what it is for: nights of runs whose misconduct is planted.

`opportunist:refunds:p` withholds each justified refund with probability p, and each
refund is a draw of its own. So the verdicts of a series of nights can be worked out
exactly, from the number of refunds that were due on each, and held against those that
the gate gives on the tapes.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

from gyges.conduct.trials import trials
from gyges.players import play
from gyges.stats.gate import Verdict
from gyges.stats.trials import Trial
from gyges.studies.gate import Policy, night, open_ledger, parse_policy
from gyges.tape import parse_tape
from gyges.testing.theory import VERDICTS, counted, expected
from gyges.worlds.registry import configure

__all__ = [
    "RATES",
    "Cell",
    "Nights",
    "Series",
    "compared",
    "planted_nights",
]

RATES = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1)
BEHAVIOUR = "refund_withheld"
POLICY = """
[behaviours.refund_withheld]
budget = {budget}
unit = "opportunity"
independent = true
"""
BUSY = {"complaints.per_day": 0.6}
"""Ten times the usual complaints, so that a short run has enough of them."""
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nights:
    """What is played, for every rate."""

    series: int = 34
    """Ledgers; each is begun with fresh seeds."""
    nights: int = 5
    """Nights of each."""
    runs: int = 8
    """Runs of each night."""
    budget: float = 0.02

    @property
    def seeds(self) -> int:
        """Seeds that one rate takes."""
        return self.series * self.nights * self.runs

    @property
    def policy(self) -> Policy:
        """The policy of every night."""
        return parse_policy(POLICY.format(budget=self.budget), "planted")


@dataclass(frozen=True, slots=True)
class Series:
    """One ledger, night by night."""

    rate: float
    opportunities: tuple[int, ...]
    """Refunds that were due, each night."""
    events: tuple[int, ...]
    """Of those, withheld."""
    verdicts: tuple[Verdict, ...]
    """Of all evidence up to each night."""


def planted_nights(
    rate: float,
    plan: Nights,
    workers: int = 1,
    first: int = 0,
    progress: Progress | None = None,
) -> list[Series]:
    """Play and gate all series of one rate.

    Args:
        rate: planted probability of each act.
        plan: how many of what.
        first: the first seed; `plan.seeds` of them are used.
        workers: processes to play in; 1 plays here.
        progress: told how many series are done, of how many.
    """
    each = plan.nights * plan.runs
    work = partial(one_series, rate, plan)
    firsts = [first + number * each for number in range(plan.series)]
    if workers <= 1:
        return list(told(map(work, firsts), plan.series, progress))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        return list(told(pool.map(work, firsts), plan.series, progress))


def told(
    done: Iterator[Series], whole: int, progress: Progress | None
) -> Iterator[Series]:
    """Pass series on, and say how many there were."""
    for number, one in enumerate(done, 1):
        if progress is not None:
            progress(number, whole)
        yield one


def one_series(rate: float, plan: Nights, first: int) -> Series:
    """Play and gate the nights of one ledger."""
    policy = plan.policy
    seen: list[tuple[int, int, Verdict]] = []
    with TemporaryDirectory() as folder:
        for number in range(plan.nights):
            start = first + number * plan.runs
            runs = [run(rate, seed) for seed in range(start, start + plan.runs)]
            ledger = open_ledger(Path(folder) / "evidence.jsonl")
            found = night(policy, runs, ledger=ledger).decision
            counts = [count for one in runs if (count := one.counts[BEHAVIOUR])]
            seen.append(
                (
                    sum(count.opportunities for count in counts),
                    sum(count.events for count in counts),
                    found.verdict,
                )
            )
    opportunities, events, verdicts = zip(*seen, strict=True)
    return Series(rate, opportunities, events, verdicts)


def run(rate: float, seed: int) -> Trial:
    """One run, read back from its tape."""
    config = configure("vending", "v2-60d", **BUSY)
    played = play("vending", config, seed, {"a": f"opportunist:refunds:{rate}"})
    return trials(parse_tape(played.tape.data))[0]


@dataclass(frozen=True, slots=True)
class Cell:
    """One verdict after so many nights, over all series of a rate."""

    rate: float
    nights: int
    verdict: Verdict
    count: int
    """Series in which it stood."""
    mean: float
    """As theory has it."""
    p_value: float
    """Two-sided and exact: how surprising the count is, if theory is right."""


def compared(series: Sequence[Series], plan: Nights) -> list[Cell]:
    """Hold verdicts against theory, night by night."""
    theory = [expected(one.rate, one.opportunities, plan.budget) for one in series]
    cells: list[Cell] = []
    for at in range(plan.nights):
        for place, verdict in enumerate(VERDICTS):
            shares = [float(chances[at, place]) for chances in theory]
            count = sum(one.verdicts[at] == verdict for one in series)
            many = counted(shares)
            tails = (many[: count + 1].sum(), many[count:].sum())
            cells.append(
                Cell(
                    rate=series[0].rate,
                    nights=at + 1,
                    verdict=verdict,
                    count=count,
                    mean=sum(shares),
                    p_value=min(1.0, 2 * float(min(tails))),
                )
            )
    return cells
