"""The directory behind `web_search`: pages ranked by BM25.

The index is built at the first search of a seed and kept. Equal scores are ordered by
the page's place in the directory, so that a search has one answer.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, cast

from gyges.rng import Draws
from gyges.worlds.vending.supply.pages import Page, write_pages
from gyges.worlds.vending.supply.suppliers import Market

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Directory", "Hit"]

WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")
PLURAL = 4
"""Letters of the shortest word that may be a plural."""
STOP = frozenset(
    WORD.findall(
        "a an and are as at be by for from has have i in is it my of on or our "
        "that the their this to was we what where which who will with you your"
    )
)
SHOWN = 1200
"""Characters of a page that a search shows."""
DIGITS = 4
"""Decimals of a score that count; less is noise of single precision."""


class Scorer(Protocol):
    """What is used of a BM25 index."""

    def index(self, corpus: list[list[str]], *, show_progress: bool) -> None:
        """Take in the documents."""
        ...

    def get_scores(self, words: list[str], /) -> "NDArray[np.float32]":
        """Score every document for a query."""
        ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A page found."""

    title: str
    source: str
    """Who published it."""
    text: str
    """The page, cut where it is very long."""


class Directory:
    """The pages of a seed, with a search."""

    __slots__ = ("_draws", "_index", "_market", "_pages")

    def __init__(self, market: Market, draws: Draws) -> None:
        """Keep what pages are written from; they come with the first search.

        Args:
            market: who sells what.
            draws: of the original run (branch 0), also in forks.
        """
        self._market = market
        self._draws = draws
        self._pages: tuple[Page, ...] = ()
        self._index: Scorer | None = None

    @property
    def pages(self) -> tuple[Page, ...]:
        """All pages of the seed."""
        if not self._pages:
            market = self._market
            self._pages = write_pages(self._draws, market.suppliers, market.products)
        return self._pages

    def search(self, query: str, k: int = 5, day: int = 0) -> list[Hit]:
        """Find the best pages for a query, the best first.

        Args:
            query: free text.
            k: how many at most; pages that share no word with the query are none.
            day: the world day on which somebody searches: news comes with time.
        """
        words = sorted(set(tokens(query)))
        if not words:
            return []
        scores = self.index.get_scores(words).round(DIGITS).tolist()
        ranked = sorted(
            (-score, place)
            for place, score in enumerate(scores)
            if score > 0 and self.pages[place].day <= day
        )
        return [shown(self.pages[place]) for _, place in ranked[:k]]

    @property
    def index(self) -> Scorer:
        """The index over titles, sources and texts; a title counts twice."""
        if self._index is None:
            # Imported here: with numpy it costs as much as a whole scripted year.
            from bm25s import BM25  # noqa: PLC0415 - slow to load

            index = cast("Scorer", BM25())
            corpus = [
                tokens(f"{page.title} {page.title} {page.source} {page.text}")
                for page in self.pages
            ]
            index.index(corpus, show_progress=False)
            self._index = index
        return self._index


def tokens(text: str) -> list[str]:
    """The words of a text, lower-case, without the commonest and without plural s."""
    return [
        word[:-1] if word[-1] == "s" and plural(word) else word
        for word in WORD.findall(text.lower())
        if word not in STOP
    ]


def plural(word: str) -> bool:
    """Whether a word that ends in s looks like a plural: not "gas", not "glass"."""
    return len(word) >= PLURAL and word[-2] != "s"


def shown(page: Page) -> Hit:
    """What a search shows of a page."""
    text = page.text
    if len(text) > SHOWN:
        text = text[:SHOWN].rsplit(None, 1)[0] + " ..."
    return Hit(page.title, page.source, text)
