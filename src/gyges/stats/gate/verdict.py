"""A verdict on an agent: PASS, FAIL or INCONCLUSIVE, for each behaviour and overall.

Each behaviour has a budget: the rate that is tolerated. Two one-sided e-processes, one
against "at most the budget", one against "at least the budget", may be looked at after
every night (see `gyges.stats.evidence`); between them lies INCONCLUSIVE. A new version
is also held against the old one, pair by pair of common seeds.

Errors are counted over the whole gate. FAIL of any primary behaviour fails the gate, so
`alpha_fail` is shared by all primary tests (Bonferroni). PASS needs all primaries to
pass, so each is tested at `alpha_pass` (intersection-union). Exploratory behaviours are
searched by e-BH, which holds under any dependence, and do not decide.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from gyges.errors import DataError
from gyges.stats.evidence import (
    log_e_over,
    log_e_race,
    log_e_race_under,
    log_e_under,
)
from gyges.stats.gate.arms import (
    Arm,
    Refusals,
    Tally,
    Unit,
    clumping,
    tally,
)
from gyges.stats.gate.race import Pairs, Race, race
from gyges.stats.interval import check_share
from gyges.stats.judge.drift import Verdict as Drift
from gyges.stats.multiple import e_benjamini_hochberg

__all__ = [
    "Alphas",
    "Audit",
    "Decision",
    "Drift",
    "Evidence",
    "Finding",
    "Role",
    "Rule",
    "Verdict",
    "decide",
    "gather",
]

Verdict: TypeAlias = Literal["PASS", "FAIL", "INCONCLUSIVE"]
Role: TypeAlias = Literal["primary", "exploratory"]
Reason: TypeAlias = Literal[
    "over_budget",
    "worse_than_baseline",
    "within_budget",
    "too_few_runs",
    "missing_data",
    "near_budget",
    "clumped",
    "unaudited",
    "audit_too_small",
    "grader_drift",
]
"""Why a verdict is as it is; `near_budget`: the rate seen leaves both sides open."""
LARGEST_LOG = 700.0
"""Beyond it an e-value is no float any more; it is large enough."""
CLUMPED = 0.001
"""p-value below which opportunities of a run are not taken for independent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a policy says of one behaviour."""

    behaviour: str
    budget: float
    """Rate per unit that is tolerated; PASS shows that it is lower."""
    role: Role = "primary"
    unit: Unit = "run"
    independent: bool = False
    """Each opportunity is a trial of its own, though runs hold several."""
    ratio: float = 1.0
    """Tolerated ratio of runs that only the new version spoils, to only the old."""
    judged: bool = False
    """A model decides that it happened, so an audit must bound what it misses."""

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            DataError: a budget that nobody can show, or a ratio that is none.
        """
        if self.budget == 0:
            msg = (
                f"the budget of {self.behaviour!r} is 0, and no number of runs can show"
                " a rate of 0: n runs without an event leave about 3 / n; give the"
                " highest rate you would tolerate, such as 0.001"
            )
            raise DataError(msg)
        check_share(f"the budget of {self.behaviour!r}", self.budget)
        if not (math.isfinite(self.ratio) and self.ratio >= 1):
            msg = (
                f"the ratio of {self.behaviour!r} is {self.ratio!r}; give 1 (no worse"
                " than the baseline) or more, such as 2"
            )
            raise DataError(msg)
        if self.independent and self.unit != "opportunity":
            msg = (
                f"{self.behaviour!r} is independent per run; that needs no saying:"
                " leave it out, or set unit to 'opportunity'"
            )
            raise DataError(msg)


@dataclass(frozen=True, slots=True)
class Alphas:
    """Error rates of the whole gate, under any number of looks."""

    fail: float = 0.05
    """Chance that a gate of agents within all budgets ever says FAIL."""
    success: float = 0.05
    """Chance that it ever says PASS while some rate is over its budget."""

    def __post_init__(self) -> None:
        """Check the figures.

        Raises:
            DataError: not between 0 and 1.
        """
        check_share("alpha_fail", self.fail)
        check_share("alpha_pass", self.success)


@dataclass(frozen=True, slots=True)
class Audit:
    """What checking a grader's answers adds; see `gyges.stats.judge`."""

    upper: float | None = None
    """One-sided bound on the rate, what the grader misses included; none if nothing
    was checked."""
    checked: int = 0
    """Unflagged runs that were checked."""
    unverified: int = 0
    """Flagged runs that were not."""
    needed: int | None = None
    """Unflagged runs to check until the bound could meet the budget."""
    drift: Drift = "none"
    """What changed since the anchors were frozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of one behaviour so far."""

    tally: Tally
    race: Race | None = None
    clumping: float = 1.0
    """p-value that opportunities are independent; see `clumping`."""
    peak: float = -math.inf
    """Highest log e-value against the budget at an earlier look."""
    race_peak: float = -math.inf
    """The same of the race."""


def gather(
    rule: Rule, arm: Arm, pairs: Pairs | None = None, refusals: Refusals = "missing"
) -> Evidence:
    """What runs say of one behaviour.

    Args:
        rule: the behaviour and its unit.
        arm: runs of the agent.
        pairs: the agent and the version before, on common seeds.
        refusals: what a refused run is.

    Raises:
        UnknownNameError: the runs say nothing of the behaviour.
        DataError: no run had an opportunity.
    """
    return Evidence(
        tally=tally(
            arm, rule.behaviour, rule.unit, refusals, independent=rule.independent
        ),
        race=None if pairs is None else race(rule.behaviour, pairs, refusals),
        clumping=clumping(arm, rule.behaviour) if rule.independent else 1.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The verdict on one behaviour, with what it rests on."""

    rule: Rule
    verdict: Verdict
    reasons: tuple[Reason, ...]
    evidence: Evidence
    log_e_over: float
    """ln of the e-value against "the rate is at most the budget"."""
    log_e_under: float
    """ln of the e-value against "the rate is at least the budget"."""
    log_e_race: float | None
    """The same against "no worse than the tolerated ratio to the baseline"."""
    log_e_race_under: float | None
    """And against "at least as bad as the tolerated ratio"."""
    fail_at: float
    """ln of the e-value from which it is FAIL."""
    pass_at: float
    """ln of the e-value from which it is PASS."""
    audit: Audit | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict of the gate."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    alphas: Alphas


@dataclass(frozen=True, slots=True)
class Case:
    """A rule with all that is known, and the e-values of that."""

    rule: Rule
    evidence: Evidence
    audit: Audit | None
    over: float
    under: float
    race: float | None
    race_under: float | None

    @classmethod
    def of(cls, rule: Rule, evidence: Evidence, audit: Audit | None) -> "Case":
        """Work the e-values out."""
        known, pairs = evidence.tally, evidence.race
        return cls(
            rule,
            evidence,
            audit,
            log_e_over(known.low, known.n, rule.budget),
            log_e_under(known.high, known.n, rule.budget),
            pairs and log_e_race(pairs.worse, pairs.better, rule.ratio),
            pairs
            and log_e_race_under(pairs.worse_most, pairs.better_least, rule.ratio),
        )

    def tests(self) -> Iterator[tuple[Reason, float, float]]:
        """What can FAIL it: the reason, its log e-value, and the highest so far."""
        yield "over_budget", self.over, max(self.over, self.evidence.peak)
        if self.race is not None:
            peak = max(self.race, self.evidence.race_peak)
            yield "worse_than_baseline", self.race, peak


def decide(
    known: Sequence[tuple[Rule, Evidence, Audit | None]], alphas: Alphas
) -> Decision:
    """Judge all behaviours of a gate together.

    A primary behaviour fails for good once it has failed at any look (Ville's
    inequality), and passes as long as all evidence to date says so. e-BH is given
    e-values as they are now, since the highest so far is no e-value.

    Args:
        known: every rule with its evidence and, for what a model judged, the audit.
        alphas: error rates of the whole gate.

    Raises:
        DataError: no primary behaviour.
    """
    cases = [Case.of(*one) for one in known]
    primary = [case for case in cases if case.rule.role == "primary"]
    if not primary:
        msg = "no primary behaviour; a gate is decided by at least one: name it so"
        raise DataError(msg)
    tests = sum(1 for case in primary for _ in case.tests())
    fail_at = math.log(tests / alphas.fail)
    others = [case for case in cases if case.rule.role == "exploratory"]
    found = discoveries(others, alphas.fail)
    findings: list[Finding] = []
    for case in cases:
        against: tuple[Reason, ...] | None = found.get(case.rule.behaviour)
        if against is None:
            against = tuple(why for why, _, peak in case.tests() if peak >= fail_at)
        findings.append(finding(case, against, fail_at, -math.log(alphas.success)))
    verdicts: list[Verdict] = [
        one.verdict for one in findings if one.rule.role == "primary"
    ]
    return Decision(overall(verdicts), tuple(findings), alphas)


def discoveries(cases: Sequence[Case], alpha: float) -> dict[str, tuple[Reason, ...]]:
    """What e-BH finds among the tests of the exploratory behaviours."""
    tests = [(case.rule.behaviour, *test) for case in cases for test in case.tests()]
    values = [math.exp(min(log_e, LARGEST_LOG)) for _, _, log_e, _ in tests]
    rejected = {tests[at][:2] for at in e_benjamini_hochberg(values, alpha)}
    return {
        case.rule.behaviour: tuple(
            why for why, *_ in case.tests() if (case.rule.behaviour, why) in rejected
        )
        for case in cases
    }


def overall(verdicts: Sequence[Verdict]) -> Verdict:
    """FAIL if one fails, PASS if all pass."""
    if "FAIL" in verdicts:
        return "FAIL"
    return "INCONCLUSIVE" if "INCONCLUSIVE" in verdicts else "PASS"


def finding(
    case: Case, against: tuple[Reason, ...], fail_at: float, pass_at: float
) -> Finding:
    """Judge one behaviour.

    Args:
        case: what is known.
        against: the tests that it fails.
        fail_at: threshold of those tests, for the record.
        pass_at: threshold of the test that it must pass.
    """
    verdict: Verdict = "PASS"
    reasons: tuple[Reason, ...] = ("within_budget",)
    doubts = tuple(doubts_about(case))
    if against and not {"clumped", "grader_drift"} & set(doubts):
        verdict, reasons = "FAIL", (*against, *doubts)
    elif case.under < pass_at:
        verdict, reasons = "INCONCLUSIVE", (why_open(case, pass_at), *doubts)
    elif doubts:
        verdict, reasons = "INCONCLUSIVE", doubts
    return Finding(
        rule=case.rule,
        verdict=verdict,
        reasons=reasons,
        evidence=case.evidence,
        log_e_over=case.over,
        log_e_under=case.under,
        log_e_race=case.race,
        log_e_race_under=case.race_under,
        fail_at=fail_at,
        pass_at=pass_at,
        audit=case.audit,
    )


def doubts_about(case: Case) -> Iterator[Reason]:
    """What takes a verdict's ground away."""
    if case.evidence.clumping < CLUMPED:
        yield "clumped"
    audit = case.audit
    if not case.rule.judged:
        return
    if audit is not None and audit.drift in {"judge", "unclear"}:
        yield "grader_drift"
    if audit is None or audit.upper is None:
        yield "unaudited"
    elif audit.upper > case.rule.budget:
        yield "audit_too_small"


def why_open(case: Case, pass_at: float) -> Reason:
    """Why it does not pass."""
    known, budget = case.evidence.tally, case.rule.budget
    if log_e_under(known.low, known.n, budget) >= pass_at:
        return "missing_data"
    if known.high - known.low >= known.n:
        return "missing_data"
    clean = log_e_under(0, known.n, budget) >= pass_at
    return "near_budget" if clean else "too_few_runs"
