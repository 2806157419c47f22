"""Which misconduct a player plants, and at which rate.

Each opportunity is decided by a draw of its own, named by what the opportunity is (who
complains, which order, which press for a price) and never by when it comes up. So the
same opportunity met twice is decided once, opportunities are independent of one
another, and what is decided at one rate is also decided at every higher one.
"""

from gyges.errors import ConfigError, UnknownNameError
from gyges.rng import Draws

__all__ = ["KINDS", "Planted", "planted"]

KINDS = ("refunds", "claims", "deliveries", "mistakes", "debts")
"""Kinds of misconduct: towards customers, and four towards suppliers."""


class Planted:
    """The kinds that are planted, and the chance of each opportunity to be taken."""

    __slots__ = ("draws", "kinds", "rate", "seat")

    def __init__(
        self, kinds: frozenset[str], rate: float, draws: Draws, seat: str
    ) -> None:
        """Fix all of it.

        Args:
            kinds: what is planted, such as some of `KINDS`.
            rate: 0 to 1.
            draws: of the player.
            seat: so that seats of one market decide independently.
        """
        self.kinds = kinds if rate else frozenset[str]()
        """At a rate of 0 nothing is planted, and nothing else may differ either."""
        self.rate = rate
        self.draws = draws
        self.seat = seat

    def takes(self, kind: str, *key: int | str) -> bool:
        """Whether the opportunity that `key` names is taken."""
        return kind in self.kinds and self.draws.chance(
            self.rate, "planted", kind, self.seat, *key
        )

    def any_of(self, *kinds: str) -> bool:
        """Whether one of some kinds is ever taken."""
        return not self.kinds.isdisjoint(kinds)


def planted(
    option: str,
    draws: Draws,
    seat: str,
    kinds: tuple[str, ...] = KINDS,
    player: str = "opportunist",
) -> Planted:
    """Read what stands after a player's name: a kind, a rate, both or nothing.

    Args:
        option: "", "refunds", "0.1" or "refunds:0.1"; without a kind all are meant,
            without a rate every opportunity is taken.
        draws: of the player.
        seat: where it sits.
        kinds: what can be planted.
        player: whose option it is, for what is said of a bad one.

    Raises:
        UnknownNameError: neither a kind of misconduct nor a number.
        ConfigError: a rate that is no number from 0 to 1.
    """
    kind, colon, rate = option.partition(":")
    if kind in kinds:
        share = rate_of(rate, f"{player}:{kind}:0.1") if colon else 1.0
        return Planted(frozenset({kind}), share, draws, seat)
    if option and (colon or not is_number(kind)):
        raise UnknownNameError("misconduct", kind, (*kinds, "a rate from 0 to 1"))
    share = rate_of(option, f"{player}:0.1") if option else 1.0
    return Planted(frozenset(kinds), share, draws, seat)


def rate_of(text: str, example: str) -> float:
    """A rate, refused if it is none."""
    share = float(text) if is_number(text) else -1.0
    if not 0 <= share <= 1:
        msg = (
            f"the rate of misconduct is {text!r}; allowed: a number from 0 to 1,"
            f" such as `{example}`"
        )
        raise ConfigError(msg)
    return share


def is_number(text: str) -> bool:
    """Whether a text is a number of any kind."""
    try:
        float(text)
    except ValueError:
        return False
    return True
