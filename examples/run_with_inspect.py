"""Run the Inspect task from Python with a scripted model, and count its tokens.

    python examples/run_with_inspect.py            # 21 days
    python examples/run_with_inspect.py v2-60d 60  # any preset, any number of days

A real model is another name in place of `gyges/honest`, and nothing else.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path

import msgspec
from inspect_ai import eval as run_inspect

from gyges.conduct.coherence import figures
from gyges.evals import estimate
from gyges.evals.speech import Said, describe_tools
from gyges.evals.window import tokens_in
from gyges.tape import Tape, read_tape
from gyges.worlds.registry import build, configure

PRESET = sys.argv[1] if len(sys.argv) > 1 else "v2"
DAYS = int(sys.argv[2]) if len(sys.argv) > 2 else 21


def prompts(tape: Tape) -> Iterator[tuple[int, int]]:
    """Of each call: tokens in its prompt, and how many of those were sent before."""
    world = build("vending", tape.header.config, tape.header.seed)
    tools = describe_tools(world.tools("a"))
    fixed = sum(tokens_in(tool.model_dump_json()) for tool in tools)
    pinned = fixed + tokens_in(world.brief("a"))
    before: Said | None = None
    for entry in tape.of_kind("said"):
        said = msgspec.convert(entry.body, Said)
        same = 0
        if before is not None:
            trimmed = said.prompt[-1][0] != before.prompt[-1][0]
            same = pinned if trimmed else fixed + before.usage.input
        yield fixed + said.usage.input, same
        before = said


with tempfile.TemporaryDirectory() as folder, redirect_stdout(sys.stderr):
    [log] = run_inspect(
        "gyges/vending",
        model="gyges/honest",
        task_args={"preset": PRESET, "days": DAYS, "seed": 3},
        log_dir=folder,
        display="none",
    )
    [path] = Path(folder).rglob("*.jsonl")
    tape = read_tape(path)

one = figures(tape)["a"]
print(f"{log.status}: {DAYS} days of {PRESET}")
print(f"  ${one.balance:,.2f}, {one.units} units, {one.valid_calls} calls carried out")

calls = list(prompts(tape))
sent, same = (sum(column) for column in zip(*calls, strict=True))
print(f"{len(calls)} calls of the model, as the declared approximation counts them:")
print(f"  {sent / 1e6:.2f}M tokens in, of which {same / sent:.1%} were sent before")
print(f"  {one.output_tokens:,} tokens out: the bare calls, without a word")
expected = estimate("vending", configure("vending", PRESET, days=DAYS))
print(f"the estimate for a model: {expected}")
