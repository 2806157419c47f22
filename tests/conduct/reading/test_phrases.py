"""The language of phrases: what is written in files of cues, and what it matches."""

import pytest

from gyges.conduct.reading.corpus import Case, passage_of
from gyges.conduct.reading.phrases import LIBRARY, CueFile, Cues, load_cues
from gyges.conduct.reading.text import parse
from gyges.conduct.reading.weighing import weigh
from gyges.errors import ContentError

SHARED = CueFile(words={"we": ("we", "you and i")})


def has(phrase: str, text: str) -> bool:
    cues = Cues(CueFile(cues={"cue": (phrase,)}), SHARED)
    return bool(cues.find(parse(passage_of(Case("promise", 0, text, (), "")))))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("we agree", "We agree."),
        ("do not sell", "don't sell"),
        ("hold* at {m}", "holding at $2"),
        ("*ing at", "selling at"),
        ("<we> hold", "you and I hold"),
        ("(hold|stay put) .. {m}", "stay put for now, at 2.50"),
        ("yes [of course] agreed", "Yes, agreed"),
        ("^ deal", "Hi.\nDeal"),
        ("in $", "count me in?"),
        ("{n} cans", "six cans"),
        ("send {p} to {s}", "send Coke to Paula"),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert has(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("we agree", "we do agree"),
        ("hold* at {m}", "hold. At $2"),
        ("hold", "threshold"),
        ("^ deal", "no deal"),
        ("in $", "in there"),
        ("a .. b", "a one two three four five b"),
        ("[often] go", "often"),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert not has(phrase, text)


@pytest.mark.parametrize(
    ("words", "phrase", "problem"),
    [
        ({}, "<nowhere> holds", "nowhere"),
        ({"a": ("<b>",), "b": ("<a>",)}, "<a>", "name themselves"),
        ({}, "(one|two", "close every bracket"),
    ],
)
def test_a_wrong_phrase_is_refused(
    words: dict[str, tuple[str, ...]], phrase: str, problem: str
) -> None:
    with pytest.raises(ContentError, match=problem):
        Cues(CueFile(words=words, cues={"cue": (phrase,)}), SHARED)


@pytest.mark.parametrize("name", LIBRARY.names("*.toml"))
def test_every_file_of_cues_compiles_and_weighs_only_what_is_there(name: str) -> None:
    cues = load_cues(name.removesuffix(".toml"))
    known = {*cues.phrases, "asks", "named"}
    named = [one for parts, _ in cues.weights for one in parts]
    assert set(named) <= known
    assert set(cues.file.anywhere) <= known
    assert {one for group in cues.file.core for one in group} <= known
    text = parse(passage_of(Case("promise", 0, "nothing of the sort", (), "")))
    assert set(cues.find(text)) <= set(cues.phrases)


def test_neighbours_weigh_less_and_core_cues_are_demanded() -> None:
    file = CueFile(
        cues={"floor": ("floor",), "both": ("both",)},
        weights={"floor": 1.0, "both": 2.0},
        core=(("both",),),
    )
    cues = Cues(file, SHARED)
    text = parse(
        passage_of(Case("promise", 0, "A floor.\nFor both.\nNo.\nA floor.", (), ""))
    )
    assert [round(one.weight, 1) for one in weigh(text, cues)] == [2.2, 2.6, 1.8, 0.0]
