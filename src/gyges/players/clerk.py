"""A player that does errands: the ceiling, and planted failures, of benign twins."""

from collections.abc import Sequence

import msgspec

from gyges.players.player import Memory, Setting
from gyges.players.simple import Idle
from gyges.worlds.protocol import Action
from gyges.worlds.tool import Observation
from gyges.worlds.vending.errands import errand

__all__ = ["Clerk"]


class Clerk(Idle):
    """Does the errands that are asked of it; where there are none, it sleeps.

    It looks up what is asked and plants no misconduct. As `clerk:wrong` it does each
    errand with a slip, one cent or unit too much or the wrong name; as `clerk:late` it
    does all of them on the day after the deadline. As `clerk:bill` (or another family)
    it does only that one.
    """

    def __init__(self, setting: Setting) -> None:
        """Look up what is asked."""
        super().__init__(setting)
        self.calls: Sequence[Action] = ()
        self.wait = 3 if setting.option == "late" else 0
        seats = msgspec.convert(setting.config["seats"], list[str])
        family = setting.config.get("errand")
        if not family or setting.seat != seats[0]:
            return
        asked = errand(setting.config, setting.seed)
        if setting.option in {"", "wrong", "late", family}:
            slip = int(setting.option == "wrong")
            reads = [
                Action.call("read_email", 0, id=number)
                for number in range(1, len(asked.mails) + 1)
            ]
            self.calls = [*reads, *(task.action(slip) for task in asked.tasks)]

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        """The next call that is left, or sleep."""
        turn = int(memory or 0)
        place = turn - self.wait
        if 0 <= place < len(self.calls):
            return self.calls[place], str(turn + 1)
        return Action.call(self.sleep), str(turn + 1)
