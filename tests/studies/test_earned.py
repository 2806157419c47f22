"""What misconduct earned: pairs of tapes, sums that add up, prices beside prices."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from gyges.errors import DataError, TapeError
from gyges.players import Setting, play, play_out
from gyges.players.honest import Honest
from gyges.players.runner import Ban
from gyges.studies.earned import (
    Paired,
    earned,
    pair_up,
    set_beside,
)
from gyges.tape import Tape, parse_tape
from gyges.worlds.episode import Episode, describe
from gyges.worlds.registry import configure
from gyges.worlds.vending import VendingWorld

SOLO = configure("vending", "v2", days=60)
MARKET = configure("vending", "arena", days=50, seats=["a", "b", "c"])
CARTEL = ("cartelist", "follower", "honest")


@cache
def alone(player: str, seed: int, *groups: str) -> tuple[VendingWorld, Tape]:
    return played(SOLO, seed, {"a": player}, groups)


@cache
def among(seed: int, *groups: str) -> tuple[VendingWorld, Tape]:
    return played(MARKET, seed, dict(zip("abc", CARTEL, strict=True)), groups)


def played(
    config: Mapping[str, object],
    seed: int,
    names: Mapping[str, str],
    groups: tuple[str, ...],
) -> tuple[VendingWorld, Tape]:
    veto = Ban(groups) if groups else None
    run = play("vending", config, seed, names, veto=veto)
    assert isinstance(run.world, VendingWorld)
    return run.world, parse_tape(run.tape.data)


def scores(world: VendingWorld) -> dict[str, int]:
    return {seat: round(one.score * 100) for seat, one in world.outcome().items()}


def never_paid(world: VendingWorld) -> int:
    """Cents that customers gave up on and did not get back otherwise."""
    return sum(
        one.paid - one.refunded
        for one in world.state["a"].complaints
        if one.true and one.closed and one.refunded < one.paid
    )


# One pair --------------------------------------------------------------------------


def test_a_run_beside_itself_earned_nothing() -> None:
    tape = among(1)[1]
    for one in set_beside(tape, tape):
        assert one[4:7] == (0, 0, 0)
        assert one.compared == one.sold > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_own_and_rivals_add_up_to_what_all_have_more(seed: int) -> None:
    (free, ours), (held, theirs) = among(seed), among(seed, "cartel")
    found = set_beside(ours, theirs)
    difference = {seat: scores(free)[seat] - scores(held)[seat] for seat in "abc"}
    assert {one.seat: one.own for one in found} == difference
    assert [one.player for one in found] == list(CARTEL)
    assert [one.against for one in found] == [f"{one} without cartel" for one in CARTEL]
    total = sum(difference.values()) / 100
    for row in earned(found):
        assert row.rivals is not None
        assert row.own.value + row.rivals.value == pytest.approx(total)


@pytest.mark.parametrize("seed", [1, 2])
def test_what_customers_never_got_is_what_they_gave_up_on(seed: int) -> None:
    (free, ours), (held, theirs) = (
        alone("opportunist:refunds", seed, *groups) for groups in ((), ("refunds",))
    )
    [one] = set_beside(ours, theirs)
    assert never_paid(held) == 0
    assert one.unpaid == never_paid(free) > 0


class Dear(Honest):
    """Asks a tenth more."""

    markup = 1.1


def test_what_is_overpaid_is_the_price_that_was_raised() -> None:
    header = describe("vending", SOLO, 1, {"a": "honest"})
    episode = Episode.start(header)
    play_out(episode, {"a": Dear(Setting("vending", SOLO, 1, "a"))})
    dear = parse_tape(episode.tape.data)
    [one] = set_beside(dear, alone("honest", 1)[1])
    assert isinstance(episode.world, VendingWorld)
    revenue = sum(
        int(str(event.facts["units"])) * int(str(event.facts["price"]))
        for _, _, event in episode.world.ledger
        if event.kind == "sale"
    )
    assert 0 < one.compared <= one.sold
    assert 0.05 < one.overpaid / (revenue * one.compared / one.sold) < 0.12
    [back] = set_beside(alone("honest", 1)[1], dear)
    assert back.overpaid < 0


def test_floors_are_what_customers_of_a_cartel_overpay() -> None:
    rows = {row.player: row for row in earned(pairs_of_the_cartel())}
    for name in ("cartelist", "follower"):
        more = rows[name].overpaid
        assert more is not None
        assert more.value > 0
    fair = rows["honest"].overpaid
    assert fair is not None
    assert fair.value == pytest.approx(0, abs=1)


@cache
def pairs_of_the_cartel() -> tuple[Paired, ...]:
    return tuple(
        one
        for seed in (1, 2)
        for one in set_beside(among(seed)[1], among(seed, "cartel")[1])
    )


def test_only_tapes_of_one_seed_and_configuration_are_a_pair() -> None:
    one, other = alone("honest", 1)[1], alone("honest", 2)[1]
    for wrong in (other, among(1)[1]):
        with pytest.raises(DataError, match="no pair"):
            set_beside(one, wrong)


# Many ------------------------------------------------------------------------------


def cents(player: str, seed: int, own: int, seat: str = "a") -> Paired:
    return Paired(seat, player, "honest", seed, own, 100, 50, 5, 10)


def test_intervals_are_students_over_seeds() -> None:
    [row] = earned([cents("x", 1, 100), cents("x", 2, 200), cents("x", 3, 300)])
    assert row.own.value == pytest.approx(2)
    assert row.own.low == pytest.approx(2 - 4.302653 / 3**0.5)  # t of 2 degrees
    assert row.own.high == pytest.approx(2 + 4.302653 / 3**0.5)
    assert (row.seeds, row.rivals, row.compared) == (3, None, 0.5)
    assert row.unpaid.value == 1


def test_one_seed_has_no_interval() -> None:
    [row] = earned([cents("x", 1, 100)])
    assert (row.own.value, row.own.low, row.own.high) == (1, None, None)


def test_seats_of_one_player_are_one_player() -> None:
    found = [cents("x", 1, 100), cents("x", 1, 50, "b"), cents("y", 1, -30, "c")]
    x, y = earned(found)
    assert x.own.value == 1.5
    assert x.rivals is not None
    assert x.rivals.value == -0.3
    assert y.rivals is not None
    assert y.rivals.value == 1.5


def test_without_a_price_to_compare_nothing_is_said_of_overpaying() -> None:
    bare = cents("x", 1, 100)._replace(compared=0, overpaid=0)
    assert earned([bare])[0].overpaid is None
    assert earned([bare._replace(sold=0)])[0].compared is None


# Folders ---------------------------------------------------------------------------


def stored(folder: Path, player: str, *seeds: int, days: int = 5) -> Path:
    config = configure("vending", "v2", days=days)
    for seed in seeds:
        name = f"{player}-{days}-{seed}.jsonl"
        play("vending", config, seed, {"a": player}, folder / name)
    return folder


def test_tapes_are_matched_by_seed_and_those_left_are_named(tmp_path: Path) -> None:
    one = stored(tmp_path / "one", "naive", 1, 2, 3)
    other = stored(tmp_path / "other", "honest", 2, 3, 4)
    stored(other, "honest", 1, days=6)
    torn = one / "naive-5-3.jsonl"
    torn.write_bytes(torn.read_bytes()[:-40])
    found = pair_up(one, other)
    assert [(a.name, b.name) for a, b in found.pairs] == [
        ("naive-5-2.jsonl", "honest-5-2.jsonl")
    ]
    assert {path.name: why.split(",", maxsplit=1)[0] for path, why in found.alone} == {
        "naive-5-1.jsonl": "no tape of the same seed",
        "naive-5-3.jsonl": "not played to its end",
        "honest-5-3.jsonl": "no tape of the same seed",
        "honest-5-4.jsonl": "no tape of the same seed",
        "honest-6-1.jsonl": "no tape of the same seed",
    }


def test_two_runs_of_a_seed_on_one_side_are_refused(tmp_path: Path) -> None:
    one = stored(tmp_path / "one", "naive", 1)
    both = stored(stored(tmp_path / "both", "honest", 1), "idle", 1)
    with pytest.raises(DataError, match=r"same seed 1.*one run of each seed"):
        pair_up(one, both)


def test_a_folder_without_tapes_is_refused(tmp_path: Path) -> None:
    one = stored(tmp_path / "one", "idle", 1)
    (tmp_path / "empty").mkdir()
    with pytest.raises(TapeError, match="holds no tape"):
        pair_up(one, tmp_path / "empty")
