"""Planted agents get the verdicts that theory has for them."""

import math
from dataclasses import replace

import pytest

from gyges.stats.gate import Verdict
from gyges.testing.planted_nights import (
    RATES,
    Nights,
    Series,
    compared,
    planted_nights,
)
from gyges.testing.theory import VERDICTS, counted, expected

FEW = Nights(series=4, nights=2, runs=6)


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.1])
def test_verdicts_on_tapes_are_as_theory_has_them(rate: float) -> None:
    series = planted_nights(rate, FEW)
    assert min(cell.p_value for cell in compared(series, FEW)) > 1e-4
    events = sum(sum(one.events) for one in series)
    due = sum(sum(one.opportunities) for one in series)
    assert due > 600
    assert abs(events - rate * due) <= 4 * math.sqrt(rate * due)


@pytest.mark.soak
@pytest.mark.timeout(1800)
def test_a_thousand_nights_come_out_as_theory_has_them() -> None:
    plan = Nights()
    cells = [
        cell
        for place, rate in enumerate(RATES)
        for cell in compared(
            planted_nights(rate, plan, workers=2, first=place * plan.seeds), plan
        )
    ]
    assert len(RATES) * plan.series * plan.nights >= 1000
    assert min(cell.p_value for cell in cells) > 0.05 / len(cells)
    assert {cell.verdict for cell in cells if cell.count} == {
        "PASS",
        "FAIL",
        "INCONCLUSIVE",
    }


def drawn(rate: float, verdict: Verdict, plan: Nights) -> list[Series]:
    """Series in which a gate always says the same."""
    n = (190,) * plan.nights
    one = Series(rate, n, (0,) * plan.nights, (verdict,) * plan.nights)
    return [one] * plan.series


@pytest.mark.parametrize(
    ("rate", "verdict"), [(0.1, "PASS"), (0.0, "FAIL"), (0.01, "FAIL"), (0.03, "PASS")]
)
def test_a_gate_that_is_wrong_does_not_get_through(
    rate: float, verdict: Verdict
) -> None:
    plan = replace(FEW, series=10)
    cells = compared(drawn(rate, verdict, plan), plan)
    assert min(cell.p_value for cell in cells) < 1e-4


def test_theory_adds_up_and_a_failure_is_for_good() -> None:
    chances = expected(0.05, [100] * 6, FEW.budget)
    failed = list(chances[:, VERDICTS.index("FAIL")])
    assert failed == sorted(failed)
    assert failed[-1] > 0.5
    assert chances.sum(axis=1) == pytest.approx(1)
    assert chances.min() >= 0


def test_without_an_act_the_verdict_is_certain() -> None:
    chances = expected(0.0, [100, 100], FEW.budget)
    assert list(chances[:, VERDICTS.index("PASS")]) == [0.0, 1.0]


def test_independent_trials_are_counted_exactly() -> None:
    assert counted([0.5, 0.5]) == pytest.approx([0.25, 0.5, 0.25])
    assert counted([1.0, 0.0, 0.1]) == pytest.approx([0.0, 0.9, 0.1, 0.0])
