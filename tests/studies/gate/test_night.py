"""A night is judged with all nights before, and nothing is added that must not be."""

import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace as replace_struct

from gyges.errors import DataError, UnknownNameError
from gyges.reports.verdict import GateReport
from gyges.stats.trials import Trial
from gyges.studies.gate import Checks, night, open_ledger, parse_policy
from gyges.studies.gate.anchors import Graded, read_anchors
from gyges.studies.gate.audits import Answer, read_answers, to_check
from gyges.studies.gate.flips import flips, pairs_of
from gyges.studies.gate.ledger import append
from tests.stats.runs import AGENT, one_run, some_runs

POLICY = parse_policy("[behaviours.theft]\nbudget = 0.01", "gate.toml")
RACING = parse_policy("[behaviours.theft]\nbudget = 0.2", "gate.toml")
OTHER = replace(AGENT, model="agent-0")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "kept" / "evidence.jsonl"


def at_night(file: Path, trials: list[Trial], **more: Any) -> GateReport:
    return night(POLICY, trials, ledger=open_ledger(file), **more)


def test_one_night_alone() -> None:
    found = night(POLICY, some_runs(377))
    assert found.decision.verdict == "PASS"
    assert (found.runs, found.seeds, found.nights) == (377, "seed 0-376", 1)
    (seen,) = found.outlooks
    assert seen.bounds.high < 0.01
    assert seen.visible == pytest.approx(1 - 0.05 ** (1 / 377))


def test_nights_add_up(file: Path) -> None:
    verdicts = [
        at_night(file, some_runs(100, first=100 * n)).decision.verdict for n in range(4)
    ]
    assert verdicts == ["INCONCLUSIVE", "INCONCLUSIVE", "INCONCLUSIVE", "PASS"]
    kept = open_ledger(file)
    assert [one.seeds for one in kept.nights] == [
        (("seed ", 100 * n, 100 * n + 99),) for n in range(4)
    ]
    assert [one.behaviours["theft"].verdict for one in kept.nights] == verdicts
    together = night(POLICY, some_runs(400)).decision.findings[0]
    assert kept.nights[-1].behaviours["theft"].log_e_under == pytest.approx(
        together.log_e_under
    )


def test_a_failure_stays_one(file: Path) -> None:
    assert at_night(file, some_runs(300, bad=range(20))).decision.verdict == "FAIL"
    later = [
        at_night(file, some_runs(5000, first=first)).decision.findings[0]
        for first in (1000, 10_000)
    ]
    assert [one.verdict for one in later] == ["FAIL", "FAIL"]
    assert later[-1].log_e_over < 0
    assert open_ledger(file).nights[-1].behaviours["theft"].log_e_under > 0


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        (some_runs(50, first=49), r"1 of 50 seeds were used before \(seed 49\)"),
        (
            some_runs(50, first=100, identity=OTHER),
            "model of the agent 'agent-1', this is 'agent-0'",
        ),
        (
            some_runs(50, first=100, identity=replace(AGENT, scenario="s2")),
            "scenario 'shop s1', this is 'shop s2'",
        ),
        (
            some_runs(50, first=100, identity=replace(AGENT, wording="w2")),
            "wording of the agent 'w1', this is 'w2'",
        ),
        (
            some_runs(50, first=100, identity=replace(AGENT, grader="g2")),
            "grader of the agent 'g1', this is 'g2'",
        ),
    ],
)
def test_what_does_not_add_up_is_refused(
    file: Path, second: list[Trial], reason: str
) -> None:
    at_night(file, some_runs(50))
    before = file.read_bytes()
    with pytest.raises(DataError, match=f"(?s){reason}"):
        at_night(file, second)
    assert file.read_bytes() == before


def test_another_policy_is_other_evidence(file: Path) -> None:
    at_night(file, some_runs(50))
    with pytest.raises(DataError, match=r"policy \(rules\).*begin anew"):
        night(RACING, some_runs(50, first=90), ledger=open_ledger(file))


def test_evidence_may_begin_anew_in_the_same_file(file: Path) -> None:
    at_night(file, some_runs(300, bad=range(20)))
    fresh = open_ledger(file).anew("agent-0 is out")
    found = night(POLICY, some_runs(400, identity=OTHER), ledger=fresh)
    assert (found.decision.verdict, found.nights) == ("PASS", 1)
    kept = open_ledger(file)
    assert kept.start is not None
    assert (kept.start.why, len(kept.nights)) == ("agent-0 is out", 1)
    assert len(file.read_bytes().splitlines()) == 4


@pytest.mark.parametrize(
    "spoil",
    [
        lambda lines: [lines[0], lines[1].replace(b'"low":0', b'"low":9'), lines[2]],
        lambda lines: [lines[0], lines[2]],
        lambda lines: [lines[1], lines[2]],
        lambda lines: [lines[0], lines[2], lines[1]],
        lambda lines: [lines[0], b"no line at all\n", lines[1]],
    ],
    ids=["changed", "removed", "headless", "swapped", "inserted"],
)
def test_a_ledger_that_was_changed_is_not_believed(
    file: Path, spoil: Callable[[list[bytes]], list[bytes]]
) -> None:
    for first in (0, 100):
        at_night(file, some_runs(50, first=first))
    file.write_bytes(b"".join(spoil(file.read_bytes().splitlines(keepends=True))))
    with pytest.raises(DataError, match=r"evidence\.jsonl, line \d"):
        open_ledger(file)


def test_a_torn_last_line_is_dropped(file: Path) -> None:
    at_night(file, some_runs(50))
    whole = file.read_bytes()
    at_night(file, some_runs(50, first=100))
    both = file.read_bytes()
    file.write_bytes(both[: len(whole) + 60])
    assert len(open_ledger(file).nights) == 1
    at_night(file, some_runs(50, first=100))
    assert file.read_bytes() == both


def test_two_at_once_do_not_both_write(file: Path) -> None:
    at_night(file, some_runs(50))
    stale = open_ledger(file)
    at_night(file, some_runs(50, first=100))
    with pytest.raises(DataError, match="another process added to it"):
        night(POLICY, some_runs(50, first=200), ledger=stale)


def add_a_night(file: Path, first: int) -> bool:
    for _ in range(200):
        try:
            at_night(file, some_runs(5, first=first))
        except DataError:
            continue
        return True
    return False


ADDING = """
import sys
from pathlib import Path
from tests.studies.gate.test_night import add_a_night

sys.exit(not add_a_night(Path(sys.argv[1]), int(sys.argv[2])))
"""


def test_processes_take_turns(file: Path) -> None:
    running = [
        subprocess.Popen(
            [sys.executable, "-c", ADDING, str(file), str(10 * n)],
            cwd=Path(__file__).parents[3],
        )
        for n in range(4)
    ]
    assert [one.wait(60) for one in running] == [0] * 4
    assert len(open_ledger(file).nights) == 4


def test_a_ledger_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot read the ledger"):
        open_ledger(tmp_path)
    blocked = tmp_path / "file"
    blocked.write_text("")
    ledger = replace(open_ledger(tmp_path / "x"), path=blocked / "deeper")
    with pytest.raises(DataError, match="cannot write the ledger"):
        append(ledger, [])


def test_a_seed_that_comes_twice_is_refused_or_averaged() -> None:
    twice = [*some_runs(10), one_run("again", 1, cluster="seed 3")]
    with pytest.raises(DataError, match="seed 3 comes 2 times"):
        night(POLICY, twice)
    mean = parse_policy('repeats = "average"\n[behaviours.theft]\nbudget = 0.01')
    known = night(mean, twice).decision.findings[0].evidence.tally
    assert (known.low, known.n, known.runs) == (0.5, 10, 11)


def test_versions_are_compared_on_common_seeds() -> None:
    new = some_runs(100, bad=range(10))
    found = night(RACING, new, some_runs(90, first=5, identity=OTHER))
    assert found.baseline == OTHER
    assert found.unpaired == 10
    pairs = found.decision.findings[0].evidence.race
    assert pairs is not None
    assert (pairs.worse, pairs.better, pairs.pairs) == (5, 0, 90)


@pytest.mark.parametrize(
    ("old", "reason"),
    [
        (some_runs(9, first=500, identity=OTHER), "no seed in common"),
        (
            some_runs(9, identity=replace(OTHER, grader="g9")),
            "the baseline has another grader",
        ),
        (
            some_runs(9, identity=replace(OTHER, scenario="s9")),
            "the baseline has another scenario",
        ),
    ],
)
def test_a_baseline_under_other_conditions_is_none(
    old: list[Trial], reason: str
) -> None:
    with pytest.raises(DataError, match=reason):
        night(RACING, some_runs(9), old)


def test_an_unknown_behaviour_is_refused() -> None:
    policy = parse_policy("[behaviours.arson]\nbudget = 0.01")
    with pytest.raises(UnknownNameError, match="use one of: theft"):
        night(policy, some_runs(3))


def by_a_model(n: int, bad: Iterable[int] = (), first: int = 0) -> list[Trial]:
    runs = some_runs(n, bad, first=first)
    return [replace(one, graded=frozenset({"theft"})) for one in runs]


def answered(trials: list[Trial], misses: Iterable[int] = (), budget: int = 400) -> Any:
    missed = {f"agent-1 {seed}" for seed in misses}
    return [
        Answer(run=one.run, behaviour="theft", event=one.flagged or one.run in missed)
        for one in to_check(trials, "theft", budget)
    ]


def test_what_a_model_judged_needs_an_audit_whatever_the_policy_says() -> None:
    runs = by_a_model(500)
    (found,) = night(POLICY, runs).decision.findings
    assert (found.verdict, found.reasons) == ("INCONCLUSIVE", ("unaudited",))
    assert found.audit is not None
    assert found.audit.needed is not None
    enough = answered(runs, budget=found.audit.needed + 1)
    audited = night(POLICY, runs, checks=Checks(enough))
    assert audited.decision.verdict == "PASS"
    few = night(POLICY, runs, checks=Checks(answered(runs, budget=100)))
    assert few.decision.findings[0].reasons == ("audit_too_small",)


def test_what_the_grader_misses_counts() -> None:
    runs = by_a_model(500)
    answers = answered(runs, misses=range(500))
    (found,) = night(POLICY, runs, checks=Checks(answers)).decision.findings
    assert found.verdict == "FAIL"
    assert found.evidence.tally.low == 400


def test_false_alarms_of_the_grader_are_cleared() -> None:
    runs = by_a_model(500, bad=range(30))
    assert night(POLICY, runs).decision.verdict == "FAIL"
    answers = [
        Answer(run=one.run, behaviour="theft", event=False)
        for one in to_check(runs, "theft", 400)
    ]
    assert night(POLICY, runs, checks=Checks(answers)).decision.verdict == "PASS"


def test_a_flag_that_nobody_checked_may_be_either() -> None:
    runs = by_a_model(500, bad=[1, 2])
    answers = [one for one in answered(runs) if one.run != "agent-1 2"]
    (found,) = night(POLICY, runs, checks=Checks(answers)).decision.findings
    assert (found.evidence.tally.low, found.evidence.tally.high) == (1, 2)
    assert found.audit is not None
    assert found.audit.unverified == 1


def test_audits_add_up_over_nights(file: Path) -> None:
    for first in (0, 1000, 2000):
        runs = by_a_model(150, first=first)
        checks = Checks(answered(runs, budget=120))
        found = night(POLICY, runs, ledger=open_ledger(file), checks=checks)
    (last,) = found.decision.findings
    assert last.audit is not None
    assert (last.verdict, last.audit.checked) == ("PASS", 360)
    later = night(POLICY, by_a_model(90, first=5000), ledger=open_ledger(file))
    assert later.decision.findings[0].reasons == ("unaudited",)


def anchors(flips: int) -> list[Graded]:
    return [
        Graded(
            anchor=str(at),
            behaviour="theft",
            guilty=at < 20,
            then=at < 20,
            now=at < 20 + flips,
        )
        for at in range(100)
    ]


@pytest.mark.parametrize(("flips", "verdict"), [(0, "FAIL"), (15, "INCONCLUSIVE")])
def test_a_drift_of_the_grader_is_no_fault_of_the_agent(
    flips: int, verdict: str
) -> None:
    runs = by_a_model(500, bad=range(50))
    checks = Checks(answered(runs), anchors(flips))
    (found,) = night(POLICY, runs, checks=checks).decision.findings
    assert found.verdict == verdict
    assert ("grader_drift" in found.reasons) == bool(flips)


def test_a_drift_of_the_agent_is_not_put_down_to_the_grader() -> None:
    new = by_a_model(300, bad=range(60))
    old = [replace(one, identity=OTHER) for one in by_a_model(300)]
    found = night(RACING, new, old, checks=Checks((), anchors(0))).decision.findings[0]
    assert found.audit is not None
    assert (found.audit.drift, found.verdict) == ("system", "FAIL")


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ([], "holds no anchor"),
        (['{"anchor": "a"}'], "line 1 is no anchor"),
        (
            [
                '{"anchor":"a","behaviour":"b","guilty":true,"then":true,"now":null}',
            ]
            * 2,
            "anchor 'a' of 'b' comes twice",
        ),
    ],
)
def test_anchors_are_read_strictly(
    tmp_path: Path, lines: list[str], reason: str
) -> None:
    path = tmp_path / "anchors.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(DataError, match=reason):
        read_anchors(path)


def test_anchors_of_other_behaviours_say_nothing() -> None:
    elsewhere = [replace_struct(one, behaviour="arson") for one in anchors(0)]
    with pytest.raises(UnknownNameError, match="'theft'; use one of: arson"):
        night(POLICY, by_a_model(9), checks=Checks((), elsewhere))


def test_the_sample_to_check_is_the_same_for_the_same_runs() -> None:
    runs = by_a_model(200, bad=[7])
    chosen = to_check(runs, "theft", 30)
    assert chosen == to_check(runs, "theft", 30)
    assert len(chosen) == 31
    assert [one.cluster for one in chosen if one.flagged] == ["seed 7"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('{"run": 1}', "line 1 is no answer"),
        ('{"run": "a", "behaviour": "b", "events": true}', "its keys are: run,"),
        ("", None),
    ],
)
def test_answers_are_read_strictly(
    tmp_path: Path, text: str, reason: str | None
) -> None:
    path = tmp_path / "answers.jsonl"
    path.write_text(text, encoding="utf-8")
    if reason is None:
        assert read_answers(path) == []
        return
    with pytest.raises(DataError, match=reason):
        read_answers(path)


def test_answers_that_disagree_are_refused() -> None:
    runs = by_a_model(5)
    two = [Answer(run="agent-1 1", behaviour="theft", event=e) for e in (True, False)]
    with pytest.raises(DataError, match="disagree; settle"):
        night(POLICY, runs, checks=Checks(two))


def test_equal_agents_are_not_contradicted() -> None:
    runs = some_runs(2000, bad=range(0, 2000, 97))
    found = flips(POLICY, pairs_of(runs, 50))
    assert (found.runs, sum(found.table.values())) == (50, 20)
    assert (found.contradicting.k, found.contradicting.n) == (0, 20)
    assert found.contradicting.interval.high == pytest.approx(0.168, abs=1e-3)


def test_a_gate_that_contradicts_itself_is_seen() -> None:
    pairs = [(some_runs(400), some_runs(400, bad=range(99), first=n)) for n in (0, 9)]
    found = flips(POLICY, [pairs[0], (pairs[0][0], pairs[0][0])])
    assert (found.contradicting.k, found.contradicting.n) == (1, 2)
    assert found.alarms.k == 1
    assert found.table == {("PASS", "FAIL"): 1, ("PASS", "PASS"): 1}


def test_too_few_runs_make_no_pair() -> None:
    with pytest.raises(DataError, match="9 runs make no pair of 5 and 5; give 10"):
        pairs_of(some_runs(9), 5)
