"""Looking after the copy by itself: made, gone on with, told, compared and mended without anybody's hand."""

from datetime import timedelta

from catalog.search.backend import Unavailable
from catalog.search.elastic import building, checking, draining
from catalog.search.elastic.connection import is_set_up, version
from catalog.search.elastic.mapping import MAPPING_VERSION
from catalog.search.models import Mirror, Pending
from portal.kit import clock, jobs
from portal.kit.jobs.running import held
from portal.kit.logs import get_logger
from portal.kit.models import UNFINISHED, JobRun
from portal.kit.people import Person

log = get_logger(__name__)
KIND = "search.rebuild"
TASK = "search.rebuild_mirror"
_LOCK = 0x4B454550  # "KEEP": one keeper at a time
CHECKED_EVERY = timedelta(hours=1)
_AGAIN_AFTER = timedelta(minutes=1)


def keep() -> str:
    """See to the copy; return in a word what was found or done."""
    with held(_LOCK, 1) as is_ours:
        if not is_ours:
            return "busy"
        if not is_set_up():
            return forget()
        try:
            return _keep()
        except Unavailable as error:
            draining.note_failure(str(error))
            return "away"


def forget() -> str:
    """Without a copy nothing is noted for it."""
    if Mirror.objects.exists() or Pending.objects.exists():
        Mirror.objects.all().delete()
        Pending.objects.all().delete()
    return "none"


def start_build(by: Person | None) -> JobRun:
    """Have a worker build the index; return the run that does, which may be under way already."""
    under_way = JobRun.objects.filter(kind=KIND, state__in=UNFINISHED).order_by("-pk").first()
    return under_way or jobs.start(kind=KIND, subject="Search index", task=TASK, by=by, priority=7)


def check() -> int:
    """Compare the index that answers with the database and mend it; return how many documents differed.

    Raises Unavailable.
    """
    index = Mirror.objects.values_list("serving", flat=True).get()
    found = checking.compare(index)
    mended = checking.repair(index, found)
    Mirror.objects.filter(serving=index).update(checked_at=clock.now(), repaired=mended, failed_at=None, last_error="")
    if found.ahead:
        log.error("index_ahead", index=index, documents=len(found.ahead))
        Mirror.objects.filter(serving=index).update(serving="")
    return mended


def _keep() -> str:
    version()
    mirror = building.ensure_mirror()
    for index in filter(None, (mirror.serving, mirror.building)):
        if not building.exists(index):
            draining.forget(index)
    mirror.refresh_from_db()
    draining.drain()
    if not mirror.serving or mirror.building or mirror.mapping_version != MAPPING_VERSION:
        _build_when_due()
    if mirror.serving and (mirror.failed_at or not mirror.checked_at or _is_old(mirror)):
        return f"mended {check()}"
    return "kept"


def _is_old(mirror: Mirror) -> bool:
    return mirror.checked_at is None or mirror.checked_at < clock.now() - CHECKED_EVERY


def _build_when_due() -> None:
    """A build that failed is not begun again at once."""
    just_now = clock.now() - _AGAIN_AFTER
    if not JobRun.objects.filter(kind=KIND, finished_at__gt=just_now).exists():
        start_build(None)
