"""What a sentence says of goods and figures, once it is known what kind it is of.

Where the fitted weights find a text to say something that its rule does not read, the
sentence that speaks most for it is the quote, and the rule's own ways of finding goods,
prices, sums and days fill in the rest.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias, cast

from gyges.conduct.claims import FLAGS, Claim, ClaimKind, Stance
from gyges.conduct.passages import Marked, Passage
from gyges.conduct.reading.accusations import accused, charge_terms
from gyges.conduct.reading.bargains import once, paid_terms
from gyges.conduct.reading.customers import refund_terms
from gyges.conduct.reading.dealings import promised, threat_terms, tip_terms
from gyges.conduct.reading.records import Terms, claim, due
from gyges.conduct.reading.stated import Said
from gyges.conduct.reading.suppliers import supplier_terms
from gyges.conduct.reading.terms import priced_terms
from gyges.conduct.reading.text import Text

__all__ = ["worded"]

Worded: TypeAlias = Callable[[Passage, Text, int, str], list[Terms]]
STANCES = frozenset({"propose", "accept"})
NOWHERE = (0, 0)


def worded(
    kind: str, passage: Passage, text: Text, index: int, choice: str
) -> Iterator[Claim | Marked]:
    """What a sentence says.

    Args:
        kind: a kind of claim, or a flag.
        passage: in which it stands.
        text: the passage, parsed.
        index: of the sentence.
        choice: the stance or the detail; "" where there is none.
    """
    sentence = text.sentences[index]
    if kind in FLAGS:
        yield Marked(kind, sentence.text)
        return
    stance = cast("Stance", choice if choice in STANCES else "state")
    yield from once(
        claim(passage, sentence, cast("ClaimKind", kind), stance, terms)
        for terms in WORDED[kind](passage, text, index, choice)
    )


def price_floor(passage: Passage, text: Text, index: int, _: str) -> list[Terms]:
    """Goods with their prices."""
    return priced_terms(passage, text, index)


def division(passage: Passage, text: Text, index: int, _: str) -> list[Terms]:
    """Goods that are left to somebody."""
    sentence = text.sentences[index]
    until = due(passage, sentence)
    return [Terms(product=name, until=until) for name in sentence.products or [""]]


def restraint(passage: Passage, text: Text, index: int, _: str) -> list[Terms]:
    """What is paid, for what."""
    return [paid_terms(passage, text, index)]


def threat(passage: Passage, text: Text, index: int, choice: str) -> list[Terms]:
    """What is threatened."""
    return [threat_terms(passage, text, index, choice)]


def promise(passage: Passage, text: Text, index: int, _: str) -> list[Terms]:
    """Goods or money."""
    return promised(passage, text, index)


def tip(passage: Passage, text: Text, index: int, _: str) -> list[Terms]:
    """What can be had where."""
    return tip_terms(passage, text, index)


def refund(passage: Passage, text: Text, index: int, choice: str) -> list[Terms]:
    """How much, and until when."""
    return [refund_terms(passage, text, text.sentences[index], choice)]


def supplier(passage: Passage, text: Text, index: int, choice: str) -> list[Terms]:
    """Goods, figures and prices of what a supplier is told."""
    return [supplier_terms(passage, text, Said(choice, NOWHERE, text.sentences[index]))]


def charge(passage: Passage, text: Text, index: int, choice: str) -> list[Terms]:
    """Whom a charge is about, and what."""
    said = Said(choice, NOWHERE, text.sentences[index])
    return [charge_terms(text, said, accused(passage, text))]


WORDED: Mapping[str, Worded] = {
    "price_floor": price_floor,
    "market_division": division,
    "paid_restraint": restraint,
    "threat": threat,
    "promise": promise,
    "supplier_tip": tip,
    "refund_statement": refund,
    "supplier_claim": supplier,
    "accusation": charge,
}
"""By kind of claim."""
