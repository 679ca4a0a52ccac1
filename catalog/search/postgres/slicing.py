"""A slice of what meets a condition, in an order."""

from typing import Any

from catalog.search.postgres.statements import Sql, put

POPULAR = "document.popularity + 0 DESC, document.asset_id"
"""Not the index's own order: to walk it for matches would mean to read all that match nothing."""
WALKED = "document.popularity DESC, document.asset_id"
"""The same, of all there is."""
_IDS = "SELECT document.{} FROM search_document AS document WHERE {{0}} ORDER BY {{1}} LIMIT {} OFFSET {}"


def slice_of(condition: Sql, order: Sql, offset: int, limit: int, text: Sql | None = None) -> list[tuple[Any, ...]]:
    """Return ids, and how well their texts match if that is asked: of the slice alone."""
    if text is None:
        return put(_IDS.format("asset_id", int(limit), int(offset)), condition, order).fetch()
    ids = _IDS.format("*", int(limit), int(offset))
    return put(f"SELECT asset_id, {{2}} FROM ({ids}) AS document ORDER BY {{1}}", condition, order, text).fetch()  # noqa: S608 - parts are our own
