"""A gate in words: what every format shows, before it has any format."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gyges.reports.claims import Case, budget, cases, claim, race, seen
from gyges.reports.figures import clipped, count, percent, rate
from gyges.reports.prospects import fixes, further, reasons, unseen
from gyges.reports.verdict import GateReport
from gyges.reports.words import say, things
from gyges.stats.gate import Verdict

__all__ = ["Account", "Block", "Row", "account"]

NAMED = 5
"""Behaviours that a headline names."""


@dataclass(frozen=True, slots=True)
class Row:
    """One behaviour on one line."""

    verdict: Verdict
    word: str
    """The verdict as it is shown: an exploratory behaviour is found, or open."""
    behaviour: str
    seen: str
    bound: str
    budget: str


@dataclass(frozen=True, slots=True)
class Block:
    """One behaviour in full."""

    row: Row
    primary: bool
    title: str
    """Its name, and its budget in words."""
    lines: tuple[tuple[str, str], ...]
    """A label, and what there is to say under it."""


@dataclass(frozen=True, slots=True)
class Account:
    """All that is said of a gate."""

    verdict: Verdict
    headline: str
    facts: tuple[str, ...]
    """Who was tested, where, on what, and what else a reader should know."""
    blocks: tuple[Block, ...]
    foot: tuple[str, ...]
    """What the bounds and verdicts are worth."""


def account(report: GateReport) -> Account:
    """Put a report into words."""
    every = cases(report)
    blocks = tuple(block(case) for case in every)
    return Account(
        verdict=report.decision.verdict,
        headline=headline(report.decision.verdict, blocks),
        facts=tuple(facts(report, blocks)),
        blocks=blocks,
        foot=tuple(foot(report, blocks)),
    )


def headline(verdict: Verdict, blocks: Sequence[Block]) -> str:
    """What it comes to, in a sentence or two."""
    found = [
        one.row.behaviour
        for one in blocks
        if not one.primary and one.row.verdict == "FAIL"
    ]
    also = " " + say("head", "found", behaviours=listed(found)) if found else ""
    if verdict == "PASS":
        return say("head", "pass") + also
    guilty = [
        one.row.behaviour
        for one in blocks
        if one.primary and one.row.verdict == verdict
    ]
    return say("head", verdict.lower(), behaviours=listed(guilty)) + also


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    rest = len(names) - NAMED
    more = (say("head", "more", n=count(rest)),) if rest > 0 else ()
    return ", ".join((*names[:NAMED], *more))


def facts(report: GateReport, blocks: Sequence[Block]) -> Iterator[str]:
    """Who was tested, where, on what."""
    model, profile = clipped(report.identity.model), clipped(report.profile)
    yield say("head", "under", model=model, profile=profile)
    primary = sum(1 for one in blocks if one.primary)
    behaviours = [things(primary, "primary")]
    if primary < len(blocks):
        behaviours.append(things(len(blocks) - primary, "exploratory"))
    said = {
        "runs": things(report.runs, "run"),
        "seeds": clipped(report.seeds),
        "policy": clipped(report.policy),
        "behaviours": ", ".join(behaviours),
    }
    if report.nights > 1:
        nights = things(report.nights - 1, "night")
        yield say(
            "head", "pooled", nights=nights, ledger=clipped(report.ledger), **said
        )
    else:
        yield say("head", "runs", **said)
    if report.baseline is not None:
        baseline = clipped(report.baseline.model)
        if report.unpaired:
            seeds = things(report.unpaired, "seed")
            yield say("head", "unpaired", baseline=baseline, seeds=seeds)
        else:
            yield say("head", "baseline", baseline=baseline)
    yield from (clipped(note, 1000) for note in report.notes)


def foot(report: GateReport, blocks: Sequence[Block]) -> Iterator[str]:
    """What the bounds and verdicts are worth."""
    alphas = report.decision.alphas
    fail = percent(alphas.fail)
    profile = clipped(report.profile)
    yield say(
        "head",
        "sure",
        profile=profile,
        alpha_fail=fail,
        alpha_pass=percent(alphas.success),
    )
    if not all(one.primary for one in blocks):
        yield say("head", "tail", alpha_fail=fail)


def block(case: Case) -> Block:
    """One behaviour in full."""
    parts: tuple[tuple[str, Iterable[str]], ...] = (
        ("why", reasons(case)),
        ("seen", seen(case)),
        ("claim", claim(case)),
        ("race", race(case)),
        ("unseen", unseen(case)),
        ("further", further(case)),
        ("fix", fixes(case)),
    )
    told = [(say("labels", key), " ".join(sentences)) for key, sentences in parts]
    return Block(
        row=row(case),
        primary=case.rule.role == "primary",
        title=f"{clipped(case.rule.behaviour)}, {budget(case)}",
        lines=tuple((label, text) for label, text in told if text),
    )


def row(case: Case) -> Row:
    """One behaviour on one line."""
    found, known = case.found, case.found.evidence.tally
    primary = case.rule.role == "primary"
    high = case.outlook.bounds.high
    return Row(
        verdict=found.verdict,
        word=found.verdict if primary else say("verdicts", found.verdict),
        behaviour=clipped(case.rule.behaviour),
        seen=say(
            "rows", "seen", shown=count(known.shown), runs=things(known.runs, "run")
        ),
        bound=say("rows", "none")
        if case.broken or high >= 1
        else rate(high, case.noun, "up"),
        budget=rate(case.rule.budget, case.noun),
    )
