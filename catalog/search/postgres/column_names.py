"""Names of columns that begin so, and in how many visible tables they are: from the tally, which knows by scope.

Who holds few scopes is answered by those. Of many scopes the names that most tables have are looked at first, whoever
may see them, and then how many of the person's own have them; only what these have is told.
"""

from catalog.search.backend import Rights
from catalog.search.language import QueryText
from catalog.search.postgres.statements import Sql, like_prefix, put, value
from catalog.search.postgres.strategy import ALL

_FEW_SCOPES = 6
_ROWS_READ = 2_000
_CHECKED = (10, 60)
_SINGLE_READ = 200

_BY_SCOPES = """
    SELECT name, sum(number) FROM (
        SELECT tally.name, tally.number FROM unnest({0}::varchar[]) AS held (scope) CROSS JOIN LATERAL (
            SELECT name, number FROM search_tally AS tally
            WHERE tally.scope = held.scope AND tally.name LIKE {1} AND tally.name <> '' LIMIT {2}
        ) AS tally
    ) AS counted GROUP BY 1 HAVING sum(number) > 0 ORDER BY name = {3} DESC, 2 DESC, 1 LIMIT {4}
"""
_HELD = """
    SELECT name, sum(number) FROM search_tally
    WHERE scope = ANY({}::varchar[]) AND name = ANY({}::text[]) GROUP BY 1 HAVING sum(number) > 0
"""
_SINGLE = """
    SELECT name, count(*) FROM (
        SELECT document.column_names FROM unnest({0}::bigint[]) AS single (id)
        JOIN search_document AS document ON document.asset_id = single.id
        WHERE document.scope <> ALL({1}::varchar[])
    ) AS document, unnest(document.column_names) AS name WHERE name LIKE {2} GROUP BY 1
"""
_SPELLED = "SELECT name FROM search_columnname WHERE key LIKE {} ORDER BY length(name), name LIMIT {}"


def beginning(query: QueryText, rights: Rights, most: int) -> list[tuple[str, int]]:
    """Return names that begin as typed with the number of visible tables, the one exactly so first, then by number."""
    typed, sight = query.typed.lower().replace(" ", "_"), rights.sight
    start = value(like_prefix(typed))
    if sight.sees_all or len(sight.scopes) <= _FEW_SCOPES:
        found = dict(_ranked([ALL] if sight.sees_all else list(sight.scopes), start, typed, most))
    else:
        found = _verified(list(sight.scopes), start, typed, most)
    if len(found) < most:
        found |= _held_of(rights, _spelled(query))
    if sight.assets and not sight.sees_all:
        scopes, assets = value(list(sight.scopes)), value(list(sight.assets[:_SINGLE_READ]))
        for name, number in put(_SINGLE, assets, scopes, start).fetch():
            found[name] = found.get(name, 0) + int(number)
    return sorted(found.items(), key=lambda each: (each[0] != typed, -each[1], each[0]))[:most]


def _ranked(scopes: list[str], start: Sql, typed: str, most: int) -> list[tuple[str, int]]:
    rows = put(_BY_SCOPES, value(scopes), start, Sql(str(_ROWS_READ)), value(typed), Sql(str(most))).fetch()
    return [(name, int(number)) for name, number in rows]


def _verified(scopes: list[str], start: Sql, typed: str, most: int) -> dict[str, int]:
    """Return the commonest names of all that the scopes have; all that begin so of each scope when these are none."""
    names = [name for name, _ in _ranked([ALL], start, typed, _CHECKED[-1])]
    found: dict[str, int] = {}
    done = 0
    for upto in _CHECKED:
        found |= _counted(scopes, names[done:upto])
        done = upto
        if len(found) >= most:
            return found
    return found if found or len(names) < _CHECKED[-1] else dict(_ranked(scopes, start, typed, most))


def _spelled(query: QueryText) -> list[str]:
    """Return names that begin so when they are taken apart: `birth date` is how birthDate is read."""
    return [row[0] for row in put(_SPELLED, value(like_prefix(query.key)), Sql(str(_CHECKED[0]))).fetch()]


def _held_of(rights: Rights, names: list[str]) -> dict[str, int]:
    return _counted([ALL] if rights.sight.sees_all else list(rights.sight.scopes), names)


def _counted(scopes: list[str], names: list[str]) -> dict[str, int]:
    if not names:
        return {}
    return {name: int(number) for name, number in put(_HELD, value(scopes), value(names)).fetch()}
