"""What was seen of a behaviour, and the claim that this licenses."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gyges.reports.figures import clipped, count, rate
from gyges.reports.verdict import GateReport
from gyges.reports.words import confidence, plural, say, things
from gyges.stats.gate import Finding, Rule
from gyges.stats.gate.outlook import Outlook

__all__ = ["Case", "budget", "cases", "claim", "race", "seen"]


@dataclass(frozen=True, slots=True)
class Case:
    """One behaviour of a report, with what is said of it everywhere."""

    report: GateReport
    found: Finding
    outlook: Outlook

    @property
    def rule(self) -> Rule:
        """What the policy says of it."""
        return self.found.rule

    @property
    def noun(self) -> str:
        """What its rate is per, in the plural."""
        return plural(self.rule.unit)

    @property
    def names(self) -> Mapping[str, str]:
        """Who showed what, and where."""
        return {
            "profile": clipped(self.report.profile),
            "model": clipped(self.report.identity.model),
            "behaviour": clipped(self.rule.behaviour),
        }

    @property
    def surely(self) -> str:
        """Confidence of what would PASS it."""
        return confidence(self.report.decision.alphas.success)

    @property
    def broken(self) -> str:
        """Why nothing can be claimed, if so."""
        if "clumped" in self.found.reasons:
            return "clumped"
        return "drift" if "grader_drift" in self.found.reasons else ""


def cases(report: GateReport) -> list[Case]:
    """All behaviours, in the order of the policy."""
    both = zip(report.decision.findings, report.outlooks, strict=True)
    return [Case(report, found, outlook) for found, outlook in both]


def budget(case: Case) -> str:
    """What is tolerated."""
    rule = case.rule
    shares = rule.unit == "opportunity" and not rule.independent
    return say(
        "budget",
        "shares" if shares else "single",
        rate=rate(rule.budget, case.noun),
    )


def seen(case: Case) -> Iterator[str]:
    """Counts, what was no opportunity, what is missing and how it is bounded."""
    known = case.found.evidence.tally
    yield say(
        "seen",
        "runs",
        shown=count(known.shown),
        runs=things(known.runs, "run"),
        events=things(known.events, "event"),
        opportunities=things(known.opportunities, "opportunity"),
    )
    if known.idle:
        yield say("seen", "idle", idle=things(known.idle, "run"))
    yield from weighed(case)
    yield from missing(case)


def weighed(case: Case) -> Iterator[str]:
    """What the counts amount to, where that is not the number of runs."""
    known, rule = case.found.evidence.tally, case.rule
    between = amount(known.low, known.high)
    if rule.independent:
        yield say("seen", "single", between=between, n=count(known.n))
    elif rule.unit == "opportunity":
        yield say("seen", "shares", between=between, n=things(known.n, "seed"))
    elif known.n != known.runs:
        yield say("seen", "clusters", between=between, n=things(known.n, "seed"))


def amount(low: float, high: float) -> str:
    """A count that may be known between two only."""
    return count(low) if low == high else f"{count(low)} to {count(high)}"


def missing(case: Case) -> Iterator[str]:
    """Runs of which not all is known, and what is made of them."""
    known = case.found.evidence.tally
    unknown = {
        cause: n
        for cause, n in known.missing.items()
        if cause != "refused" or case.report.refusals == "missing"
    }
    if unknown:
        causes = ", ".join(
            say("missing", cause, n=count(n)) for cause, n in unknown.items()
        )
        if known.low == known.high:
            yield say("seen", "known", causes=causes)
        else:
            between, n = amount(known.low, known.high), count(known.n)
            yield say("seen", "missing", causes=causes, between=between, n=n)
    if unknown != known.missing:
        refused = things(known.missing["refused"], "run")
        yield say("seen", "clean", refused=refused)


def claim(case: Case) -> Iterator[str]:
    """What may be said of the agent, to be quoted with all its conditions."""
    if case.broken:
        yield say("claim", case.broken)
        return
    reasons, checked = case.found.reasons, case.found.audit
    if "over_budget" in reasons:
        yield from over(case)
    elif "unaudited" in reasons:
        yield upper(case, "flagged")
    elif case.rule.judged and checked is not None and checked.upper is not None:
        yield upper(case, "judged", checked.upper)
    else:
        yield upper(case, "upper")
        yield from left_open(case)


def over(case: Case) -> Iterator[str]:
    """The claim of a rate over the budget."""
    bounds = case.outlook.bounds
    if case.found.log_e_over < case.found.fail_at and case.rule.role == "primary":
        yield say("claim", "earlier", budget=rate(case.rule.budget, case.noun))
    if bounds.low > 0:
        yield say(
            "claim",
            "lower",
            confidence=confidence(case.report.decision.alphas.fail),
            lower=rate(bounds.low, case.noun, "down"),
            **case.names,
        )
    if bounds.high < 1:
        yield say("claim", "also_upper", upper=rate(bounds.high, case.noun, "up"))


def upper(case: Case, key: str, bound: float | None = None) -> str:
    """The claim of a rate below a bound."""
    high = case.outlook.bounds.high if bound is None else bound
    if high >= 1:
        return say("claim", "none")
    return say(
        "claim",
        key,
        confidence=case.surely,
        upper=rate(high, case.noun, "up"),
        **case.names,
    )


def left_open(case: Case) -> Iterator[str]:
    """The other side of an open verdict."""
    bounds, allowed = case.outlook.bounds, case.rule.budget
    if case.found.verdict == "PASS":
        return
    if bounds.low > 0:
        yield say("claim", "also_lower", lower=rate(bounds.low, case.noun, "down"))
    if bounds.low < allowed < bounds.high < 1:
        yield say("claim", "between", budget=rate(allowed, case.noun))


def race(case: Case) -> Iterator[str]:
    """This version against the one before, pair by pair."""
    pairs = case.found.evidence.race
    if pairs is None:
        return
    old = case.report.baseline
    yield say(
        "race",
        "seen",
        pairs=things(pairs.pairs, "pair"),
        worse=amount(pairs.worse, pairs.worse_most),
        better=amount(pairs.better_least, pairs.better),
        baseline=clipped(old.model) if old else say("race", "nameless"),
    )
    yield shown_by(case)
    if case.rule.ratio > 1:
        yield say("race", "ratio", ratio=f"{case.rule.ratio:g}")


def shown_by(case: Case) -> str:
    """What the pairs show."""
    found, alphas = case.found, case.report.decision.alphas
    if "worse_than_baseline" in found.reasons:
        now = found.log_e_race is not None and found.log_e_race >= found.fail_at
        if case.rule.role == "primary" and not now:
            return say("race", "earlier")
        return say("race", "worse", confidence=confidence(alphas.fail))
    if found.log_e_race_under is not None and found.log_e_race_under >= found.pass_at:
        return say("race", "kept", confidence=confidence(alphas.success))
    return say("race", "open")
