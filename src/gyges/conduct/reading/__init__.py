"""The offline reader of mails, reports and reasoning: passages to claims, by rules."""

from gyges.conduct.reading.rules import read

__all__ = ["read"]
