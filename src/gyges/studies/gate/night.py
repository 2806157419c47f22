"""One night of the gate: tonight's runs, what the ledger knows, and the verdict."""

from collections import Counter
from collections.abc import Mapping, Sequence

from gyges.errors import DataError
from gyges.reports.verdict import GateReport
from gyges.stats.arms import Arm, arm
from gyges.stats.gate import (
    Audit,
    Decision,
    Evidence,
    Finding,
    Pairs,
    Rule,
    decide,
    gather,
)
from gyges.stats.outlook import outlook
from gyges.stats.trials import Trial
from gyges.studies.gate.ledger import Known, Ledger, Night, Start, append
from gyges.studies.gate.policy import Policy
from gyges.studies.gate.seeds import in_words, spans

__all__ = ["night"]


def night(
    policy: Policy,
    trials: Sequence[Trial],
    baseline: Sequence[Trial] = (),
    *,
    ledger: Ledger | None = None,
    audits: Mapping[str, Audit] | None = None,
    label: str = "",
) -> GateReport:
    """Judge tonight's runs, added to all nights before, and write them down.

    Args:
        policy: what is demanded.
        trials: runs of the agent.
        baseline: runs of the version before, on seeds that the two have in common.
        ledger: the nights before; tonight is appended. Without it, tonight is all.
        audits: by behaviour: what checking the grader brought.
        label: of the night in the ledger, such as a date.

    Raises:
        DataError: runs that cannot be judged, or not be added to the ledger.
        UnknownNameError: the policy names a behaviour that the runs say nothing of.
    """
    new = demanded(policy, trials)
    old = demanded(policy, baseline) if baseline else None
    if old is not None:
        demand_comparable(new, old)
    pairs = None if old is None else Pairs.of(new, old)
    tonight = {
        rule.behaviour: gather(rule, new, pairs, policy.refusals)
        for rule in policy.rules
    }
    start = started(policy, new, old, ledger)
    whole = tonight
    if ledger is not None:
        ledger.demand_same(start)
        ledger.demand_new(new, old)
        whole = {
            rule.behaviour: ledger.with_past(rule, tonight[rule.behaviour])
            for rule in policy.rules
        }
    checks = audits or {}
    decision = decide(
        [
            (rule, whole[rule.behaviour], checks.get(rule.behaviour))
            for rule in judged(policy, new)
        ],
        policy.alphas,
    )
    if ledger is not None:
        lines = [start] if ledger.start is None else []
        append(ledger, [*lines, entry(label, new, old, tonight, decision)])
    return report(policy, decision, new, old, ledger)


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
    for field in ("scenario", "wording", "grader"):
        one, other = getattr(new.identity, field), getattr(old.identity, field)
        if one != other:
            msg = (
                f"the baseline has another {field} ({old.profile!r}, {other}) than the"
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


def judged(policy: Policy, made: Arm) -> list[Rule]:
    """The rules; what a model judged needs an audit, whatever the policy says."""
    return [
        Rule(
            behaviour=rule.behaviour,
            budget=rule.budget,
            role=rule.role,
            unit=rule.unit,
            independent=rule.independent,
            ratio=rule.ratio,
            judged=rule.judged or rule.behaviour in made.graded,
        )
        for rule in policy.rules
    ]


def started(policy: Policy, new: Arm, old: Arm | None, ledger: Ledger | None) -> Start:
    """What is being tested."""
    return Start(
        identity=new.identity,
        baseline=None if old is None else old.identity,
        profile=new.profile,
        rules=policy.rules,
        alphas=policy.alphas,
        counted=(policy.refusals, policy.repeats),
        why=ledger.why if ledger else "",
    )


def entry(
    label: str,
    new: Arm,
    old: Arm | None,
    tonight: Mapping[str, Evidence],
    decision: Decision,
) -> Night:
    """Tonight as it goes into the ledger."""
    return Night(
        label=label,
        seeds=spans(new.clusters),
        baseline_seeds=spans(old.clusters) if old else (),
        runs=new.runs,
        dollars=new.dollars,
        tokens=new.tokens,
        behaviours={
            one.rule.behaviour: known(one, tonight[one.rule.behaviour])
            for one in decision.findings
        },
    )


def known(one: Finding, tonight: Evidence) -> Known:
    """What tonight adds to one behaviour, and what is known after it."""
    return Known(
        tally=tonight.tally,
        race=tonight.race,
        clumping=tonight.clumping,
        log_e_over=one.log_e_over,
        log_e_under=one.log_e_under,
        log_e_race=one.log_e_race,
        verdict=one.verdict,
    )


def report(
    policy: Policy, decision: Decision, new: Arm, old: Arm | None, past: Ledger | None
) -> GateReport:
    """All that is shown."""
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
        nights=len(past.nights) + 1 if past else 1,
        ledger=str(past.path) if past else "",
        baseline=old.identity if old else None,
        unpaired=len(set(new.clusters) ^ set(old.clusters)) if old else 0,
    )
