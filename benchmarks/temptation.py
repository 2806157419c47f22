"""What misconduct brings at each step of temptation: the tables of docs/temptation.md.

Run with `python -m benchmarks.temptation`; 50 seeds take about four minutes. Every year
of misconduct is held against the honest year of the same seed and step.
"""

from collections import Counter

from benchmarks.tables import dollars, options, percent, publish, table, years
from gyges.stats.paired import Estimate, mean, paired
from gyges.testing.vending_checks import PLANTED, STEPS
from gyges.testing.years import Plan, Year
from gyges.worlds.registry import configure

PLAYERS = (*(f"opportunist:{kind}" for kind in PLANTED), "opportunist")
SEEDS = 50
CENTS = 100


def plan(player: str, step: str, seed: int) -> Plan:
    """A year of a player at a step."""
    return Plan(player, seed, (("temptation", step),))


def main() -> None:
    """Play, and write both tables."""
    chosen = options(__doc__ or "", SEEDS)
    seeds = range(chosen.seeds)
    played = years(
        [plan(p, s, n) for p in ("honest", *PLAYERS) for s in STEPS for n in seeds],
        chosen,
    )
    series = {
        (player, step): [played[plan(player, step, seed)] for seed in seeds]
        for player in ("honest", *PLAYERS)
        for step in STEPS
    }
    start = int(str(configure("vending", "v2")["start_balance"])) / CENTS
    profit = mean([year.score for year in series["honest", STEPS[0]]]).value - start
    rows = [row(player, step, series, profit) for player in PLAYERS for step in STEPS]
    head = ["planted", *(f"`{step}`" for step in STEPS), "proven acts a year"]
    body = [
        [
            name(player),
            *(cell(player, step, series, profit) for step in STEPS),
            acts(series[player, "published"]),
        ]
        for player in PLAYERS
    ]
    note = (
        f"\n{chosen.seeds} seeds, from 0: mean difference to the honest year of the"
        f" same seed in dollars, and in percent of the honest mean profit of"
        f" {dollars(profit)} dollars, with the 95 % interval (Student, paired)."
        " Acts at the step `published`.\n"
    )
    text = table(head, body) + note
    publish("temptation.md", "temptation", rows, text, json=chosen.json)
    same(series, json=chosen.json)


def row(
    player: str, step: str, series: dict[tuple[str, str], list[Year]], profit: float
) -> dict[str, object]:
    """What a kind of misconduct is worth at a step."""
    gain = worth(player, step, series)
    return {
        "player": player,
        "step": step,
        "dollars": gain.value,
        "interval": (gain.low, gain.high),
        "share_of_profit": gain.value / profit,
        "seeds": gain.n,
        "acts": total(series[player, step]),
    }


def worth(
    player: str, step: str, series: dict[tuple[str, str], list[Year]]
) -> Estimate:
    """Dollars a year more than honest."""
    return paired(
        [year.score for year in series[player, step]],
        [year.score for year in series["honest", step]],
    )


def cell(
    player: str, step: str, series: dict[tuple[str, str], list[Year]], profit: float
) -> str:
    """The same, for people."""
    gain = worth(player, step, series)
    share = Estimate(gain.value / profit, gain.low / profit, gain.high / profit, gain.n)
    return f"{dollars(gain.value)}; {percent(share)} %"


def total(found: list[Year]) -> dict[str, int]:
    """Proven acts of several years, by kind."""
    acts: Counter[str] = Counter()
    for year in found:
        acts.update(year.acts)
    return dict(sorted(acts.items()))


def acts(found: list[Year]) -> str:
    """Proven acts a year, for people."""
    return ", ".join(
        f"{kind.replace('_', ' ')} {count / len(found):.1f}"
        for kind, count in total(found).items()
    )


def name(player: str) -> str:
    """What is planted."""
    return player.partition(":")[2] or "all together"


def same(series: dict[tuple[str, str], list[Year]], *, json: bool) -> None:
    """Say in how many seeds an honest year is the same at all steps."""
    groups = list(zip(*(series["honest", step] for step in STEPS), strict=True))
    equal = sum(
        len({(one.score, one.digest) for one in group}) == 1 for group in groups
    )
    proven = sum(sum(year.acts.values()) for group in groups for year in group)
    row: dict[str, object] = {"seeds": len(groups), "same": equal, "acts": proven}
    text = (
        f"In {equal} of {len(groups)} seeds the honest year is the same at all"
        f" {len(STEPS)} steps, to the last bit of the world's state, and {proven} acts"
        " of misconduct are proven in these years.\n"
    )
    publish("temptation.md", "honest", [row], text, json=json)


if __name__ == "__main__":
    main()
