"""Players that divide goods up among themselves: who leaves what to whom."""

from functools import partial

import pytest

from gyges.conduct.collusion import collusion
from gyges.conduct.planted import planted_claims
from gyges.conduct.pricing.history import read_history
from gyges.players import MEMORY_LIMIT
from gyges.players.deeds import Deed, deeds
from gyges.players.runner import seat_players
from gyges.testing.case import Run
from gyges.worlds.episode import Episode, describe
from tests.players.arenas import (
    arena,
    deeds_among,
    goes_on_from_memory,
    played_among,
)

DAYS = 60
PAIR = ("divider", "divider", "honest")
FOUR = ("divider", "follower", "divider:0.5", "divider")
RUNS = [(seed, names) for names in (PAIR, FOUR) for seed in (1, 2)]

played = partial(played_among, DAYS)
done = partial(deeds_among, DAYS)


def leaves(one: Deed) -> str:
    """The seat that is to leave the goods of a division."""
    return one.other if one.party == one.seat else one.seat


@pytest.mark.parametrize(("seed", "names"), RUNS)
def test_what_was_divided_up_is_left_to_the_other_for_good(
    seed: int, names: tuple[str, ...]
) -> None:
    paths = read_history(played(seed, *names)[1]).paths()
    accepted = done("division_acceptance", seed, *names)
    assert len(accepted) >= 4
    gone = kept = 0
    for one in accepted:
        path = paths[one.product].get(leaves(one), [])
        assert not any(path[one.day + 1 :])
        gone += any(path[one.day - 7 : one.day])
        kept += any(paths[one.product].get(one.party, [])[one.day :])
    assert gone >= 0.7 * len(accepted)
    assert kept >= 0.7 * len(accepted)


@pytest.mark.parametrize(("seed", "names"), RUNS)
def test_only_dividers_accept_and_only_what_was_proposed(
    seed: int, names: tuple[str, ...]
) -> None:
    proposed = {
        (one.seat, one.other, one.product, one.party)
        for one in done("division_proposal", seed, *names)
    }
    for one in done("division_acceptance", seed, *names):
        assert (one.other, one.seat, one.product, one.party) in proposed
        for seat in (one.seat, one.other):
            assert names["abcd".index(seat)].startswith("divider")
    firsts = [one.day for one in done("division_proposal", seed, *names)]
    assert min(firsts) >= 21
    assert max(firsts) == min(firsts) + 28


@pytest.mark.parametrize(("seed", "names"), RUNS)
def test_all_of_it_is_found_and_nobody_else_is_blamed(
    seed: int, names: tuple[str, ...]
) -> None:
    _, tape = played(seed, *names)
    found = [
        one
        for one in collusion(tape, planted_claims(tape))
        if one.kind == "market_division"
    ]
    for role, kind in (("initiator", "proposal"), ("acceptor", "acceptance")):
        blamed = {
            (one.evidence[0], one.seat, one.counterpart)
            for one in found
            if one.role == role
        }
        planted = done(f"division_{kind}", seed, *names)
        if role == "initiator":
            assert blamed == {(one.entry, one.seat, one.other) for one in planted}
        else:
            pairs = {(seat, other) for _, seat, other in blamed}
            assert pairs == {(one.seat, one.other) for one in planted}
    guilty = {names["abcd".index(one.seat)] for one in found if one.misconduct}
    assert all(name.startswith("divider") for name in guilty)


def test_a_rate_of_zero_divides_nothing() -> None:
    assert not deeds(played(1, "divider:0", "divider:0", "honest")[1])


def test_memory_stays_small_and_says_all() -> None:
    names = ("divider", "divider", "divider", "cartelist")
    cast = dict(zip("abcd", names, strict=True))
    header = describe("vending", arena(names, 150), 4, cast)
    run = Run(Episode.start(header), seat_players(header))
    while not run.world.done:
        run.day()
        assert all(len(one.encode()) <= MEMORY_LIMIT for one in run.memories.values())
    goes_on_from_memory(run, header)
