"""The search for a change of sign."""

import math
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import DataError
from gyges.stats.crossing import Rising, crossing


@given(st.floats(-50, 50), st.floats(-60, 60), st.sampled_from([1, 3, 0.2, 9]))
def test_a_crossing_is_found_wherever_it_is(
    root: float, start: float, power: float
) -> None:
    def rising(x: float) -> float:
        return math.copysign(abs(x - root) ** power, x - root)

    assert crossing(rising, start, -60, 60) == pytest.approx(root, abs=1e-11)


def counted(rising: Rising, asked: list[float], x: float) -> float:
    asked.append(x)
    return rising(x)


def test_steep_and_flat_functions_take_few_steps() -> None:
    for rising, root in (
        (lambda x: math.exp(x) - 1e5, math.log(1e5)),
        (lambda x: math.atan(x - 2) + 1e-3, 2 - math.tan(1e-3)),
        (lambda x: x**9 - 2, 2 ** (1 / 9)),
    ):
        asked: list[float] = []

        assert crossing(partial(counted, rising, asked), 0.0, -40, 40) == pytest.approx(
            root, rel=1e-12
        )
        assert len(asked) < 25


def test_a_step_is_located() -> None:
    assert crossing(lambda x: 1.0 if x > 0.7 else -1.0, 0, -9, 9) == pytest.approx(0.7)


def test_where_there_is_no_crossing_the_end_is_returned() -> None:
    assert crossing(lambda _: -1.0, 0, -5, 7) == 7
    assert crossing(lambda _: 1.0, 0, -5, 7) == -5
    assert crossing(lambda _: 1.0, -5, -5, 7) == -5


def test_a_start_outside_is_refused() -> None:
    with pytest.raises(DataError, match="start 9"):
        crossing(lambda x: x, 9, -5, 7)
