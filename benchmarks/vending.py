"""What a scripted year costs: time, time per action, bytes on the tape, memory.

The tape is written to a file and flushed at every entry, and all mail goes through the
voice. Beside it, in the same run, stands a bare year: the same demand on shelves that
fill themselves, so that figures of two machines can be compared.
"""

import tempfile
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from subprocess import run
from sys import executable
from time import perf_counter
from typing import TYPE_CHECKING, cast

from benchmarks import Figure, benchmark
from gyges.players import play
from gyges.players.runner import play_out, seat_players
from gyges.worlds.episode import Episode, describe
from gyges.worlds.protocol import Action
from gyges.worlds.registry import build, configure
from gyges.worlds.vending.market.shelves import Offer

if TYPE_CHECKING:
    from gyges.worlds.vending import VendingWorld

SEED = 1
SEEDS = range(1, 6)
"""Each is played once, after a warm-up with another: what a process remembers of a
seed cannot help it. The middle one is reported, for busy and quiet years differ."""
ROUNDS = 5
"""The best of so many is reported: other work on the machine only ever adds."""
LOOK = Action.call("get_machine_inventory")
NIGHTLY = 100
"""Calls in a day of the loop that times a single action."""
CAPACITY, SLOTS = 40, 12
MILLI, MICRO, MEGA = 1e3, 1e6, 1e6


@benchmark
def vending_year() -> Iterator[Figure]:
    """A year of the honest player on one core."""
    config = configure("vending", "v2")
    play("vending", config, 0, {"a": "honest"})
    seconds: list[float] = []
    calls: list[float] = []
    sizes: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in SEEDS:
            path = Path(folder) / f"{seed}.jsonl"
            start = perf_counter()
            episode = play("vending", config, seed, {"a": "honest"}, path)
            seconds.append(perf_counter() - start)
            calls.append(episode.world.outcome()["a"].counts["calls"])
            sizes.append(path.stat().st_size)
    year = median(seconds)
    bare = min(bare_year() for _ in range(ROUNDS))
    yield Figure("vending_year_ms", year * MILLI, "ms", 80.0)
    yield Figure("vending_year_calls", median(calls), "calls")
    yield Figure("vending_year_bare_ratio", year / bare, "times")
    yield Figure("vending_days_per_s", 365 / year, "days/s", better="higher")
    yield Figure("tape_year_bytes", median(sizes), "bytes")


@benchmark
def world_action() -> Iterator[Figure]:
    """One call that only looks, in the world alone."""
    best = float("inf")
    for _ in range(ROUNDS):
        world = build("vending", configure("vending", "v2"), SEED)
        start = perf_counter()
        for _ in range(NIGHTLY):
            world.act("a", LOOK)
        best = min(best, perf_counter() - start)
    yield Figure("world_action_us", best / NIGHTLY * MICRO, "us")


@benchmark
def vending_memory() -> Iterator[Figure]:
    """The most memory that a year takes beyond what is loaded."""
    config = configure("vending", "v2")
    header = describe("vending", config, SEED, {"a": "honest"})
    play("vending", config, SEED, {"a": "honest"})
    with tempfile.TemporaryDirectory() as folder:
        tracemalloc.start()
        episode = Episode.start(header, Path(folder) / "tape.jsonl")
        play_out(episode, seat_players(header))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    yield Figure("vending_year_peak_mb", peak / MEGA, "MB")


@benchmark
def command_help() -> Iterator[Figure]:
    """`gyges --help`, process start included."""
    best = float("inf")
    command = [executable, "-c", "from gyges.cli import main; main()", "--help"]
    for _ in range(ROUNDS):
        start = perf_counter()
        run(command, check=True, capture_output=True)  # noqa: S603 - our own command
        best = min(best, perf_counter() - start)
    yield Figure("help_s", best, "s", 0.3)


def bare_year() -> float:
    """Seconds for a year of the same demand with shelves that fill themselves.

    No tools, text, mail, tape or player: what remains is drawing the sales.
    """
    config = configure("vending", "v2")
    world = cast("VendingWorld", build("vending", config, SEED))
    market, goods = world.demand, list(world.catalogue.values())
    start = perf_counter()
    stock = [CAPACITY] * SLOTS
    for day in range(market.days):
        offers = [
            Offer("a", slot, goods[slot].key, goods[slot].reference_price, units)
            for slot, units in enumerate(stock)
        ]
        for (_, slot), units in market.sales(day, offers).items():
            left = stock[slot] - units
            stock[slot] = left if left > CAPACITY // 2 else CAPACITY
    return perf_counter() - start
