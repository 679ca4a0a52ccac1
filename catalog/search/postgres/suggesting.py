"""Completing what is being typed, with names of what the person may see. Every part reads a bounded number of rows.

Assets: the best known whose names begin so (by the first two letters and popularity), some of each scope by name, and,
where there is still room, names that hold such a word. Columns: see column_names. People: who answers for something
visible.
"""

from collections.abc import Iterator
from dataclasses import replace

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from catalog.search.backend import Rights, Suggestion, Suggestions
from catalog.search.language import QueryText
from catalog.search.postgres import column_names
from catalog.search.postgres.statements import Sql, like_prefix, put, value, visible

_ASSETS, _COLUMNS, _PEOPLE = 6, 5, 3
_PEOPLE_READ = 12
_NAMES_READ = 180
_LEAST_A_SCOPE = 3
_SINGLE_READ = 200
"""Of assets that the person may see by themselves alone; who has more of them searches for the others."""
_POPULAR_READ = 500
_SHORTEST = 2

_FACTS = "asset_id, path, kind, certification, popularity, name_key"
# Of the best known with these two letters, found in their index alone; of each scope the first by name.
_POPULAR = f"""
    SELECT {_FACTS} FROM search_document WHERE asset_id IN (
        SELECT asset_id FROM (
            SELECT asset_id, name_key, scope, popularity FROM search_document
            WHERE popularity > 0 AND left(name_key, 2) = {{}} ORDER BY popularity DESC LIMIT {_POPULAR_READ}
        ) AS document WHERE name_key LIKE {{}} AND {{}} ORDER BY popularity DESC LIMIT {_ASSETS}
    )
"""  # noqa: S608 - composed of our own constants, as are the statements below
_BY_SCOPE = f"""
    SELECT named.* FROM unnest({{}}::varchar[]) AS held (scope) CROSS JOIN LATERAL (
        SELECT {_FACTS} FROM search_document AS document
        WHERE document.scope = held.scope AND document.name_key LIKE {{}} ORDER BY name_key USING ~<~ LIMIT {{}}
    ) AS named
"""  # noqa: S608
_SINGLE = f"""
    SELECT {_FACTS} FROM unnest({{}}::bigint[]) AS single (id)
    JOIN search_document AS document ON document.asset_id = single.id WHERE document.name_key LIKE {{}}
"""  # noqa: S608
_OF_ALL = f"""
    (SELECT {_FACTS} FROM search_document AS document WHERE document.name_key LIKE {{}}
     ORDER BY name_key USING ~<~ LIMIT {_NAMES_READ})
"""  # noqa: S608
_INSIDE = f"""
    SELECT {_FACTS} FROM search_document AS document
    WHERE document.name_words @@ to_tsquery('simple', {{}}) AND {{}} LIMIT {_NAMES_READ}
"""  # noqa: S608
_ORDERED = f"""
    SELECT asset_id, path, kind FROM ({{0}}) AS document
    ORDER BY name_key = {{1}} DESC, name_key LIKE {{2}} DESC, certification = 'deprecated', popularity DESC,
        length(name_key), asset_id
    LIMIT {_ASSETS}
"""  # noqa: S608
_NAMED = f"""
    (SELECT '{{kind}}:' || id AS key, name AS label FROM {{table}}
     WHERE lower(name) LIKE {{{{0}}}} OR lower(name) LIKE {{{{1}}}} ORDER BY name, id LIMIT {_PEOPLE_READ})
"""  # noqa: S608
_BY_KIND = " UNION ALL ".join(
    _NAMED.format(kind=kind, table=model._meta.db_table)
    for kind, model in (("person", get_user_model()), ("team", Group))
)
_ANSWERING = f"""
    SELECT key, label FROM ({_BY_KIND}) AS named
    WHERE EXISTS (SELECT 1 FROM search_document AS document
                  WHERE document.owners @> ARRAY[named.key::varchar] AND {{2}})
    ORDER BY label, key LIMIT {_PEOPLE}
"""  # noqa: S608


def suggest(query: QueryText, rights: Rights) -> Suggestions:
    """Return assets and columns whose names go on as typed, and people who answer for something."""
    rights = replace(rights, sight=replace(rights.sight, assets=rights.sight.assets[:_SINGLE_READ]))
    columns = column_names.beginning(query, rights, _COLUMNS)
    return Suggestions(
        tuple(_assets(query, rights)),
        tuple(Suggestion(name, count=number) for name, number in columns),
        tuple(_people(query, rights)),
    )


def _assets(query: QueryText, rights: Rights) -> Iterator[Suggestion]:
    if len(query.key) < _SHORTEST:
        return
    key, start = value(query.key), value(like_prefix(query.key))
    found: dict[tuple[int, str, str], None] = {}
    for some in _ways(query, rights, start):
        found |= dict.fromkeys(put(_ORDERED, some, key, start).fetch())
        if len(found) >= _ASSETS:
            break
    for asset_id, path, kind in list(found)[:_ASSETS]:
        yield Suggestion(path.rpartition(".")[2], path, asset_id, kind)


def _ways(query: QueryText, rights: Rights, start: Sql) -> Iterator[Sql]:
    """Give what to look through, the next only when there is still room: what is named so and the best known first."""
    seen = visible(rights, by_index=False)
    named = value(like_prefix(query.key).removesuffix("%"))
    popular = put(_POPULAR, value(query.key[:2]), start, seen)
    single = put(_SINGLE, value(list(rights.sight.assets)), start)
    yield put("{} UNION {} UNION {}", popular, _by_name(rights, named, 1), single)
    yield _by_name(rights, start, max(_LEAST_A_SCOPE, _NAMES_READ // max(1, len(rights.sight.scopes))))
    words = " & ".join(f"'{word}':*" for term in query.wanted for word in term.words)
    yield put(_INSIDE, value(words), seen)


def _by_name(rights: Rights, start: Sql, each: int) -> Sql:
    if rights.sight.sees_all:
        return put(_OF_ALL, start)
    return put(_BY_SCOPE, value(list(rights.sight.scopes)), start, Sql(str(each)))


def _people(query: QueryText, rights: Rights) -> Iterator[Suggestion]:
    """Suggest who answers for something that is visible; e-mail addresses are nobody's business."""
    text = query.typed.strip().lower()
    if len(text) < _SHORTEST:
        return
    starts = (value(like_prefix(text)), value(f"% {like_prefix(text)}"))
    for key, label in put(_ANSWERING, *starts, visible(rights, by_index=False)).fetch():
        yield Suggestion(label, kind=key.partition(":")[0], key=key)
