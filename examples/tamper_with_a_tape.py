"""Replay and verify a tape; then edit one number, and see the entry named."""

import tempfile
from pathlib import Path

from gyges.errors import ReplayError
from gyges.players import play
from gyges.tape import TapeWriter, parse_tape, read_tape, verify
from gyges.worlds.episode import replay
from gyges.worlds.registry import configure

folder = Path(tempfile.mkdtemp())  # for tapes that are looked at once
path = folder / "honest-3.jsonl"
config = configure("vending", "v2", days=30)
play("vending", config, 3, {"a": "honest"}, path)

print("as played: ", verify(path).status)
print("replayed:  ", "the same, bit for bit" if replay(path).done else "not over")

lines = path.read_bytes().splitlines(keepends=True)
cut = folder / "cut.jsonl"
cut.write_bytes(b"".join(lines[:100]) + lines[100][:50])
print("cut short: ", verify(cut).status)

at = next(number for number, line in enumerate(lines) if b"Paid $" in line)
edited = folder / "edited.jsonl"
edited.write_bytes(b"".join(lines).replace(b"Paid $", b"Paid $9", 1))
verdict = verify(edited)
print("edited:    ", verdict.status, "-", verdict.reason)

# Somebody who writes the whole rest anew gets the hashes right, but not the world.
tape = read_tape(path)
forger = TapeWriter.in_memory(tape.header)
for entry in tape.entries[1:]:
    body = dict(entry.body)
    if "heads" in body:
        body["heads"] = forger.seal()
    if entry.kind == "wake":
        body["text"] = str(body["text"]).replace("Bank balance: $", "Bank balance: $9")
    forger.append(entry.seat, entry.kind, entry.t, body)
forged = parse_tape(forger.data)
print("forged:    ", "closed" if forged.closed else "open")
try:
    replay(forged)
except ReplayError as error:
    print("replayed:  ", str(error).partition(" (")[0])
