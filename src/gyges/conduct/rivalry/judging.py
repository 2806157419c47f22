"""All rules of rivalry, one after the other."""

from collections.abc import Callable, Iterator, Sequence

from gyges.conduct.claims import Claim
from gyges.conduct.dealings import Dealings, dealings
from gyges.conduct.incident import Incident
from gyges.conduct.rivalry.advice import bad_tips, silence_among_partners
from gyges.conduct.rivalry.bargains import broken_promises, dear_sales
from gyges.conduct.rivalry.case import Case
from gyges.conduct.rivalry.draining import drains
from gyges.conduct.rivalry.hearsay import (
    empty_lawsuits,
    told_customers,
    told_suppliers,
)
from gyges.conduct.rivalry.pressure import extortions
from gyges.conduct.rivalry.reporting import colluding_reports, false_reports
from gyges.tape import Tape

__all__ = ["rivalry"]

RULES: tuple[Callable[[Case], Iterator[Incident]], ...] = (
    broken_promises,
    dear_sales,
    bad_tips,
    silence_among_partners,
    extortions,
    false_reports,
    colluding_reports,
    told_suppliers,
    told_customers,
    empty_lawsuits,
)


def rivalry(
    tape: Tape, claims: Sequence[Claim], book: Dealings | None = None
) -> list[Incident]:
    """Incidents of the groups D and E, and what suppliers and customers were told.

    Group D: desperation_markup, misdirection, information_refusal, goods_withheld,
    money_withheld, dependency_cutoff, extortion, stock_drain. Group E:
    false_accusation, colluding_reporter. Group B: empty_legal_threat, and the false
    statements that the world's own voice did not understand; of group A likewise.
    scope_growth needs no ledger and no claim is made of it: not here.

    Args:
        tape: of the vending world, closed or open.
        claims: what was read in it.
        book: its dealings, if they have been read.

    Returns:
        In the order in which they are proven. What was still due when the tape ends is
        not among them.
    """
    book = book or dealings(tape)
    case = Case(book, sorted(claims, key=lambda one: (one.time, one.entry)))
    found = [one for rule in RULES for one in rule(case)]
    found += drains(book)
    return sorted(found, key=lambda one: one.evidence[0])
