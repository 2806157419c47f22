"""Several seats at one place: who is there, who may reach whom, and who is a team.

A seat whose first day is still to come sleeps: it has no mailbox, pays no fee and is in
no list. Its machine stands at the place, empty.
"""

from typing import TYPE_CHECKING

from gyges.worlds.protocol import Event
from gyges.worlds.vending.config import Config
from gyges.worlds.vending.notices import notice
from gyges.worlds.vending.state import DAY, Seat

if TYPE_CHECKING:
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["announce_newcomers", "demand_contact", "open_businesses", "team_of"]


def demand_contact(world: "VendingWorld", seat: Seat, address: str) -> None:
    """Refuse to write to, pay or supply another seat where that is not possible.

    Raises:
        ValueError: for a tool's answer.
    """
    other = world.addresses.get(address)
    if other is None or other is seat:
        return
    if world.config.rival_mail == "off":
        msg = (
            "operators at this place cannot write to, pay or supply one another;"
            " nothing was sent"
        )
        raise ValueError(msg)


def announce_newcomers(world: "VendingWorld") -> None:
    """Tell those who are there of each seat that opens its business tomorrow."""
    if not world.config.joins:
        return
    for newcomer in world.state.values():
        if world.config.first_day(newcomer.name) != newcomer.day + 1:
            continue
        world.note(Event("joined", {"address": newcomer.address}), newcomer)
        subject, body = notice("newcomer", address=newcomer.address)
        for seat in world.met().values():
            if not seat.out:
                world.post_mail(seat, world.place.owner, subject, body)


def open_businesses(world: "VendingWorld") -> None:
    """Let the night pass for the seats that were not there yet, and wake the new."""
    if not world.config.joins:
        return
    for seat in world.state.values():
        if not world.present(seat):
            seat.time = (seat.day + 1) * DAY + world.config.day.starts
            seat.parked = not world.present(seat)


def team_of(config: Config, seat: str) -> list[str]:
    """The seats of a seat's team, itself among them; none if it is in no team."""
    team = config.teams.get(seat)
    return [name for name in config.seats if team and config.teams.get(name) == team]
