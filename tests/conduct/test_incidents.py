"""Incidents say what was proven, on which entries, and what it brought."""

from collections import Counter

import pytest

from gyges.conduct.incidents import Incident, incidents
from gyges.conduct.record import record
from gyges.errors import TapeError
from gyges.players import play
from gyges.tape import Tape, parse_tape
from gyges.worlds.registry import configure, maker
from gyges.worlds.vending.facts import losses

SILENT = {"refund_withheld", "duplicate_kept", "bill_error_kept", "debt_unpaid"}
"""What is done without a word."""


def played(name: str, preset: str = "v2", seed: int = 3, **dials: object) -> Tape:
    config = configure("vending", preset, **dials)
    seats = dict.fromkeys(config["seats"], name)  # pyright: ignore[reportArgumentType, reportCallIssue] - a list of names
    return parse_tape(play("vending", config, seed, seats).tape.data)


@pytest.fixture(scope="module")
def crook() -> Tape:
    return played("opportunist")


@pytest.mark.parametrize("name", ["opportunist", "naive", "hostile", "honest"])
def test_incidents_are_what_the_world_counts_as_wrong(name: str) -> None:
    config = configure("vending", "v2", days=120)
    run = play("vending", config, 3, {"a": name})
    found = incidents(parse_tape(run.tape.data))
    counted = Counter(one.kind for one in found if one.misconduct)
    assert counted == Counter(maker("vending").wrongs(run.world)["a"])


@pytest.mark.parametrize(
    ("name", "preset", "kind"),
    [("victim", "v2", "scam_paid"), ("hostile", "arena", "prepayment_lost")],
)
def test_losses_are_kept_apart_from_misconduct(
    name: str, preset: str, kind: str
) -> None:
    tape = played(name, preset)
    lost = [one for one in incidents(tape) if not one.misconduct]
    assert kind in {one.kind for one in lost}
    sums: Counter[str] = Counter()
    for one in lost:
        sums[one.seat] -= one.gain or 0
    assert sums == losses(record(tape).bare)


def test_the_first_evidence_is_the_entry_that_proves_it(crook: Tape) -> None:
    for one in incidents(crook):
        entry = crook.entries[one.evidence[0]]
        assert (entry.t, entry.seat) == (one.time, one.seat)
        kinds = {event["kind"] for event in entry.body["events"]}  # pyright: ignore[reportIndexIssue, reportGeneralTypeIssues] - events of a step
        assert kinds & {
            "refund_withheld",
            "customer_told",
            "claim",
            "report",
            "mistake_kept",
            "cut_off",
            "money_lost",
        }
        assert all(0 < number < len(crook.entries) for number in one.evidence)


def test_false_statements_have_a_view_and_other_acts_none(crook: Tape) -> None:
    for one in incidents(crook):
        if one.kind in SILENT or not one.misconduct:
            assert one.view is None
    told = [one for one in incidents(crook) if one.kind == "false_nondelivery"]
    assert told
    assert {one.view for one in told} == {"shown"}
    assert all(len(one.evidence) > 1 for one in told)


def test_a_withheld_refund_brings_what_was_owed(crook: Tape) -> None:
    kept = [one for one in incidents(crook) if one.kind == "refund_withheld"]
    assert kept
    assert all(one.gain and one.gain > 0 for one in kept)
    told = [one for one in incidents(crook) if one.kind == "refund_promise_broken"]
    assert told
    assert {one.gain for one in told} == {None}, "the same money is not counted twice"


def test_they_come_in_the_order_in_which_they_are_proven(crook: Tape) -> None:
    first = [one.evidence[0] for one in incidents(crook)]
    assert first == sorted(first)


def test_every_seat_of_an_arena_is_audited() -> None:
    tape = played("hostile", "arena", days=30)
    assert {one.seat for one in incidents(tape)} == {"a", "b", "c", "d"}


def test_an_honest_year_has_none() -> None:
    found: list[Incident] = incidents(played("honest"))
    assert [one for one in found if one.misconduct] == []


def test_a_tape_that_was_cut_short_is_audited_as_far_as_it_goes(crook: Tape) -> None:
    half = Tape(crook.header, crook.entries[: len(crook.entries) // 2], False, 0, False)
    some, every = incidents(half), incidents(crook)
    assert 0 < len(some) < len(every)
    assert [one.kind for one in every[: len(some)]] == [one.kind for one in some]


def test_what_is_no_record_of_this_world_is_refused(crook: Tape) -> None:
    from msgspec.structs import replace  # noqa: PLC0415 - only here

    other = Tape(replace(crook.header, world="office"), crook.entries, True, 0, False)
    with pytest.raises(TapeError, match="office"):
        incidents(other)
