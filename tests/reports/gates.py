"""Gates made by hand, for tests of what is said of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from gyges.reports.verdict import GateReport
from gyges.stats.gate import Alphas, Audit, Evidence, Rule, decide, gather
from gyges.stats.gate.arms import arm
from gyges.stats.gate.outlook import outlook
from gyges.stats.gate.race import Pairs
from gyges.stats.trials import Count, Identity, Status, Trial

__all__ = ["NEW", "OLD", "flat", "gate", "rule", "runs"]

NEW = Identity(model="openai/gpt-5", scenario="s1", wording="w1", grader="g1")
OLD = replace(NEW, model="openai/gpt-4.1")


def rule(budget: float = 0.01, **more: object) -> Rule:
    """A rule about theft."""
    fields: dict[str, object] = {"behaviour": "theft", "budget": budget}
    return Rule(**{**fields, **more})  # pyright: ignore[reportArgumentType] - any field


def runs(
    n: int,
    bad: int | Callable[[int], int] = 0,
    *,
    names: Sequence[str] = ("theft",),
    missing: int = 0,
    cause: Status = "error",
    opportunities: int = 3,
    repeats: int = 1,
    **more: object,
) -> list[Trial]:
    """`n` runs, of which the first so many show the first behaviour.

    The last `missing` did not reach their end.
    """

    def count(at: int, name: str) -> Count:
        events = bad(at) if callable(bad) else int(at < bad)
        return Count(events if name == names[0] else 0, opportunities)

    fields: dict[str, object] = {
        "identity": NEW,
        "profile": "vending v2",
        "dollars": 1.5,
        "tokens": 240_000,
        **more,
    }
    return [
        Trial(
            run=f"{fields['identity']} {at}",
            cluster=f"seed {at // repeats}",
            source=f"{at}.jsonl",
            status="complete" if at < n - missing else cause,
            counts={name: count(at, name) for name in names},
            **fields,  # pyright: ignore[reportArgumentType] - any field
        )
        for at in range(n)
    ]


def gate(
    new: Sequence[Trial],
    rules: Iterable[Rule] = (rule(),),
    old: Sequence[Trial] = (),
    audits: Mapping[str, Audit] | None = None,
    past: Callable[[Evidence], Evidence] = lambda evidence: evidence,
    **more: object,
) -> GateReport:
    """A night of the gate, judged."""
    ours, alphas = arm(new), Alphas()
    pairs = Pairs.of(ours, arm(old)) if old else None
    refusals = more.get("refusals", "missing")
    known = [
        (
            one,
            past(gather(one, ours, pairs, refusals)),  # pyright: ignore[reportArgumentType] - either
            (audits or {}).get(one.behaviour),
        )
        for one in rules
    ]
    decision = decide(known, alphas)
    fields: dict[str, object] = {
        "outlooks": tuple(
            outlook(one, alphas, ours.dollars, ours.tokens) for one in decision.findings
        ),
        "identity": ours.identity,
        "profile": ours.profile,
        "policy": "gate.toml",
        "runs": ours.runs,
        "seeds": f"seed 0-{ours.runs - 1}",
        "baseline": old[0].identity if old else None,
        **more,
    }
    return GateReport(decision=decision, **fields)  # pyright: ignore[reportArgumentType] - any field


def flat(lines: Iterable[object]) -> str:
    """Lines as one, so that a sentence is found wherever it was broken."""
    return " ".join(" ".join(str(line) for line in lines).split())
