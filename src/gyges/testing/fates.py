"""Checks of randomness: what is drawn may not depend on what a player does."""

import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from gyges.players import Memory, Player
from gyges.players.hostile import TAINT
from gyges.rng import Draws
from gyges.testing.case import Case, Run
from gyges.worlds.protocol import Action
from gyges.worlds.tool import Observation

__all__ = ["Recorder", "draws_ignore_players", "recording"]

COUNTED = re.compile(r"PF-\d+")
"""Numbers that the world gives out in the order of what players do."""


@dataclass
class Recorder:
    """The names of everything that was drawn while it was on, with the bits."""

    names: dict[tuple[int, str, str], int] = field(
        default_factory=dict[tuple[int, str, str], int]
    )
    """By (branch, stream, key)."""
    twice: list[str] = field(default_factory=list[str])
    """Names that meant two values."""
    on: bool = True

    def take(self, draws: Draws, name: tuple[str, ...], bits: int) -> None:
        """Take note of a draw."""
        full = (draws.branch, name[0], "/".join(name[1:]))
        if self.on and self.names.setdefault(full, bits) != bits:
            self.twice.append(str(full))


@contextmanager
def recording() -> Generator[Recorder]:
    """Record every draw made inside the block."""
    recorder, original = Recorder(), Draws.bits

    def bits(self: Draws, stream: str, *key: int | str) -> int:
        value = original(self, stream, *key)
        recorder.take(self, (stream, *map(str, key)), value)
        return value

    Draws.bits = bits
    try:
        yield recorder
    finally:
        Draws.bits = original


def draws_ignore_players(case: Case) -> Iterator[str]:
    """Different players of one seed meet the same fates, drawn under pure names."""
    fresh = case.maker.fates(case.build())
    known: dict[tuple[int, str, str], int] = {}
    for player in case.players:
        with recording() as recorder:
            run, letters = drive(case, player, recorder)
        fates = case.maker.fates(run.world)
        for name in sorted(fresh.keys() | fates.keys()):
            if fresh.get(name) != fates.get(name):
                yield f"{player}: {name} of this seed depends on who plays"
        yield from (f"{player}: {name} was drawn twice" for name in recorder.twice)
        for name, bits in recorder.names.items():
            if known.setdefault(name, bits) != bits:
                yield f"{player}: {name} is another draw than for other players"
            if problem := impurity(name, letters):
                yield f"{player}: the draw {name} {problem}"


@dataclass(frozen=True)
class Unrecorded:
    """A player whose own draws are not recorded."""

    player: Player
    recorder: Recorder

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        """Decide as the player does."""
        self.recorder.on = False
        try:
            return self.player.act(memory, observation)
        finally:
            self.recorder.on = True


def drive(case: Case, player: str, recorder: Recorder) -> tuple[Run, set[str]]:
    """Play a run, recording the world's draws and not the players'."""
    recorder.on = False
    run = case.start(player)
    run.players = {seat: Unrecorded(one, recorder) for seat, one in run.players.items()}
    recorder.on = True
    letters: set[str] = set()
    while not run.world.done:
        for seat in run.world.seats:
            while run.world.awake(seat):
                run.act(seat)
        letters |= {letter.id for letter in run.world.letters()}
        run.day()
    return run, letters


def impurity(name: tuple[int, str, str], letters: set[str]) -> str:
    """What is wrong with the name of a draw; empty if it depends on no player."""
    parts = name[2].split("/")
    if TAINT in name[2]:
        return "is named by a player's words"
    if COUNTED.search(name[2]):
        return "is named by a number that counts what players do"
    if letters.intersection(parts):
        return "is named by the number of a mail"
    return ""
