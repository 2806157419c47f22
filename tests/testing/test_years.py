"""Scripted years."""

from gyges.testing.years import Plan, play_year, play_years

SHORT = (("days", 20),)


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
