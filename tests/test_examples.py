"""Every example runs, and prints what its `.out` file holds.

`pytest tests/test_examples.py --refresh` writes the files anew.
"""

import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[1] / "examples"
EXAMPLES = sorted(FOLDER.glob("*.py"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_prints_what_its_out_file_holds(
    path: Path, refresh: bool, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, str(path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    shown = path.with_suffix(".out")
    if refresh:
        shown.write_text(done.stdout, encoding="utf-8")
    assert done.stdout == shown.read_text(encoding="utf-8")
    assert not any(tmp_path.iterdir()), "an example leaves nothing behind"


def test_there_is_an_out_file_for_each_example_and_no_other() -> None:
    assert len(EXAMPLES) >= 6
    assert sorted(FOLDER.glob("*.out")) == [
        path.with_suffix(".out") for path in EXAMPLES
    ]
