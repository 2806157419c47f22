"""An episode: a world and its tape, driven together by every runner.

The direct runner, the Inspect agents and the play page all act through an `Episode`, so
the same play leaves the same tape whoever drives. A resumed episode plays back what its
tape holds (see `gyges.tape.writer`); the driver asks `heard` for what a model already
said before it pays for saying it again.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import msgspec

import gyges
from gyges.errors import ReplayError, TapeError
from gyges.tape import WORLD_CHAIN, Entry, Header, Tape, TapeWriter, read_tape
from gyges.worlds.protocol import Action, Json, Outcome, Step, World
from gyges.worlds.registry import build, content_hashes

__all__ = ["Episode", "demand_same_content", "describe", "replay"]


class Episode:
    """A run in progress: what is done to the world is written to the tape."""

    def __init__(self, world: World, tape: TapeWriter) -> None:
        """Use `start`, `resume` or `replay`."""
        self.world = world
        self.tape = tape
        self.nights = 0
        self.moves = 0
        self._branches = list(tape.header.forks)
        """Forks of the tape's past that the world has still to go through."""

    @classmethod
    def start(cls, header: Header, path: Path | str | None = None) -> "Episode":
        """Build the world a header describes and begin its tape.

        Args:
            header: see `describe`.
            path: a new file; without it the tape is kept in memory.
        """
        world = build(header.world, header.config, header.seed)
        make = TapeWriter.in_memory(header) if path is None else None
        return cls(world, make or TapeWriter.create(str(path), header))

    @classmethod
    def resume(cls, path: Path | str) -> "Episode":
        """Go on with a tape that was cut short.

        The world starts anew; drive it as before and it catches up with the record.

        Raises:
            TapeError: the tape is closed, in use, or of other content.
            BrokenTapeError: an entry was changed, removed or inserted.
        """
        tape = TapeWriter.resume(path)
        demand_same_content(tape.header)
        world = build(tape.header.world, tape.header.config, tape.header.seed)
        return cls(world, tape)

    def act(self, seat: str, action: Action) -> Step:
        """Carry out one action and record it, both in its storable form."""
        action = action.storable()
        self.branch_off()
        self.moves += 1
        t = self.world.clock(seat)
        step = self.world.act(seat, action)
        body = {"action": action, **_seen(step)}
        self.tape.append(seat, "step", t, body)
        return step

    def heard(self, seat: str) -> dict[str, object] | None:
        """What the seat's model said next according to the tape, if it says."""
        entry = self.tape.recorded(seat, "said")
        if entry is None:
            return None
        self.tape.skip(seat)
        return entry.body

    def said(self, seat: str, body: Mapping[str, object], *, sync: bool = True) -> None:
        """Record what a model said, at once and durably: it has been paid for.

        Args:
            seat: whose model.
            body: what it said.
            sync: without it the caller sees to `tape.sync` before anything is done with
                what was said.
        """
        self.tape.append(seat, "said", self.world.clock(seat), body)
        if sync:
            self.tape.sync()

    def voices(self) -> dict[str, dict[str, object]]:
        """The readings and wordings of this night that the tape already holds."""
        found: dict[str, dict[str, object]] = {}
        while entry := self.tape.recorded(WORLD_CHAIN, "voice"):
            self.tape.skip(WORLD_CHAIN)
            found[str(entry.body["id"])] = entry.body
        return found

    def voiced(self, body: Mapping[str, object]) -> None:
        """Record a model's reading or wording (it has an `id`), durably."""
        self.tape.append(WORLD_CHAIN, "voice", self.nights, body)
        self.tape.sync()

    def night(
        self,
        readings: Mapping[str, Json] | None = None,
        wordings: Mapping[str, str] | None = None,
    ) -> Mapping[str, Step]:
        """Resolve the day for all seats: seal it, and record what each wakes to."""
        self.branch_off()
        self.world.drafts(readings or {})
        body: dict[str, object] = {"heads": self.tape.seal()}
        if readings:
            body["readings"] = readings
        if wordings:
            body["wordings"] = wordings
        self.tape.append(WORLD_CHAIN, "night", self.nights, body)
        self.moves += 1
        self.nights += 1
        steps = self.world.night(wordings or {})
        for seat, step in steps.items():
            self.tape.append(seat, "wake", self.world.clock(seat), _seen(step))
        return {seat: step for seat, step in steps.items() if not step.parked}

    def finish(self) -> Mapping[str, Outcome]:
        """Record the outcome and close the tape."""
        self.branch_off()
        outcome = self.world.outcome()
        body = {
            "heads": self.tape.seal(),
            "outcome": outcome,
            "state": self.world.digest(),
        }
        self.tape.append(WORLD_CHAIN, "end", self.nights, body)
        self.tape.sync()
        self.tape.close()
        return outcome

    def fork(self, branch: int, path: Path | str | None = None) -> "Episode":
        """A second episode from this point on, on a tape of its own.

        Args:
            branch: another number redraws all that follows; the same replays it.
            path: a new file; without it the new tape is kept in memory.
        """
        header = msgspec.structs.replace(
            self.tape.header,
            forks=(*self.tape.header.forks, (self.moves, branch)),
        )
        tape = (
            TapeWriter.in_memory(header)
            if path is None
            else TapeWriter.create(path, header)
        )
        for entry in self.tape.written:
            sealed = {"heads": tape.seal()} if entry.kind == "night" else {}
            tape.append(entry.seat, entry.kind, entry.t, {**entry.body, **sealed})
        twin = Episode(self.world.fork(branch), tape)
        twin.nights, twin.moves = self.nights, self.moves
        twin._branches = []
        return twin

    @property
    def branch(self) -> int:
        """The branch whose draws are in force now."""
        forks = self.tape.header.forks
        past = [branch for moves, branch in forks if moves <= self.moves]
        return past[-1] if past else 0

    def branch_off(self) -> None:
        """Go over into the branch that is due: `world` is another object then."""
        while self._branches and self._branches[0][0] <= self.moves:
            self.world = self.world.fork(self._branches.pop(0)[1])


def describe(
    world: str,
    config: Mapping[str, object],
    seed: int,
    players: Mapping[str, str],
    **notes: str,
) -> Header:
    """The header of a new tape."""
    return Header(
        world=world,
        preset=str(config.get("preset", "")),
        seed=seed,
        config=dict(config),
        content=content_hashes(world),
        players=dict(players),
        gyges=gyges.__version__,
        notes=notes,
    )


def replay(tape: Tape | Path | str) -> World:
    """Rebuild the world from a tape, holding every entry against the record.

    Raises:
        ReplayError: the world does not do what the tape says; the entry is named.
        TapeError: the tape was made with other content.
        BrokenTapeError: an entry was changed, removed or inserted.
    """
    if not isinstance(tape, Tape):
        tape = read_tape(tape)
    demand_same_content(tape.header)
    header = tape.header
    episode = Episode(
        build(header.world, header.config, header.seed), TapeWriter.check(tape)
    )
    for entry in tape.entries[1:]:
        _redo(episode, entry)
    if episode.tape.behind:
        msg = "the tape holds more than replaying gives: entries were added to it"
        raise ReplayError(msg)
    return episode.world


def demand_same_content(header: Header) -> None:
    """Refuse to go on with other words and numbers than those that were recorded.

    Raises:
        TapeError: naming the package whose content differs.
    """
    for package, digest in content_hashes(header.world).items():
        if header.content.get(package) != digest:
            msg = (
                f"the tape was made by gyges {header.gyges} with {package} content"
                f" {header.content.get(package)!r}; installed is {gyges.__version__}"
                f" with {digest!r}: install the version that made it"
            )
            raise TapeError(msg)


def _redo(episode: Episode, entry: Entry) -> None:
    body = entry.body
    if entry.kind == "step":
        action = msgspec.convert(body["action"], Action)
        if not episode.world.awake(entry.seat):
            msg = f"entry {entry.n} of seat {entry.seat!r} acts while it sleeps"
            raise ReplayError(msg)
        episode.act(entry.seat, action)
    elif entry.kind == "night":
        episode.night(
            cast("Mapping[str, Json]", body.get("readings", {})),
            msgspec.convert(body.get("wordings", {}), dict[str, str]),
        )
    elif entry.kind == "end":
        episode.finish()
    elif entry.kind in {"said", "voice"}:
        episode.tape.skip(entry.seat)


def _seen(step: Step) -> dict[str, object]:
    observation = step.observation
    seen: dict[str, object] = {"text": observation.text, "min": observation.minutes}
    if step.events:
        seen["events"] = step.events
    return seen
