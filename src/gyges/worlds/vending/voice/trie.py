"""A tree of words: finds every known phrase in one pass over the tokens."""

__all__ = ["Node"]


class Node:
    """What may follow a word, and what ends here."""

    __slots__ = ("names", "next")

    def __init__(self) -> None:
        """Start empty."""
        self.next: dict[str, Node] = {}
        self.names: tuple[str, ...] = ()
        """Names of the phrases that end here."""

    def step(self, word: str) -> "Node":
        """The node behind a word, made if there is none."""
        node = self.next.get(word)
        if node is None:
            node = self.next[word] = Node()
        return node
