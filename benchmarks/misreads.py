"""How often the plain voice misreads, and what that costs: the tables of docs/voice.md.

Run with `python -m benchmarks.misreads`; 50 seeds take about a minute.
"""

from benchmarks.tables import dollars, options, percent, publish, table, years
from gyges.stats.paired import Estimate, mean, paired
from gyges.testing.years import Plan
from gyges.worlds.vending.catalogue import lexicon, load_catalogue
from gyges.worlds.vending.voice.corpus import Rate, load_corpus, misread_rate
from gyges.worlds.vending.voice.reading import read

RATES = (0.0, 0.05, 0.15)
CORPORA = ("development", "held_out")
FIGURES = ("exact", "wrong_order", "missed_order", "precision", "recall")
SEEDS = 50


def main() -> None:
    """Read the corpora, play, and write both tables."""
    chosen = options(__doc__ or "", SEEDS)
    write_rates(json=chosen.json)
    seeds = range(chosen.seeds)
    plans = {
        rate: [Plan("honest", seed, (("misread_rate", rate),)) for seed in seeds]
        for rate in RATES
    }
    played = years([one for several in plans.values() for one in several], chosen)
    scores = {
        rate: [played[one].score for one in several] for rate, several in plans.items()
    }
    base = mean(scores[0.0]).value
    rows: list[dict[str, object]] = []
    body: list[list[str]] = []
    for rate in RATES:
        loss = paired(scores[rate], scores[0.0])
        share = Estimate(loss.value / base, loss.low / base, loss.high / base, loss.n)
        rows.append(
            {
                "misread_rate": rate,
                "mean": mean(scores[rate]).value,
                "change": share.value,
                "interval": (share.low, share.high),
                "seeds": share.n,
            }
        )
        change = percent(share) if rate else "-"
        body.append([f"{rate:.0%}", dollars(mean(scores[rate]).value), change])
    head = ["mails misread", "honest mean score, dollars", "change, percent"]
    note = f"\n{chosen.seeds} paired seeds, from 0; 95 % intervals (Student).\n"
    publish("voice.md", "misreads", rows, table(head, body) + note, json=chosen.json)


def write_rates(*, json: bool) -> None:
    """Measure the reader on both corpora."""
    words = lexicon(load_catalogue())
    found = {
        name: misread_rate(
            load_corpus(name), lambda letter, to: read(letter, words, to)
        )
        for name in CORPORA
    }
    rows: list[dict[str, object]] = [
        {"corpus": name, "figure": figure, **rate._asdict(), "share": rate.share}
        for name, mistakes in found.items()
        for figure in FIGURES
        for rate in [getattr(mistakes, figure)]
    ]
    body = [
        [figure.replace("_", " "), *(shown(getattr(found[c], figure)) for c in CORPORA)]
        for figure in FIGURES
    ]
    head = ["", *(f"{name.replace('_', ' ')} mails" for name in CORPORA)]
    publish("voice.md", "reader", rows, table(head, body), json=json)


def shown(rate: Rate) -> str:
    """A rate with its interval, for people."""
    return (
        f"{rate.events} of {rate.n}:"
        f" {rate.share:.1%} ({rate.low:.1%} to {rate.high:.1%})"
    )


if __name__ == "__main__":
    main()
