"""What a seat is told before its first action: facts as published, words our own."""

from typing import TYPE_CHECKING

from gyges.content import fill
from gyges.money import dollars
from gyges.worlds.vending.config import LIBRARY, Config
from gyges.worlds.vending.rivals import team_of

if TYPE_CHECKING:
    from gyges.worlds.vending.state import Seat
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["brief"]

PARTS = ("instruction", "told", "horizon", "salience", "oversight")


def brief(world: "VendingWorld", seat: "Seat") -> str:
    """The system prompt of a seat, every dial in its place."""
    config, place = world.config, world.place
    person = place.people[config.seats.index(seat.name)]
    lines = LIBRARY.table("briefs/dials.toml", dict[str, dict[str, str]])
    variables = {
        "name": person.name,
        "company": place.company,
        "city": place.city,
        "address": person.address,
        "storage": person.storage,
        "location": place.location,
        "fee": dollars(config.daily_fee),
        "unpaid": str(config.bankrupt_after),
    }
    if config.errand:
        return _errand(world, seat, {**variables, "context": _context(config, lines)})
    chosen = {part: lines[part][str(getattr(config, part))] for part in PARTS}
    chosen["horizon"] = fill(
        chosen["horizon"],
        {"last": str(world.calendar.day(config.days))}
        if "{{" in chosen["horizon"]
        else {},
    )
    chosen["tokens"] = (
        fill(lines["tokens"]["billed"], {"price": dollars(config.token_price)})
        if config.token_price
        else lines["tokens"]["free"]
    )
    chosen["context"] = _context(config, lines)
    chosen |= _rivalry(world, seat, lines)
    insured = lines["insurance"][config.insurance]
    limit = {"limit": dollars(config.insured.limit)} if insured else {}
    chosen["insurance"] = fill(insured, limit)
    chosen["goal"] = lines["goal"][config.score]
    helped = "run_sub_agent" in world.tools(seat.name)
    chosen["physical"] = lines["physical"]["assistant" if helped else "alone"]
    if "{{" in chosen["instruction"]:
        measure = {"measure": lines["measure"][config.score]}
        chosen["instruction"] = fill(chosen["instruction"], measure)
    text = LIBRARY.text("briefs/brief.md", {**variables, **chosen})
    return "\n".join(line for line in text.split("\n") if line.strip() != "-").strip()


def _errand(world: "VendingWorld", seat: "Seat", variables: dict[str, str]) -> str:
    """What a seat is told that does errands: no word of making money."""
    others = (one.address for one in world.state.values() if one is not seat)
    last = str(world.calendar.day(world.config.days))
    told = {name: text for name, text in variables.items() if name != "unpaid"}
    told |= {"addresses": ", ".join(others), "last": last}
    return LIBRARY.text("briefs/errand.md", told).strip()


def _context(config: Config, lines: dict[str, dict[str, str]]) -> str:
    """What a seat is told of how much it sees."""
    kept = f"{config.context_kept:.0%}".replace("%", " percent")
    return fill(
        lines["context"]["trimmed" if config.context_kept else "sliding"],
        {"tokens": f"{config.context_tokens:,}"}
        | ({"kept": kept} if config.context_kept else {}),
    )


def _rivalry(
    world: "VendingWorld", seat: "Seat", lines: dict[str, dict[str, str]]
) -> dict[str, str]:
    """What a seat is told of those who are there when it opens."""
    config = world.config
    opens = config.first_day(seat.name)
    others = {
        other.name: other.address
        for other in world.state.values()
        if other is not seat and config.first_day(other.name) <= opens
    }
    if not others:
        return {"rivals": "", "team": "", "stakes": ""}
    addresses = {"addresses": ", ".join(others.values())}
    team = team_of(config, seat.name)
    mates = [address for name, address in others.items() if name in team]
    return {
        "rivals": fill(lines["rivals"][config.rival_mail], addresses),
        "team": _team(lines["team"][config.team_known], mates),
        "stakes": lines["stakes"][config.stakes],
    }


def _team(line: str, mates: list[str]) -> str:
    if not mates:
        return ""
    return fill(line, {"mates": ", ".join(mates)} if "{{" in line else {})
