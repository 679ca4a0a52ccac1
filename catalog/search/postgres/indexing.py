"""Filling the index: two statements a batch of assets, which write only what has changed."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice

from django.db import connection, transaction
from django.db.utils import OperationalError

from catalog.assets.models import Asset
from catalog.assets.queries.readers import POPULAR_WITHIN
from catalog.search.models import Document
from catalog.search.postgres import tallying
from catalog.search.postgres.documents import FACTS, NAME_WORDS, VOCABULARY, WORDS
from catalog.search.postgres.statements import Sql
from portal.kit import clock

_BATCH = 1000
_REBUILT = 2000
_TRIES = 5
_COMPACTED_EVERY = 10
"""Batches of a rebuild after which the tally is added up."""
_PATIENCE = "500ms"
"""Less than PostgreSQL waits before it looks for deadlocks: who indexes gives way to a harvest, and comes back."""

_FOLLOWED = "scope, source_id, domain_id, kind, certification, sensitivity, schema_id"
_TEXTS = "name_key, path, description, column_names, column_texts, surroundings, owners, owner_names"
_MEASURES = "popularity, completeness, updated_at, history_days"
_PLAINLY = f"{_FOLLOWED}, {_TEXTS}, {_MEASURES}"
_COPIED = f"{_PLAINLY}, words, name_words"
_FIELDS = [name.strip() for name in _COPIED.split(",")]
_INDEX = f"""
    WITH gone AS (
        DELETE FROM search_document AS document USING assets_asset AS asset
        WHERE document.asset_id = ANY(%(ids)s) AND asset.id = document.asset_id AND asset.gone_at IS NOT NULL
    ),
    {FACTS}
    INSERT INTO search_document AS document (asset_id, {_COPIED}, revision, indexed_at)
    SELECT facts.asset_id, {_PLAINLY}, {WORDS}, {NAME_WORDS}, nextval('search_revision'), %(now)s
    FROM facts JOIN joined ON joined.asset_id = facts.asset_id ORDER BY facts.asset_id
    ON CONFLICT (asset_id) DO UPDATE SET
        ({_COPIED}, revision, indexed_at)
            = ({", ".join(f"EXCLUDED.{name}" for name in _FIELDS)}, EXCLUDED.revision, %(now)s)
    WHERE ({", ".join(f"document.{name}" for name in _FIELDS)})
        IS DISTINCT FROM ({", ".join(f"EXCLUDED.{name}" for name in _FIELDS)})
"""  # noqa: S608 - composed of our own constants


def index(asset_ids: Iterable[int]) -> int:
    """Bring the documents of these assets in step with the catalog; return how many were written.

    Raises OperationalError when another transaction holds some of them for long: try again later.
    """
    written = 0
    ids = iter(sorted(set(asset_ids)))
    while batch := list(islice(ids, _BATCH)):
        written += _index(batch)
    return written


def rebuild(progress: Callable[[int, int], None]) -> int:
    """Index every present asset, a batch a transaction, while the old documents stay in use.

    Calls progress(done, total). Returns how many documents were written.
    """
    total = Asset.objects.present().count()
    done = written = 0
    for number, ids in enumerate(_batches(), 1):
        written += _insisting(ids)
        done += len(ids)
        progress(min(done, total), total)
        if not number % _COMPACTED_EVERY:
            tallying.compact()
    Document.objects.exclude(asset__gone_at=None).delete()
    tallying.compact()
    return written


def popular_since() -> datetime:
    """Return from when on a look at an asset counts."""
    return clock.now() - POPULAR_WITHIN


def _index(ids: list[int]) -> int:
    with transaction.atomic():
        was = Sql(f"SELECT current_setting('lock_timeout'), set_config('lock_timeout', '{_PATIENCE}', true)").fetch()
        Sql(VOCABULARY).run(ids=ids)
        written = Sql(_INDEX).run(ids=ids, now=clock.now(), popular_since=popular_since())
        Sql("SELECT set_config('lock_timeout', %(was)s, true)").fetch(was=was[0][0])
    return written


def _insisting(ids: list[int]) -> int:
    for _ in range(_TRIES - 1):
        try:
            return _index(ids)
        except OperationalError:  # somebody holds some of them: later
            connection.close_if_unusable_or_obsolete()
    return _index(ids)


def _batches() -> Iterator[list[int]]:
    """Give the ids of present assets by scope, so that a batch adds to few counts."""
    scope, last = "", 0
    while True:
        rows = Sql(
            """SELECT id, scope FROM assets_asset WHERE gone_at IS NULL AND (scope, id) > (%(scope)s, %(last)s)
            ORDER BY scope, id LIMIT %(most)s"""
        ).fetch(scope=scope, last=last, most=_REBUILT)
        if not rows:
            return
        yield sorted(row[0] for row in rows)
        last, scope = rows[-1]
