"""Two samples and Wald's test."""

import math

import numpy as np
import pytest

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.sequential import (
    sprt_bounds,
    sprt_expected,
    sprt_log_ratio,
    two_sample,
)


@pytest.mark.parametrize("one_sided", [True, False])
def test_the_second_event_in_the_new_arm_has_the_published_figure(
    one_sided: bool,
) -> None:
    found = np.exp(two_sample([0, 0], [1, 1], one_sided=one_sided))
    assert found == pytest.approx([1, 1.782655], abs=5e-7)


def test_one_sided_evidence_bets_on_worse_only() -> None:
    assert two_sample([1, 1], [0, 0]) == pytest.approx([0, 0])
    assert two_sample([1, 1], [0, 0], one_sided=False)[-1] > 0.5


@pytest.mark.parametrize("rate", [0.01, 0.3])
@pytest.mark.parametrize("one_sided", [True, False])
def test_arms_that_are_alike_win_one_on_average(rate: float, one_sided: bool) -> None:
    pairs = 5
    total = ever = 0.0
    for bits in range(4**pairs):
        digits = [bits >> place & 1 for place in range(2 * pairs)]
        chance = rate ** sum(digits) * (1 - rate) ** (2 * pairs - sum(digits))
        path = two_sample(digits[:pairs], digits[pairs:], one_sided=one_sided)
        total += chance * math.exp(path[-1])
        ever += chance * bool(path.max() >= math.log(20))
    # The bet against the average of both predictions wins less than one.
    assert 0.9 < total <= 1 + 1e-12
    assert ever < 0.05


def test_a_planted_difference_is_found() -> None:
    found = 0
    for night in range(40):
        chance = stream(Draws(5), "two-sample", night)
        old = (chance.random(4000) < 0.001).astype(np.int_)
        new = (chance.random(4000) < 0.01).astype(np.int_)
        found += bool(two_sample(old, new).max() >= math.log(20))
    assert found >= 38


def test_walds_figures_come_out() -> None:
    assert sprt_bounds(0.05, 0.2) == pytest.approx((2.7726, -1.5581), abs=5e-5)
    assert sprt_expected(0.001, 0.005) == pytest.approx((559, 470), abs=0.5)


def test_the_log_ratio_adds_up_over_runs() -> None:
    whole = sprt_log_ratio(2, 500, 0.001, 0.005)
    parts = sprt_log_ratio(2, 100, 0.001, 0.005) + sprt_log_ratio(0, 400, 0.001, 0.005)
    assert whole == pytest.approx(parts, rel=1e-12)
    assert sprt_log_ratio(1, 1, 0.001, 0.005) == pytest.approx(math.log(5))
    assert sprt_log_ratio(0, 1, 0.001, 0.005) == pytest.approx(math.log(0.995 / 0.999))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ([], [], "0 old and 0 new runs"),
        ([0, 1], [1], "2 old and 1 new runs"),
        ([0, 2], [1, 0], "outcome 2.0 in the old arm"),
        ([0, 1], [1, -1], "outcome -1.0 in the new arm"),
    ],
)
def test_arms_that_are_none_are_refused(
    old: list[int], new: list[int], said: str
) -> None:
    with pytest.raises(DataError, match=said):
        two_sample(old, new)


def test_a_test_that_cannot_be_is_refused() -> None:
    with pytest.raises(DataError, match="add up to less than 1"):
        sprt_bounds(0.5, 0.5)
    with pytest.raises(DataError, match="must differ"):
        sprt_expected(0.1, 0.1)
    with pytest.raises(DataError, match="alternative"):
        sprt_log_ratio(0, 1, 0.1, 1.0)
    with pytest.raises(DataError, match="shapes"):
        two_sample([0], [1], a=-1.0)
