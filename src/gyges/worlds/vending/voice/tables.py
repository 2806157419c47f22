"""Tables: orders, requests and counter-offers in rows and columns."""

from gyges.worlds.vending.letters import Haggle
from gyges.worlds.vending.voice.grammar import Grammar
from gyges.worlds.vending.voice.intents import merge_haggle
from gyges.worlds.vending.voice.layout import Sentence
from gyges.worlds.vending.voice.lines import Found, table_lines
from gyges.worlds.vending.voice.mails import Mail, Part
from gyges.worlds.vending.voice.orders import add_line

__all__ = ["read_table"]


def read_table(mail: Mail, part: Part) -> str:
    """Read the head or a row of a table.

    Returns:
        What a row is taken for whose columns are unknown, to be read as a sentence; or
        nothing if the row has been read.
    """
    roles = head_roles(mail.grammar, part.sentence)
    if roles and not mail.columns:
        mail.columns = roles
        return ""
    kind = mail.mode or mail.default or "quote"
    if mail.columns and kind == "haggle":
        read_haggle_row(mail, part)
    elif mail.columns:
        read_row(mail, part, kind)
    elif part.products:
        return kind
    return ""


def read_haggle_row(mail: Mail, part: Part) -> None:
    """Read a row of a table of prices the writer proposes."""
    place = next((i for i, role in mail.columns.items() if role == "price"), -1)
    cells = part.sentence.cells
    amounts = [t.value for t in cells[place] if t.kind == "money"] if place >= 0 else []
    for product in part.products[:1]:
        merge_haggle(mail, Haggle(product, amounts[0] if amounts else None))


def head_roles(grammar: Grammar, sentence: Sentence) -> dict[int, str]:
    """The roles of the columns, if this is the head of a table."""
    roles: dict[int, str] = {}
    for index, cell in enumerate(sentence.cells):
        text = " ".join(token.key for token in cell if token.kind == "word")
        for role, names in grammar.file.columns.items():
            if text in names:
                roles.setdefault(index, role)
    return roles if "product" in roles.values() else {}


def read_row(mail: Mail, part: Part, kind: str) -> None:
    """Read a row of a table that orders goods or asks for prices."""
    if any(token.key in {"total", "subtotal"} for token in part.tokens[:2]):
        return
    found = table_lines(part.sentence, mail.columns, mail.lexis, mail.grammar)
    if kind == "order":
        keep_row(mail, part, found)
        return
    wanted = [*found.wanted, *found.bare]
    units = {value for one in found.wanted if (value := one.units(mail.lexis))}
    mail.quote([one.product for one in wanted], units)


def keep_row(mail: Mail, part: Part, found: Found) -> None:
    """Put the row of a table on the order."""
    for wanted in found.wanted:
        add_line(mail, wanted, correcting=False)
    for wanted in found.bare:
        mail.bare.setdefault(wanted.product, wanted.text)
    if found.orphans:
        mail.ask("unknown", part.passage)
