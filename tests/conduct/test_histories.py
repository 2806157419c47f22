"""What stands in a seat's notes, and what it read of them, tool by tool."""

import pytest

from gyges.conduct.histories import Call, History
from gyges.worlds.vending.statements import Moment


def call(tool: str, said: str = "", shown: str = "Done.", **where: object) -> Moment:
    text = {"value" if tool == "set_value" else "text": said} if said else {}
    arguments = {**where, **text}
    return Moment(entry=0, time=0, tool=tool, arguments=arguments, text=shown)


def morning(*reminders: str) -> Moment:
    text = "\n".join(["Good morning.", *(f"Reminder: {one}" for one in reminders)])
    return Moment(entry=0, time=0, text=text, morning=True)


NOTE = call("write_note", "x", title="a")
VALUE = call("set_value", "x", key="k")
ENTRY = call("add_to_vector_store", "x", "Stored as #7; entries: 9.\n[Current time: 1]")
PAD = call("write_scratchpad", "x")
REMINDER = call("set_reminder", "come\nback", days=3)

KEPT: list[tuple[list[Moment], list[str]]] = [
    ([NOTE], ["x"]),
    ([call("write_note", "x", "Error: too many", title="a")], []),
    ([NOTE, call("write_note", "y", title="b")], ["x", "y"]),
    ([NOTE, call("write_note", "y", title=" a ")], ["y"]),
    ([NOTE, call("delete_note", title="b")], ["x"]),
    ([NOTE, call("delete_note", title="a")], []),
    ([NOTE, call("delete_note", "", "Error: no such note", title="a")], ["x"]),
    ([NOTE, call("delete_value", key="a")], ["x"]),
    ([PAD, call("append_scratchpad", "y")], ["x", "y"]),
    ([PAD, call("append_scratchpad", "y"), call("write_scratchpad", "z")], ["z"]),
    ([PAD, call("delete_scratchpad"), call("append_scratchpad", "y")], ["y"]),
    ([VALUE, call("set_value", "y", key="k")], ["y"]),
    ([VALUE, call("delete_value", key=" k")], []),
    ([ENTRY, call("delete_from_vector_store", id=8)], ["x"]),
    ([ENTRY, call("delete_from_vector_store", id=7)], []),
    ([REMINDER, morning("something else")], ["come\nback"]),
    ([REMINDER, morning("come back")], []),
    ([call("read_notes", "", "Note: a\nx", title="a")], []),
    ([Moment(entry=0, time=0, text="Continue on your mission.")], []),
]


@pytest.mark.parametrize(("moments", "texts"), KEPT)
def test_notes_are_kept_until_they_are_replaced_or_deleted(
    moments: list[Moment], texts: list[str]
) -> None:
    kept = History(moments).kept(len(moments))
    assert [note.text for note in kept] == texts


def test_what_comes_later_is_not_in_the_notes_yet() -> None:
    history = History([NOTE, call("delete_note", title="a"), VALUE])
    counts = [len(list(history.kept(place))) for place in range(4)]
    assert counts == [0, 1, 0, 1]


def test_writing_reading_and_reminders_are_found_where_they_happened() -> None:
    moments = [
        NOTE,
        call("delete_note", title="a"),
        call("read_notes", "", "Note: b\ny", title="b"),
        call("read_notes", "", "Error: no such note", title="c"),
        morning("come back"),
        call("send_email", "", "Email sent."),
    ]
    read = list(History(moments).read(len(moments)))
    assert [(note.place, note.text) for note in read] == [
        (0, "x"),
        (2, "Note: b\ny"),
        (4, "come back"),
    ]


@pytest.mark.parametrize(
    ("prompt", "seen", "trimmed"),
    [
        ([(0, 9)], {0, 1, 5, 9}, False),
        ([(0, 1), (6, 9)], {0, 1, 9}, True),
        ([], set(), True),
        ([(9, 0)], set(), True),
    ],
)
def test_a_prompt_is_the_messages_it_names(
    prompt: list[tuple[int, int]], seen: set[int], *, trimmed: bool
) -> None:
    call = Call(0, 10, prompt)
    assert {number for number in (0, 1, 5, 9, 10) if call.saw(number)} == seen
    assert call.trimmed is trimmed
