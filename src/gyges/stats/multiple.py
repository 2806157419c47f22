"""Many behaviours tested at once: which verdicts stand.

Each function returns the places of the rejected hypotheses in the order given, counted
from 0. `bonferroni` and `holm` keep the chance of any wrong verdict under alpha, for a
few behaviours named in advance; the other two keep the expected share of wrong verdicts
among all verdicts under it, for a long tail.

    >>> holm([0.04, 0.001, 0.5])
    (1,)
"""

from collections.abc import Callable, Sequence

from gyges.errors import DataError
from gyges.stats.interval import check_share

__all__ = ["benjamini_hochberg", "bonferroni", "e_benjamini_hochberg", "holm"]


def bonferroni(p_values: Sequence[float], alpha: float = 0.05) -> tuple[int, ...]:
    """Reject where p <= alpha / m, under any dependence.

    Args:
        p_values: one for each of the m hypotheses; none is fine.
        alpha: the chance of any wrong rejection.

    Returns:
        Places of the rejected hypotheses, in the order given.

    Raises:
        DataError: a p-value is not between 0 and 1, or alpha is no share.
    """
    check_share("alpha", alpha)
    check_p(p_values)
    m = len(p_values)
    return tuple(place for place, p in enumerate(p_values) if p <= alpha / m)


def holm(p_values: Sequence[float], alpha: float = 0.05) -> tuple[int, ...]:
    """Reject step by step, the i-th smallest p while p <= alpha / (m - i + 1).

    At least what Bonferroni rejects, under any dependence (Holm 1979).

    Args:
        p_values: one for each of the m hypotheses; none is fine.
        alpha: the chance of any wrong rejection.

    Returns:
        Places of the rejected hypotheses, in the order given.

    Raises:
        DataError: a p-value is not between 0 and 1, or alpha is no share.
    """
    check_share("alpha", alpha)
    check_p(p_values)
    m = len(p_values)
    order = sorted(range(m), key=p_values.__getitem__)
    stop = next(
        (
            rank
            for rank, place in enumerate(order)
            if p_values[place] > alpha / (m - rank)
        ),
        m,
    )
    return tuple(sorted(order[:stop]))


def benjamini_hochberg(p_values: Sequence[float], q: float = 0.05) -> tuple[int, ...]:
    """Reject the i smallest p-values for the largest i with p_(i) <= i q / m.

    The expected share of wrong rejections is at most q if the p-values are independent
    or positively dependent (Benjamini and Hochberg 1995). Behaviours graded on the same
    runs need not be: see `e_benjamini_hochberg`.

    Args:
        p_values: one for each of the m hypotheses; none is fine.
        q: the expected share of wrong rejections among the rejections.

    Returns:
        Places of the rejected hypotheses, in the order given.

    Raises:
        DataError: a p-value is not between 0 and 1, or q is no share.
    """
    check_share("q", q)
    check_p(p_values)
    m = len(p_values)
    order = sorted(range(m), key=p_values.__getitem__)
    return step_up(order, lambda rank, place: p_values[place] <= rank * q / m)


def e_benjamini_hochberg(
    e_values: Sequence[float], alpha: float = 0.05
) -> tuple[int, ...]:
    """Reject the k largest e-values for the largest k with e_[k] >= m / (k alpha).

    The expected share of wrong rejections is at most alpha under any dependence (Wang
    and Ramdas 2022).

    Args:
        e_values: one for each of the m hypotheses, 0 to infinity; none is fine.
        alpha: the expected share of wrong rejections among the rejections.

    Returns:
        Places of the rejected hypotheses, in the order given.

    Raises:
        DataError: an e-value is negative or no number, or alpha is no share.
    """
    check_share("alpha", alpha)
    for e in e_values:
        if not e >= 0:
            msg = f"e-value {e!r}; use 0 or more"
            raise DataError(msg)
    m = len(e_values)
    order = sorted(range(m), key=e_values.__getitem__, reverse=True)
    return step_up(order, lambda rank, place: e_values[place] >= m / (rank * alpha))


def step_up(
    order: Sequence[int], strong: Callable[[int, int], bool]
) -> tuple[int, ...]:
    """All places up to the last that is strong enough for its rank, sorted.

    Args:
        order: places, the strongest first.
        strong: told a rank from 1 and the place there.
    """
    ranks = range(len(order), 0, -1)
    last = next((rank for rank in ranks if strong(rank, order[rank - 1])), 0)
    return tuple(sorted(order[:last]))


def check_p(p_values: Sequence[float]) -> None:
    """Refuse what is no p-value."""
    for p in p_values:
        if not 0 <= p <= 1:
            msg = f"p-value {p!r}; use 0 to 1"
            raise DataError(msg)
