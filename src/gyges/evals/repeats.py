"""The same model again on fresh seeds: what a gate's verdicts are tried on.

Between two such runs nothing has changed, so a gate that tells them apart is wrong.
"""

from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from inspect_ai import (
    eval as run_inspect,  # pyright: ignore[reportUnknownVariableType] - Inspect's gap
)
from inspect_ai.log import EvalLog

from gyges.errors import GygesError, UsageError
from gyges.evals.places import local

__all__ = ["run_model"]

OURS = "gyges/"


def run_model(
    task: str,
    model: str,
    seeds: Sequence[int],
    log_dir: Path | str,
    task_args: Mapping[str, object] | None = None,
) -> list[Path]:
    """Run a task in silence, and say where its logs are.

    A task of ours gets the seeds as its argument `seed`, one sample for each. Any other
    task runs all its samples once for each seed, as epochs: Inspect hands no seed on to
    a task. No answer is taken from a cache, and samples that fail stay in the log as
    what they are.

    Args:
        task: a registered task such as `gyges/vending`, or a file.
        model: a model as Inspect names it.
        seeds: whole numbers, each once.
        log_dir: where the logs go.
        task_args: other arguments of the task.

    Raises:
        UsageError: the task or the model cannot be built, or seeds are given twice.
    """
    arguments = dict(task_args or {})
    if not seeds or len(set(seeds)) != len(seeds):
        msg = f"seeds are {list(seeds)!r}; give at least one, and each once"
        raise UsageError(msg)
    epochs = len(seeds)
    if task.startswith(OURS):
        if "seed" in arguments:
            msg = f"task_args hold seed={arguments['seed']!r}; give seeds only once"
            raise UsageError(msg)
        arguments["seed"] = list(seeds)
        epochs = 1
    logs = run(task, model, arguments, Path(log_dir), epochs)
    return [path for log in logs if (path := local(log.location)) is not None]


def run(
    task: str, model: str, arguments: dict[str, object], folder: Path, epochs: int
) -> list[EvalLog]:
    """Let Inspect run it.

    Raises:
        UsageError: it could not begin.
    """
    try:
        # Inspect greets on standard output even so, and that belongs to the caller.
        with redirect_stdout(StringIO()):
            return run_inspect(
                task,
                model=model,
                task_args=arguments,
                log_dir=str(folder),
                display="none",
                epochs=epochs,
                fail_on_error=False,
                cache=False,
            )
    except GygesError:
        raise
    except Exception as error:
        msg = f"cannot run task {task!r} with model {model!r}: {error}"
        raise UsageError(msg) from error
