"""What the documentation shows is what the code does."""

import re
from pathlib import Path

import msgspec
import pytest

from gyges.tape import Entry, EntryKind, Header, parse_tape
from gyges.testing.case import Case
from gyges.worlds.registry import configure

DOCS = Path(__file__).parents[1] / "docs"
TAPE = (DOCS / "tape-format.md").read_text(encoding="utf-8")


def example(name: str) -> str:
    found = re.search(rf"<!-- example: {name} -->\n```\w+\n(.*?)```", TAPE, re.DOTALL)
    assert found, name
    return found[1]


def real_tape() -> str:
    config = configure("vending", "thread", days=3)
    return Case("vending", config, 1).start("hostile").finish().data.decode()


def test_the_worked_example_is_a_closed_tape() -> None:
    tape = parse_tape(example("tape").encode())
    assert tape.closed
    assert [entry.kind for entry in tape.entries] == [
        "header",
        "step",
        "night",
        "wake",
        "end",
    ]


@pytest.mark.parametrize("tape", [example("tape"), real_tape()], ids=["doc", "real"])
def test_the_check_in_the_documentation_accepts_tapes(tape: str) -> None:
    exec(example("check"), {"tape": tape})  # noqa: S102 - the example as printed


def test_the_check_in_the_documentation_finds_an_edit() -> None:
    edited = example("tape").replace("498.0", "499.0")
    with pytest.raises(AssertionError):
        exec(example("check"), {"tape": edited})  # noqa: S102 - as above


def test_every_key_and_kind_is_documented() -> None:
    kinds = EntryKind.__args__  # pyright: ignore[reportAttributeAccessIssue] - Literal
    for name in (*kinds, *Entry.__struct_fields__, *Header.__struct_fields__):
        assert f"`{name}`" in TAPE, name


def test_real_bodies_have_the_keys_that_are_documented() -> None:
    known = {
        "header": set(Header.__struct_fields__),
        "step": {"action", "text", "min", "events"},
        "wake": {"text", "min", "events"},
        "night": {"heads", "readings", "wordings"},
        "end": {"heads", "outcome", "state"},
    }
    for entry in parse_tape(real_tape().encode()).entries:
        assert set(entry.body) <= known[entry.kind]
        for event in msgspec.convert(
            entry.body.get("events", []), list[dict[str, object]]
        ):
            assert set(event) == {"kind", "facts"}
