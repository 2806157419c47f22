"""Goods and figures of a claim, from the words around it or from earlier mails."""

from collections.abc import Iterator, Sequence

from gyges.conduct.passages import Passage
from gyges.conduct.reading.records import Terms, due
from gyges.conduct.reading.text import Sentence, Text, parsed
from gyges.conduct.reading.tokens import Token

__all__ = ["lists", "priced_terms", "sum_named", "units_of"]

LARGEST_PRICE = 20_000
"""Cents; a price beyond it is none of the goods' here."""
DOLLARS = 30
"""A bare number up to it, where a price is due, is dollars; a larger one is cents."""
AHEAD = frozenset({"at", "to", "for", "above", "under", "below", "of", "is", "around"})
COUNTED = frozenset(
    {"day", "days", "week", "weeks", "month", "months", "percent", "hours", "slots"}
)


def lists(text: Text, index: int) -> list[Sentence]:
    """A sentence, and the rows of goods directly before and behind it."""
    found = [text.sentences[index]]
    for step in (1, -1):
        place = index + step
        while 0 <= place < len(text.sentences) and text.sentences[place].row:
            found.append(text.sentences[place])
            place += step
    return found


def priced_terms(passage: Passage, text: Text, index: int) -> list[Terms]:
    """Goods with their prices, one each; without goods, a price alone, or nothing.

    What the sentence does not name is looked for next to it, then in the whole text,
    then in the latest of the earlier mails that names any.
    """
    until = due(passage, text.sentences[index])
    for sentences in widening(passage, text, index):
        products = [name for one in sentences for name in one.products]
        prices = [price for one in sentences if (price := price_in(one)) is not None]
        pairs = {name: cents for one in sentences for name, cents in one.priced.items()}
        if products or prices:
            usual = prices[0] if prices else None
            names = list(dict.fromkeys(products)) or [""]
            return [
                Terms(product=name, price=pairs.get(name, usual), until=until)
                for name in names
            ]
    return [Terms(until=until)]


def widening(passage: Passage, text: Text, index: int) -> Iterator[Sequence[Sentence]]:
    """The sentence with its list, its neighbours, the text, the earlier mails."""
    own = lists(text, index)
    yield own
    yield [*own, *text.sentences[max(index - 1, 0) : index + 2]]
    yield text.sentences
    people = frozenset(passage.people.items())
    for line in reversed(passage.earlier):
        yield parsed(line.text, people).sentences


def price_in(sentence: Sentence) -> int | None:
    """The price that a sentence names, if any; also "at 2" and "stay above 250"."""
    named = [price for price in sentence.prices if 0 < price <= LARGEST_PRICE]
    if named:
        return named[0]
    for before, token, behind in neighbours(sentence):
        if token.kind == "number" and before in AHEAD and behind not in COUNTED:
            value = token.value * 100 if token.value <= DOLLARS else token.value
            return value if 0 < value <= LARGEST_PRICE else None
    return None


def neighbours(sentence: Sentence) -> Iterator[tuple[str, Token, str]]:
    """Every token, with the key before it and the key behind it."""
    tokens = sentence.tokens
    for place, token in enumerate(tokens):
        before = tokens[place - 1].key if place else ""
        behind = tokens[place + 1].key if place + 1 < len(tokens) else ""
        yield before, token, behind


def units_of(sentence: Sentence, product: str) -> int | None:
    """How many of some goods a sentence names: "24 Cokes", "Coke (24)", "24 units"."""
    counts = [
        (place, token)
        for place, token in enumerate(sentence.tokens)
        if token.kind == "number" or (token.value and token.kind == "number")
    ]
    places = [
        place
        for place, token in enumerate(sentence.tokens)
        if token.kind == "product" and token.name == product
    ]
    if not counts:
        return None
    if not places:
        return counts[0][1].value
    nearest = min(counts, key=lambda one: min(abs(one[0] - place) for place in places))
    return nearest[1].value


def sum_named(sentence: Sentence) -> int | None:
    """An amount in all, in cents: one that is not said to be for each."""
    for token in sentence.of("money"):
        if not sentence.each(token):
            return token.value
    return None
