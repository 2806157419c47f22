"""A run of several seats: one clock, one world, one tape.

Each seat is one long-lived task, so the seats of a day wait for their models at the
same time. Nothing that a seat does before the night is seen by another, and the night
falls when all have parked: so what comes of a day does not depend on which model was
faster.

A seat whose model fails for good forfeits its day, as long as another seat has lived
its own to the end; if none has, nobody is left to go on for, and the run stops, to be
resumed when the models are back.
"""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Protocol

import anyio
from inspect_ai.util import span

from gyges.evals.seat import ModelFailedError, Purse
from gyges.evals.voice import Voice
from gyges.worlds.episode import Episode
from gyges.worlds.protocol import Step

__all__ = ["Conductor", "Sitter"]


class Sitter(Protocol):
    """Whoever has a seat: a model (`gyges.evals.seat.Seat`), or somebody beside it."""

    name: str

    async def live_a_day(self) -> None:
        """Act until asleep, out of the run, or stopped."""
        ...

    def sleep(self) -> None:
        """Go to bed, having been stopped."""
        ...

    def forfeit(self, told: str) -> None:
        """Go to bed, having failed."""
        ...

    @property
    def asleep(self) -> bool:
        """Whether it has gone to sleep by itself, so that there is who to go on for."""
        ...

    def wake(self, step: Step) -> None:
        """See what the night brought."""
        ...


class Conductor:
    """Owns the clock: lets seats live their day, and lets the night fall."""

    def __init__(
        self, episode: Episode, seats: Sequence[Sitter], purse: Purse, voice: Voice
    ) -> None:
        """Take the seats in their fixed order."""
        self.episode = episode
        self.seats: Mapping[str, Sitter] = {seat.name: seat for seat in seats}
        self.voice = voice
        self._purse = purse
        self._morning = anyio.Event()
        self._all_quiet = anyio.Event()
        self._busy: set[str] = set()
        self._errors: dict[str, Exception] = {}
        """What stopped a seat; under "" what stopped the night."""
        self._failed: dict[str, ModelFailedError] = {}
        """Seats whose models failed today."""
        self._over = False

    async def run(self) -> bool:
        """Play to the end; gives whether it was reached (else the tape stays open).

        Raises:
            Exception: what stopped a seat (of several, the first in seat order), after
                the others have ended their day.
        """
        async with anyio.create_task_group() as group:
            self._begin_day()
            for seat in self.seats.values():
                group.start_soon(self._live, seat)
            while not self._over:
                await self._all_quiet.wait()
                await self._night()
        self._raise_first()
        if self._purse.empty and not self.episode.world.done:
            return False
        self.episode.finish()
        return True

    def _raise_first(self) -> None:
        failed = {name: error.cause or error for name, error in self._failed.items()}
        errors = {**failed, **self._errors}
        for name in ("", *self.seats):
            if name in errors:
                raise errors[name]

    async def _live(self, seat: Sitter) -> None:
        """A seat's life, day by day."""
        world = self.episode.world
        async with self._seat_span(seat):
            while not self._over:
                morning = self._morning
                # One that is out, or is not there yet, sleeps through the day.
                if world.awake(seat.name):
                    await self._live_a_day(seat)
                    self._rest(seat.name)
                await morning.wait()

    async def _live_a_day(self, seat: Sitter) -> None:
        try:
            async with span(f"day {self.episode.nights + 1}", type="day"):
                await seat.live_a_day()
        except ModelFailedError as failed:
            self._failed[seat.name] = failed
        except Exception as error:  # noqa: BLE001 - raised again by `run`
            self._errors[seat.name] = error

    def _seat_span(self, seat: Sitter) -> AbstractAsyncContextManager[None]:
        if len(self.seats) == 1:
            return nullcontext()
        return span(f"seat {seat.name}", type="agent")

    def _begin_day(self) -> None:
        self._all_quiet = anyio.Event()
        self._busy = {name for name in self.seats if self.episode.world.awake(name)}
        if not self._busy:
            self._all_quiet.set()

    def _rest(self, name: str) -> None:
        self._busy.discard(name)
        if not self._busy:
            self._all_quiet.set()

    async def _night(self) -> None:
        """Let the night fall, once all seats are quiet, and wake them."""
        world = self.episode.world
        stopped = [seat for seat in self.seats.values() if world.awake(seat.name)]
        asleep = any(seat.asleep for seat in self.seats.values())
        if self._errors or (stopped and (self._purse.empty or not asleep)):
            self._stop()
            return
        for seat in stopped:
            failed = self._failed.pop(seat.name, None)
            seat.forfeit(failed.told) if failed else seat.sleep()
        try:
            readings, wordings = await self.voice.speak(self.episode)
        except Exception as error:  # noqa: BLE001 - raised again by `run`
            self._errors[""] = error
            self._stop()
            return
        for name, step in self.episode.night(readings, wordings).items():
            self.seats[name].wake(step)
        self._begin_day()
        if world.done:
            self._stop()
            return
        self._wake_all()

    def _stop(self) -> None:
        self._over = True
        self._wake_all()

    def _wake_all(self) -> None:
        self._morning.set()
        self._morning = anyio.Event()
