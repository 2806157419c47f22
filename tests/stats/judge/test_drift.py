"""A model that drifts, told from a grader that does."""

import math
from collections import Counter
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gyges.errors import DataError
from gyges.rng import Draws
from gyges.stats.chance import Stream, stream
from gyges.stats.evidence import log_e_race
from gyges.stats.judge.drift import Anchor, Flips, Night, decide, drift, night_log_e
from gyges.stats.rates import lower_bound, upper_bound

NIGHTS, CHANGE = 10, 3
PAIRS = 200
GUILTY, INNOCENT = 100, 200
SHARP = (0.9, 0.02)


class Plant(NamedTuple):
    """What happens on the night of the change."""

    rate: float = 0.1
    """Misconduct per run, .1 before."""
    grader: tuple[float, float] = SHARP
    """Chance to flag a guilty and an innocent run, .9 and .02 before."""


UNCHANGED = Plant()
LENIENT, HARSH = Plant(grader=(0.5, 0.02)), Plant(grader=(0.9, 0.2))
SUBTLE = Plant(grader=(0.9, 0.1))
WORSE, BETTER = Plant(rate=0.2), Plant(rate=0.03)
BOTH = Plant(rate=0.5, grader=(0.5, 0.02))


def planted(plant: Plant, rng: Stream) -> tuple[list[Anchor], list[Night]]:
    """Anchors and nights of a grader that errs anew at each call.

    The baseline's runs were graded before the change, the new ones are graded now.
    """
    guilty = [index < GUILTY for index in range(GUILTY + INNOCENT)]

    def graded(truth: list[bool], grader: tuple[float, float]) -> list[bool]:
        chance = [grader[0] if one else grader[1] for one in truth]
        return (rng.random(len(truth)) < chance).tolist()

    anchors = list(map(Anchor, guilty, graded(guilty, SHARP)))
    nights: list[Night] = []
    for number in range(NIGHTS):
        now = plant if number >= CHANGE else UNCHANGED
        old = graded((rng.random(PAIRS) < UNCHANGED.rate).tolist(), SHARP)
        new = graded((rng.random(PAIRS) < now.rate).tolist(), now.grader)
        both = Counter(zip(old, new, strict=True))
        worse, better = both[False, True], both[True, False]
        nights.append(Night(graded(guilty, now.grader), worse, better, PAIRS))
    return anchors, nights


def verdicts(plant: Plant, times: int) -> Counter[str]:
    """How often a plant is taken for what."""
    rng = stream(Draws(7), "drift", str(plant))
    return Counter(drift(*planted(plant, rng)).verdict for _ in range(times))


ANCHORS = [Anchor(index < 20, index < 20) for index in range(100)]
FROZEN = [anchor.flagged for anchor in ANCHORS]


@pytest.mark.parametrize("plant", [LENIENT, HARSH])
def test_silent_changes_of_the_grader_are_put_down_to_it(plant: Plant) -> None:
    # 60 of 60 in arXiv 2606.15474; 300 of 300 here, of which a test plays 40.
    assert lower_bound(verdicts(plant, 40)["judge"], 40) > 0.9


@pytest.mark.parametrize("plant", [WORSE, BETTER])
def test_changes_of_the_model_are_put_down_to_it(plant: Plant) -> None:
    # 110 of 120 in arXiv 2606.15474; 261 and 238 of 300 here, most others unclear.
    found = verdicts(plant, 60)
    assert lower_bound(found["system"], 60) > 0.65
    assert upper_bound(found["judge"], 60) < 0.12


def test_a_model_that_moves_further_than_the_grader_is_not_hidden_by_it() -> None:
    assert lower_bound(verdicts(BOTH, 40)["unclear"], 40) > 0.9


def test_a_grader_that_moves_too_little_to_be_found_out_hardly_blames_the_model() -> (
    None
):
    # Without a look at the anchors' own evidence it did in 129 of 300.
    assert upper_bound(verdicts(SUBTLE, 60)["system"], 60) < 0.15


def test_false_alarms_are_rare_on_ten_nights_of_nothing() -> None:
    # At most .05 on each side, by proof; 2 of 300 when it was measured.
    assert upper_bound(150 - verdicts(UNCHANGED, 150)["none"], 150) < 0.1


@pytest.mark.parametrize(
    ("judge", "judge_since", "system_since", "apart", "verdict"),
    [
        (-1.0, None, None, False, "none"),
        (2.0, None, None, True, "none"),
        (-1.0, None, 3, False, "system"),
        (-1.0, None, 3, True, "system"),
        (0.1, None, 3, True, "unclear"),
        (4.0, 2, None, True, "judge"),
        (4.0, 2, 3, False, "judge"),
        (4.0, 2, 3, True, "unclear"),
    ],
)
def test_the_verdict_follows_from_what_was_found(
    judge: float,
    judge_since: int | None,
    system_since: int | None,
    apart: bool,
    verdict: str,
) -> None:
    assert decide(judge, judge_since, system_since, apart=apart) == verdict


def test_evidence_of_a_night_is_the_mean_of_four_races() -> None:
    flips = Flips(alarms=7, pardons=1, finds=2, misses=4, labelled=100)
    races = ((7, 1), (1, 7), (4, 2), (2, 4))
    expected = math.log(sum(math.exp(log_e_race(*race)) for race in races) / 4)
    assert night_log_e(flips) == pytest.approx(expected, rel=1e-12)


def test_e_values_of_one_night_have_a_mean_of_one() -> None:
    # 4 alarms or pardons, 3 misses or finds: all 128 outcomes are equally likely.
    mean = sum(
        math.comb(4, up)
        * math.comb(3, down)
        / 2**7
        * math.exp(night_log_e(Flips(up, 4 - up, 3 - down, down, 50)))
        for up in range(5)
        for down in range(4)
    )
    assert mean == pytest.approx(1, rel=1e-9)


def test_nothing_flipped_is_no_evidence() -> None:
    found = drift(ANCHORS, [Night(FROZEN, 0, 0, 300)] * 5)
    assert found.verdict == "none"
    assert found.judge_log_e == pytest.approx(math.log(5 / 6))
    assert found.system_log_e == 0
    assert found.judge_since is found.system_since is None
    assert found.flips == Flips(0, 0, 0, 0, 100)


def test_flips_are_counted_by_kind_and_failures_left_out() -> None:
    labels: list[bool | None] = list(FROZEN)
    labels[0] = labels[1] = False
    labels[50] = True
    labels[70] = None
    anchors = [*ANCHORS]
    anchors[80] = Anchor(guilty=False, flagged=True)
    anchors[5] = Anchor(guilty=True, flagged=False)
    found = drift(anchors, [Night(labels, 0, 0, 1)]).flips
    assert found == Flips(alarms=1, pardons=1, finds=1, misses=2, labelled=99)


def test_the_blind_share_is_what_it_takes() -> None:
    enough = round(drift(ANCHORS, [Night(FROZEN, 0, 0, 1)]).blind * 100)
    for flips, verdict in ((enough - 1, "none"), (enough, "judge")):
        labels = [index < 20 - flips for index in range(100)]
        assert drift(ANCHORS, [Night(labels, 0, 0, 1)]).verdict == verdict


def test_the_blind_share_grows_with_the_nights_that_were_looked_at() -> None:
    shares = [drift(ANCHORS, [Night(FROZEN, 0, 0, 1)] * n).blind for n in (1, 5, 40)]
    assert shares == sorted(set(shares))


def test_it_is_said_since_when() -> None:
    quiet = Night(FROZEN, 1, 1, 100)
    bumped = Night([index < 40 for index in range(100)], 1, 1, 100)
    found = drift(ANCHORS, [quiet, quiet, bumped, quiet])
    assert (found.verdict, found.judge_since, found.system_since) == ("judge", 3, None)
    moved = Night(FROZEN, 12, 0, 100)
    found = drift(ANCHORS, [quiet, moved, quiet])
    assert (found.verdict, found.judge_since, found.system_since) == ("system", None, 2)
    assert (found.worse, found.better, found.pairs) == (14, 2, 300)


def test_runs_that_move_against_the_grader_are_unclear() -> None:
    lenient = [index < 5 for index in range(100)]
    assert drift(ANCHORS, [Night(lenient, 0, 12, 100)]).verdict == "judge"
    assert drift(ANCHORS, [Night(lenient, 12, 0, 100)]).verdict == "unclear"


@given(st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_direction_does_not_matter_to_the_evidence(a: int, b: int, c: int) -> None:
    assert night_log_e(Flips(a, b, c, 0, 150)) == pytest.approx(
        night_log_e(Flips(b, a, 0, c, 150)), rel=1e-12, abs=1e-12
    )


@pytest.mark.parametrize(
    ("nights", "reason"),
    [
        ([], "one of each is needed"),
        ([Night(FROZEN[1:], 0, 0, 1)], "all and in order"),
        ([Night([None] * 100, 0, 0, 1)], "all and in order"),
        ([Night(FROZEN, 2, 2, 3)], "no more than all pairs"),
        ([Night(FROZEN, -1, 2, 3)], "night 1: worse -1"),
    ],
)
def test_nights_that_cannot_be_are_refused(nights: list[Night], reason: str) -> None:
    with pytest.raises(DataError, match=reason):
        drift(ANCHORS, nights)


@pytest.mark.parametrize("alpha", [0, 1, -0.1, math.nan])
def test_alpha_must_be_a_share(alpha: float) -> None:
    with pytest.raises(DataError, match="alpha"):
        drift(ANCHORS, [Night(FROZEN, 0, 0, 1)], alpha)
