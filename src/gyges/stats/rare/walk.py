"""A process whose rate is known: what splitting is tried on.

A walk starts at 1, rises with a given chance at each step, and is over at 0 or at the
goal. It needs nothing but a position, so all that splitting asks of a process can be
read here in a few lines.
"""

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.interval import check_share, check_whole

__all__ = ["Walk", "walk_rate"]


class Walk:
    """One walk; the event is to reach the goal."""

    __slots__ = ("_draws", "_steps", "_up", "at", "goal")

    def __init__(self, draws: Draws, up: float, goal: int) -> None:
        """Begin at 1.

        Args:
            draws: its seed and branch name every step.
            up: chance to rise at a step.
            goal: where the event is, 2 or more.

        Raises:
            DataError: a chance outside 0 to 1, or a goal below 2.
        """
        check_share("up", up)
        check_whole("goal", goal, 2)
        self.at = 1
        self.goal = goal
        self._up = up
        self._draws = draws
        self._steps = 0

    @property
    def score(self) -> float:
        """How high it is."""
        return float(self.at)

    @property
    def done(self) -> bool:
        """Whether it has reached an end."""
        return self.at in {0, self.goal}

    @property
    def hit(self) -> bool:
        """Whether it has reached the goal."""
        return self.at == self.goal

    def step(self) -> None:
        """Rise or fall by one."""
        self._steps += 1
        up = self._draws.chance(self._up, "walk", self._steps)
        self.at += 1 if up else -1

    def fork(self, branch: int) -> "Walk":
        """A walk from here, with the luck of another branch."""
        twin = Walk(Draws(self._draws.seed, branch), self._up, self.goal)
        twin.at, twin._steps = self.at, self._steps
        return twin


def walk_rate(up: float, goal: int, at: int = 1) -> float:
    """The rate at which walks reach the goal: (1 - r^at) / (1 - r^goal), r = (1-P)/P.

    Args:
        up: P, the chance to rise at a step.
        goal: where the event is.
        at: where the walk begins.

    Raises:
        DataError: a chance outside 0 to 1, or a start that is not between 0 and the
            goal.
    """
    check_share("up", up)
    if not 0 <= at <= goal or goal < 1:
        msg = f"a walk from {at!r} to {goal!r}; it must begin between 0 and the goal"
        raise DataError(msg)
    ratio = (1 - up) / up
    if ratio == 1:
        return at / goal
    return (1 - ratio**at) / (1 - ratio**goal)
