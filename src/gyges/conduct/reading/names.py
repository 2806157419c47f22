"""Goods and people in a row of tokens: the longest name at every place."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

from gyges.conduct.reading.tokens import Token, plain, scan
from gyges.worlds.vending.place import all_names

__all__ = ["Names", "goods", "people"]

CONTAINERS = frozenset(
    {
        *("can", "cans", "bottle", "bottles", "bar", "bars", "bag", "bags"),
        *("packet", "packets", "pack", "packs"),
    }
)
"""What may stand behind a name and belong to it."""
WORDS = frozenset({"lay", "kind", "extra", "gum's", "naked", "planter"})
"""Ordinary words that would else be the short form of a name."""
MEASURES = frozenset({"size"})


class Node:
    """What may follow a word, and what ends here."""

    __slots__ = ("name", "next")

    def __init__(self) -> None:
        """Start empty."""
        self.next: dict[str, Node] = {}
        self.name = ""


class Names:
    """Names of one kind, as a tree of their words."""

    def __init__(self, kind: str, key: str, named: Mapping[str, str]) -> None:
        """Learn names.

        Args:
            kind: of the tokens that they become.
            key: by which phrases match these.
            named: what each name stands for.
        """
        self.kind = kind
        self.key = key
        self.root: dict[str, Node] = {}
        self.addresses = {name: meant for name, meant in named.items() if "@" in name}
        for name, meant in named.items():
            if name not in self.addresses:
                self.learn(keys(name), meant)

    def learn(self, words: Sequence[str], meant: str) -> None:
        """Add a name; the first to claim the words keeps them."""
        if not words or (len(words) == 1 and words[0] in WORDS):
            return
        node = self.root.setdefault(words[0], Node())
        for word in words[1:]:
            node = node.next.setdefault(word, Node())
        node.name = node.name or meant

    def longest(self, tokens: Sequence[Token], start: int) -> tuple[str, int]:
        """What is named at a place, and where the name ends; or nothing."""
        if tokens[start].kind == "address":
            return self.addresses.get(tokens[start].name.lower(), ""), start + 1
        node = self.root.get(tokens[start].key)
        name, end = "", start
        index = start + 1
        while node is not None:
            if node.name:
                name, end = node.name, index
            if index >= len(tokens):
                break
            node = node.next.get(tokens[index].key)
            index += 1
        return name, end

    def replace(self, tokens: list[Token]) -> list[Token]:
        """The same row, with every name one token."""
        found: list[Token] = []
        index = 0
        while index < len(tokens):
            token = tokens[index]
            name, end = "", index
            if token.key in self.root or token.kind == "address":
                name, end = self.longest(tokens, index)
            if name:
                end = self.behind(tokens, end)
                last = tokens[end - 1].end
                found.append(Token(self.kind, self.key, 0, token.start, last, name))
            else:
                found.append(token)
            index = max(end, index + 1)
        return found

    def behind(self, tokens: Sequence[Token], end: int) -> int:
        """Where a name of goods ends with its size and container."""
        if self.kind != "product":
            return end
        while end < len(tokens) and (
            tokens[end].key in CONTAINERS or tokens[end].kind in MEASURES
        ):
            end += 1
        return end


def keys(name: str) -> list[str]:
    """The words of a name, as a text has them."""
    return [token.key for token in scan(plain(name.lower()))]


@cache
def goods() -> Names:
    """Names and aliases of all goods, singular and plural, also without size."""
    named = dict(all_names())
    for name, key in all_names().items():
        for form in forms(name):
            named.setdefault(form, key)
    return Names("product", "{p}", named)


def forms(name: str) -> Iterable[str]:
    """Other forms of a name: plural, singular, without what follows a figure."""
    yield f"{name}s"
    if name.endswith("s") and not name.endswith("ss"):
        yield name[:-1]
    words = name.split()
    sizes = [index for index, word in enumerate(words) if word[0].isdigit() and index]
    if sizes:
        yield " ".join(words[: sizes[0]])


@lru_cache(maxsize=64)
def people(known: frozenset[tuple[str, str]]) -> Names:
    """Names, first names and addresses of seats."""
    named = dict(known)
    for name, seat in known:
        if "@" not in name:
            named.setdefault(name.split()[0], seat)
    return Names("seat", "{s}", named)
