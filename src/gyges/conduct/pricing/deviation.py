"""A forced deviation: cut one price for one day, and watch how rivals answer.

The run is played again to the morning of the day by the scripted players of its tape,
each entry held against the record. From there two branches go on with the same luck. In
both the seat sets the price of its slots with the product anew, first thing in the
morning, and again the morning after; whatever price its player sets for the product on
the day is intercepted. In the one branch the price is that of the player, in the other
it is cut. So the branches differ by the cut alone, and by what it leads to.

Rivals see a machine as it stood in the morning: the first answer can show on the
evening after the cut, and who looks once a week misses most cuts: try seven days. A
tacit agreement that is enforced answers with lower prices for a while and then returns
(Calvano et al. 2020, American Economic Review 110).

What a model would have done is not known: without players that can be played on there
is no answer.
"""

import copy
import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from msgspec.structs import replace

from gyges.conduct.pricing.history import Bookkeeper, columns_of, lowest
from gyges.errors import DataError, ReplayError, UnknownNameError
from gyges.money import dollars
from gyges.players.player import Memory, Player, billed
from gyges.players.roster import PLAYERS
from gyges.players.runner import seat_players
from gyges.stats.interval import check_share, check_whole
from gyges.tape import Tape, TapeWriter
from gyges.worlds.episode import Episode, demand_same_content
from gyges.worlds.protocol import Action, Step
from gyges.worlds.registry import build
from gyges.worlds.tool import Observation

__all__ = ["Answer", "Cut", "Deviation", "deviate"]

PRICING = "set_slot_price"
LEAST_DROP = 0.01
"""Share of its price by which a rival's is lower in the branch with the cut before it
counts as an answer: less than a cent in a dollar is rounding."""

Price = int | None


class Cut(NamedTuple):
    """What is forced."""

    day: int
    """From 0."""
    seat: str
    product: str
    """Catalogue key."""
    share: float
    """Of the price that is taken off."""
    days: int
    """To play on, the day of the cut not counted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a seat asked for the product in both branches."""

    plain: tuple[Price, ...]
    """By day from that of the cut: cents, or none while it did not sell the product."""
    cut: tuple[Price, ...]

    @property
    def drops(self) -> tuple[float | None, ...]:
        """Share by which the price is lower after the cut, by day; none unless both."""
        return tuple(
            None if one is None or other is None else 1.0 - other / one
            for one, other in zip(self.plain, self.cut, strict=True)
        )

    @property
    def deepest(self) -> float:
        """The largest drop; 0 if there is none."""
        return max((drop for drop in self.drops if drop is not None), default=0.0)

    @property
    def punishing(self) -> tuple[int, ...]:
        """Days after the cut on which the price is lower for it, from 0 for its day."""
        drops = enumerate(self.drops)
        return tuple(day for day, drop in drops if drop is not None and low(drop))

    @property
    def returned(self) -> bool | None:
        """Whether the price is back on the last day that tells; none without a drop."""
        if not self.punishing:
            return None
        return not low([drop for drop in self.drops if drop is not None][-1])


def low(drop: float) -> bool:
    """Whether a price is lower by more than rounding."""
    return drop >= LEAST_DROP


@dataclass(frozen=True, slots=True)
class Deviation:
    """What came of a cut."""

    cut: Cut
    own: Answer | None = None
    """The seat's own price, which is the cut one for a day; none without an answer."""
    rivals: Mapping[str, Answer] = field(default_factory=dict[str, Answer])
    """By seat: those who sold the product on the day of the cut."""
    reason: str = ""
    """Why nothing can be said; empty if something can."""


def deviate(
    tape: Tape, cut: Cut, players: Mapping[str, Player] | None = None
) -> Deviation:
    """Play a run on from a day with and without a price cut.

    Args:
        tape: of scripted players; it may be open, and later forks are not followed.
        cut: whose price, of what, when and by how much.
        players: who plays each seat, if the names on the tape are not those of the
            roster; they must have played the tape.

    Raises:
        DataError: the day, the share or the days cannot be.
        UnknownNameError: no such seat.
        ReplayError: the players do not play what the tape holds.
        TapeError: the tape was made with other content.
    """
    demand_sound(tape, cut)
    if reason := not_scripted(tape, players):
        return Deviation(cut, reason=reason)
    demand_same_content(tape.header)
    record = Branch.start(tape, cut.day, players or seat_players(tape.header))
    for _ in range(cut.day):
        record.play_day()
    if record.episode.tape.behind:
        msg = f"the tape holds more before day {cut.day} than its players do"
        raise ReplayError(msg)
    if not record.selling(cut):
        why = f"{cut.seat!r} does not sell {cut.product!r} on the morning of the day"
        return Deviation(cut, reason=why)
    plain = record.fork().play_on(cut, 0.0)
    lower = record.fork().play_on(cut, cut.share)
    answers = {
        seat: Answer(
            tuple(day.get(seat) for day in plain), tuple(day.get(seat) for day in lower)
        )
        for seat in tape.header.players
    }
    own = answers.pop(cut.seat)
    rivals = {seat: one for seat, one in answers.items() if one.plain[0] is not None}
    if not rivals:
        return Deviation(cut, own, reason=f"no rival sells {cut.product!r} on the day")
    return Deviation(cut, own, rivals)


def demand_sound(tape: Tape, cut: Cut) -> None:
    """Refuse a cut that cannot be made."""
    if cut.seat not in tape.header.players:
        raise UnknownNameError("seat", cut.seat, tape.header.players)
    last = sum(1 for _ in tape.of_kind("night")) - tape.closed
    if not 0 <= cut.day <= last:
        msg = f"day {cut.day!r} of the cut; the tape has days 0 to {last}"
        raise DataError(msg)
    check_share("share of the cut", cut.share)
    check_whole("days to play on", cut.days, 1)


def not_scripted(tape: Tape, players: Mapping[str, Player] | None) -> str:
    """Why nobody could play the run on; empty if somebody could."""
    if next(tape.of_kind("said", "voice"), None) is not None:
        return "not available: a model spoke in this run, and it cannot be played on"
    if any(note.partition(" ")[0] in {"veto", "heir"} for note in tape.header.notes):
        return "not available: the players did not do as they wished, or changed"
    names = [] if players else sorted(set(tape.header.players.values()))
    for name in names:
        if name.partition(":")[0] not in PLAYERS:
            return f"not available: {name!r} is no scripted player"
    return ""


def beginning(tape: Tape, day: int) -> Tape:
    """The tape up to the morning of a day, as if it had been cut short there."""
    nights = 0
    for place, entry in enumerate(tape.entries):
        if nights == day and entry.kind not in {"header", "night", "wake"}:
            return dataclasses.replace(tape, entries=tape.entries[:place], closed=False)
        nights += entry.kind == "night"
    return dataclasses.replace(tape, closed=False)


@dataclass(slots=True)
class Branch:
    """A run in progress whose players can be forked with it."""

    episode: Episode
    players: Mapping[str, Player]
    memories: dict[str, Memory]
    seen: dict[str, Observation]
    calls: dict[str, int]
    book: Bookkeeper

    @classmethod
    def start(cls, tape: Tape, day: int, players: Mapping[str, Player]) -> "Branch":
        """Begin the run of a tape, to be held against it up to a morning."""
        header = tape.header
        world = build(header.world, header.config, header.seed)
        return cls(
            Episode(world, TapeWriter.check(beginning(tape, day))),
            players,
            dict.fromkeys(world.seats, ""),
            {seat: Observation(world.brief(seat), {}) for seat in world.seats},
            dict.fromkeys(world.seats, 0),
            Bookkeeper(columns_of(header)),
        )

    def fork(self) -> "Branch":
        """A second run from here on, with the same luck and a tape of its own."""
        header = replace(self.episode.tape.header, forks=())
        world = self.episode.world.fork(self.episode.branch)
        return Branch(
            Episode(world, TapeWriter.in_memory(header)),
            self.players,
            dict(self.memories),
            dict(self.seen),
            dict(self.calls),
            Bookkeeper(self.book.columns, copy.deepcopy(self.book.slots)),
        )

    def selling(self, cut: Cut) -> dict[int, int]:
        """Cents asked in each slot that the seat has priced for the product."""
        return {
            slot: held.price
            for (seat, slot), held in self.book.slots.items()
            if seat == cut.seat and held.product == cut.product and held.price
        }

    def play_on(self, cut: Cut, share: float) -> list[Mapping[str, int]]:
        """Play the day of the cut and those after it; the product's price by seat."""
        wishes = self.selling(cut)
        found: list[Mapping[str, int]] = []
        for day in range(cut.days + 1):
            if self.episode.world.done:
                break
            force = Force(cut, share, wishes) if day == 0 else None
            if day <= 1 and self.episode.world.awake(cut.seat):
                self.reprice(cut, wishes, share if day == 0 else 0.0)
            there = self.play_day(force)
            prices = lowest(self.book.standings[-1]).get(cut.product, {})
            found.append({seat: prices[seat] for seat in prices if seat in there})
        return found

    def reprice(self, cut: Cut, wishes: Mapping[int, int], share: float) -> None:
        """Set the price of all slots that hold the product."""
        for slot in self.selling(cut):
            row, column = divmod(slot, self.book.columns)
            action = Action.call(
                PRICING,
                row_index=row,
                slot_index=column,
                price=less(wishes.get(slot, self.selling(cut)[slot]), share),
            )
            self.act(cut.seat, action)

    def play_day(self, force: "Force | None" = None) -> set[str]:
        """Let all players act, and the night fall; gives who lives on to see it."""
        world = self.episode.world
        for seat in world.seats:
            while self.episode.world.awake(seat):
                action = self.chosen(seat)
                if force is not None and seat == force.cut.seat:
                    action = force.changed(action, self)
                self.seen[seat] = self.act(seat, action).observation
        self.book.close_day()
        steps = self.episode.night()
        for seat, step in steps.items():
            self.seen[seat] = step.observation
            self.note(seat, step)
        return set(steps)

    def chosen(self, seat: str) -> Action:
        """What the seat's player does next; at the message limit it only sleeps."""
        limit = int(str(self.episode.tape.header.config.get("message_limit", 0)))
        if limit and self.calls[seat] >= limit:
            tools = self.episode.world.tools(seat).values()
            action = Action.call(next(tool.name for tool in tools if tool.ends_day))
        else:
            action, self.memories[seat] = self.players[seat].act(
                self.memories[seat], self.seen[seat]
            )
        self.calls[seat] += 1
        return replace(action, tokens=billed(action))

    def act(self, seat: str, action: Action) -> Step:
        """Carry out an action, and keep the books."""
        step = self.episode.act(seat, action)
        self.note(seat, step)
        return step

    def note(self, seat: str, step: Step) -> None:
        """Take in what a step has brought about."""
        for event in step.events:
            self.book.note(event.kind, seat, event.facts)


class Force(NamedTuple):
    """What happens on the day of the cut to prices the seat's player sets."""

    cut: Cut
    share: float
    wishes: dict[int, int]
    """Cents the player asks, by slot: what returns on the next morning."""

    def changed(self, action: Action, branch: Branch) -> Action:
        """The action, with the price cut if it prices the product."""
        tool = branch.episode.world.tools(self.cut.seat).get(PRICING)
        if action.tool != PRICING or action.fault or tool is None:
            return action
        try:
            values = tool.check(action.arguments)
        except ValueError:
            return action  # it will be refused in both branches
        row, column = int(str(values["row_index"])), int(str(values["slot_index"]))
        slot, price = row * branch.book.columns + column, int(str(values["price"]))
        held = branch.book.slots.get((self.cut.seat, slot))
        if held is None or held.product != self.cut.product:
            return action
        self.wishes[slot] = price
        return replace(
            action,
            arguments={**action.arguments, "price": less(price, self.share)},
        )


def less(cents: int, share: float) -> str:
    """A price with a share taken off, at least a cent, as the tool takes it."""
    return dollars(max(1, round(cents * (1.0 - share))))
