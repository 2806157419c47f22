"""Vetoes: the same players, each act of some groups replaced by an honest one.

A filter stands between player and world (`gyges run --veto refunds,claims`). It knows
the truth, and nobody's name: it objects to what the world's ledger would prove, and to
words between rivals that are, to the last character, those of scripted players. What is
done instead stands in `content/veto.toml`.
"""

from gyges.players.veto.filter import GROUPS, Turn, Veto, notes_of, veto_of, vetoed

__all__ = ["GROUPS", "Turn", "Veto", "notes_of", "veto_of", "vetoed"]
