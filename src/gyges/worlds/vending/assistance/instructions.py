"""The assistant's ear: an instruction in plain words to typed errands, by rules.

It never raises and its work is bounded: the first 20,000 characters, 60 jobs. What it
cannot act on safely becomes a question. What is possible is for the world to decide.
"""

from dataclasses import dataclass, field

from gyges.worlds.vending.assistance.clauses import (
    Clause,
    Group,
    cut,
    grouped,
    named_groups,
    narrowest,
    part,
    price_pairs,
    with_units,
)
from gyges.worlds.vending.assistance.errands import (
    Collect,
    Empty,
    Errand,
    Errands,
    Look,
    Price,
    Stock,
)
from gyges.worlds.vending.assistance.hints import (
    any_look,
    bare_kind,
    is_condition,
    is_row,
    is_stocking,
    moved,
    target_prices,
    whole,
)
from gyges.worlds.vending.assistance.places import (
    Place,
    Spot,
    Vocabulary,
    annotate,
    load_vocabulary,
)
from gyges.worlds.vending.assistance.tabulated import column_roles, row_group
from gyges.worlds.vending.voice.cues import Cues
from gyges.worlds.vending.voice.layout import Sentence, sentences
from gyges.worlds.vending.voice.tokens import Token

__all__ = ["read_errands"]

ASKED = 10
"""Questions that are asked back about one instruction."""
MOST = 60
"""Jobs that are read from one instruction."""
WORK = frozenset({"stock", "price", "empty", "collect", "replace", "move"})
TARGETED = frozenset({"stock", "price", "empty", "replace"})
PLAIN = str.maketrans({"[": "(", "]": ")", '"': " ", "{": " ", "}": " "})


def read_errands(text: str) -> Errands:
    """Read an instruction to the assistant."""
    reader = Reader(load_vocabulary())
    for sentence in sentences("", text.translate(PLAIN))[1:]:
        if len(reader.jobs) < MOST:
            reader.read(sentence)
    questions = list(dict.fromkeys(reader.questions))[:ASKED]
    if not reader.jobs and not questions:
        questions = [reader.words.script.questions["nothing"]]
    return Errands(tuple(reader.jobs[:MOST]), tuple(questions))


@dataclass(slots=True)
class Reader:
    """What has been read so far."""

    words: Vocabulary
    jobs: list[Errand] = field(default_factory=list[Errand])
    questions: list[str] = field(default_factory=list[str])
    mode: str = ""
    """What items without a verb are taken for."""
    row: int | None = None
    """The row that was named for what follows."""
    topic: str | None = None
    """The product spoken of last."""
    last: list[Errand] = field(default_factory=list[Errand])
    """The jobs that "it" and "them" point to."""
    spot: list[Spot] = field(default_factory=list[Spot])
    """The row and slot worked at last."""
    columns: dict[int, str] = field(default_factory=dict[int, str])
    """What the columns of the table hold."""

    def read(self, sentence: Sentence) -> None:
        """Read one sentence, list item or row of a table."""
        if sentence.cells or not sentence.tokens:
            self.read_row(sentence)
            return
        self.columns = {}
        tokens = annotate(sentence.tokens, self.words)
        cues = self.words.automaton.find(tokens)
        clauses = cut(tokens, cues)
        if not sentence.item:
            self.row = None
        if not clauses:
            self.read_bare(sentence, tokens, cues)
        elif is_condition(cues) and any(one.kind in WORK for one in clauses):
            self.ask("condition", whole(tokens))
        elif sentence.asks and "query" in cues and not any_look(clauses):
            self.ask("ask", whole(tokens))
        else:
            for clause in clauses:
                self.mode = "" if clause.negated else clause.kind
                if not clause.negated:
                    self.read_clause(clause, head=sentence.head)
        products = [token.stem for token in tokens if token.kind == "product"]
        self.topic = products[-1] if products else self.topic

    def read_bare(self, sentence: Sentence, tokens: list[Token], cues: Cues) -> None:
        """Read what has no verb: a list item, or talk."""
        if "statement" in cues and "request" not in cues:
            self.mode = "leave" if sentence.head else self.mode
            return
        clause = part(tokens, cues, (self.mode, 0), (0, len(tokens)))
        if not sentence.item and self.unknown(clause):
            return
        groups = grouped(clause, self.words)
        if len(groups) == 1 and is_row(groups[0]):
            self.row = (groups[0].place or Place()).rows[0]
            return
        clause.kind = self.mode if self.mode in TARGETED else bare_kind(groups)
        if clause.kind in TARGETED and groups and self.mode != "leave":
            self.read_clause(clause, head=False)

    def read_clause(self, clause: Clause, *, head: bool) -> None:
        """Read one clause."""
        kind = clause.kind
        if kind == "move":
            kind = moved(clause, self.words)
        if kind in TARGETED and clause.has("vague_place", "except"):
            self.ask("target" if clause.has("except") else "row", clause.passage)
        elif kind == "move":
            self.ask("move", clause.passage)
        elif kind == "collect":
            self.add([Collect()])
        elif kind == "look":
            self.add([] if self.jobs[-1:] == [Look()] else [Look()])
        elif kind == "replace":
            self.read_replace(clause)
        else:
            self.read_targeted(kind, clause, head=head)

    def read_targeted(self, kind: str, clause: Clause, *, head: bool) -> None:
        """Read a clause about goods and slots; other kinds mean no work."""
        if kind == "stock":
            self.read_stock(clause, head=head)
        elif kind == "price":
            self.read_price(clause, head=head)
        elif kind == "empty":
            self.read_empty(clause, head=head)

    # Stocking ---------------------------------------------------------------------

    def read_stock(self, clause: Clause, *, head: bool) -> None:
        """Read what goes where."""
        words = self.words.words
        groups = [
            with_units(group, self.words.cases.get(group.product or "", 1))
            for group in grouped(clause, self.words)
        ]
        vague = clause.says(words.some) and all(one.units is None for one in groups)
        if vague or clause.has("to_level"):
            self.ask("units", clause.passage)
        elif not groups:
            self.read_restock(clause, head=head)
        elif self.completes(clause, groups):
            return
        else:
            self.last = []
            for group in groups:
                self.stock(clause, group, groups)

    def read_restock(self, clause: Clause, *, head: bool) -> None:
        """Read a call to fill up what is there."""
        words = self.words.words
        if head or clause.says(words.list) or clause.says(words.them):
            return
        if self.unknown(clause):
            self.ask("product", clause.passage)
        else:
            self.add([Stock()])

    def completes(self, clause: Clause, groups: list[Group]) -> bool:
        """Let "put them in row 0 slot 1" complete the jobs before it."""
        open_jobs = [
            job for job in self.last if isinstance(job, Stock) and job.slot is None
        ]
        bare = [one for one in groups if one.product is None and one.units is None]
        if not open_jobs or len(bare) != len(groups) or len(groups) != len(open_jobs):
            return False
        if not clause.says(self.words.words.them):
            return False
        for job, group in zip(open_jobs, groups, strict=True):
            spots = self.spots(group.place)
            if len(spots) == 1:
                row, slot = spots[0]
                new = Stock(product=job.product, units=job.units, row=row, slot=slot)
                self.jobs[self.jobs.index(job)] = new
                self.last[self.last.index(job)] = new
        return True

    def stock(self, clause: Clause, group: Group, groups: list[Group]) -> None:
        """Add the jobs of one product."""
        product = group.product
        if product is None and group.units and clause.says(self.words.words.them):
            product = self.topic
        spots = self.spots(group.place)
        if group.place is None and product and clause.has("same_place"):
            spots = self.spot
        counted = group.units is not None and "units" not in group.shared
        if product is None and self.names_nothing(clause, group, groups):
            self.ask("product", clause.passage)
        elif group.place is not None and not spots:
            self.ask("row", clause.passage)
        elif len(spots) > 1 and counted:
            self.ask("units", clause.passage)
        else:
            for row, slot in spots or [(None, None)]:
                units = group.units
                job = Stock(product=product, units=units, row=row, slot=slot)
                self.last.append(job)
                self.jobs.append(job)
                if group.price is not None:
                    self.jobs += target_prices([job], group.price)

    def names_nothing(self, clause: Clause, group: Group, groups: list[Group]) -> bool:
        """Whether goods are meant that no known name stands for."""
        several = len(groups) > 1 and group.units is not None
        return self.unknown(clause) or several

    def unknown(self, clause: Clause) -> bool:
        """Whether a word stands there that may be the name of a product."""
        return any(
            token.kind == "word" and token.key not in self.words.ordinary
            for token in clause.tokens
        )

    # Prices -----------------------------------------------------------------------

    def read_price(self, clause: Clause, *, head: bool) -> None:
        """Read what costs how much."""
        if clause.has("relative"):
            self.ask("price", clause.passage)
            return
        pairs = price_pairs(clause, self.words)
        if not pairs:
            if is_stocking(grouped(clause, self.words)):
                self.read_stock(clause, head=head)
            elif head or clause.says(self.words.words.list):
                return
            elif clause.has("price_noun") or grouped(clause, self.words):
                self.ask("price", clause.passage)
            return
        found: list[Errand] = []
        for targets, price in pairs:
            jobs = self.price_jobs(clause, targets, price)
            if not jobs and not targets:
                self.ask("target", clause.passage)
            found += jobs
        self.jobs += found

    def price_jobs(
        self, clause: Clause, targets: list[Group], price: int
    ) -> list[Errand]:
        """The jobs of one price."""
        jobs: list[Errand] = []
        for one in narrowest(targets):
            if one.place is not None:
                spots = self.known_spots(one.place, clause)
                jobs += [Price(price=price, row=row, slot=slot) for row, slot in spots]
            elif one.product is not None:
                jobs.append(Price(price=price, product=one.product))
            elif one.group is not None:
                jobs.append(Price(price=price, group=one.group))
        if jobs or targets:
            return jobs
        last = self.last
        if clause.says(self.words.words.last_only):
            last = last[-1:]
        return target_prices(last, price)

    # Emptying and replacing ---------------------------------------------------------

    def read_empty(self, clause: Clause, *, head: bool) -> None:
        """Read what is taken out."""
        groups = grouped(clause, self.words)
        if clause.has("expired") or any(one.units is not None for one in groups):
            self.ask("whole", clause.passage)
            return
        jobs = self.empty_jobs(clause, groups)
        if jobs:
            self.add(jobs)
        elif not head and not any(one.place for one in groups):
            self.ask("target", clause.passage)

    def empty_jobs(self, clause: Clause, groups: list[Group]) -> list[Errand]:
        """The slots, products or groups of slots that are taken out."""
        jobs: list[Errand] = []
        for one in groups:
            if one.place is not None:
                spots = self.known_spots(one.place, clause)
                jobs += [Empty(row=row, slot=slot) for row, slot in spots]
            elif one.product is not None:
                jobs.append(Empty(product=one.product))
        if groups:
            return jobs
        if clause.groups:
            return [Empty(group=one.group) for one in narrowest(named_groups(clause))]
        pointed = self.spot if clause.says(self.words.words.them) else []
        return [Empty(row=row, slot=slot) for row, slot in pointed]

    def read_replace(self, clause: Clause) -> None:
        """Read "replace this by that": empty, then stock."""
        middle = next(
            (at for at, one in enumerate(clause.tokens) if one.key in {"with", "by"}), 0
        )
        before = Clause("empty", clause.tokens[:middle], clause.cues, [])
        after = Clause("stock", clause.tokens[middle:], clause.cues, [])
        old, new = grouped(before, self.words), grouped(after, self.words)
        places = [one.place for one in [*old, *new] if one.place is not None]
        spots = self.spots(places[0]) if places else []
        if len(spots) != 1 or len(new) != 1 or new[0].product is None:
            self.ask("move", clause.passage)
            return
        row, slot = spots[0]
        units = with_units(new[0], self.words.cases.get(new[0].product, 1)).units
        jobs = [Stock(product=new[0].product, units=units, row=row, slot=slot)]
        price = new[0].price
        self.add([Empty(row=row, slot=slot), *jobs])
        self.last = list(jobs)
        if price is not None:
            self.jobs.append(Price(price=price, row=row, slot=slot))

    # Tables -----------------------------------------------------------------------

    def read_row(self, sentence: Sentence) -> None:
        """Read a row of a table: its heads, or one product or slot."""
        if not sentence.tokens:
            return
        heads = column_roles(sentence.cells, self.words)
        if heads:
            self.columns = heads
            return
        if not self.columns:
            flat = Sentence(sentence.tokens, item=True, block=sentence.block)
            self.read_bare(flat, annotate(flat.tokens, self.words), {})
            return
        group = row_group(sentence.cells, self.columns, self.words)
        kind = self.mode if self.mode in {"price", "empty"} else bare_kind([group])
        tokens = annotate(sentence.tokens, self.words)
        clause = Clause(kind, tokens, frozenset(), [])
        if kind == "price" and group.units is None and group.price is not None:
            self.jobs += self.price_jobs(clause, [group], group.price)
        elif kind == "empty":
            self.add([Empty(row=r, slot=s) for r, s in self.spots(group.place)])
        elif group.product is None and not group.place:
            self.ask("product", clause.passage)
        else:
            self.stock(clause, group, [group])

    # Shared -----------------------------------------------------------------------

    def spots(self, place: Place | None) -> list[Spot]:
        """The rows and slots a place means; none if its row is not known."""
        if place is None:
            return []
        rows = place.rows or (() if self.row is None else (self.row,))
        if len(rows) == 1:
            self.row = rows[0]
        found = [(row, slot) for row in rows for slot in place.slots or (None,)]
        self.spot = found[-1:] or self.spot
        return found

    def known_spots(self, place: Place, clause: Clause) -> list[Spot]:
        """The same; asks back if the row is not known."""
        spots = self.spots(place)
        if not spots:
            self.ask("row", clause.passage)
        return spots

    def add(self, jobs: list[Errand]) -> None:
        """Take jobs in."""
        self.jobs += jobs
        if any(isinstance(job, Stock | Empty) for job in jobs):
            self.last = list(jobs)

    def ask(self, kind: str, passage: str) -> None:
        """Ask something back."""
        question = self.words.script.questions[kind]
        self.questions.append(question.replace("{{ passage }}", passage))
