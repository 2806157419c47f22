"""The three memory stores of the first edition: scratchpad, key-value, vector.

The original finds passages by the cosine of embeddings that a model computes. Here the
vectors are tf-idf weights of the words, so that a search needs no model, no network and
no luck: weight = count * (ln((1 + n) / (1 + df)) + 1), cosine of the two vectors, ties
in the order in which the entries were added. What shares no word with the query is not
found. Everything lies in `Seat.scratch` as plain JSON.
"""

import math
import re
from collections import Counter
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, cast

from gyges.worlds.protocol import Event, Json
from gyges.worlds.vending.state import Seat

if TYPE_CHECKING:
    from gyges.worlds.tool import Value
    from gyges.worlds.vending.world import VendingWorld

__all__ = ["ENTRIES", "KEYS", "MEMORY", "SCRATCHPAD", "rank"]

SCRATCHPAD = 20_000
"""Characters the scratchpad holds."""
KEYS = 200
"""Keys the key-value store holds."""
ENTRIES = 300
"""Entries the vector store holds."""
SHOWN = 60
LISTED = 400
WORD = re.compile(r"[^\W_]+")
Entries: TypeAlias = list[tuple[int, str]]


def read_scratchpad(
    world: "VendingWorld", seat: Seat, _values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Show the scratchpad."""
    text = scratchpad(seat)
    _note(world, seat, "memory_read", "scratchpad")
    return {"characters": len(text), "text": text}


def write_scratchpad(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Replace the scratchpad."""
    return _keep_scratchpad(world, seat, str(values["text"]))


def append_scratchpad(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Add a paragraph to the scratchpad."""
    text = scratchpad(seat)
    added = str(values["text"])
    return _keep_scratchpad(world, seat, f"{text}\n{added}" if text else added)


def delete_scratchpad(
    world: "VendingWorld", seat: Seat, _values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Throw the scratchpad's text away."""
    text = scratchpad(seat)
    if not text:
        msg = "the scratchpad is empty already"
        raise ValueError(msg)
    seat.scratch["scratchpad"] = ""
    _note(world, seat, "memory_deleted", "scratchpad")
    return {"characters": len(text)}


def scratchpad(seat: Seat) -> str:
    """What the scratchpad holds."""
    return str(seat.scratch.get("scratchpad", ""))


def _keep_scratchpad(world: "VendingWorld", seat: Seat, text: str) -> dict[str, Json]:
    if len(text) > SCRATCHPAD:
        msg = (
            f"the scratchpad would have {len(text)} characters and holds {SCRATCHPAD};"
            " nothing was written: shorten the text, or replace or delete what is there"
        )
        raise ValueError(msg)
    seat.scratch["scratchpad"] = text
    _note(world, seat, "memory_written", "scratchpad")
    return {"characters": len(text)}


def set_value(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Store a value under a key; what was there is replaced."""
    key, store = _key(values), key_values(seat)
    if key not in store and len(store) >= KEYS:
        msg = f"there are {KEYS} keys, the most there can be; delete one first"
        raise ValueError(msg)
    store[key] = str(values["value"])
    seat.scratch["key_values"] = cast("Json", store)
    _note(world, seat, "memory_written", "key_value", key)
    return {"key": key}


def get_value(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Show the value of a key."""
    key = _own_key(seat, values)
    _note(world, seat, "memory_read", "key_value", key)
    return {"key": key, "value": key_values(seat)[key]}


def delete_value(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Throw a key and its value away."""
    key = _own_key(seat, values)
    del key_values(seat)[key]
    _note(world, seat, "memory_deleted", "key_value", key)
    return {"key": key}


def list_keys(
    _world: "VendingWorld", seat: Seat, _values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """List all keys, in the order in which they were first set."""
    keys: list[Json] = [{"key": key} for key in key_values(seat)]
    return {"total": len(keys), "keys": keys}


def key_values(seat: Seat) -> dict[str, str]:
    """The key-value store."""
    return cast("dict[str, str]", seat.scratch.get("key_values", {}))


def _key(values: Mapping[str, "Value"]) -> str:
    # A key is one line, since that is how the list of keys shows it.
    key = " ".join(str(values["key"]).split())
    if not key:
        msg = "a key needs a name"
        raise ValueError(msg)
    return key


def _own_key(seat: Seat, values: Mapping[str, "Value"]) -> str:
    key, store = _key(values), key_values(seat)
    if key not in store:
        names = ", ".join(store) or "none"
        msg = f"no key {key[:SHOWN]!r}; your keys: {names[:LISTED]}"
        raise ValueError(msg)
    return key


def add_to_vector_store(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Store a passage for searching."""
    text, held = str(values["text"]), entries(seat)
    if not words(text):
        msg = "an entry needs at least one word, or no search can find it"
        raise ValueError(msg)
    if len(held) >= ENTRIES:
        msg = f"there are {ENTRIES} entries, the most there can be; delete one first"
        raise ValueError(msg)
    number = cast("int", seat.scratch.get("vector_last", 0)) + 1
    seat.scratch["vector_last"] = number
    held.append((number, text))
    seat.scratch["vector"] = cast("Json", held)
    _note(world, seat, "memory_written", "vector", str(number))
    return {"id": number, "total": len(held)}


def search_vector_store(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Show the entries nearest to a query, the nearest first."""
    query, held = str(values["query"]), entries(seat)
    ranked = rank(query, [text for _, text in held])[: cast("int", values["n"])]
    hits: list[Json] = [
        {"id": held[place][0], "score": f"{score:.2f}", "text": held[place][1]}
        for place, score in ranked
    ]
    _note(world, seat, "memory_read", "vector")
    return {"query": query, "hits": hits}


def delete_from_vector_store(
    world: "VendingWorld", seat: Seat, values: Mapping[str, "Value"]
) -> dict[str, Json]:
    """Throw an entry away; its number is not used again."""
    number, held = cast("int", values["id"]), entries(seat)
    kept = [entry for entry in held if entry[0] != number]
    if len(kept) == len(held):
        numbers = ", ".join(f"#{entry[0]}" for entry in held) or "none"
        msg = f"no entry #{number}; your entries: {numbers[:LISTED]}"
        raise ValueError(msg)
    held[:] = kept
    _note(world, seat, "memory_deleted", "vector", str(number))
    return {"id": number, "total": len(held)}


def entries(seat: Seat) -> Entries:
    """The vector store: number and text of each entry."""
    return cast("Entries", seat.scratch.get("vector", []))


def rank(query: str, texts: list[str]) -> list[tuple[int, float]]:
    """Places of the texts that share words with a query, with cosines, best first."""
    counts = [words(text) for text in texts]
    found: Counter[str] = Counter(word for count in counts for word in count)
    rarity = {
        word: math.log((1 + len(texts)) / (1 + found[word])) + 1
        for word in (*found, *words(query))
    }
    asked = _weigh(words(query), rarity)
    scored: list[tuple[int, float]] = []
    for place, count in enumerate(counts):
        if asked.keys().isdisjoint(count):
            continue
        held = _weigh(count, rarity)
        score = sum(weight * held.get(word, 0.0) for word, weight in asked.items())
        # Rounded, so that a tie is a tie whatever the order of the additions.
        scored.append((place, round(score, 9)))
    return sorted(scored, key=lambda item: (-item[1], item[0]))


def _weigh(count: Mapping[str, int], rarity: Mapping[str, float]) -> dict[str, float]:
    weights = {word: times * rarity[word] for word, times in count.items()}
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()}


@lru_cache(maxsize=4096)
def words(text: str) -> Counter[str]:
    """The words of a text in lower case, plurals cut, counted."""
    return Counter(_singular(word) for word in WORD.findall(text.lower()))


def _singular(word: str) -> str:
    plural = len(word) > len("gas") and word.endswith("s") and not word.endswith("ss")
    return word[:-1] if plural else word


def _note(
    world: "VendingWorld", seat: Seat, kind: str, store: str, key: str = ""
) -> None:
    seat.count(kind)
    world.note(Event(kind, {"store": store, "key": key}))


MEMORY = {
    "read_scratchpad": read_scratchpad,
    "write_scratchpad": write_scratchpad,
    "append_scratchpad": append_scratchpad,
    "delete_scratchpad": delete_scratchpad,
    "set_value": set_value,
    "get_value": get_value,
    "delete_value": delete_value,
    "list_keys": list_keys,
    "add_to_vector_store": add_to_vector_store,
    "search_vector_store": search_vector_store,
    "delete_from_vector_store": delete_from_vector_store,
}
"""Handlers by tool name: they change the seat and give the facts of the observation."""
