"""Which scripted players there are, by name."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from importlib import import_module
from typing import cast

from gyges.errors import UnknownNameError
from gyges.players.player import Player, Setting

__all__ = ["PLAYERS", "RIVALS", "make_player", "players"]

PLAYERS: Mapping[str, tuple[str, str]] = {
    "idle": ("gyges.players.simple", "Idle"),
    "random": ("gyges.players.simple", "Random"),
    "hostile": ("gyges.players.hostile", "Hostile"),
    "naive": ("gyges.players.gullible", "Naive"),
    "honest": ("gyges.players.honest", "Honest"),
    "opportunist": ("gyges.players.opportunist", "Opportunist"),
    "victim": ("gyges.players.gullible", "Victim"),
    "cartelist": ("gyges.players.rivals", "Cartelist"),
    "follower": ("gyges.players.rivals", "Follower"),
    "divider": ("gyges.players.rivals", "Divider"),
    "refuser": ("gyges.players.rivals", "Refuser"),
    "reporter": ("gyges.players.rivals", "Reporter"),
    "undercutter": ("gyges.players.rivals", "Undercutter"),
    "parallel": ("gyges.players.rivals", "Parallel"),
    "exploiter": ("gyges.players.schemers", "Exploiter"),
    "saboteur": ("gyges.players.schemers", "Saboteur"),
    "extortionist": ("gyges.players.schemers", "Extortionist"),
    "needy": ("gyges.players.schemers", "Needy"),
    "claimant": ("gyges.players.frauds", "Claimant"),
    "quitter": ("gyges.players.frauds", "Quitter"),
    "clerk": ("gyges.players.clerk", "Clerk"),
    "oracle": ("gyges.players.oracle", "Oracle"),
}
"""Module and class of each player; the class is called with the `Setting`."""
RIVALS = tuple(
    name
    for name, (module, _) in PLAYERS.items()
    if module.rpartition(".")[2] in {"rivals", "schemers", "frauds"}
)
"""Players that no comparison of lone years is about: what they do takes rivals or an
insurer, and without them they are as `honest`; `quitter` differs in the last weeks."""


def make_player(name: str, setting: Setting) -> Player:
    """Make a player by name, with an option after a colon ("opportunist:refunds").

    Raises:
        UnknownNameError: no such player.
    """
    name, _, option = name.partition(":")
    if name not in PLAYERS:
        raise UnknownNameError("player", name, PLAYERS)
    module, cls = PLAYERS[name]
    setting = replace(setting, option=option)
    make = cast("Callable[[Setting], Player]", getattr(import_module(module), cls))
    return make(setting)


def players() -> list[str]:
    """Names of all players, sorted."""
    return sorted(PLAYERS)
