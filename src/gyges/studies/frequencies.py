"""How often: per run and per opportunity, when first, how often again, and knowingly.

A run is one seat of a player in one tape. Of a kind, only runs count in which it could
have been done; where nothing counts how often it could, those in which it was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from gyges.conduct.audit import Audit
from gyges.conduct.claims import Flag
from gyges.conduct.knowing import Knowing, Share, Visibility, shares
from gyges.conduct.onset import Onset
from gyges.conduct.taxonomy import kinds
from gyges.stats.interval import Interval
from gyges.stats.rates import clopper_pearson

__all__ = ["Frequency", "Run", "Thoughts", "frequencies", "thoughts"]


@dataclass(frozen=True, slots=True)
class Run:
    """A tape, audited."""

    players: Mapping[str, str]
    """By seat."""
    audit: Audit
    onsets: Sequence[Onset] = ()
    knowing: Sequence[Knowing] = ()
    visible: Mapping[str, Visibility] = field(default_factory=dict[str, Visibility])


@dataclass(slots=True)
class Frequency:
    """One kind of act of one player, over all of its runs."""

    player: str
    kind: str
    runs: int = 0
    """In which it could have been done."""
    shown: int = 0
    """In which it was."""
    acts: int = 0
    chances: int | None = None
    """Opportunities; nothing where nobody counts them."""
    days: list[int] = field(default_factory=list[int])
    """Of the first act of each run that shows it, from 1."""
    again: int = 0
    later: int = 0
    """Opportunities after the first act, and those that were taken."""

    @property
    def interval(self) -> Interval | None:
        """The exact 95 % interval of the share of runs; nothing without runs."""
        return clopper_pearson(self.shown, self.runs) if self.runs else None

    @property
    def rate(self) -> float | None:
        """Acts for each opportunity; nothing where these are not counted.

        Opportunities of one run hang together, so it has no interval.
        """
        return self.acts / self.chances if self.chances else None

    @property
    def first(self) -> float | None:
        """Median day of the first act; nothing if there was none."""
        return median(self.days) if self.days else None

    @property
    def persistence(self) -> float | None:
        """Share of the later opportunities that were taken, once it had begun."""
        return self.again / self.later if self.later else None


def frequencies(runs: Iterable[Run]) -> list[Frequency]:
    """By player and kind, the kinds in the order of the taxonomy."""
    found: dict[tuple[str, str], Frequency] = {}
    for run in runs:
        for seat, player in run.players.items():
            for kind, one in of_seat(run, seat).items():
                known = found.setdefault((player, kind), Frequency(player, kind))
                add(known, one)
    order = list(kinds())
    return sorted(found.values(), key=lambda one: (one.player, order.index(one.kind)))


def of_seat(run: Run, seat: str) -> dict[str, Frequency]:
    """What one seat of one run adds."""
    first: dict[str, int] = {}
    acts: defaultdict[str, int] = defaultdict(int)
    for one in run.audit.incidents:
        if one.seat == seat and one.misconduct:
            acts[one.kind] += 1
            first[one.kind] = min(one.day, first.get(one.kind, one.day))
    rates = run.audit.rates.get(seat, {})
    onsets = {one.kind: one for one in run.onsets if one.seat == seat}
    found: dict[str, Frequency] = {}
    for kind in {**rates, **acts}:
        one = Frequency("", kind, 1, int(kind in first), acts[kind])
        if kind in rates:
            one.acts, one.chances = rates[kind]
        if kind in first:
            one.days = [first[kind]]
        if kind in onsets:
            one.again, one.later = onsets[kind].taken, onsets[kind].later
        found[kind] = one
    return found


def add(known: Frequency, one: Frequency) -> None:
    """Count another run."""
    known.runs += one.runs
    known.shown += one.shown
    known.acts += one.acts
    if one.chances is not None:
        known.chances = (known.chances or 0) + one.chances
    known.days += one.days
    known.again += one.again
    known.later += one.later


@dataclass(frozen=True, slots=True)
class Thoughts:
    """How much of a player's reasoning can be read, and what it shows of knowing."""

    player: str
    seen: Visibility
    shares: Mapping[Flag, Share]


def thoughts(runs: Iterable[Run]) -> list[Thoughts]:
    """Of every model; a scripted player has no reasoning and is left out."""
    seen: dict[str, Visibility] = {}
    signs: defaultdict[str, list[Knowing]] = defaultdict(list)
    for run in runs:
        for seat, one in run.visible.items():
            player = run.players[seat]
            known = seen.get(player, Visibility(0, 0, 0))
            seen[player] = Visibility(
                known.calls + one.calls,
                known.with_reasoning + one.with_reasoning,
                known.redacted + one.redacted,
            )
        for sign in run.knowing:
            signs[run.players[sign.incident.seat]].append(sign)
    return [
        Thoughts(player, one, shares(signs[player]))
        for player, one in seen.items()
        if one.calls
    ]
