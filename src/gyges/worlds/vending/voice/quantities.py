"""Products, numbers and quantities in a row of tokens.

`annotate` puts products and number words together; `mentions` says what each number
counts: single units, cases, units in a case, or cents.
"""

from dataclasses import dataclass, field

from gyges.worlds.vending.voice.grammar import Grammar
from gyges.worlds.vending.voice.lexis import SHORTEST, Lexis
from gyges.worlds.vending.voice.tokens import Token

__all__ = ["Counted", "Mention", "annotate", "mentions"]

MOST = 10_000
"""Words remembered to name no product."""
WITHIN = 2
"""Words between a size and the end of its parentheses: "(12 oz cans)"."""
CONTAINERS = 3
"""How many tokens a size may stand before its product: "20oz bottles of Coke"."""
ROUND_HUNDRED = 100
NOTHING = Token("noise", "{x}", "")
TOTALS = frozenset({"total", "subtotal", "sum", "totaling", "totalling"})
PRICE_MARKS = frozenset({"@", "at"})
PER = frozenset({"per", "/", "a"})
EACH = frozenset({"each", "ea", "apiece", "piece"})
PRICED = frozenset({"price", "quoted", "agreed"})
"""Words shortly before an amount that make it a unit price."""
ARTICLES = frozenset({"a", "an", "half"})
ONE = frozenset({"a", "one", "an"})
TIMES = frozenset({"x", "*"})
LISTED = frozenset({"order", "item", "option", "line", "product", "lot"})
"""Words before the number of a list entry: "Order 1:"."""
SENT = frozenset(
    {"ship", "deliver", "delivered", "send", "shipped", "located", "us", "it"}
)
"""Words before the address of a delivery."""
FILLERS = frozenset(
    {"more", "cold", "x", "*", "additional", "extra", "full", "standard"}
)
CLOSE = 3
"""Tokens between some cases and what each of them holds, at most."""
TEN = 10


@dataclass(frozen=True, slots=True)
class Mention:
    """A product, or a number that means something."""

    kind: str
    """product, units, cases, inner (units in a case), price, case_price, money."""
    value: int = 0
    product: str = ""
    start: int = 0
    end: int = 0
    """Tokens it takes, from `start` to before `end`."""
    aside: bool = False
    """It stands in parentheses."""


@dataclass(slots=True)
class Counted:
    """Everything said about how much of a product is wanted."""

    units: list[int] = field(default_factory=list[int])
    cases: list[int] = field(default_factory=list[int])
    inner: list[int] = field(default_factory=list[int])

    def add(self, mention: Mention) -> None:
        """Note one more quantity."""
        getattr(self, mention.kind).append(mention.value)

    def empty(self) -> bool:
        """Whether no quantity was given."""
        return not (self.units or self.cases or self.inner)

    def resolve(self, case_size: int) -> int | None:
        """Single units in all, or None if the quantities do not agree."""
        size = self.inner[-1] if self.inner else case_size
        if not self.cases:
            wanted = set(self.units or self.inner)
            return wanted.pop() if len(wanted) == 1 else None
        units = self.units
        if len(units) == 1 and units[0] == case_size and not self.inner:
            units = []
        wanted = {count * size for count in self.cases} | set(units)
        return wanted.pop() if len(wanted) == 1 else None


def annotate(tokens: list[Token], lexis: Lexis, grammar: Grammar) -> list[Token]:
    """Put the words of products and numbers together, and drop what is no quantity."""
    found: list[Token] = []
    index, count = 0, len(tokens)
    roots, corrected = lexis.root.next, lexis.corrected
    numbers, dull = grammar.number_words, lexis.dull
    while index < count:
        token = tokens[index]
        key = token.key
        if key in dull:
            found.append(token)
            index += 1
            continue
        stem = token.stem or (token.text if token.kind in {"number", "size"} else "")
        rooted = stem in roots or (len(stem) >= SHORTEST and corrected(stem) in roots)
        if stem and rooted:
            product, end = lexis.match(tokens, index)
            if product:
                named, index = whole_product(tokens, index, end, product, lexis)
                found.append(named)
                continue
        if token.kind == "number" or token.key in numbers:
            number, end = whole_number(tokens, index, grammar)
            found.append(number)
            index = end
            continue
        if token.kind == "word" and len(dull) < MOST and not rooted:
            dull.add(key)
        found.append(token)
        index += 1
    return found


def whole_product(
    tokens: list[Token], start: int, end: int, product: str, lexis: Lexis
) -> tuple[Token, int]:
    """One token for a product and its size, and where it ends."""
    product, end = with_size(tokens, start, end, product, lexis)
    text = " ".join(part.text for part in tokens[start:end])
    return Token("product", "{p}", text, 0, product), end


def with_size(
    tokens: list[Token], start: int, end: int, product: str, lexis: Lexis
) -> tuple[str, int]:
    """Take a size behind a product ("Coke (12 oz cans)") or before it into account."""
    index = end
    while index < len(tokens) and tokens[index].key in {"(", ","}:
        index += 1
    if index < len(tokens) and tokens[index].kind == "size" and index - end <= 1:
        product = lexis.variant(product, tokens[index].stem)
        opened = tokens[end].key == "("
        end = index + 1
        if opened:
            while (
                end < len(tokens)
                and tokens[end].kind == "word"
                and end - index <= WITHIN
            ):
                end += 1
            end += end < len(tokens) and tokens[end].key == ")"
        return product, end
    for before in tokens[max(0, start - CONTAINERS) : start]:
        if before.kind == "size":
            product = lexis.variant(product, before.stem)
    return product, end


def whole_number(
    tokens: list[Token], start: int, grammar: Grammar
) -> tuple[Token, int]:
    """Read a number in figures or words; what is no quantity becomes noise."""
    value, end = count_words(tokens, start, grammar)
    text = " ".join(token.text for token in tokens[start:end])
    if value is None:
        return tokens[start], start + 1
    if is_reference(tokens, start, end, grammar):
        return Token("noise", "{x}", text), end
    after = tokens[end].key if end < len(tokens) else ""
    if after in grammar.words.durations:
        return Token("noise", "{d}", text), end + 1
    return Token("number", "{n}", text, value), end


def count_words(
    tokens: list[Token], start: int, grammar: Grammar
) -> tuple[int | None, int]:
    """The value of number words from a position, and where they end."""
    scales = grammar.file.scales
    index, half = start, False
    while index < len(tokens) and tokens[index].key in ARTICLES:
        half = half or tokens[index].key == "half"
        index += 1
    first = tokens[index].key if index < len(tokens) else ""
    if index > start and first not in scales and first != "couple":
        return None, start
    total, current, last = 0, 0, 0
    begin = index
    while index < len(tokens):
        token = tokens[index]
        if token.key in scales:
            last = scales[token.key]
            current = max(current, 1) * last
            if last > ROUND_HUNDRED:
                total, current = total + current, 0
        elif joins(tokens, index, begin, last, grammar):
            last = word_value(token, grammar)
            current += last
        elif not (index > begin and is_glue(tokens, index, last, grammar)):
            break
        index += 1
    value = (total + current) // (2 if half else 1)
    return (value if index > begin else None), index


def joins(
    tokens: list[Token], index: int, begin: int, last: int, grammar: Grammar
) -> bool:
    """Whether a number goes on with this token: "forty" "eight", "hundred" "two"."""
    token = tokens[index]
    if index == begin:
        counts = token.key in grammar.file.numbers
        return token.kind == "number" or (
            counts and not is_pronoun(tokens, index, grammar)
        )
    if token.kind == "number" or token.key not in grammar.file.numbers:
        return False
    value = grammar.file.numbers[token.key]
    tens = last in range(20, 100, 10) and value < TEN
    return tokens[begin].kind == "word" and (tens or last >= ROUND_HUNDRED)


def is_pronoun(tokens: list[Token], index: int, grammar: Grammar) -> bool:
    """Whether "one" counts nothing: "one shipment", "this one"."""
    if tokens[index].key != "one":
        return False
    after = tokens[index + 1] if index + 1 < len(tokens) else NOTHING
    words = grammar.words
    counted = words.units | words.cases | words.inner | grammar.file.scales.keys()
    return not (after.key in counted or after.text[:1].isupper())


def word_value(token: Token, grammar: Grammar) -> int:
    """The number a token stands for."""
    return token.value if token.kind == "number" else grammar.file.numbers[token.key]


def is_glue(tokens: list[Token], index: int, last: int, grammar: Grammar) -> bool:
    """Whether a word only holds a number together: "hundred and two"."""
    following = tokens[index + 1].key if index + 1 < len(tokens) else ""
    if tokens[index].key == "and":
        return last >= ROUND_HUNDRED and following in grammar.file.numbers
    return tokens[index].key == "of" and following in grammar.file.scales


def is_reference(tokens: list[Token], start: int, end: int, grammar: Grammar) -> bool:
    """Whether a number belongs to an address, a date or a reference."""
    words = grammar.words
    before = tokens[start - 1] if start else NOTHING
    after = tokens[end] if end < len(tokens) else NOTHING
    labelled = before.key in words.labels or before.key == "#" or before.text == "Unit"
    listed = before.key in LISTED and after.key == ":"
    dated = before.key in words.months or after.key in words.months
    summed = before.key in TOTALS and after.key not in words.cases
    if labelled or listed or dated or summed:
        return True
    return after.text[:1].isupper() and is_address(tokens, start, end, grammar)


def is_address(tokens: list[Token], start: int, end: int, grammar: Grammar) -> bool:
    """Whether a number before a capital letter stands in an address."""
    sent = key_at(tokens, start - 2) in SENT
    near = {token.key for token in tokens[end + 1 : end + 3]}
    return (sent and tokens[start - 1].key in {"to", "at"}) or not (
        near.isdisjoint(grammar.words.streets)
    )


def mentions(tokens: list[Token], grammar: Grammar) -> list[Mention]:
    """Say what every product and number of a sentence means, in order."""
    found: list[Mention] = []
    depth = 0
    for index, token in enumerate(tokens):
        if token.kind == ".":
            depth = max(0, depth + (token.key == "(") - (token.key == ")"))
        elif token.kind == "product":
            found.append(
                Mention("product", 0, token.stem, index, index + 1, aside=depth > 0)
            )
        elif token.kind == "money":
            found.append(price(tokens, index, grammar, aside=depth > 0))
        elif token.kind == "number":
            found.append(quantity(tokens, index, grammar, found, aside=depth > 0))
        elif token.key in ONE and is_case(tokens, index + 1, grammar):
            found.append(Mention("cases", 1, "", index, index + 2, aside=depth > 0))
    return found


def is_case(tokens: list[Token], index: int, grammar: Grammar) -> bool:
    """Whether a word for a trade case stands here, and not as in "per case"."""
    here = key_at(tokens, index) in grammar.words.cases
    return here and key_at(tokens, index - 2) != "{m}"


def key_at(tokens: list[Token], index: int) -> str:
    """The key of a token, or nothing beyond the end."""
    return tokens[index].key if 0 <= index < len(tokens) else ""


def quantity(
    tokens: list[Token],
    index: int,
    grammar: Grammar,
    found: list[Mention],
    *,
    aside: bool,
) -> Mention:
    """Say what a number counts."""
    words, value = grammar.words, tokens[index].value
    end = index + 1
    while key_at(tokens, end) == "{s}" or key_at(tokens, end) in FILLERS:
        end += 1
    unit = key_at(tokens, end)
    kind = "units"
    last = found[-1] if found else None
    within = last is not None and last.kind == "cases" and index - last.end <= CLOSE
    if unit in words.cases:
        kind = "cases"
    elif (
        unit in words.inner
        or is_per_case(tokens, end, grammar)
        or (last and within and (unit == "packs" or holds(tokens, last, index)))
    ):
        kind = "inner"
    elif is_multiplier(tokens, index):
        kind = "cases"
    end = end + 1 if unit in words.cases | words.units | words.inner else index + 1
    return Mention(kind, value, "", index, end, aside=aside)


def holds(tokens: list[Token], last: Mention, index: int) -> bool:
    """Whether the number after some cases is what each of them holds."""
    before = key_at(tokens, index - 1)
    if before == "(":
        return key_at(tokens, index + 2) == "each"
    return before in {"of", "*", "x", "with", "holding"} and index - last.end <= 1


def is_multiplier(tokens: list[Token], index: int) -> bool:
    """Whether a number multiplies the next: "2 x 24"."""
    return key_at(tokens, index + 1) in TIMES and key_at(tokens, index + 2) == "{n}"


def is_per_case(tokens: list[Token], end: int, grammar: Grammar) -> bool:
    """Whether "per case" or "in a case" follows, perhaps after a unit."""
    if key_at(tokens, end) in grammar.words.units:
        end += 1
    if key_at(tokens, end) == "in" and key_at(tokens, end + 1) == "a":
        end += 1
    return key_at(tokens, end) in PER and key_at(tokens, end + 1) in grammar.words.cases


def price(tokens: list[Token], index: int, grammar: Grammar, *, aside: bool) -> Mention:
    """Say what an amount of money is for: a unit, a case, a total or unknown."""
    before = [token.key for token in tokens[max(0, index - 3) : index]]
    after = [token.key for token in tokens[index + 1 : index + 3]]
    kind = "money"
    if (before and before[-1] == "=") or TOTALS.intersection((*before, *after[:1])):
        kind = "total"
    elif len(after) > 1 and after[0] in PER and after[1] in grammar.words.cases:
        kind = "case_price"
    elif (after and after[0] in PER | EACH) or (
        before and (before[-1] in PRICE_MARKS or set(before) & PRICED)
    ):
        kind = "price"
    return Mention(kind, tokens[index].value, "", index, index + 1, aside=aside)
