"""Which tables that the person may see have a column of a name, and what names there are.

A page is read before anything is counted. Numbers come from the tally, which knows how many documents of a scope hold
a name; what is said of types and descriptions is said of the TYPES_READ most popular tables.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower

from catalog.assets.models import Asset, Column, LogicalType
from catalog.assets.queries.assets import shown_column_text
from catalog.assets.visibility import sight_of
from catalog.search.backend import Rights
from catalog.search.columns.vocabulary import spellings
from catalog.search.language import LONGEST, understand
from catalog.search.language.columns import names_of_columns
from catalog.search.postgres.statements import Params, Sql, visible
from portal.kit.people import Person

READ_AT_MOST = 10_000
TYPES_READ = 2_000
_NAMES_SHOWN = 60
_POPULAR_READ = 300
_LONG = (
    "asset__definition",
    "asset__properties",
    *(f"asset__document__{name}" for name in ("words", "name_words", "column_names", "column_texts")),
)

__all__ = [
    "LONGEST",
    "ORDERS",
    "READ_AT_MOST",
    "NameCount",
    "Narrowing",
    "TypeCount",
    "Uses",
    "columns_of",
    "named_columns",
    "names_like",
    "uses",
]

ORDERS = {
    "popular": "popularity DESC, asset_id",
    "type": "logical_type, data_type, popularity DESC, asset_id",
    "path": "path, asset_id",
}


@dataclass(frozen=True)
class Narrowing:
    """What of the tables shall be shown, and in which order. Empty: all of them."""

    logical_type: str = ""
    described: str = ""
    certification: str = ""
    sort: str = "popular"

    @property
    def is_whole(self) -> bool:
        """Say whether nothing is narrowed."""
        return not (self.logical_type or self.described or self.certification)


@dataclass(frozen=True)
class TypeCount:
    """How many tables hold the column as this."""

    logical_type: str
    data_types: tuple[str, ...]
    tables: int
    described: int

    @property
    def label(self) -> str:
        """Return the type in words."""
        return str(LogicalType(self.logical_type).label)


@dataclass(frozen=True)
class Uses:
    """A column's name, wherever it is. `types` are those of the most popular tables, TYPES_READ at most."""

    name: str
    names: tuple[str, ...]
    tables: int
    is_about: bool = False
    types: tuple[TypeCount, ...] = ()

    @property
    def read(self) -> int:
        """Return on how many tables the types were counted."""
        return sum(each.tables for each in self.types)

    @property
    def described(self) -> int:
        """Return in how many of the tables that were read the column is described."""
        return sum(each.described for each in self.types)

    @property
    def types_differ(self) -> bool:
        """Say whether the column holds different things in different tables."""
        return len(self.types) > 1


@dataclass(frozen=True)
class NameCount:
    """A name of a column with the number of tables that have it."""

    name: str
    tables: int


# The most popular tables that have such a column, and the column in each: that of the very spelling, or the first.
_HELD = """
    WITH held AS (
        SELECT document.asset_id, document.popularity, document.path FROM search_document AS document
        WHERE {visible} AND document.column_names && %(names)s::text[] {narrowed}
        ORDER BY document.popularity DESC, document.asset_id LIMIT %(read)s
    ),
    used AS (
        SELECT held.*, part.id, part.data_type, part.logical_type, part.is_described FROM held
        CROSS JOIN LATERAL (
            SELECT part.id, part.data_type, part.logical_type, part.comment <> '' OR EXISTS (
                SELECT 1 FROM assets_description AS said
                WHERE said.asset_id = part.asset_id AND said.column_name = part.name) AS is_described
            FROM assets_column AS part
            WHERE part.asset_id = held.asset_id AND lower(part.name) = ANY(%(names)s)
            ORDER BY array_position(%(names)s::text[], lower(part.name)), part.position LIMIT 1
        ) AS part
        WHERE TRUE {used}
    )
"""
_TYPES = """
    SELECT logical_type, (array_agg(DISTINCT data_type))[1:4], count(*), count(*) FILTER (WHERE is_described)
    FROM used GROUP BY 1 ORDER BY 3 DESC, 1
"""
_TALLIED = """
    SELECT name, sum(number)::bigint FROM (
        SELECT name, number FROM search_tally WHERE scope = ANY(%(counted)s) AND name = ANY(%(names)s)
        UNION ALL
        SELECT name, 1 FROM search_document AS document, unnest(document.column_names) AS name
        WHERE document.asset_id = ANY(%(single)s) AND NOT document.scope = ANY(%(counted)s) AND name = ANY(%(names)s)
    ) AS held GROUP BY 1 HAVING sum(number) > 0
"""
_USUAL_NAMES = """
    SELECT name FROM (
        SELECT column_names FROM search_document AS document
        WHERE {visible} ORDER BY popularity DESC, asset_id LIMIT {read}
    ) AS document, unnest(column_names) AS name
    GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {most}
"""


def uses(person: Person, name: str) -> Uses | None:
    """Return what there is to say of a column's name; None when no table that the person may see has it."""
    rights, names = Rights(sight_of(person)), spellings(name)
    tallied = _tallied(rights, names)
    if not tallied:
        return None
    whole = _read(rights, names, Narrowing(), _TYPES, TYPES_READ)
    types = tuple(TypeCount(kind, tuple(types), tables, described) for kind, types, tables, described in whole)
    found = Uses(name, tuple(each for each in names if each in tallied), sum(tallied.values()), types=types)
    if len(tallied) == 1:  # a table with two spellings would count twice
        return found
    number = _number(rights, names, Narrowing())
    return replace(found, is_about=True) if number >= READ_AT_MOST else replace(found, tables=number)


def columns_of(person: Person, name: str, narrowing: Narrowing, *, offset: int, limit: int) -> tuple[list[Column], int]:
    """Return the columns of a page, each with its asset, and how many there are when narrowed, up to READ_AT_MOST."""
    rights, names = Rights(sight_of(person)), spellings(name)
    is_quick = narrowing.sort == "popular" and not (narrowing.logical_type or narrowing.described)
    read = min(offset + limit, READ_AT_MOST) if is_quick else READ_AT_MOST
    ending = f"SELECT id FROM used ORDER BY {ORDERS[narrowing.sort]} LIMIT %(limit)s OFFSET %(offset)s"  # noqa: S608
    ids = [row[0] for row in _read(rights, names, narrowing, ending, read, limit=limit, offset=offset)]
    return _columns(person, ids), 0 if narrowing.is_whole else _number(rights, names, narrowing)


def names_like(person: Person, text: str) -> list[NameCount]:
    """Return names that hold the words, or those that popular tables have when there are none; the nearest first."""
    rights = Rights(sight_of(person))
    query = understand(text)
    if query.alternatives:
        terms = query.alternatives[-1].terms
        names = names_of_columns(terms, is_unfinished=query.unfinished is not None, sight=rights.sight)
    else:
        seen = visible(rights)
        usual = _USUAL_NAMES.format(visible=seen.text, read=_POPULAR_READ, most=_NAMES_SHOWN)
        names = [row[0] for row in Sql(usual, seen.params).fetch()]
    tallied = _tallied(rights, names)
    return [NameCount(name, tallied[name]) for name in names if name in tallied][:_NAMES_SHOWN]


def _tallied(rights: Rights, names: Sequence[str]) -> dict[str, int]:
    """Return how many tables in sight have each of the names; names of nothing in sight are left out."""
    if not names:
        return {}
    sight = rights.sight
    counted = ["*"] if sight.sees_all else list(sight.scopes)
    single = [] if sight.sees_all else list(sight.assets)
    return dict(Sql(_TALLIED).fetch(names=list(names), counted=counted, single=single))


def _number(rights: Rights, names: list[str], narrowing: Narrowing) -> int:
    return int(_read(rights, names, narrowing, "SELECT count(*) FROM used", READ_AT_MOST)[0][0])


def _read(
    rights: Rights, names: list[str], narrowing: Narrowing, ending: str, read: int, **more: int
) -> list[tuple[Any, ...]]:
    seen = visible(rights)
    params: Params = {"logical_type": narrowing.logical_type, "certification": narrowing.certification}
    narrowed = "AND document.certification = %(certification)s" if narrowing.certification else ""
    used = "AND part.logical_type = %(logical_type)s" if narrowing.logical_type else ""
    if narrowing.described:
        used += f" AND {'NOT' if narrowing.described == 'no' else ''} part.is_described"
    statement = _HELD.format(visible=seen.text, narrowed=narrowed, used=used) + ending
    return Sql(statement, seen.params | params).fetch(names=names, read=read, **more)


def named_columns(person: Person, asset_ids: list[int], names: list[str]) -> list[Column]:
    """Return the columns of these names (in lower case) of assets that the person may see, in the assets' order."""
    rows = _seen(person).filter(asset__in=asset_ids).annotate(lower=Lower("name")).filter(lower__in=names)
    place = {pk: number for number, pk in enumerate(asset_ids)}
    return sorted(rows, key=lambda column: (place[column.asset_id], column.position))


def _columns(person: Person, ids: list[int]) -> list[Column]:
    """Fetch columns under the rule once more, in the order of their ids."""
    found = _seen(person).in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _seen(person: Person) -> QuerySet[Column]:
    rows = Column.objects.filter(asset__in=Asset.objects.visible_to(person)).annotate(shown_text=shown_column_text())
    return rows.select_related("asset__domain", "asset__document").defer(*_LONG)
