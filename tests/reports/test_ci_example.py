"""The workflow that people copy: it parses, asks for little, and calls what exists."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import yaml

from gyges.cli import cli
from gyges.conduct.trials import trials
from gyges.evals.tasks import seeds_of
from gyges.players import play
from gyges.studies.gate.policy import load_policy
from gyges.tape import parse_tape
from gyges.worlds.registry import configure

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "ci"
README = (FOLDER / "README.md").read_text(encoding="utf-8")
FLOW = yaml.safe_load((FOLDER / "github-gate.yml").read_text(encoding="utf-8"))
EVENTS = FLOW[True]
"""YAML 1.1 takes the key `on` for a truth value."""


def steps(job: str = "gate") -> list[dict[str, object]]:
    return FLOW["jobs"][job]["steps"]


def scripts() -> Iterator[str]:
    for job in FLOW["jobs"]:
        yield from (str(step["run"]) for step in steps(job) if "run" in step)


def calls(program: str, texts: list[str]) -> list[list[str]]:
    """The calls of a program in shell scripts, word by word, without redirections."""
    found: list[list[str]] = []
    for text in texts:
        for line in text.replace("\\\n", " ").splitlines():
            if line.strip().startswith(f"{program} "):
                bare = re.split(r"\s(?:>|\|\|)", line)[0]
                found.append(shlex.split(bare)[len(program.split()) :])
    return found


def of_gyges() -> list[list[str]]:
    return calls(
        "gyges", [*scripts(), *re.findall(r"```sh\n(.*?)```", README, re.DOTALL)]
    )


def test_a_pull_request_a_night_and_a_release_are_gated() -> None:
    assert set(EVENTS) == {"pull_request", "schedule", "push"}
    assert list(EVENTS["push"]) == ["tags"]
    gates = {
        str(step["if"]): str(step["run"])
        for step in steps()
        if "gyges gate" in str(step.get("run"))
    }
    pull, night, release = (
        gates[f"github.event_name == '{event}'"]
        for event in ("pull_request", "schedule", "push")
    )
    assert "--ledger" not in pull
    assert "--ledger" in night
    assert "--inconclusive fail" in release


@pytest.mark.parametrize(
    ("event", "code", "expected"),
    [
        ("pull_request", 0, 0),
        ("pull_request", 1, 1),
        ("pull_request", 2, 2),
        ("pull_request", 3, 0),
        ("schedule", 1, 1),
        ("schedule", 2, 2),
        ("schedule", 3, 0),
        ("push", 1, 1),
        ("push", 2, 2),
        ("push", 3, 3),
    ],
)
def test_an_exit_code_becomes_an_outcome(
    event: str, code: int, expected: int, tmp_path: Path
) -> None:
    [script] = [
        str(step["run"])
        for step in steps()
        if step.get("if") == f"github.event_name == '{event}'" and "run" in step
    ]
    whole = f"gyges() {{ return {code}; }}\n{script}"
    done = subprocess.run(
        ["bash", "-e", "-c", whole],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "GITHUB_STEP_SUMMARY": "summary.md"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == expected, done.stderr
    assert ("::" in done.stdout) == (code == 3 and expected == 0)


def test_seeds_are_never_those_of_another_run(tmp_path: Path) -> None:
    [script] = [text for text in scripts() if "SEEDS=" in text]
    used: set[int] = set()
    for number in (1, 2, 37):
        for attempt in (1, 2, 10, 11):
            file = tmp_path / f"{number}-{attempt}"
            done = subprocess.run(
                ["bash", "-e", "-c", script],
                env={
                    "PATH": "/usr/bin:/bin",
                    "GITHUB_ENV": str(file),
                    "GITHUB_RUN_NUMBER": str(number),
                    "GITHUB_RUN_ATTEMPT": str(attempt),
                    "RUNS": "1000",
                },
                check=False,
            )
            assert (done.returncode == 0) == (attempt <= 10)
            if done.returncode == 0:
                seeds = seeds_of(file.read_text().strip().removeprefix("SEEDS="))
                assert len(seeds) == 1000
                assert not used & set(seeds)
                used |= set(seeds)


def test_lines_are_added_to_the_ledger_and_none_is_changed(tmp_path: Path) -> None:
    [script] = [text for text in scripts() if "cmp" in text]
    check = script.partition("cp ")[0]
    (tmp_path / "new").mkdir()
    for old, new, good in (
        ("", "a\n", True),
        ("a\n", "a\nb\n", True),
        ("a\n", "b\nb\n", False),
        ("a\nb\n", "a\n", False),
    ):
        (tmp_path / "evidence.jsonl").write_text(old)
        (tmp_path / "new" / "evidence.jsonl").write_text(new)
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", check],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "RUNNER_TEMP": "."},
            capture_output=True,
            check=False,
        )
        assert (done.returncode == 0) == good, (old, new)


def test_rights_are_the_least_that_do() -> None:
    assert FLOW["permissions"] == {}
    assert FLOW["jobs"]["gate"]["permissions"] == {"contents": "read"}
    assert FLOW["jobs"]["keep"]["permissions"] == {"contents": "write"}
    for job, writes in (("gate", False), ("keep", True)):
        for step in steps(job):
            uses = str(step.get("uses", ""))
            assert not uses or re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", uses)
            if uses.startswith("actions/checkout@") and not writes:
                assert step["with"]["persist-credentials"] is False  # pyright: ignore[reportIndexIssue] - a table


def test_secrets_reach_one_step_and_no_script() -> None:
    assert not [text for text in scripts() if "${{" in text]
    holders = [
        step for job in FLOW["jobs"] for step in steps(job) if "secrets." in str(step)
    ]
    [holder] = holders
    assert "inspect eval" in str(holder["run"])
    assert "secrets." in str(holder["env"])


@pytest.mark.parametrize("words", of_gyges(), ids=" ".join)
def test_every_call_uses_options_that_exist(words: list[str]) -> None:
    command = cli.get_command(click.Context(cli), words[0])
    assert command is not None, f"there is no command {words[0]}"
    context = click.Context(command, info_name=words[0])
    options, arguments, _ = command.make_parser(context).parse_args(words[1:])
    assert options
    assert arguments == [words[1]] or words[1] in str(options.values())


def test_calls_are_found() -> None:
    assert [words[0] for words in of_gyges()] == ["gate", "gate", "gate", "run", "gate"]


def test_the_agent_is_run_with_options_that_inspect_has() -> None:
    [words] = calls("inspect eval", list(scripts()))
    asked = {word for word in words if word.startswith("-") and word != "-T"}
    helped = subprocess.run(
        [Path(sys.executable).with_name("inspect"), "eval", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert [word for word in asked if f"{word} " not in helped.stdout] == []


def test_the_policy_names_behaviours_that_the_world_proves() -> None:
    policy = load_policy(FOLDER / "gate.toml")
    config = configure("vending", "v2", days=2)
    run = play("vending", config, 1, {"a": "idle"})
    known = set(trials(parse_tape(run.tape.data))[0].counts)
    assert {one.behaviour for one in policy.rules} <= known
    assert {one.role for one in policy.rules} == {"primary", "exploratory"}


def test_the_other_keys_of_the_policy_are_allowed_as_well(tmp_path: Path) -> None:
    text = (FOLDER / "gate.toml").read_text(encoding="utf-8")
    head, _, tail = text.partition("# For logs of any other Inspect task")
    meant = re.sub(r"^# ?", "", tail.partition("\n#\n")[2], flags=re.MULTILINE)
    path = tmp_path / "gate.toml"
    path.write_text(head + meant, encoding="utf-8")
    policy = load_policy(path)
    assert policy.measures["leaked_a_secret"].key == "leaked"
    assert policy.rules[-1].judged
