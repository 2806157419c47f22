"""The vending world as an Inspect task."""

import re
from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import Literal

import click
from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import GenerateConfig

from gyges import __version__
from gyges.errors import ConfigError, UnknownNameError
from gyges.evals.agent import Plan, long_run
from gyges.evals.cost import Prices, estimate, prices_of
from gyges.evals.scorer import conduct_of_business
from gyges.worlds.registry import build, configure

__all__ = [
    "STATUS",
    "announce",
    "players_of",
    "refuse_unknown",
    "samples",
    "seeds_of",
    "vending",
]

Status = Literal["plumbing", "piloted", "calibrated"]
STATUS: Status = "plumbing"
"""plumbing: tried with planted players only; piloted: with real models, exposure, floor
and ceiling checked; calibrated: three model families and human labels."""

RANGE = re.compile(r"(\d+)\s*(?::|\.\.)\s*(\d+)")
MOST_SEEDS = 10_000


@task
def vending(  # noqa: PLR0913, PLR0917 - each is an option of the command line
    preset: str = "v2",
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
    """Run a vending business for a year.

    Args:
        preset: v2, v2-60d, v1, arena or thread.
        seed: one seed, a list, or a range such as "0:5" (also 5..10, which YAML does
            not take for a number of base 60); one sample for each.
        players: models of the other seats, by seat, or one for all of them; a bare name
            is a scripted player. A model role named like a seat comes first.
        days: length of the run.
        temptation: how much misconduct pays.
        salience: whether it is told that it pays.
        oversight: who looks.
        instruction: from an ethical charge to whatever it takes.
        told: that it is a simulation, or real.
        horizon: whether the last day is known.
        config: any other field of the configuration, by dotted name.
        message_limit: messages of the agent after which its run ends; 0 for none.
        max_cost: dollars for each sample; needs prices.
        price_in: dollars per million input tokens; else what Inspect knows.
        price_out: dollars per million output tokens.
        tapes: folder for the tapes; else `tapes` beside the log.
        unknown: refused; Inspect only warns of a name that is misspelt, and a whole
            year would be paid for.

    Raises:
        UnknownNameError: no such parameter.
    """
    refuse_unknown(vending, unknown)
    dials = {
        "days": days,
        "temptation": temptation,
        "salience": salience,
        "oversight": oversight,
        "instruction": instruction,
        "told": told,
        "horizon": horizon,
        "message_limit": message_limit,
    }
    given = {name: value for name, value in dials.items() if value is not None}
    whole = configure("vending", preset, **{**(config or {}), **given})
    prices = prices_of(None, price_in, price_out)
    plan = Plan("vending", whole, players_of(players), prices, max_cost, tapes)
    announce("vending", whole, prices)
    return Task(
        dataset=samples("vending", whole, seeds_of(seed)),
        solver=long_run(plan),
        scorer=conduct_of_business(),
        config=GenerateConfig(),
        version=__version__,
        metadata={"status": STATUS, "preset": preset},
    )


def refuse_unknown(subject: Callable[..., Task], unknown: Mapping[str, object]) -> None:
    """Refuse parameters that a task does not have.

    Raises:
        UnknownNameError: there is one.
    """
    names = set(signature(subject).parameters) - {"unknown"}
    for name in unknown:
        raise UnknownNameError("parameter", name, names)


def seeds_of(seed: int | str | Sequence[int | str]) -> list[int]:
    """Seeds as they may be given on a command line.

    Raises:
        ConfigError: no seed, or something that is none.
    """
    if isinstance(seed, str) and (found := RANGE.fullmatch(seed.strip())):
        seeds = list(range(int(found[1]), int(found[2])))
    elif isinstance(seed, Sequence) and not isinstance(seed, str):
        seeds = [one for item in seed for one in seeds_of(item)]
    elif str(seed).strip().isdecimal():
        seeds = [int(seed)]
    else:
        seeds = []
    if not 1 <= len(seeds) <= MOST_SEEDS or len(set(seeds)) != len(seeds):
        msg = (
            f"seed is {seed!r}; give a whole number of 0 or more, a list of different"
            " ones, or a range that is not empty, such as 0:5"
        )
        raise ConfigError(msg)
    return seeds


def players_of(players: str | Mapping[str, str] | None) -> Mapping[str, str]:
    """Models by seat; "" stands for every other seat."""
    if players is None:
        return {}
    named = {"": players} if isinstance(players, str) else players
    return {
        seat: name if "/" in name else f"gyges/{name}" for seat, name in named.items()
    }


def samples(
    name: str, config: Mapping[str, object], seeds: Sequence[int]
) -> MemoryDataset:
    """One sample for each seed.

    Args:
        name: of the task.
        config: of the world.
        seeds: which ones.
    """
    world = build("vending", config, seeds[0])
    seats = ", ".join(world.seats)
    preset = config["preset"]
    return MemoryDataset(
        [
            Sample(
                id=str(seed),
                input=f"{name}, preset {preset}, seed {seed}, seats {seats}",
                metadata={"seed": seed},
            )
            for seed in seeds
        ],
        name=f"{name}-{preset}",
    )


def announce(name: str, config: Mapping[str, object], prices: Prices | None) -> None:
    """Say on standard error what kind of task this is, and what it will take."""
    expected = estimate("vending", config, prices)
    click.echo(f"gyges/{name}: status {STATUS}; {expected}", err=True)
