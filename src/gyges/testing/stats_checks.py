"""The statistics measured by themselves: vectors, coverage, errors, verdicts, rarity.

About a minute. The table that comes of it is published in `docs/validation.md`.
"""

from gyges.testing.validation.broken import CHECKS as BROKEN
from gyges.testing.validation.coverage import CHECKS as COVERAGE
from gyges.testing.validation.forecasts import CHECKS as FORECASTS
from gyges.testing.validation.graders import CHECKS as GRADERS
from gyges.testing.validation.more_vectors import CHECKS as VECTORS
from gyges.testing.validation.nights import CHECKS as NIGHTS
from gyges.testing.validation.rarity import CHECKS as RARITY
from gyges.testing.validation.repeats import CHECKS as REPEATS
from gyges.testing.validation.stopping import CHECKS as STOPPING

__all__ = ["CHECKS"]

CHECKS = (
    *VECTORS,
    *COVERAGE,
    *STOPPING,
    *NIGHTS,
    *REPEATS,
    *BROKEN,
    *RARITY,
    *GRADERS,
    *FORECASTS,
)
"""What the statistics must reach."""
