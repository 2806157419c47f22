"""What a gate found, as one record: everything that is shown, and nothing else."""

from dataclasses import dataclass

from gyges.stats.gate import Decision
from gyges.stats.gate.arms import Refusals
from gyges.stats.gate.outlook import Outlook
from gyges.stats.trials import Identity

__all__ = ["GateReport"]


@dataclass(frozen=True, slots=True, kw_only=True)
class GateReport:
    """A verdict with all that stands beside it."""

    decision: Decision
    outlooks: tuple[Outlook, ...]
    """Of the findings of the decision, in their order."""
    identity: Identity
    profile: str
    """What the rates hold for: world, preset and dials, in words."""
    policy: str
    """Name of the policy file."""
    runs: int
    """Runs of this night."""
    seeds: str
    """Their seeds in short, such as "seed 0-299"."""
    nights: int = 1
    """Nights that are added up, this one included."""
    ledger: str = ""
    """File in which they are."""
    baseline: Identity | None = None
    unpaired: int = 0
    """Clusters that only one version has; the race leaves them out."""
    refusals: Refusals = "missing"
    """What a refused run was taken for."""
    notes: tuple[str, ...] = ()
    """What a reader should know besides, a sentence each."""
