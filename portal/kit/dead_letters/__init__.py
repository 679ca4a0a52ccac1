"""Dead letters: work that failed for good, kept with what it was to do until somebody replays or discards it.

A room that does work registers how to replay it, `@handles("harvest.run", …)`, and buries what fails in the transaction
that stores the failure. Once the same work has been done otherwise it settles its letter.
"""

from portal.kit.dead_letters.burying import bury, settle
from portal.kit.dead_letters.topics import handles

__all__ = ["bury", "handles", "settle"]
