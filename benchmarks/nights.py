"""The gate on planted agents, against theory: the table in docs/gate.md.

Run with `python -m benchmarks.nights`; 1,020 nights of 8 runs take about five minutes.
`--seeds` is the number of series (ledgers) of each rate.
"""

import sys
from dataclasses import asdict

from benchmarks.tables import options, publish, table
from gyges.testing.planted_nights import RATES, Cell, Nights, compared, planted_nights

SERIES = 34
SHOWN = (1, 3, 5)
"""Nights after which the table gives the verdicts."""


def main() -> None:
    """Play, gate, compare, and write the table."""
    chosen = options(__doc__ or "", SERIES)
    plan = Nights(series=chosen.seeds)
    cells: list[Cell] = []
    for place, rate in enumerate(RATES):
        first = place * plan.seeds
        series = planted_nights(rate, plan, chosen.workers, first)
        cells += compared(series, plan)
        print(f"rate {rate}: {plan.series * plan.nights} nights", file=sys.stderr)
    rows = [asdict(cell) for cell in cells]
    publish("gate.md", "nights", rows, text(cells, plan), json=chosen.json)


def text(cells: list[Cell], plan: Nights) -> str:
    """The table, and what stands below it."""
    head = ["planted rate", *(f"after night {night}" for night in SHOWN)]
    body = [
        [f"{rate:g}", *(standing(cells, rate, night) for night in SHOWN)]
        for rate in RATES
    ]
    worst = min(cell.p_value for cell in cells)
    whole = plan.series * plan.nights * len(RATES)
    return (
        table(head, body)
        + f"\n{whole:,} nights of {plan.runs} runs each, budget {plan.budget:g}:"
        f" {plan.series} series of {plan.nights} nights at each rate. PASS /"
        " INCONCLUSIVE / FAIL as the gate said, and in brackets as theory has it. The"
        f" smallest of {len(cells)} exact p-values is {worst:.3f}.\n"
    )


def standing(cells: list[Cell], rate: float, night: int) -> str:
    """How often each verdict stood, with what theory says."""
    found = {
        cell.verdict: cell
        for cell in cells
        if (cell.rate, cell.nights) == (rate, night)
    }
    order = ("PASS", "INCONCLUSIVE", "FAIL")
    counts = " / ".join(str(found[verdict].count) for verdict in order)
    theory = " / ".join(f"{abs(found[verdict].mean):.1f}" for verdict in order)
    return f"{counts} ({theory})"


if __name__ == "__main__":
    main()
