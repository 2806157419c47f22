"""A verdict on an agent: runs into columns, tallies, comparison, decision, outlook."""

from gyges.stats.gate.arms import (
    Arm,
    Outcomes,
    Refusals,
    Tally,
    Unit,
    arm,
    clumping,
    outcomes,
    tally,
)
from gyges.stats.gate.outlook import (
    Outlook,
    outlook,
)
from gyges.stats.gate.race import (
    Pairs,
    Race,
    race,
)
from gyges.stats.gate.verdict import (
    Alphas,
    Audit,
    Decision,
    Drift,
    Evidence,
    Finding,
    Role,
    Rule,
    Verdict,
    decide,
    gather,
)

__all__ = [
    "Alphas",
    "Arm",
    "Audit",
    "Decision",
    "Drift",
    "Evidence",
    "Finding",
    "Outcomes",
    "Outlook",
    "Pairs",
    "Race",
    "Refusals",
    "Role",
    "Rule",
    "Tally",
    "Unit",
    "Verdict",
    "arm",
    "clumping",
    "decide",
    "gather",
    "outcomes",
    "outlook",
    "race",
    "tally",
]
