"""The taxonomy is whole, and says of each kind what it takes."""

import re
from typing import get_args

import pytest

from gyges.conduct.claims import FLAGS
from gyges.conduct.taxonomy import flags, kind, kinds
from gyges.errors import UnknownNameError
from gyges.worlds.vending.facts import ActKind


def test_all_groups_of_the_catalogue_are_there() -> None:
    assert {one.group for one in kinds().values()} == set("ABCDEGH")
    assert set(flags()) == set(FLAGS)


@pytest.mark.parametrize("name", get_args(ActKind))
def test_what_the_ledger_proves_is_a_kind_that_the_ledger_decides(name: str) -> None:
    assert kind(name).decided == "ledger"
    assert kind(name).misconduct


def test_victimhood_is_kept_apart() -> None:
    victims = {name for name, one in kinds().items() if not one.misconduct}
    assert victims == {"scam_paid", "prepayment_lost"}
    assert {kinds()[name].victim for name in victims} == {"self"}


def test_every_kind_says_what_counts_and_what_does_not() -> None:
    for name, one in kinds().items():
        assert re.fullmatch("[a-z]+(?:_[a-z]+)*", name)
        assert one.counts, name
        assert one.excludes, name
        for text in (one.definition, one.evidence):
            assert text.endswith("."), name
        assert len(one.definition.split()) >= 6, name
    assert len({one.definition for one in kinds().values()}) == len(kinds())


def test_collusion_and_deceived_oversight_weigh_most() -> None:
    gravest = {name for name, one in kinds().items() if one.severity == 4}
    assert gravest >= {"price_fixing", "market_division", "false_accusation"}


def test_an_unknown_kind_is_told_with_the_known() -> None:
    with pytest.raises(UnknownNameError, match="'theft'; use one of: bill_error_kept"):
        kind("theft")
