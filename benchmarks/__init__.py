"""Measured figures, as `make bench` prints them: one JSON object per line.

A file here registers its measurements with `@benchmark`; each yields figures. Names are
stable, since history is kept by them.
"""

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

import msgspec

__all__ = ["BENCHMARKS", "Figure", "benchmark"]

DIGITS = 4


class Figure(msgspec.Struct, frozen=True):
    """One measured figure."""

    name: str
    value: float
    unit: str
    target: float | None = None
    """What to reach; nothing for a figure that only informs."""
    better: Literal["lower", "higher"] = "lower"
    ok: bool | None = None
    """Whether the target is reached."""

    def judged(self) -> "Figure":
        """The figure, rounded and held against its target."""
        value = float(f"{self.value:.{DIGITS}g}")
        if self.target is None:
            return msgspec.structs.replace(self, value=value)
        low = self.better == "lower"
        reached = value <= self.target if low else value >= self.target
        return msgspec.structs.replace(self, value=value, ok=reached)


Benchmark: TypeAlias = Callable[[], Iterator[Figure]]
BENCHMARKS: dict[str, Benchmark] = {}
"""Measurements by name, in the order in which they were registered."""


def benchmark(measure: Benchmark) -> Benchmark:
    """Register a measurement."""
    BENCHMARKS[measure.__name__] = measure
    return measure
