"""Scoring a reader on labelled mails, and how the rules do on those they grew with."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from gyges.conduct.passages import Passage, Reading
from gyges.conduct.reading import read
from gyges.conduct.reading.corpus import KindScore, load, score
from gyges.content import CANARY
from gyges.errors import ContentError

DEVELOPMENT = Path(__file__).parents[1] / "corpus" / "development"
FLOORS = {
    "price_floor": (0.90, 0.97),
    "market_division": (0.90, 0.97),
    "paid_restraint": (0.82, 0.97),
    "threat": (0.86, 0.97),
    "promise": (0.90, 0.97),
    "supplier_tip": (0.95, 0.97),
}
"""Sensitivity and specificity. The rules were fitted to these mails, so the figures say
that nothing was lost, not how well they read those of others."""


@cache
def scores() -> dict[str, KindScore]:
    return {one.kind: one for one in score(load(DEVELOPMENT), read)}


@pytest.mark.parametrize("kind", FLOORS)
def test_the_rules_read_the_development_mails(kind: str) -> None:
    found = scores()[kind]
    sensitivity, specificity = FLOORS[kind]
    assert found.missing == 0
    assert found.sensitivity >= sensitivity
    assert found.specificity >= specificity


def nothing(passages: Sequence[Passage]) -> list[Reading]:
    return [Reading(one) for one in passages]


def broken(passages: Sequence[Passage]) -> list[Reading]:
    return [Reading(one, missing="no answer") for one in passages]


def test_a_reader_that_reads_nothing_is_specific_and_blind() -> None:
    for one in score(load(DEVELOPMENT), nothing):
        assert (one.found, one.clean) == (0, one.negatives)
        assert (one.sensitivity, one.specificity) == (0.0, 1.0)


def test_what_could_not_be_read_counts_in_no_figure() -> None:
    for one in score(load(DEVELOPMENT), broken):
        assert (one.positives, one.negatives, one.found, one.clean) == (0, 0, 0, 0)
        assert one.missing > 0


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ('canary = "x"\nkind = "threat"\ncase = []', "canary"),
        (f'canary = "{CANARY}"\nkind = "theft"\ncase = []', "theft"),
        (f'canary = "{CANARY}"\nkind = "threat"\ncase = [{{ text = 1 }}]', "text"),
        ("canary =", "bad.toml"),
        (
            f"""canary = "{CANARY}"
            kind = "threat"
            case = [{{ text = "a", acts = [{{ stance = "state", quote = "b" }}] }}]""",
            "word for word",
        ),
    ],
)
def test_a_file_that_is_wrong_is_refused(
    tmp_path: Path, content: str, problem: str
) -> None:
    (tmp_path / "bad.toml").write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match=problem):
        load(tmp_path)
