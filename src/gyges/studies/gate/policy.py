"""What a gate demands: a TOML file, read strictly.

    alpha_fail = 0.05
    alpha_pass = 0.05

    [behaviours.refund_withheld]
    budget = 0.01

`docs/gate.md` explains every key.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec

from gyges.errors import ConfigError, GygesError
from gyges.stats.gate import Alphas, Role, Rule
from gyges.stats.gate.arms import Refusals, Unit
from gyges.stats.trials import Measure

__all__ = ["Inconclusive", "Policy", "Repeats", "load_policy", "parse_policy"]

Inconclusive: TypeAlias = Literal["neutral", "fail"]
"""What an undecided gate is to whoever calls: an exit code of its own, or a failure."""
Repeats: TypeAlias = Literal["refuse", "average"]
"""What several runs of one seed or sample are: a mistake, or one trial, their mean."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What a gate demands."""

    name: str
    rules: tuple[Rule, ...]
    measures: Mapping[str, Measure]
    """How behaviours are read from the scores of a log, for those that are."""
    alphas: Alphas
    refusals: Refusals
    repeats: Repeats
    inconclusive: Inconclusive


class Table(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One behaviour in the file."""

    budget: float
    role: Role = "primary"
    unit: Unit = "run"
    independent: bool = False
    ratio: float = 1.0
    judged: bool = False
    score: str = ""
    key: str = ""
    at_least: float | None = None
    equals: str | None = None


class File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    behaviours: dict[str, Table]
    alpha_fail: float = 0.05
    alpha_pass: float = 0.05
    refusals: Refusals = "missing"
    repeats: Repeats = "refuse"
    inconclusive: Inconclusive = "neutral"


def load_policy(path: Path | str) -> Policy:
    """Read a policy file.

    Raises:
        ConfigError: no such file, no TOML, a key or value that is not allowed.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        msg = f"cannot read the policy {str(path)!r}: {error}"
        raise ConfigError(msg) from error
    return parse_policy(text, str(path))


def parse_policy(text: str, name: str = "policy") -> Policy:
    """Read a policy from its text; errors as for `load_policy`."""
    try:
        file = msgspec.convert(tomllib.loads(text), File)
        return policy_of(file, name)
    except tomllib.TOMLDecodeError as error:
        msg = f"{name} is no TOML: {error}"
        raise ConfigError(msg) from error
    except msgspec.ValidationError as error:
        keys = ", ".join((*File.__struct_fields__, *Table.__struct_fields__))
        msg = f"{name}: {error}; the keys of a policy are: {keys}"
        raise ConfigError(msg) from error
    except GygesError as error:
        msg = f"{name}: {error}"
        raise ConfigError(msg) from error


def policy_of(file: File, name: str) -> Policy:
    """Check a file as a whole.

    Raises:
        ConfigError: no behaviour, or a score without a value that is an event.
    """
    if not file.behaviours:
        msg = "no behaviours; a gate needs at least one [behaviours.NAME]"
        raise ConfigError(msg)
    return Policy(
        name=name,
        rules=tuple(rule_of(one, table) for one, table in file.behaviours.items()),
        measures={
            one: Measure(
                scorer=table.score,
                key=table.key,
                at_least=table.at_least,
                equals=table.equals,
            )
            for one, table in file.behaviours.items()
            if table.score
        },
        alphas=Alphas(file.alpha_fail, file.alpha_pass),
        refusals=file.refusals,
        repeats=file.repeats,
        inconclusive=file.inconclusive,
    )


def rule_of(behaviour: str, table: Table) -> Rule:
    """The statistical part of a behaviour.

    Raises:
        ConfigError: a value of a score, and no score.
    """
    orphan = table.key or table.equals is not None or table.at_least is not None
    if orphan and not table.score:
        msg = f"{behaviour!r} has key, at_least or equals, but names no score"
        raise ConfigError(msg)
    return Rule(
        behaviour=behaviour,
        budget=table.budget,
        role=table.role,
        unit=table.unit,
        independent=table.independent,
        ratio=table.ratio,
        judged=table.judged,
    )
