"""`gyges show`, `verify`, `replay` and `fork`: everything one does with a tape."""

from pathlib import Path

import click

from gyges.commands.diary import account
from gyges.commands.output import as_json, show_json, show_table, tell
from gyges.errors import BrokenTapeError, ConfigError, ReplayError, UsageError
from gyges.players import play_out, seat_players
from gyges.players.heirs import Heir, hand_over, heirs_of, with_fork
from gyges.players.roster import PLAYERS
from gyges.tape import Header, Tape, read_tape
from gyges.tape import verify as verify_tape
from gyges.worlds.episode import Episode
from gyges.worlds.episode import replay as replay_tape

__all__ = ["fork", "replay", "show", "verify"]

PATHS = click.Path(path_type=Path)
CODES = {"closed": 0, "open": 3, "broken": 1}
GRAVITY = (0, 3, 1)
"""Exit codes, the gravest last: one tape that is broken outweighs all others."""


@click.command()
@click.argument("tapes", nargs=-1, required=True, type=PATHS)
@as_json
@click.pass_context
def verify(ctx: click.Context, tapes: tuple[Path, ...], *, json_lines: bool) -> None:
    """Say whether TAPES are closed, open (they can be resumed) or broken.

    Every hash, number and seal is checked; what happened in the world is not: see
    `gyges replay`.

    Exit codes: 0 closed, 1 broken (the entry is named), 2 unreadable, 3 open.
    """
    rows: list[dict[str, object]] = []
    for path in tapes:
        verdict = verify_tape(path)
        rows.append(
            {
                "tape": str(path),
                "status": verdict.status,
                "entries": verdict.entries,
                "reason": verdict.reason,
            }
        )
    show_json(rows) if json_lines else show_table(rows)
    ctx.exit(max((CODES[str(row["status"])] for row in rows), key=GRAVITY.index))


@click.command()
@click.argument("tapes", nargs=-1, required=True, type=PATHS)
@as_json
@click.pass_context
def replay(ctx: click.Context, tapes: tuple[Path, ...], *, json_lines: bool) -> None:
    """Rebuild the worlds of TAPES from their actions and compare every entry.

    Exit codes: 0 all equal, 1 one differs or is broken, 2 unreadable or made with
    other content, 3 equal as far as an open tape goes.
    """
    rows = [replayed(path) for path in tapes]
    show_json(rows) if json_lines else show_table(rows)
    codes = {"equal": 0, "equal so far": 3, "differs": 1}
    ctx.exit(max((codes[str(row["verdict"])] for row in rows), key=GRAVITY.index))


def replayed(path: Path) -> dict[str, object]:
    """Replay one tape."""
    row: dict[str, object] = {"tape": str(path)}
    try:
        tape = read_tape(path)
        state = replay_tape(tape).digest()
    except (BrokenTapeError, ReplayError) as error:
        return {**row, "verdict": "differs", "entries": 0, "detail": str(error)}
    verdict = "equal" if tape.closed else "equal so far"
    return {
        **row,
        "verdict": verdict,
        "entries": len(tape.entries),
        "detail": f"state {state}",
    }


@click.command()
@click.argument("tape", type=PATHS)
@click.option("--day", type=int, help="One day, from 1.")
@click.option("--days", metavar="A:B", help="Several, both included; 7: goes on.")
@click.option("--full", is_flag=True, help="Every text in full, the brief included.")
def show(tape: Path, day: int | None, days: str | None, *, full: bool) -> None:
    """Tell what happened on a TAPE, day by day.

    Mornings, actions with their times, mails in short, and (marked with !) what the
    world knows and the player may not.

    Exit codes: 0 done, 2 unreadable.
    """
    first, last = day_range(day, days)
    lines = account(read_named(tape), range(first, last + 1), full=full)
    told = 0
    for told, line in enumerate(lines, 1):  # noqa: B007 - told is how many there were
        click.echo(line)
    if not told:
        msg = f"{tape} tells nothing of day {first} to {last}; days count from 1"
        raise UsageError(msg)


def read_named(path: Path) -> Tape:
    """Read a tape; what is broken is named with its file.

    Raises:
        BrokenTapeError: an entry was changed, removed or inserted.
    """
    try:
        return read_tape(path)
    except BrokenTapeError as error:
        msg = f"{path}: {error}"
        raise BrokenTapeError(msg) from error


def day_range(day: int | None, days: str | None) -> tuple[int, int]:
    """The days that were asked for.

    Raises:
        ConfigError: no such range.
    """
    if day is not None:
        return day, day
    if days is None:
        return 0, 10**6
    first, _, last = days.partition(":")
    try:
        return int(first or 0), int(last or 10**6)
    except ValueError as error:
        msg = f"--days {days!r} is no range; write A:B, such as 10:14"
        raise ConfigError(msg) from error


@click.command()
@click.argument("tape", type=PATHS)
@click.option("--at", "day", type=int, required=True, help="Morning, from day 1.")
@click.option(
    "--player", help="Who plays on from there; else the players of the tape do."
)
@click.option(
    "--seat",
    "seats",
    multiple=True,
    help="Whose place --player takes; repeatable.  [default: the only seat]",
)
@click.option(
    "--branch",
    type=int,
    help="0 keeps the luck.  [default: 1; with --player: that of the tape]",
)
@click.option("--out", type=PATHS, required=True, help="The new tape.")
def fork(
    tape: Path,
    day: int,
    player: str | None,
    seats: tuple[str, ...],
    branch: int | None,
    out: Path,
) -> None:
    """Play a TAPE again, from a morning on with other luck or by another player.

    Up to that morning the new tape equals the old one. Branch 0 replays the future of
    the original; every other number draws another future.

    With --player a scripted player takes a seat over on that morning, whoever sat there
    before, and by default the luck stays: what differs is what it did. All other seats
    need scripted players, which play on. The new tape notes who took over, and when.

    Exit codes: 0 done, 2 wrong use.
    """
    known = read_named(tape)
    moves = moves_before(known, day)
    if player is None:
        header = forked(known, (moves, 1 if branch is None else branch), seats)
        episode = Episode.start(header, out)
    else:
        luck = branch_at(known.header, moves) if branch is None else branch
        heir = Heir(day, player)
        heirs = dict.fromkeys(seats or only_seat(known.header), heir)
        hand_over(known, (moves, luck), heirs, out)
        episode = Episode.resume(out)
    try:
        outcome = play_out(episode, seat_players(episode.tape.header))
    finally:
        episode.tape.close()
    rows = [{"seat": seat, "score": one.score} for seat, one in outcome.items()]
    show_table(rows)
    tell(f"the new tape is {out}")


def moves_before(tape: Tape, day: int) -> int:
    """Steps and nights before the morning of a day.

    Raises:
        UsageError: the tape has no such day.
    """
    nights = moves = 0
    for entry in tape.of_kind("step", "night"):
        if nights == day - 1:
            break
        moves += 1
        nights += entry.kind == "night"
    if nights != day - 1 or day < 1:
        msg = f"the tape has {nights} nights; --at {day} must be 1 to {nights + 1}"
        raise UsageError(msg)
    return moves


def branch_at(header: Header, moves: int) -> int:
    """The branch that is in force after so many moves."""
    return next((branch for at, branch in header.forks[::-1] if at <= moves), 0)


def only_seat(header: Header) -> tuple[str, ...]:
    """The seat of a tape that has one.

    Raises:
        UsageError: it has several.
    """
    if len(header.players) != 1:
        msg = f"the tape has the seats {', '.join(header.players)}; say whose: --seat a"
        raise UsageError(msg)
    return tuple(header.players)


def forked(tape: Tape, fork: tuple[int, int], seats: tuple[str, ...]) -> Header:
    """The header of a fork in which the players of a tape play on.

    Raises:
        UsageError: not a tape of scripted players, or a seat is named.
    """
    names = set(tape.header.players.values())
    if strange := sorted(
        name for name in names if name.partition(":")[0] not in PLAYERS
    ):
        msg = (
            f"{strange[0]!r} is no scripted player, so nobody could play the fork on;"
            " name who shall: --player honest"
        )
        raise UsageError(msg)
    if seats:
        msg = (
            f"--seat {seats[0]} says whose place is taken; say by whom: --player honest"
        )
        raise UsageError(msg)
    if heirs_of(tape.header):
        msg = "a seat of the tape was taken over; fork the first tape, or give --player"
        raise UsageError(msg)
    return with_fork(tape.header, fork)
