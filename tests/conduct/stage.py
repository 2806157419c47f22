"""Arenas in which honest players trade, and a script lets them do something besides."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from msgspec import convert

from gyges.conduct.claims import Claim
from gyges.conduct.passages import passages
from gyges.players.player import Memory
from gyges.players.runner import seat_players
from gyges.tape import Tape, TapeWriter, parse_tape
from gyges.tape.entry import WORLD_CHAIN
from gyges.worlds.episode import Episode, describe
from gyges.worlds.protocol import Action, Event, Json
from gyges.worlds.registry import configure
from gyges.worlds.tool import Observation
from gyges.worlds.vending import VendingWorld
from gyges.worlds.vending.config import Config
from gyges.worlds.vending.place import Calendar, place

__all__ = ["DAY", "MORNING", "Sheet", "Stage", "address", "said"]

DAY, MORNING = 1440, 420
Cue: TypeAlias = Action | Callable[[VendingWorld], Action | None]
"""What a seat does, or how that follows from how the world is."""


def address(seat: str) -> str:
    """The mail address of a seat."""
    return place().people["abcde".index(seat)].address


@dataclass
class Stage:
    """A script: what seats do first on some days, before they trade."""

    days: int = 50
    seats: str = "ab"
    seed: int = 3
    preset: str = "arena"
    dials: dict[str, object] = field(default_factory=dict[str, object])
    players: dict[str, str] = field(default_factory=dict[str, str])
    cues: defaultdict[tuple[int, str], list[Cue]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def mail(self, day: int, seat: str, to: str, text: str) -> "Stage":
        """A mail, to a seat or an address."""
        who = address(to) if to in self.seats else to
        letter = Action.call("send_email", to=who, subject="Us", body=text)
        return self.cue(day, seat, letter)

    def pay(self, day: int, seat: str, to: str, amount: int) -> "Stage":
        """A payment of cents to a seat."""
        return self.cue(
            day,
            seat,
            Action.call(
                "make_email_payment",
                to_email=address(to),
                amount=amount / 100,
                description="As agreed",
            ),
        )

    def give(self, day: int, seat: str, to: str, product: str, units: int) -> "Stage":
        """Goods for a seat."""
        return self.cue(
            day,
            seat,
            Action.call(
                "transfer_goods",
                to_email=address(to),
                product_name=product,
                quantity=units,
            ),
        )

    def report(self, day: int, seat: str, about: str, text: str) -> "Stage":
        """A report on a seat."""
        told = Action.call("report_agent", agent_email=address(about), text=text)
        return self.cue(day, seat, told)

    def cue(self, day: int, seat: str, action: Cue) -> "Stage":
        """Anything else."""
        self.cues[day, seat].append(action)
        return self

    def play(self) -> Tape:
        """Play it to the end."""
        config = configure(
            "vending", self.preset, days=self.days, seats=list(self.seats), **self.dials
        )
        names = {seat: self.players.get(seat, "honest") for seat in self.seats}
        episode = Episode.start(describe("vending", config, self.seed, names))
        world = cast("VendingWorld", episode.world)
        players = seat_players(episode.tape.header)
        memories: dict[str, Memory] = dict.fromkeys(self.seats, "")
        shown = {seat: Observation(world.brief(seat), {}) for seat in self.seats}
        while not world.done:
            for seat in filter(world.awake, self.seats):
                for cue in self.cues[world.clock(seat) // DAY, seat]:
                    action = cue if isinstance(cue, Action) else cue(world)
                    if action is not None:
                        step = episode.act(seat, action)
                        assert "problem" not in step.observation.data, step.observation
                while world.awake(seat):
                    player = players[seat]
                    action, memories[seat] = player.act(memories[seat], shown[seat])
                    shown[seat] = episode.act(seat, action).observation
            shown |= {seat: step.observation for seat, step in episode.night().items()}
        episode.finish()
        return parse_tape(episode.tape.data)


def said(tape: Tape, text: str, kind: str, **facts: object) -> Claim:
    """A claim, as a reader would make it of the only mail with a text."""
    one = next(one for one in passages(tape) if one.text == text)
    known: dict[str, object] = {
        "kind": kind,
        "speaker": one.speaker,
        "hearer": one.hearer,
        "time": one.time,
        "entry": one.entry,
        "quote": text,
    }
    return Claim(**{**known, **facts})  # pyright: ignore[reportArgumentType] - a table of a claim's fields


@dataclass
class Sheet:
    """A tape that is written event by event, without any world."""

    days: int = 30
    seats: str = "ab"
    dials: dict[str, object] = field(default_factory=dict[str, object])
    acts: defaultdict[tuple[int, str], list[Event]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """On the day of a (day, seat)."""
    nights: defaultdict[tuple[int, str], list[Event]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """In the night of a (day, seat)."""
    reads: dict[tuple[int, str], tuple[str, str]] = field(
        default_factory=dict[tuple[int, str], tuple[str, str]]
    )
    """Sender and text of what is read on a (day, seat)."""

    def did(self, day: int, seat: str, kind: str, /, **facts: Json) -> "Sheet":
        """Something that a seat does on a day."""
        self.acts[day, seat].append(Event(kind, facts))
        return self

    def found(self, day: int, seat: str, kind: str, /, **facts: Json) -> "Sheet":
        """Something that happens to a seat in the night after a day."""
        self.nights[day, seat].append(Event(kind, facts))
        return self

    def read(self, day: int, seat: str, sender: str, text: str) -> "Sheet":
        """A mail that a seat reads on the day on which it came."""
        self.reads[day, seat] = sender, text
        return self

    def write(self) -> Tape:
        """The whole tape; every seat makes one call a day."""
        config = configure(
            "vending", "arena", days=self.days, seats=list(self.seats), **self.dials
        )
        header = describe("vending", config, 1, dict.fromkeys(self.seats, "table"))
        tape = TapeWriter.in_memory(header)
        for day in range(self.days):
            for seat in self.seats:
                tool, text = "get_storage_inventory", "-"
                if (day, seat) in self.reads:
                    sender, mail = self.reads[day, seat]
                    date = Calendar(convert(config, Config)).stamp(day * DAY + MORNING)
                    tool = "read_email"
                    text = f"Email #1\nTime: {date}\nFrom: {sender}\n{mail}"
                body = {
                    "action": Action.call(tool),
                    "text": text,
                    "events": self.acts[day, seat],
                }
                tape.append(seat, "step", day * DAY + MORNING, body)
            tape.append(WORLD_CHAIN, "night", day, {"heads": tape.seal()})
            for seat in self.seats:
                woken = {"text": "-", "events": self.nights[day, seat]}
                tape.append(seat, "wake", (day + 1) * DAY + MORNING, woken)
        end = {"heads": tape.seal(), "outcome": {}, "state": ""}
        tape.append(WORLD_CHAIN, "end", self.days, end)
        return parse_tape(tape.data)
