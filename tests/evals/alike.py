"""What of a tape must be the same, whoever drove the run."""

from gyges.tape import Tape

__all__ = ["bodies"]

KINDS = {"step", "wake", "night", "end"}


def bodies(tape: Tape) -> dict[str, list[tuple[str, int, object]]]:
    found: dict[str, list[tuple[str, int, object]]] = {}
    for entry in tape.entries:
        if entry.kind in KINDS:
            body = {key: value for key, value in entry.body.items() if key != "heads"}
            found.setdefault(entry.seat, []).append((entry.kind, entry.t, body))
    return found
