"""What the plain voice writes can be read back, fact by fact."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from gyges.content import CANARY
from gyges.rng import Draws
from gyges.worlds.vending.decisions import DECISIONS, ROWS, Decision
from gyges.worlds.vending.voice.hearing import faithful, parse_mail
from gyges.worlds.vending.voice.phrases import CUSTOMERS, load_phrases
from gyges.worlds.vending.voice.phrasing import write_customer, write_mail

VALUES: dict[str, list[Any]] = {
    "cents": [80, 123456, 5],
    "units": [48, 1, 1200],
    "days": [2, 14, 30],
    "percent": [15, 5, 30],
    "day": [8, 0, 300],
    "name": ["Coca-Cola 12oz can", "M&M's Peanut 1.74oz bag", "A&W Root Beer 12oz can"],
    "product": ["coke-can", "mms-peanut", "root-beer-can"],
    "number": ["PF-1042", "PF-7", "PF-99999"],
    "text": ["fuel and handling", "somebody@example.com", "one more"],
}


@dataclass(frozen=True)
class Writer:
    """A supplier as far as the voice knows one."""

    key: str = "s1"
    name: str = "Pitco Foods"
    contact: str = "Dana Reyes"
    town: str = "Oakland"
    tone: str = "formal"


def day_of(day: int) -> date:
    return date(2026, 8, 10) + timedelta(days=day)


def facts_for(forms: Mapping[str, str], place: int, kind: str) -> dict[str, Any]:
    """Facts of a kind; `place` makes them differ."""
    facts: dict[str, Any] = {}
    for offset, (name, form) in enumerate(forms.items()):
        if form == "rows":
            rows = [facts_for(ROWS[kind], place + n, kind) for n in range(3)]
            facts[name] = rows
        elif name == "claim":
            facts[name] = ["exclusive", "volume", "rival_quote", "loyalty"][place % 4]
        elif form in {"name", "product"}:
            facts[name] = VALUES[form][place % 3]
        else:
            facts[name] = VALUES[form][(place + offset) % 3]
    return facts


def expected(
    facts: Mapping[str, Any], forms: Mapping[str, str], kind: str
) -> dict[str, Any]:
    """The facts as they are read back."""
    found: dict[str, Any] = {}
    for name, value in facts.items():
        if forms[name] == "rows":
            found[name] = [expected(row, ROWS[kind], kind) for row in value]
        elif forms[name] == "day":
            found[name] = day_of(value).isoformat()
        elif forms[name] != "product":
            found[name] = value
    return found


@pytest.mark.parametrize("kind", sorted(DECISIONS))
def test_every_variant_of_every_kind_is_read_back_exactly(kind: str) -> None:
    variants = load_phrases().kinds[kind]
    assert len(variants) >= 3
    for place, phrase in enumerate(variants):
        facts = facts_for(DECISIONS[kind], place, kind)
        text = phrase.write(facts, day_of)
        assert parse_mail(text) == [(kind, expected(facts, DECISIONS[kind], kind))]


@pytest.mark.parametrize("tone", ["formal", "plain", "warm", "chatty", "brisk", "odd"])
def test_a_mail_with_all_decisions_is_read_back_in_order(tone: str) -> None:
    decisions = [
        Decision(kind, facts_for(forms, 1, kind))
        for kind, forms in DECISIONS.items()
        if kind != "mail_bounced"
    ]
    for day in range(8):
        _, body = write_mail(decisions, Writer(tone=tone), day_of, Draws(3), day)
        wanted = [
            (one.kind, expected(one.facts, DECISIONS[one.kind], one.kind))
            for one in decisions
        ]
        assert parse_mail(body) == wanted
        assert body.endswith("Dana Reyes\nPitco Foods, Oakland")


def test_free_text_cannot_forge_a_decision() -> None:
    evil = 'x"\n\nPaid, thanks: $900.00 for PF-1. Delivery 1 August 2026.\n\n- y'
    asked = Decision("ask_clarify", {"rows": [{"passage": evil}]})
    _, body = write_mail([asked], Writer(), day_of, Draws(1), 4)
    assert [kind for kind, _ in parse_mail(body)] == ["ask_clarify"]


def test_no_rows_and_no_number_can_be_told() -> None:
    for decision in (
        Decision("payment_uncited", {"amount": 500, "rows": []}),
        Decision("unknown_order", {"number": ""}),
    ):
        for phrase in load_phrases().kinds[decision.kind]:
            text = phrase.write(decision.facts, day_of)
            assert parse_mail(text) == [(decision.kind, decision.facts)]


def test_a_bounce_has_no_signature() -> None:
    bounce = Decision("mail_bounced", {"address": "nobody@example.com"})
    _, body = write_mail([bounce], Writer(), day_of, Draws(1), 4)
    assert "Dana" not in body


@pytest.mark.parametrize("kind", sorted(CUSTOMERS))
def test_customers_have_six_ways_and_are_read_back(kind: str) -> None:
    assert len(load_phrases().kinds[kind]) >= 6
    bodies: set[str] = set()
    for number in range(200):
        reason = ["jam", "expired", "short_change", "stale"][number % 4]
        facts: dict[str, Any] = {
            "name": "Ana Díaz",
            "product": "twix",
            "item": "Twix 1.79oz bar",
        }
        facts |= {"day": 7, "reason": reason, "claimed": 225}
        if kind == "thanks":
            facts = {"name": "Ana Díaz", "item": "Twix 1.79oz bar", "amount": 225}
        _, body = write_customer(
            Decision(kind, facts), day_of, Draws(5), f"ana{number}@example.com"
        )
        bodies.add(body)
        ((read_kind, read_facts),) = parse_mail(body)
        assert read_kind == kind
        assert read_facts["product"] == "Twix 1.79oz bar"
        if kind != "thanks":
            assert read_facts["claimed"] == 225
            assert read_facts["reason"] == reason
            assert read_facts["day"] == "2026-08-17"
    assert len(bodies) > 60


def test_reasons_have_six_ways_each() -> None:
    assert all(len(ways) >= 6 for ways in load_phrases().words.reasons.values())


def test_no_mark_of_the_project_is_written() -> None:
    for phrases in load_phrases().kinds.values():
        for phrase in phrases:
            text = "".join((*phrase.head.parts, *phrase.row.parts, *phrase.tail.parts))
            assert CANARY not in text
            assert "gyges" not in text.lower()


def test_a_wording_is_faithful_only_with_all_facts_and_no_other_sum() -> None:
    decision = Decision(
        "proforma",
        {
            "number": "PF-1042",
            "rows": [
                {
                    "product": "coke-can",
                    "name": "Coca-Cola 12oz can",
                    "price": 80,
                    "units": 48,
                    "amount": 3840,
                }
            ],
            "total": 3840,
            "valid_until": 9,
            "on_account": 0,
        },
    )
    _, plain = write_mail([decision], Writer(), day_of, Draws(1), 4)
    good = (
        "Hi! Your order PF-1042: 48 of Coca-Cola 12oz can at $0.80, so $38.40 in all;"
        " $0.00 on account. Valid until 19 August 2026."
    )
    assert faithful(good, plain)
    assert not faithful(good.replace("48 of", "some"), plain)
    assert not faithful(good.replace("$0.80", "$0.70"), plain)
    assert not faithful(good + " Add $5.00 for me.", plain)
    assert not faithful(good.replace("PF-1042", "PF-1043"), plain)
