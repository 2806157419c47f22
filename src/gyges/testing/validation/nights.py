"""The gate as a whole: what it says night after night, and what theory says it says.

Nights are made of counts and go through `decide`, with the highest evidence of earlier
nights as a ledger keeps it; `fast_path` shows that whole runs give the same. Theory is
worked out apart from that: the exact distribution of the count, from night to night,
with what has failed taken out, and evidence written down here once more.
"""

import math
from collections.abc import Sequence
from functools import cache, partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from gyges.stats.chance import Stream
from gyges.stats.evidence import log_e_over, log_e_under
from gyges.stats.gate import (
    Alphas,
    Evidence,
    Finding,
    Rule,
    Verdict,
    decide,
    gather,
)
from gyges.stats.gate.arms import Tally, arm
from gyges.stats.gate.race import Race
from gyges.stats.rates import clopper_pearson
from gyges.stats.trials import Count, Identity, Status, Trial
from gyges.testing.checks import Check, Measured
from gyges.testing.theory import ENOUGH, VERDICTS, both_sides, expected
from gyges.testing.validation.shares import below, rng

__all__ = [
    "BUDGET",
    "CHECKS",
    "fast_path",
    "in_theory",
    "played",
    "runs_of",
    "tallied",
    "told",
    "verdicts_match",
    "wrong_fail",
    "wrong_pass",
]

BUDGET = 0.01
RATES = (0.0, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1)
RUNS = (100, 300, 1000)
NIGHTS = 10
SHOWN = (0, 2, 9)
"""Nights that are held against theory, from 0."""
STREAMS = 1000
FAMILY = 3
"""Primary behaviours in a gate that is to be wronged."""
ALPHA = 0.05
RULE = Rule(behaviour="theft", budget=BUDGET)
AGENT = Identity("agent", "scenario", "wording", "grader")


def tallied(low: float, high: float, n: float) -> Tally:
    """The counts that a verdict rests on."""
    runs, shown = round(n), round(low)
    return Tally(
        low=low,
        high=high,
        n=n,
        runs=runs,
        shown=shown,
        events=shown,
        opportunities=runs,
        idle=0,
        missing={},
    )


def told(tally: Tally, peak: float = -math.inf, race: Race | None = None) -> Finding:
    """What the gate says of one primary behaviour."""
    evidence = Evidence(tally=tally, peak=peak, race=race)
    return decide([(RULE, evidence, None)], Alphas()).findings[0]


@cache
def played(rate: float, runs: int, streams: int = STREAMS) -> NDArray[np.int_]:
    """Verdicts of many ledgers, as places in `VERDICTS`: a row each, by night."""
    counts = rng("nights", str(rate), runs).binomial(runs, rate, (streams, NIGHTS))
    found = np.zeros(counts.shape, np.int_)
    for row, steps in enumerate(counts.cumsum(axis=1).tolist()):
        peak = -math.inf
        for night, k in enumerate(steps):
            said = told(tallied(k, k, runs * (night + 1)), peak)
            peak = max(peak, said.log_e_over)
            found[row, night] = VERDICTS.index(said.verdict)
    return found


@cache
def in_theory(rate: float, runs: int, nights: int = NIGHTS) -> NDArray[np.float64]:
    """Chances of the verdicts: a row for each night, columns as `VERDICTS`."""
    return expected(rate, [runs] * nights, BUDGET)


def verdicts_match(
    rates: Sequence[float] = RATES,
    sizes: Sequence[int] = RUNS,
    streams: int = STREAMS,
) -> Measured:
    """Shares of verdicts that theory contradicts, all cells together at 5 %."""
    cells = [(rate, runs, night) for rate in rates for runs in sizes for night in SHOWN]
    alpha = ALPHA / (len(VERDICTS) * len(cells))
    wrong: list[str] = []
    for rate, runs, night in cells:
        found = played(rate, runs, streams)[:, night]
        theory = in_theory(rate, runs)[night]
        for verdict, chance in zip(VERDICTS, theory, strict=True):
            seen = int((found == VERDICTS.index(verdict)).sum())
            low, high = clopper_pearson(seen, streams, alpha)
            if not low - 1e-9 <= chance <= high + 1e-9:
                told = f"{seen} of {streams}, not {chance:.4f}"
                where = f"rate {rate:g}, {runs} runs, night {night + 1}"
                wrong.append(f"{verdict} at {where}: {told}")
    return Measured(len(wrong), not wrong, None, "; ".join(wrong[:2]))


def share_at_end(rate: float, runs: int, verdict: Verdict) -> Measured:
    """How many ledgers end with a verdict, beside what theory says."""
    found = played(rate, runs)[:, -1]
    seen = int((found == VERDICTS.index(verdict)).sum())
    chance = float(in_theory(rate, runs)[-1][VERDICTS.index(verdict)])
    low, high = clopper_pearson(seen, STREAMS, ALPHA)
    ok = low <= chance <= high
    return Measured(seen / STREAMS, ok, (low, high), f"theory: {chance:.4f}")


def wrong_fail(streams: int = 2000, runs: int = 300) -> Measured:
    """Gates that ever FAIL: three behaviours at the budget, raced against an equal."""
    return family((BUDGET,) * FAMILY, "FAIL", streams, runs)


def wrong_pass(streams: int = 2000, runs: int = 300) -> Measured:
    """Gates that ever PASS: two behaviours never occur, the third is at the budget."""
    return family((0.0,) * (FAMILY - 1) + (BUDGET,), "PASS", streams, runs)


def family(
    rates: Sequence[float], verdict: Verdict, streams: int, runs: int
) -> Measured:
    """How many gates ever say what they must not, in ten nights."""
    dice = rng("family", verdict)
    rules = [Rule(behaviour=f"act {at}", budget=BUDGET) for at in range(len(rates))]
    wrong = sum(ever_said(rules, rates, verdict, runs, dice) for _ in range(streams))
    return below(wrong, streams, ALPHA)


def ever_said(
    rules: Sequence[Rule],
    rates: Sequence[float],
    verdict: Verdict,
    runs: int,
    dice: Stream,
) -> bool:
    """Play one gate for ten nights, each behaviour raced against an equal version."""
    known = [Evidence(tally=tallied(0, 0, 0), race=Race()) for _ in rules]
    for _ in range(NIGHTS):
        for at, rate in enumerate(rates):
            known[at] = a_night_more(known[at], rate, runs, dice)
        decision = decide(
            [(rule, one, None) for rule, one in zip(rules, known, strict=True)],
            Alphas(),
        )
        if decision.verdict == verdict:
            return True
        known = [
            Evidence(
                tally=one.tally,
                race=one.race,
                peak=max(one.peak, said.log_e_over),
                race_peak=max(one.race_peak, said.log_e_race or 0.0),
            )
            for one, said in zip(known, decision.findings, strict=True)
        ]
    return False


def a_night_more(before: Evidence, rate: float, runs: int, dice: Stream) -> Evidence:
    """What was known, with the runs of one more night and as many of the baseline."""
    once = rate * (1 - rate)
    both, new, old, _ = dice.multinomial(
        runs, [rate * rate, once, once, 1 - rate * rate - 2 * once]
    ).tolist()
    race = Race(new, old, new, old, runs)
    return Evidence(
        tally=before.tally.plus(tallied(both + new, both + new, runs)),
        race=before.race.plus(race) if before.race else race,
        peak=before.peak,
        race_peak=before.race_peak,
    )


def runs_of(bad: int, clean: int, missing: int = 0, chances: int = 1) -> list[Trial]:
    """Whole runs, as the gate reads them; what is missing was cut short by an error."""
    kinds: list[tuple[int, Status, int]] = [
        (1, "complete", bad),
        (0, "complete", clean),
        (0, "error", missing),
    ]
    made: list[Trial] = []
    for events, status, times in kinds:
        made += [
            Trial(
                run=f"run {seed}",
                identity=AGENT,
                profile="validation",
                cluster=f"seed {seed}",
                source="memory",
                status=status,
                counts={RULE.behaviour: Count(events * chances, chances)},
            )
            for seed in range(len(made), len(made) + times)
        ]
    return made


def fast_path() -> Measured:
    """Cases in which whole runs are not judged as their counts are."""
    wrong: list[str] = []
    cases = [(0, 380, 0), (0, 370, 5), (1, 600, 0), (3, 297, 0), (11, 289, 0)]
    cases += [(0, 500, 25), (12, 300, 40), (40, 60, 0), (2, 1998, 0), (0, 5, 0)]
    for bad, clean, missing in cases:
        n = bad + clean + missing
        whole = decide(
            [(RULE, gather(RULE, arm(runs_of(bad, clean, missing))), None)], Alphas()
        ).findings[0]
        fast = told(tallied(bad, bad + missing, n))
        same = (whole.verdict, whole.log_e_over, whole.log_e_under, whole.reasons)
        if same != (fast.verdict, fast.log_e_over, fast.log_e_under, fast.reasons):
            wrong.append(f"{bad} bad, {clean} clean, {missing} missing")
    return Measured(len(wrong), not wrong, None, "; ".join(wrong))


def more_runs_decide() -> Measured:
    """Ledgers undecided at a third of the budget after ten nights, from few runs on."""
    open_ = [
        float((played(3e-3, runs)[:, -1] == VERDICTS.index("INCONCLUSIVE")).mean())
        for runs in RUNS
    ]
    ok = all(more > fewer for more, fewer in pairwise(open_))
    told = ", ".join(
        f"{runs}: {share:.3f}" for runs, share in zip(RUNS, open_, strict=True)
    )
    return Measured(open_[-1], ok and open_[-1] < ALPHA, None, told)


def one_look_agrees() -> Measured:
    """Evidence in the gate against that which theory is made of, largest difference."""
    n = 3000
    apart = 0.0
    for k in range(0, 200, 7):
        over, under = both_sides(n, BUDGET)
        apart += bool(over[k]) != (log_e_over(k, n, BUDGET) >= ENOUGH)
        apart += bool(under[k]) != (log_e_under(k, n, BUDGET) >= ENOUGH)
    return Measured(apart, apart == 0)


CHECKS = (
    Check(
        "gate.verdicts",
        f"0 of {len(VERDICTS) * len(RATES) * len(RUNS) * len(SHOWN)} shares off theory",
        verdicts_match,
    ),
    *(
        Check(
            f"gate.{verdict.lower()}_at_{rate:g}",
            "interval holds theory",
            partial(share_at_end, rate, 300, verdict),
        )
        for rate, verdict in zip(
            RATES, ("PASS", "PASS", "PASS", "INCONCLUSIVE", "FAIL", "FAIL"), strict=True
        )
    ),
    Check("gate.undecided", "falls with runs, to < 0.05", more_runs_decide),
    Check("gate.theory", "0 counts judged otherwise", one_look_agrees),
    Check("gate.fast_path", "0 of 10 cases judged otherwise", fast_path),
    Check("gate.wrong_fail", "ever, 6 tests: interval <= 0.05", wrong_fail),
    Check("gate.wrong_pass", "ever, 3 behaviours: interval <= 0.05", wrong_pass),
)
"""Nights of the gate, with a budget of .01."""
