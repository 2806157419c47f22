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

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending import forms
from gyges.worlds.vending.errands import (
    Collect,
    Empty,
    Errand,
    Look,
    Price,
    Script,
    Stock,
    load_script,
)
from gyges.worlds.vending.instructions import read_errands
from gyges.worlds.vending.machine import MACHINE
from gyges.worlds.vending.state import DAY, Seat, Slot
from gyges.worlds.vending.tools import tool_set

if TYPE_CHECKING:
    from gyges.worlds.tool import Value
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["ASSISTANT"]

LOOK = "get_machine_inventory"
NOTHING_YET = "I have not been to the machine yet."
NO_TIME = "no time is left for it today"


@dataclass(frozen=True, slots=True)
class Call:
    """One step: a physical tool and its arguments."""

    tool: str
    arguments: Mapping[str, Json] = field(default_factory=dict[str, Json])

    def text(self, world: "VendingWorld") -> str:
        """What was tried, for the report of a step that failed."""
        given = dict(self.arguments)
        product = str(given.pop("product_name", ""))
        told = [self.tool.replace("_", " ")]
        told += [f"{name.removesuffix('_index')} {value}" for name, value in given.items()]
        told += [world.product_name(product)] if product else []
        return ", ".join(told)


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
            calls = PLANS[type(job)](self.world, self.seat, job)
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
    world: "VendingWorld", _seat: Seat, _values: Mapping[str, "Value"]
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
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
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


# From errands to steps ------------------------------------------------------------------


def plan_stock(world: "VendingWorld", seat: Seat, job: Errand) -> list[Call]:
    """Choose slots and units where the errand leaves them open."""
    job = cast("Stock", job)
    if job.product is None:
        return plan_refill(world, seat, job)
    have = sum(lot.units for lot in seat.storage.get(job.product, ()))
    name = world.product_name(job.product)
    if job.units is None and not have:
        seat.count("phantom_stock")
        msg = f"stock {name}: there is none in storage"
        raise ValueError(msg)
    if job.slot is not None:
        return [fill(world, seat, job, (job.row, job.slot), have)]
    wanted = have if job.units is None else job.units
    calls: list[Call] = []
    for number, slot in candidates(world, seat, job):
        part = min(wanted, world.capacity(slot) - slot.units)
        if part and not (calls and job.units is None and slot.product != job.product):
            calls.append(put(world, job.product, number, part))
            wanted -= part
    if not calls or (wanted and job.units is not None):
        room = 0 if job.units is None else job.units - wanted
        msg = f"stock {name}: the machine has room for {room} in slots that could take it"
        raise ValueError(msg)
    return calls


def fill(
    world: "VendingWorld",
    seat: Seat,
    job: Stock,
    spot: tuple[int | None, int | None],
    have: int,
) -> Call:
    """Put goods into the slot that was named; the handler checks the rest."""
    row, column = spot
    units = job.units
    if units is None:
        slot = slot_at(world, seat, row, column)
        units = min(have, world.capacity(slot) - slot.units) if slot else have
        if slot is not None and not units:
            msg = f"row {row}, slot {column} is full"
            raise ValueError(msg)
    arguments: dict[str, Json] = {
        "row_index": row,
        "slot_index": column,
        "product_name": job.product,
        "quantity": units,
    }
    return Call("add_product_to_slot", arguments)


def plan_refill(world: "VendingWorld", seat: Seat, job: Stock) -> list[Call]:
    """Top up slots with what they hold."""
    calls: list[Call] = []
    for number, slot in slots_in(world, seat, job.row, job.slot):
        have = sum(lot.units for lot in seat.storage.get(slot.product, ()))
        room = min(have, world.capacity(slot) - slot.units)
        if slot.product and (room or job.units):
            calls.append(put(world, slot.product, number, job.units or room))
    if not calls:
        where = "" if job.row is None else f" row {job.row}"
        where += "" if job.slot is None else f", slot {job.slot}"
        msg = (
            f"refill{where}: no slot there holds goods of which there are more in"
            " storage; say which product goes where"
        )
        raise ValueError(msg)
    return calls


def candidates(
    world: "VendingWorld", seat: Seat, job: Stock
) -> list[tuple[int, Slot]]:
    """Slots that could take a product: its own first, then unused, then sold out."""
    size = world.catalogue[job.product or ""].size
    fitting = [
        (number, slot)
        for number, slot in slots_in(world, seat, job.row, None)
        if slot.size == size and (slot.product == job.product or not slot.units)
    ]

    def order(item: tuple[int, Slot]) -> int:
        held = item[1].product
        return 0 if held == job.product else 1 if not held else 2

    return sorted(fitting, key=order)


def plan_price(world: "VendingWorld", seat: Seat, job: Errand) -> list[Call]:
    """Price every slot that is meant."""
    job = cast("Price", job)
    # The tools take dollars; whole cents are exact in two decimals.
    price = f"{job.price // 100}.{job.price % 100:02d}"
    return [
        Call("set_slot_price", {**where(world, number), "price": price})
        for number in targets(world, seat, job)
    ]


def plan_empty(world: "VendingWorld", seat: Seat, job: Errand) -> list[Call]:
    """Empty every slot that is meant."""
    job = cast("Empty", job)
    return [
        Call("empty_slot", where(world, number)) for number in targets(world, seat, job)
    ]


def plan_collect(_world: "VendingWorld", _seat: Seat, _job: Errand) -> list[Call]:
    """Collect the cash."""
    return [Call("collect_cash")]


def plan_look(_world: "VendingWorld", _seat: Seat, _job: Errand) -> list[Call]:
    """Look at the machine."""
    return [Call(LOOK)]


def targets(world: "VendingWorld", seat: Seat, job: Price | Empty) -> list[int]:
    """The slots an errand means; a slot that is named counts even if it is empty."""
    columns = world.config.machine.columns
    if job.slot is not None and job.row is not None:
        return [job.row * columns + job.slot]
    found = [
        number
        for number, slot in slots_in(world, seat, job.row, None)
        if slot.product and (slot.units or isinstance(job, Price))
        if job.product in {None, slot.product}
        if job.group is None or in_group(world, slot, job.group)
    ]
    if not found:
        name = job.group or "goods" if job.product is None else job.product
        name = world.product_name(name) if name in world.catalogue else name
        verb = "empty" if isinstance(job, Empty) else "price"
        msg = f"{verb} {name}: no slot holds any"
        raise ValueError(msg)
    return found


def in_group(world: "VendingWorld", slot: Slot, group: str) -> bool:
    """Whether a slot belongs to a group of `assistant.toml`."""
    product = world.catalogue[slot.product]
    return not load_script().groups[group].isdisjoint({"all", product.category, slot.size})


def slots_in(
    world: "VendingWorld", seat: Seat, row: int | None, slot: int | None
) -> list[tuple[int, Slot]]:
    """The slots of a row, or one of them, or all, with their numbers."""
    columns = world.config.machine.columns
    return [
        (number, one)
        for number, one in enumerate(seat.slots)
        if row in {None, number // columns} and slot in {None, number % columns}
    ]


def slot_at(
    world: "VendingWorld", seat: Seat, row: int | None, slot: int | None
) -> Slot | None:
    """The slot at a row and column, if there is one."""
    found = slots_in(world, seat, row, slot)
    return found[0][1] if len(found) == 1 else None


def put(world: "VendingWorld", product: str, number: int, units: int) -> Call:
    """A step that puts goods into a slot."""
    arguments: dict[str, Json] = {"product_name": product, "quantity": units}
    return Call("add_product_to_slot", {**where(world, number), **arguments})


def where(world: "VendingWorld", number: int) -> dict[str, Json]:
    """Row and slot of a slot's number."""
    columns = world.config.machine.columns
    return {"row_index": number // columns, "slot_index": number % columns}


PLANS: Mapping[
    type[Errand], Callable[["VendingWorld", Seat, Errand], list[Call]]
] = {
    Stock: plan_stock,
    Price: plan_price,
    Empty: plan_empty,
    Collect: plan_collect,
    Look: plan_look,
}

ASSISTANT = {
    "sub_agent_specs": sub_agent_specs,
    "run_sub_agent": run_sub_agent,
    "chat_with_sub_agent": chat_with_sub_agent,
}
"""Handlers by tool name."""
