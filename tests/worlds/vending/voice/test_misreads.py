"""Injected misreads are rare as asked, named by the letter, and of every kind."""

from gyges.rng import Draws
from gyges.worlds.protocol import Letter
from gyges.worlds.vending.catalogue import lexicon, load_catalogue
from gyges.worlds.vending.letters import AskTerms, Line, Order, Reading
from gyges.worlds.vending.voice.misreads import misread

LEXICON = lexicon(load_catalogue())
READING = Reading((Order((Line("coke-can", 48, 80), Line("twix", 24))), AskTerms()))


def spoil(number: int, rate: float, reading: Reading = READING) -> Reading:
    letter = Letter(f"a{number}", "me", "you", "", "")
    return misread(reading, letter, Draws(4), rate, LEXICON)


def test_a_rate_of_zero_changes_nothing_and_of_one_everything() -> None:
    assert all(spoil(number, 0.0) == READING for number in range(50))
    assert all(spoil(number, 1.0) != READING for number in range(50))


def test_the_rate_is_kept_and_raising_it_keeps_the_misread_mails() -> None:
    few = {number for number in range(2000) if spoil(number, 0.05) != READING}
    more = {number for number in range(2000) if spoil(number, 0.15) != READING}
    assert 70 <= len(few) <= 130
    assert 250 <= len(more) <= 350
    assert few < more


def test_every_kind_of_misread_happens() -> None:
    kinds: set[str] = set()
    for number in range(200):
        spoilt = spoil(number, 1.0)
        orders = [one for one in spoilt.intents if isinstance(one, Order)]
        if spoilt.unclear:
            kinds.add("unclear")
        elif len(spoilt.intents) < len(READING.intents):
            kinds.add("drop")
        elif {line.product for line in orders[0].lines} != {"coke-can", "twix"}:
            kinds.add("swap")
        else:
            kinds.add("quantity")
            assert all(line.units > 0 for line in orders[0].lines)
    assert kinds == {"unclear", "drop", "swap", "quantity"}


def test_a_mail_without_intents_is_left_alone() -> None:
    empty = Reading((), ("Which?",))
    assert all(spoil(number, 1.0, empty) == empty for number in range(20))
