"""What a gate says in theory: chances of its verdicts, night by night, exactly.

Worked out apart from the gate: the distribution of the count of events, with what has
failed taken out, and the evidence of `gyges.stats.evidence` written down once more.
"""

import math
from collections.abc import Sequence
from typing import TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import special

from gyges.stats.gate import Verdict

__all__ = ["ENOUGH", "VERDICTS", "both_sides", "counted", "expected"]

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
"""PASS, FAIL, INCONCLUSIVE."""
ENOUGH = -math.log(0.05)
"""ln of the e-value that decides, for one primary behaviour."""
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]


def expected(rate: float, trials: Sequence[int], budget: float) -> Floats:
    """Chances of the verdicts: a row for each night, columns as `VERDICTS`.

    Args:
        rate: chance of an event in each trial.
        trials: of each night.
        budget: of the gate, for a single primary behaviour.
    """
    alive, failed, n = np.ones(1), 0.0, 0
    found: list[tuple[float, float, float]] = []
    for more in trials:
        n += more
        alive = np.convolve(alive, binomial(more, rate))
        over, under = both_sides(n, budget)
        failed += float(alive[over].sum())
        alive = np.where(over, 0.0, alive)
        passed = float(alive[under].sum())
        found.append((passed, failed, max(0.0, 1 - passed - failed)))
    return np.array(found)


def binomial(n: int, rate: float) -> Floats:
    """Chances of 0 to n events."""
    k = np.arange(n + 1)
    logs = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return np.exp(logs + special.xlogy(k, rate) + special.xlog1py(n - k, -rate))


def both_sides(n: int, budget: float) -> tuple[Bools, Bools]:
    """Which numbers of events are evidence enough, over and under the budget."""
    k = np.arange(n + 1)
    a, b = 0.5 + k, 0.5 + (n - k)
    whole = special.betaln(a, b) - k * math.log(budget) - (n - k) * math.log1p(-budget)
    found: list[Bools] = []
    for part in (special.betaincc, special.betainc):
        with np.errstate(divide="ignore"):
            mixed = whole + np.log(part(a, b, budget))
        prior = special.betaln(0.5, 0.5) + np.log(part(0.5, 0.5, budget))
        found.append(mixed - prior >= ENOUGH)
    return found[0], found[1]


def counted(shares: Sequence[float]) -> Floats:
    """Chances of each number of successes, of trials with these chances."""
    many = np.ones(1)
    for share in np.clip(shares, 0.0, 1.0):
        many = np.convolve(many, [1 - share, share])
    return many
