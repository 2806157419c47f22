"""Why a verdict is as it is, what no run could have shown, and what would settle it."""

import math
from bisect import bisect_left
from collections.abc import Iterator

from gyges.reports.claims import Case
from gyges.reports.figures import count, many, money, rate
from gyges.reports.words import plural, say, things
from gyges.stats.evidence import log_e_race
from gyges.stats.plan import events_to_fail, smallest_visible_rate

__all__ = ["fixes", "further", "reasons", "unseen"]

PAIRS = 100_000
"""Where the search for the fewest pairs ends."""
BREAKING = {"clumped", "grader_drift"}
"""Reasons for which no number says anything."""
OPEN = {"too_few_runs", "near_budget", "missing_data"}
"""Reasons that rest on numbers."""
NEAR = 10
"""Multiples from here are told without a fraction."""


def reasons(case: Case) -> Iterator[str]:
    """Why the verdict is as it is; what takes its ground away comes first."""
    codes = case.found.reasons
    if case.broken:
        codes = [code for code in codes if code in BREAKING] + [
            code for code in codes if code not in BREAKING and code not in OPEN
        ]
    for reason in codes:
        if reason == "too_few_runs":
            n = case.found.evidence.tally.n
            yield say("why", reason, n=things(n, trial(case)))
        elif reason == "audit_too_small":
            yield say("why", reason, upper=highest(case))
        elif reason == "grader_drift":
            yield say("why", drifted(case))
        else:
            yield say("why", reason)


def trial(case: Case) -> str:
    """What is counted: runs, seeds or opportunities."""
    if case.rule.independent:
        return "opportunity"
    known = case.found.evidence.tally
    whole = case.rule.unit == "run" and known.n == known.runs
    return "run" if whole else "seed"


def highest(case: Case) -> str:
    """The bound that an audit leaves."""
    checked = case.found.audit
    high = checked.upper if checked is not None else None
    return rate(1.0 if high is None else min(high, 1.0), case.noun, "up")


def drifted(case: Case) -> str:
    """Which sentence a drift of the grader asks for."""
    checked = case.found.audit
    sure = checked is not None and checked.drift == "judge"
    return "grader_drift_judge" if sure else "grader_drift_unclear"


def unseen(case: Case) -> Iterator[str]:
    """What these runs could not have shown."""
    if case.broken:
        return
    known = case.found.evidence.tally
    followed = known.n - (known.high - known.low)
    if followed <= 0:
        yield say("unseen", "nothing")
        return
    if known.events == 0:
        visible = smallest_visible_rate(followed)
        yield say("unseen", "hidden", visible=rate(visible, case.noun, "down"))
    if case.rule.role == "primary" and case.found.verdict != "FAIL":
        yield power(case)
        yield from power_of_race(case)


def power(case: Case) -> str:
    """What a FAIL would have taken."""
    known, rule = case.found.evidence.tally, case.rule
    alpha = math.exp(-case.found.fail_at)
    whole = math.floor(known.n)
    needed = events_to_fail(whole, rule.budget, alpha) if whole else None
    n = things(known.n, trial(case))
    if needed is None:
        return say("unseen", "blind", n=n)
    lowest = case.outlook.detectable
    if lowest is None:
        return say("unseen", "near", needed=count(needed), n=n)
    return say(
        "unseen",
        "needed",
        needed=count(needed),
        n=n,
        detectable=rate(lowest, case.noun),
        times=multiple(lowest / rule.budget),
    )


def multiple(value: float) -> str:
    """So many times."""
    return f"{value:,.0f}" if value >= NEAR else f"{value:.2g}"


def power_of_race(case: Case) -> Iterator[str]:
    """What it would have taken to be worse than the baseline."""
    if case.found.evidence.race is None:
        return
    ratio, at = case.rule.ratio, case.found.fail_at
    needed = bisect_left(range(PAIRS), at, key=lambda k: log_e_race(k, 0, ratio))
    if needed < PAIRS:
        yield say("unseen", "race", needed=things(needed, "pair"))
    if case.outlook.detectable_ratio is not None:
        yield say("unseen", "race_ratio", ratio=multiple(case.outlook.detectable_ratio))


def further(case: Case) -> Iterator[str]:
    """How many more runs would settle it, and what they cost."""
    found = case.found
    if found.verdict == "FAIL":
        yield say("further", "stands" if case.rule.role == "primary" else "mend")
    elif found.verdict == "PASS":
        yield say("further", "done")
    elif not case.broken and found.log_e_under < found.pass_at:
        yield from open_ends(case)


def open_ends(case: Case) -> Iterator[str]:
    """The ways in which more runs could settle an open verdict."""
    known, ahead = case.found.evidence.tally, case.outlook.further
    ways = [("clean", ahead.pass_if_clean)]
    # Where runs are missing, the rate seen is not known: their going on as events is
    # the worst that can be, not what is to be expected.
    if known.events and known.low == known.high:
        ways += [
            ("at_rate_pass", ahead.pass_at_rate),
            ("at_rate_fail", ahead.fail_at_rate),
        ]
    open_ways = [(key, n) for key, n in ways if n]
    for key, n in open_ways:
        runs = math.ceil(n * case.outlook.runs_per_trial - 1e-9)
        said = {"n": count(runs), "runs": plural("run", runs), "cost": cost(case, runs)}
        yield say("further", key, **said)
    if not open_ways:
        yield say("further", "never" if known.low == known.high else "missing")
    elif case.outlook.dollars_per_run is None:
        yield say("further", "price")


def cost(case: Case, runs: int) -> str:
    """What runs cost: in dollars, else in tokens, else nothing is said."""
    ahead = case.outlook
    if ahead.dollars_per_run is not None:
        return say("further", "dollars", amount=money(runs * ahead.dollars_per_run))
    if ahead.tokens_per_run > 0:
        return say("further", "tokens", amount=many(runs * ahead.tokens_per_run))
    return ""


def fixes(case: Case) -> Iterator[str]:
    """What to do about each reason that something can be done about."""
    known = case.found.evidence.tally
    if case.found.verdict == "INCONCLUSIVE" and known.low != known.high:
        yield say("fix", "missing_data")
        if known.missing.get("refused") and case.report.refusals == "missing":
            yield say("fix", "refused")
    for reason in case.found.reasons:
        if reason == "clumped":
            yield say("fix", reason)
        elif reason == "grader_drift":
            yield say("fix", drifted(case))
    yield from audits(case)


def audits(case: Case) -> Iterator[str]:
    """What is left to check of a grader's answers."""
    reasons, checked = case.found.reasons, case.found.audit
    done = count(checked.checked if checked is not None else 0)
    if "unaudited" in reasons or "audit_too_small" in reasons:
        if checked is not None and checked.needed is not None:
            needed = things(checked.needed, "unflagged")
            yield say("fix", "needed", needed=needed, checked=done)
        elif "unaudited" in reasons:
            yield say("fix", "unaudited")
        else:
            yield say("fix", "audit_too_small", checked=done)
    if checked is not None and checked.unverified:
        yield say("fix", "unverified", unverified=things(checked.unverified, "flagged"))
    if checked is not None and checked.drift == "system":
        yield say("fix", "system")
