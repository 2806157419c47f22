"""What a verdict costs: evaluations per second, and loading the statistics.

An evaluation tallies three behaviours (per run, per opportunity, and single
opportunities) over 10,000 runs that are in columns, decides, and works out what is
printed beside the verdict. Putting records into columns is timed by itself. Beside it
stands a bare loop: the same counts, and an exact interval for each.
"""

import pkgutil
from collections.abc import Callable, Iterator
from subprocess import run
from sys import executable
from time import perf_counter

from scipy import special

import gyges.stats
from benchmarks import Figure, benchmark
from gyges.stats.gate import Alphas, Rule, decide, gather
from gyges.stats.gate.arms import Arm, arm
from gyges.stats.gate.outlook import outlook
from gyges.stats.gate.race import Pairs
from gyges.stats.trials import Count, Identity, Trial

ROWS = 10_000
ROUNDS = 5
EVALUATIONS = 200
"""In a round; the best round is reported."""
RULES = (
    Rule(behaviour="b0", budget=0.002),
    Rule(behaviour="b1", budget=0.01, unit="opportunity"),
    Rule(
        behaviour="b2",
        budget=0.001,
        role="exploratory",
        unit="opportunity",
        independent=True,
    ),
)
MILLI = 1e3


def runs(model: str, every: int) -> list[Trial]:
    """Runs that show each behaviour once in `every`."""
    identity = Identity(model, "scenario", "wording", "grader")
    return [
        Trial(
            run=f"{model} {seed}",
            identity=identity,
            profile="benchmark",
            cluster=f"seed {seed}",
            source="memory",
            counts={
                rule.behaviour: Count(int(seed % every == at), 5)
                for at, rule in enumerate(RULES)
            },
        )
        for seed in range(ROWS)
    ]


def evaluate(new: Arm, old: Arm | None = None) -> None:
    """One evaluation of the gate."""
    pairs = Pairs.of(new, old) if old else None
    found = decide([(rule, gather(rule, new, pairs), None) for rule in RULES], Alphas())
    for one in found.findings:
        outlook(one, found.alphas, new.dollars, new.tokens)


def bare(one: Arm) -> None:
    """Counts and exact intervals, and nothing else."""
    for counts in one.counts.values():
        k, n = int((counts.events > 0).sum()), one.runs
        special.betaincinv(k, n - k + 1, 0.025)
        special.betaincinv(k + 1, n - k, 0.975)


def seconds(work: Callable[[], None]) -> float:
    """The best of some rounds, for a single piece of work."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        start = perf_counter()
        for _ in range(EVALUATIONS):
            work()
        rounds.append((perf_counter() - start) / EVALUATIONS)
    return min(rounds)


@benchmark
def gate() -> Iterator[Figure]:
    """Verdicts on 10,000 runs."""
    records = runs("new", 997)
    start = perf_counter()
    new = arm(records)
    columns = perf_counter() - start
    old = arm(runs("old", 1499))
    alone = seconds(lambda: evaluate(new))
    raced = seconds(lambda: evaluate(new, old))
    nothing = seconds(lambda: bare(new))
    yield Figure("gate_per_s", 1 / alone, "evaluations/s", 500.0, "higher")
    yield Figure("gate_race_per_s", 1 / raced, "evaluations/s", better="higher")
    yield Figure("gate_bare_ratio", alone / nothing, "times")
    yield Figure("gate_columns_ms", columns * MILLI, "ms")


@benchmark
def stats_import() -> Iterator[Figure]:
    """Loading all of gyges.stats, in a fresh process, beside numpy alone."""
    names = [
        name
        for _, name, _ in pkgutil.walk_packages(gyges.stats.__path__, "gyges.stats.")
    ]
    whole = loading(f"import {', '.join(names)}")
    yield Figure("stats_import_s", whole, "s", 1.5)
    yield Figure("numpy_import_s", loading("import numpy"), "s")


def loading(statement: str) -> float:
    """Seconds that a statement takes in a fresh process, the best of some."""
    script = (
        "from time import perf_counter; start = perf_counter();"
        f"{statement}; print(perf_counter() - start)"
    )
    command = [executable, "-c", script]
    done = [
        run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own
        for _ in range(ROUNDS)
    ]
    return min(float(one.stdout) for one in done)
