"""The shape of the code: what may import what, sizes, names, and what no file may say.

The import contracts and the style fences stand in `pyproject.toml`. They are proven
here by planting violations in a copy: a fence that was never hit may be no fence.
"""

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import gyges
from gyges.content import CANARY

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "gyges"
MODULES = sorted(SOURCE.rglob("*.py"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
HEAVY = {
    "duckdb",
    "inspect_ai",
    "numpy",
    "ray",
    "scipy",
    "torch",
    "transformers",
    "trl",
}
SKIPPED = re.compile(
    r"\.(?!ci$|github$|gitignore$|gitattributes$).*|__pycache__|runs|logs|site|dist|build"
)

PLANTED = [
    ("layers", "content.py", "from gyges.worlds import protocol"),
    ("layers", "content.py", "def later():\n    import gyges.worlds.protocol"),
    ("layers", "money.py", "import gyges.rng"),
    ("layers", "gadgets.py", ""),
    ("layers", "stats/rates.py", "import gyges.worlds.protocol"),
    ("worlds", "worlds/office/facts.py", "import gyges.worlds.vending.letters"),
    ("worlds", "worlds/protocol.py", "import gyges.worlds.vending.letters"),
    ("cycles", "stats/one.py", "import gyges.stats.two"),
    ("inspect", "worlds/vending/spy.py", "import inspect_ai"),
    ("inspect", "reports/logs.py", "from inspect_ai.log import read_eval_log"),
    ("training", "stats/rates.py", "import torch"),
    ("training", "conduct/judge.py", "def judge():\n    from transformers import pipe"),
    ("sweep", "players/runner.py", "import ray"),
    ("kernel", "tape/show.py", "import rich.table"),
    ("kernel", "worlds/vending/state.py", "import logging"),
    ("kernel", "content.py", "import urllib.request"),
    ("kernel", "worlds/vending/clock.py", "from time import monotonic"),
    ("reports", "reports/page.py", "import gyges.worlds.protocol"),
]


def contracts(source: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command",
    ]
    command[-1] += "; lint_imports_command()"
    return subprocess.run(
        [*command, "--no-cache", "--no-logo", "--config", str(ROOT / "pyproject.toml")],
        env={"PYTHONPATH": str(source), "PATH": "", "COLUMNS": "200"},
        cwd=source,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("contract", "path", "code"), PLANTED)
def test_a_planted_import_breaks_its_contract(
    contract: str, path: str, code: str, tmp_path: Path
) -> None:
    copy = tmp_path / "gyges"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    planted = copy / path
    planted.parent.mkdir(exist_ok=True)
    (planted.parent / "__init__.py").touch()
    with planted.open("a", encoding="utf-8") as file:
        file.write(f"\n{code}\n")
    if contract == "cycles":
        (planted.parent / "two.py").write_text("import gyges.stats.one\n")
    names = {
        settings["id"]: settings["name"]
        for settings in SETTINGS["tool"]["importlinter"]["contracts"]
    }
    done = contracts(tmp_path)
    broken = [key for key, name in names.items() if f"{name} BROKEN" in done.stdout]
    assert contract in broken, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("TID251", "import random"),
        ("TID251", "from numpy.random import default_rng"),
        ("TID251", "import datetime\nnow = datetime.datetime.now(datetime.UTC)"),
        ("TID251", "import time\nnow = time.time()"),
        ("TID252", "from . import rng"),
        ("PLR0913", "def f(a, b, c, d, e, f, g): ..."),
        ("PLR0915", "def f():\n" + "    x = 1\n" * 31),
        ("C901", "def f(x):\n" + "    if x: f(x)\n" * 8),
        ("T201", "print()"),
        ("S101", "assert gyges"),
    ],
)
def test_a_planted_line_breaks_its_style_rule(rule: str, code: str) -> None:
    done = subprocess.run(
        [
            Path(sys.executable).with_name("ruff"),
            *(
                "check",
                "--select",
                rule,
                "--stdin-filename",
                "src/gyges/planted.py",
                "-",
            ),
        ],
        input=code,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert rule in done.stdout


def test_the_contracts_hold() -> None:
    done = contracts(ROOT / "src")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_front_door_is_pinned() -> None:
    assert gyges.__all__ == ["__version__"]


def test_the_command_line_loads_nothing_heavy() -> None:
    script = f"import sys, gyges.cli; print(*{HEAVY} & sys.modules.keys())"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


@pytest.mark.parametrize(
    "path", MODULES, ids=lambda path: path.relative_to(SOURCE).as_posix()
)
def test_a_module_is_short_well_named_and_has_a_contract(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    assert path.stem not in {"base", "common", "core", "helpers", "manager", "utils"}
    assigned = {
        target.id
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert "__all__" in assigned or path.name in {"__init__.py", "__main__.py"}
    assert not re.search(r"inspect_ai\.(\w+\.)*_\w", text), "a private name of Inspect"
    for comment in re.findall(r"# (?:noqa|pyright: ignore|type: ignore)\b.*", text):
        assert re.search(r": (ignore\[)?[\w, \[\]]+ - \w", comment), (
            f"no reason: {comment}"
        )


def test_every_content_file_carries_the_canary() -> None:
    files = [*SOURCE.rglob("*.toml"), *SOURCE.rglob("*.md")]
    bare = [path for path in files if CANARY not in path.read_text(encoding="utf-8")]
    assert not bare


def test_every_ignored_rule_has_its_reason() -> None:
    lines = (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if re.fullmatch(r'  "[A-Z]+\d*",.*', line)]
    assert rules
    assert not [line for line in rules if "#" not in line]


def test_locks_hold_names_versions_and_hashes_only() -> None:
    locks = sorted((ROOT / "requirements").glob("*.txt"))
    assert locks
    pin = re.compile(r"[\w.\[\],-]+==[\w.+!-]+( ; [\w.<>=!' ()]+)?( \\)?")
    line_of_hash = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    for lock in locks:
        for line in lock.read_text(encoding="utf-8").splitlines():
            assert pin.fullmatch(line) or line_of_hash.fullmatch(line), (lock, line)


def test_no_file_names_a_registry_a_machine_or_a_leftover() -> None:
    forbidden = re.compile(
        r"py[p]i\.org|python[h]osted\.org|index-url\s*="  # where packages come from
        r"|(?<![\w.{}$~])/(?:work|root|home|tmp|opt)/\w"  # places on one machine
        r"|\.\./shared\b|^(?:<{7}|>{7}) ",  # what is outside the checkout, conflicts
        re.MULTILINE,
    )
    found = [
        (path.relative_to(ROOT).as_posix(), hit[0])
        for path in tracked()
        for hit in forbidden.finditer(
            path.read_text(encoding="utf-8", errors="replace")
        )
    ]
    assert not found


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode == 0 and listed.stdout:
        files = [ROOT / name for name in listed.stdout.split("\0") if name]
    else:
        files = [
            path
            for path in ROOT.rglob("*")
            if not any(map(SKIPPED.fullmatch, path.relative_to(ROOT).parts))
        ]
    return [path for path in files if path.is_file()]
