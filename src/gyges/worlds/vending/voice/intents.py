"""What a sentence to a supplier wants, apart from ordering goods."""

from typing import Literal, TypeAlias

from gyges.worlds.vending.letters import (
    Accept,
    AskStatus,
    Cancel,
    Claim,
    Decline,
    Haggle,
    Join,
    Report,
    Threat,
)
from gyges.worlds.vending.voice.lines import find_lines
from gyges.worlds.vending.voice.mails import Mail, Part
from gyges.worlds.vending.voice.tokens import Token

__all__ = [
    "REPORTS",
    "is_condition",
    "merge_haggle",
    "read_answers",
    "read_claims",
    "read_haggle",
    "read_report",
]

ReportKind: TypeAlias = Literal[
    "duplicate", "not_delivered", "wrong_goods", "damaged", "short", "bill_error"
]
REPORTS: tuple[ReportKind, ...] = (
    "duplicate",
    "not_delivered",
    "wrong_goods",
    "damaged",
    "short",
    "bill_error",
)
"""Kinds of report; of two in one sentence the earlier one counts."""
CLAIMS = frozenset({"exclusive", "loyalty", "volume", "rival"})
ANSWERED = frozenset(
    {"threat", "cancel", "status", "terms", "decline", "join", "accept", "proceed"}
)
COUNTED = frozenset({"not_delivered", "damaged", "short"})
"""Reports about goods that can be counted."""
ANSWERS = frozenset(
    {"reply", "response", "answer", "quote", "invoice", "email", "mail", "confirmation"}
)
"""What may be missing without a delivery being late."""
DEAR = 2000
"""A larger amount is no price of a unit that anybody haggles about."""
FUNCTION = frozenset(
    [
        "i",
        "we",
        "you",
        "he",
        "they",
        "it",
        "my",
        "our",
        "your",
        "their",
        "his",
        "the",
        "a",
        "an",
        "this",
        "that",
        "another",
        "other",
        "one",
        "if",
        "but",
        "and",
        "or",
        "so",
        "as",
        "since",
        "because",
        "can",
        "could",
        "would",
        "will",
        "please",
        "hi",
        "hello",
        "dear",
        "thanks",
        "for",
        "from",
        "at",
        "by",
        "with",
        "in",
        "on",
        "to",
        "currently",
        "recently",
        "also",
        "however",
        "given",
    ]
)


def is_condition(part: Part) -> bool:
    """Whether a sentence makes something depend on the other side."""
    return part.has("condition") and not part.has("soft_condition")


def read_answers(mail: Mail, part: Part) -> None:
    """Read yes, no, cancellations, memberships, threats and questions of status."""
    if part.cues.keys().isdisjoint(ANSWERED):
        return
    number = part.number
    if part.has("threat"):
        mail.add(Threat())
    if part.has("cancel") and not is_condition(part):
        mail.add(Cancel(mail.order_number(part)))
    read_questions(mail, part)
    if part.has("decline"):
        mail.add(Decline(number))
    elif part.has("join") and not part.sentence.asks and not is_condition(part):
        if "membership" in mail.flags or part.has("membership"):
            mail.add(Join())
    elif not part.sentence.asks and not is_condition(part):
        read_acceptance(mail, part)


def read_questions(mail: Mail, part: Part) -> None:
    """Read questions for the status of an order and for terms."""
    if part.has("status") and not part.has("order", "quote"):
        mail.add(AskStatus(mail.order_number(part)))
    if part.has("terms") and asks_terms(part):
        mail.flags.add("terms")


def asks_terms(part: Part) -> bool:
    """Whether terms are asked for, not only spoken of."""
    sentence = part.sentence
    if part.number and part.has("status"):
        return False
    return sentence.asks or sentence.item or part.has("request")


def read_acceptance(mail: Mail, part: Part) -> None:
    """Read a yes; "go ahead with 48 Coke" is an order and no yes."""
    if part.has("not_order", "do_not_ship", "deal_if", "not_proceed", *REPORTS):
        return
    plain = part.has("proceed") and (bool(part.number) or not part.has("order"))
    if part.has("accept") or (plain and not part.has("cancel")):
        mail.add(Accept(part.number or (mail.order_number(part) if plain else None)))
        if not part.has("accept"):
            mail.flags.add("only_proceed")


def read_report(mail: Mail, part: Part) -> bool:
    """Read what went wrong with a delivery or a bill; tells whether something did."""
    if part.cues.keys().isdisjoint(REPORTS):
        return False
    named: list[ReportKind] = [name for name in REPORTS if part.has(name)]
    kind = named[0]
    keys = {token.key for token in part.tokens}
    if is_condition(part) or (kind == "not_delivered" and keys & ANSWERS):
        return False
    product = units = None
    if kind in COUNTED:
        product = part.products[0] if len(set(part.products)) == 1 else None
        units = reported_units(mail, part, kind)
    merge_report(mail, Report(kind, mail.order_number(part), product, units))
    return True


def reported_units(mail: Mail, part: Part, kind: str) -> int | None:
    """Units missing or damaged: said outright, or ordered less received."""
    numbers = part.amounts("number")
    if kind == "short" and len(numbers) > 1 and max(numbers[:2]) > min(numbers[:2]):
        return max(numbers[:2]) - min(numbers[:2])
    found = find_lines(part.tokens, mail.grammar)
    for wanted in found.wanted:
        return wanted.units(mail.lexis)
    return numbers[0] if numbers else None


def merge_report(mail: Mail, report: Report) -> None:
    """One report per kind: a later sentence fills in what an earlier one left out."""
    for index, known in enumerate(mail.intents):
        if isinstance(known, Report) and known.kind == report.kind:
            mail.intents[index] = Report(
                known.kind,
                known.order or report.order,
                known.product or report.product,
                known.units if known.units is not None else report.units,
            )
            return
    if not any(isinstance(known, Report) for known in mail.intents):
        mail.add(report)


def read_claims(mail: Mail, part: Part) -> None:
    """Read facts that are stated to move the supplier."""
    if part.cues.keys().isdisjoint(CLAIMS):
        return
    unreal = is_condition(part) or part.has("unreal", "would_be")
    if part.has("exclusive") and not unreal:
        mail.add(Claim("exclusive"))
    if part.has("loyalty"):
        mail.add(Claim("loyalty"))
    if part.has("volume") and not unreal and not part.sentence.asks:
        start, end = part.cues["volume"][0]
        numbers = [t.value for t in part.tokens[start:end] if t.kind == "number"]
        mail.add(Claim("volume", units=numbers[0] if numbers else None))
    if part.has("rival") and not is_condition(part) and part.amounts("money"):
        read_rival(mail, part)


def read_rival(mail: Mail, part: Part) -> None:
    """Read another supplier's price."""
    name = rival_name(part)
    if name is None:
        return
    price = next(iter(rival_amounts(part.tokens)), None)
    if price is None:
        return
    product = part.products[0] if part.products else mail.only_product()
    mail.add(Claim("rival_quote", product, price, None, name or None))


def rival_amounts(tokens: list[Token]) -> list[int]:
    """Amounts that are not "your price"."""
    found: list[int] = []
    for index, token in enumerate(tokens):
        before = {other.key for other in tokens[max(0, index - 5) : index]}
        if token.kind == "money" and not before & {"your", "you", "my"}:
            found.append(token.value)
    return found


def rival_name(part: Part) -> str | None:
    """The rival's name as written; "" if he is unnamed, None if there is no rival."""
    if part.has("unnamed_rival"):
        return source(part.tokens) or ""
    for start, _ in sorted(part.cues["rival"]):
        name = last_capitals(part.tokens[max(0, start - 5) : start])
        if name:
            return name
    return source(part.tokens)


def is_name(token: Token) -> bool:
    """Whether a token may be part of a name."""
    return (
        token.kind == "word" and token.text[0].isupper() and token.key not in FUNCTION
    )


def last_capitals(tokens: list[Token]) -> str:
    """The words with capitals at the end of some tokens, or nothing."""
    words: list[str] = []
    for token in reversed(tokens):
        if is_name(token):
            words.append(token.text)
        elif words or token.key not in {"is", "has", "just", "already", "also"}:
            break
    return " ".join(reversed(words))


def source(tokens: list[Token]) -> str | None:
    """The words with capitals behind "from", "by", "at" or "with", if there are any."""
    for index, token in enumerate(tokens):
        if token.key not in {"from", "by", "at", "with"}:
            continue
        words: list[str] = []
        for following in tokens[index + 1 :]:
            if not is_name(following):
                break
            words.append(following.text)
        if words:
            return " ".join(words)
    return None


def read_haggle(mail: Mail, part: Part) -> None:
    """Read a request for lower prices: one per product with a price of its own."""
    prices = offered_prices(part)
    percent = next(iter(part.amounts("percent")), None)
    if len(prices) > 1 and all(product for product, _ in prices):
        for product, price in prices:
            merge_haggle(mail, Haggle(product, price))
        return
    product = part.products[0] if len(set(part.products)) == 1 else None
    price = prices[0][1] if prices else None
    last = next((c for c in reversed(mail.intents) if isinstance(c, Claim)), None)
    if (
        last is not None
        and last.kind == "rival_quote"
        and product in {None, last.product}
    ):
        product = last.product
        if price is None and part.has("match"):
            price = last.price
    elif product is None and percent is None:
        product = mail.only_product()
    merge_haggle(mail, Haggle(product, price, percent and percent / 100))


def offered_prices(part: Part) -> list[tuple[str | None, int]]:
    """The prices the writer names for himself, each with its product."""
    products = [(i, t.stem) for i, t in enumerate(part.tokens) if t.kind == "product"]
    found: list[tuple[str | None, int]] = []
    taken: set[str] = set()
    amounts = [i for i, t in enumerate(part.tokens) if t.kind == "money"]
    paired = len(amounts) > 1 and len(products) > 1
    for index in amounts:
        if theirs(part.tokens, index) or part.tokens[index].value > DEAR:
            continue
        free = [one for one in products if one[1] not in taken] or products
        near = min(free, key=lambda one: abs(one[0] - index), default=None)
        product = near[1] if near and (paired or len(products) == 1) else None
        if (product is None and found) or product in taken:
            continue
        taken.add(product or "")
        found.append((product, part.tokens[index].value))
    return found


def theirs(tokens: list[Token], index: int) -> bool:
    """Whether an amount is the other side's price: "the move to", "you quoted"."""
    before = [token.key for token in tokens[max(0, index - 4) : index]]
    after = [token.key for token in tokens[index + 1 : index + 9]]
    words = {
        "accept",
        "you",
        "your",
        "thanks",
        "move",
        "from",
        "quoted",
        "current",
        "currently",
    }
    asks = {"can", "could", "would", "do", "offer", "match", "if", "give", "consider"}
    asks |= {"agree", "reduce", "lower", "drop", "cut", "down"}
    before_all = {token.key for token in tokens[max(0, index - 6) : index]}
    if "reach" in before_all:
        return True
    verdict = {"above", "high", "steep", "expensive", "too", "reach"} & set(after)
    high = bool(verdict) and bool({"is", "are", "seems"} & set(after))
    return high or (bool(words & set(before)) and not asks & set(before))


def merge_haggle(mail: Mail, haggle: Haggle) -> None:
    """A vague request next to a definite one says nothing new."""
    vague = haggle.price is None and haggle.percent is None
    for index, known in enumerate(mail.intents):
        if not isinstance(known, Haggle):
            continue
        same = haggle.product in {None, known.product}
        if same and known.price is None and known.percent is None and not vague:
            mail.intents[index] = Haggle(known.product, haggle.price, haggle.percent)
            return
        if vague and same:
            return
        known_vague = known.price is None and known.percent is None
        if known_vague and known.product in {None, haggle.product}:
            mail.intents[index] = haggle
            return
    mail.add(haggle)
