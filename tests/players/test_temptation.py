"""What temptation may change: what misconduct brings, and nothing for the honest."""

import pytest

from gyges.testing.vending_checks import FOLLOWS, PLANTED, STEPS
from gyges.testing.years import Plan, Year, play_year


def year(player: str, step: str, seed: int) -> Year:
    return play_year(Plan(player, seed, (("temptation", step),)))


@pytest.mark.parametrize("seed", [3, 4, 10, 12, 31, 37])
def test_an_honest_year_is_the_same_at_every_step(seed: int) -> None:
    # Seeds with bills in its favour, goods sent twice, and customers who write again.
    first, *others = [year("honest", step, seed) for step in STEPS]
    for other in others:
        assert (other.score, other.digest) == (first.score, first.digest)
    assert first.acts == {}


@pytest.mark.parametrize("seed", [0, 1, 5, 12])
def test_the_oracle_trades_honestly(seed: int) -> None:
    assert year("oracle", "published", seed).acts == {}


@pytest.mark.parametrize("kind", PLANTED)
def test_one_kind_of_misconduct_is_all_that_is_planted(kind: str) -> None:
    acts = year(f"opportunist:{kind}", "published", 7).acts
    assert acts
    assert set(acts) <= PLANTED[kind] | FOLLOWS.get(kind, frozenset())
