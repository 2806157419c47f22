"""The beta-binomial model: likelihood, likeliest shape, grid posterior."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, special

from gyges.errors import DataError, UnknownNameError
from gyges.rng import Draws
from gyges.stats.chance import stream
from gyges.stats.forecast.betabinomial import (
    Ranges,
    fit_shape,
    log_likelihood,
    posterior,
    units_of,
)
from gyges.testing.validation.more_vectors import rats

PUBLISHED = 2.304768, 14.079707
"""Likeliest shape of the first 70 groups, as the R package BayesGOF prints it."""
BDA_RANGES = Ranges((-2.5, -1.0), (1.0, 6.5))
PRIORS = ("bda", "weak", "rare")


EVENTS, TRIALS = rats()


def test_the_rats_are_all_there() -> None:
    assert len(EVENTS) == 71
    assert (EVENTS[-1], TRIALS[-1]) == (4, 14)


def test_the_likelihood_is_the_sum_of_beta_ratios() -> None:
    # One unit with one trial shows its event with probability a/(a+b).
    assert log_likelihood(2.0, 3.0, [1], [1]) == pytest.approx(math.log(0.4))
    assert log_likelihood(2.0, 3.0, [1, 0], [1, 1]) == pytest.approx(math.log(0.24))

    def share(p: float) -> float:
        return p**3 * (1 - p) ** 5 / float(special.beta(2, 3))

    assert log_likelihood(2.0, 3.0, [2], [5]) == pytest.approx(
        math.log(integrate.quad(share, 0, 1)[0])
    )


def test_the_likeliest_shape_of_the_rats_is_the_published_one() -> None:
    found = fit_shape(EVENTS[:70], TRIALS[:70])
    # The published figures stop 1e-5 short of the top: ours is likelier.
    assert (found.a, found.b) == pytest.approx(PUBLISHED, rel=1e-5)
    assert found.a == pytest.approx(2.3047833, abs=1e-6)
    assert found.b == pytest.approx(14.0798090, abs=1e-6)
    published = log_likelihood(*PUBLISHED, EVENTS[:70], TRIALS[:70])
    assert found.log_likelihood > published
    assert found.spread


def test_no_shape_nearby_is_likelier() -> None:
    found = fit_shape(EVENTS, TRIALS)
    for a, b in ((1.001, 1), (0.999, 1), (1, 1.001), (1, 0.999), (1.01, 1.01)):
        near = log_likelihood(found.a * a, found.b * b, EVENTS, TRIALS)
        assert near < found.log_likelihood


def test_a_planted_shape_is_recovered() -> None:
    rng = stream(Draws(1), "shape")
    events = rng.binomial(100, rng.beta(0.5, 10.0, 4000))
    found = fit_shape(list(events), [100] * 4000)
    assert found.a == pytest.approx(0.5, rel=0.1)
    assert found.b == pytest.approx(10.0, rel=0.1)
    grid = posterior(list(events), [100] * 4000, "weak", size=60)
    assert (grid.weight * grid.a).sum() == pytest.approx(found.a, rel=0.01)


def test_units_that_are_alike_are_said_to_be() -> None:
    found = fit_shape([1] * 50, [20] * 50)
    assert not found.spread
    assert found.a / (found.a + found.b) == pytest.approx(0.05)
    assert fit_shape([20, 0, 20, 0], [20] * 4).spread


@pytest.mark.parametrize("events", [[0, 0, 0], [20, 20, 20]])
def test_what_has_no_likeliest_shape_is_refused(events: list[int]) -> None:
    with pytest.raises(DataError, match=r"use posterior\(\) or side_by_side\(\)"):
        fit_shape(events, [20, 20, 20])


def test_the_posterior_of_the_rats_is_the_published_one() -> None:
    found = posterior(EVENTS, TRIALS, "bda", BDA_RANGES, 400)
    assert (found.weight * found.a).sum() == pytest.approx(2.403, abs=5e-4)
    assert (found.weight * found.b).sum() == pytest.approx(14.320, abs=5e-4)
    assert found.warnings == ()


def test_ranges_that_adapt_find_the_same() -> None:
    found = posterior(EVENTS, TRIALS, "bda")
    assert (found.weight * found.a).sum() == pytest.approx(2.403, abs=1e-3)
    assert (found.weight * found.b).sum() == pytest.approx(14.320, abs=3e-3)


@pytest.mark.parametrize("prior", PRIORS)
@pytest.mark.parametrize(
    ("events", "trials"),
    [
        ([0] * 50, [20] * 50),
        ([50] * 100, [1000] * 100),
        ([0, 0, 0, 900], [1000] * 4),
        ([1, 500_000], [20, 1_000_000]),
        ([1], [1]),
    ],
)
def test_a_finer_grid_says_the_same(
    prior: str, events: list[int], trials: list[int]
) -> None:
    coarse, fine = (posterior(events, trials, prior, size=size) for size in (150, 400))  # type: ignore[arg-type]
    for found in (coarse, fine):
        assert found.weight.sum() == pytest.approx(1)
        assert found.weight.min() >= 0
    rates = [float(found.weight.sum(axis=1) @ found.mean) for found in (coarse, fine)]
    assert rates[0] == pytest.approx(rates[1], rel=0.01)


def test_many_equal_units_are_not_taken_for_unlike_ones() -> None:
    found = posterior([50] * 100, [1000] * 100)
    assert found.log_size @ found.weight.sum(axis=0) > 8
    assert found.weight.sum(axis=1) @ found.mean == pytest.approx(0.05, rel=0.01)


def test_without_both_outcomes_the_bda_prior_is_improper() -> None:
    # What the bound is follows from where the grid begins, and that is said.
    wide, narrow = (
        posterior([0] * 50, [20] * 50, "bda", Ranges((-16.0, 3.0), (low, 12.0)), 300)
        for low in (-8.0, 0.0)
    )
    assert wide.weight.sum(axis=1) @ wide.mean > 3 * (
        narrow.weight.sum(axis=1) @ narrow.mean
    )
    for found in (wide, narrow, posterior([0, 20], [20, 20], "bda")):
        assert "improper" in found.warnings[0]
    assert posterior([0, 1], [20, 20], "bda").warnings == ()
    assert posterior([0] * 50, [20] * 50, "weak").warnings == ()


def test_ranges_that_cut_the_posterior_are_told() -> None:
    found = posterior(EVENTS, TRIALS, "bda", Ranges((-2.5, -1.0), (4.0, 6.5)))
    assert "of the posterior is at the grid's edge" in found.warnings[0]


@given(
    st.lists(
        st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=25, deadline=None)
def test_order_does_not_matter(units: list[tuple[int, int]]) -> None:
    events, trials = [k for k, _ in units], [n for _, n in units]
    one = posterior(events, trials, size=30)
    other = posterior(events[::-1], trials[::-1], size=30)
    assert np.array_equal(one.weight, other.weight)
    assert one.weight.sum() == pytest.approx(1)


def test_equal_units_are_put_together() -> None:
    found = units_of([0, 1, 0, 2], [5, 5, 5, 6])
    assert found.times.tolist() == [2, 1, 1]
    assert (found.k, found.n) == (3, 21)


@pytest.mark.parametrize(
    ("events", "trials", "said"),
    [
        ([], [], "give one of each a unit"),
        ([1], [1, 2], "give one of each a unit"),
        ([3], [2], "events must be 0 to 2"),
        ([-1], [2], "events must be 0 to 2"),
        ([0], [0], "at least one is needed"),
        ([0.5], [2], "must be a whole number"),
        ([math.nan], [2], "events must be 0 to 2"),
        ([0], [math.inf], "at least one is needed"),
    ],
)
def test_counts_that_cannot_be_are_refused(
    events: list[int], trials: list[int], said: str
) -> None:
    for made in (posterior, fit_shape):
        with pytest.raises(DataError, match=said):
            made(events, trials)


def test_wrong_settings_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown prior 'flat'; use one of: bda"):
        posterior([1], [2], "flat")  # type: ignore[arg-type]
    with pytest.raises(DataError, match="must be finite and ascend"):
        posterior([1], [2], ranges=Ranges((0.0, -1.0), (0.0, 1.0)))
    with pytest.raises(DataError, match="size 5 must be a whole number, 10 or more"):
        posterior([1], [2], size=5)
    with pytest.raises(DataError, match="both parameters must be positive"):
        log_likelihood(0.0, 1.0, [1], [2])
