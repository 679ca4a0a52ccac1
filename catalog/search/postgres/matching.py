"""Which assets match, and in which order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.search.backend import SearchRequest, Sort
from catalog.search.postgres.counting import UPDATED, all_met, chosen_params
from catalog.search.postgres.statements import Sql, like_prefix, tsquery
from catalog.search.querytext import QueryText
from catalog.search.ranking import likeness_sql, signals_sql, text_sql, tier_sql

_BATCH = 1000
_CANDIDATES = 1000
"""So many of the best by name and signals are judged by their text; with fewer matches that is all of them."""


@dataclass(frozen=True)
class Match:
    """A condition; what is quickly known of each match for its rank; what only the best candidates are judged by."""

    condition: Sql
    quick: str
    thorough: str = "0"


def everything() -> Match:
    """Match all assets: the catalog is looked around in."""
    return Match(Sql("TRUE"), "0")


def by_words(query: QueryText) -> Match:
    """Match assets that hold the words, or are named exactly so."""
    names = {"name_key": query.key, "name_start": like_prefix(query.key)}
    exact = "document.name_key = %(name_key)s"
    if not query.has_words:
        return Match(Sql(exact, names), "0")
    words = tsquery(query)
    condition = f"(document.words @@ ({words.text}) OR {exact})"
    return Match(Sql(condition, words.params | names), tier_sql(f"({words.text})"), text_sql(f"({words.text})"))


def by_likeness(query: QueryText) -> Match:
    """Match assets whose names look like the text."""
    return Match(Sql("%(name_key)s <%% document.name_key", {"name_key": query.key}), likeness_sql())


_ORDERS = {
    Sort.POPULARITY: "document.popularity DESC, asset.id",
    Sort.CHANGED: f"{UPDATED} DESC, asset.id",
    Sort.NAME: "document.name_key, asset.path",
}


def page_of(request: SearchRequest, visible: Sql, match: Match, *, page: int) -> list[tuple[Any, ...]]:
    """Return (asset id, score, whether its domain may be shown) of one page, in order."""
    return _ordered(request, visible, match, limit=request.size, offset=(page - 1) * request.size)


def all_of(request: SearchRequest, visible: Sql, match: Match, *, limit: int) -> Iterator[list[int]]:
    """Give the asset ids in order, in batches."""
    ids = [row[0] for row in _ordered(request, visible, match, limit=limit, offset=0)]
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _ordered(request: SearchRequest, visible: Sql, match: Match, *, limit: int, offset: int) -> list[tuple[Any, ...]]:
    found = f"FROM {visible.text} WHERE {match.condition.text} AND {all_met(request.filters)}"
    if request.text and request.sort == Sort.RELEVANCE:
        text = _by_score(found, match)
    else:
        text = _by(found, _ORDERS.get(request.sort, _ORDERS[Sort.POPULARITY]))
    params = visible.params | match.condition.params | chosen_params(request.filters)
    return Sql(text, params).fetch(limit=limit, offset=offset, candidates=max(_CANDIDATES, limit + offset))


def _by(found: str, order: str) -> str:
    return f"SELECT asset.id, 0, domain.id IS NOT NULL {found} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s"


def _by_score(found: str, match: Match) -> str:
    """Judge all matches quickly, and the best of them thoroughly."""
    return f"""
        SELECT id, tier + signals + {match.thorough} AS score, knows_domain
        FROM (
            SELECT asset.id, {match.quick} AS tier, {signals_sql()} AS signals, domain.id IS NOT NULL AS knows_domain
            {found} ORDER BY {match.quick} + {signals_sql()} DESC, asset.id LIMIT %(candidates)s
        ) AS candidate
        JOIN search_document AS document ON document.asset_id = candidate.id
        ORDER BY score DESC, document.popularity DESC, document.name_key, id
        LIMIT %(limit)s OFFSET %(offset)s"""  # noqa: S608 - parts are our own
