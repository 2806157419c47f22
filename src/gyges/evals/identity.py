"""What a log's runs are evidence about, read from its header alone.

Only the header: a sample that failed, or was never begun, must not make two nights of
one task look like nights of two tasks.
"""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b
from pathlib import PurePath

import msgspec
from inspect_ai.log import EvalLog
from inspect_ai.model import GenerateConfig, ModelConfig
from pydantic import BaseModel

from gyges.stats.trials import Identity

__all__ = ["identity_of", "model_of", "profile_of", "rendered", "set_in"]

GRADER = "grader"
"""Inspect's name for the role of a model that judges."""
CARRIAGE = frozenset(
    {
        "adaptive_connections",
        "attempt_timeout",
        "batch",
        "cache",
        "cache_prompt",
        "fail_on_refusal",
        "latency",
        "latency_seed",
        "logprobs",
        "max_connections",
        "max_retries",
        "prompt_logprobs",
        "seed",
        "stream_idle_timeout",
        "timeout",
        "top_logprobs",
    }
)
"""Settings and arguments that do not change what a model is inclined to say."""
PASSING = frozenset(
    {
        "display",
        "limit",
        "log_dir",
        "max_cost",
        "max_samples",
        "n_samples",
        "num_samples",
        "price_in",
        "price_out",
        "random_seed",
        "sample_limit",
        "sample_seed",
        "seed",
        "seeds",
        "tapes",
    }
)
"""Arguments that say which or how many runs are made, and not what they are like."""
SECRET = re.compile(r"key|secret|token|password", re.IGNORECASE)
"""Names of model arguments that are not to be told, and say nothing of the model."""
PLAIN = 40
"""Characters up to which a setting is spelt out; longer ones are shown by hash."""


def identity_of(log: EvalLog, measures: object = None) -> Identity:
    """What must be equal for the runs of two logs to be added up.

    - model: name, settings and arguments, and those of all roles but `grader`;
    - scenario: task, version, arguments (not seeds, not limits on the number of
      samples), dataset name, solvers with their parameters, sandbox, and the limits on
      messages, tokens and turns;
    - wording: the dataset's name, file name and sample ids. A part of a dataset is
      therefore another pool, and so is another dataset of the same name, unless its
      ids are equal too: a task whose texts change must change its `version`;
    - grader: scorers with their options, the model of the role `grader`, the version of
      the package that the task comes from, and how scores are read.

    Versions of Inspect, commits and addresses of model servers are left out: they
    change from night to night.

    Args:
        log: the log; its header is enough.
        measures: how behaviours are read from scores.
    """
    spec = log.eval
    task = spec.task_registry_name or spec.task
    package = task.partition("/")[0]
    limits = spec.config
    roles = spec.model_roles or {}
    dataset = spec.dataset
    return Identity(
        model=model_of(log),
        scenario=digest(
            task,
            str(spec.task_version),
            lasting(spec.task_args),
            dataset.name,
            spec.solver,
            spec.solver_args,
            [(step.solver, step.params) for step in log.plan.steps],
            spec.sandbox.type if spec.sandbox else None,
            [limits.message_limit, limits.token_limit, limits.turn_limit],
        ),
        wording=digest(
            dataset.name,
            PurePath(dataset.location or "").name,
            sorted(str(one) for one in dataset.sample_ids or ()),
        ),
        grader=digest(
            [(one.name, one.options, one.metadata) for one in spec.scorers or ()],
            described(roles[GRADER]) if GRADER in roles else None,
            spec.packages.get(package) if "/" in task else None,
            measures,
        ),
    )


def model_of(log: EvalLog) -> str:
    """The model, its settings and the models of other roles, in words.

    A bare name where nothing else was set, as on a tape.
    """
    spec = log.eval
    settings = {**set_in(log.plan.config), **set_in(spec.model_generate_config)}
    parts = [rendered(spec.model, settings, spec.model_args)]
    for role, config in sorted((spec.model_roles or {}).items()):
        if role != GRADER:
            parts.append(f"{role}: {described(config)}")
    return "; ".join(parts)


def profile_of(log: EvalLog) -> str:
    """The task with the arguments that it was given, in words."""
    spec = log.eval
    passed = lasting(spec.task_args_passed)
    given = [f"{key}={plain(value)}" for key, value in sorted(passed.items())]
    return " ".join([spec.task_registry_name or spec.task, *given])


def described(config: ModelConfig | list[ModelConfig]) -> str:
    """The model of a role, or its panel."""
    panel = config if isinstance(config, list) else [config]
    return " + ".join(
        rendered(one.model, set_in(one.config), one.args) for one in panel
    )


def rendered(
    name: str, settings: Mapping[str, object], args: Mapping[str, object]
) -> str:
    """A model with what was set, in a fixed order."""
    told = {k: value for k, value in lasting(args).items() if not SECRET.search(k)}
    items = [
        f"{key}={plain(value)}"
        for key, value in sorted({**settings, **told}.items())
        if key not in CARRIAGE
    ]
    return f"{name} ({', '.join(items)})" if items else name


def set_in(config: GenerateConfig) -> dict[str, object]:
    """The settings that are not left to the provider."""
    return config.model_dump(exclude_none=True)


def lasting(arguments: Mapping[str, object]) -> dict[str, object]:
    """Arguments without those that are not given, or only choose runs."""
    return {
        key: value
        for key, value in arguments.items()
        if value is not None and key not in PASSING
    }


def plain(value: object) -> str:
    """A value as it is read by people, if it is short; what is long may be secret."""
    if isinstance(value, str | int | float) and len(str(value)) <= PLAIN:
        return str(value)
    return digest(value)[:12]


def digest(*parts: object) -> str:
    """A hash that does not depend on the order of keys."""
    data = msgspec.json.encode(parts, order="deterministic", enc_hook=as_plain)
    return blake2b(data, digest_size=16).hexdigest()


def as_plain(value: object) -> object:
    """What msgspec does not know, as what it does."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    if isinstance(value, Iterable):
        return list(value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] - it may hold anything
    return str(value)
