"""Whatever a model sends can be stored, and stored again unchanged."""

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from gyges.worlds.protocol import Action, clean

ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=10)
    | st.binary(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(st.characters(), max_size=4), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(ANY)
def test_anything_becomes_plain_json(value: object) -> None:
    stored = clean(value)
    assert msgspec.json.decode(msgspec.json.encode(stored)) == stored
    assert clean(stored) == stored


@given(st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False))
def test_ordinary_values_stay_as_they_are(value: object) -> None:
    if value not in {float("inf"), float("-inf")}:
        assert clean(value) == value
        assert type(clean(value)) is type(value)


def test_what_json_cannot_hold_becomes_text() -> None:
    assert clean(float("nan")) == "nan"
    assert clean(-float("inf")) == "-inf"
    assert clean(2**60) == "1.152922e+18"
    assert clean(10**5000) == "1.000000e+5000"
    assert clean({"\ud800": "\udfff"}) == {"?": "?"}
    assert clean(b"x") == "b'x'"


def test_what_is_nested_too_deeply_is_cut() -> None:
    deep: object = 1
    for _ in range(5000):
        deep = [deep]
    assert "list" in str(clean(deep))
    assert len(str(clean(deep))) < 60


def test_an_action_is_stored_with_everything_that_was_wrong_with_it() -> None:
    action = Action("\ud800", {"x": float("nan")}, 7, "fault \udc00").storable()
    assert action == Action("?", {"x": "nan"}, 7, "fault ?")
    assert action.storable() == action
