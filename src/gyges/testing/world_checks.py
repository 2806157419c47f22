"""Checks of every world: the conformance kit on every preset, then its own figures."""

from functools import partial

from gyges.testing.case import Case
from gyges.testing.checks import Check, Measured
from gyges.testing.conformance import CHECKS as KIT
from gyges.testing.conformance import check_case
from gyges.testing.vending_checks import CHECKS as VENDING
from gyges.worlds.registry import WORLDS, configure, maker

__all__ = ["CHECKS"]

DAYS = 21
"""Long enough for orders to arrive and for a weekly bill; a year adds only time."""
SEEDS = (1, 2)


def measure(world: str, preset: str, check: str) -> Measured:
    """Run one check of the kit on a preset."""
    days = {"days": min(DAYS, int(str(configure(world, preset)["days"])))}
    config = configure(world, preset, **days)
    found = [
        finding
        for seed in (SEEDS[:1] if check == "marks" else SEEDS)
        for finding in check_case(Case(world, config, seed), [check])
    ]
    detail = f"{found[0].where}: {found[0].problem}" if found else ""
    return Measured(len(found), ok=not found, detail=detail)


CHECKS = (
    *(
        Check(f"{world}.{preset}.{check}", "0 findings", partial(measure, *case))
        for world in WORLDS
        for preset in maker(world).presets()
        for check in KIT
        for case in [(world, preset, check)]
    ),
    *VENDING,
)
"""One per world, preset and rule of the kit; then what the world itself must reach."""
