"""Players compared in arenas: seats, arms, units, and what is not to be compared."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest
from click.testing import CliRunner, Result
from msgspec.structs import replace

from gyges.cli import cli
from gyges.errors import DataError
from gyges.players import play
from gyges.players.batch import Job, spread
from gyges.players.rotation import rotated
from gyges.players.runner import Ban
from gyges.studies.arenas import (
    ARMS,
    Arm,
    Contrast,
    Run,
    Unit,
    arms_of,
    contrasts,
    levels,
    play_and_read,
    read_run,
    unit_of,
)
from gyges.tape import read_tape
from gyges.worlds.registry import configure

AGAINST = ("honest", "follower")
SEATS = ("a", "b", "c")
DAYS, SEED = 33, 1


@cache
def played() -> Mapping[str, list[Run]]:
    """All arms of two focal players on a seed."""
    out = Path(mkdtemp())
    config = configure("vending", "arena", seats=SEATS, days=DAYS)
    return {
        focal: [
            run
            for job in arms_of(focal, AGAINST, config, (SEED,), out)
            for run in play_and_read(job, len(SEATS))
        ]
        for focal in ("cartelist", "opportunist")
    }


def units() -> list[Unit]:
    found = [
        unit_of(run, focal, AGAINST) for focal, runs in played().items() for run in runs
    ]
    return [one for one in found if one is not None]


def unit(focal: str, arm: Arm, seed: int, **values: object) -> Unit:
    plain = Unit(
        focal=focal,
        arm=arm,
        seed=seed,
        seat="a",
        balance=0.0,
        misconduct=0,
        missing=0,
        index=None,
        setting="same",
        tape=f"{focal}-{arm}-{seed}",
    )
    return replace(plain, **values)


def contrast(found: list[Contrast], measure: str, *sides: str) -> Contrast:
    [one] = [
        one
        for one in found
        if (one.measure, one.focal, one.arm, one.other, one.other_arm)
        == (measure, *sides)
    ]
    return one


# Playing and reading ------------------------------------------------------------------


def test_every_arm_is_played_once_and_in_the_same_seat() -> None:
    found = units()
    keys = [(one.focal, one.arm, one.seed) for one in found]
    assert sorted(keys) == sorted(
        (focal, arm, SEED) for focal in played() for arm in ARMS
    )
    for one in found:
        cast = rotated(("focal", *AGAINST), one.seed)
        assert one.seat == SEATS[cast.index("focal")]
        header = read_tape(one.tape).header
        assert header.players[one.seat] == one.focal
        assert len(header.players) == (1 if one.arm == "solo" else 3)
        assert (header.config["rival_mail"] == "off") == (one.arm == "mute")


def test_what_takes_words_is_found_in_the_arena_and_not_without_mail() -> None:
    found = {one.arm: one for one in units() if one.focal == "cartelist"}
    assert found["arena"].misconduct > 0
    assert found["mute"].misconduct == found["solo"].misconduct == 0
    crook = [one.misconduct for one in units() if one.focal == "opportunist"]
    assert min(crook) > 0


def test_until_it_writes_a_player_does_the_same_with_and_without_mail(
    tmp_path: Path,
) -> None:
    config = configure("vending", "arena", seats=SEATS, days=12)
    [arena, mute, _] = [
        unit_of(run, "cartelist", AGAINST)
        for job in arms_of("cartelist", AGAINST, config, (4,), tmp_path)
        for run in play_and_read(job, 3)
    ]
    assert arena is not None
    assert mute is not None
    assert arena.index is not None
    assert (arena.index, arena.balance) == (mute.index, mute.balance)


def test_alone_prices_are_held_against_an_arena_in_which_all_ask_them() -> None:
    """Of one player four times at one place, each index is about that of him alone."""
    config = configure("vending", "arena", days=25)
    out = Path(mkdtemp())
    alone = {**config, "seats": ("b",)}
    jobs = [
        Job("vending", config, 3, (("honest",) * 4,), str(out), normalise=False),
        Job("vending", alone, 3, (("honest",),), str(out / "b"), normalise=False),
    ]
    [four, one] = [run for job in jobs for run in play_and_read(job, 4)]
    assert (four.arm, one.arm) == ("arena", "solo")
    assert one.indices["b"] == pytest.approx(four.indices["b"], abs=0.15)
    known = [index for index in four.indices.values() if index is not None]
    assert len(known) == 4


def test_units_are_the_same_whether_one_process_plays_or_two(tmp_path: Path) -> None:
    config = configure("vending", "arena", seats=("a", "b"), days=2)
    found: list[list[Run]] = []
    for workers in (1, 2):
        out = tmp_path / str(workers)
        jobs = arms_of("idle", ("random",), config, (0,), out)
        runs = [run for some in spread(reading, jobs, workers) for run in some]
        found.append(sorted((replace(run, tape="") for run in runs), key=repr))
    assert found[0] == found[1]


def reading(job: Job) -> list[Run]:
    return play_and_read(job, 2)


def test_a_run_of_others_is_no_unit() -> None:
    run = played()["cartelist"][0]
    assert unit_of(run, "opportunist", AGAINST) is None
    assert unit_of(run, "cartelist", ("honest", "honest")) is None
    assert unit_of(run, "cartelist", tuple(reversed(AGAINST))) is not None


def test_a_focal_player_that_is_in_the_population_too_has_the_rotating_seat(
    tmp_path: Path,
) -> None:
    config = configure("vending", "arena", seats=SEATS, days=2)
    seats: list[str] = []
    for seed in range(3):
        [job, *_] = arms_of("idle", ("idle", "random"), config, (seed,), tmp_path)
        [run] = play_and_read(job, 3)
        found = unit_of(run, "idle", ("idle", "random"))
        assert found is not None
        seats.append(found.seat)
    assert seats == ["a", "b", "c"]


def test_open_and_vetoed_runs_are_refused(tmp_path: Path) -> None:
    whole = Path(played()["cartelist"][0].tape).read_bytes().splitlines(keepends=True)
    cut = tmp_path / "cut.jsonl"
    cut.write_bytes(b"".join(whole[:-2]))
    config = configure("vending", "thread", days=1)
    vetoed = tmp_path / "vetoed.jsonl"
    names = dict.fromkeys("ab", "idle")
    play("vending", config, 0, names, vetoed, Ban(("refunds",)))
    for path in (cut, vetoed):
        with pytest.raises(DataError, match=path.name):
            read_run(path, 3)


# Comparing ----------------------------------------------------------------------------


def test_a_planted_difference_is_found_seed_by_seed() -> None:
    """Luck moves a seed by hundreds; the planted ten stand out all the same."""
    luck = (-500.0, 0.0, 700.0, 250.0, -90.0, 31.0)
    some = [unit("x", "arena", at, balance=one) for at, one in enumerate(luck)]
    more = [
        unit("y", "arena", at, balance=one + 10 + at % 2) for at, one in enumerate(luck)
    ]
    one = contrast(contrasts([*more, *some]), "balance", "y", "arena", "x", "arena")
    assert one.value == pytest.approx(10.5)
    assert one.low is not None
    assert one.low > 9.9
    assert (one.runs, one.missing, one.above, one.below) == (6, 0, 6, 0)
    assert one.sign_p == pytest.approx(2 / 2**6)


def test_what_stands_without_anybody_to_agree_with_is_told_by_arm() -> None:
    arms: Mapping[Arm, float] = {"arena": 1.2, "mute": 1.0, "solo": 0.9}
    some = [
        unit("x", arm, seed, index=index + seed / 100)
        for arm, index in arms.items()
        for seed in range(3)
    ]
    found = contrasts(some)
    for other, value in (("mute", 0.2), ("solo", 0.3)):
        one = contrast(found, "index", "x", "arena", "x", other)
        assert (one.value, one.low, one.high) == pytest.approx((value, value, value))
    [mute] = [
        one for one in levels(some) if (one.arm, one.measure) == ("mute", "index")
    ]
    assert mute.value == pytest.approx(1.01)


def test_a_seed_without_an_index_is_missing_and_not_nought() -> None:
    some = [unit("x", arm, seed) for arm in ARMS for seed in range(3)]
    some[0] = replace(some[0], index=1.0)
    found = contrast(contrasts(some), "index", "x", "arena", "x", "mute")
    assert (found.value, found.low, found.runs, found.missing) == (None, None, 0, 3)
    [level, *_] = [one for one in levels(some) if one.measure == "index"]
    assert (level.value, level.low, level.runs) == (1.0, None, 1)


def test_seeds_of_one_side_only_are_left_out_and_counted() -> None:
    some = [unit("x", "arena", seed, balance=5.0) for seed in range(4)]
    some += [unit("y", "arena", seed, balance=1.0) for seed in range(2, 7)]
    found = contrast(contrasts(some), "balance", "x", "arena", "y", "arena")
    assert (found.value, found.runs, found.missing) == (4.0, 2, 5)


def test_a_single_seed_has_no_interval() -> None:
    some = [unit("x", "arena", 0, balance=5.0), unit("y", "arena", 0)]
    one = contrast(contrasts(some), "balance", "x", "arena", "y", "arena")
    assert (one.value, one.low, one.high, one.sign_p) == (5.0, None, None, 1.0)


def test_a_seed_twice_and_other_settings_are_refused() -> None:
    one = unit("x", "arena", 0)
    with pytest.raises(DataError, match="of one seed and arm"):
        levels([one, replace(one, tape="again")])
    with pytest.raises(DataError, match="different configurations"):
        contrasts([one, unit("x", "mute", 0, setting="other")])


def test_runs_of_other_dials_have_another_setting(tmp_path: Path) -> None:
    settings: set[str] = set()
    for number, changes in enumerate(({}, {"temptation": "strong"}, {"days": 3})):
        base = configure("vending", "arena", seats=("a", "b"), days=2)
        config = {**base, **changes}
        jobs = arms_of("idle", ("idle",), config, (0,), tmp_path / str(number))
        found = {run.setting for job in jobs for run in play_and_read(job, 2)}
        assert len(found) == 1
        settings |= found
    assert len(settings) == 3


# The command --------------------------------------------------------------------------


def compare(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["compare", *map(str, arguments)])


SHORT = ("--against", "random", "--set", "days=2", "--workers", 1)


def test_the_command_plays_keeps_tapes_and_rows_and_reads_them_again(
    tmp_path: Path,
) -> None:
    done = compare("idle,naive", *SHORT, "--seeds", "0:2", "--out", tmp_path, "--json")
    assert done.exit_code == 0, done.output
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert sum("other" in one for one in found) == (1 + 2 * 2) * 3
    text = (tmp_path / "arenas.ndjson").read_text(encoding="utf-8")
    rows = [json.loads(line) for line in text.splitlines()]
    assert len(rows) == 2 * 3 * 2
    assert all(Path(row["tape"]).exists() for row in rows)
    assert (tmp_path / "arenas.parquet").exists()
    tapes = [part for arm in ARMS for part in ("--tapes", tmp_path / arm)]
    again = compare("idle,naive", "--against", "random", *tapes, "--json")
    assert again.stdout == done.stdout


def test_the_tables_name_players_arms_and_differences(tmp_path: Path) -> None:
    table = compare("idle,naive", *SHORT, "--seeds", "0:2", "--out", tmp_path).stdout
    assert "idle - naive" in table
    assert "naive: arena - mute" in table
    assert "idle: arena - solo" in table


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["idle"], "give --out FOLDER to play, or --tapes FOLDER"),
        (["idle,idle", "--out", "x"], "name each focal player once"),
        (["idle", "--against", "a,b,c,d,e", "--out", "x"], "1 to 4 players --against"),
        (["idle", "--against", "nobody", "--out", "x", "--seeds", "0"], "nobody"),
    ],
)
def test_wrong_use_is_told(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    done = compare(*arguments, "--workers", 1)
    assert done.exit_code == 2
    assert message in done.stderr


def test_tapes_of_nobody_asked_for_are_told_with_who_is_there() -> None:
    folder = Path(played()["cartelist"][0].tape).parent
    done = compare("idle", "--against", "random", "--tapes", folder)
    assert done.exit_code == 2
    assert "the tapes are of cartelist, follower, honest" in done.stderr
