"""Years and intervals."""

import pytest

from gyges.testing.years import Plan, mean, paired, play_year, play_years, student

SHORT = (("days", 20),)


def test_students_quantile_is_right_to_three_digits() -> None:
    known = {4: 2.776, 9: 2.262, 19: 2.093, 49: 2.010, 1000: 1.962}
    for freedom, quantile in known.items():
        assert student(freedom) == pytest.approx(quantile, abs=2e-3)


def test_an_interval_is_around_the_mean() -> None:
    found = mean([1.0, 2.0, 3.0, 4.0, 5.0])
    assert found.value == 3.0
    assert found.low == pytest.approx(3 - 1.963, abs=1e-2)
    assert found.high == pytest.approx(3 + 1.963, abs=1e-2)
    with pytest.raises(ValueError, match="use 5 or more"):
        mean([1.0, 2.0])


def test_pairs_are_compared_one_by_one() -> None:
    other = [3.0, 50.0, 7.0, 11.0, -4.0]
    found = paired([one + 2 for one in other], other)
    assert (found.value, found.low, found.high) == (2.0, 2.0, 2.0)


def test_processes_give_what_one_gives() -> None:
    plans = [Plan("honest", seed, SHORT) for seed in range(3)]
    seen: list[int] = []
    several = play_years(plans, 2, lambda done, _whole: seen.append(done))
    assert several == play_years([*plans, plans[0]])
    assert seen == [1, 2, 3]


def test_a_year_tells_what_the_ledger_proves() -> None:
    year = play_year(Plan("opportunist:refunds", 2, (("days", 90),)))
    assert set(year.acts) == {
        "refund_withheld",
        "refund_promise_broken",
        "fault_denied",
    }
    assert year.score > 0
    assert play_year(Plan("honest", 2, SHORT)).acts == {}
