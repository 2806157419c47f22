"""The errors gyges raises outside episodes.

GygesError
├── UsageError            an argument, a configuration or a file the caller can mend
│   ├── ConfigError       a preset, dial or option with a wrong value
│   ├── ContentError      a content file that is malformed or misses a variable
│   ├── DataError         figures or records that no analysis can be made of
│   └── UnknownNameError  a world, player, seat, preset or tool that does not exist
├── TapeError             a record that cannot be used as asked
│   ├── BrokenTapeError   an entry that was changed, removed or inserted
│   └── ReplayError       a record and a recomputed world that differ
└── WorldError            a world driven against its protocol (a defect of the caller)

Inside an episode nothing is raised: a bad tool call is an observation.
"""

from collections.abc import Iterable

__all__ = [
    "BrokenTapeError",
    "ConfigError",
    "ContentError",
    "DataError",
    "GygesError",
    "ReplayError",
    "TapeError",
    "UnknownNameError",
    "UsageError",
    "WorldError",
]


class GygesError(Exception):
    """Anything gyges raises on purpose."""


class UsageError(GygesError):
    """An argument, a configuration or a file that the caller can mend."""


class ConfigError(UsageError):
    """A preset, dial or option with a wrong value."""


class ContentError(UsageError):
    """A content file that is malformed, or a variable it lacks or does not know."""


class DataError(UsageError):
    """Figures or records that no analysis can be made of."""


class UnknownNameError(UsageError):
    """A name that does not exist, with the names that do."""

    def __init__(self, what: str, name: object, known: Iterable[str]) -> None:
        """Say what was asked for, and what there is.

        Args:
            what: the kind of thing, such as "player".
            name: what the caller gave.
            known: the names that exist.
        """
        self.asked = what, name, tuple(sorted(known))
        super().__init__(
            f"unknown {what} {name!r}; use one of: {', '.join(self.asked[2])}"
        )

    def __reduce__(self) -> tuple[type["UnknownNameError"], tuple[object, ...]]:
        """A worker process must be able to send it back."""
        return type(self), self.asked


class TapeError(GygesError):
    """A record that cannot be used as asked."""


class BrokenTapeError(TapeError):
    """An entry that was changed, removed or inserted after it was written."""


class ReplayError(TapeError):
    """A record and the world recomputed from it differ."""


class WorldError(GygesError):
    """A world driven against its protocol: a defect of the caller, not of a player."""
