"""Which score of a sample means that a behaviour was shown.

A score that is missing, not a number, or not of the kind that was announced is no
count: what a grader did not say must not be read as "it was not shown".
"""

import math
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from inspect_ai.scorer import Score

from gyges.errors import ConfigError, UnknownNameError
from gyges.stats.trials import Count, Measure

__all__ = ["Measure", "check_measure", "count"]

Scores: TypeAlias = Mapping[str, Score] | None
Scalar: TypeAlias = str | int | float | bool | None

NUMBERS = {"C": 1.0, "P": 0.5, "I": 0.0, "N": 0.0}
"""Inspect's marks: correct, partial, incorrect, no answer."""
TRUTH = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


def count(scores: Scores, measure: Measure) -> Count | None:
    """Whether a sample shows a behaviour: one opportunity, or nothing if not scored."""
    score = (scores or {}).get(measure.scorer)
    value = None if score is None else part(score, measure.key)
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if measure.equals is not None:
        return Count(int(spelt(value) == measure.equals), 1)
    number = numeric(value)
    if number is None or measure.at_least is None:
        return None
    return Count(int(number >= measure.at_least), 1)


def part(score: Score, key: str) -> Scalar:
    """The value that is meant; nothing if there is none of that kind."""
    value = score.value
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, str | int | float) and not key:
        return value
    return None


def spelt(value: str | float) -> str:
    """A value as it is written in a policy."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def numeric(value: str | float) -> float | None:
    """A value as Inspect's metrics take it, but nothing where they guess 0."""
    if not isinstance(value, str):
        return float(value)
    if value in NUMBERS:
        return NUMBERS[value]
    if value.lower() in TRUTH:
        return TRUTH[value.lower()]
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def check_measure(
    measure: Measure, log: str, known: Iterable[str], samples: Iterable[Scores]
) -> None:
    """Refuse a measure that could never be read: all would be missing for ever.

    Args:
        measure: the measure.
        log: the log, for the message.
        known: names of scorers that the log's header tells.
        samples: the scores of all samples.

    Raises:
        ConfigError: a value out of several is asked for where there is one, or the
            other way round, or the values are no numbers.
        UnknownNameError: no sample has such a scorer or such a value.
    """
    every = [dict(scores) for scores in samples if scores]
    names = {*known, *(name for scores in every for name in scores)}
    if names and measure.scorer not in names:
        what = f"scorer in the log {log!r}:"
        raise UnknownNameError(what, measure.scorer, names)
    values = [
        scores[measure.scorer].value for scores in every if measure.scorer in scores
    ]
    keys = {key for value in values if isinstance(value, Mapping) for key in value}
    if keys and not measure.key:
        msg = (
            f"scorer {measure.scorer!r} gives several values in {log!r}; name the one"
            f" that is meant as key: {', '.join(sorted(keys))}"
        )
        raise ConfigError(msg)
    if keys and measure.key not in keys:
        what = f"value of scorer {measure.scorer!r}:"
        raise UnknownNameError(what, measure.key, keys)
    meant = [
        value.get(measure.key) if isinstance(value, Mapping) else value
        for value in values
    ]
    said = [value for value in meant if value is not None and not is_nan(value)]
    if said and all(count(scores, measure) is None for scores in every):
        msg = (
            f"no value of {measure} in {log!r} can be read: {said[0]!r}; the measure"
            f" has key={measure.key!r}, at_least={measure.at_least!r}; use the key of"
            " a value, and `equals` for words"
        )
        raise ConfigError(msg)


def is_nan(value: object) -> bool:
    """Whether it is Inspect's mark for unscored."""
    return isinstance(value, float) and math.isnan(value)
