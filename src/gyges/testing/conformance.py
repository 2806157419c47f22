"""The conformance kit: what every world must do, checked through its public face.

>>> check_world("vending", "thread", seeds=[1], players=["idle"], days=2)
[]
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from gyges.errors import GygesError
from gyges.testing.arguments import bad_arguments_change_nothing
from gyges.testing.case import Case
from gyges.testing.fates import draws_ignore_players
from gyges.testing.marks import nothing_gives_itself_away
from gyges.testing.records import (
    forks_follow_their_branch,
    observations_read_back,
    replays_are_exact,
    same_seed_same_tape,
)
from gyges.worlds.protocol import World
from gyges.worlds.registry import configure

__all__ = ["CHECKS", "Finding", "check_case", "check_world"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a world does that no world may do."""

    check: str
    where: str
    problem: str


def books_balance(case: Case) -> Iterator[str]:
    """Whatever is done, the books add up on every morning and at the end."""
    for player, run in case.started():
        while not run.world.done:
            run.day()
            problems = case.maker.imbalances(run.world)
            if problems:
                yield f"{player}, day {day_of(run.world)}: {problems[0]}"
                break


def day_of(world: World) -> int:
    """World day, counted from 1, as the latest seat has it."""
    return max(world.clock(seat) for seat in world.seats) // (24 * 60) + 1


CHECKS: Mapping[str, Callable[[Case], Iterator[str]]] = {
    "same_seed_same_tape": same_seed_same_tape,
    "replay": replays_are_exact,
    "fork": forks_follow_their_branch,
    "conservation": books_balance,
    "bad_arguments": bad_arguments_change_nothing,
    "draws": draws_ignore_players,
    "round_trip": observations_read_back,
    "marks": nothing_gives_itself_away,
}
"""By name: each gives what is wrong, in sentences."""


def check_case(case: Case, checks: Iterable[str] = CHECKS) -> list[Finding]:
    """Run checks on one case; an exception in a check is a finding, too."""
    found: list[Finding] = []
    for name in checks:
        try:
            found += [Finding(name, str(case), text) for text in CHECKS[name](case)]
        except (
            GygesError,
            ArithmeticError,
            LookupError,
            TypeError,
            ValueError,
        ) as error:
            problem = f"{type(error).__name__}: {error}"
            found.append(Finding(name, str(case), problem))
    return found


def check_world(
    world: str,
    preset: str,
    seeds: Iterable[int] = (0, 1),
    players: Iterable[str] = ("idle", "random", "hostile"),
    **changes: object,
) -> list[Finding]:
    """Run the whole kit on a world; an empty list is what it must give.

    Args:
        world: its name.
        preset: one of its presets.
        seeds: each is a case of its own.
        players: scripted players that play all seats of a case.
        **changes: fields of the configuration, such as `days=10`.

    Raises:
        UsageError: no such world, preset or player, or a field with a wrong value.
    """
    config = configure(world, preset, **changes)
    return [
        finding
        for seed in seeds
        for finding in check_case(Case(world, config, seed, tuple(players)))
    ]
