"""`gyges prices`: collusion without words, beside what was said."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click

from gyges.commands.output import as_json, counted, show_json, show_table, tell
from gyges.conduct.passages import passages
from gyges.conduct.prices import PooledIndex, PriceRecord, pooled_index, price_record
from gyges.conduct.pricing.deviation import Answer, Cut, Deviation, deviate
from gyges.conduct.pricing.screens import Screen
from gyges.conduct.reading import read
from gyges.conduct.trials import files_of
from gyges.errors import TapeError, UsageError
from gyges.money import dollars
from gyges.tape import Tape, read_tape
from gyges.worlds.vending.catalogue import load_catalogue
from gyges.worlds.vending.place import find_product

__all__ = ["prices"]

TAPES = click.Path(exists=True, path_type=Path)
USUAL_SHARE = 0.2
"""Of a price that is cut: more than usual rebates, less than half."""
USUAL_DAYS = 21
"""To play on after a cut: three weekly looks at the rivals."""


@click.command()
@click.argument("paths", nargs=-1, required=True, type=TAPES)
@click.option("--mute", type=TAPES, help="Tapes of the same players without mail.")
@click.option("--products", is_flag=True, help="Every product that is spoken of.")
@click.option("--cut", "day", type=int, metavar="DAY", help="Cut a price that day.")
@click.option("--seat", help="Whose price is cut.")
@click.option("--product", help="Of what.")
@click.option("--share", default=USUAL_SHARE, show_default=True, help="By how much.")
@click.option("--days", default=USUAL_DAYS, show_default=True, help="To play on.")
@as_json
def prices(
    paths: tuple[Path, ...],
    mute: Path | None,
    *,
    products: bool,
    json_lines: bool,
    **cut: object,
) -> None:
    """Hold the prices of arenas in PATHS against rivalry and agreement.

    The index is 0 at the Nash prices of the world's own demand, 1 at the joint optimum.
    It is a level and proves nothing alone: with --mute, only what goes beyond the same
    players without mail counts. "Beside" sets it next to what rules read in the mails:
    an agreement in words, in prices, in both, or neither. Two screens give the chance
    of as still, or as synchronous, prices by luck.

    With --cut DAY --seat S --product P a run of scripted players is played on twice,
    with the price cut for that day and without: who answers with lower prices, and for
    how long, punishes.

    Exit codes: 0 done, 2 wrong use, or a tape that cannot be used.
    """
    files = [file for path in paths for file in files_of(path)]
    if cut["day"] is not None:
        rows = [row for file in files for row in answers(file, cut)]
        show_json(rows) if json_lines else show_table([shown(row) for row in rows])
        return
    base = None if mute is None else baseline(files_of(mute))
    level = base.estimate.value if base and base.estimate else None
    found = [
        (file, one, record_of(one, level))
        for file, one in tapes(files, "reading prices")
    ]
    rows = (
        [row for file, _, record in found for row in spoken(file, record)]
        if products
        else [line(*one) for one in found]
    )
    show_json(rows) if json_lines else show_table([shown(row) for row in rows])
    if not rows:
        tell("no seat spoke to another of prices")
    if not products:
        tell(told("these runs", pooled_index([record for *_, record in found])))
        if base is not None:
            tell(told("without mail", base))


def tapes(files: Sequence[Path], title: str) -> Iterator[tuple[Path, Tape]]:
    """Tapes, one after the other; every problem names the file.

    Raises:
        TapeError: one that cannot be read, or is of another demand.
    """
    for file in counted(files, len(files), title):
        try:
            yield file, read_tape(file)
        except TapeError as error:
            msg = f"{file}: {error}"
            raise type(error)(msg) from error


def record_of(tape: Tape, level: float | None) -> PriceRecord:
    """The prices of a tape, beside what rules read in it."""
    claims = [claim for one in read(list(passages(tape))) for claim in one.claims]
    return price_record(tape, claims, level)


def baseline(files: Sequence[Path]) -> PooledIndex:
    """The index where nobody can write to a rival.

    Raises:
        UsageError: it is not known of any of the tapes, or there is mail.
    """
    records: list[PriceRecord] = []
    for file, tape in tapes(files, "reading the mute arm"):
        if tape.header.config.get("rival_mail") != "off":
            msg = (
                f"{file} is no mute run: its rivals can write; play it with"
                " --set rival_mail=off"
            )
            raise UsageError(msg)
        records.append(price_record(tape))
    found = pooled_index(records)
    if found.estimate is None:
        msg = f"--mute gives no baseline: {found.reason}; play more seeds"
        raise UsageError(msg)
    return found


def told(name: str, one: PooledIndex) -> str:
    """An index over several runs, in words."""
    if one.estimate is None:
        return f"index, {name}: none; {one.reason}"
    value, low, high, _ = one.estimate
    runs = f"{one.runs} runs" + (f", {one.missing} without" if one.missing else "")
    return f"index, {name}: {value:.2f} ({low:.2f} to {high:.2f}), {runs}"


def line(file: Path, tape: Tape, record: PriceRecord) -> Mapping[str, object]:
    """One run."""
    return {
        "tape": file.name,
        "players": ", ".join(tape.header.players.values()),
        "index": record.index.run.value,
        "product-days": record.index.run.n,
        "beside": record.words.verdict,
        "stiller, p": chance(record.variance),
        "together, p": chance(record.synchrony),
        "why not": record.index.reason or None,
    }


def chance(screen: Screen) -> str | None:
    """How likely a screen's finding is by luck."""
    return None if screen.p is None else f"{screen.p:.3f}"


def spoken(file: Path, record: PriceRecord) -> Iterator[Mapping[str, object]]:
    """The products of a run of whose prices seats spoke."""
    for one in record.words.products:
        if one.proposed or one.accepted:
            yield {
                "tape": file.name,
                "product": one.product,
                "proposed": one.proposed,
                "accepted": one.accepted,
                "floor": None if one.floor is None else dollars(one.floor),
                "index": one.gap.value,
                "product-days": one.gap.n,
                "kept": one.kept,
                "beside": one.verdict,
            }


# A forced deviation ----------------------------------------------------------------


def answers(file: Path, cut: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """What rivals did about a cut.

    Raises:
        UsageError: it is not said whose price of what, or nothing can be said.
    """
    if not cut["seat"] or not cut["product"]:
        msg = "--cut needs --seat and --product: whose price of what is cut"
        raise UsageError(msg)
    wanted = Cut(
        int(str(cut["day"])) - 1,
        str(cut["seat"]),
        goods(str(cut["product"])),
        float(str(cut["share"])),
        int(str(cut["days"])),
    )
    found = deviate(read_tape(file), wanted)
    if found.reason:
        msg = f"{file}: {found.reason}"
        raise UsageError(msg)
    yield from (answer(file, seat, one) for seat, one in seats_of(found, wanted.seat))


def goods(name: str) -> str:
    """The key of a product.

    Raises:
        UsageError: there is none of that name.
    """
    try:
        return find_product(load_catalogue(), name).key
    except ValueError as error:
        msg = f"--product: {error}"
        raise UsageError(msg) from error


def seats_of(found: Deviation, seat: str) -> Iterator[tuple[str, Answer]]:
    """Who cut, and who may have answered."""
    if found.own is not None:
        yield seat, found.own
    yield from found.rivals.items()


def answer(file: Path, seat: str, one: Answer) -> Mapping[str, object]:
    """The prices of one seat after the cut, and without it."""
    days = one.punishing
    return {
        "tape": file.name,
        "seat": seat,
        "without": " ".join(price(each) for each in one.plain[:8]),
        "after the cut": " ".join(price(each) for each in one.cut[:8]),
        "days lower": len(days),
        "deepest": f"{one.deepest:.0%}",
        "returned": one.returned,
    }


def price(cents: int | None) -> str:
    """A price, or that there is none."""
    return "-" if cents is None else dollars(cents)


def shown(row: Mapping[str, object]) -> Mapping[str, object]:
    """A row for people: what nobody has is left out by the table."""
    return {name: value for name, value in row.items() if name != "why not" or value}
