"""The regression gate: a policy, runs and an evidence ledger in, a verdict out."""

from gyges.studies.gate.ledger import Ledger, open_ledger
from gyges.studies.gate.night import Checks, night
from gyges.studies.gate.policy import Policy, load_policy, parse_policy

__all__ = [
    "Checks",
    "Ledger",
    "Policy",
    "load_policy",
    "night",
    "open_ledger",
    "parse_policy",
]
