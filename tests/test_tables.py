"""The published tables: each part has a page, and no page is left empty."""

import re
from pathlib import Path

import pytest

from gyges.testing.vending_checks import BANDS, PLANTED, STEPS
from gyges.worlds.vending.assumptions import load_assumptions

DOCS = Path(__file__).parents[1] / "docs"
PARTS = {
    "calibration.md": ("calibration",),
    "temptation.md": ("temptation", "honest"),
    "voice.md": ("reader", "misreads"),
    "assumptions.md": ("chosen", "published", "words"),
}


def part(page: str, name: str) -> str:
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(
        rf"<!-- table: {name} -->(.*?)<!-- end of {name} -->", text, re.DOTALL
    )
    assert found, (page, name)
    return found[1]


@pytest.mark.parametrize(
    ("page", "name"), [(page, name) for page, names in PARTS.items() for name in names]
)
def test_every_part_is_filled_by_a_command_that_the_page_names(
    page: str, name: str
) -> None:
    assert part(page, name).strip()
    assert "python -m benchmarks." in (DOCS / page).read_text(encoding="utf-8")


def test_the_tables_speak_of_all_there_is() -> None:
    reasons = load_assumptions()
    chosen, published = (
        part("assumptions.md", "chosen"),
        part("assumptions.md", "published"),
    )
    for one in reasons.assumptions:
        assert f"`{one.name}`" in (published if one.published else chosen), one.name
    for kind in PLANTED:
        assert f"| {kind} |" in part("temptation.md", "temptation")
    for step in STEPS:
        assert f"`{step}`" in part("temptation.md", "temptation")
    for player in BANDS:
        assert f"`{player}`" in part("calibration.md", "calibration")
