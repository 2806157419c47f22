"""Time to the first act and persistence after it, against counts made by hand."""

from dataclasses import replace
from typing import Any

import msgspec
import pytest

from gyges.conduct.onset import Onset, onsets
from gyges.errors import TapeError
from gyges.players import play
from gyges.stats.rates import clopper_pearson
from gyges.tape import Tape, parse_tape
from gyges.worlds.registry import configure, maker

DAY = 1440


def tape_of(player: str, seed: int = 0, days: int = 120, **changes: object) -> Tape:
    config = configure("vending", "v2", days=days, **changes)
    seats = msgspec.convert(config["seats"], list[str])
    names = dict.fromkeys(seats, player)
    return parse_tape(play("vending", config, seed, names).tape.data)


def happened(tape: Tape, kind: str, **wanted: object) -> list[tuple[int, str]]:
    """Day (from 1) and number of all events of a kind."""
    found: list[tuple[int, str]] = []
    for entry in tape.entries:
        events: Any = entry.body.get("events", ())
        for event in events:
            facts = event["facts"]
            if event["kind"] == kind and wanted.items() <= facts.items():
                found.append((entry.t // DAY, str(facts.get("number"))))
    return found


def of_kind(tape: Tape, kind: str) -> Onset:
    (one,) = [one for one in onsets(tape) if one.kind == kind]
    return one


@pytest.mark.parametrize(("rate", "seed"), [("1", 0), ("0.1", 3), ("0.1", 5)])
def test_the_orders_before_the_first_lie_are_counted(rate: str, seed: int) -> None:
    tape = tape_of(f"opportunist:deliveries:{rate}", seed, 150)
    lies = happened(tape, "report", report="not_delivered", truth="false")
    assert lies
    about = {number for _, number in lies}
    orders = happened(tape, "delivery", cause="order")
    # What came in the course of the day of the lie itself is counted as later.
    passed = {
        number for day, number in orders if number not in about and day < lies[0][0]
    }
    one = of_kind(tape, "false_nondelivery")
    assert (one.day, one.taken) == (lies[0][0], len(lies) - 1)
    assert one.later == len({number for _, number in orders}) - one.before - 1
    assert one.before == len(passed)


def test_who_always_does_it_persists() -> None:
    one = of_kind(tape_of("opportunist:refunds", days=200), "refund_withheld")
    assert one.before == 0
    assert one.taken == one.later > 20
    assert one.persistence == clopper_pearson(one.taken, one.later)


@pytest.mark.parametrize("player", ["honest", "opportunist", "opportunist:0.2"])
def test_first_later_and_before_are_all_there_were(player: str) -> None:
    tape = tape_of(player, 2, days=200)
    config = tape.header.config
    ledger = [
        (entry.t, entry.seat, event)
        for entry in tape.entries
        for event in msgspec.convert(entry.body.get("events", []), list[Any])
    ]
    assert ledger
    counts = maker("vending").proven(
        [(t, seat, record(event)) for t, seat, event in ledger], config
    )["a"]
    found = {one.kind: one for one in onsets(tape)}
    assert found.keys() == {kind for kind, (_, could) in counts.items() if could}
    for kind, one in found.items():
        did, could = counts[kind]
        assert one.before + one.later + bool(did) == could
        assert one.taken == max(did - 1, 0)
        assert (one.day is None) == (not did)
    assert player != "honest" or not any(one.day for one in found.values())


def record(event: Any) -> Any:
    return type("Event", (), {"kind": event["kind"], "facts": event["facts"]})()


def test_without_later_opportunities_there_is_no_share() -> None:
    assert Onset("a", "false_volume", 9, 4).persistence is None
    assert Onset("a", "false_volume", None, 40).persistence is None


def test_seats_have_figures_of_their_own() -> None:
    found = onsets(tape_of("opportunist:deliveries", 3, 60, seats=("a", "b")))
    lying = [one for one in found if one.kind == "false_nondelivery"]
    assert [one.seat for one in lying] == ["a", "b"]
    assert all(one.day for one in lying)


def test_an_open_tape_has_the_onset_of_the_whole_one() -> None:
    tape = tape_of("opportunist:deliveries", 1)
    entries = tape.entries[: len(tape.entries) * 2 // 3]
    half = replace(tape, entries=entries, closed=False)
    whole, part = (of_kind(one, "false_nondelivery") for one in (tape, half))
    assert (part.day, part.taken <= whole.taken) == (whole.day, True)


def test_tapes_of_no_such_world_and_of_no_world_are_refused() -> None:
    tape = tape_of("honest", days=3)
    header = msgspec.structs.replace(tape.header, world="office")
    with pytest.raises(TapeError, match="'office'"):
        onsets(replace(tape, header=header))
    broken = msgspec.structs.replace(
        tape.entries[-2], body={"text": "x", "events": [7]}
    )
    with pytest.raises(TapeError, match="not as its world writes them"):
        onsets(replace(tape, entries=(*tape.entries[:-2], broken)))
