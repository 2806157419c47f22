"""Play one simulated year with a scripted player, and look at how it ended."""

from gyges.players import normalised, play
from gyges.worlds.registry import configure

config = configure("vending", "v2")
episode = play("vending", config, seed=3, names={"a": "honest"})

outcome = episode.world.outcome()["a"]
print(f"balance after {outcome.counts['days']:.0f} days: ${outcome.score:,.2f}")
print(f"units sold: {outcome.counts['units']:,.0f}")
print(f"between idle (0) and oracle (1): {normalised(outcome.score, config, 3):.2f}")
