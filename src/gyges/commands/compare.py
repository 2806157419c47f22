"""`gyges compare`: focal players against one population, an arena being one value."""

import os
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any, get_type_hints

import click
import msgspec

from gyges.commands.options import changes, read_changes, read_seeds
from gyges.commands.output import as_json, counted, show_json, show_table, tell
from gyges.commands.rows import PARQUET, has_parquet, write_rows
from gyges.conduct.trials import files_of
from gyges.errors import ConfigError, DataError, UsageError
from gyges.players.batch import spread
from gyges.studies.arenas import (
    Contrast,
    Level,
    Measure,
    Run,
    Unit,
    arms_of,
    contrasts,
    levels,
    play_and_read,
    read_run,
    unit_of,
)
from gyges.worlds.registry import configure

__all__ = ["compare"]

SEATS = "abcde"
FOLDER = click.Path(path_type=Path, file_okay=False)
TAPES = click.Path(exists=True, path_type=Path)
FORMS: Mapping[Measure, str] = {
    "balance": ",.0f",
    "misconduct": ",.1f",
    "index": ",.2f",
}
SIGNED: Mapping[Measure, str] = {name: f"+{form}" for name, form in FORMS.items()}


@click.command()
@click.argument("focals", metavar="FOCAL[,FOCAL...]")
@click.option(
    "--against",
    default="honest,cartelist,follower",
    show_default=True,
    help="The population: who sits in the other seats.",
)
@click.option("--out", type=FOLDER, help="Folder for tapes and rows.")
@click.option("--tapes", type=TAPES, multiple=True, help="Play nothing; read these.")
@click.option("--seeds", default="0:20", show_default=True, help="0:20, 7 or 1,4,9.")
@click.option("--preset", default="arena", show_default=True, help="Of an arena.")
@changes
@click.option("--workers", default=os.cpu_count() or 1, show_default="all cores")
@as_json
def compare(
    focals: str,
    against: str,
    out: Path | None,
    tapes: tuple[Path, ...],
    **options: Any,  # noqa: ANN401 - as typed by click
) -> None:
    """Compare FOCAL players among the same rivals, on the same seeds.

    Each plays three arms: the arena; mute, where nobody can write to, pay or supply a
    rival; and solo, alone at the place. One seed is one value. The index is that of the
    player's own prices, from 0 (rivalry) to 1 (joint optimum); alone, as if everybody
    asked them. Arena less mute is what talk adds to it.

    Tapes go to OUT/arena, OUT/mute and OUT/solo, and a row for every run to
    OUT/arenas.ndjson (and arenas.parquet where Parquet can be written).

    With --tapes, runs that are there already are compared, such as those of
    gyges/arena: FOCAL and --against are then models as the tapes name them.

    Exit codes: 0 done, 2 wrong use, or no run of these players.
    """
    names, rivals = names_in(focals), names_in(against)
    if tapes:
        runs = list(runs_there(tapes, 1 + len(rivals)))
    elif out is not None:
        runs = played(names, rivals, out, options)
    else:
        msg = "nothing to compare; give --out FOLDER to play, or --tapes FOLDER"
        raise UsageError(msg)
    units = units_in(runs, names, rivals)
    found = levels(units), contrasts(units)
    if out is not None:
        write_units(out, units)
    if options["json_lines"]:
        show_json(msgspec.to_builtins(one) for some in found for one in some)
    else:
        show(*found)


def names_in(text: str) -> tuple[str, ...]:
    """Names that are separated by commas."""
    return tuple(name.strip() for name in text.split(",") if name.strip())


def played(
    names: Sequence[str], rivals: Sequence[str], out: Path, options: Mapping[str, Any]
) -> list[Run]:
    """Play all arms of all focal players, and read them.

    Raises:
        ConfigError: more or fewer players than an arena has seats, or a name twice.
    """
    if len(set(names)) < max(len(names), 1) or not 1 <= len(rivals) < len(SEATS):
        msg = (
            f"{', '.join(names)!r} against {len(rivals)} players; name each focal"
            f" player once, and 1 to {len(SEATS) - 1} players --against them"
        )
        raise ConfigError(msg)
    seats = tuple(SEATS[: 1 + len(rivals)])
    changed = {"seats": seats, **read_changes(options["changed"])}
    config = configure("vending", options["preset"], **changed)
    seeds = read_seeds(options["seeds"])
    jobs = [job for name in names for job in arms_of(name, rivals, config, seeds, out)]
    work = partial(play_and_read, sellers=len(seats))
    done = spread(work, jobs, options["workers"])
    found = [run for some in counted(done, len(jobs), "playing") for run in some]
    tell(f"the tapes are in {out}")
    return found


def runs_there(tapes: Sequence[Path], sellers: int) -> Iterator[Run]:
    """The runs of tapes and folders; those that cannot be compared are named."""
    files = dict.fromkeys(file for path in tapes for file in files_of(path))
    for file in counted(files, len(files), "reading"):
        try:
            yield read_run(file, sellers)
        except DataError as error:
            tell(f"left out: {error}")


def units_in(
    runs: Sequence[Run], names: Sequence[str], rivals: Sequence[str]
) -> list[Unit]:
    """The runs of the focal players, in the order of players, arms and seeds.

    Raises:
        DataError: there are none.
    """
    found = [
        unit for name in names for run in runs if (unit := unit_of(run, name, rivals))
    ]
    if not found:
        seen = sorted({player for run in runs for player in run.players.values()})
        msg = (
            f"no run of {', '.join(names)} against {', '.join(rivals)}; the tapes are"
            f" of {', '.join(seen) or 'nobody'}"
        )
        raise DataError(msg)
    return sorted(
        found, key=lambda unit: (names.index(unit.focal), unit.arm, unit.seed)
    )


def write_units(out: Path, units: Sequence[Unit]) -> None:
    """Write a row for every run."""
    out.mkdir(parents=True, exist_ok=True)
    rows = [msgspec.to_builtins(unit) for unit in units]
    schema = get_type_hints(Unit)
    write_rows(out / "arenas.ndjson", rows, schema)
    if has_parquet():
        write_rows(out / f"arenas{PARQUET}", rows, schema)


def show(means: Sequence[Level], differences: Sequence[Contrast]) -> None:
    """Two tables: what each player reached, and by how much they differ."""
    show_table(
        [
            {"player": focal, "arm": arm, **cells(some, FORMS)}
            for (focal, arm), group in groupby(means, lambda one: (one.focal, one.arm))
            for some in [list(group)]
        ]
    )
    click.echo()
    show_table(
        [
            {"difference": title, **cells(some, SIGNED)}
            for title, group in groupby(differences, title_of)
            for some in [list(group)]
        ]
    )
    click.echo(
        "\nmeans and 95 % intervals (Student's t, a seed being one value); balance in"
        "\ndollars; index of the player's own prices: 0 is Nash, 1 the joint optimum"
    )


def title_of(one: Contrast) -> str:
    """What is compared with what."""
    if one.focal == one.other:
        return f"{one.focal}: {one.arm} - {one.other_arm}"
    return f"{one.focal} - {one.other}"


def cells(
    some: Sequence[Level] | Sequence[Contrast], forms: Mapping[Measure, str]
) -> dict[str, object]:
    """The cells of a line: seeds, and each measure with its interval."""
    return {
        "seeds": max(one.runs for one in some),
        **{one.measure: shown(one, forms[one.measure]) for one in some},
    }


def shown(one: Level | Contrast, form: str) -> str | None:
    """A value with its interval."""
    if one.value is None:
        return None
    value = number(one.value, form)
    if one.low is None or one.high is None:
        return value
    return f"{value} ({number(one.low, form)} to {number(one.high, form)})"


def number(value: float, form: str) -> str:
    """A number as it stands in a table; nothing is ever minus nothing."""
    text = format(value, form)
    return format(0.0, form) if float(text.replace(",", "")) == 0 else text
