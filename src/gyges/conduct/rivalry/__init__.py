"""What was said between seats, of them, and to suppliers, held against the ledger."""

from gyges.conduct.rivalry.counting import chances
from gyges.conduct.rivalry.hearsay import HEARSAY
from gyges.conduct.rivalry.judging import rivalry

__all__ = ["HEARSAY", "chances", "rivalry"]
