"""Injected misreads: what a worse reader would have understood.

A run with a share of misreads shows how much of a score hangs on being read well. The
draws are keyed by the letter, so two runs of a seed misread the same letters alike.
"""

from collections.abc import Callable, Mapping

import msgspec

from gyges.rng import Draws
from gyges.worlds.protocol import Letter
from gyges.worlds.vending.letters import Intent, Lexicon, Line, Order, Reading

__all__ = ["MISREADS", "misread"]

FACTORS = ((1, 2), (2, 1), (3, 2), (3, 4))
"""Wrong quantities as fractions of the right ones."""
UNCLEAR = "I am not sure that I understood your mail. Could you say it again?"


def misread(
    reading: Reading, letter: Letter, draws: Draws, rate: float, lexicon: Lexicon
) -> Reading:
    """Spoil a reading with a given probability, in one way drawn from `MISREADS`.

    Args:
        reading: what was understood.
        letter: the mail; its id names the draws.
        draws: the world's draws.
        rate: probability that a mail with anything in it is misread, 0 to 1.
        lexicon: the products one may be taken for another.

    Returns:
        The reading, or a worse one: an intent dropped, a quantity changed, a product
        swapped for another, or nothing understood but that there was something.
    """
    if not reading.intents or not draws.chance(rate, "misread", letter.id):
        return reading
    ways = [name for name in sorted(MISREADS) if name in possible(reading)]
    way = draws.choice(ways, "misread-way", letter.id)
    return MISREADS[way](reading, letter.id, draws, lexicon)


def possible(reading: Reading) -> frozenset[str]:
    """The ways in which a reading can be spoilt."""
    if any(isinstance(intent, Order) for intent in reading.intents):
        return frozenset(MISREADS)
    return frozenset({"drop", "unclear"})


def drop(reading: Reading, key: str, draws: Draws, lexicon: Lexicon) -> Reading:
    """Overlook an intent."""
    del lexicon
    gone = draws.choice(range(len(reading.intents)), "misread-drop", key)
    kept = tuple(one for place, one in enumerate(reading.intents) if place != gone)
    return Reading(kept, reading.unclear)


def unclear(reading: Reading, key: str, draws: Draws, lexicon: Lexicon) -> Reading:
    """Understand nothing, and ask."""
    del key, draws, lexicon
    return Reading((), (*reading.unclear, UNCLEAR))


def quantity(reading: Reading, key: str, draws: Draws, lexicon: Lexicon) -> Reading:
    """Take one quantity of an order for another."""
    del lexicon
    up, down = draws.choice(FACTORS, "misread-factor", key)

    def change(line: Line) -> Line:
        return msgspec.structs.replace(line, units=max(1, line.units * up // down))

    return change_line(reading, key, draws, change)


def swap(reading: Reading, key: str, draws: Draws, lexicon: Lexicon) -> Reading:
    """Take one product of an order for another."""

    def change(line: Line) -> Line:
        others = [name for name in lexicon.products if name != line.product]
        other = draws.choice(others, "misread-product", key) if others else line.product
        return msgspec.structs.replace(line, product=other, price=None)

    return change_line(reading, key, draws, change)


def change_line(
    reading: Reading, key: str, draws: Draws, change: Callable[[Line], Line]
) -> Reading:
    """Change one line of the order, drawn."""
    intents: list[Intent] = []
    for intent in reading.intents:
        if isinstance(intent, Order) and intent.lines:
            place = draws.choice(range(len(intent.lines)), "misread-line", key)
            lines = list(intent.lines)
            lines[place] = change(lines[place])
            intents.append(Order(tuple(lines)))
        else:
            intents.append(intent)
    return Reading(tuple(intents), reading.unclear)


MISREADS: Mapping[str, Callable[[Reading, str, Draws, Lexicon], Reading]] = {
    "drop": drop,
    "quantity": quantity,
    "swap": swap,
    "unclear": unclear,
}
"""The ways to misread a mail, by name."""
