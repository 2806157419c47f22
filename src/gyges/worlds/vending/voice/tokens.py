"""Text to tokens: words, numbers, money and what only looks like a number.

Every quantifier is bounded and every alternative starts with a different kind of
character, so the scan is linear in the length of the text.
"""

import re
from typing import NamedTuple

__all__ = ["Token", "plain_text", "scan"]


class Token(NamedTuple):
    """The smallest piece of a mail that means something."""

    kind: str
    """word, number, money, percent, order, product, noise, or "." for punctuation."""
    key: str
    """What the grammar matches: the lower-case word, or the kind in braces."""
    text: str
    """As written."""
    value: int = 0
    """The number; cents for money, hundredths for a percentage."""
    stem: str = ""
    """The word without plural and apostrophe, as products are looked up."""


TOKEN = re.compile(
    r"""
      [Pp][Ff][-\ ]?\#?\d{2,7}\b                                     # order number
    | https?://\S{1,80}
    | [A-Za-z](?:[\w.+-]{0,40}@[A-Za-z][\w-]{0,40}\.[\w.-]{1,40}     # mail address
        |(?<=[DdMmOoCcEeQqPpAavIi])(?:r|rs|s|z|t|a|ty|cs|pprox|nc|o|\.g|\.e|\.[Ss])\.
        )                                                            # abbreviations
    | [^\W\d_]{1,40}(?:['&][^\W\d_]{1,20}){0,3}                      # words
    | (?=[\d$+(.])(?:
        (?:\+?1[\ -])?\(?\d{3}\)?[\ .-]\d{3}[\ .-]\d{4}\b            # telephone
      | \d{4}-\d{2}-\d{2} | \d{1,2}/\d{1,2}/\d{2,4}                  # dates
      | \d{1,2}:\d{2}(?:\ ?[AaPp][Mm]\b)? | \d{1,2}\ ?[AaPp][Mm]\b   # times
      | \d{1,6}(?:\.\d{1,3})?[\ -]?(?:[Ff][Ll]\.?\ ?)?(?:[Oo][Zz]|[Oo]unces?|ml|mL|ML
          |l|L|[Ll]it(?:er|re)s?|g|grams?|kg|lbs?|mAh|mah|ft)\b\.?   # sizes
      | \$\ ?\d{1,9}(?:,\d{3}){0,3}(?:\.\d{1,4})?                    # money
      | \d{1,6}(?:\.\d{1,2})?\ ?(?:¢|[Cc]ents?\b|USD\b|[Dd]ollars?\b)
      | \d{1,4}(?:\.\d{1,2})?\ ?(?:%|[Pp]ercent\b|[Pp]er\ cent\b)
      | \d{0,6}\.\d{2}\b                                             # bare 0.75
      | \d{1,2}(?:st|nd|rd|th)\b                                     # ordinals
      | \d{1,6}\ ?-\ ?\d{1,6}\b                                      # ranges
      | \d{1,3}(?:,\d{3}){1,2}\b | \d{1,12}                          # numbers
      )
    | [.!?;:,()|=@\xd7*/+-]
    """,
    re.VERBOSE,
)
PLAIN = str.maketrans(
    {
        "\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2032": "'",
        "\u2010": "-", "\u2011": "-", "\u00a0": " ", "\u202f": " ", "\u2028": "\n",
        "\ufe0f": "", "\u200b": "",
    }
)  # fmt: skip
DASHES = re.compile(r"(?<=\d) ?\u2013 ?(?=\d)")
"""A dash between figures is a range."""
HYPHEN = re.compile(r"(?<=\w)-(?=[A-Za-z])")
LONG_DASH = str.maketrans({"\u2013": " - ", "\u2014": " - ", "\u2212": "-"})
PLURAL = 5
"""Shorter words keep their s: Lay's is no lay."""
SIZE = re.compile(r"(\d+(?:\.\d+)?)[ -]?(?:fl\.? ?)?([a-z]+)\.?")
DIGITS = re.compile(r"\d+")
MANY = 50_000
"""Tokens remembered before the memory is emptied."""
LARGEST = 10_000
"""A larger number in a mail is a reference, not a quantity."""
KNOWN: dict[str, Token] = {}


def plain_text(text: str) -> str:
    """Unify quotes, dashes, spaces and hyphens inside words ("pro-forma")."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if text.isascii():
        return HYPHEN.sub(" ", text) if "-" in text else text
    text = HYPHEN.sub(" ", DASHES.sub("-", text.translate(PLAIN)))
    return text.translate(LONG_DASH)


def scan(text: str) -> list[Token]:
    """Split a plain text (see `plain_text`) into tokens."""
    if len(KNOWN) > MANY:
        KNOWN.clear()
    known = KNOWN
    tokens: list[Token] = []
    for piece in TOKEN.findall(text):
        token = known.get(piece)
        if token is None:
            token = known[piece] = make(piece)
        tokens.append(token)
    return tokens


def make(piece: str) -> Token:
    """Tell what a piece of text is."""
    first = piece[0]
    if first.isalpha():
        return make_word(piece)
    if first == "$" or (piece[-1] in "¢sSrRdDtT" and is_money(piece)):
        return Token("money", "{m}", piece, cents(piece))
    if first.isdecimal() or (first in "+(" and len(piece) > 1):
        return make_number(piece)
    if first == "." and len(piece) > 1:
        return Token("money", "{m}", piece, cents(piece))
    key = "*" if piece == "\u00d7" else piece
    return Token(".", key, piece)


def is_money(piece: str) -> bool:
    """Whether an amount is written with its unit behind it: "80 cents"."""
    return piece.lower().endswith(
        ("¢", "cent", "cents", "usd", "dollar", "dollars")
    ) and ("per" not in piece)


def cents(piece: str) -> int:
    """Whole cents of a piece that is an amount; a fraction of a cent is rounded."""
    lower = piece.lower()
    figure = "".join(char for char in lower if char.isdecimal() or char == ".")
    amount = float(figure or "0")
    small = lower.endswith(("¢", "cent", "cents"))
    return round(amount) if small else round(amount * 100)


def make_number(piece: str) -> Token:
    """Tell a quantity from a percentage, a size, a price, a date and the like."""
    lower = piece.lower()
    if lower.endswith(("%", "percent", "per cent")):
        return Token("percent", "{%}", piece, cents(lower.rstrip("%percnt ")))
    bare = lower.replace(",", "")
    if bare.isdecimal():
        value = int(bare)
        return Token("number" if value < LARGEST else "noise", "{n}", piece, value)
    head, point, tail = bare.partition(".")
    if point and (head + tail).isdecimal():
        return Token("money", "{m}", piece, cents(bare))
    size = SIZE.fullmatch(lower)
    if size and not lower.endswith(("st", "nd", "rd", "th", "am", "pm")):
        return Token("size", "{s}", piece, 0, size_stem(size))
    return Token("noise", "{x}", piece)


def size_stem(size: re.Match[str]) -> str:
    """One way to write a size: "12oz"."""
    unit = {"ounces": "oz", "ounce": "oz", "liter": "l", "litre": "l"}.get(
        size[2], size[2]
    )
    return size[1] + unit.removesuffix("s")


def make_word(piece: str) -> Token:
    """A word, or an order number, an address, an abbreviation."""
    lower = piece.lower()
    if lower[:2] == "pf" and any(char.isdecimal() for char in lower):
        number = "PF-" + "".join(DIGITS.findall(lower))
        return Token("order", "{o}", number)
    if "@" in lower or "://" in lower:
        return Token("noise", "{x}", piece)
    lower = lower.rstrip(".")
    return Token("word", lower, piece, 0, stem(lower))


def stem(word: str) -> str:
    """A word as products are looked up: no apostrophe, no plural."""
    word = word.replace("'", "")
    if len(word) >= PLURAL and word[-1] == "s" and word[-2] != "s":
        return word[:-1]
    return word
