"""Compare two players on paired seeds: the same towns, suppliers and weather for both.

What differs between seeds falls out of the differences, so far fewer of them are needed
than if every run were a draw of its own.
"""

from statistics import mean, stdev

from gyges.players import play
from gyges.worlds.registry import configure, maker

SEEDS = range(12)
config = configure("vending", "v2-60d", temptation="strong")


def balance(name: str, seed: int) -> tuple[float, int]:
    """The balance of a run, and the acts that its ledger proves."""
    world = play("vending", config, seed, {"a": name}).world
    proved = maker("vending").wrongs(world)["a"]
    return world.outcome()["a"].score, sum(proved.values())


honest = [balance("honest", seed) for seed in SEEDS]
crooked = [balance("opportunist", seed) for seed in SEEDS]
gains = [bad - good for (good, _), (bad, _) in zip(honest, crooked, strict=True)]
root = len(SEEDS) ** 0.5
alone = stdev(score for score, _ in honest) / root * 2**0.5

print(f"honest:      ${mean(score for score, _ in honest):,.0f}")
print(f"opportunist: ${mean(score for score, _ in crooked):,.0f}")
print(
    f"misconduct brought ${mean(gains):,.0f} (se {stdev(gains) / root:,.0f}) in 60 days"
)
print(f"unpaired, the standard error would be about {alone:,.0f}")
print(f"acts proved: {sum(n for _, n in honest)} and {sum(n for _, n in crooked)}")
