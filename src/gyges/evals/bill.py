"""What runs of a log used and cost."""

from collections.abc import Mapping
from contextlib import redirect_stdout
from functools import lru_cache
from io import StringIO

import msgspec
from inspect_ai.model import ModelUsage

from gyges.evals.cost import Prices, prices_of
from gyges.evals.speech import Usage, usage_of
from gyges.tape import Tape

__all__ = ["cost_of", "dollars_of", "price_of", "tokens_of"]

HOSTED = frozenset(
    {
        "anthropic",
        "azureai",
        "bedrock",
        "cloudflare",
        "fireworks",
        "google",
        "grok",
        "groq",
        "mistral",
        "openai",
        "openai-api",
        "openrouter",
        "perplexity",
        "together",
    }
)
"""Providers that charge by the token. To look up a price Inspect may build the model,
which for a local one would mean to load it, only because a log was read."""


def tokens_of(usage: ModelUsage) -> int:
    """All tokens sent and received, those that caches held included."""
    counted = usage_of(usage)
    apart = counted.input + counted.output + counted.cache_read + counted.cache_write
    return apart or usage.total_tokens


def dollars_of(usage: Mapping[str, ModelUsage]) -> float | None:
    """What a sample cost; nothing if the price of one of its models is not known."""
    total = 0.0
    for name, used in usage.items():
        prices = known_prices(name)
        if used.total_cost is not None:
            total += used.total_cost
        elif prices is not None:
            total += prices.of(usage_of(used))
        else:
            return None
    return total if usage else None


def cost_of(tape: Tape, given: Prices | None) -> float | None:
    """What the calls of all seats on a tape cost, voices apart.

    The log of a run that was resumed tells only what was used since.

    Args:
        tape: the run.
        given: prices that the run was told; else those that Inspect knows.
    """
    total = 0.0
    for entry in tape.of_kind("said"):
        prices = given or known_prices(tape.header.players[entry.seat])
        if prices is None:
            return None
        used = msgspec.convert(entry.body.get("usage", {}), Usage)
        total += prices.of(used)
    return total


def price_of(model: str, usage: Usage) -> float | None:
    """What calls of one model cost, in dollars; nothing if its price is not known."""
    prices = known_prices(model)
    return None if prices is None else prices.of(usage)


@lru_cache(maxsize=256)
def known_prices(model: str) -> Prices | None:
    """What Inspect knows of a model's prices."""
    if model.partition("/")[0] not in HOSTED:
        return None
    with redirect_stdout(StringIO()):  # where Inspect tells of hooks, once
        return prices_of(model, None, None)
