"""`gyges audit`: who did what to whom, from tapes alone, or from logs through them."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, get_type_hints

import click
import msgspec

from gyges.commands.output import as_json, counted, show_json, show_table, tell
from gyges.commands.rows import write_rows
from gyges.conduct.audit import Audit, Missing, differences
from gyges.conduct.audit import audit as audit_of
from gyges.conduct.incident import Incident
from gyges.conduct.passages import Passage, Reader, Reading, passages
from gyges.conduct.reading import read as read_by_rules
from gyges.conduct.taxonomy import kind as kind_named
from gyges.conduct.taxonomy import kinds
from gyges.conduct.trials import files_of
from gyges.conduct.views import HEADLINE
from gyges.errors import TapeError, UsageError
from gyges.money import dollars
from gyges.tape import Header, Tape, read_tape

__all__ = ["audit"]

FILE = click.Path(path_type=Path, dir_okay=False)
LOGS = frozenset({".eval", ".json"})

UNTOLD = frozenset({"shown", "unplaced"})
"""Views from which nobody can tell whether it was a lie."""


Key: TypeAlias = tuple[bool, str, str]


@dataclass(frozen=True, slots=True)
class Audited:
    """A tape and what was found on it."""

    file: Path
    header: Header
    audit: Audit


class Chosen(msgspec.Struct, frozen=True):
    """Which incidents are asked for."""

    kinds: tuple[str, ...]
    seat: str | None

    def __contains__(self, named: tuple[str, str]) -> bool:
        """Whether a kind and a seat are."""
        kind, seat = named
        return (not self.kinds or kind in self.kinds) and self.seat in {None, seat}


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--list", "every", is_flag=True, help="Every incident, not their sums.")
@click.option("--kind", "kinds", multiple=True, help="Only this kind; repeatable.")
@click.option("--seat", help="Only this seat.")
@click.option("--grader", metavar="MODEL", help="Read with this model, not by rules.")
@click.option("--apart", is_flag=True, help="Each text in a request of its own.")
@click.option("--out", type=FILE, help="Write every incident, as .ndjson or .parquet.")
@click.option("--unread", type=FILE, help="Write the texts that could not be read.")
@as_json
def audit(paths: tuple[Path, ...], **options: Any) -> None:  # noqa: ANN401 - as typed by click
    """Say what was done on the tapes in PATHS: tapes, Inspect logs, or folders of them.

    What the ledger decides is proved. What was said is read by rules, or by the model
    that --grader names as Inspect does, and held against the ledger. A text that could
    not be read is missing: "at most" says how much may have been done besides. Texts of
    one writer share a request to a model, unless they are kept --apart. Evidence are
    numbers of entries: line N + 1 of the tape.

    A log is read through the tapes that it names, as they were when it was written.

    Exit codes: 0 done, 2 wrong use, an unreadable tape or log.
    """
    chosen = Chosen(options["kinds"], options["seat"])
    for name in chosen.kinds:
        kind_named(name)
    some = list(audited(paths, options["grader"], apart=options["apart"]))
    found = [
        (one.file, incident)
        for one in some
        for incident in one.audit.incidents
        if (incident.kind, incident.seat) in chosen
    ]
    rows = [{"tape": str(file), **msgspec.to_builtins(one)} for file, one in found]
    if out := options["out"]:
        write_rows(out, rows, {"tape": str, **get_type_hints(Incident)})
        tell(f"{len(rows)} incidents are in {out}")
    tell_what_is_unread(some, options["unread"])
    if options["json_lines"]:
        show_json(rows)
    elif options["every"]:
        show_table([line(*one) for one in found])
    else:
        show_table(sums(found, most(some, chosen)))


def audited(
    paths: Sequence[Path], grader: str | None, *, apart: bool
) -> Iterator[Audited]:
    """All tapes of files, logs and folders, audited.

    Args:
        paths: as they were given.
        grader: the model that reads what was said; without one, rules do.
        apart: each text in a request of its own.

    Raises:
        UsageError: no path, or a log or a model that cannot be used.
        TapeError: a tape that cannot be used; it is named.
    """
    if not paths:
        msg = "no tapes; give tapes, Inspect logs, or folders of them"
        raise UsageError(msg)
    read, told = reader_of(grader, apart=apart)
    seen: set[Path] = set()
    differ: dict[str, Path] = {}
    for file, tape in (pair for path in paths for pair in tapes_in(path)):
        if (place := file.resolve()) in seen:
            continue
        seen.add(place)
        try:
            found = audit_of(tape, read(list(passages(tape))))
        except TapeError as error:
            msg = f"{file}: {error}"
            raise type(error)(msg) from error
        for what in differences(tape.header):
            differ.setdefault(what, file)
        # Of a thousand tapes what was done can be kept, but not all that was said.
        yield Audited(file, tape.header, replace(found, claims=()))
    for what, file in differ.items():
        tell(f"made with other words or another version: {what}; first in {file}")
    if told_of_reading := told():
        tell(told_of_reading)


def reader_of(grader: str | None, *, apart: bool) -> tuple[Reader, Callable[[], str]]:
    """Who reads, and what is to be told of it afterwards."""
    if grader is None:
        return read_by_rules, str
    from gyges.evals.reader import (  # noqa: PLC0415 - heavy
        TOGETHER,
        Account,
        read_with,
    )

    account = Account()

    def read(some: Sequence[Passage]) -> Sequence[Reading]:
        return read_with(grader, some, account, 1 if apart else TOGETHER)

    return read, lambda: str(account)


def tapes_in(path: Path) -> Iterator[tuple[Path, Tape]]:
    """The tapes that a path means: a tape, what a log names, or a folder of either.

    Raises:
        UsageError: a log that cannot be used, or whose tape is not there or another.
        TapeError: a tape that cannot be used; it is named.
    """
    if path.suffix in LOGS or (path.is_dir() and any(path.rglob("*.eval"))):
        yield from tapes_of_logs(path)
        return
    files = files_of(path)
    for file in counted(files, len(files), "auditing"):
        try:
            yield file, read_tape(file)
        except TapeError as error:
            msg = f"{file}: {error}"
            raise type(error)(msg) from error


def tapes_of_logs(path: Path) -> Iterator[tuple[Path, Tape]]:
    """The tapes that logs name; what has none is told."""
    from gyges.evals.logs import tapes_of_log  # noqa: PLC0415 - heavy

    named: set[Path] = set()
    for one in tapes_of_log(path):
        if isinstance(one, str):
            tell(one)
            continue
        tape, file = one
        named.add(file.resolve())
        yield file, tape
    if path.is_dir():
        loose = {file.resolve() for file in path.rglob("*.jsonl")} - named
        if loose:
            tell(f"left out {len(loose)} tapes that no log in {path} names")


def tell_what_is_unread(some: Sequence[Audited], file: Path | None) -> None:
    """Say how much could not be read, and write which texts those are."""
    unread = [(one.file, text) for one in some for text in one.audit.missing]
    if file is not None:
        rows = [{"tape": str(at), **msgspec.to_builtins(one)} for at, one in unread]
        write_rows(file, rows, {"tape": str, **get_type_hints(Missing)})
        tell(f"{len(unread)} texts that could not be read are in {file}")
    if unread:
        why = Counter(text.reason for _, text in unread).most_common(3)
        reasons = "; ".join(f"{count} x {reason}" for reason, count in why)
        total = sum(one.audit.passages for one in some)
        tell(f"{len(unread)} of {total} passages could not be read: {reasons}")


def most(some: Sequence[Audited], chosen: Chosen) -> Mapping[Key, int]:
    """Most incidents by player and kind, if a text could not be read; else nothing."""
    found: Counter[Key] = Counter()
    if not any(one.audit.missing for one in some):
        return found
    for one in some:
        for seat, player in one.header.players.items():
            for name, kind in kinds().items():
                _, high = one.audit.bounds(name, seat)
                if kind.misconduct and high and (name, seat) in chosen:
                    found[False, player, name] += high
    return found


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
        "role": None if one.role == "alone" else one.role,
        "gain": None if one.gain is None else dollars(one.gain),
        "view": one.view,
        "evidence": " ".join(map(str, one.evidence)),
    }


def sums(
    found: Sequence[tuple[Path, Incident]], highest: Mapping[Key, int]
) -> list[Mapping[str, object]]:
    """Incidents by player and kind, misconduct first, the most frequent first."""
    groups: dict[Key, list[Incident]] = defaultdict(list)
    tapes: dict[Key, set[Path]] = defaultdict(set)
    for file, one in found:
        key = (not one.misconduct, one.player, one.kind)
        groups[key].append(one)
        tapes[key].add(file)
    every = {*groups, *highest}
    order = sorted(every, key=lambda key: (key[:2], -len(groups[key]), key[2]))
    rows = [summary(key[1:], groups[key], len(tapes[key])) for key in order]
    if not highest:
        return rows
    return [
        with_most(row, highest.get(key, len(groups[key])))
        for key, row in zip(order, rows, strict=True)
    ]


def with_most(row: Mapping[str, object], high: int) -> Mapping[str, object]:
    """A line of the sums, with the most there can have been."""
    cells = list(row.items())
    place = [name for name, _ in cells].index("incidents") + 1
    return dict([*cells[:place], ("at most", high), *cells[place:]])


def summary(
    named: tuple[str, str], some: Sequence[Incident], tapes: int
) -> Mapping[str, object]:
    """One line of the sums, of a player and a kind."""
    player, name = named
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
        "certainty": " ".join(sorted({one.certainty for one in some})) or None,
    }
