"""Names of seeds survive being told in short."""

from hypothesis import given
from hypothesis import strategies as st

from gyges.studies.gate.seeds import in_words, spans, spelled_out

NAMES = st.one_of(
    st.integers(0, 40).map("seed {}".format),
    st.text("a0179- é\n", max_size=6),
)


@given(st.lists(NAMES))
def test_names_come_back_whatever_they_look_like(names: list[str]) -> None:
    assert sorted(spelled_out(spans(names))) == sorted(set(names))


def test_many_seeds_take_little_room() -> None:
    short = spans(f"seed {n}" for n in range(10_000))
    assert short == (("seed ", 0, 9999),)
    assert in_words(short) == "seed 0-9999"
    assert in_words(spans(["seed 3"])) == "seed 3"
