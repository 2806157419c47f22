"""The grammar of mails: words and cues as data, read from `grammar.toml`."""

from functools import cache
from pathlib import Path

import msgspec

from gyges.content import Library
from gyges.worlds.vending.catalogue import CONTENT
from gyges.worlds.vending.voice.cues import Automaton

__all__ = ["Grammar", "load_grammar"]


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Sets of single words."""

    units: frozenset[str]
    """A single piece: can, bottle, bag."""
    cases: frozenset[str]
    """A trade case: case, box, carton."""
    inner: frozenset[str]
    """What follows the number of pieces in a case: ct, count, pack."""
    durations: frozenset[str]
    months: frozenset[str]
    streets: frozenset[str]
    labels: frozenset[str]
    """Words before a number that is no quantity: suite, row, ref."""
    plain: frozenset[str]
    """Words that are no name of a product, beside all the words of the cues."""


class GrammarFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The shape of `grammar.toml`."""

    numbers: dict[str, int]
    """Number words below a hundred."""
    scales: dict[str, int]
    """Words that multiply: dozen, hundred, thousand."""
    words: Words
    columns: dict[str, frozenset[str]]
    """Roles of the columns of a table, with the heads that name them."""
    cues: dict[str, tuple[str, ...]]
    questions: dict[str, str]
    """What is asked back, by what is unclear."""


class Grammar:
    """The compiled grammar."""

    def __init__(self, file: GrammarFile) -> None:
        """Compile the cues."""
        self.file = file
        self.words = file.words
        self.automaton = Automaton(file.cues)
        self.cues = self.automaton.find
        self.number_words = frozenset({*file.numbers, *file.scales, "a", "an", "half"})
        """Words a number may begin with."""
        lists = (file.words.units, file.words.cases, file.words.plain)
        self.ordinary = self.automaton.vocabulary.union(
            *lists, file.numbers, file.scales
        )
        """Every word the grammar itself uses."""


@cache
def load_grammar(root: Path = CONTENT) -> Grammar:
    """Read and compile the grammar of a content folder.

    Raises:
        ContentError: the file is malformed.
    """
    return Grammar(Library(root).table("grammar.toml", GrammarFile))
