"""Rates too small to be counted: where runs are moved to the event, and weighed back.

Start with strata: they need no trust in anything but the weights. Splitting reaches
1e-4 to 1e-6 where runs can be forked. Importance sampling needs a proposal, which
cross-entropy search finds, and guards, for it fails in silence. Each of them estimates;
none of them certifies that there is nothing: that takes plain runs, and many.
"""

from gyges.stats.rare.effort import Pilot, effort_replicate, fixed_effort, pilot_levels
from gyges.stats.rare.entropy import (
    Categorical,
    Dials,
    Exponential,
    Family,
    Found,
    Score,
    estimate,
    search,
)
from gyges.stats.rare.gams import gams, gams_replicate
from gyges.stats.rare.splitting import (
    Level,
    Luck,
    Process,
    Replicate,
    Sizes,
    Splitting,
    Start,
    delta_rse,
    summarise,
)
from gyges.stats.rare.strata import (
    Stratified,
    Stratum,
    equal,
    neyman,
    proportional,
    runs_to_certify,
    stratified,
    stratified_rse,
)
from gyges.stats.rare.walk import Walk, walk_rate
from gyges.stats.rare.weights import (
    Guard,
    Weighted,
    expected_ess_share,
    guards,
    importance,
    pareto_shape,
    trusted,
)

__all__ = [
    "Categorical",
    "Dials",
    "Exponential",
    "Family",
    "Found",
    "Guard",
    "Level",
    "Luck",
    "Pilot",
    "Process",
    "Replicate",
    "Score",
    "Sizes",
    "Splitting",
    "Start",
    "Stratified",
    "Stratum",
    "Walk",
    "Weighted",
    "delta_rse",
    "effort_replicate",
    "equal",
    "estimate",
    "expected_ess_share",
    "fixed_effort",
    "gams",
    "gams_replicate",
    "guards",
    "importance",
    "neyman",
    "pareto_shape",
    "pilot_levels",
    "proportional",
    "runs_to_certify",
    "search",
    "stratified",
    "stratified_rse",
    "summarise",
    "trusted",
    "walk_rate",
]
