"""Between reading and applying: whether this change set may be applied as it is."""

from catalog.harvest.models import Run
from portal.kit.jobs import Progress


def may_apply(run: Run, progress: Progress) -> bool:
    """Return whether the staged change set is to be applied."""
    return run.kind == Run.Kind.HARVEST
