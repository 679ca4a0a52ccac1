"""Background work with stored progress: one worker at a time, cancellable, tried again, revived when it was lost.

A run is held under an advisory lock of its database session, so that a redelivered message can't run it twice: the lock
falls with the connection. Progress and heartbeat are written by a second connection, so that they show while the
work's own transaction is still open. When our own database goes away in the middle, the run is left as it is: it is
sent again once its heartbeat is old, and its work has to go on from what was committed. Failures that may pass
(Unavailable) send the run back to the queue, with growing pauses between the tries.
"""

from portal.kit.jobs.progress import Cancelled, Progress
from portal.kit.jobs.queue import cancel, revive_stalled, start
from portal.kit.jobs.running import AlreadyTaken, running

__all__ = ["AlreadyTaken", "Cancelled", "Progress", "cancel", "revive_stalled", "running", "start"]
