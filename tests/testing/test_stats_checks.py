"""The statistics' checks of themselves: they find nothing here, and planted defects."""

import math
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from scipy import special

from gyges.stats.evidence import log_e_over, log_e_under
from gyges.stats.gate import Alphas, Rule
from gyges.stats.interval import Interval
from gyges.stats.rare import walk_rate
from gyges.stats.rates import clopper_pearson, wilson
from gyges.stats.sequences import beta_mixture
from gyges.stats.trials import Count, Trial
from gyges.studies.gate.flips import flips
from gyges.studies.gate.ledger import open_ledger
from gyges.studies.gate.night import night
from gyges.studies.gate.policy import Policy
from gyges.testing.checks import AREAS, Check, Measured
from gyges.testing.stats_checks import CHECKS
from gyges.testing.validation import broken, forecasts, graders, more_vectors, nights
from gyges.testing.validation.coverage import coverage, wald, worst_coverage
from gyges.testing.validation.rarity import covered, recovered, strata_error
from gyges.testing.validation.repeats import (
    Twice,
    alarms,
    contradictions,
    opposed,
    twice,
    undecided,
)
from gyges.testing.validation.shares import (
    above,
    around,
    below,
    ever,
    rng,
    worst,
)
from gyges.testing.validation.stopping import (
    budget_errors,
    missed,
    peeked,
    race_errors,
    two_sample_errors,
)
from gyges.testing.validation.vectors import DECISIONS, RATES, Vector, reproduce

FEW = 400
EVERY = range(5, 2001, 5)


def test_the_area_is_listed_and_its_checks_have_different_names() -> None:
    assert AREAS["stats"] == "gyges.testing.stats_checks"
    names = [check.name for check in CHECKS]
    assert len(names) == len(set(names)) > 60
    for part in (
        "vectors",
        "coverage",
        "stopping",
        "gate",
        "aa",
        "missing",
        "clumps",
        "rare",
        "judge",
        "forecast",
    ):
        assert any(name.startswith(f"{part}.") for name in names)


@pytest.mark.parametrize(
    "check",
    [
        one
        for one in CHECKS
        if one.name.startswith(
            ("vectors.", "judge.audit", "rare.se", "rare.stra", "gate.fast")
        )
        or one.name in {"coverage.wilson", "coverage.wald", "gate.theory"}
    ],
    ids=lambda check: check.name,
)
def test_quick_checks_are_reached(check: Check) -> None:
    found = check.measure()
    assert found.ok, found.detail
    if found.interval:
        assert found.interval[0] <= found.value <= found.interval[1]


def test_every_check_is_published_and_reached() -> None:
    page = (Path(__file__).parents[2] / "docs" / "validation.md").read_text("utf-8")
    lines = {line.split("`")[1]: line for line in page.splitlines() if "| `" in line}
    assert list(lines) == [check.name for check in CHECKS]
    assert all("| yes |" in line for line in lines.values())
    assert "python -m benchmarks.validation" in page


def test_shares_are_judged_by_their_whole_interval() -> None:
    assert below(3, 1000, 0.05).ok
    assert not below(49, 1000, 0.05).ok
    assert above(70, 1000, 0.05).ok
    assert not above(51, 1000, 0.05).ok
    assert around(49, 1000, 0.05).ok
    assert not around(49, 1000, 0.08).ok


def test_the_worst_cell_is_told_and_one_broken_cell_breaks_all() -> None:
    cells = {"a": Measured(0.2, ok=True), "b": Measured(0.1, ok=False)}
    found = worst(cells)
    assert (found.value, found.ok) == (0.2, False)
    assert found.detail == "worst of 2: a; not kept at b"
    assert worst(cells, least=True).value == 0.1
    assert worst({"a": cells["a"]}).detail == "all 1 alike"


def test_streams_are_rejected_once_however_often_they_are_looked_at() -> None:
    seen = ever(lambda k, _n: k >= 1, 0.5, [1, 2, 3], 4000, rng("coin"))
    assert seen / 4000 == pytest.approx(7 / 8, abs=0.03)
    assert ever(lambda _k, _n: True, 0.5, [1, 2], 10, rng("coin")) == 10
    assert ever(lambda _k, _n: False, 0.5, [1, 2], 10, rng("coin")) == 0
    # What is only rejected at the first look must not be forgotten at the second.
    assert ever(lambda _k, n: n == 1, 0.5, [1, 2], 10, rng("coin")) == 10


# Planted defects. Each of them is something people do.


def test_a_figure_that_does_not_come_out_is_named() -> None:
    wrong = [one._replace(expected=[9.0]) for one in RATES[:3]]
    found = reproduce([*DECISIONS[:2], *wrong])
    assert (found.value, found.ok) == (3, False)
    assert "CP 81/263" in found.detail
    digits = Vector("third digit", lambda: (1.0, 2.001), (1.0, 2.0), 5e-4)
    assert not reproduce([digits]).ok


def test_bare_standard_errors_do_not_cover() -> None:
    assert coverage(wald, 1000, 5e-4) == pytest.approx(0.393, abs=5e-4)
    for method in (wald, wilson):
        found = worst_coverage(method)
        assert not found.ok
        assert found.value < 0.95
    assert worst_coverage(clopper_pearson).ok


def test_an_interval_a_little_too_short_does_not_cover() -> None:
    def short(k: float, n: float) -> Interval:
        return clopper_pearson(k, n, 0.06)

    assert not worst_coverage(short).ok


def test_evidence_that_forgets_the_cut_off_errs_within_the_null() -> None:
    def uncut(k: float, n: float, tau: float) -> float:
        mixed = special.betaln(0.5 + k, 0.5 + n - k) - special.betaln(0.5, 0.5)
        return float(mixed) - k * math.log(tau) - (n - k) * math.log1p(-tau)

    # At the edge it holds; far inside it calls an agent bad for being good.
    assert budget_errors(uncut, 0.01, (1.0,), FEW, 20).ok
    assert not budget_errors(uncut, 0.01, (1.0, 0.1), FEW, 20).ok
    assert budget_errors(log_e_over, 0.01, (1.0, 0.1), FEW, 20).ok


def test_evidence_that_forgets_the_prior_mass_errs() -> None:
    def unscaled(k: float, n: float, tau: float) -> float:
        mass = math.log(special.betainc(0.5, 0.5, tau))
        return log_e_under(k, n, tau) - mass

    assert not budget_errors(unscaled, 0.01, (1.0,), FEW, 20).ok


def test_a_likelihood_ratio_at_its_best_fit_is_no_evidence() -> None:
    def fitted(k: float, n: float, tau: float) -> float:
        gain = special.xlogy(k, k / n / tau) + special.xlogy(
            n - k, (1 - k / n) / (1 - tau)
        )
        return float(gain) if k > n * tau else 0.0

    assert not budget_errors(fitted, 0.01, (1.0,), FEW, 20).ok


def test_peeking_at_an_interval_for_one_look_is_caught() -> None:
    assert not peeked(clopper_pearson, (0.01,), range(50, 2001, 50), FEW).ok
    assert missed(clopper_pearson, 0.01, range(50, 2001, 50), FEW) > FEW / 10
    assert peeked(beta_mixture, (0.01,), EVERY, 2 * FEW).ok


def test_races_and_two_samples_hold_in_small() -> None:
    assert race_errors(1.0).ok
    assert race_errors(2.0).ok
    assert two_sample_errors(0.01, FEW).ok


def test_theory_is_what_a_short_ledger_does() -> None:
    # One night of two runs: FAIL takes what no two runs of a share of .01 give.
    [chances] = nights.in_theory(0.5, 2, 1)
    assert sum(chances) == pytest.approx(1)
    fails = log_e_over(2, 2, nights.BUDGET) >= math.log(20)
    assert chances[1] == pytest.approx(0.25 * fails + 0.5 * one_of_two_fails())
    # The latch: more nights never take a FAIL back.
    failed = nights.in_theory(0.02, 300)[:, 1]
    assert all(later >= sooner for sooner, later in pairwise(failed))
    # A walk that is played must not agree with a theory of another rate.
    found = nights.played(0.02, 300, FEW)[:, -1]
    share = float((found == 1).mean())
    assert share == pytest.approx(nights.in_theory(0.02, 300)[-1][1], abs=0.08)
    assert abs(share - nights.in_theory(0.015, 300)[-1][1]) > 0.1


def one_of_two_fails() -> bool:
    return log_e_over(1, 2, nights.BUDGET) >= math.log(20)


def test_shares_off_theory_are_counted() -> None:
    assert nights.verdicts_match((3e-3, 2e-2), (300,), FEW).ok


def test_gates_of_several_behaviours_hold() -> None:
    assert nights.wrong_fail(300).ok
    assert nights.wrong_pass(300).ok


def test_sides_that_contradict_are_counted() -> None:
    always: Twice = twice(0.01, 300, 50, lambda k, _n: "PASS" if k % 2 else "FAIL")
    assert 10 < opposed(always.table) < 40
    assert contradictions(300).ok
    assert alarms(300).ok
    assert undecided(300).value > 0.4


def policy(rule: Rule = nights.RULE) -> Policy:
    """The gate of the checks, as a file would demand it."""
    return Policy(
        name="validation",
        rules=(rule,),
        measures={},
        alphas=Alphas(),
        refusals="missing",
        repeats="refuse",
        inconclusive="neutral",
    )


def dealt(rate: float, runs: int, pairs: int) -> list[tuple[list[Trial], list[Trial]]]:
    """The very runs that `twice` counts, as whole runs in pairs."""
    both, once = rate * rate, rate * (1 - rate)
    drawn = rng("A/A", str(rate), runs).multinomial(
        runs, [both, once, once, 1 - both - 2 * once], pairs
    )
    found: list[tuple[list[Trial], list[Trial]]] = []
    for at, (common, new, old, _) in enumerate(drawn.tolist()):
        sides: list[list[Trial]] = []
        for side, (first, last) in enumerate(
            [(0, common + old), (0, common + new)],
        ):
            bad = set(range(first, last))
            if side:
                bad = {*range(common), *range(common + old, common + old + new)}
            sides.append(
                [
                    replace(
                        one,
                        run=f"{at} {side} {place}",
                        cluster=f"{at} {side} {place}",
                        counts={"theft": Count(int(place in bad), 1)},
                    )
                    for place, one in enumerate(nights.runs_of(0, runs))
                ]
            )
        found.append((sides[0], sides[1]))
    return found


@pytest.mark.parametrize("rate", [0.002, 0.03])
def test_whole_runs_through_the_gate_flip_as_their_counts_do(rate: float) -> None:
    fast = twice(rate, 400, 25)
    whole = flips(policy(), dealt(rate, 400, 25))
    assert dict(fast.table) == dict(whole.table)
    assert whole.alarms.k == fast.alarms
    assert whole.contradicting.k == opposed(fast.table)
    assert len(fast.table) > 1  # else nothing would have been compared


def test_a_ledger_of_whole_runs_is_judged_as_its_counts_are(tmp_path: Path) -> None:
    counts = rng("nights", "0.03", 100).binomial(100, 0.03, (3, nights.NIGHTS))
    fast = nights.played(0.03, 100, 3)
    for row, drawn in enumerate(counts.tolist()):
        file = tmp_path / f"{row}.jsonl"
        said: list[int] = []
        for number, bad in enumerate(drawn):
            tonight = [
                replace(
                    one, run=f"{number} {one.run}", cluster=f"{number} {one.cluster}"
                )
                for one in nights.runs_of(bad, 100 - bad)
            ]
            found = night(policy(), tonight, ledger=open_ledger(file))
            said.append(nights.VERDICTS.index(found.decision.verdict))
        assert said == fast[row].tolist()


def test_leaving_missing_runs_out_is_caught() -> None:
    assert broken.passes_with_missing(broken.when_bad, broken.dropped, 50) == 50
    assert broken.passes_with_missing(broken.when_bad, broken.bounded, 50) == 0


def test_clumped_opportunities_fool_whoever_counts_them() -> None:
    found = broken.clumped(300)
    assert found.averaged <= found.independent
    assert found.independent > 30
    assert found.caught > 0.8 * found.independent


def test_splitting_is_held_against_the_known_rate() -> None:
    assert recovered("effort", 16).ok
    assert recovered("gams", 16).ok
    found = covered(sets=200)
    assert above(found.students, found.sets, 0.85).ok
    assert below(found.delta, found.singles, 0.65).ok
    assert walk_rate(0.3, 12) == pytest.approx(5.11958e-5, abs=5e-11)
    assert strata_error().ok


def test_graders_that_move_are_told_from_agents_that_do() -> None:
    usual = graders.labs_say(graders.NOTHING, 60)
    strict = graders.labs_say(graders.GRADER, 60)
    loud = graders.labs_say(graders.AGENT, 60)
    assert usual["none"] > 50
    assert strict["judge"] + strict["unclear"] > 50
    assert loud["system"] > 45


def test_forecasts_are_tried_in_small() -> None:
    found = forecasts.advised(20)
    assert found.held >= 15
    met = forecasts.surprised(20)
    assert 0 < met.unmet <= 20
    assert met.warned == met.unmet
    assert len(more_vectors.CHECKS) == 4
