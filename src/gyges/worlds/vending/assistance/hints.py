"""Small judgements on an instruction: what a clause or a list item means."""

from gyges.worlds.vending.assistance.clauses import Clause, Group, grouped
from gyges.worlds.vending.assistance.errands import Empty, Errand, Price, Stock
from gyges.worlds.vending.assistance.places import Vocabulary
from gyges.worlds.vending.voice.cues import Cues
from gyges.worlds.vending.voice.tokens import Token

__all__ = [
    "any_look",
    "bare_kind",
    "is_condition",
    "is_row",
    "is_stocking",
    "moved",
    "target_prices",
    "whole",
]


def whole(tokens: list[Token]) -> str:
    """A sentence, to be quoted."""
    return Clause("", tokens, frozenset(), []).passage


def any_look(clauses: list[Clause]) -> bool:
    """Whether a look at the machine answers it."""
    return any(one.kind == "look" for one in clauses)


def is_condition(cues: Cues) -> bool:
    """Whether a sentence makes the work depend on something."""
    soft = cues.get("soft", [])
    return any(
        not any(low <= start < high for low, high in soft)
        for start, _ in cues.get("condition", [])
    )


def is_row(group: Group) -> bool:
    """Whether a group names one row and nothing else."""
    place = group.place
    return (
        place is not None
        and len(place.rows) == 1
        and not place.slots
        and (group.product, group.units, group.price) == (None, None, None)
    )


def bare_kind(groups: list[Group]) -> str:
    """What a list item without a verb means."""
    if any(one.product and (one.units or one.place) for one in groups):
        return "stock"
    if any(one.price is not None and (one.product or one.place) for one in groups):
        return "price"
    return ""


def moved(clause: Clause, words: Vocabulary) -> str:
    """What "move", "take" or "bring" means here."""
    if clause.has("to_storage", "out_of"):
        return "empty"
    if clause.has("from_storage"):
        return "stock"
    return "move" if grouped(clause, words) else ""


def is_stocking(groups: list[Group]) -> bool:
    """Whether "set row 0 slot 1 to Sprite" is what was meant."""
    return any(one.product and one.place for one in groups)


def target_prices(jobs: list[Errand], price: int) -> list[Errand]:
    """Price what some jobs have put into the machine."""
    found: list[Errand] = []
    for job in jobs:
        if isinstance(job, Stock | Empty) and job.slot is not None:
            found.append(Price(price=price, row=job.row, slot=job.slot))
        elif isinstance(job, Stock) and job.product is not None:
            found.append(Price(price=price, product=job.product))
    return found
