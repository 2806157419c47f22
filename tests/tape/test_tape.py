"""A tape is written as it happens, proves itself, and survives interruptions."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gyges.content import CANARY
from gyges.errors import BrokenTapeError, ReplayError, TapeError
from gyges.players import play, play_out, seat_players
from gyges.tape import (
    WORLD_CHAIN,
    Header,
    TapeWriter,
    parse_tape,
    read_tape,
    verify,
)
from gyges.tape.entry import link
from gyges.worlds.episode import Episode
from gyges.worlds.registry import configure

HEADER = Header(
    world="vending",
    preset="thread",
    seed=1,
    config={"days": 2, "share": 0.61},
    content={"vending": "0" * 32},
    players={"a": "idle", "b": "idle"},
    gyges="0.1.0",
)
STEP = {"action": {"tool": "pay", "arguments": {"amount": 2.5}}, "text": "Paid.\n"}


def write_a_run(tape: TapeWriter, nights: int = 2) -> TapeWriter:
    for night in range(nights):
        tape.append("a", "step", 1440 * night + 420, STEP)
        tape.append("b", "step", 1440 * night + 425, {"text": f"\u00e9 {night}"})
        tape.append("a", "step", 1440 * night + 445, {"text": "", "min": 5})
        tape.append(WORLD_CHAIN, "night", night, {"heads": tape.seal()})
        tape.append("a", "wake", 1440 * (night + 1), {"text": "Good morning."})
        tape.append("b", "wake", 1440 * (night + 1), {"text": "Good morning."})
    return tape


def close(tape: TapeWriter) -> bytes:
    tape.append(WORLD_CHAIN, "end", 2, {"heads": tape.seal(), "outcome": {"a": 1.5}})
    return tape.data


def closed_bytes() -> bytes:
    return close(write_a_run(TapeWriter.in_memory(HEADER)))


def rehashed(line: bytes, head: str, **changes: object) -> bytes:
    entry = json.loads(line)
    del entry["h"]
    payload = json.dumps({**entry, **changes}, separators=(",", ":")).encode()
    digest = link(head.encode(), payload)
    return payload[:-1] + b',"h":"' + digest.encode() + b'"}'


def verdict_of(data: bytes, folder: Path) -> str:
    path = folder / "t.jsonl"
    path.write_bytes(data)
    return verify(path).status


def test_what_was_written_is_read_again() -> None:
    tape = parse_tape(closed_bytes())
    assert tape.header == HEADER
    assert tape.closed
    assert [entry.kind for entry in tape.entries[:5]] == [
        "header",
        "step",
        "step",
        "step",
        "night",
    ]
    assert tape.entries[1].body == STEP
    assert [entry.n for entry in tape.entries if entry.seat == "a"] == list(range(6))


def test_equal_runs_write_equal_bytes() -> None:
    assert closed_bytes() == closed_bytes()


def test_every_entry_is_on_disk_as_soon_as_it_is_written(tmp_path: Path) -> None:
    tape = TapeWriter.create(tmp_path / "deep" / "t.jsonl", HEADER)
    for count in range(3):
        assert len(read_tape(tmp_path / "deep" / "t.jsonl").entries) == count + 1
        tape.append("a", "step", count, STEP)
    tape.close()


def test_a_tape_never_overwrites_another(tmp_path: Path) -> None:
    TapeWriter.create(tmp_path / "t.jsonl", HEADER).close()
    with pytest.raises(TapeError, match="exists; choose another folder or resume"):
        TapeWriter.create(tmp_path / "t.jsonl", HEADER)


@pytest.mark.parametrize("data", [b"", b"{", b"not a tape at all"])
def test_a_file_without_a_whole_entry_is_no_tape(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.jsonl").write_bytes(data)
    with pytest.raises(TapeError, match="holds no whole entry"):
        verify(tmp_path / "t.jsonl")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(TapeError, match=r"cannot read the tape '.*none.jsonl'"):
        verify(tmp_path / "none.jsonl")
    with pytest.raises(TapeError, match=r"cannot resume the tape '.*none.jsonl'"):
        TapeWriter.resume(tmp_path / "none.jsonl")


def test_a_cut_tape_is_open_and_a_torn_line_is_no_harm(tmp_path: Path) -> None:
    data = closed_bytes()
    lines = data.splitlines(keepends=True)
    assert verdict_of(data, tmp_path) == "closed"
    for kept in range(1, len(lines)):
        whole = b"".join(lines[:kept])
        assert verdict_of(whole, tmp_path) == "open"
        for torn in (1, len(lines[kept]) // 2, len(lines[kept]) - 1):
            assert verdict_of(whole + lines[kept][:torn], tmp_path) == "open"


def test_no_byte_of_a_closed_tape_can_change(tmp_path: Path) -> None:
    data = bytearray(closed_bytes())
    for at in range(0, len(data) - 1, 3):  # without the last line break it is torn
        old = data[at]
        data[at] = ord("7") if old != ord("7") else ord("3")
        assert verdict_of(bytes(data), tmp_path) == "broken", f"byte {at}"
        data[at] = old


Edit = Callable[[list[bytes]], None]


def replace(old: bytes, new: bytes) -> Edit:
    def change(lines: list[bytes]) -> None:
        at = next(n for n, line in enumerate(lines) if old in line)
        lines[at] = lines[at].replace(old, new, 1)

    return change


def delete(at: int) -> Edit:
    return lambda lines: lines.__delitem__(at)


def swap(one: int, other: int) -> Edit:
    def change(lines: list[bytes]) -> None:
        lines[one], lines[other] = lines[other], lines[one]

    return change


def insert(at: int, line: int) -> Edit:
    return lambda lines: lines.insert(at, lines[line])


EDITS: dict[str, Edit] = {
    "a float written otherwise": replace(b"2.5", b"2.50"),
    "a float": replace(b"2.5", b"3.5"),
    "configuration": replace(b"0.61", b"0.62"),
    "seed": replace(b'"seed":1', b'"seed":2'),
    "time": replace(b'"t":420', b'"t":421'),
    "kind": replace(b'"kind":"step"', b'"kind":"said"'),
    "seat": replace(b'"seat":"a"', b'"seat":"b"'),
    "number": replace(b'"n":1', b'"n":2'),
    "text": replace(b"Paid.", b"Owed."),
    "white space": replace(b'{"n":0', b'{ "n":0'),
    "one more key": replace(b'{"n":0,"seat":"a"', b'{"n":0,"extra":1,"seat":"a"'),
    "white space at the end": replace(b'"}', b'"} '),
    **{f"delete {at}": delete(at) for at in range(12)},
    **{f"repeat {at}": insert(at + 1, at) for at in range(13)},
    "two of one seat": swap(1, 3),
    "night and wake": swap(4, 5),
    "step and night": swap(3, 4),
    "header and step": swap(0, 1),
    "two ends": lambda lines: lines.append(lines[-1]),
    "an empty object": lambda lines: lines.append(b"{}"),
    "an empty line": lambda lines: lines.insert(2, b""),
    "a list": lambda lines: lines.insert(2, b"[]"),
    "no text": lambda lines: lines.insert(2, b"\xff\xfe"),
}


@pytest.mark.parametrize("change", EDITS.values(), ids=EDITS)
def test_an_edited_tape_is_broken_and_the_entry_is_named(
    change: Edit, tmp_path: Path
) -> None:
    lines = closed_bytes().splitlines()
    change(lines)
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    verdict = verify(path)
    assert verdict.status == "broken"
    assert verdict.reason.startswith("entry ")
    with pytest.raises(BrokenTapeError):
        TapeWriter.resume(path)


def test_an_entry_with_a_right_hash_is_found_by_the_seal_of_the_night(
    tmp_path: Path,
) -> None:
    lines = closed_bytes().splitlines()
    head = json.loads(lines[1])["h"]
    lines[3] = rehashed(lines[3], head, body={"text": "forged"})
    path = tmp_path / "t.jsonl"
    path.write_bytes(b"\n".join(lines) + b"\n")
    assert "entry 4 (night) seals other heads" in verify(path).reason


def test_an_entry_after_the_end_is_found_even_with_a_right_hash(
    tmp_path: Path,
) -> None:
    data = closed_bytes()
    lines = data.splitlines()
    head = next(
        json.loads(line)["h"] for line in reversed(lines) if b'"seat":"a"' in line
    )
    extra = rehashed(lines[1], head, n=6)
    for tail in (extra + b"\n", extra, extra[:9]):
        path = tmp_path / "t.jsonl"
        path.write_bytes(data + tail)
        assert f"entry {len(lines)}" in verify(path).reason
        assert verify(path).status == "broken"
        with pytest.raises(BrokenTapeError, match="follows the end"):
            read_tape(path)


def test_the_order_between_seats_within_a_day_proves_nothing(tmp_path: Path) -> None:
    lines = closed_bytes().splitlines()
    lines[1], lines[2] = lines[2], lines[1]
    assert verdict_of(b"\n".join(lines) + b"\n", tmp_path) == "closed"


def test_a_resumed_tape_plays_back_and_ends_as_an_undisturbed_one(
    tmp_path: Path,
) -> None:
    data = closed_bytes()
    lines = data.splitlines(keepends=True)
    for kept in range(1, len(lines)):
        path = tmp_path / f"{kept}.jsonl"
        path.write_bytes(b"".join(lines[:kept]) + lines[kept][:7])
        tape = TapeWriter.resume(path)
        write_a_run(tape)
        tape.append(
            WORLD_CHAIN, "end", 2, {"heads": tape.seal(), "outcome": {"a": 1.5}}
        )
        tape.close()
        assert path.read_bytes() == data


def test_a_resumed_tape_refuses_another_past(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    lines = closed_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:6]))
    tape = TapeWriter.resume(path)
    with pytest.raises(ReplayError, match=r"entry 0 of seat 'a': .*Paid.*Owed"):
        tape.append("a", "step", 420, {**STEP, "text": "Owed.\n"})
    tape.close()


def test_seats_may_catch_up_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    tape = TapeWriter.create(path, HEADER)
    tape.append("a", "said", 0, {"text": "one"})
    tape.append("b", "said", 0, {"text": "two"})
    tape.append("b", "step", 5, {"text": "did"})
    tape.close()
    again = TapeWriter.resume(path)
    again.skip("b")
    again.append("b", "step", 5, {"text": "did"})
    again.append("b", "step", 9, {"text": "new"})
    assert again.behind
    assert again.recorded("a", "step") is None
    assert again.recorded("a", "said") is not None
    again.skip("a")
    assert not again.behind
    again.append("a", "step", 7, {"text": "late"})
    again.close()
    assert verify(path).status == "open"
    assert [(one.seat, one.n) for one in read_tape(path).entries[1:]] == [
        ("a", 0),
        ("b", 0),
        ("b", 1),
        ("b", 2),
        ("a", 1),
    ]


def test_a_closed_tape_cannot_be_resumed(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(closed_bytes())
    with pytest.raises(TapeError, match="is closed: its run is complete"):
        TapeWriter.resume(path)


def test_halves_of_surrogate_pairs_are_stored_as_question_marks() -> None:
    tape = TapeWriter.in_memory(HEADER)
    tape.append("a", "said", 0, {"text": "half \ud800", "calls": [{"\udfff": 1}]})
    body = parse_tape(tape.data).entries[1].body
    assert body == {"text": "half ?", "calls": [{"?": 1}]}


def test_a_tape_of_another_format_is_refused() -> None:
    line = TapeWriter.in_memory(HEADER).data
    body = json.loads(line)["body"]
    assert body["format"] == 1
    newer = rehashed(line.strip(), "", body={**body, "format": 2}) + b"\n"
    with pytest.raises(TapeError, match="tape format 2; this version reads 1"):
        parse_tape(newer)


def test_a_tape_carries_the_canary() -> None:
    assert CANARY.encode() in TapeWriter.in_memory(HEADER).data


HOLD = """
    import sys, time
    from gyges.tape import TapeWriter
    tape = TapeWriter.resume(sys.argv[1])
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_tape_that_another_process_writes_is_locked(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    TapeWriter.create(path, HEADER).close()
    code = textwrap.dedent(HOLD)
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(TapeError, match="being written by another process"):
            TapeWriter.resume(path)
        assert verify(path).status == "open"
    finally:
        holder.kill()
        holder.wait()
        if holder.stdout:
            holder.stdout.close()
    TapeWriter.resume(path).close()


PLAY = """
    import sys
    from gyges.players import play
    from gyges.worlds.registry import configure
    config = configure("vending", "v2")
    print("go", flush=True)
    play("vending", config, 5, {"a": "random"}, sys.argv[1])
"""


@pytest.mark.parametrize("written", [5_000, 150_000])
def test_a_run_killed_while_it_writes_goes_on_to_the_same_tape(
    written: int, tmp_path: Path
) -> None:
    path = tmp_path / "t.jsonl"
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PLAY), str(path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    process.stdout.readline()
    while not path.exists() or path.stat().st_size < written:
        time.sleep(0.001)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert verify(path).status == "open"
    episode = Episode.resume(path)
    play_out(episode, seat_players(episode.tape.header))
    undisturbed = play("vending", configure("vending", "v2"), 5, {"a": "random"})
    assert path.read_bytes() == undisturbed.tape.data
