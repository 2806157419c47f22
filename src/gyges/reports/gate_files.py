"""A gate's report for programs: JUnit XML and rows of JSON."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from typing import Literal, TypeAlias, cast
from xml.etree import ElementTree as ET

from gyges.reports.accounts import Block, account
from gyges.reports.claims import Case, cases
from gyges.reports.gate_text import WIDEST, block_lines
from gyges.reports.verdict import GateReport
from gyges.reports.words import say

__all__ = ["as_json", "as_junit"]

Row: TypeAlias = dict[str, object]
ILLEGAL = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def as_junit(
    report: GateReport, inconclusive: Literal["neutral", "fail"] = "neutral"
) -> bytes:
    """A report as JUnit XML, which most CI systems show.

    One test suite for the primary behaviours and one for the exploratory, one test
    case for each behaviour. FAIL is a `failure`, INCONCLUSIVE is `skipped`, since JUnit
    knows nothing between; an exploratory finding is `skipped` as well, since it decides
    nothing. `system-out` holds the text of the report.

    Args:
        report: what a gate found.
        inconclusive: "fail" makes a failure of what is undecided too.
    """
    root = ET.Element("testsuites")
    told = account(report).blocks
    for name, primary in (("gyges gate", True), ("gyges gate, exploratory", False)):
        blocks = [one for one in told if one.primary == primary]
        if blocks:
            root.append(suite(report, name, blocks, inconclusive))
    ET.indent(root)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def suite(
    report: GateReport, name: str, blocks: Sequence[Block], inconclusive: str
) -> ET.Element:
    """The behaviours of one role."""
    made = ET.Element("testsuite", {"name": name})
    properties = ET.SubElement(made, "properties")
    for key, value in gate_row(report).items():
        if isinstance(value, str | int | float):
            attributes = {"name": key, "value": legal(str(value))}
            ET.SubElement(properties, "property", attributes)
    outcomes = [outcome(one, inconclusive) for one in blocks]
    for one, found in zip(blocks, outcomes, strict=True):
        names = {
            "classname": legal(f"gyges.gate.{report.profile}"),
            "name": one.row.behaviour,
        }
        case = ET.SubElement(made, "testcase", names)
        if found is not None:
            text = f"{one.row.word}: {one.lines[0][1]}"
            ET.SubElement(case, found, {"message": legal(text)})
        out = ET.SubElement(case, "system-out")
        out.text = legal("\n".join(line.plain for line in block_lines(one, WIDEST)))
    made.set("tests", str(len(blocks)))
    made.set("failures", str(outcomes.count("failure")))
    made.set("errors", "0")
    made.set("skipped", str(outcomes.count("skipped")))
    return made


def outcome(one: Block, inconclusive: str) -> Literal["failure", "skipped"] | None:
    """What a verdict is in JUnit."""
    if one.row.verdict == "PASS":
        return None
    if not one.primary:
        return "skipped"
    return (
        "failure" if one.row.verdict == "FAIL" or inconclusive == "fail" else "skipped"
    )


def legal(text: str) -> str:
    """Text without what XML cannot hold."""
    return ILLEGAL.sub("", text)


def as_json(report: GateReport) -> list[Row]:
    """A report as rows for programs: one for the gate, then one for each behaviour.

    Rates are per `unit`; logarithms are natural; what is infinite or not known is null.

    Of the gate (`kind` "gate"): verdict, policy, profile, model, scenario, wording,
    grader (hashes), baseline (its model, or null), unpaired, runs, seeds, nights,
    ledger, alpha_fail, alpha_pass, refusals, notes.

    Of a behaviour (`kind` "behaviour"):
        behaviour, role, unit, independent, judged, budget, ratio: what the policy says.
        verdict, reasons, claim: PASS, FAIL or INCONCLUSIVE; codes; in words.
        low, high, n: events if nothing or all of what is missing were one; trials.
        runs, shown, events, opportunities, idle, missing: counts; causes of what is
            missing.
        lower, upper: one-sided bounds, valid at any time.
        usual_lower, usual_upper: Clopper-Pearson, two-sided, for a single look.
        visible, detectable, detectable_ratio: what could have been seen.
        pass_if_clean, pass_at_rate, fail_at_rate: more trials until it is settled.
        runs_per_trial, dollars_per_run, tokens_per_run.
        log_e_over, log_e_under, log_e_race, log_e_race_under, fail_at, pass_at: the
            evidence, and the thresholds (fail_at is of primary behaviours only).
        peak, race_peak: highest evidence of earlier nights.
        clumping: p-value that opportunities are independent.
        race: pairs, worse, worse_most, better_least, better; or null.
        audit: upper, checked, unverified, needed, drift; or null.
    """
    told = account(report).blocks
    behaviours = [
        behaviour_row(case, block)
        for case, block in zip(cases(report), told, strict=True)
    ]
    return [finite(row) for row in (gate_row(report), *behaviours)]


def gate_row(report: GateReport) -> Row:
    """What concerns the gate as a whole."""
    alphas, old = report.decision.alphas, report.baseline
    return {
        "kind": "gate",
        "verdict": report.decision.verdict,
        "policy": report.policy,
        "profile": report.profile,
        **asdict(report.identity),
        "baseline": old.model if old else None,
        "unpaired": report.unpaired,
        "runs": report.runs,
        "seeds": report.seeds,
        "nights": report.nights,
        "ledger": report.ledger or None,
        "alpha_fail": alphas.fail,
        "alpha_pass": alphas.success,
        "refusals": report.refusals,
        "notes": list(report.notes),
    }


def behaviour_row(case: Case, block: Block) -> Row:
    """What concerns one behaviour."""
    found, ahead = case.found, case.outlook
    tally = found.evidence.tally
    pairs, checked = found.evidence.race, found.audit
    words = dict(block.lines)
    return {
        "kind": "behaviour",
        **asdict(case.rule),
        "verdict": found.verdict,
        "reasons": list(found.reasons),
        "claim": words.get(say("labels", "claim")),
        **{field.name: getattr(tally, field.name) for field in fields(tally)},
        "missing": dict(tally.missing),
        "lower": ahead.bounds.low,
        "upper": ahead.bounds.high,
        "usual_lower": ahead.usual.low if ahead.usual else None,
        "usual_upper": ahead.usual.high if ahead.usual else None,
        "visible": ahead.visible,
        "detectable": ahead.detectable,
        "detectable_ratio": ahead.detectable_ratio,
        **ahead.further._asdict(),
        "runs_per_trial": ahead.runs_per_trial,
        "dollars_per_run": ahead.dollars_per_run,
        "tokens_per_run": ahead.tokens_per_run,
        "log_e_over": found.log_e_over,
        "log_e_under": found.log_e_under,
        "log_e_race": found.log_e_race,
        "log_e_race_under": found.log_e_race_under,
        "fail_at": found.fail_at if case.rule.role == "primary" else None,
        "pass_at": found.pass_at,
        "peak": found.evidence.peak,
        "race_peak": found.evidence.race_peak,
        "clumping": found.evidence.clumping,
        "race": asdict(pairs) if pairs else None,
        "audit": asdict(checked) if checked else None,
    }


def finite(row: Mapping[str, object]) -> Row:
    """The same with nothing where there is no finite number, at any depth."""
    return {key: one_finite(value) for key, value in row.items()}


def one_finite(value: object) -> object:
    """One value of a row."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return finite(cast("Row", value))
    return value
