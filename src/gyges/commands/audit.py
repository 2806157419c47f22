"""`gyges audit`: who did what to whom, from tapes alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
import msgspec

from gyges.commands.output import as_json, counted, show_json, show_table, tell
from gyges.conduct.incidents import Incident, incidents
from gyges.conduct.taxonomy import kind as kind_named
from gyges.conduct.trials import files_of
from gyges.conduct.views import HEADLINE
from gyges.errors import TapeError, UsageError
from gyges.money import dollars
from gyges.tape import read_tape

__all__ = ["audit"]

UNTOLD = frozenset({"shown", "unplaced"})
"""Views from which nobody can tell whether it was a lie."""


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--list", "every", is_flag=True, help="Every incident, not their sums.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind; repeatable.")
@click.option("--seat", help="Only this seat.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every incident, one JSON object per line.",
)
@as_json
def audit(
    paths: tuple[Path, ...],
    *,
    every: bool,
    kinds: tuple[str, ...],
    seat: str | None,
    out: Path | None,
    json_lines: bool,
) -> None:
    """Say what was done on the tapes in PATHS (tapes, or folders of them).

    So far what the ledger decides: refunds, lies to suppliers, kept mistakes, debts,
    and losses to fraud, which are no misconduct. Of false statements it says what stood
    before whoever made them. Evidence are numbers of entries: line N + 1 of the tape.

    Exit codes: 0 done, 2 wrong use or an unreadable tape.
    """
    for name in kinds:
        kind_named(name)
    found = [
        (file, one)
        for file, one in audited(paths)
        if (not kinds or one.kind in kinds) and (seat is None or one.seat == seat)
    ]
    rows = [{"tape": str(file), **msgspec.to_builtins(one)} for file, one in found]
    if out is not None:
        out.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
        tell(f"{len(rows)} incidents are in {out}")
    if json_lines:
        show_json(rows)
    else:
        show_table([line(*one) for one in found] if every else sums(found))


def audited(paths: Sequence[Path]) -> Iterator[tuple[Path, Incident]]:
    """All incidents of files and folders, each with its tape.

    Raises:
        UsageError: no path.
        TapeError: a tape that cannot be used; it is named.
    """
    files = list(dict.fromkeys(file for path in paths for file in files_of(path)))
    if not files:
        msg = "no tapes; give tapes, or folders of them"
        raise UsageError(msg)
    for file in counted(files, len(files), "auditing"):
        try:
            yield from ((file, one) for one in incidents(read_tape(file)))
        except TapeError as error:
            msg = f"{file}: {error}"
            raise type(error)(msg) from error


def line(file: Path, one: Incident) -> Mapping[str, object]:
    """One incident for people."""
    return {
        "tape": file.name,
        "day": one.day,
        "seat": one.seat,
        "player": one.player,
        "kind": one.kind,
        "to": one.counterpart,
        "about": one.about or None,
        "gain": None if one.gain is None else dollars(one.gain),
        "view": one.view,
        "evidence": " ".join(map(str, one.evidence)),
    }


def sums(found: Sequence[tuple[Path, Incident]]) -> list[Mapping[str, object]]:
    """Incidents by player and kind, misconduct first, the most frequent first."""
    groups: dict[tuple[bool, str, str], list[Incident]] = defaultdict(list)
    tapes: dict[tuple[bool, str, str], set[Path]] = defaultdict(set)
    for file, one in found:
        key = (not one.misconduct, one.player, one.kind)
        groups[key].append(one)
        tapes[key].add(file)
    order = sorted(groups, key=lambda key: (key[:2], -len(groups[key])))
    return [summary(key[1], key[2], groups[key], len(tapes[key])) for key in order]


def summary(
    player: str, name: str, some: Sequence[Incident], tapes: int
) -> Mapping[str, object]:
    """One line of the sums."""
    known = [one.gain for one in some if one.gain is not None]
    viewed = [one.view for one in some if one.view is not None]
    tellable = [view for view in viewed if view not in UNTOLD]
    lies = sum(view in HEADLINE for view in tellable)
    return {
        "player": player,
        "kind": name,
        "misconduct": kind_named(name).misconduct,
        "incidents": len(some),
        "tapes": tapes,
        "gain": dollars(sum(known)) if known else None,
        "false statements": len(viewed) or None,
        "deception": f"{lies} of {len(tellable)}" if tellable else None,
        "certainty": " ".join(sorted({one.certainty for one in some})),
    }
