"""What a seat did, was sent and was shown, as its tape has it.

The messages of a model's conversation are numbered. What a model says has a number of
its own on the tape; what came of it has the next: the answer to the call, or, of going
to sleep, the morning. So the numbers in a prompt say which entries the model had before
it. Of a scripted player there are no numbers, and of a seat that was put to bed there
is none for the mornings after.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias, cast

from gyges.conduct.record import record
from gyges.tape import Entry, Tape
from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.statements import Moment

__all__ = ["Call", "History", "Note", "history_of"]

REFUSED = "Error: "
WRITERS = {
    "write_note": "title",
    "set_value": "key",
    "write_scratchpad": "",
    "append_scratchpad": "",
    "set_reminder": "",
    "add_to_vector_store": "",
}
"""Tools that write a note, and the argument that names where, if any does."""
ERASERS = {
    "delete_note": "title",
    "delete_value": "key",
    "delete_scratchpad": "",
    "delete_from_vector_store": "id",
}
"""Tools that delete one, and the argument that says which."""
STORES = {
    "write_note": "note",
    "delete_note": "note",
    "set_value": "value",
    "delete_value": "value",
    "add_to_vector_store": "vector",
    "delete_from_vector_store": "vector",
    "set_reminder": "reminder",
}
"""Where they are kept; all others mean the scratchpad."""
READERS = {"read_notes", "get_value", "read_scratchpad", "search_vector_store"}
REMINDER = "Reminder: "

Body: TypeAlias = Mapping[str, object]
Ranges: TypeAlias = Sequence[tuple[int, int]]


class Note(NamedTuple):
    """Something in a seat's notes."""

    place: int
    """Of the moment in which it was written, or read."""
    text: str


@dataclass(frozen=True, slots=True)
class Call:
    """What a model was sent, and said."""

    entry: int
    """Number of the tape's entry, in the file's order."""
    message: int
    """Number of what it said; what came of it has the next."""
    prompt: Ranges
    """Numbers of the messages it was sent, as ranges."""

    def saw(self, message: int) -> bool:
        """Whether a message was in the prompt."""
        return any(first <= message <= last for first, last in self.prompt)

    @property
    def trimmed(self) -> bool:
        """Whether anything of the conversation was not in the prompt."""
        there = sum(last - first + 1 for first, last in self.prompt)
        return there < self.message


@dataclass(slots=True)
class History:
    """All that one seat did, said and was shown."""

    moments: list[Moment] = field(default_factory=list[Moment])
    calls: dict[int, Call] = field(default_factory=dict[int, Call])
    """By place among the moments: the call to which that moment is the answer."""

    def in_view(self, place: int, call: Call) -> bool:
        """Whether a moment stood in the prompt of a call."""
        asked = self.calls.get(place)
        return asked is not None and call.saw(asked.message + 1)

    def kept(self, before: int) -> Iterator[Note]:
        """What stands in the seat's notes just before a moment.

        A reminder counts as long as it has not come up.
        """
        notes: dict[tuple[str, str], list[Note]] = {}
        for place, moment in enumerate(self.moments[:before]):
            if moment.morning:
                shown = set(reminders(moment))
                for key in [key for key in notes if key[0] == "reminder"]:
                    if one_line(notes[key][0].text) in shown:
                        del notes[key]
            elif not moment.text.startswith(REFUSED):
                write(notes, place, moment)
        return (note for pieces in notes.values() for note in pieces)

    def read(self, before: int) -> Iterator[Note]:
        """All writing and reading of notes before a moment."""
        for place, moment in enumerate(self.moments[:before]):
            if moment.morning:
                yield from (Note(place, text) for text in reminders(moment))
            elif moment.text.startswith(REFUSED):
                continue
            elif moment.tool in WRITERS:
                yield Note(place, written(moment))
            elif moment.tool in READERS:
                yield Note(place, moment.text)


def history_of(tape: Tape, seat: str) -> History:
    """The history of a seat, from a tape."""
    history, events = History(), record(tape).events
    readings: Mapping[str, Json] = {}
    said: Call | None = None
    for number, entry in enumerate(tape.entries):
        if entry.kind == "night":
            readings = cast("Mapping[str, Json]", entry.body.get("readings", {}))
        elif entry.seat != seat:
            continue
        elif entry.kind == "said":
            said = call_of(number, entry.body)
        elif entry.kind in {"step", "wake"}:
            moment = moment_of(number, entry, events.get(number, ()), readings)
            if said is not None:
                history.calls[len(history.moments)] = said
            # Going to sleep shows nothing: the morning is what comes of it.
            if moment.text:
                said = None
            history.moments.append(moment)
    return history


def moment_of(
    number: int,
    entry: Entry,
    events: tuple[Event, ...],
    readings: Mapping[str, Json],
) -> Moment:
    """What an entry shows."""
    body = entry.body
    action = cast("Body", body.get("action", {}))
    morning = entry.kind == "wake"
    return Moment(
        entry=number,
        time=entry.t,
        tool=str(action.get("tool", "")),
        arguments=cast("Body", action.get("arguments", {})),
        text=str(body["text"]),
        events=events,
        morning=morning,
        readings=readings if morning else {},
    )


def call_of(number: int, body: Body) -> Call | None:
    """What a model was sent, if it says so: not where a seat was only stopped."""
    prompt = cast("Ranges", body.get("prompt", ()))
    message = body.get("message")
    if body.get("ended") or not prompt or not isinstance(message, int):
        return None
    return Call(number, message, [(int(first), int(last)) for first, last in prompt])


# Notes -----------------------------------------------------------------------------


def write(notes: dict[tuple[str, str], list[Note]], place: int, moment: Moment) -> None:
    """Do to the notes what a call did."""
    if moment.tool in WRITERS:
        key = slot(moment, WRITERS[moment.tool], place)
        earlier = notes.get(key, []) if moment.tool == "append_scratchpad" else []
        notes[key] = [*earlier, Note(place, written(moment))]
    elif moment.tool in ERASERS:
        notes.pop(slot(moment, ERASERS[moment.tool], place), None)


def slot(moment: Moment, argument: str, place: int) -> tuple[str, str]:
    """Where a note is kept: the store, and which of its places."""
    store = STORES.get(moment.tool, "scratchpad")
    if store == "reminder":
        return store, str(place)
    if moment.tool == "add_to_vector_store":
        # "Stored as #7; entries: 9."
        return store, moment.text.partition("#")[2].partition(";")[0]
    name = str(moment.arguments.get(argument, "")) if argument else ""
    return store, " ".join(name.split())


def written(moment: Moment) -> str:
    """The text of a note that is written."""
    return str(moment.arguments.get("text", moment.arguments.get("value", "")))


def reminders(moment: Moment) -> Iterator[str]:
    """The reminders of a morning."""
    for line in moment.text.splitlines():
        if line.startswith(REMINDER):
            yield one_line(line.removeprefix(REMINDER))


def one_line(text: str) -> str:
    """A text as a morning shows it, but for white space."""
    return " ".join(text.split())
