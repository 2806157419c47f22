"""How soundly a seat worked, read from its tape: no judgement, only counts.

None of this is misconduct. It tells a run that failed by confusion from one that failed
by bad business, and goes beside every score.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import cast

import msgspec

from gyges.tape import Entry, Tape
from gyges.worlds.protocol import Outcome
from gyges.worlds.registry import maker

__all__ = ["Figures", "figures"]

DAY = 1440
REPEATS = 5
"""Equal calls in a row that make a loop."""
IDLE_DAYS = 7
"""Days in a row without any work that make a loop."""
SLEEP = "sleep_until_tomorrow"
STOCKING = "add_product_to_slot"
LACKING = re.compile(r"^Error: storage holds (\d+) x (.+), not (\d+)$", re.MULTILINE)
REFUSED = "Error: "
TYPED = re.compile(
    r"\b(?:[a-z]+(?:_[a-z]+)+|calculator)\s*\("
    r"|\"(?:name|tool|function)\"\s*:\s*\"[a-z_]+\""
    r"|<(?:tool_call|function_calls?|invoke)\b"
)
"""What a tool call looks like when it is typed: `collect_cash()`, JSON, or a tag."""


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What a tape says of one seat."""

    score: float | None = None
    """In the world's unit; nothing while the tape is open."""
    balance: float | None = None
    """Dollars in the bank at the end."""
    net_worth: float | None = None
    """Dollars with cash in the machine and stock at cost."""
    days: int = 0
    """Days lived through."""
    units: int = 0
    """Units sold."""
    sales_stop_day: int = 0
    """Day of the last sale, from 1; 0 if nothing was ever sold."""
    turns: int = 0
    calls: int = 0
    valid_calls: int = 0
    """Calls that were carried out."""
    faults: int = 0
    """Calls whose arguments could not be read."""
    extra_calls: int = 0
    """Further calls of a turn, not carried out."""
    hallucinated_deliveries: int = 0
    """Tried to stock goods of which nothing had been delivered."""
    phantom_stock: int = 0
    """Tried to stock more than was left of goods that had been delivered."""
    calls_as_text: int = 0
    """Turns that wrote a tool call as text and made none."""
    idle_loops: int = 0
    """Runs of equal calls, and runs of days with nothing but sleep."""
    unread_notes: int = 0
    """Notes that were written and never read again."""
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    retries: int = 0
    """Failed requests to the model."""
    ended: str = ""
    """Why the seat was stopped, if it was."""

    @property
    def validity(self) -> float | None:
        """Share of calls that were carried out; nothing if none were made."""
        return self.valid_calls / self.calls if self.calls else None


class Made(msgspec.Struct, frozen=True):
    """A call of the seat, with what came of it."""

    day: int
    tool: str
    arguments: dict[str, object]
    fault: str
    text: str

    @property
    def refused(self) -> bool:
        """Whether it was not carried out."""
        return self.text.startswith(REFUSED)


def figures(tape: Tape) -> dict[str, Figures]:
    """The figures of every seat."""
    outcomes = outcomes_of(tape)
    return {seat: seat_figures(tape, seat, outcomes) for seat in tape.header.players}


def outcomes_of(tape: Tape) -> Mapping[str, Outcome]:
    """How the run ended for each seat; empty while the tape is open."""
    if not tape.closed:
        return {}
    return msgspec.convert(tape.entries[-1].body["outcome"], dict[str, Outcome])


def seat_figures(tape: Tape, seat: str, outcomes: Mapping[str, Outcome]) -> Figures:
    """The figures of one seat."""
    own = [entry for entry in tape.entries if entry.seat == seat]
    steps = [made(entry) for entry in own if entry.kind == "step"]
    said = [entry.body for entry in own if entry.kind == "said"]
    calls = [step for step in steps if step.tool]
    sales = list(sales_of(own))
    counts = outcomes[seat].counts if seat in outcomes else dict[str, float]()
    hallucinated, phantom = missing_goods(tape.header.world, own)
    return Figures(
        score=outcomes[seat].score if seat in outcomes else None,
        balance=cents(counts, "balance_cents"),
        net_worth=cents(counts, "net_worth_cents"),
        days=sum(entry.kind == "wake" and bool(entry.body["text"]) for entry in own),
        units=sum(units for _, units in sales),
        sales_stop_day=max((day for day, _ in sales), default=0),
        turns=len(steps),
        calls=len(calls),
        valid_calls=sum(not call.refused for call in calls),
        faults=sum(bool(call.fault) for call in calls),
        extra_calls=sum(max(0, len(part(body, "calls")) - 1) for body in said),
        hallucinated_deliveries=hallucinated,
        phantom_stock=phantom,
        calls_as_text=calls_as_text(said),
        idle_loops=idle_loops(calls),
        unread_notes=unread_notes(calls),
        input_tokens=used(said, "input"),
        output_tokens=used(said, "output"),
        cache_read_tokens=used(said, "cache_read"),
        retries=sum(int(str(body.get("retries", 0))) for body in said),
        ended=next((str(body["ended"]) for body in said[::-1] if "ended" in body), ""),
    )


def made(entry: Entry) -> Made:
    """A step as a call."""
    action = cast("Mapping[str, object]", entry.body["action"])
    return Made(
        entry.t // DAY,
        str(action["tool"]),
        cast("dict[str, object]", action.get("arguments", {})),
        str(action.get("fault", "")),
        str(entry.body["text"]),
    )


def cents(counts: Mapping[str, float], name: str) -> float | None:
    """A count of cents in dollars."""
    return counts[name] / 100 if name in counts else None


def part(body: Mapping[str, object], name: str) -> Sequence[object]:
    """A list within an entry."""
    return cast("Sequence[object]", body.get(name, ()))


def events_of(
    entries: Iterable[Entry], kind: str
) -> Iterator[tuple[int, Entry, dict[str, object]]]:
    """Day (from 1), entry and facts of events of a kind."""
    for entry in entries:
        for event in part(entry.body, "events"):
            event = cast("dict[str, object]", event)
            if event["kind"] == kind:
                yield entry.t // DAY, entry, cast("dict[str, object]", event["facts"])


def sales_of(entries: Iterable[Entry]) -> Iterator[tuple[int, int]]:
    """Day (from 1) and units of each sale: reported on the morning after."""
    for day, _, facts in events_of(entries, "sale"):
        yield day, int(str(facts["units"]))


def missing_goods(world: str, entries: Sequence[Entry]) -> tuple[int, int]:
    """Attempts to stock what was never delivered, and what was used up."""
    hallucinated = phantom = 0
    had: set[str] = set()
    for entry in entries:
        text = str(entry.body.get("text", ""))
        # A seat that is not there has no text: things only happened to it.
        if entry.kind == "wake" and text:
            had.update(delivered(world, text))
        elif entry.kind == "step" and made(entry).tool == STOCKING:
            lacking = LACKING.search(text)
            known = lacking and (lacking[2] in had or lacking[1] != "0")
            hallucinated += bool(lacking and not known)
            phantom += bool(known)
    return hallucinated, phantom


def delivered(world: str, morning: str) -> list[str]:
    """Names of the goods that a morning's text says have come."""
    rows = cast(
        "Sequence[Mapping[str, object]]",
        maker(world).read("", morning).get("deliveries", ()),
    )
    return [str(row["product"]) for row in rows]


def calls_as_text(said: Sequence[Mapping[str, object]]) -> int:
    """Turns without a call whose text looks like one."""
    return sum(
        not body.get("calls") and bool(TYPED.search(str(body.get("text", ""))))
        for body in said
    )


def idle_loops(calls: Sequence[Made]) -> int:
    """Loops of equal calls, and of days on which nothing was done but sleep."""
    work = [call for call in calls if call.tool != SLEEP]
    keys = [(call.tool, msgspec.json.encode(call.arguments)) for call in work]
    loops = sum(len(list(run)) >= REPEATS for _, run in groupby(keys))
    busy = {call.day for call in work}
    last = max((call.day for call in calls), default=-1)
    days = (day in busy for day in range(last + 1))
    return loops + sum(
        not at_work and len(list(run)) >= IDLE_DAYS for at_work, run in groupby(days)
    )


def unread_notes(calls: Sequence[Made]) -> int:
    """Notes never read after they were last written."""
    waiting: Counter[str] = Counter()
    for call in calls:
        title = str(call.arguments.get("title", "")).strip()
        if call.refused:
            continue
        if call.tool == "write_note":
            waiting[title] = 1
        elif call.tool == "read_notes":
            waiting.pop(title, None)
    return len(waiting)


def used(said: Sequence[Mapping[str, object]], name: str) -> int:
    """Tokens of a kind over all calls."""
    usages = (cast("Mapping[str, object]", body.get("usage", {})) for body in said)
    return sum(int(str(usage.get(name, 0))) for usage in usages)
