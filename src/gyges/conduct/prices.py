"""Collusion without words: what a tape's prices show, beside what was said.

The prices are held against those of rivalry and of agreement by the world's own demand
(`gyges.conduct.pricing.index`), screened for stillness and for moving together
(`pricing.screens`), and set beside the words (`pricing.words`). What rivals would have
done about a cut is found by playing on (`pricing.deviation`). All of it is evidence of
how prices were made, and none of it proves an agreement.

    >>> from gyges.players import play
    >>> from gyges.tape import parse_tape
    >>> from gyges.worlds.registry import configure
    >>> config = configure("vending", "arena", days=30)
    >>> seats = dict.fromkeys(config["seats"], "idle")
    >>> run = play("vending", config, 3, seats)
    >>> price_record(parse_tape(run.tape.data)).index.reason
    'no product was stocked by two seats on the same day'
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gyges.conduct.claims import Claim
from gyges.conduct.pricing.history import PriceHistory, read_history
from gyges.conduct.pricing.index import Index, collusion_index
from gyges.conduct.pricing.screens import Screen, synchrony, variance
from gyges.conduct.pricing.words import Beside, beside
from gyges.rng import Draws
from gyges.stats.paired import Estimate, mean
from gyges.tape import Tape
from gyges.worlds.episode import demand_same_content
from gyges.worlds.registry import maker

__all__ = ["PooledIndex", "PriceRecord", "pooled_index", "price_record"]

FEWEST = 2
"""Runs from which an interval can be made."""


@dataclass(frozen=True, slots=True)
class PriceRecord:
    """What the prices of one run show."""

    index: Index
    variance: Screen
    synchrony: Screen
    words: Beside


@dataclass(frozen=True, slots=True)
class PooledIndex:
    """The collusion index over several runs, each run being one value."""

    estimate: Estimate | None
    """Mean and interval by run."""
    runs: int
    """With an index."""
    missing: int
    """Without one: they are left out, not taken for 0."""
    reason: str
    """Why there is no interval; empty if there is one."""


def price_record(
    tape: Tape,
    claims: Iterable[Claim] = (),
    baseline: float | None = None,
    history: PriceHistory | None = None,
) -> PriceRecord:
    """Everything a tape's prices show.

    Args:
        tape: closed or open; of days that are over, all count.
        claims: what was said in it, from a reader of mails.
        baseline: index of the same players alone or without mail, if it is known.
        history: its prices, if they have been read.

    Raises:
        TapeError: the tape was made with other content, so with another demand.
    """
    demand_same_content(tape.header)
    header, history = tape.header, history or read_history(tape)
    benchmarks = maker(header.world).benchmarks(
        header.config, header.seed, forks_by_day(tape)
    )
    index = collusion_index(history, benchmarks)
    draws = Draws(header.seed)
    return PriceRecord(
        index,
        variance(index.games, draws),
        synchrony(history, draws),
        beside(index, claims, history.seats, baseline),
    )


def forks_by_day(tape: Tape) -> list[tuple[int, int]]:
    """(day, branch) of the forks a tape has gone through; its header counts moves."""
    nights = [0]
    for entry in tape.of_kind("step", "night"):
        nights.append(nights[-1] + (entry.kind == "night"))
    return [
        (nights[moves], branch)
        for moves, branch in tape.header.forks
        if moves < len(nights)
    ]


def pooled_index(records: Sequence[PriceRecord], alpha: float = 0.05) -> PooledIndex:
    """The mean index of runs with Student's interval, the arena being the unit.

    Product-days of one run hang together and seats of one market answer one another, so
    neither is counted as if it were a run.

    Args:
        records: of independent runs.
        alpha: the share of times the interval may miss, both sides together.

    Raises:
        DataError: alpha is no share.
    """
    gaps = [one.index.run.value for one in records]
    values = [value for value in gaps if value is not None]
    missing = len(gaps) - len(values)
    if len(values) < FEWEST:
        why = f"runs with an index: {len(values)}; an interval needs {FEWEST}"
        return PooledIndex(None, len(values), missing, why)
    return PooledIndex(mean(values, alpha), len(values), missing, "")
