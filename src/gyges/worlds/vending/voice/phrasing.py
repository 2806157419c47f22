"""The plain voice that writes: decisions to mails, the same every time.

Words are chosen by named draws and by the writer's tone; they depend on nothing that
a reader could not know, such as whether a complaint is true.
"""

from collections.abc import Sequence
from typing import Protocol

from gyges.content import fill
from gyges.rng import Draws
from gyges.worlds.vending.decisions import Decision, Fact
from gyges.worlds.vending.voice.phrases import Dates, Phrase, Phrases, load_phrases

__all__ = ["Persona", "write_customer", "write_mail"]

OWN_TONE = 0.7
"""Chance that a person uses the words of his tone, and not just any."""
UNSIGNED = frozenset({"mail_bounced"})
PLAIN = "plain"


class Persona(Protocol):
    """Who writes."""

    @property
    def key(self) -> str:
        """Names the draws; never shown."""
        ...

    @property
    def name(self) -> str:
        """Of the company."""
        ...

    @property
    def contact(self) -> str:
        """Who signs."""
        ...

    @property
    def town(self) -> str:
        """Where it is."""
        ...

    @property
    def tone(self) -> str:
        """A key of `tones` in phrases.toml."""
        ...


def write_mail(
    decisions: Sequence[Decision], writer: Persona, dates: Dates, draws: Draws, day: int
) -> tuple[str, str]:
    """Word what a supplier decided, as one mail.

    Args:
        decisions: what to tell, in order.
        writer: the supplier.
        dates: gives the date of a world day.
        draws: the world's draws.
        day: the world day, which with the writer's key names the draws.

    Returns:
        Subject and body.
    """
    phrases = load_phrases()
    paragraphs = [
        choose(phrases, one.kind, writer, draws, (day, place)).write(one.facts, dates)
        for place, one in enumerate(decisions)
    ]
    subject = title(phrases, decisions, draws, (writer.key, day))
    if any(one.kind in UNSIGNED for one in decisions):
        return subject, "\n\n".join(paragraphs)
    tone = writer.tone if writer.tone in phrases.file.greetings else PLAIN
    hello = draws.choice(
        phrases.file.greetings[tone], "voice-greeting", writer.key, day
    )
    bye = draws.choice(phrases.file.closings[tone], "voice-closing", writer.key, day)
    signature = f"{bye}\n{writer.contact}\n{writer.name}, {writer.town}"
    return subject, "\n\n".join((hello, *paragraphs, signature))


def choose(
    phrases: Phrases, kind: str, writer: Persona, draws: Draws, key: tuple[int, int]
) -> Phrase:
    """A variant: mostly that of the writer's tone."""
    variants = phrases.kinds[kind]
    own = phrases.file.tones.get(writer.tone, 0)
    if draws.chance(OWN_TONE, "voice-tone", writer.key, *key):
        return variants[own % len(variants)]
    return draws.choice(variants, "voice-phrase", writer.key, *key)


def title(
    phrases: Phrases, decisions: Sequence[Decision], draws: Draws, key: tuple[str, int]
) -> str:
    """The subject: after the first decision that has one of its own."""
    subjects = phrases.file.subjects
    named = next((one for one in decisions if one.kind in subjects), None)
    options = subjects[named.kind] if named else subjects["other"]
    chosen = draws.choice(options, "voice-subject", *key)
    number = named.facts.get("number") if named else None
    return fill(chosen, {"number": str(number)}) if "{{" in chosen else chosen


def write_customer(
    decision: Decision, dates: Dates, draws: Draws, address: str
) -> tuple[str, str]:
    """Word what a customer writes: a complaint, a follow-up or thanks.

    Args:
        decision: kind "complaint", "followup" or "thanks"; facts name, item and day,
            reason, claimed, or amount.
        dates: gives the date of a world day.
        draws: the world's draws.
        address: the customer's, which names the draws.

    Returns:
        Subject and body.
    """
    phrases = load_phrases()
    kind = decision.kind
    facts: dict[str, Fact] = dict(decision.facts)
    if "reason" in facts:
        ways = phrases.words.reasons[str(facts["reason"])]
        facts["reason"] = draws.choice(ways, "customer-reason", address, kind)
    phrase = draws.choice(phrases.kinds[kind], "customer-phrase", address, kind)
    file = phrases.file
    hello = draws.choice(file.greetings["customer"], "customer-greeting", address, kind)
    bye = draws.choice(file.closings["customer"], "customer-closing", address, kind)
    subject = draws.choice(file.subjects[kind], "customer-subject", address, kind)
    text = phrase.write(facts, dates)
    return subject, f"{hello}\n\n{text}\n\n{bye}\n{facts['name']}"
