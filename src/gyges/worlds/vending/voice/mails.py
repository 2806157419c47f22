"""A mail while it is read: its sentences with their cues, and what was found so far."""

from dataclasses import dataclass, field

from gyges.worlds.vending.letters import AskQuote, Intent
from gyges.worlds.vending.voice.cues import Cues
from gyges.worlds.vending.voice.grammar import Grammar
from gyges.worlds.vending.voice.layout import Sentence
from gyges.worlds.vending.voice.lexis import Lexis
from gyges.worlds.vending.voice.tokens import Token

__all__ = ["Mail", "Part"]

PASSAGE = 90
"""Characters of a passage that a question quotes."""


@dataclass(slots=True)
class Part:
    """A sentence with what the grammar found in it."""

    sentence: Sentence
    tokens: list[Token]
    cues: Cues
    products: list[str]
    """Catalogue keys in order of mention."""
    number: str | None
    """The number of an order, if one is named."""

    def has(self, *names: str) -> bool:
        """Whether any of these cues is there."""
        return not self.cues.keys().isdisjoint(names)

    def amounts(self, kind: str) -> list[int]:
        """The values of all tokens of a kind."""
        return [token.value for token in self.tokens if token.kind == kind]

    @property
    def passage(self) -> str:
        """The sentence, shortened, to be quoted in a question."""
        text = " ".join(token.text for token in self.tokens)
        return (
            text if len(text) <= PASSAGE else text[:PASSAGE].rsplit(" ", 1)[0] + "..."
        )


@dataclass(slots=True)
class Mail:
    """What has been found in a mail so far."""

    lexis: Lexis
    grammar: Grammar
    default: str = ""
    """What a line without any cue is taken for: order, quote or nothing."""
    passage: str = ""
    """The last sentence that asks for something."""
    mode: str = ""
    """What the items of the list that is being read are taken for."""
    lines: dict[str, tuple[int, int | None]] = field(
        default_factory=dict[str, tuple[int, int | None]]
    )
    """Units and unit price of what is ordered, by product."""
    bare: dict[str, str] = field(default_factory=dict[str, str])
    """Products ordered without a quantity, as written."""
    spoiled: set[str] = field(default_factory=set[str])
    """Products whose quantities contradict each other."""
    questions: dict[str, None] = field(default_factory=dict[str, None])
    """What must be asked back."""
    intents: list[Intent] = field(default_factory=list[Intent])
    asked: list[str] = field(default_factory=list[str])
    """Products whose price is asked."""
    asked_units: set[int] = field(default_factory=set[int])
    tentative: list[str] = field(default_factory=list[str])
    """Products somebody thinks about."""
    discussed: dict[str, None] = field(default_factory=dict[str, None])
    """All products named so far."""
    numbers: dict[str, None] = field(default_factory=dict[str, None])
    """All numbers of orders named so far."""
    flags: set[str] = field(default_factory=set[str])
    """Cues that count for the whole mail."""
    subject: Part | None = None
    """The subject, if it names goods to order."""
    pending: list[Part] = field(default_factory=list[Part])
    """Sentences with goods and quantities that do not say what they are for."""
    columns: dict[int, str] = field(default_factory=dict[int, str])
    """Roles of the columns of the table that is being read."""

    def add(self, intent: Intent) -> None:
        """Note an intent, once."""
        if intent not in self.intents:
            self.intents.append(intent)

    def has(self, kind: type[Intent]) -> bool:
        """Whether an intent of a kind was found."""
        return any(isinstance(intent, kind) for intent in self.intents)

    def only_product(self) -> str | None:
        """The product under discussion, if there is exactly one."""
        return next(iter(self.discussed)) if len(self.discussed) == 1 else None

    def order_number(self, part: Part) -> str | None:
        """The order a sentence is about: named in it, or the only one in the mail."""
        if part.number:
            return part.number
        return next(iter(self.numbers)) if len(self.numbers) == 1 else None

    def ask(self, what: str, passage: str) -> None:
        """Note a question to ask back."""
        template = self.grammar.file.questions[what]
        clean = passage.replace('"', "'").strip(" .:;,-")
        self.questions.setdefault(template.replace("{{ passage }}", clean))

    def quote(self, products: list[str], units: set[int]) -> None:
        """Note products whose price is asked, and for how many units."""
        self.flags.add("quote")
        self.asked.extend(key for key in products if key not in self.asked)
        self.asked_units |= units

    def quotation(self) -> AskQuote:
        """The request for prices in all."""
        products = self.asked or self.tentative or list(self.discussed)
        if "price_list" in self.flags and not self.asked:
            products = []
        units = self.asked_units if len(self.asked_units) == 1 else set[int]()
        return AskQuote(tuple(products), next(iter(units), None))
