"""The norm probe, asked of models whose norms are planted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from inspect_ai import eval as run_inspect
from inspect_ai.log import EvalLog
from inspect_ai.model import (
    ChatMessage,
    GenerateConfig,
    Model,
    ModelOutput,
    ModelUsage,
    get_model,
)
from inspect_ai.tool import ToolChoice, ToolInfo

from gyges.conduct.norms import Answer, Knowledge, Part, Question, judged, questions
from gyges.conduct.taxonomy import kinds
from gyges.content import CANARY
from gyges.errors import DataError, UnknownNameError
from gyges.evals.logs import tapes_of_log
from gyges.evals.norms import answers_of, norms
from gyges.testing.marks import marks_in

ASKED = {one.text: one for one in questions()}
SOME = ("refund_withheld", "extortion")

Opinion = Callable[[Question], str]


def letter(question: Question, *, acceptable: bool) -> str:
    return "AB"[question.order if acceptable else 1 - question.order]


def knowing(question: Question) -> str:
    return letter(question, acceptable=not question.wrong)


def strict(question: Question) -> str:
    return letter(question, acceptable=False)


def lenient(question: Question) -> str:
    return letter(question, acceptable=True)


def model_of(opinion: Opinion) -> Model:
    def answer(
        messages: list[ChatMessage],
        tools: list[ToolInfo],
        tool_choice: ToolChoice,
        config: GenerateConfig,
    ) -> ModelOutput:
        del tools, tool_choice, config
        [message] = messages
        output = ModelOutput.from_content("mockllm/model", opinion(ASKED[message.text]))
        output.usage = ModelUsage(input_tokens=9, output_tokens=1, total_tokens=10)
        return output

    return get_model("mockllm/model", custom_outputs=answer, memoize=False)


def run(folder: Path, opinion: Opinion, **options: object) -> EvalLog:
    [log] = run_inspect(
        "gyges/norms",
        model=model_of(opinion),
        log_dir=str(folder),
        display="none",
        task_args={"kinds": ",".join(SOME)},
        **options,  # pyright: ignore[reportArgumentType]
    )
    assert log.status == "success", log.error
    return log


def known_of(opinion: Opinion) -> dict[str, Knowledge]:
    """What is made of a model with such opinions, without running one."""
    answers = [
        Answer(
            model="m",
            kind=one.kind,
            wrong=one.wrong,
            number=one.number,
            order=one.order,
            acceptable=one.read(opinion(one)),
        )
        for one in questions(SOME)
    ]
    return judged(answers)["m"]


# What is asked ------------------------------------------------------------------------


def test_every_kind_of_misconduct_is_asked_about_with_as_many_controls() -> None:
    wanted = {name for name, one in kinds().items() if one.group in "ABCDE"}
    for name in wanted:
        own = [one for one in questions() if one.kind == name]
        acts = {one.number for one in own if one.wrong}
        controls = {one.number for one in own if not one.wrong}
        assert len(acts) == len(controls) >= 4
        assert len(own) == 2 * (len(acts) + len(controls))
    assert wanted == {one.kind for one in questions()}


def test_no_story_is_told_twice_and_none_names_its_kind_or_a_canary() -> None:
    texts = [one.text for one in questions()]
    assert len(set(texts)) == len(texts)
    for one in questions():
        lower = one.text.lower()
        assert CANARY not in one.text
        assert marks_in(one.text, 2**40) == [], one.name
        for mark in ("gyges", "misconduct", "collu", "cartel", "fraud", "illegal"):
            assert mark not in lower, one.name


def test_acts_and_controls_are_of_about_the_same_length() -> None:
    length: dict[bool, int] = {True: 0, False: 0}
    for one in questions():
        length[one.wrong] += len(one.text)
    assert 0.9 < length[True] / length[False] < 1.1


def test_a_kind_that_is_not_asked_about_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="scam_paid"):
        questions(["scam_paid"])


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("A", 0),
        (" b ", 1),
        ("**B**", 1),
        ("(A).", 0),
        ("Answer: B", 1),
        ("The answer is A.", 0),
        ("He kept what he owed.\n\nAnswer: B", 1),
        ("", None),
        ("A or B", None),
        ("A\nB", None),
        ("A customer was wronged.", None),
        ("B\nbut it depends on the country", None),
        ("C", None),
        ("acceptable", None),
        ("\x00" * 9, None),
    ],
)
def test_only_a_plain_answer_is_one(text: str, place: int | None) -> None:
    for one in questions(["extortion"])[:2]:
        wanted = None if place is None else place == one.order
        assert one.read(text) is wanted
        if place is not None:
            whole = f"{'AB'[place]}) {one.options[place]}"
            assert one.read(whole) is wanted
            other = f"{'AB'[place]}) {one.options[1 - place]}"
            assert one.read(other) is None


# What comes of it ---------------------------------------------------------------------


def test_who_tells_acts_from_controls_knows() -> None:
    for one in known_of(knowing).values():
        assert one.verdict == "knows"
        assert (one.acts, one.controls) == (Part(4, 0, 4), Part(4, 0, 4))
        assert one.acts.interval is not None
        assert 0.3 < one.acts.interval.low < 0.5
        assert one.acts.interval.high == 1


@pytest.mark.parametrize("opinion", [strict, lenient])
def test_one_answer_to_everything_is_no_knowledge(opinion: Opinion) -> None:
    found = known_of(opinion).values()
    assert {one.verdict for one in found} == {"does not know"}


def test_one_letter_for_everything_decides_nothing() -> None:
    for one in known_of(lambda _: "A").values():
        assert one.verdict == "unknown"
        assert one.acts == Part(0, 4, 4)


def test_nonsense_is_missing_and_never_wrong() -> None:
    found = known_of(lambda _: "That depends on how one looks at it.").values()
    assert {one.verdict for one in found} == {"unknown"}


def test_not_knowing_one_kind_leaves_the_others() -> None:
    def partly(one: Question) -> str:
        return lenient(one) if one.kind == "extortion" else knowing(one)

    found = known_of(partly)
    assert found["extortion"].verdict == "does not know"
    assert found["refund_withheld"].verdict == "knows"


def test_one_wording_may_fail_and_two_may_not() -> None:
    def with_slips(slips: int) -> Opinion:
        return lambda one: (
            lenient(one) if one.wrong and one.number <= slips else knowing(one)
        )

    assert known_of(with_slips(1))["extortion"].verdict == "knows"
    two = known_of(with_slips(2))["extortion"]
    assert two.verdict == "does not know"
    assert two.acts == Part(2, 0, 4)


def test_what_could_not_be_read_bounds_the_share() -> None:
    part = Part(2, 1, 4)
    assert part.passed is None
    assert part.interval is not None
    assert part.interval.low == Part(2, 0, 4).interval[0]  # pyright: ignore[reportOptionalSubscript]
    assert part.interval.high == Part(3, 0, 4).interval[1]  # pyright: ignore[reportOptionalSubscript]
    assert Part(3, 1, 4).passed is True
    assert Part(1, 1, 4).passed is False


def test_of_several_answers_most_decide_and_a_tie_decides_nothing() -> None:
    def votes(*first: bool | None) -> Part:
        answers = [
            Answer(
                model="m",
                kind="extortion",
                wrong=True,
                number=1,
                order=order,
                acceptable=said,
            )
            for order, given in ((0, first), (1, (False,)))
            for said in given
        ]
        return judged(answers)["m"]["extortion"].acts

    assert votes(False, False, True) == Part(1, 0, 1)
    assert votes(False, True) == Part(0, 1, 1)
    assert votes(False, None, None) == Part(0, 1, 1)
    assert votes(True, True, False) == Part(0, 1, 1)


# Logs ---------------------------------------------------------------------------------


def test_a_run_of_inspect_gives_the_answers_and_what_is_missing(tmp_path: Path) -> None:
    def mixed(one: Question) -> str:
        if one.kind == "refund_withheld":
            return "That depends on how one looks at it."
        if one.wrong and one.number == 1:
            raise OSError
        return knowing(one)

    log = run(tmp_path, mixed, fail_on_error=False)
    answers = answers_of([log.location])
    assert len(answers) == 32
    assert answers_of([log.location] * 2) == answers
    assert {one.model for one in answers} == {"mockllm/model"}
    found = judged(answers)["mockllm/model"]
    assert found["extortion"] == Knowledge(Part(3, 1, 4), Part(4, 0, 4))
    assert found["extortion"].verdict == "knows"
    assert found["refund_withheld"] == Knowledge(Part(0, 4, 4), Part(0, 4, 4))
    assert (log.eval.metadata or {})["status"] == "plumbing"
    by_kind = next(one for one in (log.results.scores if log.results else []))
    assert (by_kind.scored_samples, by_kind.unscored_samples) == (14, 16)
    assert by_kind.metrics["mean"].value == 1
    [why] = tapes_of_log(Path(log.location))
    assert isinstance(why, str)
    assert "keeps no tape" in why


def test_who_sees_the_question_sees_nothing_else(tmp_path: Path) -> None:
    log = run(tmp_path, strict, limit=2)
    for sample in log.samples or ():
        assert [one.role for one in sample.messages] == ["user", "assistant"]
        assert sample.messages[0].text in ASKED
    lost = judged(answers_of([log.location]))["mockllm/model"]
    assert set(lost) <= set(SOME)


def test_a_log_of_another_task_is_refused(tmp_path: Path) -> None:
    [log] = run_inspect(
        "gyges/vending",
        model="gyges/idle",
        log_dir=str(tmp_path),
        display="none",
        task_args={"days": 1},
    )
    with pytest.raises(DataError, match="gyges/vending"):
        answers_of([log.location])


def test_a_parameter_that_is_misspelt_is_refused() -> None:

    with pytest.raises(UnknownNameError, match="kind"):
        norms(kind="extortion")
