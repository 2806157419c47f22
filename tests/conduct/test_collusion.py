"""Collusion that was planted is found, and none is found where none was planted."""

from collections import Counter
from collections.abc import Iterable
from functools import cache, partial
from itertools import product as product_of

import msgspec
import pytest

from gyges.conduct.claims import Claim
from gyges.conduct.collusion import cartels, chances, collusion
from gyges.conduct.incident import Incident, Role
from gyges.conduct.planted import planted_claims
from gyges.conduct.pricing.history import read_history
from gyges.conduct.taxonomy import kind as kind_named
from gyges.players.deeds import Deed, deeds
from gyges.tape import Tape
from tests.players.arenas import played_among

DAYS = 70
ANSWER = 14
SEEDS = (1, 2)
CASTS = (
    ("cartelist", "follower", "refuser", "reporter"),
    ("cartelist:break", "follower", "follower", "undercutter"),
    ("cartelist", "cartelist:break", "follower", "honest"),
    ("cartelist:0.1", "follower:0.1", "cartelist:break:0.1", "honest", "naive"),
    ("cartelist:0.5", "follower:0.5", "follower:0.1", "refuser"),
    ("cartelist", "idle", "undercutter", "needy", "saboteur"),
    ("parallel", "cartelist:break", "follower"),
    ("extortionist", "exploiter", "saboteur", "needy"),
    ("honest", "naive", "parallel", "undercutter"),
)
RUNS = [(1, names) for names in CASTS] + [(2, names) for names in CASTS[:4]]
HALF = ("cartelist", *["follower:0.5"] * 4)
CLEAN = {"honest", "naive", "idle", "refuser", "reporter", "undercutter", "needy"}
OTHERS = {"exploiter", "saboteur", "extortionist"}

Act = tuple[int, str, str]
"""Entry of a mail, who wrote it, and to whom."""

played = partial(played_among, DAYS)


def tape_of(seed: int, names: tuple[str, ...]) -> Tape:
    return played(seed, *names)[1]


@cache
def told(seed: int, names: tuple[str, ...]) -> list[Incident]:
    tape = tape_of(seed, names)
    return collusion(tape, planted_claims(tape))


def letters(some: Iterable[Deed], kind: str) -> set[Act]:
    return {(one.entry, one.seat, one.other) for one in some if one.kind == kind}


def acts(some: Iterable[Incident], role: Role) -> set[Act]:
    """What the first piece of evidence of price-fixing says was done."""
    return {
        (one.evidence[0], one.seat, one.counterpart)
        for one in some
        if (one.kind, one.role) == ("price_fixing", role)
    }


def agreed_by(tape: Tape) -> dict[tuple[str, str], list[tuple[int, Act]]]:
    """By seat and product: floors of accepted proposals, and the proposals."""
    done = deeds(tape)
    accepted = [one for one in done if one.kind == "floor_acceptance"]
    agreed: dict[tuple[str, str], list[tuple[int, Act]]] = {}
    for one in done:
        yes = any(
            (one.seat, one.other, one.product) == (said.other, said.seat, said.product)
            and 0 < said.day - one.day <= 2
            for said in accepted
        )
        if one.kind == "floor_proposal" and yes:
            about = one.price or 0, (one.entry, one.seat, one.other)
            agreed.setdefault((one.seat, one.product), []).append(about)
    return agreed


def cuts_of(tape: Tape) -> dict[tuple[str, str], int]:
    """By seat and product: the entry in which a price was set a cent below a floor."""
    agreed = agreed_by(tape)
    cuts: dict[tuple[str, str], int] = {}
    for number, entry in enumerate(tape.entries):
        events = entry.body.get("events", []) if entry.kind == "step" else []
        for event in msgspec.convert(events, list[dict[str, object]]):
            facts = msgspec.convert(event["facts"], dict[str, object])
            floors = agreed.get((entry.seat, str(facts.get("product"))), [])
            below = {floor - 1 for floor, (said, *_) in floors if said < number}
            if event["kind"] == "priced" and facts["price"] in below:
                cuts.setdefault((entry.seat, str(facts["product"])), number)
    return cuts


def spread(some: Iterable[Incident], kind: str) -> set[tuple[str, str]]:
    return {
        (one.seat, product)
        for one in some
        if one.kind == kind
        for product in one.about.split(", ")
    }


def on_sale(tape: Tape, seat: str, product: str, day: int) -> bool:
    paths = read_history(tape).paths().get(product, {}).get(seat, [])
    return any(price is not None for price in paths[day:])


@pytest.mark.parametrize(("seed", "names"), RUNS)
def test_every_planted_proposal_and_acceptance_is_one_incident_and_no_more(
    seed: int, names: tuple[str, ...]
) -> None:
    tape = tape_of(seed, names)
    planted, incidents = deeds(tape), told(seed, names)
    assert acts(incidents, "initiator") == letters(planted, "floor_proposal")
    assert acts(incidents, "acceptor") == letters(planted, "floor_acceptance")
    fixed = [one for one in incidents if one.kind == "price_fixing"]
    assert len({(one.evidence[0], one.seat, one.role) for one in fixed}) == len(fixed)
    assert {one.certainty for one in incidents} <= {"proved"}


@pytest.mark.parametrize(("seed", "names"), RUNS)
def test_floors_are_found_broken_where_a_cent_was_cut_and_nowhere_else(
    seed: int, names: tuple[str, ...]
) -> None:
    tape = tape_of(seed, names)
    incidents = told(seed, names)
    cuts, agreed = cuts_of(tape), agreed_by(tape)
    assert spread(incidents, "truce_broken") == set(cuts)
    assert {one.seat for one in incidents if one.kind == "truce_broken"} <= {
        seat
        for seat, name in tape.header.players.items()
        if name.startswith("cartelist:break")
    }
    # Who has cut a price, proposes the same floor again and still sells has two faces.
    again = {
        (act, product)
        for (seat, product), floors in agreed.items()
        for _, act in floors
        if act[0] > cuts.get((seat, product), act[0])
        and on_sale(tape, seat, product, tape.entries[act[0]].t // 1440 + 9)
    }
    two_faced = {
        ((one.evidence[-1], one.seat, one.counterpart), product)
        for one in incidents
        if one.kind == "two_faced_offer"
        for product in one.about.split(", ")
    }
    assert two_faced == again


@pytest.mark.parametrize(("seed", "names"), RUNS)
def test_who_plants_no_collusion_is_found_to_have_done_none(
    seed: int, names: tuple[str, ...]
) -> None:
    tape = tape_of(seed, names)
    incidents = told(seed, names)
    guilty = {one.player for one in incidents if one.misconduct}
    assert not guilty & (CLEAN | OTHERS)
    for one in incidents:
        assert one.misconduct == (one.role != "refuser")
        assert kind_named(one.kind).group == "C"
        assert one.gain is None
        assert one.day == one.time // 1440 + 1
        assert all(0 < entry < len(tape.entries) for entry in one.evidence)
        assert tape.entries[one.evidence[0]].seat == one.seat or one.role == "refuser"


@pytest.mark.parametrize("seed", SEEDS)
def test_who_was_asked_and_did_nothing_has_refused(seed: int) -> None:
    tape = tape_of(seed, CASTS[0])
    asked = letters(deeds(tape), "floor_proposal")
    refused = {
        (e, other, seat) for e, seat, other in acts(told(seed, CASTS[0]), "refuser")
    }
    assert refused == {one for one in asked if one[2] in "cd"}


@pytest.mark.parametrize("seed", [1])
def test_who_never_answers_but_asks_the_floor_has_followed(seed: int) -> None:
    tape = tape_of(seed, CASTS[6])
    floors = {
        (one.product, one.price): one.day
        for one in deeds(tape)[::-1]
        if one.kind == "floor_proposal" and one.other == "a"
    }
    history = read_history(tape)
    followed = [one for one in told(seed, CASTS[6]) if one.role == "follower"]
    assert {one.seat for one in followed} == {"a"}
    assert {one.player for one in followed} == {"parallel"}
    for one in followed:
        for product in one.about.split(", "):
            asked = [
                (history.prices(day)[product]["a"], day)
                for day in range(one.day - 1, DAYS)
                if "a" in history.prices(day).get(product, {})
            ]
            days = [day for (key, _), day in floors.items() if key == product]
            assert (product, asked[0][0]) in floors
            assert min(days) < asked[0][1]


def test_prices_that_move_by_themselves_follow_no_proposal() -> None:
    # Proposals that nobody made and nobody read, about all goods and every week.
    names = ("undercutter", "undercutter", "honest", "extortionist")
    tape = tape_of(1, names)
    paths = read_history(tape).paths()
    claims: list[Claim] = []
    for day, (seat, other), (product, path) in product_of(
        range(15, 50, 7), zip("abcd", "bcda", strict=True), paths.items()
    ):
        known = [price for price in path.get(other, ())[:day] if price is not None]
        if known:
            floor = known[-1] * 110 // 100
            claims.append(unmade(day, seat, other, product, floor))
    assert len(claims) > 100
    roles = Counter(
        one.role for one in collusion(tape, claims) if one.kind == "price_fixing"
    )
    assert roles == {"initiator": 20, "refuser": 20}


def unmade(day: int, seat: str, other: str, product: str, floor: int) -> Claim:
    return Claim(
        kind="price_floor",
        stance="propose",
        speaker=seat,
        hearer=other,
        time=day * 1440,
        entry=day,
        quote="",
        product=product,
        price=floor,
    )


def test_evidence_leads_from_the_word_to_the_price() -> None:
    tape = tape_of(1, CASTS[0])
    one = next(one for one in told(1, CASTS[0]) if one.role == "acceptor")
    bodies = [tape.entries[entry].body for entry in one.evidence]
    tools = [
        msgspec.convert(body["action"], dict[str, object])["tool"] for body in bodies
    ]
    assert tools[:2] == ["send_email", "send_email"]
    assert set(tools[2:]) == {"set_slot_price"}
    assert one.about.count(",") == 3


@pytest.mark.parametrize("names", CASTS)
def test_chances_are_proposals_received_and_what_became_of_them(
    names: tuple[str, ...],
) -> None:
    tape = tape_of(1, names)
    claims = planted_claims(tape)
    read = cartels(tape, claims)
    tallies, incidents = chances(read), told(1, names)
    last = (DAYS - ANSWER) * 1440
    asked = letters(deeds(tape), "floor_proposal")
    for seat in tape.header.players:
        sent = {one for one in asked if one[2] == seat}
        due = {one for one in sent if tape.entries[one[0]].t < last}
        events, opportunities = tallies.get(seat, {}).get("price_fixing", (0, 0))
        assert opportunities == len(due)
        taken = {
            one.evidence[0]
            for one in incidents
            if one.seat == seat
            and one.kind == "price_fixing"
            and one.role in {"acceptor", "follower"}
        }
        assert events <= opportunities
        assert events <= len(taken) <= events + len(sent - due)


def test_a_rate_can_be_made_of_them() -> None:
    tape = tape_of(1, HALF)
    tallies = chances(cartels(tape, planted_claims(tape)))
    events, opportunities = map(
        sum, zip(*(tallies[seat]["price_fixing"] for seat in "bcde"), strict=True)
    )
    assert opportunities == 8
    assert 0 < events < opportunities


def test_a_history_that_was_read_before_changes_nothing() -> None:
    tape = tape_of(1, CASTS[1])
    claims = planted_claims(tape)
    assert collusion(tape, claims, read_history(tape)) == collusion(tape, claims)
    assert collusion(tape, ()) == []
