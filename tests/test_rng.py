"""Draws are named: same name same value, whatever was drawn before."""

import math
import subprocess
import sys
from statistics import mean, pstdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import ConfigError
from gyges.rng import Draws

NUMBERS = st.integers(0, 2**63 - 1)


@given(NUMBERS, NUMBERS, st.text(max_size=20), st.integers())
def test_a_draw_depends_on_its_name_only(
    seed: int, branch: int, stream: str, key: int
) -> None:
    stream = stream.encode("utf-8", "replace").decode()
    first = Draws(seed, branch)
    for other in range(3):
        first.bits("other", other)
    assert first.bits(stream, key) == Draws(seed, branch).bits(stream, key)


def test_seed_branch_stream_and_key_each_name_another_draw() -> None:
    draws = [
        Draws(1).bits("a", 1),
        Draws(2).bits("a", 1),
        Draws(1, 1).bits("a", 1),
        Draws(1).bits("b", 1),
        Draws(1).bits("a", 2),
        Draws(1).bits("a", 1, 1),
        Draws(1).bits("a1"),
    ]
    assert len(set(draws)) == len(draws)


@pytest.mark.parametrize(("seed", "branch"), [(-1, 0), (2**63, 0), (0, -1), (0, 2**63)])
def test_a_seed_out_of_range_is_refused_with_what_is_allowed(
    seed: int, branch: int
) -> None:
    with pytest.raises(ConfigError, match=r"out of range; use 0 to 2\*\*63 - 1"):
        Draws(seed, branch)


def test_uniform_and_normal_have_the_moments_they_should() -> None:
    draws, count = Draws(7), 20_000
    uniform = [draws.uniform("u", n) for n in range(count)]
    normal = [draws.normal("n", n) for n in range(count)]
    tolerance = 4 / math.sqrt(count)
    assert min(uniform) >= 0
    assert max(uniform) < 1
    assert mean(uniform) == pytest.approx(0.5, abs=tolerance)
    assert pstdev(uniform) == pytest.approx(math.sqrt(1 / 12), abs=tolerance)
    assert mean(normal) == pytest.approx(0.0, abs=tolerance)
    assert pstdev(normal) == pytest.approx(1.0, abs=tolerance)


@given(st.integers(-50, 50), st.integers(0, 60), NUMBERS)
def test_an_integer_lies_between_its_bounds(low: int, span: int, seed: int) -> None:
    assert low <= Draws(seed).integer(low, low + span, "i") <= low + span


@given(st.lists(st.integers(), unique=True, max_size=12), st.integers(0, 15), NUMBERS)
def test_a_sample_has_different_options(
    options: list[int], count: int, seed: int
) -> None:
    sample = Draws(seed).sample(options, count, "s")
    assert len(sample) == min(count, len(options)) == len(set(sample))
    assert set(sample) <= set(options)


def test_draws_do_not_depend_on_the_hash_seed_of_the_process() -> None:
    code = "from gyges.rng import Draws; print(Draws(5).sample(range(9), 9, 's', 'k'))"
    shown = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "1", "2")
    }
    assert len(shown) == 1
