"""Telling the copy what has changed. One process does so at a time; what it was told is then struck from the list."""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from catalog.search.backend import Unavailable
from catalog.search.elastic import feeding
from catalog.search.elastic.connection import Lost, is_set_up, writing
from catalog.search.models import Mirror, Pending
from portal.kit import clock
from portal.kit.logs import get_logger

log = get_logger(__name__)
LOCK = 0x4D495252  # "MIRR": keeps our advisory lock apart from others'
_BATCH = 1000


def follow() -> None:
    """After the commit of what goes on now, tell the copy of it; a copy that is away hears of it later."""
    if is_set_up():
        transaction.on_commit(drain_quietly, robust=True)


def drain_quietly() -> None:
    """Tell the copy what has changed; note it when it is away."""
    try:
        drain()
    except Unavailable as error:
        note_failure(str(error))


def drain() -> int:
    """Tell the copy everything that has changed; return how many documents. Raises Unavailable.

    Somebody else who is at it is left alone. They look again after they have let go, so nothing is left lying.
    """
    done = 0
    while Pending.objects.exists():
        with writing.guarded():
            told = _drain_batch()
        if told is None:
            break
        done += told
    return done


def note_failure(why: str) -> None:
    """Store that the copy can't be reached, and since when; it does not answer until it was compared."""
    Mirror.objects.filter(failed_at=None).update(failed_at=clock.now())
    Mirror.objects.exclude(last_error=why).update(last_error=why)


def note(asset_ids: Iterable[int], *, narrows: bool) -> None:
    """Have documents told to the copy again."""
    Pending.objects.bulk_create([Pending(asset_id=pk, narrows=narrows) for pk in asset_ids], batch_size=5000)


def _drain_batch() -> int | None:
    """Tell a batch in a transaction that holds the lock; None when somebody else holds it."""
    with transaction.atomic():
        if not _is_ours():
            return None
        waiting = list(Pending.objects.order_by("pk").values_list("pk", "asset_id")[:_BATCH])
        targets = [name for name in Mirror.objects.values_list("serving", "building").first() or () if name]
        ids = sorted({asset_id for _, asset_id in waiting})
        if targets and ids:
            _tell(targets, ids)
        Pending.objects.filter(pk__in=[pk for pk, _ in waiting]).delete()
        return len(ids)


def _tell(targets: Sequence[str], ids: Sequence[int]) -> None:
    """What is no more is removed. The database is read before the copy, and nobody else writes older news."""
    rows = feeding.rows(ids)
    gone = sorted(set(ids) - {row.asset_id for row in rows})
    for target in targets:
        try:
            removals = feeding.removals(target, gone)
            sent = feeding.send([*(row.line(target) for row in rows), *removals], refresh=True)
        except Lost:
            forget(target)
            continue
        if sent.lost:
            forget(target)
        elif sent.refused:  # what can't be told must not stand there as it was
            refused = [asset_id for asset_id, _ in sent.refused]
            feeding.send(feeding.removals(target, refused), refresh=True)


def forget(index: str) -> None:
    """Note that an index is not there; another one is built."""
    log.warning("index_lost", index=index)
    Mirror.objects.filter(serving=index).update(serving="")
    Mirror.objects.filter(building=index).update(building="", copied_to=0, copied=0)


def _is_ours() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])
