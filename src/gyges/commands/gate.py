"""`gyges gate`: a verdict on an agent, from tapes or logs and a policy."""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from shutil import get_terminal_size
from tempfile import TemporaryDirectory
from typing import Literal, cast

import click
import msgspec
from rich.console import Console

from gyges.commands.options import changes, read_changes, read_seeds, whole_config
from gyges.commands.output import as_json, counted, show_json, show_table, tell
from gyges.commands.running import cast_of
from gyges.conduct.trials import trials_of
from gyges.errors import ConfigError, DataError, UnknownNameError, UsageError
from gyges.players.batch import Job, play_jobs
from gyges.reports.gate import as_json as json_rows
from gyges.reports.gate import as_junit, as_markdown, as_text
from gyges.reports.verdict import GateReport
from gyges.stats.gate import Verdict
from gyges.stats.plan import cost, runs_to_pass
from gyges.stats.trials import Trial
from gyges.studies.gate import Checks, Policy, load_policy, night, open_ledger
from gyges.studies.gate.anchors import read_anchors
from gyges.studies.gate.audits import read_answers, to_check
from gyges.studies.gate.flips import Flips, Pair, flips, pairs_of

__all__ = ["gate"]

EXIT: Mapping[Verdict, int] = {"PASS": 0, "FAIL": 1, "INCONCLUSIVE": 3}
PATH = click.Path(exists=True, path_type=Path)
FILE = click.Path(path_type=Path, dir_okay=False)
ALLOWED = (0, 1, 2, 3)
"""Events for which a plan says how many runs they take."""
SHARES = {
    "contradicting": "one PASS, the other FAIL: the flip rate",
    "undecided": "one decided, the other INCONCLUSIVE: too few runs",
    "alarms": "the second was called worse than the first",
}
CHECK = 300
"""Unflagged runs to check, unless it is told."""


@click.command()
@click.argument("paths", nargs=-1, type=PATH)
@click.option("--policy", "policy_file", type=FILE, required=True, help="TOML file.")
@click.option("--baseline", multiple=True, type=PATH, help="Runs of the last version.")
@click.option("--ledger", type=FILE, help="Evidence of earlier nights; it grows.")
@click.option("--start", metavar="REASON", default="", help="Begin its evidence anew.")
@click.option("--label", default="", help="Of tonight in the ledger; else the date.")
@click.option("--seat", help="Which seat, on tapes with several.")
@click.option("--audit", type=PATH, help="Answers of those who checked the grader.")
@click.option("--to-check", type=FILE, help="Write the runs that are to be checked.")
@click.option("--check", default=CHECK, show_default=True, help="Unflagged ones.")
@click.option("--anchors", type=PATH, help="Labelled runs, graded then and now.")
@click.option("--cost-per-run", type=float, help="Dollars, where no log tells.")
@click.option("--inconclusive", type=click.Choice(["neutral", "fail"]))
@click.option("--junit", type=FILE, help="Write JUnit XML.")
@click.option("--summary", type=FILE, help="Append Markdown ($GITHUB_STEP_SUMMARY).")
@click.option("--plan", is_flag=True, help="Only say how many runs it takes.")
@click.option("--aa", is_flag=True, help="Gate one agent twice; see below.")
@click.option("--player", help="For --aa: a scripted player.")
@click.option("--model", help="For --aa: a model, as Inspect names it.")
@click.option("--task", default="gyges/vending", show_default=True, help="For --model.")
@click.option("--world", default="vending", show_default=True, help="For --player.")
@click.option("--preset", default="v2", show_default=True, help="For --aa.")
@changes
@click.option("--runs", default=50, show_default=True, help="On each side of a pair.")
@click.option("--repeats", default=10, show_default=True, help="Pairs.")
@click.option("--seeds", help="For --aa, such as 0:1000; else from 0.")
@click.option("--workers", default=os.cpu_count() or 1, show_default="all cores")
@as_json
@click.pass_context
def gate(ctx: click.Context, paths: tuple[Path, ...], **options: object) -> None:
    """Give a verdict on the runs in PATHS: tapes, Inspect logs, or folders of them.

    Every behaviour of the policy is PASS, FAIL or INCONCLUSIVE, with what was seen,
    what that allows to be claimed, what could not have been seen, and how many more
    runs would settle it. With --ledger, nights add up. docs/gate.md explains policies.

    --aa runs the same agent twice, again and again (or deals the runs in PATHS out into
    pairs), and says how often the verdicts differ.

    Exit codes: 0 PASS, 1 FAIL, 2 wrong use, 3 INCONCLUSIVE (1 with --inconclusive
    fail).
    """
    chosen = msgspec.convert(options, Options)
    policy = load_policy(chosen.policy_file)
    if chosen.plan:
        rows = plan_rows(policy, chosen.cost_per_run)
        show_json(rows) if chosen.json_lines else show_table(rows)
        return
    if chosen.aa:
        show_flips(flips(policy, pairs(paths, policy, chosen)), chosen)
        return
    if not paths:
        msg = "no runs; give tapes, Inspect logs, or folders of them"
        raise UsageError(msg)
    found = tonight(paths, policy, chosen)
    write(found, chosen, policy)
    code = EXIT[found.decision.verdict]
    strict = (chosen.inconclusive or policy.inconclusive) == "fail"
    ctx.exit(1 if strict and code else code)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The options of the command."""

    policy_file: Path
    baseline: tuple[Path, ...]
    ledger: Path | None
    start: str
    label: str
    seat: str | None
    audit: Path | None
    to_check: Path | None
    check: int
    anchors: Path | None
    cost_per_run: float | None
    inconclusive: Literal["neutral", "fail"] | None
    junit: Path | None
    summary: Path | None
    plan: bool
    aa: bool
    player: str | None
    model: str | None
    task: str
    world: str
    preset: str
    changed: tuple[str, ...]
    runs: int
    repeats: int
    seeds: str | None
    workers: int
    json_lines: bool


def tonight(paths: Sequence[Path], policy: Policy, chosen: Options) -> GateReport:
    """Read tonight's runs and judge them."""
    trials = runs_in(paths, policy, chosen)
    if chosen.to_check:
        write_to_check(trials, policy, chosen)
    ledger = open_ledger(chosen.ledger) if chosen.ledger else None
    if chosen.start:
        if ledger is None:
            msg = "--start begins the evidence of a ledger anew; name it with --ledger"
            raise ConfigError(msg)
        ledger = ledger.anew(chosen.start)
    anchors = read_anchors(chosen.anchors) if chosen.anchors else []
    answers = read_answers(chosen.audit) if chosen.audit else []
    return night(
        policy,
        trials,
        runs_in(chosen.baseline, policy, chosen),
        ledger=ledger,
        checks=Checks(answers, anchors),
        label=chosen.label or today(),
    )


def runs_in(paths: Sequence[Path], policy: Policy, chosen: Options) -> list[Trial]:
    """All runs in files and folders, of one seat where tapes have several.

    Raises:
        DataError: tapes with several seats, and none was chosen.
    """
    trials = [one for path in paths for one in read_runs(path, policy)]
    seats = sorted({one.seat for one in trials})
    if chosen.seat:
        trials = [one for one in trials if one.seat == chosen.seat]
    elif len(seats) > 1:
        msg = f"the tapes have the seats {', '.join(seats)}; choose one with --seat"
        raise DataError(msg)
    if chosen.seat and not trials and paths:
        raise UnknownNameError("seat", chosen.seat, seats)
    if chosen.cost_per_run is None:
        return trials
    return [
        replace(one, dollars=chosen.cost_per_run) if one.dollars is None else one
        for one in trials
    ]


def read_runs(path: Path, policy: Policy) -> Iterable[Trial]:
    """The runs of one file or folder; logs know more than the tapes beside them."""
    has_logs = path.is_dir() and any(path.rglob("*.eval"))
    if has_logs or path.suffix in {".eval", ".json"}:
        from gyges.evals.logs import trials_of_log  # noqa: PLC0415 - heavy

        return trials_of_log(path, policy.measures)
    return trials_of([path])


def write_to_check(trials: Sequence[Trial], policy: Policy, chosen: Options) -> None:
    """Write which runs are to be checked, for every behaviour that a model judged."""
    judged = {rule.behaviour for rule in policy.rules if rule.judged}
    judged |= {name for one in trials for name in one.graded}
    wanted = [rule.behaviour for rule in policy.rules if rule.behaviour in judged]
    rows = [row for name in wanted for row in to_check(trials, name, chosen.check)]
    path = cast("Path", chosen.to_check)
    path.write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    tell(
        f"{len(rows)} runs to check are in {path}; fill in each event, then --audit it"
    )


def today() -> str:
    """The date, for the label of a night: the one thing that is not in the runs."""
    return datetime.now(UTC).date().isoformat()  # noqa: TID251 - a label, no more


def write(found: GateReport, chosen: Options, policy: Policy) -> None:
    """Show a verdict, and write it wherever it is wanted."""
    inconclusive = chosen.inconclusive or policy.inconclusive
    if chosen.junit:
        chosen.junit.write_bytes(as_junit(found, inconclusive))
    if chosen.summary:
        with chosen.summary.open("a", encoding="utf-8") as file:
            file.write(as_markdown(found))
    if chosen.json_lines:
        show_json(json_rows(found))
        return
    console = Console(highlight=False, soft_wrap=True)
    for line in as_text(found, get_terminal_size((100, 0)).columns):
        console.print(line)


def plan_rows(policy: Policy, per_run: float | None) -> list[dict[str, object]]:
    """How many runs (or opportunities) each behaviour takes until it can pass."""
    return [
        {
            "behaviour": rule.behaviour,
            "budget": f"{rule.budget:g} a {rule.unit}",
            **{
                f"PASS at {k} events": runs_to_pass(
                    k, rule.budget, policy.alphas.success
                )
                for k in ALLOWED
            },
            "dollars at 0": None
            if per_run is None
            else cost(runs_to_pass(0, rule.budget, policy.alphas.success), per_run),
        }
        for rule in policy.rules
    ]


def pairs(paths: Sequence[Path], policy: Policy, chosen: Options) -> list[Pair]:
    """Runs of one agent, dealt out into pairs: those given, or fresh ones.

    Raises:
        ConfigError: not exactly one source of runs.
    """
    if sum(map(bool, (paths, chosen.player, chosen.model))) != 1:
        msg = "--aa needs one agent: --player NAME, --model NAME, or runs in PATHS"
        raise ConfigError(msg)
    if paths:
        return pairs_of(runs_in(paths, policy, chosen), chosen.runs)
    needed = 2 * chosen.runs * chosen.repeats
    seeds = read_seeds(chosen.seeds or f"0:{needed}")
    if len(seeds) < needed:
        msg = (
            f"--seeds {chosen.seeds!r} names {len(seeds)}; {chosen.repeats} pairs of"
            f" {chosen.runs} and {chosen.runs} runs need {needed}"
        )
        raise ConfigError(msg)
    with TemporaryDirectory() as folder:
        play_again(seeds[:needed], Path(folder), chosen)
        trials = runs_in([Path(folder)], policy, chosen)
    place = {f"seed {seed}": at for at, seed in enumerate(seeds)}
    trials.sort(key=lambda one: place.get(one.cluster, 0))
    return pairs_of(trials, chosen.runs)


def play_again(seeds: Sequence[int], folder: Path, chosen: Options) -> None:
    """Run the agent on every seed."""
    if chosen.model:
        from gyges.evals.repeats import run_model  # noqa: PLC0415 - heavy

        arguments: dict[str, object] = {
            "preset": chosen.preset,
            "config": read_changes(chosen.changed),
        }
        ours = chosen.task.startswith("gyges/")
        run_model(chosen.task, chosen.model, seeds, folder, arguments if ours else None)
        return
    config = whole_config(chosen.world, chosen.preset, chosen.changed)
    cast_list = cast_of(str(chosen.player), config)
    jobs = [
        Job(chosen.world, config, seed, (cast_list,), str(folder), normalise=False)
        for seed in seeds
    ]
    for _ in counted(play_jobs(jobs, chosen.workers), len(jobs), "playing"):
        pass


def show_flips(found: Flips, chosen: Options) -> None:
    """Say how often verdicts on one agent differ."""
    rows: list[dict[str, object]] = [
        {
            "share": name,
            "pairs": share.n,
            "count": share.k,
            "value": share.k / share.n,
            "low": share.interval.low,
            "high": share.interval.high,
        }
        for name, share in (
            ("contradicting", found.contradicting),
            ("undecided", found.undecided),
            ("alarms", found.alarms),
        )
    ]
    if chosen.json_lines:
        table = {" ".join(pair): count for pair, count in found.table.items()}
        show_json([{**row, "runs": found.runs, "table": table} for row in rows])
        return
    show_table(
        [
            {
                "share": row["share"],
                "pairs": f"{row['count']} of {row['pairs']}",
                "95 % interval": f"{row['low']:.3f} to {row['high']:.3f}",
                "what": SHARES[str(row["share"])],
            }
            for row in rows
        ]
    )
    met = ", ".join(f"{a} and {b} {n}" for (a, b), n in sorted(found.table.items()))
    tell(f"{found.runs} runs on each side; verdicts that met: {met}")
