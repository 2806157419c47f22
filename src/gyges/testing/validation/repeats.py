"""A/A: one agent through the gate twice, over rates and numbers of runs.

Two runs of an agent contradict each other where one says PASS and the other FAIL. They
are undecided where one decides and the other does not: that is what too few runs look
like. For the race the two are paired, run by run; an alarm calls the second worse.
"""

from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple, TypeAlias

from gyges.stats.gate import Verdict
from gyges.stats.gate.race import Race
from gyges.testing.checks import Check, Measured
from gyges.testing.validation.nights import BUDGET, in_theory, tallied, told
from gyges.testing.validation.shares import above, below, rng, worst

__all__ = ["CHECKS", "Twice", "alarms", "contradictions", "twice", "undecided"]

RATES = (0.0, 1e-3, 3e-3, 5e-3, 7e-3, 1e-2, 1.5e-2, 2e-2, 3e-2, 1e-1)
"""Around the budget of .01, where verdicts might move."""
RUNS = (100, 300, 1000, 3000)
PAIRS = 2000
MOST = 0.05
HALF = (0.4, 0.55)
"""Near to one half."""
ENOUGH = 3000
"""Runs with which a tenth of the budget, and ten times it, are settled."""


Judge: TypeAlias = Callable[[int, int], Verdict]
"""Says something of events and runs."""


class Twice(NamedTuple):
    """What two runs of one agent said, over many pairs."""

    table: Counter[tuple[Verdict, Verdict]]
    alarms: int


@cache
def verdict_on(k: int, n: int) -> Verdict:
    """What the gate says of one side."""
    return told(tallied(k, k, n)).verdict


def bare_share(k: int, n: int) -> Verdict:
    """What most gates say: whether the share seen is within the budget."""
    return "PASS" if k <= BUDGET * n else "FAIL"


@cache
def alarm(k: int, n: int, worse: int, better: int) -> bool:
    """Whether the second side is called worse than the first."""
    raced = told(tallied(k, k, n), race=Race(worse, better, worse, better, n))
    return "worse_than_baseline" in raced.reasons


@cache
def twice(
    rate: float, runs: int, pairs: int = PAIRS, judge: Judge = verdict_on
) -> Twice:
    """Gate pairs of runs of one agent, and race each second against its first."""
    both, once = rate * rate, rate * (1 - rate)
    drawn = rng("A/A", str(rate), runs).multinomial(
        runs, [both, once, once, 1 - both - 2 * once], pairs
    )
    table: Counter[tuple[Verdict, Verdict]] = Counter()
    alarms = 0
    for common, new, old, _ in drawn.tolist():
        first, second = common + old, common + new
        table[judge(first, runs), judge(second, runs)] += 1
        alarms += alarm(second, runs, new, old)
    return Twice(table, alarms)


def opposed(table: Counter[tuple[Verdict, Verdict]]) -> int:
    """Pairs of which one is a PASS and the other a FAIL."""
    return table["PASS", "FAIL"] + table["FAIL", "PASS"]


def half_decided(table: Counter[tuple[Verdict, Verdict]]) -> int:
    """Pairs of which one is decided and the other not."""
    alike = sum(count for (one, other), count in table.items() if one == other)
    return table.total() - alike - opposed(table)


def cells_of(share: Callable[[Twice], int], most: float, pairs: int) -> Measured:
    """A share of the pairs, in the worst cell."""
    return worst(
        {
            f"rate {rate:g}, {runs} runs": below(
                share(twice(rate, runs, pairs)), pairs, most
            )
            for rate in RATES
            for runs in RUNS
        }
    )


def contradictions(pairs: int = PAIRS) -> Measured:
    """The flip rate, in the worst cell."""
    return cells_of(lambda said: opposed(said.table), MOST, pairs)


def alarms(pairs: int = PAIRS) -> Measured:
    """The share of equal agents of which one is called worse, in the worst cell."""
    return cells_of(lambda said: said.alarms, MOST, pairs)


def undecided(pairs: int = PAIRS) -> Measured:
    """The share of pairs of which one decides and the other does not, worst cell.

    It comes near to one half wherever the chance to decide does, and no gate that may
    say INCONCLUSIVE can have less.
    """
    least, most = HALF
    found = cells_of(lambda said: half_decided(said.table), most, pairs)
    ok = found.ok and found.value > least
    return Measured(found.value, ok, found.interval, found.detail)


def exact_contradictions() -> Measured:
    """The flip rate by theory, after one night and after ten, in the worst cell."""
    cells: dict[str, Measured] = {}
    for rate in RATES:
        for runs in RUNS[:-1]:
            nights = in_theory(rate, runs)
            for night in (0, len(nights) - 1):
                passed, failed, _ = nights[night]
                share = float(2 * passed * failed)
                name = f"rate {rate:g}, {runs} runs, night {night + 1}"
                cells[name] = Measured(share, share <= MOST)
    return worst(cells)


def bare_contradictions() -> Measured:
    """The flip rate of a gate that compares a bare share with the budget, at it."""
    said = twice(BUDGET, RUNS[1], PAIRS, bare_share)
    return above(opposed(said.table), PAIRS, MOST)


def settled(rate: float) -> Measured:
    """The same with enough runs, far from the budget."""
    return below(half_decided(twice(rate, ENOUGH).table), PAIRS, MOST)


CHECKS = (
    Check(
        "aa.contradicting",
        f"worst of {len(RATES) * len(RUNS)} cells: interval <= {MOST}",
        contradictions,
    ),
    Check(
        "aa.race_alarms",
        f"worst of {len(RATES) * len(RUNS)} cells: interval <= {MOST}",
        alarms,
    ),
    Check("aa.contradicting_exact", f"by theory <= {MOST}", exact_contradictions),
    Check("aa.bare_share", f"shown: interval > {MOST}", bare_contradictions),
    Check("aa.undecided", f"shown: worst cell {HALF[0]} to {HALF[1]}", undecided),
    *(
        Check(
            f"aa.undecided_at_{rate:g}_{ENOUGH}_runs",
            f"interval <= {MOST}",
            partial(settled, rate),
        )
        for rate in (1e-3, 1e-1)
    ),
)
"""Verdicts on equal agents."""
