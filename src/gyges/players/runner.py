"""The direct runner: scripted players in a world, one process, no model anywhere."""

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import replace

from gyges.players.player import Memory, Player, Setting, billed
from gyges.players.roster import make_player
from gyges.tape import Header
from gyges.worlds.episode import Episode, describe
from gyges.worlds.protocol import Action, Outcome
from gyges.worlds.tool import Observation

__all__ = ["play", "play_out", "seat_players"]


def play(
    world: str,
    config: Mapping[str, object],
    seed: int,
    names: Mapping[str, str],
    path: Path | str | None = None,
) -> Episode:
    """Play one episode to its end.

    Args:
        world: name of the world.
        config: its whole configuration (see `gyges.worlds.registry.configure`).
        seed: names everything that is drawn.
        names: the player of each seat.
        path: where the tape goes; without it the tape is kept in memory.

    Raises:
        UnknownNameError: no such world or player.
        TapeError: the tape cannot be written.
    """
    header = describe(world, config, seed, names)
    seated = seat_players(header)
    episode = Episode.start(header, path)
    try:
        play_out(episode, seated)
    finally:
        episode.tape.close()
    return episode


def seat_players(header: Header) -> dict[str, Player]:
    """The players a header names, each made for its seat."""
    return {
        seat: make_player(name, Setting(header.world, header.config, header.seed, seat))
        for seat, name in header.players.items()
    }


def play_out(episode: Episode, players: Mapping[str, Player]) -> Mapping[str, Outcome]:
    """Play an episode from its first action to its end and close its tape.

    A seat that has reached the preset's message limit only sleeps.
    """
    world = episode.world
    memories: dict[str, Memory] = dict.fromkeys(world.seats, "")
    seen = {seat: Observation(world.brief(seat), {}) for seat in world.seats}
    limit = int(str(episode.tape.header.config.get("message_limit", 0)))
    calls = dict.fromkeys(world.seats, 0)
    bedtime = {
        seat: next(tool.name for tool in world.tools(seat).values() if tool.ends_day)
        for seat in world.seats
    }
    while not episode.world.done:
        for seat in world.seats:
            while episode.world.awake(seat):
                if limit and calls[seat] >= limit:
                    action = Action.call(bedtime[seat])
                else:
                    action, memories[seat] = players[seat].act(
                        memories[seat], seen[seat]
                    )
                calls[seat] += 1
                action = replace(action, tokens=billed(action))
                seen[seat] = episode.act(seat, action).observation
        for seat, step in episode.night().items():
            seen[seat] = step.observation
    return episode.finish()
