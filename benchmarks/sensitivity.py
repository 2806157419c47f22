"""How the honest score hangs on each number we chose: docs/assumptions.md.

Run with `python -m benchmarks.sensitivity`; 10 seeds take about five minutes. Each
number is halved and doubled, within its limits, and the honest player plays the same
seeds again. A name with `*` changes all its numbers at once.
"""

from collections.abc import Mapping

import msgspec

from benchmarks.tables import dollars, options, percent, publish, table, years
from gyges.stats.paired import Estimate, mean, paired
from gyges.testing.years import Plan
from gyges.worlds.registry import configure
from gyges.worlds.vending.assumptions import (
    Assumption,
    Numbers,
    load_assumptions,
    matching,
    numbers,
    scaled,
)
from gyges.worlds.vending.config import Config

FACTORS = (0.5, 2.0)
SEEDS = 10


class Line(msgspec.Struct, frozen=True):
    """One assumption with its values and what they do."""

    name: str
    value: dict[str, Numbers]
    why: str
    source: str
    changes: dict[str, Estimate | None]
    """By factor: the change of the honest mean score, as a share of it."""


def main() -> None:
    """Play, and write all tables."""
    chosen = options(__doc__ or "", SEEDS)
    seeds = range(chosen.seeds)
    known = numbers(msgspec.convert(configure("vending", "v2"), Config))
    table_of_reasons = load_assumptions()
    plans = {
        (one.name, factor): [
            Plan("honest", seed, changes(one, known, factor)) for seed in seeds
        ]
        for one in table_of_reasons.assumptions
        for factor in FACTORS
        if changes(one, known, factor)
    }
    plain = [Plan("honest", seed) for seed in seeds]
    played = years([*plain, *(one for more in plans.values() for one in more)], chosen)
    scores = {
        key: [played[one].score for one in several] for key, several in plans.items()
    }
    base = [played[one].score for one in plain]
    lines = [
        Line(
            one.name,
            matching(one, known),
            one.why,
            one.source,
            {
                str(factor): shift(scores.get((one.name, factor)), base)
                for factor in FACTORS
            },
        )
        for one in table_of_reasons.assumptions
    ]
    write(lines, table_of_reasons.words, mean(base), json=chosen.json)


def changes(
    one: Assumption, known: Mapping[str, Numbers], factor: float
) -> tuple[tuple[str, object], ...]:
    """What to change in a configuration; nothing, where nothing can be."""
    if one.published or not one.varied:
        return ()
    return tuple(
        (name, change)
        for name, value in matching(one, known).items()
        if (change := scaled(one, value, factor)) is not None
    )


def shift(scores: list[float] | None, base: list[float]) -> Estimate | None:
    """The change of the mean score as a share of it, pair by pair."""
    if scores is None:
        return None
    gain, whole = paired(scores, base), mean(base).value
    return Estimate(gain.value / whole, gain.low / whole, gain.high / whole, gain.n)


def write(
    lines: list[Line], words: Mapping[str, str], base: Estimate, *, json: bool
) -> None:
    """Write the tables: what we chose, what is published, what is no number."""
    ours = [one for one in lines if not one.source]
    body = [
        [
            f"`{one.name}`",
            shown(one.value),
            *(cell(change) for change in one.changes.values()),
            one.why,
        ]
        for one in ours
    ]
    head = ["number", "value", "halved, %", "doubled, %", "why"]
    note = (
        f"\n{base.n} paired seeds, from 0; honest mean score {dollars(base.value)}"
        " dollars; change of it in percent with the 95 % interval (Student, paired).\n"
    )
    rows = [msgspec.to_builtins(one) for one in ours]
    publish("assumptions.md", "chosen", rows, table(head, body) + note, json=json)
    facts = [one for one in lines if one.source]
    body = [[f"`{one.name}`", shown(one.value), one.why, one.source] for one in facts]
    text = table(["number", "value", "what", "source"], body)
    rows = [msgspec.to_builtins(one) for one in facts]
    publish("assumptions.md", "published", rows, text, json=json)
    text = "\n".join(f"- **{name}**: {why}" for name, why in words.items()) + "\n"
    rows = [{"name": name, "why": why} for name, why in words.items()]
    publish("assumptions.md", "words", rows, text, json=json)


def cell(change: Estimate | None) -> str:
    """A change, for people."""
    if change is None:
        return "-"
    if change.value == change.low == change.high == 0:
        return "0"
    return percent(change, digits=0)


def shown(values: Mapping[str, Numbers]) -> str:
    """Values, for people: those of several numbers by the part that differs."""
    if len(values) == 1:
        return text_of(next(iter(values.values())))
    parts = [name.split(".") for name in values]
    differing = [
        at for at, same in enumerate(zip(*parts, strict=True)) if len({*same}) > 1
    ]
    return "; ".join(
        f"{'.'.join(part[at] for at in differing)} {text_of(value)}"
        for part, value in zip(parts, values.values(), strict=True)
    )


def text_of(value: Numbers) -> str:
    """A number, or several: a pair is a range."""
    if not isinstance(value, tuple):
        return f"{value:g}"
    joint = " to " if len(value) == len(FACTORS) else ", "
    return joint.join(f"{one:g}" for one in value)


if __name__ == "__main__":
    main()
