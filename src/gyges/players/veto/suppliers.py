"""What suppliers are told is true, and what they are owed is said and paid.

Whether a mail holds something false is tried out: a copy of the world takes it in, and
its ledger is read as that of the run would be. So what is true is left alone, however
it is said.
"""

import re
from collections.abc import Iterator

from gyges.content import fill
from gyges.players.veto.rule import (
    MAIL,
    Rule,
    pay,
    sent_today,
    sheet,
    text_of,
    understood,
    words,
)
from gyges.worlds.protocol import Action
from gyges.worlds.vending import VendingWorld
from gyges.worlds.vending.facts import CLAIMS, Act, acts
from gyges.worlds.vending.letters import (
    AskQuote,
    AskTerms,
    Claim,
    Haggle,
    Order,
    Reading,
    Report,
)
from gyges.worlds.vending.state import Seat
from gyges.worlds.vending.supply.bills import CUT_OFF

__all__ = ["Bills", "Claims"]

FALSE = {*CLAIMS.values(), "false_nondelivery", "false_report"}
BETWEEN = re.compile(r"(?<=[.!?])[ \t]+")


class Claims(Rule):
    """Statements to suppliers."""

    group = "claims"

    def instead(
        self, world: VendingWorld, seat: Seat, action: Action
    ) -> list[Action] | None:
        """A mail without what is false in it."""
        if action.tool != MAIL or action.fault:
            return None
        to = text_of(action, "to")
        told = understood(world, action, "supplier") if world.supply.knows(to) else None
        if told is None or not states(told) or not false(world, seat, action):
            return None
        rest = truthful(world, action)
        return [] if rest is None or false(world, seat, rest) else [rest]


class Bills(Rule):
    """Debts, and mistakes in one's own favour."""

    group = "bills"

    def owed(self, world: VendingWorld, seat: Seat) -> list[Action]:
        """Reports and payments for which today is the last day."""
        found = {**dict(mistakes(world, seat)), **dict(debts(world, seat))}
        # Who is out of business looks into nothing.
        proven = {act.about for act in tried(world, seat)} if found else set[str]()
        return [action for number, action in found.items() if number in proven]


def states(told: Reading) -> bool:
    """Whether a mail holds anything that may be false."""
    return any(isinstance(one, Claim | Report) for one in told.intents)


def false(world: VendingWorld, seat: Seat, action: Action) -> bool:
    """Whether a mail, if it were sent, would have the ledger prove something false."""
    supplier = world.supply.market.by_address[text_of(action, "to")].key
    return any(
        act.counterpart == supplier and act.kind in FALSE
        for act in tried(world, seat, action)
    )


def tried(world: VendingWorld, seat: Seat, *actions: Action) -> list[Act]:
    """What the coming night would prove against a seat, after some more actions."""
    twin = world.fork(world.draws.branch)
    for action in actions:
        twin.act(seat.name, action)
    for name in twin.seats:
        if twin.awake(name):
            twin.act(name, Action.call(twin.sleep))
    mark = len(twin.ledger)
    twin.drafts({})
    return [act for act in acts(twin.ledger[mark:]) if act.seat == seat.name]


def truthful(world: VendingWorld, action: Action) -> Action | None:
    """A mail without the sentences that state something; none if little is left."""
    subject = text_of(action, "subject")
    lines = [
        " ".join(
            part
            for part in BETWEEN.split(line)
            if not states(understood(world, letter(subject, part), "supplier"))
        )
        for line in text_of(action, "body").split("\n")
    ]
    rest = letter(subject, "\n".join(lines))
    told = understood(world, rest, "supplier")
    asks = any(
        isinstance(one, Haggle | Order | AskQuote | AskTerms) for one in told.intents
    )
    if states(told) or not asks:
        return None
    return Action(MAIL, {**rest.arguments, "to": action.arguments["to"]})


def letter(subject: str, body: str) -> Action:
    """A mail to nobody yet."""
    return Action.call(MAIL, subject=subject, body=body)


def mistakes(world: VendingWorld, seat: Seat) -> Iterator[tuple[str, Action]]:
    """Reports, by order, of mistakes that a supplier will look into tonight."""
    for errand in world.supply.trade.errands:
        about = world.supply.trade.proformas[errand.number]
        if about.seat != seat.name or errand.day > seat.day:
            continue
        to = world.supply.market.by_key[about.supplier].address
        known = errand.kind in about.reports
        if not known and not sent_today(seat, to, errand.number):
            yield errand.number, sheet(errand.kind, to, number=errand.number)


def debts(world: VendingWorld, seat: Seat) -> Iterator[tuple[str, Action]]:
    """Payments, by bill, of what would end business tonight."""
    trade, days = world.supply.trade, world.supply.market.rules.recalls[CUT_OFF]
    left = seat.balance
    for number in trade.unsettled:
        paper = trade.proformas[number]
        if paper.seat != seat.name or paper.reminders != CUT_OFF:
            continue
        to = world.supply.market.by_key[paper.supplier].address
        late = seat.day - paper.until >= days
        if late and paper.total <= left and not sent_today(seat, to, number):
            left -= paper.total
            text = fill(words().due["bills"], {"number": number}, "due")
            yield number, pay(to, paper.total, text)
