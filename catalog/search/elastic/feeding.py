"""Documents as the copy takes them: made by the database in one statement, sent in bulk, the newer revision wins."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from catalog.search.backend import Unavailable
from catalog.search.elastic.connection import WRITE_S, client, told_plainly
from catalog.search.elastic.mapping import WITHOUT, inlet
from catalog.search.elastic.vectors import texts
from portal.kit.logs import get_logger

log = get_logger(__name__)
_LONGEST_KEYWORD = 8000  # characters; Lucene takes 32,766 bytes
_PASSING = {408, 429, 500, 502, 503, 504}
_CONFLICT = 409

_ROWS = f"""
    SELECT document.asset_id, document.revision, json_build_object(
        'asset_id', document.asset_id, 'revision', document.revision, 'scope', document.scope,
        'source_id', document.source_id::text, 'schema_id', document.schema_id::text,
        'domain_id', COALESCE(document.domain_id::text, '{WITHOUT}'), 'kind', document.kind,
        'certification', document.certification, 'sensitivity', COALESCE(NULLIF(document.sensitivity, ''), '{WITHOUT}'),
        'described', CASE document.description WHEN '' THEN 'no' ELSE 'yes' END,
        'owners', CASE document.owners WHEN '{{{{}}}}' THEN ARRAY['{WITHOUT}']::varchar[] ELSE document.owners END,
        'column_names', document.column_names,
        'name_key', left(document.name_key, {_LONGEST_KEYWORD}), 'path', left(document.path, {_LONGEST_KEYWORD}),
        'popularity', document.popularity, 'history_days', document.history_days,
        'updated_at', (EXTRACT(epoch FROM document.updated_at) * 1000000)::bigint)::text, document.words::text
    FROM search_document AS document
    WHERE {{which}}
"""  # noqa: S608 - composed of our own constants
_THESE = _ROWS.format(which="document.asset_id = ANY(%(ids)s)")
_NEXT = _ROWS.format(
    which="""document.asset_id IN (
        SELECT asset_id FROM search_document WHERE asset_id > %(after)s ORDER BY asset_id LIMIT %(limit)s)"""
)


@dataclass(frozen=True)
class Row:
    """A document and its revision, as JSON."""

    asset_id: int
    revision: int
    json: str
    words: str
    """The vector of its words, as the database writes it."""

    def line(self, index: str) -> str:
        """Return what writes it into an index, unless that has it in this revision or a later one."""
        return (
            f'{{"index":{{"_index":"{inlet(index)}","_id":"{self.asset_id}","version":{self.revision},'
            f'"version_type":"external"}}}}\n{self.json[:-1]},{texts(self.words)}}}'
        )


@dataclass(frozen=True)
class Sent:
    """How a write went: how many documents it changed, which indexes are not there, what was refused for good."""

    changed: int
    lost: frozenset[str]
    refused: tuple[tuple[int, str], ...]


def rows(ids: Sequence[int]) -> list[Row]:
    """Return the documents of these assets; those that are no more are left out."""
    return _fetch(_THESE, ids=list(ids))


def rows_after(asset_id: int, limit: int) -> list[Row]:
    """Return the next documents, in the order of their assets."""
    return sorted(_fetch(_NEXT, after=asset_id, limit=limit), key=lambda row: row.asset_id)


def removals(index: str, ids: Sequence[int]) -> list[str]:
    """Return what removes these from an index, in the revision that it has. Raises Unavailable."""
    if not ids:
        return []
    with told_plainly():
        found = client(WRITE_S).mget(index=inlet(index), ids=[str(pk) for pk in ids], source=False)
    return [
        f'{{"delete":{{"_index":"{inlet(index)}","_id":"{one["_id"]}","version":{one["_version"]},'
        f'"version_type":"external_gte"}}}}'
        for one in found["docs"]
        if one.get("found")
    ]


def send(lines: Iterable[str], *, refresh: bool = False) -> Sent:
    """Write; with `refresh` it shows at once. Raises Unavailable when it has to be tried again."""
    body: list[Any] = list(lines)
    if not body:
        return Sent(0, frozenset(), ())
    with told_plainly():
        answer = client(WRITE_S).options(request_timeout=WRITE_S).bulk(
            operations=body, require_alias=True, refresh=refresh,
            filter_path="errors,items.*.status,items.*._id,items.*._index,items.*.error.type,items.*.error.reason",
        )  # fmt: skip
    return _read([next(iter(item.values())) for item in answer.get("items", ())])


def _read(items: list[dict[str, Any]]) -> Sent:
    if any(item["status"] in _PASSING for item in items):
        raise Unavailable("The search engine has too much to do; the database answers.")
    lost, refused, changed = set(), [], 0
    for item in items:
        kind = item.get("error", {}).get("type", "")
        if item["status"] < 300:
            changed += 1
        elif kind == "index_not_found_exception":
            lost.add(item["_index"].removesuffix(inlet("")))
        elif kind and item["status"] != _CONFLICT:
            refused.append((int(item["_id"]), f"{kind}: {item['error'].get('reason', '')}"[:300]))
    for asset_id, why in refused[:10]:
        log.error("document_refused", asset=asset_id, error=why)
    return Sent(changed, frozenset(lost), tuple(refused))


def _fetch(statement: str, **params: Any) -> list[Row]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [Row(*row) for row in cursor.fetchall()]
