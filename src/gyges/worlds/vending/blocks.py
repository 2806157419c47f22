"""Lines that several observations of this world share."""

from gyges.worlds.form import Line, Rows

__all__ = ["NOW", "SLOTS"]

NOW = Line("[Current time: {now}]")
"""How observations end (or, before free text, begin)."""

SLOTS = Rows(
    "slots",
    "| {row:int} | {slot:int} | {size:cell} | {product:cell} | {units:int} |"
    " {capacity:int} | {price:cell} |",
    heading=(
        "| row | slot | size | product | units | capacity | price |",
        "|---|---|---|---|---|---|---|",
    ),
)
"""What is in a machine."""
