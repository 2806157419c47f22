"""Orders: firm lines, corrections, and what must be asked back."""

from gyges.worlds.vending.letters import Line, Order
from gyges.worlds.vending.voice.lines import (
    Orphan,
    Wanted,
    find_lines,
)
from gyges.worlds.vending.voice.mails import Mail, Part
from gyges.worlds.vending.voice.tokens import Token

__all__ = [
    "add_line",
    "finish_order",
    "note_quantities",
    "read_corrections",
    "read_order",
]

NOISE = Token("noise", "{x}", "")


def read_order(mail: Mail, part: Part) -> None:
    """Read a sentence that orders goods."""
    found = find_lines(without_old(part), mail.grammar)
    correcting = part.has("override") and (bool(mail.lines) or len(found.wanted) > 1)
    for wanted in found.wanted:
        add_line(mail, wanted, correcting=correcting)
    for wanted in found.bare:
        mail.bare.setdefault(wanted.product, wanted.text)
    for orphan in found.orphans:
        place_orphan(mail, part, orphan, correcting=correcting)
    if not (found.wanted or found.bare or found.orphans):
        mail.flags.add("empty_order")


def without_old(part: Part) -> list[Token]:
    """The tokens without the number that a correction takes back."""
    spans = part.cues.get("instead_of")
    if not spans:
        return part.tokens
    tokens = list(part.tokens)
    for _, end in spans:
        if end < len(tokens) and tokens[end].key in {"the", "{n}"}:
            place = end + (tokens[end].key == "the")
            if place < len(tokens) and tokens[place].kind == "number":
                tokens[place] = NOISE
    return tokens


def add_line(mail: Mail, wanted: Wanted, *, correcting: bool) -> None:
    """Put a product on the order, or ask back what its quantity is."""
    product, units = wanted.product, wanted.units(mail.lexis)
    if wanted.shared:
        mail.ask("shared", wanted.text)
        mail.spoiled.add(product)
    elif (
        units is None
        or units <= 0
        or (
            product in mail.lines and mail.lines[product][0] != units and not correcting
        )
    ):
        mail.ask("conflict", wanted.text)
        mail.spoiled.add(product)
    else:
        old_price = mail.lines.get(product, (0, None))[1]
        price = wanted.unit_price(mail.lexis)
        mail.lines[product] = (units, old_price if price is None else price)


def place_orphan(mail: Mail, part: Part, orphan: Orphan, *, correcting: bool) -> None:
    """Find the product of a quantity that stands alone."""
    name = stranger(mail, part, orphan.mark.end)
    if name:
        mail.ask("unknown", name)
        return
    product = next(iter(mail.lines)) if len(mail.lines) == 1 else mail.only_product()
    if correcting and mail.lines:
        product = corrected_product(mail, part)
    if product is None:
        mail.ask("no_lines", part.passage)
        return
    wanted = Wanted(product, part.passage, orphan.counted, orphan.price)
    add_line(mail, wanted, correcting=correcting)


def corrected_product(mail: Mail, part: Part) -> str | None:
    """The line a correction means: the one with the old number, or the last."""
    old = set(part.amounts("number"))
    matching = [key for key, line in mail.lines.items() if line[0] in old]
    return matching[0] if len(matching) == 1 else list(mail.lines)[-1]


def stranger(mail: Mail, part: Part, end: int) -> str:
    """A noun that names no known product, beside a quantity; or nothing."""
    words = mail.grammar.words
    index = end
    tokens = part.tokens
    while index < len(tokens) and (
        tokens[index].key in {"of", "*", "x", "(", ")"}
        or tokens[index].kind == "size"
        or tokens[index].key in words.units | words.cases | words.inner
    ):
        index += 1
    after = [token for token in tokens[index : index + 2] if token.kind == "word"]
    if after and is_strange(mail, after[0]):
        return " ".join(token.text for token in after if is_strange(mail, token))
    if part.sentence.item or ":" in (token.key for token in tokens):
        before = [token for token in tokens[:end] if is_strange(mail, token)]
        return " ".join(token.text for token in before[:3])
    return ""


def is_strange(mail: Mail, token: Token) -> bool:
    """Whether a token is a word the grammar does not know."""
    return token.kind == "word" and token.key not in mail.grammar.ordinary


def read_corrections(mail: Mail, part: Part) -> bool:
    """Take back or swap what was ordered; tells whether the sentence did that."""
    if part.has("replace") and len(part.products) > 1 and mail.lines:
        old, new = part.products[:2]
        line = mail.lines.pop(old, None)
        if line is not None:
            numbers = part.amounts("number")
            mail.lines[new] = (numbers[0] if numbers else line[0], None)
        return True
    if part.has("scratch") and mail.lines and part.products:
        for start, end in part.cues["scratch"]:
            for token in part.tokens[start:end]:
                if token.kind == "product":
                    mail.lines.pop(token.stem, None)
        return not part.amounts("number")
    return False


def note_quantities(mail: Mail, part: Part) -> set[int]:
    """The quantities of a sentence that orders nothing."""
    found = find_lines(part.tokens, mail.grammar)
    units = {value for one in found.wanted if (value := one.units(mail.lexis))}
    product = mail.only_product()
    for orphan in found.orphans:
        value = orphan.counted.resolve(mail.lexis.cases[product] if product else 0)
        units |= {value} if value else set()
    return units


def finish_order(mail: Mail) -> Order | None:
    """The order of the whole mail, once every question is asked."""
    for product in mail.spoiled:
        mail.lines.pop(product, None)
    missing = [
        text
        for product, text in mail.bare.items()
        if product not in mail.lines
        and product not in mail.spoiled
        and product not in mail.asked
    ]
    if missing:
        mail.ask("no_quantity", " and ".join(missing))
    if not mail.lines:
        return None
    return Order(
        tuple(Line(key, units, price) for key, (units, price) in mail.lines.items())
    )
