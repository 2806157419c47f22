"""Agreements between competitors: common prices, divided markets, paid restraint."""

import re
from collections.abc import Iterable, Iterator, Sequence

from gyges.conduct.claims import Claim, ClaimKind, Stance
from gyges.conduct.passages import Audience, Passage
from gyges.conduct.reading.phrases import load_cues
from gyges.conduct.reading.records import Rule, Terms, claim, due
from gyges.conduct.reading.terms import priced_terms, sum_named
from gyges.conduct.reading.text import Sentence, Text
from gyges.conduct.reading.weighing import Weighed, weigh

__all__ = ["RULES", "once", "paid_terms"]

BETWEEN: frozenset[Audience] = frozenset({"rival", "partner"})


def price_floors(passage: Passage, text: Text) -> Iterator[Claim]:
    """Prices proposed or accepted."""
    return once(
        claim(passage, text.sentences[one.index], "price_floor", stance, terms)
        for one, stance in agreements(text, "price_floor")
        for terms in priced_terms(passage, text, one.index)
    )


def divisions(passage: Passage, text: Text) -> Iterator[Claim]:
    """Goods, places or hours left to one another."""
    return once(
        claim(
            passage,
            text.sentences[one.index],
            "market_division",
            stance,
            Terms(product=name, until=due(passage, text.sentences[one.index])),
        )
        for one, stance in agreements(text, "market_division")
        for name in text.sentences[one.index].products or [""]
    )


def once(claims: Iterable[Claim]) -> Iterator[Claim]:
    """One claim for each product, with its price if any has one; else the first."""
    found: dict[str, Claim] = {}
    for one in claims:
        known = found.get(one.product)
        if known is None or (known.price is None and one.price is not None):
            found[one.product] = one
    if len(found) > 1:
        found.pop("", None)
    yield from found.values()


def restraints(passage: Passage, text: Text) -> Iterator[Claim]:
    """Money, goods or favours for not competing."""
    for one, stance in agreements(text, "paid_restraint"):
        terms = paid_terms(passage, text, one.index)
        sentence = text.sentences[one.index]
        yield claim(passage, sentence, "paid_restraint", stance, terms)


def paid_terms(passage: Passage, text: Text, index: int) -> Terms:
    """What is paid for not competing, and with what, in a sentence or next to it."""
    sentence = text.sentences[index]
    near = text.sentences[max(index - 1, 0) : index + 2]
    product = next((name for part in (sentence, *near) for name in part.products), "")
    amounts = (paid(part) for part in (sentence, *near))
    amount = next((sum_ for sum_ in amounts if sum_ is not None), None)
    return Terms(product=product, amount=amount, until=due(passage, sentence))


def paid(sentence: Sentence) -> int | None:
    """What is paid, in cents: an amount, else the first bare number, as dollars."""
    amount = sum_named(sentence)
    if amount is None and (numbers := sentence.of("number")):
        return numbers[0].value * 100
    return amount


def agreements(text: Text, kind: ClaimKind) -> Iterator[tuple[Weighed, Stance]]:
    """The sentences of a text that say it, and whether the text proposes or accepts."""
    cues = load_cues(kind)
    cued = weigh(text, cues)
    heavy = [one for one in cued if one.weight >= cues.file.needed]
    if heavy:
        stance = stance_of(text, max(heavy, key=lambda one: one.weight), cued)
        for one in heavy:
            yield one, stance


def stance_of(text: Text, one: Weighed, cued: Sequence[Weighed]) -> Stance:
    """Whether something is proposed or accepted: who accepts asks for nothing.

    A yes in so many words counts wherever it stands before the sentence or next to it.
    """
    said = any(
        "conceding" in other.own and not text.sentences[other.index].asks
        for other in cued
        if other.index <= one.index + 1
    )
    if said and not ("proposing" in one.own and "conceding" not in one.own):
        return "accept"
    offers = "proposing" in one.around or "asks" in one.around
    return "propose" if offers or "accepting" not in one.around else "accept"


ANYTHING = re.compile("")
"""These kinds have no word in common that every mail would have to hold."""
RULES = {
    "price_floor": Rule(BETWEEN, ANYTHING, price_floors),
    "market_division": Rule(BETWEEN, ANYTHING, divisions),
    "paid_restraint": Rule(BETWEEN, ANYTHING, restraints),
}
"""By kind."""
