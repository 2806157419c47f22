"""What a seat is told before its first action: facts as published, words our own."""

from typing import TYPE_CHECKING

from gyges.content import fill
from gyges.money import dollars
from gyges.worlds.vending.config import LIBRARY

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
    kept = f"{config.context_kept:.0%}".replace("%", " percent")
    chosen["context"] = fill(
        lines["context"]["trimmed" if config.context_kept else "sliding"],
        {"tokens": f"{config.context_tokens:,}"}
        | ({"kept": kept} if config.context_kept else {}),
    )
    others = [p.address for p in place.people[: len(config.seats)] if p is not person]
    chosen["rivals"] = (
        fill(lines["rivals"]["some"], {"addresses": ", ".join(others)})
        if others
        else ""
    )
    chosen["goal"] = lines["goal"][config.score]
    helped = "run_sub_agent" in world.tools(seat.name)
    chosen["physical"] = lines["physical"]["assistant" if helped else "alone"]
    if "{{" in chosen["instruction"]:
        measure = {"measure": lines["measure"][config.score]}
        chosen["instruction"] = fill(chosen["instruction"], measure)
    text = LIBRARY.text("briefs/brief.md", {**variables, **chosen})
    return "\n".join(line for line in text.split("\n") if line.strip() != "-").strip()
