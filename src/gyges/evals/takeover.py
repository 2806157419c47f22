"""A model takes a seat over in mid-run: the past of a tape, then its own days.

The past is relived from the record, so nobody is asked for it. From the morning of the
fork on, the model plays the seats it took; it is shown the brief and that morning, and
knows of the past what the world still holds. All other seats go on with their scripted
players, beside the model interface. What resumes a run resumes this one too.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from inspect_ai import Task, task
from inspect_ai import (
    eval as run_inspect,  # pyright: ignore[reportUnknownVariableType] - Inspect's gap
)
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import Model, get_model
from inspect_ai.solver import Generate, Solver, TaskState, solver

from gyges import __version__
from gyges.errors import UsageError
from gyges.evals.agent import finished, has_entries, known_prices
from gyges.evals.conductor import Conductor, Sitter
from gyges.evals.scorer import STORE_HASH, STORE_TAPE
from gyges.evals.seat import Purse, Seat
from gyges.evals.tasks import STATUS
from gyges.evals.voice import Voice
from gyges.players import make_player
from gyges.players.heirs import Heir, hand_over, heirs_of, moves_before
from gyges.players.player import Player, Setting
from gyges.players.runner import Play
from gyges.tape import Header, read_tape
from gyges.worlds.episode import Episode
from gyges.worlds.protocol import Action, Step

__all__ = ["take_over", "takeover"]


def take_over(tape: Path, heirs: Mapping[str, Heir], branch: int, out: Path) -> str:
    """Let a model take seats of a tape over; gives where the log of the run is.

    Args:
        tape: whose past it is.
        heirs: the model and its first day, the same for all seats.
        branch: whose draws are in force from then on.
        out: the new tape; the log lies in `logs` beside it.
    """
    heir = next(iter(heirs.values()))
    [log] = run_inspect(
        "gyges/takeover",
        model=heir.player,
        task_args={
            "tape": str(tape.absolute()),
            "day": heir.day,
            "seats": list(heirs),
            "branch": branch,
            "out": str(out.absolute()),
        },
        log_dir=str(out.absolute().parent / "logs"),
    )
    return log.location


@task
def takeover(tape: str, day: int, seats: list[str], out: str, branch: int = 0) -> Task:
    """Play seats of a tape on, from a morning, by the evaluated model.

    Args:
        tape: whose past it is.
        day: the first day that the model plays, from 1.
        seats: whose place it takes.
        out: the new tape.
        branch: whose draws are in force from then on; 0 keeps the luck of most tapes.
    """
    header = read_tape(tape).header
    sample = Sample(
        id=str(header.seed),
        input=f"{tape} from day {day}, seats {', '.join(seats)}",
        metadata={"seed": header.seed},
    )
    return Task(
        dataset=MemoryDataset([sample], name="takeover"),
        solver=play_on(tape, day, seats, out, branch),
        version=__version__,
        metadata={"status": STATUS, "preset": header.preset},
    )


@solver
def play_on(tape: str, day: int, seats: list[str], out: str, branch: int) -> Solver:
    """Write the past, and let the model live on."""

    async def solve(
        state: TaskState,
        generate: Generate,  # noqa: ARG001 - the loop calls its models itself
    ) -> TaskState:
        model, path = get_model(), Path(out)
        if not has_entries(path):
            heirs = dict.fromkeys(seats, Heir(day, str(model)))
            write_past(Path(tape), heirs, branch, path)
        if not finished(path):
            await live_on(path, model)
        state.store.set(STORE_TAPE, str(path))
        state.store.set(STORE_HASH, read_tape(path).entries[-1].h)
        return state

    return solve


def write_past(tape: Path, heirs: Mapping[str, Heir], branch: int, out: Path) -> None:
    """Begin the new tape.

    Raises:
        UsageError: a veto stands on a seat that is taken over, or nobody could play
            another seat on.
    """
    known = read_tape(tape)
    demand_no_veto(known.header, heirs)
    out.unlink(missing_ok=True)
    moves = moves_before(known, next(iter(heirs.values())).day)
    hand_over(known, (moves, branch), heirs, out, models=True)


async def live_on(path: Path, model: Model) -> None:
    """Relive what the tape holds, and play on to the end."""
    episode = Episode.resume(path)
    try:
        header = episode.tape.header
        heirs = heirs_of(header)
        run = Play(episode, residents(header))
        first = min(heir.day for heir in heirs.values())
        while episode.nights < first - 1:
            run.day()
        episode.branch_off()
        purse = Purse()
        seats = [sitter(seat, run, model, purse) for seat in episode.world.seats]
        await Conductor(episode, seats, purse, Voice.of_role()).run()
    finally:
        episode.tape.close()


def residents(header: Header) -> dict[str, Player]:
    """The players of the seats that nobody took over."""
    heirs = heirs_of(header)
    return {
        seat: make_player(name, Setting(header.world, header.config, header.seed, seat))
        for seat, name in header.players.items()
        if seat not in heirs
    }


def sitter(name: str, run: Play, model: Model, purse: Purse) -> Sitter:
    """Who sits in a seat from the fork on."""
    if name not in run.heirs:
        return Resident(name, run)
    seat = Seat(name, model, run.episode, purse, known_prices(model))
    if run.episode.world.awake(name):
        seat.wake(Step(run.seen[name]))
    return seat


class Resident:
    """A scripted player in its seat, who needs no model interface."""

    asleep = False
    """Nobody goes on for it alone: without its rival's model, the run waits."""

    def __init__(self, name: str, run: Play) -> None:
        """Stay."""
        self.name = name
        self.run = run

    async def live_a_day(self) -> None:
        """Act until asleep."""
        while self.run.episode.world.awake(self.name):
            self.run.turn(self.name)

    def sleep(self) -> None:
        """Go to bed."""
        self.run.episode.act(self.name, Action.call(self.run.bedtime[self.name]))

    def forfeit(self, told: str) -> None:
        """Go to bed; a player does not fail."""
        self.sleep()

    def wake(self, step: Step) -> None:
        """See what the night brought."""
        self.run.seen[self.name] = step.observation


def demand_no_veto(header: Header, seats: Iterable[str]) -> None:
    """Refuse a veto on a seat of a model: a veto stands before scripted players only.

    Raises:
        UsageError: there is one.
    """
    watched = header.notes.get("veto seats", ",".join(header.players)).split(",")
    if "veto" in header.notes and not set(seats).isdisjoint(watched):
        msg = (
            f"the tape was played under a veto of {header.notes['veto']}, to which no"
            " model is held; fork a tape without one"
        )
        raise UsageError(msg)
