"""Forecasts of units: at least once, new units, several priors, as last time."""

import ast
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

import gyges
from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.forecast import (
    at_least_once,
    carry_forward,
    forecast_new_unit,
    forecast_once,
    forecast_rate,
    side_by_side,
)
from gyges.stats.forecast.betabinomial import posterior

SOURCE = Path(gyges.__file__).parent
ADVICE = SOURCE / "stats" / "forecast"


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_nothing_that_decides_imports_a_forecast() -> None:
    deciding = [
        path
        for room in ("stats", "studies", "conduct", "worlds")
        for path in (SOURCE / room).rglob("*.py")
        if not path.is_relative_to(ADVICE)
    ]
    assert SOURCE / "stats" / "gate" / "verdict.py" in deciding
    for path in deciding:
        names = imported(path)
        assert not any(name.startswith("gyges.stats.forecast") for name in names), path
    assert "gyges.stats.forecast.betabinomial" in imported(ADVICE / "deployment.py")


def test_every_record_says_that_it_is_advice() -> None:
    found = posterior([1, 0], [20, 20])
    assert found.advisory
    assert forecast_rate(found).advisory
    assert carry_forward([1], [20]).advisory
    assert all(bound.advisory for bound in side_by_side([1, 0], [20, 20]))


def test_at_least_once_is_less_than_the_mean_rate_says() -> None:
    assert at_least_once(0.2, 200.0, 1000) == pytest.approx(0.30141, abs=5e-6)
    assert pytest.approx(0.63194, abs=5e-6) == 1 - (1 - 0.2 / 200.2) ** 1000


def test_what_is_left_falls_by_the_power_a() -> None:
    for a, b in ((0.2, 20.0), (0.5, 5.0), (1.5, 30.0)):
        left = [1 - at_least_once(a, b, 10.0**power) for power in (5, 6)]
        assert math.log10(left[0] / left[1]) == pytest.approx(a, rel=1e-2)


@given(
    st.floats(1e-6, 1e4), st.floats(1e-3, 1e7), st.integers(1, 10**9), st.integers(1, 9)
)
def test_more_episodes_never_show_less(
    a: float, b: float, episodes: int, more: int
) -> None:
    one = at_least_once(a, b, episodes)
    assert 0 < one <= at_least_once(a, b, episodes * more) * (1 + 1e-7) <= 1 + 1e-7
    assert at_least_once(a, b, 1) == pytest.approx(a / (a + b), rel=1e-7)
    assert one <= -math.expm1(episodes * math.log1p(-a / (a + b))) * (1 + 1e-7)


def test_at_least_once_in_simulated_units() -> None:
    rng = stream(Draws(2), "units")
    rates = rng.beta(0.2, 200.0, 20_000)
    shown = rng.random(20_000) < 1 - (1 - rates) ** 1000
    assert shown.mean() == pytest.approx(at_least_once(0.2, 200.0, 1000), abs=0.012)


def test_intervals_hold_what_was_planted() -> None:
    rate, once = 0.5 / 20.5, at_least_once(0.5, 20.0, 50)
    held = 0
    nights = 60
    for night in range(nights):
        rng = stream(Draws(3), "planted", night)
        events = rng.binomial(20, rng.beta(0.5, 20.0, 60))
        found = posterior(list(events), [20] * 60, size=60)
        mean, often = forecast_rate(found), forecast_once(found, 50)
        held += (mean.low <= rate <= mean.high) + (often.low <= once <= often.high)
        assert mean.low < mean.value < mean.high
        assert mean.upper < mean.high
    # 95 % intervals, two a night: fewer than 104 of 120 has odds of 1 to 2,000.
    assert held >= 104


def test_the_naive_forecast_stands_beside() -> None:
    found = posterior([6, 0, 0, 0], [20] * 4)
    often = forecast_once(found, 100)
    assert often.naive == pytest.approx(1 - (1 - 6 / 80) ** 100)
    assert often.value < often.naive
    assert forecast_rate(found).naive == pytest.approx(6 / 80)
    assert forecast_once(posterior([2], [2]), 9).naive == 1.0
    assert forecast_once(found, 1).value == pytest.approx(forecast_rate(found).value)


def test_a_new_unit_varies_more_than_the_mean() -> None:
    rng = stream(Draws(4), "new")
    events = rng.binomial(50, rng.beta(2.0, 20.0, 4000))
    found = posterior(list(events), [50] * 4000, size=80)
    new, mean = forecast_new_unit(found), forecast_rate(found)
    assert new.low < mean.low < mean.high < new.high
    assert new.value == pytest.approx(mean.value)
    # With 4,000 units the mixture is all but the planted distribution.
    assert new.low == pytest.approx(special.betaincinv(2, 20, 0.025), rel=0.1)
    assert new.high == pytest.approx(special.betaincinv(2, 20, 0.975), rel=0.1)
    assert new.upper == pytest.approx(special.betaincinv(2, 20, 0.95), rel=0.1)


def test_zero_events_are_bounded_by_every_prior_and_by_counting() -> None:
    bounds = {bound.method: bound for bound in side_by_side([0] * 50, [20] * 50)}
    assert list(bounds) == [
        "beta-binomial, bda prior",
        "beta-binomial, weak prior",
        "beta-binomial, rare prior",
        "Clopper-Pearson, runs",
        "Clopper-Pearson, scenarios",
    ]
    bda, weak, rare, runs, scenarios = bounds.values()
    # .0385 on the coarse grid of the reference, .0387 on a fine one.
    assert bda.high == pytest.approx(0.0385, abs=5e-4)
    assert "improper" in bda.warnings[0]
    # The reference's "weak prior" (.0128) is not said; this one is near it one-sided.
    assert weak.upper == pytest.approx(0.0127, abs=1e-4)
    assert rare.high == pytest.approx(0.0049, abs=1e-4)
    assert runs.high == pytest.approx(0.0037, abs=5e-5)
    assert scenarios.high == pytest.approx(0.071, abs=5e-4)
    assert runs.low == scenarios.low == 0


def test_as_last_time() -> None:
    found = carry_forward([9, 3], [1000, 1000])
    assert found.value == pytest.approx(3.5 / 1001)
    assert found.naive == pytest.approx(0.003)
    assert found.low == pytest.approx(special.betaincinv(3.5, 997.5, 0.025))
    assert found.high == pytest.approx(special.betaincinv(3.5, 997.5, 0.975))
    often = carry_forward([9, 3], [1000, 1000], episodes=1000)
    assert often.low == pytest.approx(1 - (1 - found.low) ** 1000)
    assert often.value == pytest.approx(at_least_once(3.5, 997.5, 1000))
    assert carry_forward([9, 3], [1000, 1000], last=2).value == pytest.approx(
        12.5 / 2001
    )


def test_versions_that_differ_are_not_pooled_in_silence() -> None:
    unlike = carry_forward([30, 1], [1000, 1000], last=2)
    assert unlike.warnings == ("the last 2 versions differ by more than chance",)
    for events in ([3, 5], [0, 0], [1000, 1000]):
        assert carry_forward(events, [1000, 1000], last=2).warnings == ()
    assert carry_forward([30, 1], [1000, 1000]).warnings == ()


def test_a_clean_last_version_is_no_zero() -> None:
    found = carry_forward([0], [300], episodes=10_000)
    assert found.naive == 0
    assert found.high > 0.99
    assert 0 < found.low < found.value < found.high


def test_wrong_input_is_refused() -> None:
    found = posterior([1], [20])
    for alpha in (0.0, 1.0, math.nan):
        for forecast in (forecast_rate, forecast_new_unit):
            with pytest.raises(DataError, match="must lie between 0 and 1"):
                forecast(found, alpha)
        with pytest.raises(DataError, match="must lie between 0 and 1"):
            carry_forward([1], [20], alpha=alpha)
    for episodes in (0, -1, 0.5, math.inf, math.nan):
        with pytest.raises(DataError, match="give 1 or more, not endless"):
            forecast_once(found, episodes)
        with pytest.raises(DataError, match="give 1 or more, not endless"):
            carry_forward([1], [20], episodes)
    with pytest.raises(DataError, match="2 versions; 3 are to be carried forward"):
        carry_forward([1, 1], [20, 20], last=3)
    with pytest.raises(DataError, match="last 0 must be a whole number, 1 or more"):
        carry_forward([1], [20], last=0)
    with pytest.raises(DataError, match="both parameters must be positive"):
        at_least_once(0.0, 1.0, 5)
    with pytest.raises(DataError, match="events must be 0 to 20"):
        side_by_side([21], [20])
