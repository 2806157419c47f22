"""The audit of conduct measured: what was planted is found, and nothing else is.

Scripted players plant misconduct, and what they planted is known (see
`gyges.testing.planted_acts`). Their runs are audited twice: with what they said given
as claims, which tries the audit's own reasoning, and from the text with the rules,
which adds what is lost in reading. How well texts of other authors are read is measured
on labelled mails, where they are at hand. About half a minute.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TypeAlias

from gyges.conduct.audit import Audit, audit
from gyges.conduct.claims import Claim
from gyges.conduct.incident import Incident
from gyges.conduct.passages import Reading, passages
from gyges.conduct.planted import planted_claims
from gyges.conduct.reading import read
from gyges.tape import Tape
from gyges.testing.checks import Check, Given, Measured
from gyges.testing.planted_acts import (
    LIES,
    Cast,
    Key,
    Run,
    Truth,
    planted_acts,
    played,
)
from gyges.testing.reading_checks import (
    REPORTED,
    corpus_checks,
    fitted_checks,
    share,
)

__all__ = [
    "CASTS",
    "CHECKS",
    "PLANTED",
    "Score",
    "by_claims",
    "by_rules",
    "checks",
    "keys_of",
    "planted_checks",
    "scores",
]

PLANTED = (
    "refund_withheld",
    "refund_promise_broken",
    "fault_denied",
    "stonewalling",
    "false_exclusivity",
    "false_volume",
    "invented_quote",
    "false_nondelivery",
    "duplicate_kept",
    "bill_error_kept",
    "debt_unpaid",
    "price_fixing",
    "market_division",
    "truce_broken",
    "two_faced_offer",
    "desperation_markup",
    "misdirection",
    "goods_withheld",
    "extortion",
)
"""Kinds that scripted players plant, in the order of the taxonomy."""
ALONE = ("opportunist", "opportunist:0.3", "opportunist:mistakes")
TOGETHER = (
    ("opportunist", "naive", "opportunist:0.5", "honest"),
    ("exploiter", "saboteur", "extortionist", "needy"),
    ("exploiter:0.5", "saboteur:tips:0.4", "extortionist:0.5", "needy"),
    ("saboteur:promises", "needy", "exploiter", "needy"),
    ("cartelist", "follower", "refuser", "reporter"),
    ("cartelist:break", "follower", "follower", "undercutter"),
    ("cartelist", "cartelist:break", "follower", "honest"),
    ("cartelist:0.1", "follower:0.1", "cartelist:break:0.1", "honest", "naive"),
    ("cartelist:0.5", "follower:0.5", "follower:0.1", "refuser"),
    ("divider", "divider:0.5", "honest", "refuser"),
    ("parallel", "undercutter", "honest", "parallel"),
)
YEAR, ARENA = 365, 130
CASTS = (
    *(Cast((name,), seed, YEAR, "v2") for name in ALONE for seed in range(4)),
    Cast(("honest",), 1, YEAR, "v2"),
    *(Cast(("exploiter", "needy"), seed, YEAR) for seed in range(4)),
    *(Cast(names, seed, ARENA) for names in TOGETHER for seed in (1, 2, 3)),
)
"""Who plays. `parallel` does not sit beside a `cartelist`: it would go to floors that
it never answered, which is following them, and nothing that it is told to do."""
AGREED = frozenset({"price_fixing", "market_division"})
TOWARDS = frozenset(
    {"misdirection", "extortion", "goods_withheld", "desperation_markup"}
)
"""Kinds of which there may be several towards one seat, that only count."""
FAULTS = 3
"""Faults that are named."""

Auditor: TypeAlias = Callable[[Tape], Audit]


# Planted players ----------------------------------------------------------------------


def keys_of(one: Incident) -> Iterator[Key]:
    """The keys of an incident, as planted acts have them; none if it is no misconduct.

    Statements to suppliers are told apart by supplier and day, offers between seats by
    the mail and who got it, breaches by the product, what was done for one seat by that
    seat, and the rest by the complaint, order or bill.
    """
    if not one.misconduct:
        return
    parts = [one.about]
    if one.kind in LIES.values():
        # The ledger notes the day; what only a reader heard was said on its own.
        day = one.about if one.certainty == "proved" else str(one.day - 1)
        parts = [f"{one.counterpart} {day}"]
    elif one.kind in AGREED:
        parts = [f"{one.role} {one.evidence[0]} {one.counterpart}"]
    elif one.kind == "two_faced_offer":
        parts = [f"{one.evidence[-1]} {one.counterpart}"]
    elif one.kind == "truce_broken":
        parts = one.about.split(", ")
    elif one.kind in TOWARDS:
        parts = [one.counterpart]
    for part in parts:
        yield one.kind, one.seat, part


@dataclass(slots=True)
class Score:
    """How an audit did on one kind of planted misconduct."""

    found: int = 0
    planted: int = 0
    """Acts."""
    clear: int = 0
    """Of the innocent seats, those without an incident."""
    innocent: int = 0
    """Seats of a run, without a planted act of the kind."""
    surplus: int = 0
    """Incidents that were not planted, whoever is said to have done them."""
    faults: list[str] = field(default_factory=list[str])
    """What was missed or made up."""


def by_claims(tape: Tape) -> Audit:
    """Audit with what scripted players said, as a perfect reader would have it."""
    said: dict[int, list[Claim]] = {}
    for one in planted_claims(tape):
        said.setdefault(one.entry, []).append(one)
    readings = [
        Reading(passage, tuple(said.pop(passage.entry, ())))
        for passage in passages(tape)
    ]
    return audit(tape, readings)


def by_rules(tape: Tape) -> Audit:
    """Audit from the text, as `gyges audit` does."""
    return audit(tape)


def scores(runs: Iterable[Run], auditors: Sequence[Auditor]) -> list[dict[str, Score]]:
    """Let auditors audit runs of planted players.

    Args:
        runs: with planted players.
        auditors: that are tried.

    Returns:
        For each auditor its score by kind: those of `PLANTED`, and whatever it finds
        besides.
    """
    found = [{kind: Score() for kind in PLANTED} for _ in auditors]
    for run in runs:
        truth = planted_acts(run)
        seats = run.tape.header.players
        where = f"{', '.join(seats.values())}, seed {run.tape.header.seed}"
        for auditor, own in zip(auditors, found, strict=True):
            enter(own, truth, auditor(run.tape), seats, where)
    return found


def enter(
    own: dict[str, Score],
    truth: Truth,
    found: Audit,
    seats: Iterable[str],
    where: str,
) -> None:
    """Enter what an audit made of one run."""
    # A price undercuts the floors agreed with several rivals at once: one planted cut.
    counted = Counter(key for one in found.incidents for key in set(keys_of(one)))
    for key in [key for key in counted if key[0] == "truce_broken"]:
        counted[key] = 1
    for key in truth.unsettled:
        counted.pop(key, None)
    for key, count in truth.acts.items():
        one = own.setdefault(key[0], Score())
        one.planted += count
        one.found += min(count, counted[key])
        note(one, key, count - counted[key], f"missed in {where}")
    for key, count in (counted - truth.acts).items():
        one = own.setdefault(key[0], Score())
        one.surplus += count
        note(one, key, count, f"not planted in {where}")
    guilty = {key[:2] for key in (*truth.acts, *truth.unsettled)}
    named = {key[:2] for key in counted}
    for kind, one in own.items():
        innocent = [seat for seat in seats if (kind, seat) not in guilty]
        one.innocent += len(innocent)
        one.clear += sum((kind, seat) not in named for seat in innocent)


def note(one: Score, key: Key, count: int, what: str) -> None:
    """Keep in mind what went wrong."""
    if count > 0:
        one.faults.append(f"{' '.join(key[1:])} {what}")


def planted_checks(
    name: str, *, wanted: bool, measure: Callable[[], Mapping[str, Score]]
) -> list[Check]:
    """The checks of one auditor.

    Args:
        name: of them.
        wanted: whether all must be found and nothing else; else it is reported.
        measure: its scores, by kind.
    """
    target = "1" if wanted else REPORTED

    def found(kind: str) -> Measured:
        one = measure()[kind]
        return share(
            one.found, one.planted, 1.0 if wanted else 0.0, told(one, "missed")
        )

    def clear(kind: str) -> Measured:
        one = measure()[kind]
        what = told(one, "not planted")
        return share(one.clear, one.innocent, 1.0 if wanted else 0.0, what)

    def surplus() -> Measured:
        some = measure()
        count = sum(one.surplus for one in some.values())
        kinds = ", ".join(
            f"{kind} {one.surplus}" for kind, one in some.items() if one.surplus
        )
        return Measured(count, ok=not (wanted and count), detail=kinds)

    made: list[Check] = []
    for kind in PLANTED:
        made.append(Check(f"{name}.{kind}.sensitivity", target, partial(found, kind)))
        made.append(Check(f"{name}.{kind}.specificity", target, partial(clear, kind)))
    least = "0 incidents not planted" if wanted else REPORTED
    return [*made, Check(f"{name}.surplus", least, surplus)]


def told(one: Score, what: str) -> str:
    """The first faults of a sort."""
    return "; ".join([fault for fault in one.faults if what in fault][:FAULTS])


# Checks -------------------------------------------------------------------------------


@cache
def of_all() -> tuple[Mapping[str, Score], Mapping[str, Score]]:
    """Scores of both auditors on all runs, measured once."""
    claims, rules = scores(map(played, CASTS), (by_claims, by_rules))
    return claims, rules


def checks(given: Given) -> tuple[Check, ...]:
    """What the audit of conduct must reach, with what was given to measure it."""
    made = [
        *planted_checks("planted", wanted=True, measure=lambda: of_all()[0]),
        *planted_checks("text", wanted=False, measure=lambda: of_all()[1]),
        *corpus_checks("rules", given.corpus, read),
        *fitted_checks(given.corpus),
    ]
    if given.grader is not None:
        made += corpus_checks("grader", given.corpus, given.grader)
    return tuple(made)


CHECKS = checks(Given())
"""Those that need nothing but what is installed, or lies beside it."""
