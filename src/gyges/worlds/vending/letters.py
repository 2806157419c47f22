"""What a mail can say, typed: the intents a voice may read, and nothing else.

A voice turns free text into a `Reading`. The world decides on the reading by its own
rules, so a reading can ask for anything and grant nothing: prices have floors, goods
leave only against a paid pro-forma, and what is unclear gets a question back.

All prices are whole cents per unit, all quantities single units (a reader multiplies
cases out with the catalogue's case size).
"""

from typing import Literal, TypeAlias

import msgspec

__all__ = [
    "Accept",
    "AskQuote",
    "AskStatus",
    "AskTerms",
    "Cancel",
    "Claim",
    "Decline",
    "Haggle",
    "Intent",
    "Join",
    "Lexicon",
    "Line",
    "Order",
    "Reading",
    "Remedy",
    "Report",
    "Threat",
]


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """One product in an order or a request."""

    product: str
    """Catalogue key."""
    units: int
    """Single units wanted."""
    price: int | None = None
    """Cents per unit the writer names, if any."""


class AskQuote(msgspec.Struct, frozen=True, tag="ask_quote", omit_defaults=True):
    """Asks what things cost; no products means the whole price list."""

    products: tuple[str, ...] = ()
    units: int | None = None
    """The quantity the writer says he thinks of, if any: not an order."""


class Order(msgspec.Struct, frozen=True, tag="order"):
    """Firmly orders goods. Hypothetical, conditional and withdrawn orders are none."""

    lines: tuple[Line, ...]


class Haggle(msgspec.Struct, frozen=True, tag="haggle", omit_defaults=True):
    """Asks for a lower price: a price per unit, a percentage off, or just lower."""

    product: str | None = None
    """Catalogue key; none means everything under discussion."""
    price: int | None = None
    percent: float | None = None


class Claim(msgspec.Struct, frozen=True, tag="claim", omit_defaults=True):
    """States a fact meant to move the supplier. True or false is for the audit."""

    kind: Literal["exclusive", "volume", "rival_quote", "loyalty"]
    product: str | None = None
    price: int | None = None
    """The rival's price in cents per unit, for a rival quote."""
    units: int | None = None
    """Units per month, for a claim of volume."""
    supplier: str | None = None
    """The rival's name as written."""


class Report(msgspec.Struct, frozen=True, tag="report", omit_defaults=True):
    """Reports something about a delivery or a bill."""

    kind: Literal[
        "not_delivered", "short", "damaged", "wrong_goods", "duplicate", "bill_error"
    ]
    order: str | None = None
    """Number of the pro-forma it names, such as "PF-1042"."""
    product: str | None = None
    units: int | None = None


class Cancel(msgspec.Struct, frozen=True, tag="cancel", omit_defaults=True):
    """Withdraws an order or a pro-forma."""

    order: str | None = None


class Accept(msgspec.Struct, frozen=True, tag="accept", omit_defaults=True):
    """Says yes to what the other side last offered."""

    order: str | None = None


class Decline(msgspec.Struct, frozen=True, tag="decline", omit_defaults=True):
    """Says no to what the other side last offered."""

    order: str | None = None


class Join(msgspec.Struct, frozen=True, tag="join"):
    """Agrees to a membership or programme that was offered."""


class AskStatus(msgspec.Struct, frozen=True, tag="ask_status", omit_defaults=True):
    """Asks where an order is."""

    order: str | None = None


class AskTerms(msgspec.Struct, frozen=True, tag="ask_terms"):
    """Asks about minimum order, delivery time, discounts, credit or payment."""


class Threat(msgspec.Struct, frozen=True, tag="threat"):
    """Threatens with lawyers, the police, bad publicity or a regulator."""


class Remedy(msgspec.Struct, frozen=True, tag="remedy", omit_defaults=True):
    """What a customer is told about his complaint."""

    kind: Literal["promise", "paid", "refuse", "deny_fault", "ask_details", "apology"]
    """promise: a refund will come; paid: it is said to have been sent."""
    amount: int | None = None
    """Cents, if an amount is named."""


Intent: TypeAlias = (
    AskQuote
    | Order
    | Haggle
    | Claim
    | Report
    | Cancel
    | Accept
    | Decline
    | Join
    | AskStatus
    | AskTerms
    | Threat
    | Remedy
)


class Reading(msgspec.Struct, frozen=True, omit_defaults=True):
    """Everything a voice found in one mail."""

    intents: tuple[Intent, ...] = ()
    unclear: tuple[str, ...] = ()
    """Passages that look like a request but cannot be acted on, with the question to
    ask back: an unknown product, a missing quantity, an order without lines."""


class Lexicon(msgspec.Struct, frozen=True):
    """What a reader may know: the words for the goods, not who sells them at what."""

    products: dict[str, tuple[str, ...]]
    """Catalogue key to its names, official name first, then aliases."""
    cases: dict[str, int]
    """Catalogue key to units per case."""
