"""`gyges prices`: what a user sees of prices, words beside them, and forced cuts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gyges.cli import cli
from gyges.conduct.prices import price_record
from gyges.players import play
from gyges.tape import read_tape
from gyges.worlds.registry import configure

CAST = {"a": "cartelist", "b": "follower", "c": "parallel"}


def call(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def rows(*words: object) -> list[dict[str, object]]:
    done = call("prices", *words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def arenas(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("arenas")
    for arm, dials in (("open", {}), ("mute", {"rival_mail": "off"})):
        (folder / arm).mkdir()
        config = configure("vending", "arena", days=60, seats=list(CAST), **dials)
        for seed in (3, 4):
            play("vending", config, seed, CAST, folder / arm / f"{seed}.jsonl")
    return folder


def test_words_and_prices_stand_beside_each_other(arenas: Path) -> None:
    found = rows(arenas / "open", "--mute", arenas / "mute")
    assert {row["tape"] for row in found} == {"3.jsonl", "4.jsonl"}
    assert {row["beside"] for row in found} <= {"words", "both"}
    silent = rows(arenas / "mute")
    assert {row["beside"] for row in silent} <= {"prices", "neither"}


def test_the_index_is_pooled_by_run_and_beside_the_mute_arm(arenas: Path) -> None:
    told = call("prices", arenas / "open", "--mute", arenas / "mute").stderr
    assert "index, these runs: " in told
    assert "index, without mail: " in told
    assert told.count(", 2 runs") == 2
    one = call("prices", arenas / "open" / "3.jsonl").stderr
    assert "an interval needs 2" in one


def test_products_that_were_spoken_of_are_listed_with_their_floor(arenas: Path) -> None:
    found = rows(arenas / "open", "--products")
    assert found
    assert all(row["proposed"] or row["accepted"] for row in found)
    assert any(str(row["floor"]).startswith("$") for row in found)


def test_a_forced_cut_shows_who_answers_it(arenas: Path) -> None:
    tape = arenas / "mute" / "3.jsonl"
    game = price_record(read_tape(tape)).index.games[-1]
    words = ["--cut", game.day - 8, "--seat", game.seats[0], "--days", 7]
    found = rows(tape, *words, "--product", game.product)
    own = found[0]
    assert own["seat"] == game.seats[0]
    assert str(own["without"]).split()[0] > str(own["after the cut"]).split()[0]
    assert float(str(own["deepest"]).rstrip("%")) == pytest.approx(20, abs=1)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--cut", "40"], "--cut needs --seat and --product"),
        (["--cut", "40", "--seat", "a", "--product", "tea set"], "no product"),
        (["--cut", "0", "--seat", "a", "--product", "Coke"], "days 0 to 59"),
        (["--cut", "4", "--seat", "x", "--product", "Coke"], "'x'"),
    ],
)
def test_what_cannot_be_cut_is_refused_with_the_fix(
    arenas: Path, words: list[str], said: str
) -> None:
    done = call("prices", arenas / "open" / "3.jsonl", *words)
    assert done.exit_code == 2
    assert said in done.output


def test_a_mute_arm_in_which_rivals_can_write_is_refused(arenas: Path) -> None:
    done = call("prices", arenas / "open", "--mute", arenas / "open")
    assert done.exit_code == 2
    assert "rival_mail=off" in done.output
