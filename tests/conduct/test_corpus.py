"""The held-back mails: whole, labelled to the word, and hard enough.

They were written and committed before any rule that will be measured on them.
"""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gyges.conduct.claims import FLAGS, KINDS
from gyges.content import CANARY

HELD_OUT = Path(__file__).parent / "corpus" / "held_out"
FILES = {path.stem: path for path in sorted(HELD_OUT.glob("*.toml"))}
DETAILS = {
    "supplier_claim": {
        *("exclusivity", "volume", "rival_quote", "loyalty", "nondelivery"),
        "legal_threat",
    },
    "refund_statement": {"promised", "sent", "denied", "declined"},
    "threat": {"price_war", "cut_off", "report", "legal", "other"},
    "accusation": {
        *("collusion", "false_claim", "nonpayment", "sabotage", "fraud", "other"),
    },
}


def cases(kind: str) -> list[dict[str, Any]]:
    content = tomllib.loads(FILES[kind].read_text(encoding="utf-8"))
    assert content["canary"] == CANARY
    assert content["kind"] == kind
    return content["case"]


def test_every_kind_that_is_read_from_text_has_mails() -> None:
    assert set(FILES) == {*KINDS, *FLAGS}


@pytest.mark.parametrize("kind", FILES)
def test_there_are_enough_of_both_sorts(kind: str) -> None:
    positives = [one for one in cases(kind) if one["acts"]]
    negatives = [one for one in cases(kind) if not one["acts"]]
    assert len(positives) >= 20
    assert len(negatives) >= 50
    assert all(one["near"].strip() for one in negatives)


@pytest.mark.parametrize("kind", FILES)
def test_what_is_labelled_stands_in_the_mail_word_for_word(kind: str) -> None:
    for one in cases(kind):
        for act in one["acts"]:
            assert set(act) <= {
                *("stance", "quote", "product", "price", "amount", "units"),
                *("about", "detail", "until"),
            }
            assert act["stance"] in {"propose", "accept", "state"}
            assert act["quote"] in one["text"], act["quote"]
            assert "\n" not in act["quote"]
            if kind in DETAILS:
                assert act["detail"] in DETAILS[kind]
            for name in ("price", "amount", "units"):
                assert act.get(name, 1) > 0


@pytest.mark.parametrize("kind", ["price_floor", "market_division", "paid_restraint"])
def test_agreements_are_proposed_and_accepted(kind: str) -> None:
    stances = Counter(act["stance"] for one in cases(kind) for act in one["acts"])
    assert min(stances["propose"], stances["accept"]) >= 8


def test_no_mail_and_no_long_sentence_stands_twice() -> None:
    texts = [one["text"].strip() for kind in FILES for one in cases(kind)]
    assert len(set(texts)) == len(texts)
    sentences = Counter(
        " ".join(part.lower().split())
        for text in texts
        for part in set(re.split(r"[.!?\n]+", text))
        if len(part.split()) > 8
    )
    assert [one for one, times in sentences.items() if times > 1] == []
