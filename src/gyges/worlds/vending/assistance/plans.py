"""From errands to steps: which tool of the machine, with which arguments, and when.

A plan fills in what an errand leaves open (which slot, how many units, which slots hold
drinks) from the state as it stands when the errand's turn comes.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from gyges.worlds.protocol import Json
from gyges.worlds.vending.assistance.errands import (
    Collect,
    Empty,
    Errand,
    Look,
    Price,
    Stock,
    load_script,
)
from gyges.worlds.vending.state import Seat, Slot

if TYPE_CHECKING:
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["LOOK", "Call", "plan"]

LOOK = "get_machine_inventory"


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
        told += [
            f"{name.removesuffix('_index')} {value}" for name, value in given.items()
        ]
        told += [world.product_name(product)] if product else []
        return ", ".join(told)


def plan(world: "VendingWorld", seat: Seat, job: Errand) -> list[Call]:
    """The steps of an errand.

    Raises:
        ValueError: nothing can be done for it; the message says why.
    """
    return PLANS[type(job)](world, seat, job)


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
        msg = f"stock {name}: the slots that could take it have room for {room}"
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


def candidates(world: "VendingWorld", seat: Seat, job: Stock) -> list[tuple[int, Slot]]:
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
    held = {"all", world.catalogue[slot.product].category, slot.size}
    return not load_script().groups[group].isdisjoint(held)


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


PLANS: Mapping[type[Errand], Callable[["VendingWorld", Seat, Errand], list[Call]]] = {
    Stock: plan_stock,
    Price: plan_price,
    Empty: plan_empty,
    Collect: plan_collect,
    Look: plan_look,
}
"""How each kind of errand is planned."""
