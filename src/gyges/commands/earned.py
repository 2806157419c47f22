"""`gyges earned`: what misconduct brought, from tapes with and without it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import click
import msgspec

from gyges.commands.output import as_json, counted, show_json, show_table, tell
from gyges.errors import UsageError
from gyges.studies.earned import (
    Difference,
    Earned,
    Paired,
    Pairs,
    pair_up,
    set_beside,
)
from gyges.studies.earned import earned as earned_in
from gyges.tape import read_tape

__all__ = ["earned"]

TAPES = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("actual", type=TAPES)
@click.argument("counterfactual", type=TAPES)
@as_json
def earned(actual: Path, counterfactual: Path, *, json_lines: bool) -> None:
    """Say what the players of ACTUAL earned beyond COUNTERFACTUAL, and who paid for it.

    Both are folders of tapes (or one tape each): what was played, and the same seeds
    with something else in its place, from `gyges run --veto`, `gyges fork --player` or
    other players. Tapes are matched by seed, branch, seats and configuration; those
    without a match are named.

    Dollars a run, with 95 % intervals over seeds: the player's own balance, that of its
    rivals, refunds that its customers never got, and what they paid beyond the prices
    of the counterfactual, as far as these are known.

    Exit codes: 0 done, 2 no two tapes match, or one is unreadable.
    """
    pairs = pair_up(actual, counterfactual)
    for path, why in pairs.alone:
        tell(f"{path} is left out: {why}")
    if not pairs.pairs:
        msg = (
            f"no tape in {actual} matches one in {counterfactual}; play the same seeds"
        )
        raise UsageError(msg)
    found = earned_in(differences(pairs))
    if json_lines:
        show_json(msgspec.to_builtins(one) for one in found)
    else:
        show_table([line(one) for one in found])


def differences(pairs: Pairs) -> Iterator[Paired]:
    """The differences of all pairs."""
    for one, other in counted(pairs.pairs, len(pairs.pairs), "comparing"):
        yield from set_beside(read_tape(one), read_tape(other))


def line(one: Earned) -> Mapping[str, object]:
    """What a player earned, for people."""
    return {
        "player": one.player,
        "against": ", ".join(one.against),
        "seeds": one.seeds,
        "own": shown(one.own),
        "rivals": shown(one.rivals),
        "unpaid": shown(one.unpaid),
        "overpaid": shown(one.overpaid),
        "compared": None if one.compared is None else f"{one.compared:.0%}",
    }


def shown(found: Difference | None) -> str | None:
    """A difference with its interval, in whole dollars."""
    if found is None:
        return None
    if found.low is None or found.high is None:
        return f"{found.value:+,.0f}"
    return f"{found.value:+,.0f} ({found.low:+,.0f} to {found.high:+,.0f})"
