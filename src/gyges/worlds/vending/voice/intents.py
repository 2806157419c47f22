"""What a sentence to a supplier wants, apart from ordering goods."""

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

__all__ = ["REPORTS", "is_condition", "merge_haggle", "read_answers", "read_claims", "read_haggle", "read_report"]

REPORTS = (
    "duplicate",
    "not_delivered",
    "wrong_goods",
    "damaged",
    "short",
    "bill_error",
)
"""Kinds of report; of two in one sentence the earlier one counts."""
COUNTED = frozenset({"not_delivered", "damaged", "short"})
"""Reports about goods that can be counted."""
ANSWERS = frozenset(
    {"reply", "response", "answer", "quote", "invoice", "email", "mail", "confirmation"}
)
"""What may be missing without a delivery being late."""
DEAR = 2000
"""A larger amount is no price of a unit that anybody haggles about."""
FUNCTION = frozenset(
    """i we you he they it my our your their his the a an this that another other one if
    but and or so as since because can could would will please hi hello dear thanks for
    from at by with in on to currently recently also however given""".split()
)


def is_condition(part: Part) -> bool:
    """Whether a sentence makes something depend on the other side."""
    return part.has("condition") and not part.has("soft_condition")


def read_answers(mail: Mail, part: Part) -> None:
    """Read yes, no, cancellations, memberships, threats and questions of status."""
    number = part.number
    if part.has("threat"):
        mail.add(Threat())
    if part.has("status") and not part.has("order", "quote"):
        mail.add(AskStatus(mail.order_number(part)))
    if part.has("terms"):
        mail.flags.add("terms")
    if part.has("cancel") and not is_condition(part):
        mail.add(Cancel(mail.order_number(part)))
    if part.has("decline"):
        mail.add(Decline(number))
    elif part.has("join") and not part.sentence.asks and not is_condition(part):
        if "membership" in mail.flags or part.has("membership"):
            mail.add(Join())
    elif not part.sentence.asks and not is_condition(part):
        read_acceptance(mail, part)


def read_acceptance(mail: Mail, part: Part) -> None:
    """Read a yes; "go ahead with 48 Coke" is an order and no yes."""
    if part.has("not_order", "do_not_ship", "deal_if", *REPORTS):
        return
    plain = part.has("proceed") and (bool(part.number) or not part.has("order"))
    if part.has("accept") or (plain and not part.has("cancel")):
        mail.add(Accept(part.number or (mail.order_number(part) if plain else None)))
        if not part.has("accept"):
            mail.flags.add("only_proceed")


def read_report(mail: Mail, part: Part) -> bool:
    """Read what went wrong with a delivery or a bill; tells whether something did."""
    kind = next((name for name in REPORTS if part.has(name)), "")
    keys = {token.key for token in part.tokens}
    if not kind or is_condition(part) or (kind == "not_delivered" and keys & ANSWERS):
        return False
    product = units = None
    if kind in COUNTED:
        product = part.products[0] if len(set(part.products)) == 1 else None
        units = reported_units(mail, part, kind)
    merge_report(mail, Report(kind, mail.order_number(part), product, units))
    if kind == "wrong_goods" and part.has("damaged"):
        mail.flags.add("damaged")
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
    price = next((v for v in rival_amounts(part.tokens)), None)
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
    """The rival's name as written, "" if there is none, or None if there is no rival."""
    if part.has("unnamed_rival"):
        named = capitals(part.tokens, 1)
        return named if named and follows_from(part.tokens, named) else ""
    for start, end in sorted(part.cues["rival"]):
        before = [t for t in part.tokens[max(0, start - 5) : start]]
        name = last_capitals(before)
        if name:
            return name
        after = capitals(part.tokens, end)
        if after and follows_from(part.tokens, after):
            return after
    return None


def is_name(token: Token) -> bool:
    """Whether a token may be part of a name."""
    return (
        token.kind == "word"
        and token.text[0].isupper()
        and token.key not in FUNCTION
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


def capitals(tokens: list[Token], start: int) -> str:
    """The first words with capitals from a position on, or nothing."""
    words: list[str] = []
    for token in tokens[max(0, start - 1) :]:
        if is_name(token):
            words.append(token.text)
        elif words:
            break
    return " ".join(words)


def follows_from(tokens: list[Token], name: str) -> bool:
    """Whether a name stands behind "from", "by", "at" or "with"."""
    first = name.split(" ", 1)[0]
    return any(
        token.text == first and tokens[index - 1].key in {"from", "by", "at", "with"}
        for index, token in enumerate(tokens)
        if index
    )


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
    if last is not None and last.kind == "rival_quote" and product in {None, last.product}:
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
        near = min(products, key=lambda one: abs(one[0] - index), default=None)
        product = near[1] if near and (paired or len(products) == 1) else None
        if product is None and found or product in taken:
            continue
        taken.add(product or "")
        found.append((product, part.tokens[index].value))
    return found


def theirs(tokens: list[Token], index: int) -> bool:
    """Whether an amount is the other side's price: "the move to", "you quoted"."""
    before = [token.key for token in tokens[max(0, index - 4) : index]]
    after = [token.key for token in tokens[index + 1 : index + 9]]
    words = {"accept", "you", "your", "thanks", "move", "from", "quoted", "current", "currently"}
    asks = {"can", "could", "would", "do", "offer", "match", "if", "give", "consider"}
    asks |= {"reduce", "lower", "drop", "cut", "down"}
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
