"""The offline reader: free text to a typed `Reading`, by rules, the same every time.

The reader never raises, whatever is written, and its work is bounded: it reads the
first 20,000 characters of a mail. What it cannot act on safely becomes a question.
"""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from gyges.worlds.protocol import Letter
from gyges.worlds.vending.letters import (
    Accept,
    AskStatus,
    AskTerms,
    Claim,
    Haggle,
    Intent,
    Lexicon,
    Reading,
    Report,
)
from gyges.worlds.vending.voice.grammar import Grammar, load_grammar
from gyges.worlds.vending.voice.intents import (
    is_condition,
    read_answers,
    read_claims,
    read_haggle,
    read_report,
)
from gyges.worlds.vending.voice.layout import Sentence, sentences
from gyges.worlds.vending.voice.lexis import Lexis
from gyges.worlds.vending.voice.mails import Mail, Part
from gyges.worlds.vending.voice.orders import (
    finish_order,
    note_quantities,
    read_corrections,
    read_order,
)
from gyges.worlds.vending.voice.quantities import annotate
from gyges.worlds.vending.voice.remedies import is_for_customer, read_remedies
from gyges.worlds.vending.voice.tables import read_table

__all__ = ["Audience", "read"]

Audience: TypeAlias = Literal["supplier", "customer"]
FLAGS = frozenset({"membership", "paid", "request", "not_order"})
REMEMBERED = 2_000
"""Mails whose reading is remembered; scripted players write the same ones often."""
SHORT = 2_000
"""Characters of a mail that is remembered, at most."""
KEPT = 8
"""Lexicons kept compiled."""
COMPILED: dict[int, tuple[Lexicon, Lexis]] = {}


def read(letter: Letter, lexicon: Lexicon, audience: Audience | None = None) -> Reading:
    """Read a mail to a supplier or a customer.

    Args:
        letter: the mail; only subject and body are read.
        lexicon: the words for the goods, and the sizes of their cases.
        audience: who the recipient is; guessed from the words if not given.

    Returns:
        The intents, and questions to ask back. Never an order that was not firmly
        given, as far as rules can tell.
    """
    lexis = compiled(lexicon)
    key = (letter.subject, letter.body, audience)
    known = lexis.readings.get(key)
    if known is None:
        known = read_anew(letter, lexis, audience)
        if len(letter.body) + len(letter.subject) <= SHORT:
            if len(lexis.readings) >= REMEMBERED:
                lexis.readings.clear()
            lexis.readings[key] = known
    return known


def read_anew(letter: Letter, lexis: Lexis, audience: Audience | None) -> Reading:
    """Read a mail that was not read before: the same words mean the same again."""
    grammar = load_grammar()
    parts = [
        understand(sentence, lexis, grammar)
        for sentence in sentences(letter.subject, letter.body)
    ]
    if audience == "customer" or (audience is None and is_for_customer(parts)):
        return Reading(tuple(read_remedies(parts)))
    return read_trade(parts, lexis, grammar)


def compiled(lexicon: Lexicon) -> Lexis:
    """A lexicon compiled, or remembered: the same object is compiled once."""
    known = COMPILED.get(id(lexicon))
    if known is None:
        if len(COMPILED) >= KEPT:
            COMPILED.clear()
        grammar = load_grammar()
        known = lexicon, Lexis(lexicon, grammar.ordinary, grammar.words.units)
        # Keeping the lexicon alive keeps its id from being used again.
        COMPILED[id(lexicon)] = known
    return known[1]


def understand(sentence: Sentence, lexis: Lexis, grammar: Grammar) -> Part:
    """Find products, numbers and cues in a sentence."""
    tokens = annotate(sentence.tokens, lexis, grammar)
    return Part(
        sentence,
        tokens,
        grammar.cues(tokens),
        [token.stem for token in tokens if token.kind == "product"],
        next((token.text for token in tokens if token.kind == "order"), None),
    )


def read_trade(parts: list[Part], lexis: Lexis, grammar: Grammar) -> Reading:
    """Read a mail to a supplier."""
    mail = Mail(lexis, grammar)
    read_subject(mail, parts[0])
    for part in parts:
        if part.number:
            mail.numbers.setdefault(part.number)
        if not part.cues.keys().isdisjoint(FLAGS):
            note_flags(mail, part)
    block = 0
    for part in parts[1:]:
        if part.sentence.block != block and not part.sentence.item:
            mail.columns = {}
        block = part.sentence.block
        read_part(mail, part)
        for product in part.products:
            mail.discussed.setdefault(product)
    return finish(mail)


def note_flags(mail: Mail, part: Part) -> None:
    """Note cues that count for the whole mail."""
    mail.flags.update({"membership", "paid"} & part.cues.keys())
    if part.has("request") and not part.has("receipt"):
        mail.flags.add("request")
        mail.passage = part.passage
    if part.has("not_order") and not is_condition(part):
        mail.flags.add("not_order")


def read_subject(mail: Mail, part: Part) -> None:
    """Take from the subject what lines without a cue are: an order, or a question."""
    if part.products and part.amounts("number") and part.has("order_head"):
        mail.subject = part
    if part.has("order_head") and not part.has("quote_head"):
        mail.default = "order"
    elif part.has("quote_head"):
        mail.default = "quote"


def read_part(mail: Mail, part: Part) -> None:
    """Read a sentence, an item or a row."""
    sentence = part.sentence
    if sentence.cells:
        return act(mail, part, read_table(mail, part))
    if not part.tokens:
        return None
    if not (part.cues or part.products or part.amounts("number")):
        mail.mode = mail.mode if sentence.item or sentence.head else mail.default
        return None
    kind = classify(mail, part)
    if sentence.head or (not sentence.item and part.has("order", "quote", "haggle")):
        mail.mode = kind or mail.mode
    elif not sentence.item and not (part.amounts("number") and part.products):
        mail.mode = mail.default
    if kind == "report":
        if part.has("status"):
            read_answers(mail, part)
        return None
    read_claims(mail, part)
    read_answers(mail, part)
    return act(mail, part, kind)


def classify(mail: Mail, part: Part) -> str:
    """What a sentence does with the goods it names."""
    if read_report(mail, part):
        return "report"
    if part.has("do_not_ship"):
        return "stop"
    if is_condition(part):
        return conditional_kind(part)
    if part.has("haggle") and not part.has("decline"):
        return "haggle" if not strong_quote(part) else "quote"
    return classify_order(mail, part)


def conditional_kind(part: Part) -> str:
    """What a sentence with a condition wants."""
    if part.has("haggle") or part.amounts("money"):
        return "haggle"
    if part.has("quote", "price_list"):
        return "quote"
    return "vague" if part.has("order") and part.amounts("number") else "unreal"


def strong_quote(part: Part) -> bool:
    """Whether a price is asked although it sounds like haggling."""
    return part.has("quote", "price_list") and not (
        part.amounts("money") or part.amounts("percent") or part.has("better")
    )


def classify_order(mail: Mail, part: Part) -> str:
    """Tell orders, questions for prices and mere thoughts apart."""
    if part.has("amend") and not mail.lines:
        return "amend"
    ordered = part.has("order")
    asked = part.has("quote", "price_list") and not part.has("given")
    if ordered and not part.has("unreal", "tentative", "asked_before"):
        firm = bool(part.amounts("number") and part.products)
        if (
            not asked
            or (firm and part.amounts("money"))
            or (firm and first(part, "order") < first(part, "quote"))
        ):
            return "order"
    if asked and not part.has("asked_before"):
        return "quote"
    if part.has("unreal", "tentative"):
        return "thought"
    if part.has(
        "past", "cancel", "decline", "status", "asked_before", "exclusive", "volume"
    ):
        return ""
    return neutral_kind(mail, part)


def neutral_kind(mail: Mail, part: Part) -> str:
    """What goods are named for in a sentence without any cue."""
    theirs = part.has("rival") and not part.has("you_quoted")
    if theirs or not (part.products or part.amounts("number")):
        return ""
    kind = mail.mode or mail.default
    if not kind and part.products and part.amounts("number"):
        mail.pending.append(part)
    if part.sentence.asks or (part.has("terms") and not part.products):
        return ""
    if part.sentence.item:
        return kind
    return kind if kind == "order" and part.products else ""


def first(part: Part, name: str) -> int:
    """Where a cue is first found."""
    return min(
        (start for start, _ in part.cues.get(name, ())), default=len(part.tokens)
    )


def act(mail: Mail, part: Part, kind: str) -> None:
    """Do what a sentence asks for."""
    if kind in ACTS:
        ACTS[kind](mail, part)
    elif kind == "order" or part.has("override", "scratch", "replace"):
        order(mail, part)


def haggle(mail: Mail, part: Part) -> None:
    """Read a request for lower prices; a rival's price alone is none."""
    request = part.has("match", "better") or part.sentence.asks
    if request or not part.has("rival") or not mail.has(Claim):
        read_haggle(mail, part)


def doubt(mail: Mail, part: Part) -> None:
    """Ask whether an order with a condition is firm."""
    if not mail.has(Haggle):
        mail.ask("firm", part.passage)


def amend(mail: Mail, part: Part) -> None:
    """Ask for the complete order, where an earlier one is to be changed."""
    mail.ask("amend", part.passage)
    mail.flags.add("amended")


def quote(mail: Mail, part: Part) -> None:
    """Note what prices are asked for."""
    mail.quote(part.products, note_quantities(mail, part))
    if part.has("price_list") and not part.products:
        mail.flags.add("price_list")


def think(mail: Mail, part: Part) -> None:
    """Note products somebody thinks about."""
    if part.has("terms"):
        return
    mail.tentative.extend(key for key in part.products if key not in mail.tentative)
    if part.products:
        mail.asked_units |= note_quantities(mail, part)


def stop(mail: Mail, part: Part) -> None:
    """Take orders back."""
    if any(token.key in {"paid", "payment", "pay"} for token in part.tokens):
        return
    mail.lines.clear()
    mail.bare.clear()
    mail.flags.add("stopped")


ACTS: Mapping[str, Callable[[Mail, Part], None]] = {
    "haggle": haggle,
    "stop": stop,
    "vague": doubt,
    "amend": amend,
    "quote": quote,
    "thought": think,
    "unreal": think,
}
"""What is done about a sentence, by its kind."""


def order(mail: Mail, part: Part) -> None:
    """Read an order, or a correction of one."""
    if read_corrections(mail, part):
        return
    resent = part.has("resend") and mail.has(Report)
    if "amended" in mail.flags or resent:
        return
    neutral = not part.has("order")
    if neutral and not part.amounts("number") and not part.sentence.item:
        # "The Coke is for the machine": no request at all.
        return
    read_order(mail, part)


def finish(mail: Mail) -> Reading:
    """Put the order, the requests and the questions together."""
    if "not_order" in mail.flags:
        mail.tentative.extend(key for key in mail.lines if key not in mail.tentative)
        mail.lines.clear()
        mail.bare.clear()
    settle_pending(mail)
    if "empty_order" in mail.flags and not mail.lines and mail.subject is not None:
        read_order(mail, mail.subject)
    intents: list[Intent] = list(mail.intents)
    ordered = finish_order(mail)
    if ordered is not None:
        intents.append(ordered)
        intents = [i for i in intents if not (isinstance(i, AskStatus) and not i.order)]
        if "only_proceed" in mail.flags:
            intents = [i for i in intents if i != Accept()]
    if wants_quote(mail, ordered=ordered is not None):
        intents.append(mail.quotation())
    if "terms" in mail.flags:
        intents.append(AskTerms())
    if not intents and not mail.questions:
        ask_what_is_meant(mail)
    return Reading(tuple(intents), tuple(mail.questions))


def wants_quote(mail: Mail, *, ordered: bool) -> bool:
    """Whether prices are asked for."""
    if "quote" in mail.flags:
        return bool(mail.asked or "price_list" in mail.flags or not ordered)
    others = mail.intents or mail.questions or ordered
    return bool(mail.tentative) and not others


def settle_pending(mail: Mail) -> None:
    """Quantities without a cue are an order if another sentence speaks of one."""
    if mail.lines or mail.intents or mail.flags & {"quote", "not_order", "stopped"}:
        return
    for part in mail.pending:
        if "empty_order" in mail.flags:
            read_order(mail, part)
        else:
            mail.ask("firm", part.passage)


def ask_what_is_meant(mail: Mail) -> None:
    """Ask back where something was wanted that could not be read."""
    if mail.flags & {"stopped", "not_order"}:
        return
    if "empty_order" in mail.flags and not mail.numbers:
        mail.ask("no_lines", "your order")
    elif "paid" in mail.flags:
        return
    elif "request" in mail.flags and (mail.discussed or mail.numbers):
        mail.ask("garbled", mail.passage)
