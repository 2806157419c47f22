from itertools import pairwise

import pytest

from gyges.evals.window import Window, tokens_in

MESSAGE = 100
LIMIT = 40_000


def talk(
    kept: float, turns: int = 700
) -> list[tuple[list[str], list[tuple[int, int]]]]:
    window: Window[str] = Window(LIMIT, kept, fixed=500)
    window.pin("system", 400)
    window.pin("opening", 20)
    prompts: list[tuple[list[str], list[tuple[int, int]]]] = []
    for number in range(turns):
        prompts.append(window.prompt())
        assert window.tokens <= LIMIT
        window.add(f"call {number}", MESSAGE, turn=True)
        window.add(f"result {number}", MESSAGE)
    return prompts


def extends(old: list[str], new: list[str]) -> bool:
    return new[: len(old)] == old


def test_between_trims_a_prompt_extends_the_one_before() -> None:
    prompts = [messages for messages, _ in talk(0.61)]
    trims = [(old, new) for old, new in pairwise(prompts) if not extends(old, new)]
    assert len(trims) == 7
    for old, new in trims:
        assert new[:2] == ["system", "opening"]
        assert new[2].startswith("call")
        # The message that did not fit belongs to those of which 61 % stay.
        assert (len(new) - 2) / len(old) == pytest.approx(0.61, abs=0.03)


def test_most_of_every_prompt_is_the_one_before() -> None:
    prompts = [messages for messages, _ in talk(0.61)]
    shared = sent = 0
    for old, new in pairwise(prompts):
        sent += len(new)
        shared += len(old) if extends(old, new) else 2
    assert shared / sent >= 0.95


def test_ranges_name_the_messages_of_the_prompt() -> None:
    for messages, ranges in talk(0.61):
        assert sum(last - first + 1 for first, last in ranges) == len(messages)
        assert ranges[0][0] == 0
        named = [number for first, last in ranges for number in range(first, last + 1)]
        for number, message in list(zip(named, messages, strict=True))[2:]:
            kind, turn = message.split()
            assert number == 2 + 2 * int(turn) + (kind == "result")


def test_a_sliding_window_drops_no_more_than_needed() -> None:
    sizes = [len(messages) for messages, _ in talk(0.0)][300:]
    assert set(sizes) == {2 + (LIMIT - 920) // MESSAGE // 2 * 2}


def test_a_turn_larger_than_the_window_is_still_sent() -> None:
    window: Window[str] = Window(100, 0.61)
    window.pin("system", 50)
    window.add("call", 10, turn=True)
    window.add("huge", 500)
    window.add("call", 10, turn=True)
    window.add("huger", 700)
    assert window.prompt()[0] == ["system", "call", "huger"]


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 4), ("a", 5), ("abcd", 5), ("äöü", 6)]
)
def test_tokens_are_a_quarter_of_the_bytes_and_a_frame(text: str, tokens: int) -> None:
    assert tokens_in(text) == tokens
