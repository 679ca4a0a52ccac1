"""How the copy stands: whether it may answer, told by the database in one cheap statement."""

from django.conf import settings
from django.db import connection

from catalog.search.backend import Unavailable
from catalog.search.elastic.mapping import MAPPING_VERSION
from catalog.search.models import Pending

_STANDING = """
    SELECT serving, mapping_version, failed_at IS NOT NULL,
        EXISTS (SELECT 1 FROM search_pending WHERE narrows),
        EXTRACT(epoch FROM clock_timestamp() - (SELECT at FROM search_pending ORDER BY id LIMIT 1))
    FROM search_mirror WHERE id = 1
"""
_CATCHING_UP = "The search engine is catching up; the database answers."


def serving() -> str:
    """Return the index that may answer. Raises Unavailable when none may."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        row = cursor.fetchone()
    if row is None or not row[0] or row[1] != MAPPING_VERSION:
        raise Unavailable("The search engine is being filled; the database answers.")
    index, _, has_failed, narrows, lag = row
    if has_failed:
        raise Unavailable("The search engine does not answer; the database does.")
    if narrows or float(lag or 0) > settings.SEARCH_LAG_SECONDS:
        raise Unavailable(_CATCHING_UP)
    return str(index)


def require_no_narrowing() -> None:
    """Raise Unavailable when somebody lost a right while the copy answered: its figures may tell of it."""
    if Pending.objects.filter(narrows=True).exists():
        raise Unavailable(_CATCHING_UP)
