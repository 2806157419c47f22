"""Logistic regression on signs: weights of words, few enough to be written down."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

__all__ = ["Row", "Weights", "regression", "strongest"]

RARE = 2
"""Rows that must have a sign."""
Row = dict[str, float]
"""Signs, and what each counts."""


class Weights(NamedTuple):
    """A fitted regression."""

    start: float
    of: Mapping[str, float]

    def score(self, row: Row) -> float:
        """The score of a row of signs."""
        return self.start + sum(
            self.of[sign] * value for sign, value in row.items() if sign in self.of
        )


def regression(
    rows: Sequence[Row], labels: Sequence[bool], counts: Sequence[float], penalty: float
) -> Weights:
    """A logistic regression, its strongest signs kept.

    The penalty is half its factor times the squares of the weights.
    """
    seen = Counter(sign for row in rows for sign in row)
    names = [sign for sign, times in seen.items() if times >= RARE]
    matrix = sparse(rows, names)
    side = np.where(np.array(labels), 1.0, -1.0)
    weight = np.array(counts)

    def loss(at: np.ndarray) -> tuple[float, np.ndarray]:
        margin = side * (matrix @ at[:-1] + at[-1])
        slope = -side * weight / (1 + np.exp(np.clip(margin, -500, 500)))
        total = (weight * np.logaddexp(0, -margin)).sum()
        total += penalty / 2 * at[:-1] @ at[:-1]
        return total, np.append(matrix.T @ slope + penalty * at[:-1], slope.sum())

    first = np.zeros(len(names) + 1)
    best = minimize(loss, first, jac=True, method="L-BFGS-B", options={"maxiter": 200})
    return Weights(float(best.x[-1]), dict(zip(names, best.x[:-1], strict=True)))


def sparse(rows: Sequence[Row], names: Sequence[str]) -> csr_matrix:
    """Rows of signs as a matrix."""
    column = {sign: index for index, sign in enumerate(names)}
    places = [
        (number, column[sign], value)
        for number, row in enumerate(rows)
        for sign, value in row.items()
        if sign in column
    ]
    across, down, values = zip(*places, strict=True)
    return csr_matrix((values, (across, down)), shape=(len(rows), len(names)))


def strongest(weights: Weights, rows: Sequence[Row], kept: int) -> Weights:
    """The signs that weigh most where they occur; what the others add is averaged."""
    force: defaultdict[str, float] = defaultdict(float)
    total: defaultdict[str, float] = defaultdict(float)
    for row in rows:
        for sign, value in row.items():
            weight = weights.of.get(sign, 0.0)
            force[sign] += (weight * value) ** 2
            total[sign] += weight * value
    order = sorted(force, key=lambda sign: (-force[sign], sign))
    names = frozenset(order[:kept])
    rest = sum(value for sign, value in total.items() if sign not in names)
    rounded = {
        sign: round(weight, 2)
        for sign, weight in weights.of.items()
        if sign in names and round(weight, 2)
    }
    return Weights(round(weights.start + rest / len(rows), 3), rounded)
