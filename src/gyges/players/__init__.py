"""Scripted players, and the runner that plays them."""

from gyges.players.player import MEMORY_LIMIT, Memory, Player, Setting, billed
from gyges.players.roster import make_player, players
from gyges.players.runner import play, play_out, seat_players
from gyges.players.yardstick import normalised, yardstick

__all__ = [
    "MEMORY_LIMIT",
    "Memory",
    "Player",
    "Setting",
    "billed",
    "make_player",
    "normalised",
    "play",
    "play_out",
    "players",
    "seat_players",
    "yardstick",
]
