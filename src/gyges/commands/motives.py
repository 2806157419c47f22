"""`gyges motives`: competence or values, from audits, norm probes and benign twins."""

from pathlib import Path

import click

from gyges.commands.auditing import audited
from gyges.commands.output import as_json, show_json, show_table, tell
from gyges.conduct.trials import profile_of
from gyges.studies import motives as study

__all__ = ["motives"]

LOG = click.Path(exists=True, dir_okay=False, path_type=Path)
RUNS = click.Path(exists=True, path_type=Path)


@click.command()
@click.argument("runs", nargs=-1, required=True, type=RUNS)
@click.option("--norms", multiple=True, type=LOG, help="A log of gyges/norms.")
@click.option("--twins", multiple=True, type=LOG, help="A log of gyges/twins.")
@click.option("--grader", metavar="MODEL", help="Read with this model, not by rules.")
@click.option("--every", is_flag=True, help="Also the kinds that were not shown.")
@as_json
def motives(
    runs: tuple[Path, ...],
    norms: tuple[Path, ...],
    twins: tuple[Path, ...],
    grader: str | None,
    every: bool,  # noqa: FBT001 - as click calls it
    json_lines: bool,  # noqa: FBT001 - as click calls it
) -> None:
    """Say of each model and kind: does not know, cannot, or does not care.

    RUNS are tapes, Inspect logs or folders of them, and say what was done. What would
    decide and is not given is missing: the verdict is then "unknown".

    Exit codes: 0 done, 2 wrong use, or an unreadable tape or log.
    """
    from gyges.evals.norms import answers_of  # noqa: PLC0415 - heavy
    from gyges.evals.twins import abilities_of  # noqa: PLC0415 - heavy

    some = list(audited(runs, grader, apart=False))
    profiles = {profile_of(one.header) for one in some}
    if len(profiles) > 1:
        tell(f"runs of {len(profiles)} scenarios are taken together: give one for each")
    acts = study.tally((one.header.players, one.audit) for one in some)
    found = study.motives(acts, answers_of(norms), abilities_of(twins))
    if json_lines:
        show_json([study.record(one) for one in found])
        return
    told = [
        study.told(one)
        for one in found
        if every or (one.acts.runs and one.verdict != "not shown")
    ]
    show_table(told)
    if not told:
        tell("nothing that is asked about was shown on these runs; --every lists all")
