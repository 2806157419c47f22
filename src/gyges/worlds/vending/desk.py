"""Tools of the desk: mail, search, payments, notes, reminders, calculator."""

import ast
from collections.abc import Callable, Mapping
from decimal import Decimal, DivisionByZero, InvalidOperation
from itertools import islice
from typing import TYPE_CHECKING, cast

from gyges.money import dollars
from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.rivals import demand_contact
from gyges.worlds.vending.state import Mail, Note, Payment, Reminder, Seat

if TYPE_CHECKING:
    from gyges.worlds.tool import Value
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["DESK"]

PAGE = 20
NOTES = 60
HITS = 5
FOLDERS = ("inbox", "unread", "sent")


def send_email(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Put a mail on its way; whoever gets it reads it tonight."""
    to = str(values["to"]).strip().lower()
    if not world.knows(to):
        msg = f"no mailbox exists at {to[:80]!r}; check the address"
        raise ValueError(msg)
    demand_contact(world, seat, to)
    subject, body = str(values["subject"]), str(values["body"])
    mail = Mail(
        len(seat.mails) + 1,
        "sent",
        seat.time,
        seat.address,
        to,
        subject,
        body,
        read=True,
    )
    seat.mails.append(mail)
    seat.count("mails_sent")
    world.note(
        Event(
            "mail_sent",
            {"mail": mail.number, "to": to, "subject": subject, "body": body},
        )
    )
    return {"to": to}


def view_emails(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """List a page of a folder, newest first."""
    folder = str(values["folder"]).strip().lower()
    if folder not in FOLDERS:
        msg = f"no folder {folder!r}; use one of: {', '.join(FOLDERS)}"
        raise ValueError(msg)
    box = "sent" if folder == "sent" else "inbox"
    newest = reversed(seat.mails)
    if folder == "unread":
        unread = (mail for mail in newest if not mail.read and mail.folder == box)
        mails = list(islice(unread, seat.unread))
    else:
        mails = [mail for mail in newest if mail.folder == box]
    page = cast("int", values["page"])
    shown = mails[(page - 1) * PAGE : page * PAGE]
    rows: list[Json] = [
        {
            "id": mail.number,
            "time": world.calendar.stamp(mail.time),
            "from": mail.sender,
            "to": mail.recipient,
            "subject": mail.subject,
            "read": "read" if mail.read else "unread",
        }
        for mail in shown
    ]
    total = len(mails)
    return {
        "folder": folder,
        "total": total,
        "unread": seat.unread,
        "page": page,
        "mails": rows,
    }


def read_email(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Show a whole mail."""
    number = cast("int", values["id"])
    if number > len(seat.mails):
        msg = f"no email #{number}; the newest is #{len(seat.mails)}"
        raise ValueError(msg)
    mail = seat.mails[number - 1]
    if not mail.read:
        mail.read = True
        seat.unread -= 1
        world.note(Event("mail_read", {"mail": number}))
    return {
        "id": number,
        "time": world.calendar.stamp(mail.time),
        "from": mail.sender,
        "to": mail.recipient,
        "subject": mail.subject,
        "body": mail.body,
    }


def web_search(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Look into the directory."""
    query = str(values["query"])
    seat.count("searches")
    hits: list[Json] = [
        {"title": hit.title, "source": hit.source, "text": hit.text}
        for hit in world.supply.search(query, HITS, seat.day)
    ]
    return {"query": query, "hits": hits}


def make_email_payment(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Pay somebody, at once and for good."""
    to = str(values["to_email"]).strip().lower()
    amount = cast("int", values["amount"])
    if not world.knows(to):
        msg = f"no account is registered at {to[:80]!r}; nothing was paid"
        raise ValueError(msg)
    if to == seat.address:
        msg = "that is your own address; nothing was paid"
        raise ValueError(msg)
    demand_contact(world, seat, to)
    if amount > seat.balance:
        short = dollars(amount - seat.balance)
        have = dollars(seat.balance)
        msg = f"the balance is {have}, {short} too little; nothing was paid"
        raise ValueError(msg)
    description = str(values["description"])
    seat.post("payment", -amount, f"to {to}: {description}")
    seat.payments.append(
        Payment(len(seat.transactions), seat.time, to, amount, description)
    )
    world.note(Event("paid", {"to": to, "amount": amount, "description": description}))
    return {
        "amount": amount,
        "to": to,
        "balance": seat.balance,
        "description": description,
    }


def get_balance_and_transactions(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Show the account."""
    latest = seat.transactions[-cast("int", values["n"]) :][::-1]
    rows: list[Json] = [
        {
            "time": world.calendar.stamp(item.time),
            "kind": item.kind,
            "amount": item.amount,
            "text": item.text,
        }
        for item in latest
    ]
    return {"balance": seat.balance, "cash_box": seat.cash_box, "transactions": rows}


def write_note(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Keep a note."""
    title = str(values["title"]).strip()
    if not title:
        msg = "a note needs a title"
        raise ValueError(msg)
    if title not in seat.notes and len(seat.notes) >= NOTES:
        msg = f"you have {NOTES} notes, the most there can be; delete one first"
        raise ValueError(msg)
    seat.notes[title] = Note(title, str(values["text"]), seat.time)
    seat.count("notes_written")
    world.note(Event("note", {"title": title}))
    return {"title": title}


def read_notes(
    _world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Show a note, or all titles."""
    title = str(values["title"]).strip()
    if not title:
        return {"title": "", "text": "\n".join(f"- {name}" for name in seat.notes)}
    note = _own_note(seat, title)
    note.reads += 1
    return {"title": title, "text": note.text}


def delete_note(
    _world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Throw a note away."""
    note = _own_note(seat, str(values["title"]).strip())
    del seat.notes[note.title]
    return {"title": note.title}


def set_reminder(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Have a text shown on a later morning."""
    day = seat.day + cast("int", values["days"])
    text = str(values["text"])
    if len(seat.reminders) >= NOTES:
        msg = f"{NOTES} reminders are waiting, the most there can be"
        raise ValueError(msg)
    seat.reminders.append(Reminder(day, text))
    return {"date": str(world.calendar.day(day)), "text": text}


def calculator(
    _world: "VendingWorld", _seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Work out an expression in decimal arithmetic."""
    expression = str(values["expression"])
    try:
        result = evaluate(ast.parse(expression.strip(), mode="eval").body)
        text = f"{round(result, 6).normalize():f}"
    except (SyntaxError, KeyError, MemoryError, RecursionError, ValueError) as error:
        msg = f"cannot work out {expression[:60]!r}; use numbers and + - * / ( )"
        raise ValueError(msg) from error
    except (DivisionByZero, InvalidOperation, ArithmeticError) as error:
        msg = f"{expression[:60]!r} divides by zero or is too large"
        raise ValueError(msg) from error
    return {"expression": expression, "result": text}


OPERATORS: Mapping[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: Decimal.__add__,
    ast.Sub: Decimal.__sub__,
    ast.Mult: Decimal.__mul__,
    ast.Div: Decimal.__truediv__,
}


def evaluate(node: ast.expr) -> Decimal:
    """The value of an arithmetic expression; ValueError or KeyError for any other."""
    if isinstance(node, ast.BinOp):
        return OPERATORS[type(node.op)](evaluate(node.left), evaluate(node.right))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -evaluate(node.operand)
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, int | float)
        and not isinstance(node.value, bool)
    ):
        return Decimal(str(node.value))
    msg = f"not arithmetic: {type(node).__name__}"
    raise ValueError(msg)


def _own_note(seat: Seat, title: str) -> Note:
    if title not in seat.notes:
        names = ", ".join(seat.notes) or "none"
        msg = f"no note {title[:60]!r}; your notes: {names[:400]}"
        raise ValueError(msg)
    return seat.notes[title]


DESK = {
    "send_email": send_email,
    "view_emails": view_emails,
    "read_email": read_email,
    "web_search": web_search,
    "make_email_payment": make_email_payment,
    "get_balance_and_transactions": get_balance_and_transactions,
    "write_note": write_note,
    "read_notes": read_notes,
    "delete_note": delete_note,
    "set_reminder": set_reminder,
    "calculator": calculator,
}
"""Handlers by tool name: they change the seat and give the facts of the observation."""
