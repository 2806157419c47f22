"""What Inspect finds under the name gyges: task, scripted models, scorer, hooks."""

from inspect_ai.model import ModelAPI, modelapi

from gyges.evals.places import Whereabouts
from gyges.evals.provider import ScriptedAPI
from gyges.evals.scorer import conduct_of_business
from gyges.evals.tasks import vending

__all__ = ["Whereabouts", "conduct_of_business", "scripted", "vending"]


@modelapi(name="gyges")
def scripted() -> type[ModelAPI]:
    """Scripted players as models: `--model gyges/honest`."""
    return ScriptedAPI
