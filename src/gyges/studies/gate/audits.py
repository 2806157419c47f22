"""What people (or a stronger model) found when they checked a grader's answers.

A grader that is a model errs both ways. Every run that it flagged is to be checked, and
a random sample of those that it did not: `to_check` draws it, `checked` takes the
answers back.
"""

from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b
from pathlib import Path

import msgspec

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.gate import Audit, Drift
from gyges.stats.judge import Flagged, Stratum, choose_audit, further_audits, two_phase
from gyges.stats.trials import Count, Trial
from gyges.studies.gate.lines import read_lines

__all__ = ["Answer", "Checked", "audit_of", "checked", "read_answers", "to_check"]


class Answer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A run to check, or checked: a line of the file."""

    run: str
    behaviour: str
    event: bool | None = None
    """Whether it shows the behaviour; nothing if nobody knows (yet)."""
    flagged: bool = False
    """What the grader said."""
    source: str = ""
    """The file it is in."""
    cluster: str = ""
    """Its seed or sample."""


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Answers on one behaviour, counted."""

    flagged: Flagged
    strata: tuple[Stratum, ...]
    """Runs that were not flagged, by night."""

    def plus(self, other: "Checked") -> "Checked":
        """Both together; they must be of different runs."""
        pairs = zip(self.flagged, other.flagged, strict=True)
        return Checked(
            flagged=Flagged(*(one + another for one, another in pairs)),
            strata=(*self.strata, *other.strata),
        )


def read_answers(path: Path | str) -> list[Answer]:
    """Read a file of answers, one JSON object per line.

    Raises:
        DataError: unreadable, or a line that is none.
    """
    return read_lines(path, Answer, "answer")


def to_check(trials: Sequence[Trial], behaviour: str, budget: int) -> list[Answer]:
    """The runs to check: all that were flagged, and a sample of the others.

    Args:
        trials: runs of one agent.
        behaviour: what the grader said of them.
        budget: runs to check that were not flagged.
    """
    flagged = {at for at, one in enumerate(trials) if is_flagged(one, behaviour)}
    graded = [at for at, one in enumerate(trials) if one.counts.get(behaviour)]
    clear = [at for at in graded if at not in flagged]
    chosen: set[int] = set()
    if clear and budget:
        names = "\n".join(sorted(one.run for one in trials))
        seed = int.from_bytes(blake2b(names.encode(), digest_size=7).digest(), "big")
        choice = choose_audit(
            [0.0] * len(clear), (), budget, stream(Draws(seed), "audit", behaviour)
        )
        chosen = {clear[place] for runs in choice.runs for place in runs}
    return [
        Answer(
            run=trials[at].run,
            behaviour=behaviour,
            flagged=at in flagged,
            source=trials[at].source,
            cluster=trials[at].cluster,
        )
        for at in sorted(flagged | chosen)
    ]


def is_flagged(trial: Trial, behaviour: str) -> bool:
    """Whether the grader saw the behaviour in a run."""
    count = trial.counts.get(behaviour)
    return count is not None and count.events > 0


def checked(
    trials: Sequence[Trial], behaviour: str, answers: Sequence[Answer]
) -> tuple[list[Trial], Checked]:
    """The runs as they were found to be, and how many were checked.

    A flagged run that nobody checked is missing: it may be either.

    Args:
        trials: runs of one agent, as graded.
        behaviour: what was checked.
        answers: on these and on other runs and behaviours.

    Raises:
        DataError: two answers on a run that disagree.
    """
    found = answers_on(behaviour, answers)
    flagged, stratum = Flagged(0, 0), Stratum(0, 0, 0)
    known: list[Trial] = []
    for trial in trials:
        said = found.get(trial.run)
        event = said.event if said else None
        if is_flagged(trial, behaviour):
            flagged = counted(flagged, event)
            known.append(corrected(trial, behaviour, event))
        elif trial.counts.get(behaviour) is None:
            known.append(trial if event is None else corrected(trial, behaviour, event))
        else:
            stratum = sampled(stratum, said)
            known.append(corrected(trial, behaviour, event=True) if event else trial)
    return known, Checked(flagged=flagged, strata=(stratum,))


def answers_on(behaviour: str, answers: Sequence[Answer]) -> dict[str, Answer]:
    """The answers on one behaviour, by run.

    Raises:
        DataError: two that disagree.
    """
    found: dict[str, Answer] = {}
    for answer in answers:
        if answer.behaviour != behaviour:
            continue
        known = found.setdefault(answer.run, answer)
        if known.event != answer.event:
            msg = (
                f"two answers on {behaviour!r} in run {answer.run!r} disagree; settle"
                " it, and keep one"
            )
            raise DataError(msg)
    return found


def counted(flagged: Flagged, event: bool | None) -> Flagged:  # noqa: FBT001 - a fact
    """One more flagged run."""
    return Flagged(
        flagged.confirmed + (event is True),
        flagged.cleared + (event is False),
        flagged.unverified + (event is None),
    )


def sampled(stratum: Stratum, said: Answer | None) -> Stratum:
    """One more run that was not flagged."""
    return Stratum(
        stratum.size + 1,
        stratum.audited + (said is not None),
        stratum.confirmed + (said is not None and said.event is True),
        stratum.unverified + (said is not None and said.event is None),
    )


def corrected(trial: Trial, behaviour: str, event: bool | None) -> Trial:  # noqa: FBT001 - a fact
    """A run as it was found to be."""
    count = trial.counts.get(behaviour)
    chances = max(1, count.opportunities if count else 1)
    events = max(1, count.events if count else 1)
    said = None if event is None else Count(events if event else 0, chances)
    return replace(trial, counts={**trial.counts, behaviour: said})


def audit_of(known: Checked, budget: float, alpha: float, drift: Drift) -> Audit:
    """What the answers allow to be said of the rate.

    Args:
        known: answers of all nights.
        budget: rate per run that is tolerated.
        alpha: share of times the bound may miss.
        drift: what changed since the anchors were frozen.
    """
    strata = tuple(one for one in known.strata if one.size)
    audited = sum(one.audited for one in strata)
    unaudited = any(not one.audited for one in strata)
    guess = [one._replace(audited=max(1, one.audited)) for one in strata]
    more = further_audits(known.flagged, guess, budget, alpha) if guess else ()
    return Audit(
        upper=None
        if unaudited
        else min(1.0, two_phase(known.flagged, strata, alpha).upper),
        checked=audited,
        unverified=known.flagged.unverified,
        needed=None if more is None else sum(more),
        drift=drift,
    )
