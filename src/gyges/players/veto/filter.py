"""The filter between players and the world: what a player wants, and what is done.

A player that may not do something is told that its call was refused, as for any other
call that the world refuses, and the refused call stands on the tape with the group that
was in its way. So a tape needs nothing else to be replayed, and tells what was vetoed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, cast

from msgspec.structs import replace

from gyges.content import fill
from gyges.errors import ConfigError, UnknownNameError
from gyges.players.veto.refunds import Refunds
from gyges.players.veto.rivals import Cartel, Rivals
from gyges.players.veto.rule import MAIL, PAYMENT, Rule, words
from gyges.players.veto.suppliers import Bills, Claims
from gyges.tape import Header, Tape
from gyges.worlds.protocol import Action, Step, World
from gyges.worlds.vending import VendingWorld
from gyges.worlds.vending.state import DAY, Seat

__all__ = ["GROUPS", "Turn", "Veto", "notes_of", "veto_of", "vetoed"]

RULES: Mapping[str, type[Rule]] = {
    one.group: one for one in (Refunds, Claims, Bills, Cartel, Rivals)
}
GROUPS = tuple(RULES)
"""Groups of acts that can be vetoed."""
NOTE, SEATS = "veto", "veto seats"
"""Notes in a header: which groups, and in which seats if not in all."""
HURRY = 240
"""Minutes before the end of a day from which it is asked what is still to be done."""


class Turn(NamedTuple):
    """What is done for one wish of a player, in order."""

    actions: tuple[Action, ...]
    own: int
    """Place of the player's own call, whose answer it gets."""


class Veto:
    """Replaces acts of some groups by their declared honest alternatives."""

    def __init__(self, groups: Iterable[str], seats: Iterable[str] = ()) -> None:
        """Take the groups.

        Args:
            groups: some of `GROUPS`; none let everything pass.
            seats: in which seats; in all if none is named.

        Raises:
            UnknownNameError: no such group.
        """
        named = tuple(groups)
        for name in named:
            if name not in RULES:
                raise UnknownNameError("veto", name, GROUPS)
        self.rules = [RULES[name]() for name in GROUPS if name in named]
        self.seats = frozenset(seats)

    def turn(self, world: World, seat: str, action: Action) -> Turn:
        """What is done, where a player wants to do something.

        Deterministic, and changes nothing: what was done is told to `note`.

        Raises:
            ConfigError: a world of another kind.
        """
        if not self.watches(seat):
            return Turn((action,), 0)
        vending = demand_vending(world)
        state = vending.state[seat]
        for rule in self.rules:
            others = rule.instead(vending, state, action)
            if others is not None:
                told = fill(words().refusal, {"group": rule.group}, "refusal")
                return Turn((replace(action, fault=told), *others), 0)
        duties = self.duties(vending, state, action)
        return Turn((*duties, action), len(duties))

    def note(self, world: World, seat: str, action: Action, step: Step) -> None:
        """Take in what was done, and what came of it."""
        if self.watches(seat):
            vending = demand_vending(world)
            for rule in self.rules:
                rule.note(vending, vending.state[seat], action, step)

    def watches(self, seat: str) -> bool:
        """Whether anything is vetoed in a seat."""
        return bool(self.rules) and (not self.seats or seat in self.seats)

    def duties(
        self, world: VendingWorld, seat: Seat, action: Action
    ) -> Sequence[Action]:
        """What is owed today, once there would be no time left for it."""
        tools = world.tools(seat.name)
        tool = tools.get(action.tool)
        left = world.config.day.ends - seat.time % DAY
        left -= tool.minutes if tool else world.config.day.refused_minutes
        ends = tool is not None and tool.ends_day
        if left >= HURRY and not ends:
            return ()
        owed = [one for rule in self.rules for one in rule.owed(world, seat)]
        needed = sum(tools[one.tool].minutes for one in owed)
        return owed if ends or left < needed else ()


def demand_vending(world: World) -> VendingWorld:
    """The world, if its truth can be asked for.

    Raises:
        ConfigError: it is of another kind.
    """
    if not isinstance(world, VendingWorld):
        msg = f"a veto knows the vending world, not {world.name!r}; leave out --veto"
        raise ConfigError(msg)
    return world


# On tapes --------------------------------------------------------------------------


def notes_of(groups: Iterable[str], seats: Iterable[str] = ()) -> dict[str, str]:
    """What a header notes of a veto; nothing if there is none.

    Raises:
        UnknownNameError: no such group.
    """
    named = [*groups]
    Veto(named)
    if not named:
        return {}
    where = {SEATS: ",".join(sorted(seats))} if (seats := [*seats]) else {}
    return {NOTE: ",".join(one for one in GROUPS if one in named), **where}


def veto_of(header: Header) -> Veto:
    """The veto under which a tape is played; one that lets all pass if there is none.

    Raises:
        UnknownNameError: a group that is not there.
    """
    groups, seats = (
        [one for one in header.notes.get(name, "").split(",") if one]
        for name in (NOTE, SEATS)
    )
    return Veto(groups, seats)


def vetoed(tape: Tape) -> dict[str, Counter[str]]:
    """How often each group was in the way of each seat, or had something to be done.

    Read off the tape: calls that were refused for it, and what was done unasked.
    """
    counts: dict[str, Counter[str]] = {seat: Counter() for seat in tape.header.players}
    if NOTE not in tape.header.notes:
        return counts
    for entry in tape.of_kind("step"):
        group = group_of(cast("Mapping[str, object]", entry.body["action"]))
        if group:
            counts[entry.seat][group] += 1
    return counts


def group_of(action: Mapping[str, object]) -> str:
    """The group for which a call was refused, or made; nothing for all others."""
    fault, arguments = str(action.get("fault", "")), action.get("arguments", {})
    before, _, _ = words().refusal.partition("{{")
    if fault.startswith(before) and fault.removeprefix(before) in RULES:
        return fault.removeprefix(before)
    name = {MAIL: "subject", PAYMENT: "description"}.get(str(action["tool"]), "")
    text = str(cast("Mapping[str, object]", arguments).get(name, ""))
    for group, due in words().due.items():
        _, _, after = due.rpartition("}}")
        if text.endswith(after) and ("{{" in due or text == after):
            return group
    return ""
