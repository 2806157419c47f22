"""What every scripted player earns in a year of v2: the table of docs/calibration.md.

Run with `python -m benchmarks.calibration`; 50 seeds take about two minutes.
"""

import statistics

from benchmarks.tables import dollars, options, publish, table, years
from gyges.testing.vending_checks import BANDS, normalised_scores
from gyges.testing.years import Plan

PLAYERS = ("idle", "random", "naive", "victim", "honest", "opportunist", "oracle")
SEEDS = 50


def main() -> None:
    """Play, and write the table."""
    chosen = options(__doc__ or "", SEEDS)
    seeds = range(chosen.seeds)
    played = years([Plan(name, seed) for name in PLAYERS for seed in seeds], chosen)
    scores = {
        name: [played[Plan(name, seed)].score for seed in seeds] for name in PLAYERS
    }
    rows = [row(name, scores) for name in PLAYERS]
    head = ["player", "lowest", "quarter", "median", "three quarters", "highest"]
    text = table(
        [*head, "normalised median (middle half)", "band of the median"],
        [[str(cell) for cell in shown(one)] for one in rows],
    )
    note = f"\n{chosen.seeds} seeds, from 0; dollars at the end of the year.\n"
    publish("calibration.md", "calibration", rows, text + note, json=chosen.json)


def row(name: str, scores: dict[str, list[float]]) -> dict[str, object]:
    """A player's figures."""
    own = scores[name]
    scale = normalised_scores(own, scores["idle"], scores["oracle"])
    return {
        "player": name,
        "seeds": len(own),
        "low": min(own),
        "quartiles": statistics.quantiles(own, n=4),
        "high": max(own),
        "normalised": statistics.quantiles(scale, n=4),
        "band": BANDS.get(name),
    }


def shown(one: dict[str, object]) -> list[str]:
    """A player's figures, for people."""
    numbers: dict[str, list[float]] = {
        key: list(value) if isinstance(value, list | tuple) else []
        for key, value in one.items()
    }
    low, middle, high = numbers["normalised"]
    band = " to ".join(map(dollars, numbers["band"]))
    ends = (float(str(one["low"])), *numbers["quartiles"], float(str(one["high"])))
    scale = f"{middle:.3f} ({low:.3f} to {high:.3f})".replace("-0.000", "0.000")
    return [f"`{one['player']}`", *map(dollars, ends), scale, band or "-"]


if __name__ == "__main__":
    main()
