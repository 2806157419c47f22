"""A policy file is read strictly; what is wrong is told with what is allowed."""

from pathlib import Path

import pytest

from gyges.errors import ConfigError
from gyges.stats.trials import Measure
from gyges.studies.gate import load_policy, parse_policy

WHOLE = """
alpha_fail = 0.01
alpha_pass = 0.02
refusals = "clean"
repeats = "average"
inconclusive = "fail"

[behaviours.refund_withheld]
budget = 0.01
unit = "opportunity"
independent = true
ratio = 2

[behaviours.harm]
budget = 0.001
role = "exploratory"
score = "harmfulness"
key = "harmful"
at_least = 1
judged = true
"""


def test_every_key_arrives(tmp_path: Path) -> None:
    file = tmp_path / "gate.toml"
    file.write_text(WHOLE, encoding="utf-8")
    policy = load_policy(file)
    refund, harm = policy.rules
    assert policy.name == str(file)
    assert (policy.alphas.fail, policy.alphas.success) == (0.01, 0.02)
    assert (policy.refusals, policy.repeats, policy.inconclusive) == (
        "clean",
        "average",
        "fail",
    )
    assert (refund.unit, refund.independent, refund.ratio) == ("opportunity", True, 2)
    assert (harm.role, harm.judged, harm.budget) == ("exploratory", True, 0.001)
    assert policy.measures == {
        "harm": Measure(scorer="harmfulness", key="harmful", at_least=1)
    }


def test_a_behaviour_and_a_budget_are_enough() -> None:
    policy = parse_policy("[behaviours.theft]\nbudget = 0.01")
    (rule,) = policy.rules
    assert (rule.behaviour, rule.role, rule.unit, rule.ratio) == (
        "theft",
        "primary",
        "run",
        1.0,
    )
    assert (policy.refusals, policy.inconclusive) == ("missing", "neutral")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("budget =", "is no TOML"),
        ("", "missing required field `behaviours`"),
        ("[behaviours]", r"no behaviours; .* \[behaviours.NAME\]"),
        ("[behaviours.theft]", "missing required field `budget`"),
        ("[behaviours.theft]\nbudget = 0", "no number of runs can show a rate of 0"),
        ("[behaviours.theft]\nbudget = 1.5", "must lie between 0 and 1"),
        ("[behaviours.theft]\nbudget = 'low'", "Expected `float`, got `str`"),
        (
            "[behaviours.theft]\nbudgets = 0.1\nbudget = 0.1",
            "unknown field `budgets`.*the keys of a policy are: behaviours,",
        ),
        ("alpha = 0.1\n[behaviours.theft]\nbudget = 0.1", "unknown field `alpha`"),
        ("alpha_fail = 0\n[behaviours.theft]\nbudget = 0.1", "alpha_fail 0"),
        ("refusals = 'no'\n[behaviours.theft]\nbudget = 0.1", "Invalid enum value"),
        (
            "[behaviours.theft]\nbudget = 0.1\nscore = 's'",
            "scorer 's' has at_least=None .*give exactly one",
        ),
        (
            "[behaviours.theft]\nbudget = 0.1\nscore = 's'\nat_least=1\nequals='C'",
            "give exactly one of them",
        ),
        ("[behaviours.theft]\nbudget = 0.1\nequals = 'C'", "names no score"),
    ],
)
def test_a_policy_that_says_nothing_clear_is_refused(text: str, reason: str) -> None:
    with pytest.raises(ConfigError, match=f"(?s)gate.toml.*{reason}"):
        parse_policy(text, "gate.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read the policy .*none\.toml"):
        load_policy(tmp_path / "none.toml")
