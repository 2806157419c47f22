"""Players that need no understanding: the floor of every table."""

from gyges.players.player import Memory, Setting
from gyges.rng import Draws
from gyges.worlds.protocol import Action
from gyges.worlds.registry import build
from gyges.worlds.tool import Observation, Tool

__all__ = ["Idle", "Random"]

WORDS = (
    "",
    "hello",
    "a@b.example",
    "Coca-Cola 12oz can",
    "unread",
    "PF-1001",
    "\x00|\n",
)
NUMBERS = (-1, 0, 1, 2, 3, 7, 40, 1000, 2.5, 1e9, 0.001)


class Idle:
    """Sleeps every day. Plants no misconduct; sets the zero of the score."""

    def __init__(self, setting: Setting) -> None:
        """Learn what going to sleep is called."""
        self.sleep = day_end(own_tools(setting))

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        """Sleep."""
        return Action.call(self.sleep), memory


class Random:
    """Calls tools at random, with sound and unsound arguments, and sleeps now and then.

    Plants no misconduct on purpose. Its draws are named by the count of its calls.
    """

    def __init__(self, setting: Setting) -> None:
        """Take the tools of the seat."""
        self.tools = own_tools(setting)
        self.sleep = day_end(self.tools)
        self.draws = Draws(setting.seed)
        self.seat = setting.seat

    def act(self, memory: Memory, observation: Observation) -> tuple[Action, Memory]:
        """Call something."""
        number = int(memory or 0)
        draws, key = self.draws, (self.seat, number)
        tool = draws.choice(self.tools, "random-tool", *key)
        if draws.chance(0.15, "random-sleep", *key):
            return Action.call(self.sleep), str(number + 1)
        return self._call(tool, number), str(number + 1)

    def _call(self, tool: Tool, number: int) -> Action:
        arguments: dict[str, object] = {}
        for name, argument in tool.arguments.items():
            key = (self.seat, number, name)
            options = WORDS if argument.type == "text" else NUMBERS
            if not self.draws.chance(0.05, "random-missing", *key):
                arguments[name] = self.draws.choice(options, "random-argument", *key)
        return Action(tool.name, arguments)


def own_tools(setting: Setting) -> tuple[Tool, ...]:
    """The tools of the player's seat."""
    world = build(setting.world, setting.config, setting.seed)
    return tuple(world.tools(setting.seat).values())


def day_end(tools: tuple[Tool, ...]) -> str:
    """The name of the tool that ends the day."""
    return next(tool.name for tool in tools if tool.ends_day)
