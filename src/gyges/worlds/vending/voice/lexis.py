"""The words for the goods, compiled for looking up in one pass."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from gyges.worlds.vending.letters import Lexicon, Reading
from gyges.worlds.vending.voice.tokens import Token, plain_text, scan
from gyges.worlds.vending.voice.trie import Node

__all__ = ["SHORTEST", "Lexis"]

CONTAINED = 2
"""Words of "cans of"."""
SHORTEST = 6
"""Words of at least so many letters may have one typing error."""


class Lexis:
    """A lexicon, ready for use."""

    def __init__(
        self, lexicon: Lexicon, ordinary: frozenset[str], units: frozenset[str]
    ) -> None:
        """Compile a lexicon.

        Args:
            lexicon: names and case sizes.
            ordinary: words of the language that are never a typing error for a product.
            units: words such as "cans"; "cans of coke" is learnt as "coke".
        """
        self.cases: Mapping[str, int] = lexicon.cases
        self.root = Node()
        self.readings: dict[tuple[str, str, str | None], Reading] = {}
        """Mails read before."""
        self.dull: set[str] = set()
        """Words known to begin neither a product nor a number."""
        self.sized: dict[tuple[str, str], str] = {}
        for key, names in lexicon.products.items():
            for name in names[1:]:
                self.learn(bare(stems(name), units), key)
        for key, names in lexicon.products.items():
            self.learn_official(names[0], key)
        self.ordinary = ordinary
        self.near = neighbours(self.root)
        self.corrected = lru_cache(8192)(self.correct)

    def learn(self, words: list[str], key: str) -> str:
        """Add a name; the first product to claim the words keeps them."""
        node = self.root
        for word in words:
            node = node.step(word)
        node.names = node.names or (key,)
        return node.names[0]

    def learn_official(self, name: str, key: str) -> None:
        """Add an official name: whole, and without its size."""
        tokens = scan(plain_text(name))
        self.learn(stems(name), key)
        size = next((i for i, token in enumerate(tokens) if token.kind == "size"), 0)
        if size:
            owner = self.learn(
                [token.stem for token in tokens[:size] if token.stem], key
            )
            self.sized.setdefault((owner, tokens[size].stem), key)

    def match(self, tokens: list[Token], start: int) -> tuple[str, int]:
        """The longest product name at a position, and where it ends; or no product."""
        node = self.enter(self.root, tokens[start].stem)
        best, end, index = "", start, start
        while node is not None:
            index += 1
            if node.names:
                best, end = node.names[0], index
            while index < len(tokens) and tokens[index].key == "+":
                index += 1
            if index >= len(tokens):
                break
            node = self.enter(node, tokens[index].stem)
        return best, end

    def enter(self, node: Node, word: str) -> Node | None:
        """Follow a word, or the word it is a typing error for."""
        found = node.next.get(word)
        if found is None and len(word) >= SHORTEST:
            meant = self.corrected(word)
            return node.next.get(meant) if meant else None
        return found

    def variant(self, product: str, size: str) -> str:
        """The product in that size, if it is sold in several."""
        return self.sized.get((product, size), product)

    def correct(self, word: str) -> str:
        """The product word that a word is one letter away from, or nothing."""
        if word in self.ordinary:
            return ""
        for form in (word, *shorter(word)):
            meant = self.near.get(form)
            if meant and meant[0] == word[0] and abs(len(meant) - len(word)) <= 1:
                return meant
        return ""


def stems(name: str) -> list[str]:
    """The words of a name as they are looked up."""
    return [token.stem or token.text for token in scan(plain_text(name))]


def bare(words: list[str], units: frozenset[str]) -> list[str]:
    """A name without the container before it."""
    contained = len(words) > CONTAINED and words[0] in units and words[1] == "of"
    return words[CONTAINED:] if contained else words


def shorter(word: str) -> list[str]:
    """The word with one letter left out, in every way."""
    return [word[:index] + word[index + 1 :] for index in range(len(word))]


def neighbours(root: Node) -> dict[str, str]:
    """Every long word of the names, and its spellings with one letter missing."""
    found: dict[str, str] = {}
    for word in sorted(collect(root)):
        if len(word) >= SHORTEST and word.isalpha():
            found[word] = word
            for form in shorter(word):
                found.setdefault(form, word)
    return found


def collect(root: Node) -> Iterable[str]:
    """Every word in a tree."""
    pending = [root]
    words: set[str] = set()
    while pending:
        node = pending.pop()
        words.update(node.next)
        pending.extend(node.next.values())
    return words
