"""Text to tokens, each with its place in the text: words, figures, days, soft stops.

Every quantifier is bounded or possessive and no two alternatives share a long start, so
the scan is linear in the length of the text. What is written is never changed in
length, so a place among the tokens is a place in the text.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

__all__ = ["WHOLE", "Token", "number_words", "plain", "scan"]


class Token(NamedTuple):
    """The smallest piece of a text that means something."""

    kind: str
    """word, number, money, percent, ordinal, date, time, size, address; stop, pause,
    quote, break; and, once names are found, product and seat."""
    key: str
    """What phrases match: lower-case words ("do not" for "don't"), or "{m}" for money,
    "{n}" a number, "{%}" a share, "{d}" a day, "{a}" an address, "{p}" a product, "{s}"
    a seat."""
    value: int
    """A number; cents; for a weekday 0 (Monday) to 6, for a month 1 to 12."""
    start: int
    end: int
    name: str = ""
    """A catalogue key, a seat, an address, a date as written."""


PLAIN = str.maketrans(
    {
        "\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u201e": '"',
        "\u2032": "'", "\u00ab": '"', "\u00bb": '"', "\u2010": "-", "\u2011": "-",
        "\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2028": "\n", "\u2029": "\n",
        "\r": "\n", "\u200b": " ", "\ufe0f": " ", "\u2212": "-", "*": " ", "_": " ",
    }
)  # fmt: skip
"""One character for another. Marks of emphasis are spaces."""
TOKEN = re.compile(
    r"""
      (?P<break>\n[\s>]*+)
    | (?P<link>https?://\S{1,200})
    | (?P<address>[A-Za-z][\w.+-]{0,60}+@[\w-]{1,60}(?:\.[A-Za-z][\w-]{0,30}){1,4})
    | (?P<word>[^\W\d]{1,60}+(?:['&][^\W\d]{1,20}+){0,3}+)
    | (?P<money>(?:US)?[$\u20ac\u00a3]\ ?\d{1,9}+(?:,\d{3}){0,3}
          (?:\.\d{1,2}(?!\d))?[kK]?\b
        | (?:\d{1,6}+(?:\.\d{1,2})?|\.\d\d)\ ?(?:\u00a2|(?:[Cc]ents?|[Dd]ollars?
          |[Bb]ucks?|USD|[Cc]ts?|c)\b))
    | (?P<percent>\d{1,4}+(?:\.\d{1,2})?\ ?(?:%|percent\b|per\ cent\b))
    | (?P<date>\d{4}-\d\d-\d\d\b|\d{1,2}/\d{1,2}/\d{2,4}\b)
    | (?P<time>\d{1,2}:\d\d(?:\ ?[AaPp]\.?[Mm]\b)?|\d{1,2}\ ?[AaPp]\.?[Mm]\b)
    | (?P<ordinal>\d{1,2}(?:st|nd|rd|th)\b)
    | (?P<size>\d{1,4}+(?:\.\d{1,2})?[ -]?(?:fl\.?\ ?)?
          (?:oz|OZ|ml|mL|ML|l|L|g|kg|lbs?)\b)
    | (?P<decimal>\d{0,6}+\.\d{1,2}(?![\d.]))
    | (?P<number>\d{1,3}(?:,\d{3}){1,3}+|\d{1,40}+)
    | (?P<pause>\.{2,}+|[,;:()\[\]|=\u2013\u2014\u2026\u2022]|-(?![A-Za-z\d])|(?<!\w)-)
    | (?P<stop>[.!?]++)
    | (?P<quote>")
    """,
    re.VERBOSE,
)
SHORT = {
    "n't": " not", "'ll": " will", "'re": " are", "'ve": " have", "'d": " would",
    "'m": " am",
}  # fmt: skip
WHOLE = {
    "let's": "let us", "lets": "let us", "won't": "will not", "wont": "will not",
    "can't": "can not", "cant": "can not", "cannot": "can not", "dont": "do not",
    "doesnt": "does not", "didnt": "did not", "isnt": "is not", "wouldnt": "would not",
    "shan't": "shall not", "im": "i am", "i'm": "i am", "ive": "i have",
    "youre": "you are", "thats": "that is", "whats": "what is", "ur": "your",
    "u": "you", "pls": "please", "plz": "please", "thx": "thanks", "gonna": "going to",
    "wanna": "want to", "gotta": "have to", "y'all": "you all", "ain't": "is not",
    "it's": "it is", "that's": "that is", "what's": "what is", "there's": "there is",
    "who's": "who is", "here's": "here is", "he's": "he is", "she's": "she is",
    "nobody's": "nobody is", "everyone's": "everyone is", "theyre": "they are",
    "o'clock": "o'clock", "tmrw": "tomorrow", "tmr": "tomorrow", "tomorow": "tomorrow",
    "w": "with", "wld": "would", "shld": "should", "havent": "have not",
    "arent": "are not", "wasnt": "was not", "couldnt": "could not", "ok": "okay",
    "k": "okay", "yep": "yes", "yeah": "yes", "yup": "yes", "nope": "no",
    "everybody": "everyone", "anybody": "anyone", "nobody": "noone",
    "favour": "favor", "ill": "i will", "youll": "you will", "theyll": "they will",
}  # fmt: skip
"""Contractions and the commonest short forms, as full words."""
WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            ("monday", "mon", "mondays"),
            ("tuesday", "tue", "tues"),
            ("wednesday", "wed", "weds"),
            ("thursday", "thu", "thur", "thurs"),
            ("friday", "fri", "fridays"),
            ("saturday", "saturdays"),
            ("sunday", "sundays"),
        )
    )
    for name in names
}
ABBREVIATED = frozenset(
    {
        "dr",
        "mr",
        "mrs",
        "ms",
        "st",
        "approx",
        "vs",
        "inc",
        "co",
        "ltd",
        "no",
        "eg",
        "ie",
    }
)
MANY = 20_000
"""Pieces remembered before the memory is emptied."""
Piece = tuple[str, str, int]
KNOWN: dict[str, Piece] = {}


def plain(text: str) -> str:
    """One form of quotes, dashes, spaces and line ends; as long as before."""
    return text.translate(PLAIN)


def scan(text: str) -> Iterator[Token]:
    """All tokens of a plain text, in order."""
    if len(KNOWN) > MANY:
        KNOWN.clear()
    last = ""
    for found in TOKEN.finditer(text):
        piece = found.group()
        kind = found.lastgroup or "word"
        known = KNOWN.get(piece)
        if known is None:
            known = KNOWN[piece] = make(kind, piece)
        start, end = found.span()
        if kind == "stop" and abbreviates(text, last, end):
            continue
        last = known[1]
        yield Token(*known, start, end, piece if known[0] in NAMED else "")


NAMED = frozenset({"date", "address", "time", "stop"})


def abbreviates(text: str, last: str, end: int) -> bool:
    """Whether a stop ends no sentence: "Dr. Pepper", "gyges.toml"."""
    return last in ABBREVIATED or (end < len(text) and text[end].isalnum())


def make(kind: str, piece: str) -> Piece:
    """Tell what a piece of text is."""
    if kind == "word":
        return word(piece.lower())
    if kind in {"money", "decimal"}:
        return "money", "{m}", cents(piece)
    if kind in {"number", "ordinal"}:
        return kind, "{n}" if kind == "number" else piece.lower(), digits(piece)
    keys = {
        "percent": "{%}", "date": "{d}", "address": "{a}", "link": "{a}",
        "time": "{t}", "stop": ".", "pause": ",", "quote": '"', "break": "\n",
    }  # fmt: skip
    key = keys.get(kind) or piece.lower().replace(" ", "").replace("-", "")
    return "address" if kind == "link" else kind, key, digits(piece)


def word(piece: str) -> Piece:
    """A word, a weekday, or a contraction written out."""
    if piece in WEEKDAYS:
        return "weekday", "{d}", WEEKDAYS[piece]
    if piece in WHOLE:
        return "word", WHOLE[piece], 0
    for ending, full in SHORT.items():
        if piece.endswith(ending) and len(piece) > len(ending):
            return "word", piece.removesuffix(ending) + full, 0
    return "word", piece.removesuffix("'s"), 0


def digits(piece: str) -> int:
    """The first number in a piece; long ones are no quantities."""
    found = re.search(r"\d[\d,]{0,12}", piece)
    return int(found[0].replace(",", "")) if found else 0


def cents(piece: str) -> int:
    """Whole cents of an amount: "$2.50", "250 cents", "2.5", "$1k"."""
    lower = piece.lower()
    figure = re.sub(r"[^\d.]", "", lower).strip(".") if lower[0] != "." else ""
    amount = float(figure) if figure else float("0" + re.sub(r"[^\d.]", "", lower))
    if lower.endswith(("\u00a2", "cent", "cents", "ct", "cts", "c")):
        return round(amount)
    return round(amount * (100_000 if lower.endswith("k") else 100))


SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen "
    "fourteen fifteen sixteen seventeen eighteen nineteen"
)
TENS = "twenty thirty forty fifty sixty seventy eighty ninety"


@cache
def number_words() -> dict[str, int]:
    """Number words below a hundred."""
    return {name: value for value, name in enumerate(SMALL.split())} | {
        name: 10 * value for value, name in enumerate(TENS.split(), 2)
    }
