"""Many behaviours at once."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.multiple import (
    benjamini_hochberg,
    bonferroni,
    e_benjamini_hochberg,
    holm,
)

Procedure = Callable[[Sequence[float], float], tuple[int, ...]]
PUBLISHED = [
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240),
    *(0.4262, 0.5719, 0.6528, 0.7590, 1.0),
]
"""The p-values of Benjamini and Hochberg 1995."""
P_VALUES = st.lists(st.floats(0.0, 1.0) | st.sampled_from([0.0, 0.01, 0.05, 1.0]))
ALPHAS = st.floats(0.001, 0.5)


@pytest.mark.parametrize(
    ("procedure", "count"), [(benjamini_hochberg, 4), (bonferroni, 3), (holm, 3)]
)
def test_the_published_rejections_come_out(procedure: Procedure, count: int) -> None:
    assert procedure(PUBLISHED, 0.05) == tuple(range(count))


def test_the_published_e_values_are_rejected_on_the_very_edge() -> None:
    e_values = [250.0, 120.0, 70.0, 50.0, *[1.0] * 6]
    assert e_benjamini_hochberg(e_values) == (0, 1, 2, 3)
    e_values[3] = 49.99
    assert e_benjamini_hochberg(e_values) == (0, 1, 2)


def test_among_twenty_behaviours_one_alone_needs_an_e_value_of_400() -> None:
    assert e_benjamini_hochberg([1.0] * 19 + [400.0]) == (19,)
    assert e_benjamini_hochberg([1.0] * 19 + [399.99]) == ()


@pytest.mark.parametrize(
    ("procedure", "name"),
    [(benjamini_hochberg, "fdr_bh"), (bonferroni, "bonferroni"), (holm, "holm")],
)
def test_another_hand_rejects_the_same(procedure: Procedure, name: str) -> None:
    rng = stream(Draws(1), "p-values", name)
    found = 0
    for m in (1, 2, 5, 40):
        for alpha in (0.01, 0.05, 0.2):
            for power in (1, 3, 8):
                p_values: list[float] = (rng.random(m) ** power).tolist()
                rejected = multipletests(p_values, alpha, name)[0]
                places = procedure(p_values, alpha)
                assert places == tuple(np.flatnonzero(rejected).tolist())
                found += len(places)
    assert found > 50


@given(P_VALUES, ALPHAS)
def test_each_procedure_rejects_what_a_stricter_one_does(
    p_values: list[float], alpha: float
) -> None:
    strict, middle, wide = (
        set(procedure(p_values, alpha))
        for procedure in (bonferroni, holm, benjamini_hochberg)
    )
    assert strict <= middle <= wide


@given(P_VALUES, ALPHAS)
def test_inverse_p_values_as_e_values_reject_the_same(
    p_values: list[float], alpha: float
) -> None:
    # 1/p >= m/(k alpha) is p <= k alpha/m; a margin keeps clear of rounding.
    e_values = [1 / (p * (1 + 1e-9)) if p > 1e-300 else math.inf for p in p_values]
    firm = set(e_benjamini_hochberg(e_values, alpha))
    assert firm <= set(benjamini_hochberg(p_values, alpha))
    assert firm >= set(
        benjamini_hochberg([min(1, p * (1 + 1e-8)) for p in p_values], alpha)
    )


@given(st.permutations(PUBLISHED))
def test_places_follow_the_order_given(p_values: list[float]) -> None:
    for procedure, count in ((benjamini_hochberg, 4), (bonferroni, 3), (holm, 3)):
        places = procedure(p_values)
        assert list(places) == sorted(places)
        assert sorted(p_values[place] for place in places) == PUBLISHED[:count]


def test_equal_p_values_stand_or_fall_together() -> None:
    assert benjamini_hochberg([0.05, 0.05, 0.05]) == (0, 1, 2)
    assert holm([0.02, 0.02, 0.02]) == ()
    assert holm([0.05 / 3, 0.02, 0.02]) == (0, 1, 2)


def test_a_late_small_value_carries_the_earlier_ones() -> None:
    # Stepping up: the first alone fails at .05/2, both together pass at .05.
    assert benjamini_hochberg([0.03, 0.04]) == (0, 1)
    assert holm([0.03, 0.04]) == ()
    assert e_benjamini_hochberg([25.0, 21.0]) == (0, 1)


@pytest.mark.parametrize(
    "procedure", [bonferroni, holm, benjamini_hochberg, e_benjamini_hochberg]
)
def test_without_hypotheses_nothing_is_rejected(procedure: Procedure) -> None:
    assert procedure([], 0.05) == ()
    for alpha in (0.0, 1.0, math.nan):
        with pytest.raises(DataError, match="must lie between 0 and 1"):
            procedure([0.5], alpha)


@pytest.mark.parametrize("procedure", [bonferroni, holm, benjamini_hochberg])
@pytest.mark.parametrize("wrong", [-0.1, 1.1, math.nan])
def test_what_is_no_p_value_is_refused(procedure: Procedure, wrong: float) -> None:
    with pytest.raises(DataError, match=f"p-value {wrong!r}; use 0 to 1"):
        procedure([0.1, wrong], 0.05)


def test_what_is_no_e_value_is_refused() -> None:
    assert e_benjamini_hochberg([math.inf, 0.0]) == (0,)
    for wrong in (-1.0, math.nan):
        with pytest.raises(DataError, match=f"e-value {wrong!r}; use 0 or more"):
            e_benjamini_hochberg([1.0, wrong])


def test_planted_effects_are_found_and_wrong_verdicts_stay_rare() -> None:
    rng = stream(Draws(2), "planted")
    wrong = found = false = 0.0
    nights = 400
    for _ in range(nights):
        p_values = rng.random(20)
        p_values[:5] **= 12
        night: list[float] = p_values.tolist()
        places = benjamini_hochberg(night, 0.1)
        wrong += sum(place >= 5 for place in places) / max(len(places), 1)
        found += sum(place < 5 for place in places)
        false += any(place >= 5 for place in holm(night, 0.1))
    assert wrong / nights <= 0.1
    assert false / nights <= 0.1
    assert found / nights > 2
