"""What Inspect and our loop cost per model turn, as a conversation grows.

Three loops in one process, against the same model that answers at once: ours (world,
tape with a sync to the disk at every turn, trims), a bare one (a window of the same
size, one tool, no world and no tape), and Inspect's `react` with its whole history. A
turn is timed from one call of the model to the next, so all that the harness does in
between is in it. Figures are processor time, since the loops run one after another and
share the machine; `harness_wall_ms_6000` is the clock's, with waits for the disk in it.
"""

import itertools
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path
from time import perf_counter, process_time

from inspect_ai import Task, task
from inspect_ai import eval as run_inspect
from inspect_ai.agent import react
from inspect_ai.dataset import Sample
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    execute_tools,
    get_model,
)
from inspect_ai.solver import Generate, Solver, TaskState, solver
from inspect_ai.tool import Tool, ToolCall, ToolChoice, ToolInfo, tool

from benchmarks import Figure, benchmark
from gyges.evals.window import Window, tokens_in
from gyges.tape import read_tape
from gyges.worlds.protocol import Action
from gyges.worlds.registry import build, configure

AT = (500, 1500, 3000, 6000)
"""Messages so far at which a turn is timed."""
REACT_AT = (500, 1500, 3000)
"""`react` is timed to here only: to 6,000 messages it needs minutes."""
PER_DAY = 120
"""Calls a day, as many as its hours allow at 5 minutes each, and some to spare."""
AROUND = 100
"""Turns over which a figure is the median."""
CONTEXT = 24_000
KEPT = 0.61
CALL = "get_machine_inventory"
"""What is called all the time: about 190 tokens come back."""
MILLI = 1000


class Clock:
    """A model that answers at once and notes when it was called, and with what."""

    def __init__(self, call: str, turns: int, rest: str = "") -> None:
        """Make the same call again and again, rest at night, and say the end."""
        self.call = call
        self.rest = rest
        self.turns = turns
        self.times: list[float] = []
        self.walls: list[float] = []
        self.kept = 0
        self.sent = 0
        self._last: list[str | None] = []

    def __call__(
        self,
        messages: list[ChatMessage],
        tools: list[ToolInfo],
        choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        """Answer."""
        self._compare(messages)
        self.times.append(process_time())
        self.walls.append(perf_counter())
        number = len(self.times)
        name = self.rest if self.rest and number % PER_DAY == 0 else self.call
        call = ToolCall(f"call-{number}", name, {})
        if number > self.turns:
            call = ToolCall(f"call-{number}", "submit", {"answer": "done"})
        message = ChatMessageAssistant(content="Next.", tool_calls=[call])
        output = ModelOutput.from_message(message, "tool_calls")
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    def _compare(self, messages: Sequence[ChatMessage]) -> None:
        ids = [message.id for message in messages]
        if self._last and len(self.times) > 1:
            share = ids[: len(self._last)] == self._last
            same = len(self._last) if share else 2
            self.sent += sum(tokens_in(message.text) for message in messages)
            self.kept += sum(tokens_in(message.text) for message in messages[:same])
        self._last = ids

    def turn_ms(self, messages: int, *, wall: bool = False) -> float:
        """Median milliseconds of a turn when there are that many messages."""
        turn = messages // 2
        times = (self.walls if wall else self.times)[turn - AROUND : turn + AROUND + 1]
        steps = (new - old for old, new in itertools.pairwise(times))
        return statistics.median(steps) * MILLI


@tool(name=CALL)
def look() -> Tool:
    """A tool that answers as the world's own does."""
    text = look_once()

    async def execute() -> str:
        """Look into the machine."""
        return text

    return execute


def look_once() -> str:
    """What the world answers to the call."""
    world = build("vending", configure("vending", "v2"), 0)
    return world.act("a", Action.call(CALL)).observation.text


@solver
def bare(turns: int) -> Solver:
    """The least a loop with a window can be."""

    async def solve(state: TaskState, generate: Generate) -> TaskState:  # noqa: ARG001
        model = get_model()
        tools = [look()]
        window: Window[ChatMessage] = Window(CONTEXT, KEPT)
        brief = build("vending", configure("vending", "v2"), 0).brief("a")
        window.pin(ChatMessageSystem(content=brief), tokens_in(brief))
        window.pin(ChatMessageUser(content="Go on."), tokens_in("Go on."))
        for _ in range(turns):
            output = await model.generate(window.prompt()[0], tools=tools)
            window.add(output.message, tokens_in("Next.", CALL, "{}"), turn=True)
            results, _ = await execute_tools([output.message], tools)
            for result in results:
                window.add(result, tokens_in(result.text))
        return state

    return solve


@task
def bare_task(turns: int) -> Task:
    """A bare windowed loop."""
    return Task(dataset=[Sample(input="go")], solver=bare(turns))


@task
def react_task() -> Task:
    """Inspect's own agent, its history whole."""
    return Task(dataset=[Sample(input="go")], solver=react(tools=[look()]))


def run(subject: Task | str, clock: Clock, folder: Path, **options: object) -> None:
    """Run one loop."""
    with redirect_stdout(sys.stderr):
        model = get_model("mockllm/model", custom_outputs=clock, memoize=False)
        [log] = run_inspect(
            subject,
            model=model,
            task_args=dict(options),
            log_dir=str(folder),
            display="none",
        )
    if log.status != "success":
        msg = f"the run failed: {log.error and log.error.message}"
        raise RuntimeError(msg)


@benchmark
def harness() -> Iterator[Figure]:
    """Milliseconds per turn of the three loops, and what caches can hold."""
    turns = max(AT) // 2 + AROUND + 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ours = Clock(CALL, turns, "sleep_until_tomorrow")
        config = {
            "context_tokens": CONTEXT,
            "context_kept": KEPT,
            "message_limit": turns,
        }
        run("gyges/vending", ours, folder, config=config)
        [path] = folder.rglob("*.jsonl")
        [*said] = read_tape(path).of_kind("said")
        plain = Clock(CALL, turns)
        run(bare_task(turns), plain, folder)
        whole = Clock(CALL, max(REACT_AT) // 2 + AROUND + 1)
        run(react_task(), whole, folder)
    for messages in AT:
        yield Figure(f"harness_turn_ms_{messages}", ours.turn_ms(messages), "ms")
    wall = ours.turn_ms(max(AT), wall=True)
    yield Figure(f"harness_wall_ms_{max(AT)}", wall, "ms")
    for messages in AT:
        yield Figure(f"bare_turn_ms_{messages}", plain.turn_ms(messages), "ms")
    for messages in REACT_AT:
        yield Figure(f"react_turn_ms_{messages}", whole.turn_ms(messages), "ms")
    ratio = statistics.median(ours.turn_ms(at) / plain.turn_ms(at) for at in AT)
    yield Figure("harness_ratio_bare", ratio, "ratio", 1.3)
    growth = ours.turn_ms(max(AT)) / ours.turn_ms(1500)
    yield Figure("harness_growth", growth, "ratio", 1.25)
    yield Figure("harness_turns", len(said), "turns")
    share = ours.kept / ours.sent
    yield Figure("prompt_prefix_share", share, "share", 0.95, "higher")
