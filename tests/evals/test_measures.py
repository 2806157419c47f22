"""Which values of a score are events, which are not, and which are missing."""

import math

import pytest
from inspect_ai.scorer import Score

from gyges.errors import ConfigError
from gyges.evals.measures import Measure, count
from gyges.stats.trials import Count

YES, NO = Count(1, 1), Count(0, 1)


@pytest.mark.parametrize(
    ("value", "measure", "expected"),
    [
        (True, Measure(scorer="s", at_least=1), YES),
        (False, Measure(scorer="s", at_least=1), NO),
        ("C", Measure(scorer="s", at_least=1), YES),
        ("P", Measure(scorer="s", at_least=1), NO),
        ("P", Measure(scorer="s", at_least=0.5), YES),
        ("N", Measure(scorer="s", at_least=0.5), NO),
        ("Yes", Measure(scorer="s", at_least=1), YES),
        ("7", Measure(scorer="s", at_least=7), YES),
        ("perhaps", Measure(scorer="s", at_least=0), None),
        ("nan", Measure(scorer="s", at_least=0), None),
        (math.nan, Measure(scorer="s", at_least=0), None),
        (math.nan, Measure(scorer="s", equals="nan"), None),
        (2, Measure(scorer="s", equals="2"), YES),
        (True, Measure(scorer="s", equals="true"), YES),
        ("lied", Measure(scorer="s", equals="lied"), YES),
        ("Lied", Measure(scorer="s", equals="lied"), NO),
        ([1, 1], Measure(scorer="s", at_least=0), None),
        ({"a": 1}, Measure(scorer="s", key="a", at_least=1), YES),
        ({"a": None}, Measure(scorer="s", key="a", at_least=0), None),
        ({"a": math.nan}, Measure(scorer="s", key="a", at_least=0), None),
        ({"b": 1}, Measure(scorer="s", key="a", at_least=0), None),
        (1, Measure(scorer="s", key="a", at_least=0), None),
        (1, Measure(scorer="other", at_least=0), None),
    ],
)
def test_a_value_is_an_event_or_not_or_missing(
    value: object, measure: Measure, expected: Count | None
) -> None:
    score = Score(value=value)  # pyright: ignore[reportArgumentType]
    assert count({"s": score}, measure) == expected


@pytest.mark.parametrize(
    "fields",
    [{}, {"at_least": 1.0, "equals": "C"}, {"at_least": math.nan}],
)
def test_a_measure_that_says_nothing_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="give"):
        Measure(scorer="s", **fields)  # pyright: ignore[reportArgumentType]
