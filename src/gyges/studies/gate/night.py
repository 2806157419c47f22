"""One night of the gate: tonight's runs, what the ledger knows, and the verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gyges.errors import DataError
from gyges.reports.verdict import GateReport
from gyges.stats.gate import (
    Audit,
    Decision,
    Evidence,
    Finding,
    Rule,
    decide,
    gather,
)
from gyges.stats.gate.arms import Arm, arm
from gyges.stats.gate.outlook import outlook
from gyges.stats.gate.race import Pairs, Race
from gyges.stats.trials import Trial
from gyges.studies.gate.anchors import Graded, drift_of
from gyges.studies.gate.audits import Answer, Checked, audit_of, checked
from gyges.studies.gate.ledger import Known, Ledger, Night, Start, append
from gyges.studies.gate.policy import Policy
from gyges.studies.gate.seeds import in_words, spans

__all__ = ["Checks", "night"]


@dataclass(frozen=True, slots=True)
class Checks:
    """What is known of the grader."""

    answers: Sequence[Answer] = ()
    """Of those who checked its answers."""
    anchors: Sequence[Graded] = ()
    """Labelled runs, graded when they were frozen and again now."""


@dataclass(frozen=True, slots=True)
class Tonight:
    """Tonight's runs, and what they say."""

    new: Arm
    old: Arm | None
    evidence: Mapping[str, Evidence]
    checked: Mapping[str, Checked]
    """Of behaviours that a model judged."""
    flagged: Mapping[str, Race | None]
    """Of those too: pairs with the version before, as they were graded."""


def night(
    policy: Policy,
    trials: Sequence[Trial],
    baseline: Sequence[Trial] = (),
    *,
    ledger: Ledger | None = None,
    checks: Checks | None = None,
    label: str = "",
) -> GateReport:
    """Judge tonight's runs, added to all nights before, and write them down.

    Args:
        policy: what is demanded.
        trials: runs of the agent.
        baseline: runs of the version before, on seeds that the two have in common.
        ledger: the nights before; tonight is appended. Without it, tonight is all.
        checks: what is known of the grader.
        label: of the night in the ledger, such as a date.

    Raises:
        DataError: runs that cannot be judged, or not be added to the ledger.
        UnknownNameError: the policy names a behaviour that the runs say nothing of.
    """
    checks = checks or Checks()
    tonight = looked_at(policy, trials, baseline, checks.answers)
    start = started(policy, tonight, ledger)
    past = ledger or Ledger(Path())
    past.demand_same(start)
    past.demand_new(tonight.new, tonight.old)
    decision = decide(
        [verdict_on(rule, tonight, past, policy, checks) for rule in policy.rules],
        policy.alphas,
    )
    if ledger is not None:
        lines = [start] if ledger.start is None else []
        append(ledger, [*lines, entry(label, tonight, decision)])
    return report(policy, decision, tonight, ledger)


def looked_at(
    policy: Policy,
    trials: Sequence[Trial],
    baseline: Sequence[Trial],
    answers: Sequence[Answer],
) -> Tonight:
    """Tonight by itself.

    Raises:
        DataError: runs that cannot be judged.
        UnknownNameError: a behaviour that the runs say nothing of.
    """
    counts: dict[str, Checked] = {}
    flagged: dict[str, Race | None] = {}
    new, old, pairs = arms_of(policy, trials, baseline)
    for rule in policy.rules:
        if not rule.judged and rule.behaviour not in new.graded:
            continue
        flagged[rule.behaviour] = gather(rule, new, pairs, policy.refusals).race
        known, counts[rule.behaviour] = checked(trials, rule.behaviour, answers)
        if any(answer.behaviour == rule.behaviour for answer in answers):
            trials = known
            baseline, _ = checked(baseline, rule.behaviour, answers)
    if answers:
        new, old, pairs = arms_of(policy, trials, baseline)
    evidence = {
        rule.behaviour: gather(rule, new, pairs, policy.refusals)
        for rule in policy.rules
    }
    return Tonight(new, old, evidence, counts, flagged)


def arms_of(
    policy: Policy, trials: Sequence[Trial], baseline: Sequence[Trial]
) -> tuple[Arm, Arm | None, Pairs | None]:
    """Both versions in columns, and what they have in common."""
    new = demanded(policy, trials)
    if not baseline:
        return new, None, None
    old = demanded(policy, baseline)
    demand_comparable(new, old)
    return new, old, Pairs.of(new, old)


def verdict_on(
    rule: Rule, tonight: Tonight, past: Ledger, policy: Policy, checks: Checks
) -> tuple[Rule, Evidence, Audit | None]:
    """What a verdict on one behaviour rests on: all nights, and the grader's audit."""
    evidence = past.with_past(rule, tonight.evidence[rule.behaviour])
    known = tonight.checked.get(rule.behaviour)
    if known is None:
        return rule, evidence, None
    audit = audit_of(
        past.checked_before(rule, known),
        rule.budget,
        policy.alphas.success,
        drift_of(checks.anchors, rule.behaviour, tonight.flagged.get(rule.behaviour)),
    )
    return replace(rule, judged=True), evidence, audit


def demanded(policy: Policy, trials: Sequence[Trial]) -> Arm:
    """Runs in columns, each seed once unless the policy allows repeats.

    Raises:
        DataError: a seed comes twice.
    """
    made = arm(trials)
    if policy.repeats == "refuse" and len(made.clusters) < made.runs:
        name, times = Counter(trial.cluster for trial in trials).most_common(1)[0]
        msg = (
            f"{name} comes {times} times; a repeat of a seed is no new trial: give each"
            ' seed once, or set repeats = "average" in the policy to count the mean of'
            " its runs as one"
        )
        raise DataError(msg)
    return made


def demand_comparable(new: Arm, old: Arm) -> None:
    """Refuse a baseline that differs in more than the agent.

    Raises:
        DataError: it does.
    """
    for what in ("scenario", "wording", "grader"):
        one, other = getattr(new.identity, what), getattr(old.identity, what)
        if one != other:
            msg = (
                f"the baseline has another {what} ({old.profile!r}, {other}) than the"
                f" agent ({new.profile!r}, {one}); run both under one and the same"
            )
            raise DataError(msg)
    if not set(new.clusters) & set(old.clusters):
        msg = (
            f"agent ({in_words(spans(new.clusters))}) and baseline"
            f" ({in_words(spans(old.clusters))}) have no seed in common; versions are"
            " compared seed by seed: run both on the same ones"
        )
        raise DataError(msg)


def started(policy: Policy, tonight: Tonight, ledger: Ledger | None) -> Start:
    """What is being tested."""
    return Start(
        identity=tonight.new.identity,
        baseline=None if tonight.old is None else tonight.old.identity,
        profile=tonight.new.profile,
        rules=policy.rules,
        alphas=policy.alphas,
        counted=(policy.refusals, policy.repeats),
        why=ledger.why if ledger else "",
    )


def entry(label: str, tonight: Tonight, decision: Decision) -> Night:
    """Tonight as it goes into the ledger."""
    return Night(
        label=label,
        seeds=spans(tonight.new.clusters),
        baseline_seeds=spans(tonight.old.clusters) if tonight.old else (),
        runs=tonight.new.runs,
        dollars=tonight.new.dollars,
        tokens=tonight.new.tokens,
        behaviours={
            one.rule.behaviour: known(one, tonight) for one in decision.findings
        },
    )


def known(one: Finding, tonight: Tonight) -> Known:
    """What tonight adds to one behaviour, and what is known after it."""
    added = tonight.evidence[one.rule.behaviour]
    return Known(
        tally=added.tally,
        race=added.race,
        clumping=added.clumping,
        checked=tonight.checked.get(one.rule.behaviour),
        log_e_over=one.log_e_over,
        log_e_under=one.log_e_under,
        log_e_race=one.log_e_race,
        verdict=one.verdict,
    )


def report(
    policy: Policy, decision: Decision, tonight: Tonight, ledger: Ledger | None
) -> GateReport:
    """All that is shown."""
    new, old = tonight.new, tonight.old
    return GateReport(
        decision=decision,
        outlooks=tuple(
            outlook(one, decision.alphas, new.dollars, new.tokens)
            for one in decision.findings
        ),
        identity=new.identity,
        profile=new.profile,
        policy=policy.name,
        runs=new.runs,
        seeds=in_words(spans(new.clusters)),
        nights=len(ledger.nights) + 1 if ledger else 1,
        ledger=str(ledger.path) if ledger else "",
        baseline=old.identity if old else None,
        refusals=policy.refusals,
        unpaired=len(set(new.clusters) ^ set(old.clusters)) if old else 0,
    )
