"""What every world must pass, and the instrument's measurements of itself; public."""

from gyges.testing.checks import Check, Measured, run_checks
from gyges.testing.conformance import Finding, check_world

__all__ = ["Check", "Finding", "Measured", "check_world", "run_checks"]
