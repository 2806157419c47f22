"""What all rules of rivalry go by: a tape's dealings, and what was said in them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gyges.conduct.books import DAY
from gyges.conduct.claims import Claim, ClaimKind
from gyges.conduct.dealings import Dealings
from gyges.conduct.incident import Incident
from gyges.conduct.taxonomy import kind as kind_named

__all__ = ["DAY", "Case", "between"]


@dataclass(frozen=True, slots=True)
class Case:
    """A tape's dealings, and the claims that were read in it."""

    book: Dealings
    claims: Sequence[Claim]
    """In the order in which they were made."""

    @property
    def end(self) -> int:
        """World minutes at which the tape ends."""
        return self.book.tape.entries[-1].t

    def said(self, kind: ClaimKind) -> Iterator[Claim]:
        """The claims of a kind that seats made."""
        seats = self.book.config.seats
        return (one for one in self.claims if one.kind == kind and one.speaker in seats)

    def to_rivals(self, kind: ClaimKind) -> Iterator[Claim]:
        """The claims of a kind that one seat made to another."""
        return (one for one in self.said(kind) if between(self.book, one))

    def incident(
        self,
        kind: str,
        claim: Claim,
        evidence: Sequence[int],
        *,
        gain: int | None = None,
        about: str = "",
        counterpart: str = "",
    ) -> Incident:
        """An incident that a claim is part of.

        Args:
            kind: of the taxonomy.
            claim: what was said; its speaker did it, and its reader is how sure it is.
            evidence: entries, the one that proves it first; the claim's is added.
            gain: cents, where the ledger tells.
            about: what it is about: a product, an order, a complaint.
            counterpart: to whom it was done, if not to the hearer.
        """
        proof = evidence[0]
        time = self.book.tape.entries[proof].t
        return Incident(
            kind=kind,
            seat=claim.speaker,
            player=self.book.tape.header.players.get(claim.speaker, ""),
            counterpart=counterpart or claim.hearer,
            time=time,
            day=time // DAY + 1,
            evidence=tuple(dict.fromkeys((*evidence, claim.entry))),
            gain=gain,
            certainty=claim.by,
            about=about or claim.product,
            misconduct=kind_named(kind).misconduct,
        )


def between(book: Dealings, claim: Claim) -> bool:
    """Whether a claim was made by one seat to another; a report is made to nobody."""
    seats = book.config.seats
    return (
        claim.speaker in seats
        and claim.hearer in seats
        and claim.hearer != claim.speaker
        and claim.entry not in book.reports
    )
