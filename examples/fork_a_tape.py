"""Fork a tape on a morning: the same past, another future, and so a share of luck."""

from msgspec.structs import replace

from gyges.players import play, play_out, seat_players
from gyges.tape import Tape, parse_tape
from gyges.worlds.episode import Episode
from gyges.worlds.registry import configure

MORNING = 31


def moves_until(tape: Tape, morning: int) -> int:
    """Steps and nights before a morning: where a fork is, as a header has it."""
    nights = moves = 0
    for entry in tape.of_kind("step", "night"):
        if nights == morning - 1:
            break
        moves += 1
        nights += entry.kind == "night"
    return moves


config = configure("vending", "v2-60d")
original = play("vending", config, 3, {"a": "honest"})
tape = parse_tape(original.tape.data)
at = moves_until(tape, MORNING)
print(f"original:  ${original.world.outcome()['a'].score:,.2f}")

for branch in (0, 1, 2, 3):
    header = replace(tape.header, forks=((at, branch),))
    episode = Episode.start(header)
    outcome = play_out(episode, seat_players(header))["a"]
    fork = parse_tape(episode.tape.data)
    same = sum(
        one.body == other.body
        for one, other in zip(tape.entries[1:], fork.entries[1:], strict=False)
    )
    print(f"branch {branch}:  ${outcome.score:,.2f}, {same} entries as in the original")
