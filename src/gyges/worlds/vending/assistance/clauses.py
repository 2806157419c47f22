"""Clauses of an instruction: a verb each, with the goods, places and amounts."""

from dataclasses import dataclass, field, replace

from gyges.worlds.vending.assistance.places import Place, Vocabulary, place_of
from gyges.worlds.vending.voice.cues import Cues
from gyges.worlds.vending.voice.tokens import Token

__all__ = [
    "Clause",
    "Group",
    "cut",
    "grouped",
    "named_groups",
    "narrowest",
    "part",
    "price_pairs",
    "with_units",
]

VERBS = ("collect", "look", "replace", "price", "stock", "empty", "move", "leave")
"""Kinds of clauses; of two that start at one word the earlier one counts."""
PASSAGE = 90
DOLLARS = 20
"""The largest bare whole number that is read as a price in dollars."""
CENT = 100
NEAR = 2


@dataclass(slots=True)
class Clause:
    """A verb with what belongs to it."""

    kind: str
    tokens: list[Token]
    cues: frozenset[str]
    """Cues inside it."""
    groups: list[tuple[int, int, str]]
    """Names of groups of slots: start, end, name; starts count in `tokens`."""
    negated: bool = False

    def has(self, *names: str) -> bool:
        """Whether any of these cues is there."""
        return not self.cues.isdisjoint(names)

    def says(self, words: frozenset[str]) -> bool:
        """Whether any of these words is there."""
        return any(token.key in words for token in self.tokens)

    @property
    def passage(self) -> str:
        """The clause, shortened, to be quoted in a question."""
        text = " ".join(token.text for token in self.tokens).strip(" ,:-")
        if len(text) <= PASSAGE:
            return text
        return text[:PASSAGE].rsplit(" ", 1)[0] + "..."


@dataclass(slots=True)
class Group:
    """What is said together about one product or place."""

    product: str | None = None
    units: int | None = None
    place: Place | None = None
    price: int | None = None
    group: str | None = None
    shared: set[str] = field(default_factory=set[str])
    """Amounts that count for every group of the clause."""


def cut(tokens: list[Token], cues: Cues) -> list[Clause]:
    """Cut a sentence into clauses; none if it has no verb that means work."""
    nouns = cues.get("noun", [])
    starts = sorted(
        (start, rank, end, kind)
        for rank, kind in enumerate(VERBS)
        for start, end in cues.get(kind, [])
        if not any(low <= start < high for low, high in nouns)
    )
    verbs: list[tuple[int, int, str]] = []
    for start, _, end, kind in starts:
        if not verbs or start >= verbs[-1][1]:
            verbs.append((start, end, kind))
        elif start == verbs[-1][0] and kind == verbs[-1][2]:
            verbs[-1] = start, max(end, verbs[-1][1]), kind
    return [
        part(tokens, cues, (kind, start), (0 if number == 0 else start, stop))
        for number, (start, _, kind) in enumerate(verbs)
        for stop in [verbs[number + 1][0] if number + 1 < len(verbs) else len(tokens)]
    ]


def part(
    tokens: list[Token], cues: Cues, verb: tuple[str, int], span: tuple[int, int]
) -> Clause:
    """A clause of some tokens, with the cues inside it."""
    kind, at = verb
    start, stop = span
    inside = frozenset(
        name
        for name, spans in cues.items()
        if any(start <= low and high <= stop for low, high in spans)
    )
    groups = [
        (low - start, high - start, name.removeprefix("group "))
        for name, spans in cues.items()
        if name.startswith("group ")
        for low, high in spans
        if start <= low and high <= stop
    ]
    negated = any(at - 1 <= high <= at for _, high in cues.get("negation", []))
    return Clause(kind, tokens[start:stop], inside, groups, negated)


def priced(clause: Clause, index: int, words: Vocabulary) -> int | None:
    """The price at a position in cents, if one is named there."""
    tokens = clause.tokens
    token, before = tokens[index], tokens[index - 1].key if index else ""
    if token.kind == "money":
        following = {other.key for other in tokens[index + 1 : index + 3]}
        return None if before == "from" and "to" in following else token.value
    marks = words.words.at | {"price", ":", "="}
    small = token.kind == "number" and 0 < token.value <= DOLLARS
    counted = index + 1 < len(tokens) and (
        tokens[index + 1].key in words.words.units or tokens[index + 1].key == "{p}"
    )
    named = clause.kind == "price" and before in marks
    named = named or before in {"@", "price"} or is_price_field(tokens, index)
    return token.value * CENT if small and named and not counted else None


def is_price_field(tokens: list[Token], index: int) -> bool:
    """Whether a number stands behind "price:" or "price ="."""
    return (
        index > 1
        and tokens[index - 1].key in {":", "=", "of", "at"}
        and tokens[index - 2].key == "price"
    )


def grouped(clause: Clause, words: Vocabulary) -> list[Group]:
    """Put together what belongs together: a part that comes twice starts anew."""
    groups: list[Group] = []
    current = Group()
    depth = 0
    for index, token in enumerate(clause.tokens):
        depth += (token.key == "(") - (token.key == ")")
        thing = part_of(clause, index, words)
        if thing is None or (depth > 0 and thing.units and current.units):
            continue
        if clashes(current, thing):
            groups.append(current)
            current = Group()
        current = merged(current, thing)
    if current != Group():
        groups.append(current)
    share(groups)
    return groups


def part_of(clause: Clause, index: int, words: Vocabulary) -> Group | None:
    """What the token at a position says, if anything."""
    token = clause.tokens[index]
    if token.kind == "product":
        return Group(product=token.stem)
    if token.kind == "place":
        return Group(place=place_of(token))
    price = priced(clause, index, words)
    shared = is_shared(clause, index, words)
    if price is not None:
        return Group(price=price, shared={"price"} if shared else set())
    if token.kind == "number" and token.value > 0:
        after = clause.tokens[index + 1 : index + 3]
        if any(other.key in words.words.cases for other in after[:1]):
            # Multiplied out once the product is known.
            return Group(units=-token.value)
        return Group(units=token.value, shared={"units"} if shared else set())
    return None


def is_shared(clause: Clause, index: int, words: Vocabulary) -> bool:
    """Whether an amount is said to count for each product."""
    near = clause.tokens[index + 1 : index + 1 + NEAR]
    before = clause.tokens[max(0, index - NEAR) : index]
    return any(token.key in words.words.each for token in [*near, *before])


def clashes(current: Group, thing: Group) -> bool:
    """Whether a part is there already."""
    if thing.place is not None and current.place is not None:
        heading = current.place.rows and not current.place.slots
        return not (heading and thing.place.slots)
    return any(
        getattr(current, name) is not None and getattr(thing, name) is not None
        for name in ("product", "units", "price")
    )


def merged(current: Group, thing: Group) -> Group:
    """Two parts of one group."""
    place = thing.place or current.place
    if current.place is not None and thing.place is not None:
        place = Place(thing.place.rows or current.place.rows, thing.place.slots)
    return Group(
        current.product if thing.product is None else thing.product,
        current.units if thing.units is None else thing.units,
        place,
        current.price if thing.price is None else thing.price,
        current.group or thing.group,
        current.shared | thing.shared,
    )


def share(groups: list[Group]) -> None:
    """Give every group what is said of each, and spread a list of slots."""
    for name in ("units", "price"):
        owner = next((one for one in groups if name in one.shared), None)
        for one in groups:
            if owner is not None and getattr(one, name) is None:
                setattr(one, name, getattr(owner, name))
    placed = [one.place for one in groups if one.place is not None]
    if len(placed) == 1 and len(groups) > 1:
        spread(groups, placed[0])


def spread(groups: list[Group], place: Place) -> None:
    """Let the one place that was named count for all, if it can."""
    if not place.slots:
        for one in groups:
            one.place = place
    elif len(place.slots) == len(groups) and len(place.rows) <= 1:
        for one, slot in zip(groups, place.slots, strict=True):
            one.place = Place(place.rows, (slot,))


def with_units(group: Group, cases: int) -> Group:
    """A group whose cases are multiplied out."""
    if group.units is not None and group.units < 0:
        return replace(group, units=-group.units * cases)
    return group


def named_groups(clause: Clause) -> list[Group]:
    """The groups of slots that a clause names."""
    return [Group(group=name) for _, _, name in clause.groups]


def narrowest(targets: list[Group]) -> list[Group]:
    """Of places, products and groups that are named together, the most exact."""
    levels = (
        [one for one in targets if one.place is not None],
        [one for one in targets if one.product is not None],
        [one for one in targets if one.group not in {None, "all"}],
    )
    found = next((level for level in levels if level), targets[:1])
    unique: list[Group] = []
    for one in found:
        if one not in unique:
            unique.append(one)
    return unique


def price_pairs(clause: Clause, words: Vocabulary) -> list[tuple[list[Group], int]]:
    """Prices with their targets: "A and B at 2, C at 3", or "2 for A and B"."""
    pairs: list[tuple[list[Group], int]] = []
    targets: list[Group] = []
    starts = {start: name for start, _, name in clause.groups}
    for index in range(len(clause.tokens)):
        if index in starts:
            targets.append(Group(group=starts[index]))
        thing = part_of(clause, index, words)
        if thing is None or thing.units is not None:
            continue
        if thing.price is None:
            targets.append(thing)
            continue
        if pairs and not pairs[-1][0]:
            # The price came first: "$2 for Coke, $3 for ...".
            pairs[-1] = targets, pairs[-1][1]
            targets = []
        pairs.append((targets, thing.price))
        targets = []
    if pairs and targets and not pairs[-1][0]:
        pairs[-1] = targets, pairs[-1][1]
    return pairs
