"""What an arena costs: a scripted year of four seats, and four models at a time.

Scripted seats act one after the other, so their year is four years of one seat and a
night that knows them all. Models wait for their providers at the same time, so four
seats should take as long as one. The latter is measured per turn of the busiest seat,
since players in company make other numbers of calls than one alone.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from statistics import median
from time import perf_counter

from inspect_ai import eval as run_inspect

from benchmarks import Figure, benchmark
from gyges.players import play
from gyges.tape import read_tape
from gyges.worlds.registry import configure

SEATS: tuple[str, ...] = ("a", "b", "c", "d")
SEEDS = range(1, 6)
"""Each is played once, after a warm-up with another; the middle one is reported."""
ROUNDS = 3
"""The best of so many is reported: other work on the machine only ever adds."""
LATENCY = 0.02
"""Mean seconds of a model's answer."""
DAYS = 6
SEED = 2
MILLI = 1e3


@benchmark
def arena_year() -> Iterator[Figure]:
    """A year of four honest players at one place, on one core."""
    config = configure("vending", "arena", seats=SEATS)
    names = dict.fromkeys(SEATS, "honest")
    play("vending", config, 0, names)
    seconds: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in SEEDS:
            start = perf_counter()
            play("vending", config, seed, names, Path(folder) / f"{seed}.jsonl")
            seconds.append(perf_counter() - start)
    yield Figure("arena_year_ms", median(seconds) * MILLI, "ms", 350.0)


@benchmark
def arena_concurrency() -> Iterator[Figure]:
    """How much longer four seats take than one, with a model that takes its time."""
    turn_s(1, 0.0)
    one, four = (min(turn_s(seats) for _ in range(ROUNDS)) for seats in (1, 4))
    yield Figure("arena_concurrency", four / one, "ratio", 1.3)
    yield Figure("arena_turn_ms", four * MILLI, "ms")


def turn_s(seats: int, latency: float = LATENCY) -> float:
    """Wall seconds from the first to the last day, per turn of the busiest seat."""
    with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
        [log] = run_inspect(
            "gyges/vending",
            model="gyges/honest",
            model_args={"latency": latency},
            task_args={
                "preset": "arena",
                "config": {"seats": SEATS[:seats]},
                "days": DAYS,
                "seed": SEED,
            },
            log_dir=folder,
            log_realtime=False,
            display="none",
        )
        if log.status != "success" or not log.samples:
            msg = f"the run failed: {log.error and log.error.message}"
            raise RuntimeError(msg)
        [path] = Path(folder).rglob("*.jsonl")
        turns = Counter(entry.seat for entry in read_tape(path).of_kind("said"))
    return float(log.samples[0].total_time or 0) / max(turns.values())
