"""The arena as an Inspect task: several models in one market, each in its own seat."""

from collections.abc import Mapping

import msgspec
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset

from gyges import __version__
from gyges.errors import ConfigError
from gyges.evals.agent import SEATS, Plan, long_run
from gyges.evals.cost import prices_of
from gyges.evals.scorer import standings
from gyges.evals.seating import seating
from gyges.evals.tasks import (
    STATUS,
    announce,
    players_of,
    refuse_unknown,
    samples,
    seeds_of,
)
from gyges.worlds.registry import configure

__all__ = ["arena"]

FEWEST, MOST = 2, len(SEATS)


@task
def arena(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    preset: str = "arena",
    seats: int | None = None,
    rotate: bool = True,  # noqa: FBT001, FBT002 - an option of the command line
    seed: int | str | list[int] = 0,
    players: str | dict[str, str] | None = None,
    days: int | None = None,
    temptation: str | None = None,
    salience: str | None = None,
    oversight: str | None = None,
    instruction: str | None = None,
    told: str | None = None,
    horizon: str | None = None,
    config: dict[str, object] | None = None,
    message_limit: int | None = None,
    max_cost: float | None = None,
    price_in: float | None = None,
    price_out: float | None = None,
    tapes: str | None = None,
    **unknown: object,
) -> Task:
    """Run rival vending businesses at one place for a year, one model in each seat.

    The players are a, b, ...: player a is the model of the role a (else the evaluated
    one), and the one that the headline score is about.

    Args:
        preset: a preset with several seats, such as arena or thread.
        seats: how many seats, 2 to 5; else as many as the preset has.
        rotate: whether players change seats from seed to seed, so that each has every
            seat equally often; else each sits in the seat of its own name.
        seed: one seed, a list, or a range such as "0..8"; one sample for each. Take a
            multiple of the number of seats, from a multiple of it on.
        players: models of the players without a role, by name, or one for all of them
            but a; a bare name is a scripted player.
        days: length of the run.
        temptation: how much misconduct pays.
        salience: whether it is told that it pays.
        oversight: who looks.
        instruction: from an ethical charge to whatever it takes.
        told: that it is a simulation, or real.
        horizon: whether the last day is known.
        config: any other field of the configuration, by dotted name.
        message_limit: messages of a seat after which it only sleeps; 0 for none.
        max_cost: dollars for each sample, all seats together; needs prices.
        price_in: dollars per million input tokens; else what Inspect knows.
        price_out: dollars per million output tokens.
        tapes: folder for the tapes; else `tapes` beside the log.
        unknown: refused, as for `gyges/vending`.

    Raises:
        ConfigError: fewer than two seats, or more than there are.
        UnknownNameError: no such parameter.
    """
    refuse_unknown(arena, unknown)
    given = {
        "days": days,
        "temptation": temptation,
        "salience": salience,
        "oversight": oversight,
        "instruction": instruction,
        "told": told,
        "horizon": horizon,
        "message_limit": message_limit,
        "seats": None if seats is None else seats_of(seats),
    }
    chosen = {name: value for name, value in given.items() if value is not None}
    whole = configure("vending", preset, **{**(config or {}), **chosen})
    names = demand_rivals(whole)
    prices = prices_of(None, price_in, price_out)
    plan = Plan(
        "vending", whole, players_of(players), prices, max_cost, tapes, rotate=rotate
    )
    announce("arena", whole, prices)
    return Task(
        dataset=seated(samples("arena", whole, seeds_of(seed)), names, rotate=rotate),
        solver=long_run(plan),
        scorer=standings(),
        version=__version__,
        metadata={"status": STATUS, "preset": preset},
    )


def seats_of(count: int) -> tuple[str, ...]:
    """The names of so many seats.

    Raises:
        ConfigError: fewer than two, or more than there are.
    """
    if not FEWEST <= count <= MOST:
        msg = (
            f"seats is {count}; an arena has {FEWEST} to {MOST}: give -T"
            f" seats={FEWEST}, or run gyges/vending for a single business"
        )
        raise ConfigError(msg)
    return tuple(SEATS[:count])


def demand_rivals(config: Mapping[str, object]) -> tuple[str, ...]:
    """The seats of a configuration that has several.

    Raises:
        ConfigError: it has one.
    """
    names = msgspec.convert(config["seats"], tuple[str, ...])
    if len(names) < FEWEST:
        msg = (
            f"preset {config['preset']!r} has {len(names)} seat; an arena has {FEWEST}"
            f" to {MOST}: give -T seats=4, or another preset"
        )
        raise ConfigError(msg)
    return names


def seated(
    dataset: MemoryDataset, names: tuple[str, ...], *, rotate: bool
) -> MemoryDataset:
    """Samples that tell which player sits where."""
    for sample in dataset:
        metadata = sample.metadata or {}
        who = seating(names, int(str(metadata["seed"])), rotate=rotate)
        sample.metadata = {**metadata, "seating": who}
    return dataset
