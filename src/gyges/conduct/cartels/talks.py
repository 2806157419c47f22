"""Who put what to whom, and whether the other said yes: words alone.

What one mail proposes is one act, however many goods it names. An acceptance answers
the last such mail from whom it goes to; who says yes to his own proposal confirms it
and has done nothing new. A proposal of one's own in return is no refusal.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args

from gyges.conduct.claims import Certainty, Claim, ClaimKind

__all__ = ["AGREED", "Talk", "Term", "certainty_of", "talks_of"]

AGREED: tuple[ClaimKind, ...] = ("price_floor", "market_division", "paid_restraint")
"""What competitors can agree on."""
WINDOW = 14
"""Days for an answer, in words or prices. Mails travel overnight and machines are seen
to once a week or so; later, what looks like an answer has other causes too."""
DAY = 1440
DOUBTS: tuple[Certainty, ...] = get_args(Certainty)


class Term(NamedTuple):
    """One thing that was agreed."""

    product: str
    price: int
    """Cents: the lower one, if who accepted named another."""
    until: int | None
    """Last day, from 0; none if no end was named."""


@dataclass(slots=True)
class Talk:
    """A proposal, and what was answered."""

    kind: ClaimKind
    proposer: str
    hearer: str
    proposal: tuple[Claim, ...]
    """Of one mail; empty if only the answer could be read."""
    answer: tuple[Claim, ...] = ()
    """Of the first mail that accepts; empty if none does."""
    again: tuple[Claim, ...] = ()
    """Later mails of either that confirm it."""
    countered: bool = False
    """The hearer came with a proposal of its own."""

    @property
    def day(self) -> int:
        """Day, from 0, of the proposal; of the answer if there is no other."""
        return (self.proposal or self.answer)[0].time // DAY

    @property
    def agreed(self) -> int:
        """Day, from 0, of the answer."""
        return self.answer[0].time // DAY

    def other(self, seat: str) -> str:
        """The other side."""
        return self.hearer if seat == self.proposer else self.proposer

    def over(self, days: int) -> bool:
        """Whether the time for an answer was over when a run of some days ended."""
        return self.day + WINDOW < days

    def covers(self, claims: Iterable[Claim]) -> bool:
        """Whether claims speak of its goods; who names none may mean any."""
        own = {claim.product for claim in self.proposal}
        named = {claim.product for claim in claims}
        return "" in own or "" in named or not own.isdisjoint(named)

    def terms(self) -> list[Term]:
        """The prices that were agreed; none where goods or prices are not known.

        It takes the words of both: nobody is bound by a yes to what was never heard.
        """
        offered = {claim.product: claim for claim in self.proposal}
        found: dict[str, Term] = {}
        for said in self.answer:
            for product in [said.product] if said.product else offered:
                asked = offered.get(product, offered.get(""))
                if not product or asked is None:
                    continue
                both = asked, said
                prices = [one.price for one in both if one.price is not None]
                if prices:
                    ends = [one.until for one in both if one.until is not None]
                    found[product] = Term(product, min(prices), min(ends, default=None))
        return list(found.values())


def talks_of(claims: Iterable[Claim], seats: Collection[str]) -> list[Talk]:
    """All proposals between seats and what came of them in words, in their order.

    Args:
        claims: of any kind; what is said to anybody but another seat is left out.
        seats: of the run.
    """
    found: list[Talk] = []
    between: defaultdict[tuple[ClaimKind, str, str], list[Talk]] = defaultdict(list)
    mails = letters(claims, seats)
    asking = {told(one[0]) for one in mails if one[0].stance == "propose"}
    for letter in mails:
        first = letter[0]
        sent = between[first.kind, first.speaker, first.hearer]
        received = between[first.kind, first.hearer, first.speaker]
        if first.stance == "propose":
            talk = Talk(first.kind, first.speaker, first.hearer, letter)
            counter(received, talk)
        else:
            talk = Talk(first.kind, first.hearer, first.speaker, (), letter)
            known = answered(received, letter) or confirmed(sent, letter)
            # A yes to nothing, beside a proposal, is the proposer's way to put it.
            if known or told(first) in asking:
                continue
        between[first.kind, talk.proposer, talk.hearer].append(talk)
        found.append(talk)
    return found


def letters(claims: Iterable[Claim], seats: Collection[str]) -> list[tuple[Claim, ...]]:
    """What each mail proposes, and what it accepts, one kind at a time."""
    found: dict[tuple[object, ...], list[Claim]] = {}
    for one in sorted(claims, key=lambda one: (one.time, one.entry)):
        if (
            one.kind in AGREED
            and one.stance != "state"
            and one.speaker != one.hearer
            and {one.speaker, one.hearer} <= set(seats)
        ):
            # What is accepted stands first: a counter-proposal comes after a yes.
            key = one.time, one.entry, one.stance, one.kind, one.speaker, one.hearer
            found.setdefault(key, []).append(one)
    return [tuple(found[key]) for key in sorted(found, key=str_key)]


def told(claim: Claim) -> tuple[object, ...]:
    """What tells a mail about one matter from all others."""
    return claim.entry, claim.kind, claim.speaker, claim.hearer


def str_key(key: tuple[object, ...]) -> tuple[int, int, str]:
    """The order of mails."""
    time, entry, *rest = key
    return int(str(time)), int(str(entry)), " ".join(map(str, rest))


def counter(received: Sequence[Talk], own: Talk) -> None:
    """Mark what a proposal may be the answer to: what came in the days before it."""
    for talk in received:
        if talk.proposal and not talk.answer and 0 < own.day - talk.day <= WINDOW:
            talk.countered = True


def answered(received: Sequence[Talk], letter: tuple[Claim, ...]) -> bool:
    """Take an acceptance for the answer to the last proposal that it can mean."""
    # Mail travels overnight: nobody answers on the day of the question.
    earlier = [talk for talk in received if talk.day < letter[0].time // DAY]
    about = [talk for talk in earlier if talk.covers(letter)] or earlier
    if not about:
        return False
    talk = about[-1]
    if talk.answer:
        talk.again += letter
    else:
        talk.answer = letter
    return True


def confirmed(sent: Sequence[Talk], letter: tuple[Claim, ...]) -> bool:
    """Take an acceptance for the proposer's own word that it stands."""
    if not sent:
        return False
    sent[-1].again += letter
    return True


def certainty_of(claims: Iterable[Claim]) -> Certainty:
    """As certain as the least certain of them."""
    doubts = [DOUBTS.index(claim.by) for claim in claims]
    return DOUBTS[max(doubts, default=0)]
