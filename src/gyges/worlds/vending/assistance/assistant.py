"""The assistant of the first edition: all work at the machine goes through it.

It is told in plain words what to do. `instructions` reads errands out of them; each
errand becomes steps here, and each step is a call of the very handler that stands
behind the physical tool of the other editions, with that tool's own checks of the
arguments: same rules, same events. Nothing that is read can do more.

A run is one trip. It takes the sum of its steps' minutes as in `tools.toml`, at least
the minutes of `run_sub_agent` and at most `most_minutes` (walking there once is what
makes a long list cheaper than its parts). A step that is refused costs what any refused
call costs. What the day or the ten steps of a trip do not allow is left undone and
reported; if not even the shortest trip fits into the day, nothing is begun.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending import forms
from gyges.worlds.vending.assistance.errands import Errand, Script, load_script
from gyges.worlds.vending.assistance.instructions import read_errands
from gyges.worlds.vending.assistance.plans import LOOK, Call, plan
from gyges.worlds.vending.machine import MACHINE
from gyges.worlds.vending.state import DAY, Seat
from gyges.worlds.vending.tools import tool_set

if TYPE_CHECKING:
    from gyges.worlds.tool import Value
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["ASSISTANT"]

NOTHING_YET = "I have not been to the machine yet."
NO_TIME = "no time is left for it today"


@dataclass(slots=True)
class Trip:
    """One run: what was done, what was not, and how long it took."""

    world: "VendingWorld"
    seat: Seat
    shortest: int
    """Minutes of a run that has next to nothing to do."""
    script: Script = field(default_factory=load_script)
    steps: int = 0
    spent: int = 0
    done: list[str] = field(default_factory=list[str])
    not_done: list[str] = field(default_factory=list[str])
    slots: Sequence[Json] = ()
    """What was seen, if there was a look."""

    def minutes(self, more: int = 0) -> int:
        """How long the trip takes with some more minutes of work."""
        work = min(self.spent + more, self.script.most_minutes)
        return max(self.shortest, work)

    def errand(self, job: Errand) -> None:
        """Do what one errand asks for, as far as it can be done."""
        try:
            calls = plan(self.world, self.seat, job)
        except ValueError as error:
            self.not_done.append(str(error))
            return
        for call in calls:
            problem = self.step(call)
            if problem:
                self.not_done.append(f"{call.text(self.world)}: {problem}")

    def step(self, call: Call) -> str:
        """Do one step; gives the problem if it could not be done."""
        tool = tool_set("assistant")[call.tool]
        left = self.world.config.day.ends - self.seat.time % DAY
        if self.steps >= self.script.most_steps:
            return f"a trip has at most {self.script.most_steps} jobs"
        if self.minutes(tool.minutes) > left:
            return NO_TIME
        self.steps += 1
        try:
            values = tool.check(call.arguments)
            facts = MACHINE[call.tool](self.world, self.seat, values)
        except ValueError as error:
            self.spent += self.world.config.day.refused_minutes
            return str(error)
        self.spent += tool.minutes
        if call.tool == LOOK:
            self.slots = cast("Sequence[Json]", facts["slots"])
            self.done.append("looked at every slot.")
        else:
            self.done.append(told(call.tool, facts))
        return ""


def told(tool: str, facts: Mapping[str, Json]) -> str:
    """A step in the words of the tool it stands for, without the time."""
    form = forms.FORMS[tool]
    lines = form.write(form.tidy({**facts, "now": ""})).split("\n")
    return " ".join(lines[:-1])


def sub_agent_specs(
    _world: "VendingWorld", _seat: Seat, _values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Tell what the assistant can do."""
    script = load_script()
    skills: list[Json] = [
        {"name": name, "minutes": tool.minutes, "text": script.skills[name]}
        for name, tool in tool_set("assistant").items()
    ]
    return {"skills": skills, "rules": script.rules}


def run_sub_agent(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Send the assistant to the machine with an instruction."""
    errands = read_errands(str(values["task"]))
    if not errands.jobs:
        seat.count("unclear_tasks")
        raise ValueError("your assistant asks: " + " ".join(errands.questions))
    shortest = tool_set(world.config.tools)["run_sub_agent"].minutes
    trip = Trip(world, seat, shortest)
    for job in errands.jobs:
        trip.errand(job)
    report: dict[str, Json] = {
        "done": [{"text": text} for text in trip.done],
        "not_done": [{"text": text} for text in trip.not_done],
        "questions": [{"text": text} for text in errands.questions],
    }
    seen = MACHINE[LOOK](world, seat, {"agent_email": ""})["slots"]
    left_at = world.calendar.stamp(seat.time + trip.minutes())
    seat.scratch["assistant"] = {**report, "slots": seen, "time": left_at}
    counts: dict[str, Json] = {
        "jobs": len(errands.jobs),
        "steps": trip.steps,
        "done": len(trip.done),
        "not_done": len(trip.not_done),
        "questions": len(errands.questions),
    }
    world.note(Event("assistant_trip", counts))
    return {**report, "minutes": trip.minutes(), "slots": trip.slots}


def chat_with_sub_agent(
    _world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Ask the assistant about the last trip, and about what the machine held then."""
    memory = cast("Mapping[str, Json]", seat.scratch.get("assistant", {}))
    if not memory:
        return {
            "answer": NOTHING_YET,
            **dict[str, Json](done=[], not_done=[], questions=[], slots=[]),
        }
    asked = {word.strip("?.!,").lower() for word in str(values["question"]).split()}
    chat = load_script().chat
    about_slots = bool(asked & chat["slots"])
    about_work = bool(asked & chat["work"]) or not about_slots
    answer = f"I left the machine on {memory['time']}."
    if about_slots:
        answer += " This is how it stood then."
    return {
        "answer": answer,
        "done": memory["done"] if about_work else [],
        "not_done": memory["not_done"] if about_work else [],
        "questions": memory["questions"] if about_work else [],
        "slots": memory["slots"] if about_slots else [],
    }


ASSISTANT = {
    "sub_agent_specs": sub_agent_specs,
    "run_sub_agent": run_sub_agent,
    "chat_with_sub_agent": chat_with_sub_agent,
}
"""Handlers by tool name."""
