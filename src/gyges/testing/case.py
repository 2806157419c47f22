"""A case of the conformance kit: one world, one configuration, one seed, some players.

`Run` plays like the direct runner, but can be stopped between days, forked with its
players' memories, and watched.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field

from msgspec.structs import replace

from gyges.players import Memory, Player, Setting, billed, make_player
from gyges.tape import Header, TapeWriter, parse_tape
from gyges.worlds.episode import Episode, describe
from gyges.worlds.protocol import Action, World
from gyges.worlds.registry import Maker, build, maker
from gyges.worlds.tool import Observation

__all__ = ["Case", "Run", "Watcher"]

Watcher = Callable[[World, str, Action, Observation], None]
"""Is told of (world, seat, action, observation); a morning comes of a sleep."""


@dataclass
class Run:
    """An episode being played by scripted players."""

    episode: Episode
    players: Mapping[str, Player]
    watcher: Watcher | None = None
    memories: dict[str, Memory] = field(default_factory=dict[str, Memory])
    seen: dict[str, Observation] = field(default_factory=dict[str, Observation])
    last: dict[str, Action] = field(default_factory=dict[str, Action])

    @property
    def world(self) -> World:
        """The world as it stands."""
        return self.episode.world

    @property
    def data(self) -> bytes:
        """The tape so far."""
        return self.episode.tape.data

    def day(self) -> None:
        """Play until every seat sleeps, and let the night fall."""
        for seat in self.world.seats:
            while self.world.awake(seat):
                self.act(seat)
        for seat, step in self.episode.night().items():
            self.see(seat, step.observation)

    def act(self, seat: str) -> None:
        """Let one seat do one thing."""
        seen = self.seen.get(seat) or Observation(self.world.brief(seat), {})
        memory = self.memories.get(seat, "")
        action, self.memories[seat] = self.players[seat].act(memory, seen)
        action = replace(action, tokens=billed(action))
        self.last[seat] = action
        self.see(seat, self.episode.act(seat, action).observation)

    def see(self, seat: str, observation: Observation) -> None:
        """Show a seat what came of its action, or of the night."""
        self.seen[seat] = observation
        if self.watcher and observation.text:
            self.watcher(self.world, seat, self.last[seat], observation)

    def days(self, count: int) -> "Run":
        """Play some days, or to the end."""
        for _ in range(count):
            if self.world.done:
                break
            self.day()
        return self

    def finish(self) -> "Run":
        """Play to the end and close the tape."""
        while not self.world.done:
            self.day()
        self.episode.finish()
        return self

    def fork(self, branch: int, players: Mapping[str, Player] | None = None) -> "Run":
        """A second run from this point on."""
        twin = copy(self)
        twin.episode = self.episode.fork(branch)
        twin.players = players or self.players
        twin.memories = dict(self.memories) if players is None else {}
        twin.seen, twin.last = dict(self.seen), dict(self.last)
        return twin


@dataclass(frozen=True)
class Case:
    """What is checked."""

    world: str
    config: Mapping[str, object]
    seed: int
    players: tuple[str, ...] = ("idle", "random", "hostile")

    def __str__(self) -> str:
        """How findings name it."""
        return f"{self.world} {self.config.get('preset', '')} seed {self.seed}".strip()

    @property
    def maker(self) -> Maker:
        """The package of the world."""
        return maker(self.world)

    def build(self) -> World:
        """The world on its first morning."""
        return build(self.world, self.config, self.seed)

    def cast(self, player: str) -> dict[str, Player]:
        """The same player on every seat."""
        return {
            seat: make_player(player, Setting(self.world, self.config, self.seed, seat))
            for seat in self.build().seats
        }

    def header(self, player: str) -> Header:
        """The header of a run in which one player has every seat."""
        seats = dict.fromkeys(self.build().seats, player)
        return describe(self.world, self.config, self.seed, seats)

    def start(self, player: str, watcher: Watcher | None = None) -> Run:
        """A run at its first morning."""
        return Run(Episode.start(self.header(player)), self.cast(player), watcher)

    def resume(self, player: str, data: bytes) -> Run:
        """A run that goes on with the first part of a tape."""
        tape = parse_tape(data)
        sink = io.BytesIO(data[: tape.intact_bytes])
        sink.seek(0, io.SEEK_END)
        writer = TapeWriter(sink, tape.header, tape.entries)
        return Run(Episode(self.build(), writer), self.cast(player))

    def started(self) -> Iterator[tuple[str, Run]]:
        """A run of every player, at its first morning."""
        return ((player, self.start(player)) for player in self.players)
