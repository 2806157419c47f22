"""Words and numbers are data: one strict loader, and errors that name what is wrong."""

from pathlib import Path

import msgspec
import pytest

from gyges.content import CANARY, Library, fill
from gyges.errors import ContentError


class Shape(msgspec.Struct, forbid_unknown_fields=True):
    size: int


def library(folder: Path, **files: str) -> Library:
    for name, text in files.items():
        stem, _, suffix = name.rpartition("_")
        (folder / f"{stem}.{suffix}").write_text(text, encoding="utf-8")
    return Library(folder)


def test_a_table_is_read_without_its_canary(tmp_path: Path) -> None:
    books = library(tmp_path, a_toml=f'canary = "{CANARY}"\nsize = 3\n')
    assert books.table("a.toml", Shape) == Shape(3)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("size = 3\n", "canary None"),
        ('canary = "other"\nsize = 3\n', "canary 'other'"),
        (f'canary = "{CANARY}"\nsize = "x"\n', r"Expected `int`.*size"),
        (f'canary = "{CANARY}"\n', "missing required field `size`"),
        (f'canary = "{CANARY}"\nsize = 3\ncolour = 1\n', "unknown field `colour`"),
        ("size = = 3\n", "a.toml"),
    ],
)
def test_a_bad_table_is_refused_by_name(
    text: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ContentError, match=message):
        library(tmp_path, a_toml=text).table("a.toml", Shape)


def test_a_missing_file_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    books = library(tmp_path, a_toml="")
    with pytest.raises(ContentError, match=r"no content file 'b.toml'.*a.toml"):
        books.table("b.toml", Shape)


def test_a_text_is_read_without_its_front_matter(tmp_path: Path) -> None:
    text = f'+++\ncanary = "{CANARY}"\n+++\nHello {{{{ name }}}}.\n'
    books = library(tmp_path, a_md=text)
    assert books.text("a.md", {"name": "you"}).strip() == "Hello you."


def test_a_text_without_front_matter_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="no front matter"):
        library(tmp_path, a_md="Hello").text("a.md")


def test_missing_and_unknown_variables_are_named() -> None:
    with pytest.raises(ContentError, match=r"needs the variable 'name'"):
        fill("{{ name }}", {}, "greeting")
    with pytest.raises(ContentError, match=r"knows no variable 'other'"):
        fill("{{ name }}", {"name": "x", "other": "y"}, "greeting")


def test_what_is_filled_in_is_not_a_template_itself() -> None:
    assert fill("{{ a }}{{ b }}", {"a": "{{ b }}", "b": r"\1"}) == r"{{ b }}\1"


def test_the_digest_changes_with_any_byte(tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("one", "two", "three"))
    for folder, text in ((one, "a"), (two, "a"), (three, "b")):
        folder.mkdir()
        (folder / "a.toml").write_text(text, encoding="utf-8")
    assert Library(one).digest == Library(two).digest != Library(three).digest
