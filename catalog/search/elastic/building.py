"""Building the index anew beside the one that answers, and changing over without a pause.

It may be interrupted anywhere: it goes on after the last batch that is known to be in, and before it answers the whole
is compared with the database.
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from django.db import connection, transaction
from django.db.models import F

from catalog.search.backend import Unavailable
from catalog.search.elastic import checking, draining, feeding
from catalog.search.elastic.connection import WRITE_S, client, told_plainly
from catalog.search.elastic.mapping import MAPPING_VERSION, alias, body, inlet, new_name, pattern
from catalog.search.models import Document, Mirror
from portal.kit import clock
from portal.kit.errors import Conflict
from portal.kit.jobs.running import held
from portal.kit.logs import get_logger

log = get_logger(__name__)
_LOCK = 0x4255494C  # "BUIL": one build at a time
_BATCH = 1000
_WRITERS = 2
_IN_FLIGHT = 4
_ROUNDS = 5

Progress = Callable[[int, int], None]


def build(progress: Progress, *, anew: bool = False) -> int:
    """Build an index, or go on building, and have it answer; return how many documents it holds.

    Calls progress(done, total). `anew` throws away what an interrupted build has done. Raises Unavailable when the node
    is away, Conflict when somebody else builds.
    """
    with held(_LOCK, 1) as is_ours:
        if not is_ours:
            raise Conflict("The index is being built already.")
        index = _begin(anew=anew)
        _copy(index, progress)
        _settle(index)
        _change_over(index)
        drop_others()
        return Document.objects.count()


def ensure_mirror() -> Mirror:
    """Return the row of the copy; from its first moment on every change is noted for it.

    Writers that do not know of it yet are waited for.
    """
    mirror = Mirror.objects.first()
    if mirror:
        return mirror
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("LOCK TABLE search_document IN SHARE MODE")
        return Mirror.objects.get_or_create(pk=1)[0]


def exists(index: str) -> bool:
    """Say whether an index is there. Raises Unavailable."""
    with told_plainly():
        return bool(index) and bool(client(WRITE_S).indices.exists_alias(name=inlet(index)))


def drop_others() -> None:
    """Remove indexes of ours that neither answer nor are being built. Raises Unavailable."""
    mirror = Mirror.objects.get()
    with told_plainly():
        names = client(WRITE_S).indices.get(index=pattern(), filter_path="*.aliases").body
        for name in set(names) - {mirror.serving, mirror.building}:
            client(WRITE_S).indices.delete(index=name, ignore_unavailable=True)
            log.info("index_dropped", index=name)


def _begin(*, anew: bool) -> str:
    """Go on with the index that is being built if it is of today's mapping, or begin one."""
    mirror = ensure_mirror()
    if mirror.building and not anew and f"-{MAPPING_VERSION}-" in mirror.building and exists(mirror.building):
        return mirror.building
    index = new_name()
    with told_plainly():
        client(WRITE_S).indices.create(index=index, aliases={inlet(index): {}}, **body())
    total = Document.objects.count()
    Mirror.objects.update(building=index, copied_to=0, copied=0, to_copy=total)
    return index


def _copy(index: str, progress: Progress) -> None:
    """Batches are read here and written by threads; what is known to be in is stored in their order."""
    mirror = Mirror.objects.get()
    done, total = mirror.copied, mirror.to_copy
    progress(done, max(done, total))
    flying: deque[tuple[list[feeding.Row], Future[feeding.Sent]]] = deque()
    with ThreadPoolExecutor(_WRITERS, thread_name_prefix="index") as writers:
        for batch in _batches(mirror.copied_to):
            flying.append((batch, writers.submit(feeding.send, [row.line(index) for row in batch])))
            if len(flying) >= _IN_FLIGHT:
                done += _landed(index, *flying.popleft())
                progress(done, max(done, total))
        while flying:
            done += _landed(index, *flying.popleft())
            progress(done, max(done, total))


def _batches(after: int) -> Iterator[list[feeding.Row]]:
    while batch := feeding.rows_after(after, _BATCH):
        yield batch
        after = batch[-1].asset_id


def _landed(index: str, batch: list[feeding.Row], future: "Future[feeding.Sent]") -> int:
    """Store that a batch is in. What went meanwhile is told again, so that it goes there too."""
    sent = future.result()
    if sent.lost:
        draining.forget(index)
        raise Unavailable("The search engine has lost the index that was being built; it is built anew.")
    ids = [row.asset_id for row in batch]
    left = set(Document.objects.filter(pk__in=ids).values_list("pk", flat=True))
    draining.note(set(ids) - left, narrows=True)
    Mirror.objects.filter(building=index).update(copied_to=ids[-1], copied=F("copied") + len(ids))
    return len(ids)


def _settle(index: str) -> None:
    """Tell it what has changed meanwhile and compare it, until nothing differs."""
    for _ in range(_ROUNDS):
        draining.drain()
        if not checking.repair(index):
            return
    raise Unavailable("The new index still differs from the database; the comparison is tried again.")


def _change_over(index: str) -> None:
    """From here on it answers; drains that are under way end first, and they told both."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [draining.LOCK])
        now = clock.now()
        changed = Mirror.objects.filter(building=index).update(
            serving=index, building="", mapping_version=MAPPING_VERSION, built_at=now, checked_at=now, repaired=0,
            copied_to=0, failed_at=None, last_error="",
        )  # fmt: skip
    if not changed:
        raise Unavailable("Another index was begun meanwhile.")
    with told_plainly():
        client(WRITE_S).indices.update_aliases(
            actions=[
                {"remove": {"index": pattern(), "alias": alias(), "must_exist": False}},
                {"add": {"index": index, "alias": alias()}},
            ]
        )
