"""The evidence ledger: nights of runs that add up, in a file that only grows.

One JSON object per line, each chained to the one before by a hash. A `start` says what
is being tested; the `night`s after it are its evidence. Evidence is added up only for
one agent, scenario, wording pool, grader and policy, and only from seeds that were not
used before: anything else would make an e-value mean nothing.
"""

import fcntl
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

import msgspec

from gyges.errors import DataError
from gyges.stats.gate import Alphas, Evidence, Rule
from gyges.stats.gate.arms import Arm, Tally
from gyges.stats.gate.race import Race
from gyges.stats.trials import Identity
from gyges.studies.gate.audits import Checked
from gyges.studies.gate.seeds import Span, spelled_out
from gyges.tape.entry import link

__all__ = ["Known", "Ledger", "Night", "Start", "append", "open_ledger"]

SHOWN = 3
"""Examples that an error message names."""


class Start(msgspec.Struct, frozen=True, kw_only=True, tag="start", tag_field="kind"):
    """What is being tested: evidence before it counts no more."""

    identity: Identity
    baseline: Identity | None
    profile: str
    rules: tuple[Rule, ...]
    alphas: Alphas
    counted: tuple[str, str]
    """What refusals and repeats are."""
    why: str = ""
    """Why it was begun anew."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """One behaviour: what a night added, and the evidence after it."""

    tally: Tally
    race: Race | None = None
    clumping: float = 1.0
    checked: Checked | None = None
    """Of a behaviour that a model judged: what was checked."""
    log_e_over: float
    """Of all nights so far, like the next three."""
    log_e_under: float
    log_e_race: float | None = None
    verdict: str


class Night(msgspec.Struct, frozen=True, kw_only=True, tag="night", tag_field="kind"):
    """What one night added."""

    label: str
    """When or where it was, as the caller says."""
    seeds: tuple[Span, ...]
    """Of the agent's runs."""
    baseline_seeds: tuple[Span, ...] = ()
    runs: int
    dollars: float | None
    """Mean cost of a run."""
    tokens: float
    """Mean tokens of a run."""
    behaviours: dict[str, Known]


Line: TypeAlias = Start | Night


class Sealed(msgspec.Struct, frozen=True):
    """A line of the file."""

    line: msgspec.Raw
    h: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger as it was read."""

    path: Path
    start: Start | None = None
    """What is being tested; nothing in an empty ledger."""
    nights: tuple[Night, ...] = ()
    """Its evidence."""
    head: str = ""
    """Hash of the last line."""
    intact: int = 0
    """Bytes up to the end of the last whole line."""
    why: str = ""
    """Why its evidence begins anew, if it does."""

    def anew(self, why: str) -> "Ledger":
        """The same file, with nothing in evidence: the next night begins anew."""
        return replace(self, start=None, nights=(), why=why)

    def demand_same(self, start: Start) -> None:
        """Refuse to add to the evidence on something else.

        Raises:
            DataError: what is being tested differs; the message says in what.
        """
        if self.start is None:
            return
        for what, old, new in differences(self.start, start):
            msg = (
                f"{self.path}: its evidence is on the {what} {old!r}, this is"
                f" {new!r}; e-values of the two do not add up: begin anew in the same"
                ' file with --start "REASON", or name another ledger'
            )
            raise DataError(msg)

    def demand_new(self, arm: Arm, baseline: Arm | None) -> None:
        """Refuse seeds that were used before.

        Raises:
            DataError: a seed comes again.
        """
        used = {name for night in self.nights for name in spelled_out(night.seeds)}
        self._demand_unused(arm, used)
        if baseline is not None:
            spans = [span for night in self.nights for span in night.baseline_seeds]
            self._demand_unused(baseline, set(spelled_out(spans)))

    def _demand_unused(self, arm: Arm, used: set[str]) -> None:
        if again := sorted(name for name in arm.clusters if name in used):
            msg = (
                f"{self.path}: {len(again)} of {len(arm.clusters)} seeds were used"
                f" before ({', '.join(again[:SHOWN])}); a seed that is run again tells"
                " nothing new: give fresh ones"
            )
            raise DataError(msg)

    def with_past(self, rule: Rule, tonight: Evidence) -> Evidence:
        """Tonight's evidence on a behaviour and that of all nights before."""
        past = [night.behaviours[rule.behaviour] for night in self.nights]
        whole, pairs, clumping = tonight.tally, tonight.race, [tonight.clumping]
        for known in past:
            whole = whole.plus(known.tally)
            if pairs is not None and known.race is not None:
                pairs = pairs.plus(known.race)
            clumping.append(known.clumping)
        races = [one.log_e_race for one in past if one.log_e_race is not None]
        return Evidence(
            tally=whole,
            race=pairs,
            # The smallest of several p-values, by Bonferroni.
            clumping=min(1.0, min(clumping) * len(clumping)),
            peak=max((known.log_e_over for known in past), default=-math.inf),
            race_peak=max(races, default=-math.inf),
        )

    def checked_before(self, rule: Rule, tonight: Checked) -> Checked:
        """Tonight's answers on a grader and those of all nights before."""
        whole = tonight
        for night in self.nights:
            known = night.behaviours[rule.behaviour].checked
            whole = whole.plus(known) if known else whole
        return whole


def differences(old: Start, new: Start) -> Iterator[tuple[str, object, object]]:
    """What is tested otherwise, in words people know first."""
    if old.profile != new.profile:
        yield "scenario", old.profile, new.profile
    for field in ("model", "scenario", "wording", "grader"):
        for what in ("identity", "baseline"):
            one, other = (
                getattr(getattr(each, what), field, None) for each in (old, new)
            )
            if one != other:
                whose = "agent" if what == "identity" else "baseline"
                yield f"{field} of the {whose}", one, other
    for field in ("rules", "alphas", "counted"):
        one, other = getattr(old, field), getattr(new, field)
        if one != other:
            yield f"policy ({field})", one, other


def open_ledger(path: Path | str) -> Ledger:
    """Read a ledger and check every hash; one that is not there yet is empty.

    A half-written last line (a machine that went down) is ignored.

    Raises:
        DataError: unreadable, or a line was changed, removed or inserted.
    """
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Ledger(path)
    except OSError as error:
        msg = f"cannot read the ledger {str(path)!r}: {error.strerror}"
        raise DataError(msg) from error
    intact = data.rfind(b"\n") + 1
    start: Start | None = None
    nights: list[Night] = []
    head = ""
    for number, text in enumerate(data[:intact].splitlines(), 1):
        line, head = checked(text, head, f"{path}, line {number}")
        if isinstance(line, Start):
            start, nights = line, []
        elif start is None:
            msg = f"{path}, line {number} is a night, and nothing says what is tested"
            raise DataError(msg)
        else:
            nights.append(line)
    return Ledger(path, start, tuple(nights), head, intact)


def checked(text: bytes, head: str, place: str) -> tuple[Line, str]:
    """Read a line; gives it and the new head.

    Raises:
        DataError: it is none, or does not follow the one before.
    """
    try:
        sealed = msgspec.json.decode(text, type=Sealed)
        line = msgspec.json.decode(sealed.line, type=Line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        msg = f"{place} is no line of an evidence ledger: {error}"
        raise DataError(msg) from error
    if link(head.encode(), bytes(sealed.line)) != sealed.h:
        msg = (
            f"{place} does not match its hash: a line was changed, removed or inserted;"
            " take the file from a backup, or begin a new ledger"
        )
        raise DataError(msg)
    return line, sealed.h


def append(ledger: Ledger, lines: Sequence[Line]) -> Ledger:
    """Add lines, durably, and give the ledger as it is then.

    Raises:
        DataError: it cannot be written, or somebody else wrote to it meanwhile.
    """
    try:
        ledger.path.parent.mkdir(parents=True, exist_ok=True)
        with ledger.path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if open_ledger(ledger.path).head != ledger.head:
                msg = f"{ledger.path}: another process added to it; run the gate again"
                raise DataError(msg)
            file.truncate(ledger.intact)
            file.write(encoded(ledger.head, lines))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        msg = f"cannot write the ledger {str(ledger.path)!r}: {error.strerror}"
        raise DataError(msg) from error
    return open_ledger(ledger.path)


def encoded(head: str, lines: Sequence[Line]) -> bytes:
    """Lines as they stand in the file."""
    text = b""
    for line in lines:
        payload = msgspec.json.encode(line)
        head = link(head.encode(), payload)
        text += b'{"line":' + payload + b',"h":"' + head.encode() + b'"}\n'
    return text
