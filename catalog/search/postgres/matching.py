"""Which assets match, and in which order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.search.backend import SearchRequest, Sort
from catalog.search.postgres.counting import UPDATED, all_met, chosen_params
from catalog.search.postgres.statements import Sql, like_prefix, tsquery
from catalog.search.querytext import QueryText
from catalog.search.ranking import likeness_sql, score_sql, signals_sql

_BATCH = 1000


@dataclass(frozen=True)
class Match:
    """A condition, and the score of what meets it."""

    condition: Sql
    score: str


def everything() -> Match:
    """Match all assets: the catalog is looked around in."""
    return Match(Sql("TRUE"), "document.popularity")


def by_words(query: QueryText) -> Match:
    """Match assets that hold the words, or are named exactly so."""
    names = {"name_key": query.key, "name_start": like_prefix(query.key)}
    exact = "document.name_key = %(name_key)s"
    if not query.has_words:
        return Match(Sql(exact, names), signals_sql())
    words = tsquery(query)
    condition = f"(document.words @@ ({words.text}) OR {exact})"
    return Match(Sql(condition, words.params | names), score_sql(f"({words.text})"))


def by_likeness(query: QueryText) -> Match:
    """Match assets whose names look like the text."""
    return Match(Sql("%(name_key)s <%% document.name_key", {"name_key": query.key}), likeness_sql())


_ORDERS = {
    Sort.RELEVANCE: "score DESC, document.popularity DESC, document.name_key, asset.id",
    Sort.POPULARITY: "document.popularity DESC, asset.id",
    Sort.CHANGED: f"{UPDATED} DESC, asset.id",
    Sort.NAME: "document.name_key, asset.path",
}


def page_of(request: SearchRequest, visible: Sql, match: Match, *, page: int) -> list[tuple[Any, ...]]:
    """Return (asset id, score, whether its domain may be shown) of one page, in order."""
    return _ordered(request, visible, match).fetch(limit=request.size, offset=(page - 1) * request.size)


def all_of(request: SearchRequest, visible: Sql, match: Match, *, limit: int) -> Iterator[list[int]]:
    """Give the asset ids in order, in batches."""
    ids = [row[0] for row in _ordered(request, visible, match).fetch(limit=limit, offset=0)]
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _ordered(request: SearchRequest, visible: Sql, match: Match) -> Sql:
    sort = request.sort if request.text or request.sort != Sort.RELEVANCE else Sort.POPULARITY
    text = f"""SELECT asset.id, {match.score} AS score, domain.id IS NOT NULL
        FROM {visible.text} WHERE {match.condition.text} AND {all_met(request.filters)}
        ORDER BY {_ORDERS[sort]} LIMIT %(limit)s OFFSET %(offset)s"""  # noqa: S608 - parts are our own
    return Sql(text, visible.params | match.condition.params | chosen_params(request.filters))
