"""Bad input, tool by tool: an observation that helps, and nothing else changes."""

from collections.abc import Iterator
from dataclasses import dataclass

from gyges.players.hostile import TEXTS
from gyges.testing.case import Case
from gyges.worlds.protocol import Action, Step, World
from gyges.worlds.tool import Argument, Tool

__all__ = ["bad_arguments_change_nothing", "bad_calls", "odd_calls"]

MEGABYTE = 1_000_000
LONGEST_PROBLEM = 1000
"""Characters of an observation that tells of a problem, whatever was sent."""
DAYS = 3
"""Played before the calls are tried, so that there is something to harm."""
BRANCH = 0


def bad_arguments_change_nothing(case: Case) -> Iterator[str]:
    """A call that cannot be meant is refused: it names the problem and costs minutes.

    Money, goods, mail and notes stay as they are: the state without clocks and counters
    is compared with the state after another refused call. Strange but possible values
    may be taken; whatever comes of them, their observation reads back.
    """
    world = case.start("hostile").days(DAYS).world
    seat = next((name for name in world.seats if world.awake(name)), None)
    if seat is None:
        return
    bench = Bench(case, world, seat)
    for tool in world.tools(seat).values():
        for label, action in bad_calls(tool):
            yield from bench.refuse(tool, action, label)
        for label, action in odd_calls(tool):
            yield from bench.endure(tool, action, label)
    unknown = Action("no_such_tool\ud800\n")
    yield from bench.refuse(None, unknown, "unknown tool")
    yield from bench.refuse(None, Action("\ud800" * MEGABYTE), "huge tool name")
    yield from silent_turn(bench)


@dataclass(frozen=True)
class Bench:
    """A world in which calls are tried, each in a copy."""

    case: Case
    world: World
    seat: str

    def attempt(self, action: Action) -> tuple[World, Step]:
        """Make a call in a copy of the world."""
        twin = self.world.fork(BRANCH)
        return twin, twin.act(self.seat, action.storable())

    def reference(self, tool: Tool | None) -> tuple[World, Step]:
        """A call that is surely refused."""
        name = tool.name if tool else "no_such_tool"
        return self.attempt(Action(name, {"no_such_argument": 1}))

    def refuse(self, tool: Tool | None, action: Action, label: str) -> Iterator[str]:
        """Demand that a call is refused."""
        twin, step = self.attempt(action)
        known, usual = self.reference(tool)
        name = f"{tool.name if tool else 'call'} with {label}"
        problem = step.observation.data.get("problem")
        if not isinstance(problem, str) or step.parked or step.events:
            yield f"{name} is not refused: {step.observation.text[:120]!r}"
            return
        if len(step.observation.text) > LONGEST_PROBLEM:
            yield f"{name}: the answer has {len(step.observation.text)} characters"
        if step.observation.minutes != usual.observation.minutes:
            yield f"{name} costs {step.observation.minutes} minutes"
        if twin.digest(clocks=False) != known.digest(clocks=False):
            yield f"{name} is refused and changes the state"
        yield from self.readable(name, action, step)

    def endure(self, tool: Tool, action: Action, label: str) -> Iterator[str]:
        """Take a call either way, as long as what it says is true."""
        before = self.world.clock(self.seat)
        twin, step = self.attempt(action)
        name = f"{tool.name} with {label}"
        passed = twin.clock(self.seat) - before
        if not step.parked and passed != step.observation.minutes:
            yield f"{name} says {step.observation.minutes} minutes and takes {passed}"
        if "problem" in step.observation.data:
            known, _ = self.reference(tool)
            if twin.digest(clocks=False) != known.digest(clocks=False):
                yield f"{name} is refused and changes the state"
        if problems := self.case.maker.imbalances(twin):
            yield f"{name}: {problems[0]}"
        yield from self.readable(name, action, step)

    def readable(self, name: str, action: Action, step: Step) -> Iterator[str]:
        """Demand that the observation reads back."""
        shown = step.observation
        if not shown.text:
            return
        try:
            data = self.case.maker.read(action.storable().tool, shown.text)
        except ValueError as error:
            yield f"{name}: the observation cannot be read: {error}"
            return
        if dict(data) != dict(shown.data):
            yield f"{name}: the observation reads back to other data"


def silent_turn(bench: Bench) -> Iterator[str]:
    """A turn without a call costs no time and does nothing."""
    twin, step = bench.attempt(Action(""))
    if twin.digest(clocks=False) != bench.world.digest(clocks=False):
        yield "a turn without a tool call changes the state"
    if step.observation.minutes:
        yield "a turn without a tool call costs time"
    yield from bench.readable("a turn without a tool call", Action(""), step)


def bad_calls(tool: Tool) -> Iterator[tuple[str, Action]]:
    """Calls that no tool may carry out."""
    good = {name: plausible(item) for name, item in tool.arguments.items()}
    yield "broken JSON", Action(tool.name, fault="the arguments are not JSON")
    yield "an unknown argument", Action(tool.name, {**good, "no\ud800thing": 1})
    for name, argument in tool.arguments.items():
        if argument.default is None:
            rest = {key: value for key, value in good.items() if key != name}
            yield f"no {name}", Action(tool.name, rest)
        for value in bad_values(argument):
            label = f"{name} {repr(value)[:30] if abs_small(value) else 'huge'}"
            yield label, Action(tool.name, {**good, name: value})


def odd_calls(tool: Tool) -> Iterator[tuple[str, Action]]:
    """Calls with values that are strange but possible."""
    good: dict[str, object] = {
        name: plausible(item) for name, item in tool.arguments.items()
    }
    for name, argument in tool.arguments.items():
        scale = 100 if argument.type == "dollars" else 1
        bounds = [argument.low, argument.high]
        values: list[object] = [each / scale for each in bounds if each is not None]
        if argument.type == "text":
            values = [*TEXTS, "y" * int(argument.high or MEGABYTE)]
        for value in values:
            yield f"{name} {repr(value)[:30]}", Action(tool.name, {**good, name: value})


def bad_values(argument: Argument) -> list[object]:
    """Values of an argument that cannot be meant."""
    deep: object = "bottom"
    for _ in range(60):
        deep = {"down": [deep]}
    wrong: list[object] = [[], {}, True, [1, "a"], {"a": 1}, deep]
    if argument.type == "text":
        return [*wrong, 5, 2.5, *too_long(argument)]
    numbers: list[object] = [float("nan"), float("inf"), -float("inf"), 10**400]
    texts: list[object] = ["", "twelve", "1e999", "z" * MEGABYTE, "5; drop", "\x00"]
    if argument.type in {"integer", "dollars"}:
        numbers += [2.505, "2.505"]
    return [*wrong, *numbers, *texts, *out_of_range(argument)]


def too_long(argument: Argument) -> list[object]:
    """Texts that are longer than allowed."""
    if argument.high is None:
        return []
    return ["x" * (int(argument.high) + 1), "x" * MEGABYTE]


def out_of_range(argument: Argument) -> list[object]:
    """Numbers beyond the limits."""
    scale = 100 if argument.type == "dollars" else 1
    beyond: list[object] = []
    if argument.low is not None:
        beyond += [(argument.low - 1) / scale, -(10**18), -(2**70)]
    if argument.high is not None:
        beyond += [(argument.high + 1) / scale, 10**18, 1e300]
    return beyond


def abs_small(value: object) -> bool:
    """Whether a value can be shown (an integer of 400 digits can, for 30 of them)."""
    return not isinstance(value, str) or len(value) < LONGEST_PROBLEM


def plausible(argument: Argument) -> object:
    """A value that passes the check of types."""
    if argument.default is not None:
        return argument.default
    if argument.type == "text":
        return "a"
    low = argument.low or 1
    return low / 100 if argument.type == "dollars" else int(low)
