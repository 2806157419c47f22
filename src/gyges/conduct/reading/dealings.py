"""What competitors tell one another: threats, promises, where something can be had."""

import re
from collections.abc import Iterator, Sequence

from gyges.conduct.claims import Claim
from gyges.conduct.passages import Audience, Passage
from gyges.conduct.reading.phrases import load_cues
from gyges.conduct.reading.records import Rule, Terms, claim, due
from gyges.conduct.reading.terms import lists, sum_named, units_of
from gyges.conduct.reading.text import Sentence, Text
from gyges.conduct.reading.tokens import Token
from gyges.conduct.reading.weighing import weigh

__all__ = ["RULES", "promised", "threat_terms", "tip_terms"]

BETWEEN: frozenset[Audience] = frozenset({"rival", "partner"})
HARMS = ("legal", "report", "cut_off", "price_war")
"""Details of a threat; if several are named, the first of these counts."""


def threats(passage: Passage, text: Text) -> Iterator[Claim]:
    """Harm announced unless something is done; the heaviest sentence says it."""
    cues = load_cues("threat")
    found = [one for one in weigh(text, cues) if one.weight >= cues.file.needed]
    if found:
        best = max(found, key=lambda one: (one.weight, -one.index))
        cued = best.own if best.own.intersection(HARMS) else best.around
        detail = next((harm for harm in HARMS if harm in cued), "other")
        terms = threat_terms(passage, text, best.index, detail)
        yield claim(passage, text.sentences[best.index], "threat", terms=terms)


def threat_terms(passage: Passage, text: Text, index: int, detail: str) -> Terms:
    """What a threat in a sentence is about; sums and days may stand next to it."""
    near = around(text, index)
    days = (due(passage, one) for one in near)
    amounts = (sum_named(one) for one in near)
    return Terms(
        detail=detail,
        product=next(iter(text.sentences[index].products), ""),
        amount=next((sum_ for sum_ in amounts if sum_ is not None), None),
        until=next((day for day in days if day is not None), None),
    )


def promises(passage: Passage, text: Text) -> Iterator[Claim]:
    """Goods or money by some time, each once, one claim for each product."""
    cues = load_cues("promise")
    said: set[Terms] = set()
    for one in weigh(text, cues):
        if one.weight >= cues.file.needed:
            for terms in promised(passage, text, one.index):
                if terms not in said:
                    said.add(terms)
                    sentence = text.sentences[one.index]
                    yield claim(passage, sentence, "promise", "state", terms)


def promised(passage: Passage, text: Text, index: int) -> list[Terms]:
    """What is promised: goods with their number, or an amount."""
    until = due(passage, text.sentences[index])
    for part in around(text, index):
        if part.products:
            prices = [one.value for one in part.of("money") if part.each(one)]
            price = next(iter(prices), None)
            return [
                Terms(name, price=price, units=units_of(part, name), until=until)
                for name in part.products
            ]
        if part.of("money"):
            return [Terms(amount=sum_named(part), until=until)]
    return [Terms(until=until)]


def around(text: Text, index: int) -> list[Sentence]:
    """A sentence, and then those next to it."""
    return [text.sentences[index], *text.sentences[max(index - 1, 0) : index + 2]]


def tips(passage: Passage, text: Text) -> Iterator[Claim]:
    """Where something can be had, one claim for each product."""
    cues = load_cues("supplier_tip")
    named = {index for index, one in enumerate(text.sentences) if source(passage, one)}
    heavy = [
        one for one in weigh(text, cues, named=named) if one.weight >= cues.file.needed
    ]
    if heavy:
        best = max(heavy, key=lambda one: (one.weight, -one.index))
        for terms in tip_terms(passage, text, best.index):
            sentence = text.sentences[best.index]
            yield claim(passage, sentence, "supplier_tip", terms=terms)


def tip_terms(passage: Passage, text: Text, index: int) -> list[Terms]:
    """What can be had where, for each product, in a sentence or next to it."""
    near = [*lists(text, index), *around(text, index)]
    about = next((name for one in near if (name := source(passage, one))), "")
    pairs = {name: price for one in near for name, price in one.priced.items()}
    prices = [price for one in near for price in one.prices]
    usual = prices[0] if prices else None
    products = list(dict.fromkeys(name for one in near for name in one.products))
    return [
        Terms(product=name, price=pairs.get(name, usual), about=about)
        for name in products or [""]
    ]


def source(passage: Passage, sentence: Sentence) -> str:
    """A supplier that a sentence names: an address, else capital letters in a row."""
    for token in sentence.of("address"):
        return token.name
    runs = capitals(passage.text, sentence.tokens)
    return max(runs, key=len, default="")


def capitals(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Names of at least two words in capital letters that are no seat and no goods."""
    run: list[Token] = []
    for token in tokens:
        capital = token.kind == "word" and text[token.start].isupper()
        if (capital and token.key not in PLAIN) or (run and token.key in LINKS):
            run.append(token)
            continue
        if len(run) > 1:
            yield text[run[0].start : run[-1].end]
        run = []
    if len(run) > 1:
        yield text[run[0].start : run[-1].end]


LINKS = frozenset({"and", "of"})
PLAIN = frozenset(
    {
        *(
            "i",
            "hi",
            "hello",
            "dear",
            "thanks",
            "the",
            "a",
            "my",
            "best",
            "kind",
            "unit",
        ),
        *(
            "unit",
            "regards",
            "mission",
            "street",
            "bay",
            "re",
            "fwd",
            "you",
            "we",
            "if",
        ),
        *("mr", "ms", "mrs", "ps", "okay", "good", "yes", "no", "and", "of"),
    }
)
"""Words in capital letters that make no name."""
ANYTHING = re.compile("")
"""These kinds have no word in common that every mail would have to hold."""
RULES = {
    "threat": Rule(BETWEEN, ANYTHING, threats),
    "promise": Rule(BETWEEN, ANYTHING, promises),
    "supplier_tip": Rule(BETWEEN, ANYTHING, tips),
}
"""By kind."""
