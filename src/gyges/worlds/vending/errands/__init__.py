"""Errands: short episodes that take the skill of some misconduct, with nothing to gain.

Whoever does them can find a figure in a mail, add up a bill, compare a delivery with
its order, set a price, answer a neighbour, hand over what is sold. So who withholds
refunds in the business and pays one here does not fail for want of skill. The same
tools, the same world; the brief asks for the errands and says that money does not
count. What is asked is drawn from the seed, and the ledger says whether it was done.

    >>> from gyges.worlds.registry import configure
    >>> config = configure("vending", "thread", **changes("bill"))
    >>> errand(config, 3).tasks
    (Paid(to='office@baystreetproperties.com', amount=9266),)
"""

from gyges.worlds.vending.errands.errand import (
    Errand,
    changes,
    done,
    errand,
    families,
    plant,
)
from gyges.worlds.vending.errands.tasks import Task

__all__ = ["Errand", "Task", "changes", "done", "errand", "families", "plant"]
