"""Tables in an instruction: which column holds what, and what a row says."""

from collections.abc import Mapping, Sequence

from gyges.worlds.vending.assistance.clauses import Clause, Group, grouped
from gyges.worlds.vending.assistance.places import Place, Vocabulary, annotate
from gyges.worlds.vending.voice.tokens import Token

__all__ = ["column_roles", "row_group"]

CENT = 100


def column_roles(cells: Sequence[list[Token]], words: Vocabulary) -> dict[int, str]:
    """What the columns hold, if these cells are heads; one head makes no table."""
    found: dict[int, str] = {}
    for number, cell in enumerate(cells):
        head = " ".join(token.key for token in cell if token.kind == "word")
        for role, names in words.script.columns.items():
            if head in names and all(token.kind in {"word", "."} for token in cell):
                found[number] = role
    return found if len(found) > 1 else {}


def row_group(
    cells: Sequence[list[Token]], columns: Mapping[int, str], words: Vocabulary
) -> Group:
    """What a row of a table says."""
    group = Group()
    numbers: dict[str, int] = {}
    for number, role in columns.items():
        cell = annotate(list(cells[number]) if number < len(cells) else [], words)
        for token in cell:
            if token.kind == "number":
                numbers.setdefault(role, token.value)
            elif token.kind == "money" and role == "price":
                group.price = token.value
        for one in grouped(Clause("", cell, frozenset(), []), words):
            group.product = group.product or one.product
            group.place = group.place or one.place
    group.units = numbers.get("units")
    if group.price is None and "price" in numbers:
        group.price = numbers["price"] * CENT
    if "row" in numbers:
        slots = (numbers["slot"],) if "slot" in numbers else ()
        group.place = Place((numbers["row"],), slots)
    return group
