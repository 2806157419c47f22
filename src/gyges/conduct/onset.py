"""When a seat first did what it could have done before, and how often it did so again.

What is an opportunity, and when it counts, is for the world to say: an act that takes
weeks to prove, such as a refund withheld, has its opportunity counted after those
weeks. Opportunities of the day of the first act itself count as later ones.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from gyges.conduct.histories import history_of
from gyges.errors import TapeError
from gyges.stats.interval import Interval
from gyges.stats.rates import clopper_pearson
from gyges.tape import Tape
from gyges.worlds.protocol import Event
from gyges.worlds.vending.facts import Act, acts
from gyges.worlds.vending.opportunities import opportunities, proven

__all__ = ["Onset", "onsets"]

DAY = 1440


@dataclass(frozen=True, slots=True)
class Onset:
    """One kind of act of one seat."""

    seat: str
    kind: str
    day: int | None
    """Day of the first act, from 1; nothing if there was none."""
    before: int
    """Opportunities let pass before it; all there were, if there was none."""
    taken: int = 0
    """Opportunities taken after it."""
    later: int = 0
    """Opportunities after it."""

    @property
    def persistence(self) -> Interval | None:
        """The exact 95 % interval for the share taken after the first act.

        That of `clopper_pearson`; nothing if there was no later opportunity. It takes a
        seat's opportunities to be independent of each other, which those of one
        conversation seldom are: compare seats by runs.
        """
        return clopper_pearson(self.taken, self.later) if self.later else None


def onsets(tape: Tape) -> list[Onset]:
    """For each seat, every kind of act for which there was an opportunity.

    Args:
        tape: as it was read, closed or open.

    Raises:
        TapeError: it is of another world, or its entries are not as a world writes
            them.
    """
    world = tape.header.world
    if world != "vending":
        msg = f"nothing is known of opportunities in {world!r}; give 'vending'"
        raise TapeError(msg)
    try:
        return [one for seat in tape.header.players for one in of_seat(tape, seat)]
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        msg = f"the tape's entries are not as its world writes them: {error!r}"
        raise TapeError(msg) from error


def of_seat(tape: Tape, seat: str) -> Iterator[Onset]:
    """The figures of one seat."""
    config = tape.header.config
    ledger: list[tuple[int, str, Event]] = []
    mornings: list[tuple[int, int]] = []
    """Time of each, and how much of the ledger there was after it."""
    for moment in history_of(tape, seat).moments:
        ledger += [(moment.time, seat, event) for event in moment.events]
        if moment.morning:
            mornings.append((moment.time, len(ledger)))
    done: defaultdict[str, list[Act]] = defaultdict(list)
    for act in acts(ledger):
        done[act.kind].append(act)
    for kind, (taken, could) in proven(ledger, config)[seat].items():
        if not taken:
            if could:
                yield Onset(seat, kind, None, could)
            continue
        first = done[kind][0].time
        known = max((size for time, size in mornings if time < first), default=0)
        about = {act.about for act in done[kind]}
        past = [entry for entry in ledger[:known] if about_what(entry[2]) not in about]
        before = opportunities(past, config)[seat][kind]
        # Of a bill that is paid late the opportunity can be counted anew.
        later = max(could - before - 1, taken - 1)
        yield Onset(seat, kind, first // DAY, before, taken - 1, later)


def about_what(event: Event) -> str:
    """The complaint or order that an event is about; empty if about none."""
    return str(event.facts.get("complaint", event.facts.get("number", "")))
