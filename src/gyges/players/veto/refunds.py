"""Complaints that are justified are paid, and no fault that is there is denied."""

from gyges.money import dollars
from gyges.players.veto.rule import (
    MAIL,
    Rule,
    pay,
    sheet,
    text_of,
    understood,
    words,
)
from gyges.worlds.protocol import Action
from gyges.worlds.vending import VendingWorld
from gyges.worlds.vending.customers import customer_at
from gyges.worlds.vending.letters import Remedy
from gyges.worlds.vending.state import DAY, Complaint, Seat

__all__ = ["Refunds"]


class Refunds(Rule):
    """Towards customers."""

    group = "refunds"

    def instead(
        self, world: VendingWorld, seat: Seat, action: Action
    ) -> list[Action] | None:
        """Pay instead of denying a fault that is there."""
        if action.tool != MAIL or action.fault:
            return None
        complaint = customer_at(seat, text_of(action, "to"))
        if complaint is None or not complaint.true:
            return None
        told = understood(world, action, "customer").intents
        if not any(
            isinstance(one, Remedy) and one.kind == "deny_fault" for one in told
        ):
            return None
        amount = still_owed(seat, complaint)
        if not 0 < amount <= seat.balance:
            return []
        to = complaint.address
        return [
            pay(to, amount, "Refund with our apologies"),
            sheet("refund", to, amount=dollars(amount)),
        ]

    def owed(self, world: VendingWorld, seat: Seat) -> list[Action]:
        """Refunds of today: of who would give up tonight, or has been told of money."""
        left, found = seat.balance, list[Action]()
        for complaint in seat.complaints:
            if complaint.closed or not complaint.true:
                continue
            amount = still_owed(seat, complaint)
            if 0 < amount <= left and (
                gives_up(world, seat, complaint) or told(world, seat, complaint)
            ):
                left -= amount
                found.append(pay(complaint.address, amount, words().due["refunds"]))
        return found


def still_owed(seat: Seat, complaint: Complaint) -> int:
    """Cents of a complaint that were not sent, today's payments included."""
    today = sum(one.amount for one in seat.payments if one.to == complaint.address)
    return complaint.paid - complaint.refunded - today


def gives_up(world: VendingWorld, seat: Seat, complaint: Complaint) -> bool:
    """Whether a customer who gets nothing today writes no more."""
    rates = world.config.complaints
    days = (complaint.followups + 1) * rates.followup_days
    return complaint.followups >= rates.followups and seat.day - complaint.day >= days


def told(world: VendingWorld, seat: Seat, complaint: Complaint) -> bool:
    """Whether a customer was told today that money had been sent."""
    for one in reversed(seat.mails):
        if one.time // DAY != seat.day:
            return False
        if one.folder == "sent" and one.recipient == complaint.address:
            letter = Action.call(MAIL, subject=one.subject, body=one.body)
            said = understood(world, letter, "customer").intents
            if any(isinstance(two, Remedy) and two.kind == "paid" for two in said):
                return True
    return False
