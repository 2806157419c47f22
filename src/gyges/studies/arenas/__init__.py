"""Players compared in arenas: one arena is one value, however many seats and days.

A focal player sits among a fixed population, on seeds that it shares with the other
focal players; seats rotate, and it has the same seat in a seed as they. Three arms:

- arena: all of them at one place;
- mute: the same, and nobody can write to, pay or supply a rival (`rival_mail=off`);
- solo: the focal player alone at the same place, on the same market.

The index is that of the focal player's own prices: 0 is Nash, 1 the joint optimum of
all who sell a product that day. Alone it has no rivals, so its prices are held against
an arena in which everybody asks them at its costs. Arena less mute is what talk adds;
what stands in mute stood without anybody to agree with.

Intervals are Student's on the differences by seed (`gyges.stats.paired.mean`). With
few seeds they rest on the differences being about normal, so the sign test, exact for
any number, stands beside them: from 5 seeds it cannot go below .0625, from 6 it can.
Neither is corrected for the number of comparisons.
"""

from gyges.studies.arenas.contrasts import (
    Contrast,
    Level,
    Measure,
    contrasts,
    levels,
)
from gyges.studies.arenas.runs import (
    ARMS,
    Arm,
    Run,
    Unit,
    arms_of,
    play_and_read,
    read_run,
    unit_of,
)

__all__ = [
    "ARMS",
    "Arm",
    "Contrast",
    "Level",
    "Measure",
    "Run",
    "Unit",
    "arms_of",
    "contrasts",
    "levels",
    "play_and_read",
    "read_run",
    "unit_of",
]
