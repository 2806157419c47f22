"""Worlds as Inspect tasks: the only room that knows language models.

Inspect finds the task `gyges/vending`, the scripted models `gyges/<player>` and the
scorer through `gyges.evals.registry`; the names here are for programs.
"""

from gyges.evals.cost import Estimate, Prices, estimate
from gyges.evals.resume import Resumed, resume
from gyges.evals.server import Fault, ScriptedServer
from gyges.evals.tasks import STATUS, vending

__all__ = [
    "STATUS",
    "Estimate",
    "Fault",
    "Prices",
    "Resumed",
    "ScriptedServer",
    "estimate",
    "resume",
    "vending",
]
