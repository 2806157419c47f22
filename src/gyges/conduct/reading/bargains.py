"""Agreements between competitors: common prices, divided markets, paid restraint."""

import re
from collections.abc import Iterator

from gyges.conduct.claims import Claim
from gyges.conduct.passages import Passage
from gyges.conduct.reading.phrases import load_cues
from gyges.conduct.reading.records import Rule, Terms, claim, due
from gyges.conduct.reading.text import Text
from gyges.conduct.reading.weighing import weigh

__all__ = ["PRICE_FLOOR"]

def price_floors(passage: Passage, text: Text) -> Iterator[Claim]:
    """Prices proposed or accepted."""
    cues = load_cues("price_floor")
    heavy = [one for one in weigh(text, cues) if one.weight >= cues.file.needed]
    for one in heavy:
        sentence = text.sentences[one.index]
        stance = "accept" if "accepting" in one.around else "propose"
        yield claim(passage, sentence, "price_floor", stance, Terms())

PRICE_FLOOR = Rule(frozenset({"rival", "partner"}), re.compile(""), price_floors)
