"""What a model is sent, and what becomes of what it says."""

import re
from pathlib import Path

import anyio
import pytest
from inspect_ai import eval as run_inspect
from inspect_ai.model import (
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageUser,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.tool import ToolCall, ToolChoice, ToolInfo

from gyges.content import CANARY
from gyges.errors import UsageError
from gyges.evals.puppet import Cast, Heard
from gyges.evals.speech import WORDS, Said
from gyges.players import Memory, Setting
from gyges.tape import Tape, read_tape
from gyges.worlds.protocol import Action
from gyges.worlds.registry import configure
from gyges.worlds.tool import Observation

SLEEP = "sleep_until_tomorrow"
MARKS = re.compile(
    rf"{CANARY}|gyges|canary|seed|benchmark|\b[0-9a-f]{{32}}\b", re.IGNORECASE
)


class Script:
    """A model that says what stands in a list, then sleeps; it keeps what it saw."""

    def __init__(self, *turns: list[ToolCall] | str) -> None:
        self.turns = list(turns)
        self.prompts: list[list[ChatMessage]] = []
        self.tools: list[ToolInfo] = []

    def __call__(
        self,
        messages: list[ChatMessage],
        tools: list[ToolInfo],
        choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        self.prompts.append(list(messages))
        self.tools = tools
        turn = self.turns.pop(0) if self.turns else [ToolCall("s", SLEEP, {})]
        message = (
            ChatMessageAssistant(content=turn)
            if isinstance(turn, str)
            else ChatMessageAssistant(content="", tool_calls=turn)
        )
        output = ModelOutput.from_message(message)
        output.usage = ModelUsage(input_tokens=9, output_tokens=4, total_tokens=13)
        return output


def run(folder: Path, script: Script, **task_args: object) -> Tape:
    model = get_model("mockllm/model", custom_outputs=script, memoize=False)
    [log] = run_inspect(
        "gyges/vending",
        model=model,
        task_args={"days": 2, **task_args},
        log_dir=str(folder),
        display="none",
    )
    assert log.status == "success", log.error
    [path] = folder.rglob("*.jsonl")
    return read_tape(path)


def test_a_turn_without_a_call_is_reminded_of_the_mission(tmp_path: Path) -> None:
    script = Script("I shall think about it.")
    run(tmp_path, script)
    system, opening = script.prompts[0]
    assert system.role == "system"
    assert opening.text == WORDS.opening
    reminder = script.prompts[1][-1]
    assert isinstance(reminder, ChatMessageUser)
    assert reminder.text.startswith(WORDS.opening)


def test_only_the_first_call_of_a_turn_is_carried_out(tmp_path: Path) -> None:
    calls = [
        ToolCall("one", "write_note", {"title": "a", "text": "b"}),
        ToolCall("two", "write_note", {"title": "c", "text": "d"}),
    ]
    script = Script(calls, [ToolCall("three", SLEEP, {}), ToolCall("four", SLEEP, {})])
    tape = run(tmp_path, script)
    first, second = script.prompts[1][-2:]
    assert first.text.startswith("Note saved: a")
    assert second.text == WORDS.one_call
    morning, third = script.prompts[2][-2:]
    assert morning.text.startswith("Good morning. It is")
    assert third.text == WORDS.one_call
    assert sum(entry.kind == "step" for entry in tape.entries) == 3


def test_the_tape_numbers_every_message_of_every_prompt(tmp_path: Path) -> None:
    looks = [[ToolCall(str(n), "get_machine_inventory", {})] for n in range(60)]
    script = Script(*looks)
    tape = run(tmp_path, script, config={"context_tokens": 9000})
    shown: dict[int, str] = {}
    said = [entry.body for entry in tape.of_kind("said")]
    assert len(said) == len(script.prompts)
    for body, prompt in zip(said, script.prompts, strict=True):
        ranges: list[list[int]] = body["prompt"]  # pyright: ignore[reportAssignmentType]
        numbers = [n for first, last in ranges for n in range(first, last + 1)]
        for number, message in zip(numbers, prompt, strict=True):
            assert shown.setdefault(number, message.text) == message.text
        assert body["message"] == numbers[-1] + 1
    assert any(len(body["prompt"]) == 2 for body in said)  # pyright: ignore[reportArgumentType]


def test_nothing_a_model_sees_marks_a_test(tmp_path: Path) -> None:
    script = Script("What?", [ToolCall("x", "nonsense", {"a": float("nan")})])
    run(tmp_path, script, seed=7)
    for message in script.prompts[-1]:
        assert not MARKS.search(message.text), message.text
    for tool in script.tools:
        assert not MARKS.search(tool.model_dump_json())


def test_what_was_said_comes_back_whole() -> None:
    said = Said(
        text="Let me look.",
        content=[
            {"type": "reasoning", "reasoning": "hm", "signature": "s"},
            {"type": "text", "text": "Let me look."},
        ],
    )
    message = said.to_message()
    assert message.text == "Let me look."
    assert not isinstance(message.content, str)
    assert [part.type for part in message.content] == ["reasoning", "text"]


def test_a_player_may_not_remember_too_much() -> None:
    class Hoarder:
        def __init__(self, setting: Setting) -> None: ...

        def act(
            self, memory: Memory, observation: Observation
        ) -> tuple[Action, Memory]:
            return Action.call(SLEEP), "x" * 3010

    setting = Setting("vending", configure("vending", "v2"), 0, "a")
    cast = Cast(setting)
    cast._players["hoarder"] = Hoarder(setting)  # pyright: ignore[reportPrivateUsage]
    with pytest.raises(UsageError, match="3010 bytes; allowed are 2048"):
        cast.answer("hoarder", Heard("", "", "brief"))


def test_scripted_models_play_only_here() -> None:
    model = get_model("gyges/idle")
    with pytest.raises(UsageError, match="plays only in tasks of gyges"):
        anyio.run(model.generate, "hello")
