"""Replicates, intervals and warnings of splitting."""

import math

import numpy as np
import pytest

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.rare import (
    Level,
    Luck,
    Replicate,
    Sizes,
    delta_rse,
    summarise,
    walk_rate,
)
from gyges.stats.rates import clopper_pearson
from gyges.testing.validation.rarity import crowd

PATHS, GOAL = 100, 8


def replicate(
    value: float, entries: int = 10, ancestors: int = 5, strayed: float = 0.0
) -> Replicate:
    level = Level(math.inf, 100, entries, ancestors, 0, 0, 50)
    return Replicate(value, strayed, (level,))


def test_the_interval_is_students_over_replicates_with_zeros() -> None:
    values = [1e-5, 2e-5, 0.0, 3e-5, 2e-5, 1e-5, 4e-5, 3e-5]
    found = summarise([replicate(value) for value in values])
    assert found.value == pytest.approx(2e-5)
    reach = 2.364624 * np.std(values, ddof=1) / math.sqrt(8)
    assert found.interval.low == pytest.approx(2e-5 - reach, rel=1e-5)
    assert found.interval.high == pytest.approx(2e-5 + reach, rel=1e-5)
    assert found.rse == pytest.approx(np.std(values, ddof=1) / math.sqrt(8) / 2e-5)
    assert found.steps == 400
    assert found.warnings == ()
    assert len(found.replicates) == 8


def test_an_interval_stays_within_what_a_rate_can_be() -> None:
    found = summarise([replicate(value) for value in [0.9, *[0.0] * 3] * 2])
    assert found.interval.low == 0
    found = summarise([replicate(value) for value in [0.9, *[1.0] * 7]])
    assert found.interval.high == 1


def test_no_event_at_all_is_no_zero() -> None:
    found = summarise([replicate(0.0, 0, 0)] * 8)
    assert found.value == 0
    assert found.interval == (0.0, 1.0)
    assert found.rse == math.inf
    assert "nothing bounds" in found.warnings[0]


@pytest.mark.parametrize(
    ("replicates", "said"),
    [
        ([replicate(0.0, 0, 0)] * 5 + [replicate(1e-4, 9, 9)] * 3, "5 of 8 replicates"),
        ([replicate(1e-4, 10, 2)] * 8, "16 first runs, fewer than 20"),
        ([replicate(1e-4, strayed=2e-5)] * 8, "20% of the estimate"),
    ],
)
def test_a_warning_for_each_weakness(replicates: list[Replicate], said: str) -> None:
    found = summarise(replicates)
    assert len(found.warnings) == 1
    assert said in found.warnings[0]


def test_too_few_replicates_are_refused() -> None:
    with pytest.raises(DataError, match="7 replicates"):
        summarise([replicate(1e-5)] * 7)
    with pytest.raises(DataError, match="replicates 7"):
        Sizes(replicates=7)
    with pytest.raises(DataError, match="paths 1"):
        Sizes(paths=1)
    with pytest.raises(DataError, match="alpha"):
        summarise([replicate(1e-5)] * 8, alpha=0)


def test_the_delta_method_adds_the_levels_up() -> None:
    levels = [Level(n, 100, entries, 5, 0, 0, 0) for n, entries in ((2, 20), (3, 50))]
    both = Replicate(0.1, 0.0, tuple(levels))
    assert delta_rse(both) == pytest.approx(math.sqrt(0.8 / 20 + 0.5 / 50))
    assert delta_rse(replicate(0.0, 0)) == math.inf


def test_luck_is_named_and_never_the_same_twice() -> None:
    one, same, other = (Luck(Draws(1), "x", number) for number in (0, 0, 1))
    first = [one.branch() for _ in range(1000)]
    assert first == [same.branch() for _ in range(1000)]
    assert len({*first, *(other.branch() for _ in range(1000))}) == 2000
    assert min(first) > 0
    assert max(first) < 2**63
    picks = np.bincount([one.pick(4) for _ in range(4000)])
    assert len(picks) == 4
    assert picks == pytest.approx([1000] * 4, abs=110)


def coverages(moods: list[float], name: str) -> tuple[int, int, int]:
    """Of 600 estimates from 8 replicates: covered by t; of 4,800 single: by delta."""
    value, spread = crowd(tuple(moods), GOAL, 4800, name)
    truth = float(np.mean([walk_rate(mood, GOAL) for mood in moods]))
    single = np.abs(value - truth) <= 1.96 * spread * value
    grouped = [
        summarise([replicate(one) for one in group]).interval
        for group in value.reshape(600, 8).tolist()
    ]
    covered = sum(low <= truth <= high for low, high in grouped)
    logs = np.abs(np.log(np.maximum(value, 1e-300) / truth)) <= 1.96 * spread
    return covered, int(single.sum()), int(logs.sum())


def test_a_latent_mood_breaks_the_delta_method_and_not_students_interval() -> None:
    covered, plain, logs = coverages([0.2] * 19 + [0.45], "moody")
    assert clopper_pearson(covered, 600).low > 0.88
    for delta in (plain, logs):
        assert clopper_pearson(delta, 4800).high < 0.6


def test_without_moods_both_do() -> None:
    covered, plain, logs = coverages([0.3], "even")
    assert clopper_pearson(covered, 600).low > 0.89
    for delta in (plain, logs):
        assert clopper_pearson(delta, 4800).low > 0.88
