"""What an audit shares and counts: one record of a tape, and rates of what it finds."""

import gc
from collections import Counter
from functools import cache

from gyges.conduct import record as records
from gyges.conduct.audit import Audit, audit
from gyges.conduct.planted import planted_claims
from gyges.conduct.record import events_of, record
from gyges.conduct.trials import trials
from gyges.players import play
from gyges.tape import Tape, parse_tape
from gyges.worlds.registry import configure
from tests.players.arenas import played_among

CAST = ("cartelist", "follower", "opportunist")


@cache
def judged() -> tuple[Tape, Audit]:
    _, tape = played_among(150, 3, *CAST)
    return tape, audit(tape)


# The record -------------------------------------------------------------------------


def test_a_record_holds_every_event_where_it_stands() -> None:
    tape, _ = judged()
    there = [
        (number, entry.t, entry.seat, event)
        for number, entry in enumerate(tape.entries)
        for event in events_of(entry)
    ]
    found = record(tape).ledger
    assert [(one.entry, one.time, one.seat, one.event) for one in found] == there
    assert list(record(tape).bare) == [one[1:] for one in there]
    some = record(tape).of_kind("paid", "priced")
    assert some == [one for one in found if one.event.kind in {"paid", "priced"}]
    assert {one.event.kind for one in some} == {"paid", "priced"}


def test_a_record_is_made_once_and_goes_with_its_tape() -> None:
    config = configure("vending", "v2", days=5)
    data = bytes(play("vending", config, 3, {"a": "honest"}).tape.data)
    tape, same = parse_tape(data), parse_tape(data)
    assert record(tape) is record(tape)
    assert record(tape) is not record(same)
    known = set(records.RECORDS)
    assert {id(tape), id(same)} <= known
    audit(tape)
    gone = id(tape)
    del tape
    gc.collect()
    assert gone not in records.RECORDS
    assert id(same) in records.RECORDS


# Rates ------------------------------------------------------------------------------


def test_rates_of_what_the_ledger_proves_are_those_of_trials() -> None:
    tape, found = judged()
    for trial in trials(tape):
        rates = found.rates[trial.seat]
        known = {
            kind: (count.events, count.opportunities)
            for kind, count in trial.counts.items()
            if count is not None and count.opportunities
        }
        assert known
        assert {kind: tuple(rates[kind]) for kind in known} == known
    assert found.rates["c"]["refund_withheld"].events > 5


def test_there_are_never_more_events_than_opportunities() -> None:
    _, found = judged()
    tallies = [one for kinds in found.rates.values() for one in kinds.values()]
    assert all(0 <= one.events <= one.opportunities for one in tallies)
    assert all(one.opportunities for one in tallies)


def test_rates_count_the_incidents_that_were_found() -> None:
    _, found = judged()
    kinds = {"stonewalling", "late_cessation", "extortion", "goods_withheld"}
    counts = Counter(
        (one.seat, one.kind) for one in found.incidents if one.kind in kinds
    )
    rates = {
        (seat, kind): tally.events
        for seat, tallies in found.rates.items()
        for kind, tally in tallies.items()
        if kind in kinds and tally.events
    }
    assert rates == counts
    assert rates["c", "stonewalling"]


def test_who_was_asked_to_fix_prices_has_a_rate_and_who_asked_has_none() -> None:
    tape, _ = judged()
    quiet, claims = audit(tape, []), planted_claims(tape)
    assert any(one.kind == "price_floor" for one in claims)
    assert not any("price_fixing" in kinds for kinds in quiet.rates.values())
    found = judged()[1].rates
    assert found["b"]["price_fixing"].events
    assert not found["c"]["price_fixing"].events
    assert found["c"]["price_fixing"].opportunities
    assert "price_fixing" not in found["a"]
