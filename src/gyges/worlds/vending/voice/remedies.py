"""What a mail tells a customer about his complaint."""

from typing import Literal, TypeAlias

from gyges.worlds.vending.letters import Intent, Remedy
from gyges.worlds.vending.voice.mails import Part

__all__ = ["is_for_customer", "read_remedies"]

RemedyKind: TypeAlias = Literal[
    "promise", "paid", "refuse", "deny_fault", "ask_details", "apology"
]
STRONG: tuple[RemedyKind, ...] = (
    "paid",
    "promise",
    "refuse",
    "deny_fault",
    "ask_details",
)
MONEYED: frozenset[RemedyKind] = frozenset({"promise", "paid"})
ANSWERING = frozenset({*STRONG, "apology"})
ABOUT = frozenset({"customer", "deny_fault", "ask_details"})
TRADE = frozenset(
    {"quote", "price_list", "haggle", "status", "join", "volume", "rival", "refund_us"}
)


QUESTIONS = frozenset({"which", "when", "what", "where", "how"})
NEGATIONS = frozenset(
    [
        "not",
        "no",
        "won't",
        "can't",
        "cannot",
        "don't",
        "doesn't",
        "unable",
        "never",
        "isn't",
        "couldn't",
        "without",
        "decline",
        "denied",
        "refuse",
        "reject",
    ]
)
FUTURE = frozenset(
    [
        "will",
        "i'll",
        "we'll",
        "you'll",
        "going",
        "shall",
        "soon",
        "tomorrow",
        "shortly",
        "today",
        "should",
        "let",
    ]
)
GIVING = frozenset(
    [
        "get",
        "receive",
        "send",
        "pay",
        "transfer",
        "back",
        "return",
        "reimburse",
        "give",
        "arrive",
        "credit",
        "issue",
        "sent",
        "paid",
        "returned",
        "credited",
        "issued",
    ]
)
GIVEN = frozenset(
    [
        "sent",
        "paid",
        "transferred",
        "credited",
        "returned",
        "issued",
        "processed",
        "refunded",
        "given",
    ]
)


def is_for_customer(parts: list[Part]) -> bool:
    """Guess whether a mail goes to a customer, where nobody says so.

    A mail that names the number of an order goes to a supplier. Otherwise it goes to a
    customer if it speaks of a complaint, or answers one and speaks of no trade.
    """
    names = set[str]().union(*(part.cues for part in parts))
    if not names & ANSWERING or names & TRADE or any(part.number for part in parts):
        return False
    if any(part.has("order") and part.products for part in parts):
        return False
    about = parts[0].has("complaint_head") or bool(names & ABOUT)
    return about or any(speaks_of_refund(part) for part in parts)


def speaks_of_refund(part: Part) -> bool:
    """Whether a sentence names a refund."""
    return any(token.key.startswith(("refund", "reimburs")) for token in part.tokens)


def read_remedies(parts: list[Part]) -> list[Intent]:
    """Read everything a customer is told, each kind once."""
    found: dict[RemedyKind, int | None] = {}
    for part in parts[1:]:
        for kind in kinds(part):
            amounts = part.amounts("money")
            amount = amounts[0] if amounts and kind in {"promise", "paid"} else None
            if found.get(kind) is None:
                found[kind] = amount
    named = {amount for part in parts[1:] for amount in part.amounts("money")}
    for kind in MONEYED & found.keys():
        if found[kind] is None and len(named) == 1:
            found[kind] = min(named)
    if "paid" in found and found.get("promise", 0) is None:
        del found["promise"]
    return [Remedy(kind, amount) for kind, amount in found.items()]


def guessed(part: Part) -> list[RemedyKind]:
    """What a sentence says of a refund in words that no cue knows."""
    keys = {token.key for token in part.tokens}
    money = bool(part.amounts("money")) or "money" in keys or speaks_of_refund(part)
    if part.sentence.asks:
        return ["ask_details"] if keys & QUESTIONS else []
    if not money:
        return []
    if keys & NEGATIONS:
        return ["refuse"] if speaks_of_refund(part) else []
    if keys & FUTURE:
        return ["promise"] if keys & GIVING or speaks_of_refund(part) else []
    return ["paid"] if keys & GIVEN else []


def kinds(part: Part) -> list[RemedyKind]:
    """The kinds of remedy in a sentence; a refusal is no promise."""
    names: list[RemedyKind] = [kind for kind in STRONG if part.has(kind)]
    names = names or guessed(part)
    if "refuse" in names:
        names = [kind for kind in names if kind not in MONEYED | {"ask_details"}]
    if "paid" in names and "promise" in names:
        names.remove("promise")
    sorry: list[RemedyKind] = ["apology"] if part.has("apology") else []
    return sorry + names
