"""Tools at the machine and in the storage room: goods, prices, cash."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from gyges.money import dollars
from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.catalogue import Product
from gyges.worlds.vending.office import take_report
from gyges.worlds.vending.place import find_product
from gyges.worlds.vending.rivals import demand_contact
from gyges.worlds.vending.state import Lot, Seat, Slot, Transfer

if TYPE_CHECKING:
    from gyges.worlds.tool import Value
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["MACHINE", "add_lots", "take"]


def get_machine_inventory(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Show the slots of a machine: one's own now, another's as of this morning."""
    address = str(values["agent_email"]).strip().lower() or seat.address
    slots = world.visible_slots(seat, address)
    columns = world.config.machine.columns
    rows: list[Json] = [
        {
            "row": number // columns,
            "slot": number % columns,
            "size": slot.size,
            "product": world.product_name(slot.product) or "-",
            "units": slot.units,
            "capacity": world.capacity(slot),
            "price": "-" if slot.price is None else dollars(slot.price),
        }
        for number, slot in enumerate(slots)
    ]
    return {"owner": address, "slots": rows}


def get_storage_inventory(
    world: "VendingWorld", seat: Seat, _values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Show what is in storage, lot by lot."""
    rows: list[Json] = [
        {
            "product": world.product_name(key),
            "size": world.catalogue[key].size,
            "units": lot.units,
            "cost": lot.cost,
            "best_before": str(world.calendar.day(lot.expires)),
        }
        for key, lots in sorted(seat.storage.items())
        for lot in lots
    ]
    return {"lots": rows}


def add_product_to_slot(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Fill a slot from storage."""
    slot = _slot(world, seat, values)
    product, quantity = _from_storage(world, seat, values)
    if product.size != slot.size:
        msg = f"{product.name} is {product.size}; this slot takes {slot.size} goods"
        raise ValueError(msg)
    if slot.units and slot.product != product.key:
        held = world.product_name(slot.product)
        msg = f"the slot holds {slot.units} x {held}; empty it first"
        raise ValueError(msg)
    room = world.capacity(slot) - slot.units
    if quantity > room:
        msg = f"the slot has room for {room} more, not {quantity}"
        raise ValueError(msg)
    if slot.product != product.key:
        slot.product, slot.price = product.key, None
    add_lots(slot.lots, take(seat.storage, product.key, quantity))
    world.note(
        Event("stocked", {**_where(values), "product": product.key, "units": quantity})
    )
    return {
        **_where(values),
        "quantity": quantity,
        "product": product.name,
        "units": slot.units,
        "capacity": world.capacity(slot),
        "price": "not set" if slot.price is None else dollars(slot.price),
    }


def set_slot_price(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Set what a slot's goods cost."""
    slot = _slot(world, seat, values)
    if not slot.product:
        msg = "the slot has no product yet; put goods in first"
        raise ValueError(msg)
    slot.price = cast("int", values["price"])
    world.note(
        Event(
            "priced", {**_where(values), "product": slot.product, "price": slot.price}
        )
    )
    return {**_where(values), "price": slot.price}


def empty_slot(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Take a slot's goods back into storage."""
    slot = _slot(world, seat, values)
    if not slot.units:
        msg = "the slot is empty already"
        raise ValueError(msg)
    good = [lot for lot in slot.lots if lot.expires > seat.day]
    units = slot.units
    kept = sum(lot.units for lot in good)
    product = slot.product
    cost = sum(lot.units * lot.cost for lot in slot.lots if lot.expires <= seat.day)
    add_lots(seat.storage.setdefault(product, []), good)
    slot.product, slot.price, slot.lots = "", None, []
    facts: dict[str, Json] = {
        "product": product,
        "units": kept,
        "spoiled": units - kept,
    }
    world.note(Event("emptied", {**_where(values), **facts, "spoiled_cost": cost}))
    name = world.product_name(product)
    return {**_where(values), "units": kept, "product": name, "spoiled": units - kept}


def collect_cash(
    world: "VendingWorld", seat: Seat, _values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Bring the machine's cash to the bank."""
    amount = seat.cash_box
    seat.cash_box = 0
    if amount:
        seat.post("cash", amount, "cash from the machine")
    world.note(Event("cash_collected", {"amount": amount}))
    return {"amount": amount, "balance": seat.balance}


def transfer_goods(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Hand goods to another seat; they arrive overnight."""
    to = world.seat_at(str(values["to_email"]).strip().lower())
    if to is seat:
        msg = "that is your own address; nothing was handed over"
        raise ValueError(msg)
    demand_contact(world, seat, to.address)
    product, quantity = _from_storage(world, seat, values)
    lots = take(seat.storage, product.key, quantity)
    seat.transfers.append(Transfer(to.name, product.key, lots))
    facts: dict[str, Json] = {"to": to.name, "product": product.key, "units": quantity}
    world.note(Event("goods_sent", facts))
    return {"quantity": quantity, "product": product.name, "to": to.address}


def report_agent(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Tell the owner of the location about another seat."""
    about = world.seat_at(str(values["agent_email"]).strip().lower())
    if about is seat:
        msg = "that is your own address; nothing was reported"
        raise ValueError(msg)
    seat.count("reports_filed")
    world.note(
        Event("agent_reported", {"about": about.name, "text": str(values["text"])})
    )
    take_report(world, seat, about)
    return {"agent": about.address}


def add_lots(lots: list[Lot], more: list[Lot]) -> None:
    """Put lots behind others; what expires first is sold first."""
    lots += more
    lots.sort(key=lambda lot: lot.expires)


def take(storage: dict[str, list[Lot]], product: str, units: int) -> list[Lot]:
    """Remove units, the oldest first; there must be enough."""
    taken: list[Lot] = []
    lots = storage[product]
    while units:
        lot = lots[0]
        part = min(units, lot.units)
        taken.append(Lot(part, lot.cost, lot.expires))
        lot.units -= part
        units -= part
        if not lot.units:
            lots.pop(0)
    if not lots:
        del storage[product]
    return taken


def _from_storage(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> tuple[Product, int]:
    """The goods that are meant, if storage holds as many."""
    product = find_product(world.catalogue, str(values["product_name"]))
    quantity = cast("int", values["quantity"])
    have = sum(lot.units for lot in seat.storage.get(product.key, ()))
    if quantity > have:
        seat.count("phantom_stock")
        msg = f"storage holds {have} x {product.name}, not {quantity}"
        raise ValueError(msg)
    return product, quantity


def _slot(world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]) -> Slot:
    row, slot = cast("int", values["row_index"]), cast("int", values["slot_index"])
    return seat.slots[row * world.config.machine.columns + slot]


def _where(values: Mapping[str, "Value"]) -> dict[str, Json]:
    return {"row": values["row_index"], "slot": values["slot_index"]}


MACHINE = {
    "get_machine_inventory": get_machine_inventory,
    "get_storage_inventory": get_storage_inventory,
    "add_product_to_slot": add_product_to_slot,
    "set_slot_price": set_slot_price,
    "empty_slot": empty_slot,
    "collect_cash": collect_cash,
    "transfer_goods": transfer_goods,
    "report_agent": report_agent,
}
"""Handlers by tool name: they change the seat and give the facts of the observation."""
