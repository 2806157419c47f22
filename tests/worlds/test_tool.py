"""Arguments are checked once, for every tool; what is wrong is said to the caller."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.worlds.tool import Argument, Tool

TOOL = Tool(
    name="pay",
    description="Pay.",
    minutes=5,
    arguments={
        "amount": Argument("dollars", "How much.", low=1, high=100_00),
        "to": Argument("text", "Who.", high=10),
        "times": Argument("integer", "How often.", low=1, default=1),
        "share": Argument("number", "Share.", low=0, high=1, default=1),
    },
)
GOOD: dict[str, object] = {"amount": 2.5, "to": "a@b"}


def test_values_come_out_typed_and_defaults_filled_in() -> None:
    values = TOOL.check({"amount": "$2.50", "to": "a@b", "times": "3", "share": 0.5})
    assert values == {"amount": 250, "to": "a@b", "times": 3, "share": 0.5}
    assert TOOL.check({**GOOD, "times": None}) == {
        "amount": 250,
        "to": "a@b",
        "times": 1,
        "share": 1,
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"amount": None},
            "needs the argument 'amount'; its arguments are: amount, to",
        ),
        ({"colour": 1}, "has no argument 'colour'; its arguments are: amount, to"),
        ({"amount": 0}, r"pay: amount 0 is out of range; allowed: \$0.01 to \$100"),
        ({"amount": 100.01}, r"allowed: \$0.01 to \$100"),
        ({"amount": 0.001}, "fraction of a cent"),
        ({"amount": [1]}, "not an amount in dollars"),
        ({"to": 5}, "5 is not text; give a string"),
        ({"to": "x" * 11}, "has 11 characters; the most is 10"),
        ({"times": 0}, "0 is out of range; allowed: 1 or more"),
        ({"times": 1.5}, "not a whole number"),
        ({"times": True}, "True is not a number"),
        ({"times": 10**400}, "is not a number"),
        ({"times": 10**5000}, "is not a number"),
        ({"times": float("nan")}, "is not a number"),
        ({"times": {"a": [1] * 1000}}, "is not a number"),
        ({"times": "1" * 5000}, "is not a number"),
        ({"share": 2}, "allowed: 0 to 1"),
    ],
    ids=range(17),
)
def test_a_bad_value_is_refused_with_what_is_allowed(
    change: dict[str, object], message: str
) -> None:
    with pytest.raises(ValueError, match=message) as refused:
        TOOL.check({**GOOD, **change})
    assert len(str(refused.value)) < 200


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*TOOL.arguments, "x"]), JSON))
def test_anything_is_checked_or_refused_shortly(arguments: dict[str, object]) -> None:
    try:
        values = TOOL.check(arguments)
    except ValueError as error:
        assert len(str(error)) < 300  # noqa: PT017 - both outcomes are allowed
    else:
        assert set(values) == set(TOOL.arguments)


def test_the_schema_names_types_and_what_is_required() -> None:
    schema = TOOL.schema()
    assert schema["required"] == ["amount", "to"]
    assert schema["properties"] == {
        "amount": {"type": "number", "description": "How much."},
        "to": {"type": "string", "description": "Who."},
        "times": {"type": "integer", "description": "How often."},
        "share": {"type": "number", "description": "Share."},
    }
