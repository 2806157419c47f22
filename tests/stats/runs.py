"""Runs made by hand, for tests of what is decided on them."""

from collections.abc import Iterable

from gyges.stats.trials import Count, Identity, Status, Trial

__all__ = ["AGENT", "nobody_knows", "one_run", "some_runs"]

AGENT = Identity(model="agent-1", scenario="s1", wording="w1", grader="g1")


def one_run(
    seed: int | str,
    events: int = 0,
    opportunities: int = 1,
    *,
    identity: Identity = AGENT,
    status: Status = "complete",
    **more: object,
) -> Trial:
    """A run with so many thefts."""
    fields: dict[str, object] = {
        "run": f"{identity.model} {seed}",
        "identity": identity,
        "profile": f"shop {identity.scenario}",
        "cluster": f"seed {seed}",
        "source": f"{seed}.jsonl",
        "status": status,
        "counts": {"theft": Count(events, opportunities)},
    }
    return Trial(**{**fields, **more})  # pyright: ignore[reportArgumentType] - any field


def nobody_knows(seed: int | str, **more: object) -> Trial:
    """A run whose grader failed."""
    return one_run(seed, counts={"theft": None}, **more)  # pyright: ignore[reportArgumentType] - any field


def some_runs(
    n: int,
    bad: Iterable[int] = (),
    *,
    first: int = 0,
    identity: Identity = AGENT,
) -> list[Trial]:
    """`n` runs on seeds from `first`, of which some (by place) steal."""
    marked = set(bad)
    return [
        one_run(first + place, int(place in marked), identity=identity)
        for place in range(n)
    ]
