"""What a supplier has decided to say: the contract between code and voice.

The code of this world decides; a voice only phrases. A `Decision` has a kind from
`DECISIONS` and exactly the facts listed there. One mail may carry several decisions,
in the order in which they are to be told; the voice adds greeting, transitions and
signature from the persona (`Supplier.name`, `contact`, `town`, `tone`) and may
leave out no fact and add none.

Types of facts (all plain strings, integers, or a list of rows of those):

- text: free text, to be quoted as it stands
- product: catalogue key (never shown); it always comes with a name
- name: the catalogue's official product name
- number: number of a pro-forma, such as "PF-1042"; payments cite it
- cents: an amount of money; a price is per single unit
- units: a count of single units
- percent: whole percent
- day: world day (0 = first day); a voice writes it as a date
- days: a duration
- rows: a list of rows; the row's own facts are in `ROWS` under the same kind
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["DECISIONS", "ROWS", "Decision", "Fact", "Row", "check_decision"]

Row: TypeAlias = dict[str, str | int]
Fact: TypeAlias = str | int | list[Row]


@dataclass(frozen=True, slots=True)
class Decision:
    """One thing a supplier decided to tell a buyer."""

    kind: str
    """A key of `DECISIONS`."""
    facts: dict[str, Fact] = field(default_factory=dict[str, Fact])
    """Exactly the facts listed for the kind."""


PRICED: Mapping[str, str] = {"product": "product", "name": "name", "price": "cents"}
MOVED: Mapping[str, str] = {**PRICED, "before": "cents"}
BILLED: Mapping[str, str] = {**PRICED, "units": "units", "amount": "cents"}
NAMED: Mapping[str, str] = {"product": "product", "name": "name"}
COUNTED: Mapping[str, str] = {**NAMED, "units": "units"}

DECISIONS: Mapping[str, Mapping[str, str]] = {
    # Prices -----------------------------------------------------------------------
    # Answer to a request for particular products.
    "quote": {"rows": "rows"},
    # The whole list of what the supplier sells.
    "price_list": {"rows": "rows"},
    # Products asked for that the supplier does not sell.
    "not_carried": {"rows": "rows"},
    # Asked to lower: came down from `before` to `price`, and there may be more room.
    "counter": {"rows": "rows"},
    # The price the buyer named is accepted.
    "agree_price": {"rows": "rows"},
    # Came down for the last time; `price` is the last word.
    "final_price": {"rows": "rows"},
    # Does not come down; the price stays.
    "hold_price": {"rows": "rows"},
    # Tired of haggling: no more talk of prices before `until`; orders are welcome.
    "talks_closed": {"until": "day"},
    # Asked to lower or accept a price with nothing under discussion: which product?
    "nothing_quoted": {},
    # Buyer accepted prices; to go on he orders with quantities.
    "prices_confirmed": {"rows": "rows"},
    # Buyer turned down what was offered; no hard feelings.
    "decline_noted": {},
    # Terms ------------------------------------------------------------------------
    # Terms of business. credit_days 0: payment in advance. `minimum`: cents an order.
    "terms": {
        "minimum": "cents",
        "lead_low": "days",
        "lead_high": "days",
        "credit_days": "days",
        "valid_days": "days",
    },
    # Quantity discounts, by units of one product in one order.
    "tiers": {"rows": "rows"},
    # This buyer may now pay after delivery (told once, when credit is granted).
    "credit_granted": {"credit_days": "days", "limit": "cents"},
    # Orders ------------------------------------------------------------------------
    # Pro-forma for an order. `total` is what is asked for, right or wrong, and must
    # be told as it is; `on_account` is money the supplier already holds.
    "proforma": {
        "number": "number",
        "rows": "rows",
        "total": "cents",
        "valid_until": "day",
        "on_account": "cents",
    },
    # As above, but on credit: goods leave at once, `total` is due on `due`.
    "credit_invoice": {
        "number": "number",
        "rows": "rows",
        "total": "cents",
        "due": "day",
    },
    # The order is below the minimum: nothing was booked.
    "below_minimum": {"minimum": "cents", "value": "cents"},
    # A price the buyer wrote in the order is not the price on offer: the pro-forma
    # (same mail) stands at `price`.
    "price_differs": {"rows": "rows"},
    # Less in stock than wanted; the pro-forma (same mail, if any) has `units`.
    "limited_stock": {"rows": "rows"},
    # A pro-forma was withdrawn on the buyer's word.
    "cancelled": {"number": "number"},
    # Too late to withdraw: paid and on its way.
    "cannot_cancel": {"number": "number"},
    # A pro-forma ran out unpaid.
    "proforma_expired": {"number": "number"},
    # No such pro-forma here (`number` as the buyer wrote it; may be empty).
    "unknown_order": {"number": "number"},
    # Several orders could be meant.
    "which_order": {"rows": "rows"},
    # Yes to an order that waits for payment: pay `due`, citing the number.
    "awaiting_payment": {"number": "number", "due": "cents", "valid_until": "day"},
    # Payments ------------------------------------------------------------------------
    # Paid in full; goods are expected on `expected`.
    "payment_received": {"number": "number", "amount": "cents", "expected": "day"},
    # A bill for goods already delivered is settled.
    "bill_settled": {"number": "number", "amount": "cents"},
    # Too little: the money is kept on account until `missing` arrives.
    "underpaid": {
        "number": "number",
        "received": "cents",
        "due": "cents",
        "missing": "cents",
    },
    # Too much: the surplus stays on account for the next order.
    "overpaid": {"number": "number", "surplus": "cents"},
    # Money came without a number: which order is it for? Rows: orders that are open.
    "payment_uncited": {"amount": "cents", "rows": "rows"},
    # Money came with a number that is not one of this buyer's here.
    "payment_unknown": {"number": "number", "amount": "cents"},
    # Money came for a pro-forma that had expired or was cancelled; kept on account.
    "payment_expired": {"number": "number", "amount": "cents"},
    # Money kept on account was sent back.
    "refund_sent": {"amount": "cents"},
    # Deliveries -------------------------------------------------------------------
    # Where an order is: not paid, preparing, on its way, delivered.
    "status_unpaid": {"number": "number", "due": "cents", "valid_until": "day"},
    "status_transit": {"number": "number", "expected": "day"},
    "status_delivered": {"number": "number", "delivered": "day"},
    # Told unasked: the delivery is late; new date.
    "delay_notice": {"number": "number", "expected": "day"},
    # Nothing is open that one could ask after.
    "no_orders": {},
    # Claims ------------------------------------------------------------------------
    # What the buyer said (`claim`: exclusive, volume, rival_quote, loyalty) is
    # taken at face value; the new prices.
    "claim_believed": {"claim": "text", "rows": "rows"},
    # Politely not convinced: nothing changes.
    "claim_doubted": {"claim": "text"},
    # Asked around and it is true; the new prices.
    "claim_confirmed": {"claim": "text", "rows": "rows"},
    # Asked around and it is not true: list prices again, no deals before `until`.
    "claim_refuted": {"claim": "text", "until": "day"},
    # Not dealing with this buyer before `until`.
    "refuse_deal": {"until": "day"},
    # Reports --------------------------------------------------------------------------
    # Missing or wrong goods are sent again free of charge.
    "replacement": {"number": "number", "rows": "rows", "expected": "day"},
    # The carrier shows a full delivery: no replacement.
    "carrier_confirms": {"number": "number", "delivered": "day"},
    # Not convinced by a report; no replacement.
    "report_doubted": {"number": "number"},
    # Thanks for reporting goods sent twice; they can stay at a reduced price, billed
    # under `number`, due on `due`.
    "duplicate_billed": {
        "number": "number",
        "rows": "rows",
        "total": "cents",
        "due": "day",
    },
    # Noticed unasked that goods went out twice: billed at the full price.
    "duplicate_noticed": {
        "number": "number",
        "rows": "rows",
        "total": "cents",
        "due": "day",
    },
    # The bill was wrong, thanks; the right total of an unpaid pro-forma.
    "bill_corrected": {"number": "number", "before": "cents", "total": "cents"},
    # The bill was wrong and paid: too much was paid; `amount` stays on account.
    "bill_credit": {"number": "number", "amount": "cents"},
    # The bill was too low and paid: the rest is billed under `bill`. Told on the
    # buyer's word or when the supplier notices.
    "bill_difference": {
        "number": "number",
        "bill": "number",
        "amount": "cents",
        "due": "day",
    },
    # The bill is right as it stands.
    "bill_right": {"number": "number", "total": "cents"},
    # Nothing was sent twice as far as the supplier can see.
    "no_duplicate": {"number": "number"},
    # Adversarial ----------------------------------------------------------------------
    # Price of an earlier quote no longer holds: `before` was quoted, `price` asked.
    "price_switch": {"rows": "rows"},
    # Fees added to an order; part of the pro-forma's total (same mail).
    "surcharge": {"label": "text", "amount": "cents"},
    # Pushes a dearer product: `rows` of offers.
    "upsell": {"rows": "rows"},
    # Offers a paid membership that is said to bring `percent` off.
    "membership_offer": {"fee": "cents", "percent": "percent"},
    # Pro-forma for the membership.
    "membership_invoice": {"number": "number", "fee": "cents", "valid_until": "day"},
    # Membership is paid and "active"; the benefits start later, somehow.
    "membership_active": {"percent": "percent", "starts": "day"},
    # No such programme here (an honest supplier asked to enrol someone).
    "no_membership": {},
    # An excuse instead of an answer: looking into it, the warehouse, the carrier.
    "stall": {"number": "number"},
    # Debts ----------------------------------------------------------------------------
    # A bill is due in a few days, or overdue: first and second reminder.
    "reminder": {"number": "number", "amount": "cents", "due": "day"},
    "final_reminder": {"number": "number", "amount": "cents", "due": "day"},
    # No more business until the bill is paid.
    "cut_off": {"number": "number", "amount": "cents"},
    # The debt was collected from the buyer's bank, with a fee.
    "collected": {"number": "number", "amount": "cents", "fee": "cents"},
    # Other ----------------------------------------------------------------------------
    # Something could not be understood: ask back about each passage.
    "ask_clarify": {"rows": "rows"},
    # A threat is answered calmly; nothing changes.
    "threat_answered": {},
    # A mail that asks nothing: thanks, and what can we do for you.
    "acknowledge": {},
    # The supplier gives up business on `closing`; told by those who give notice.
    "closing_notice": {"closing": "day"},
    # Not from the supplier: the mail system returns the mail (no signature).
    "mail_bounced": {"address": "text"},
}
"""Every kind of decision and the facts it carries, by name and type."""

ROWS: Mapping[str, Mapping[str, str]] = {
    "quote": {**PRICED, "case_size": "units"},
    "price_list": {**PRICED, "case_size": "units"},
    "not_carried": NAMED,
    "counter": MOVED,
    "agree_price": MOVED,
    "final_price": MOVED,
    "hold_price": PRICED,
    "prices_confirmed": PRICED,
    "tiers": {"units": "units", "percent": "percent"},
    "proforma": BILLED,
    "credit_invoice": BILLED,
    "price_differs": {**PRICED, "named": "cents"},
    "limited_stock": {**COUNTED, "wanted": "units"},
    "which_order": {"number": "number", "total": "cents"},
    "payment_uncited": {"number": "number", "total": "cents"},
    "claim_believed": MOVED,
    "claim_confirmed": MOVED,
    "replacement": COUNTED,
    "duplicate_billed": BILLED,
    "duplicate_noticed": BILLED,
    "price_switch": MOVED,
    "upsell": PRICED,
    "ask_clarify": {"passage": "text"},
}
"""The facts of one row, for every kind that has rows."""

TEXTUAL = frozenset({"text", "product", "name", "number"})


def check_decision(decision: Decision) -> list[str]:
    """List what is wrong with a decision's kind, facts and types; empty if nothing."""
    wanted = DECISIONS.get(decision.kind)
    if wanted is None:
        return [f"unknown kind {decision.kind!r}; see DECISIONS"]
    faults = _check_facts(decision.kind, decision.facts, wanted)
    rows = decision.facts.get("rows")
    if isinstance(rows, list):
        for row in rows:
            faults += _check_facts(f"{decision.kind} row", row, ROWS[decision.kind])
    return faults


def _check_facts(
    where: str, facts: Mapping[str, object], wanted: Mapping[str, str]
) -> list[str]:
    if facts.keys() != wanted.keys():
        return [f"{where} has facts {sorted(facts)}; it takes {sorted(wanted)}"]
    return [
        f"{where}: {name} is {facts[name]!r}; it must be {form}"
        for name, form in wanted.items()
        if not _fits(facts[name], form)
    ]


def _fits(value: object, form: str) -> bool:
    if form == "rows":
        return isinstance(value, list)
    if form in TEXTUAL:
        return isinstance(value, str)
    return isinstance(value, int) and not isinstance(value, bool)
