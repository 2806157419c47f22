"""`gyges run`, `demo` and `resume`: episodes of scripted players."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click
import msgspec

from gyges.commands.options import (
    changes,
    read_changes,
    read_seeds,
    read_veto,
    vetoes,
    whole_config,
)
from gyges.commands.output import as_json, counted, show_json, show_table, tell
from gyges.errors import ConfigError, TapeError, UsageError
from gyges.players import play_out, players, seat_players
from gyges.players.batch import Job, Row, play_jobs
from gyges.players.roster import RIVALS
from gyges.players.rotation import rotated
from gyges.tape import verify
from gyges.worlds.episode import Episode
from gyges.worlds.registry import configure

__all__ = ["demo", "resume", "run"]

ARENA = "arena"
"""What `run` takes for a world: the vending world with a seat for each player."""
SEATS = "abcde"
FEWEST = 2
DEMO_SEEDS = 6
TESTERS = ("hostile",)
"""Players that exist for tests and say nothing in a table of trade."""


class Field(NamedTuple):
    """What is played, and by whom."""

    world: str
    config: dict[str, object]
    cast: tuple[str, ...]
    """The players, in their own order."""
    rotate: bool
    """Whether they change seats from seed to seed."""
    normalise: bool


@click.command()
@click.argument("world")
@click.option("--preset", help="See `gyges worlds`.  [default: v2; arena: arena]")
@changes
@click.option("--player", "--players", "names", default="honest", show_default=True)
@click.option("--seeds", default="0", show_default=True, help="0:20, 7 or 1,4,9.")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder.")
@click.option("--workers", default=os.cpu_count() or 1, show_default="all cores")
@click.option(
    "--rotate/--fixed",
    default=None,
    help="Change seats from seed to seed, or never.  [default: rotate in the arena]",
)
@click.option(
    "--normalise/--raw",
    default=None,
    help="Score against idle and oracle.  [default: normalise, but not in the arena]",
)
@vetoes
@as_json
def run(
    world: str,
    names: str,
    seeds: str,
    out: Path,
    **options: object,
) -> None:
    """Play scripted players in WORLD, once for every seed, and write tapes.

    --player takes one name for all seats, or one for each seat: honest,naive. Tapes go
    to OUT/<player>-<seed>.jsonl, and a row for every seat to OUT/summary.ndjson.

    WORLD may be `arena`: the vending world with a seat for each of 2 to 5 players, who
    change seats from seed to seed. Tapes are named for the players in seat order.

    --veto refunds,claims plays the same players, but whatever belongs to these groups
    is replaced by something honest; the tapes say so. `gyges earned` compares.

    Exit codes: 0 done, 2 wrong use or a tape that exists already.
    """
    field = field_of(world, names, options)
    veto = read_veto(str(options["veto"]), str(options["veto_player"]))
    jobs = [
        Job(
            field.world,
            field.config,
            seed,
            (rotated(field.cast, seed) if field.rotate else field.cast,),
            str(out),
            field.normalise,
            veto,
        )
        for seed in read_seeds(seeds)
    ]
    rows = played(jobs, int(str(options["workers"])), "playing")
    write_summary(out / "summary.ndjson", rows)
    if options["json_lines"]:
        show_json(plain(row) for row in rows)
        return
    show_table([seat_line(row, field) for row in rows])
    tell(f"tapes and summary.ndjson are in {out}")


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder for the tapes.")
@click.option("--seeds", default=f"0:{DEMO_SEEDS}", show_default=True)
@click.option("--workers", default=os.cpu_count() or 1, show_default="all cores")
@as_json
def demo(out: Path | None, seeds: str, workers: int, *, json_lines: bool) -> None:
    """Play v2 years of all scripted players and compare them.

    Exit codes: 0 done, 2 wrong use.
    """
    out = out or free_folder(Path("runs") / "demo")
    config = configure("vending", "v2")
    casts = tuple((name,) for name in players() if name not in {*TESTERS, *RIVALS})
    jobs = [Job("vending", config, seed, casts, str(out)) for seed in read_seeds(seeds)]
    rows = played(jobs, workers, f"playing {len(jobs) * len(casts)} years")
    write_summary(out / "summary.ndjson", rows)
    by_player = {name: [row for row in rows if row.player == name] for (name,) in casts}
    table = [player_line(name, some) for name, some in by_player.items()]
    table.sort(key=lambda line: -float(str(line["normalised"])))
    if json_lines:
        show_json(table)
        return
    show_table([shown(line) for line in table])
    tell(f"\nmedians over {len(jobs)} seeds; misconduct is what the ledger proves")
    tell(f"the tapes are in {out}; read one with: gyges show {rows[0].tape}")


@click.command()
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option("--max-cost", type=float, help="New limit in dollars for each sample.")
@as_json
def resume(path: Path, max_cost: float | None, *, json_lines: bool) -> None:
    """Go on with what was cut short: a tape, a folder of tapes, or an evaluation log.

    A tape of scripted players is played on from where it ends. A log (.eval), or a
    folder with logs (the newest), goes on through the model interface that began it;
    one that reached its cost limit needs a new one: --max-cost.

    Exit codes: 0 done, 2 nothing there that can be resumed.
    """
    if path.suffix == ".eval" or (path.is_dir() and any(path.glob("*.eval"))):
        rows = resume_runs(path, max_cost, json_lines=json_lines)
    else:
        tapes = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
        rows = [resume_tape(tape) for tape in tapes]
    if not rows:
        msg = f"there is nothing to resume in {str(path)!r}; give a tape or a log"
        raise UsageError(msg)
    show_json(rows) if json_lines else show_table(rows)


def resume_runs(
    path: Path, max_cost: float | None, *, json_lines: bool
) -> list[Mapping[str, object]]:
    """Go on with a log; what Inspect shows goes to standard error."""
    from gyges.evals.resume import resume as resume_log  # noqa: PLC0415 - heavy

    with redirect_stdout(sys.stderr):
        done = resume_log(path, max_cost)
    if json_lines:
        return [msgspec.to_builtins(done)]
    tell(f"the new log is {done.log} ({done.status})")
    return [{"tape": tape, "status": status} for tape, status in done.tapes.items()]


def resume_tape(path: Path) -> Mapping[str, object]:
    """Play a tape of scripted players to its end; a closed one is left as it is."""
    verdict = verify(path)
    if verdict.status == "broken":
        msg = f"{path} is broken: {verdict.reason}"
        raise TapeError(msg)
    if verdict.status == "closed":
        return {"tape": str(path), "resumed": False, "entries": verdict.entries}
    episode = Episode.resume(path)
    try:
        play_out(episode, seat_players(episode.tape.header))
    finally:
        episode.tape.close()
    return {"tape": str(path), "resumed": True, "entries": verify(path).entries}


def field_of(world: str, names: str, options: Mapping[str, object]) -> Field:
    """A world as it is configured, and the player of every seat."""
    if world == ARENA:
        return arena_field(names, options)
    changed = msgspec.convert(options["changed"], tuple[str, ...])
    config = whole_config(world, str(options["preset"] or "v2"), changed)
    return Field(
        world,
        config,
        cast_of(names, config),
        rotate=options["rotate"] is True,
        normalise=options["normalise"] is not False,
    )


def arena_field(names: str, options: Mapping[str, object]) -> Field:
    """An arena of as many seats as there are players.

    Raises:
        ConfigError: fewer than two players, or more than there are seats.
        UsageError: a normalised score, which an arena does not have.
    """
    cast = tuple(name.strip() for name in names.split(","))
    if not FEWEST <= len(cast) <= len(SEATS):
        msg = (
            f"{names!r} names {len(cast)} of the {FEWEST} to {len(SEATS)} players of an"
            " arena; give such as --players honest,opportunist, or for a single"
            " business: gyges run vending"
        )
        raise ConfigError(msg)
    if options["normalise"]:
        msg = (
            "what a player earns in an arena hangs on its rivals, so there is no idle"
            " and no oracle to hold it against; leave out --normalise"
        )
        raise UsageError(msg)
    changed = read_changes(msgspec.convert(options["changed"], tuple[str, ...]))
    changed = {"seats": tuple(SEATS[: len(cast)]), **changed}
    config = configure("vending", str(options["preset"] or ARENA), **changed)
    return Field(
        "vending",
        config,
        cast_of(names, config),
        rotate=options["rotate"] is not False,
        normalise=False,
    )


def cast_of(names: str, config: Mapping[str, object]) -> tuple[str, ...]:
    """The player of every seat.

    Raises:
        ConfigError: neither one name nor one for every seat.
    """
    seats = msgspec.convert(config.get("seats", ("a",)), tuple[str, ...])
    cast = tuple(name.strip() for name in names.split(","))
    if len(cast) == 1:
        cast *= len(seats)
    if len(cast) != len(seats):
        wanted = f"give 1 or {len(seats)}"
        msg = f"{names!r} names {len(cast)} players for {len(seats)} seats; {wanted}"
        raise ConfigError(msg)
    return cast


def played(jobs: Sequence[Job], workers: int, title: str) -> list[Row]:
    """Play jobs with a progress bar; rows in the order of the jobs."""
    place = {job.seed: number for number, job in enumerate(jobs)}
    done: Iterable[list[Row]] = play_jobs(jobs, workers)
    rows = [row for some in counted(done, len(jobs), title) for row in some]
    return sorted(rows, key=lambda row: place[row.seed])


def write_summary(path: Path, rows: Iterable[Row]) -> None:
    """Add rows to a summary file."""
    with path.open("ab") as file:
        file.writelines(msgspec.json.encode(row) + b"\n" for row in rows)


def plain(row: Row) -> dict[str, object]:
    """A row for programs."""
    return msgspec.convert(msgspec.to_builtins(row), dict[str, object])


def seat_line(row: Row, field: Field) -> dict[str, object]:
    """A row for people."""
    seat: dict[str, object] = {"seat": row.seat} if len(field.cast) > 1 else {}
    line = {
        "player": row.player,
        "seed": row.seed,
        **seat,
        "balance": f"${row.score:,.2f}",
        "units": row.units,
        "sales stop": row.last_sale_day,
        "misconduct": row.misconduct,
        "normalised": row.normalised,
    }
    if not field.normalise:
        del line["normalised"]
    return line


def player_line(name: str, rows: Sequence[Row]) -> dict[str, object]:
    """The medians of one player."""
    scores = sorted(row.score for row in rows)
    return {
        "player": name,
        "balance": median(scores),
        "lowest": scores[0],
        "highest": scores[-1],
        "units": median(row.units or 0 for row in rows),
        "last_sale_day": median(row.last_sale_day or 0 for row in rows),
        "misconduct": median(row.misconduct for row in rows),
        "normalised": median(row.normalised or 0.0 for row in rows),
        "seeds": len(rows),
    }


def shown(line: Mapping[str, object]) -> dict[str, object]:
    """A player's line for people."""
    return {
        "player": line["player"],
        "balance": whole_dollars(line["balance"]),
        "range": " to ".join(map(whole_dollars, (line["lowest"], line["highest"]))),
        "units": f"{line['units']:,.0f}",
        "sales stop": f"{line['last_sale_day']:.0f}",
        "misconduct": f"{line['misconduct']:.0f}",
        "normalised": f"{line['normalised']:.2f}",
    }


def whole_dollars(amount: object) -> str:
    """An amount without its cents; nothing is ever minus nothing."""
    rounded = round(float(str(amount)))
    return f"-${-rounded:,}" if rounded < 0 else f"${rounded:,}"


def free_folder(path: Path) -> Path:
    """The folder itself, or the first of path-2, path-3, ... that does not exist."""
    number = 1
    free = path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
