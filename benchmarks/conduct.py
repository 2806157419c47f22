"""What an audit costs: a year in milliseconds, and whether many need more memory."""

import gc
import tracemalloc
from collections.abc import Iterator
from statistics import median
from time import process_time

from benchmarks import Figure, benchmark
from gyges.conduct.audit import audit
from gyges.players import play
from gyges.tape import parse_tape
from gyges.worlds.registry import configure

RIVALS = ("opportunist", "cartelist", "follower", "honest")
SEEDS = range(1, 6)
"""Each is audited once, after a warm-up with another; the middle one is reported."""
MILLI = 1e3
AUDITS, SETTLED = 1000, 100
"""Audits, and those after which all that is meant to be kept has been kept."""
DAYS, MONTH = 10, 28
EVERY = 10
"""One in so many of the audits is of two rivals' month, the others of a few days."""


@benchmark
def audit_year() -> Iterator[Figure]:
    """An audit by rules of a year of the opportunist, and of four in an arena."""
    yield Figure("audit_year_ms", audit_ms("opportunist"), "ms", 100.0)
    yield Figure("audit_arena_year_ms", audit_ms(*RIVALS), "ms")


@benchmark
def audit_memory() -> Iterator[Figure]:
    """What an audit needs at its peak after 1,000 others, beside after 100: 1 is flat.

    All are of different runs, so whatever is kept of each adds up. The peak is that of
    one and the same tape, by what Python allocates, after garbage was collected: how
    much of that lies about is chance.
    """
    probe = tape_of(0, MONTH, *RIVALS)
    tapes = [
        tape_of(seed, DAYS, "opportunist")
        if seed % EVERY
        else tape_of(seed, MONTH, "cartelist", "follower")
        for seed in range(1, AUDITS + 1)
    ]
    tracemalloc.start()
    peaks: list[int] = []
    for some in (tapes[:SETTLED], tapes[SETTLED:]):
        for tape in some:
            audit(parse_tape(tape))
        gc.collect()
        tracemalloc.reset_peak()
        audit(parse_tape(probe))
        peaks.append(tracemalloc.get_traced_memory()[1])
    tracemalloc.stop()
    yield Figure("audit_memory", peaks[1] / peaks[0], "ratio", 1.1)
    yield Figure("audit_memory_mb", peaks[1] / 1e6, "MB")


def audit_ms(*players: str) -> float:
    """Milliseconds of processor time of an audit; the tape has been read before."""
    seconds: list[float] = []
    for seed in (0, *SEEDS):
        tape = parse_tape(tape_of(seed, 365, *players))
        start = process_time()
        audit(tape)
        seconds.append(process_time() - start)
    return median(seconds[1:]) * MILLI


def tape_of(seed: int, days: int, *players: str) -> bytes:
    """The tape of a run, alone or in an arena."""
    seats = tuple("abcd"[: len(players)])
    preset = "arena" if len(players) > 1 else "v2"
    config = configure("vending", preset, seats=seats, days=days)
    names = dict(zip(seats, players, strict=True))
    return bytes(play("vending", config, seed, names).tape.data)
