"""Which documents match, and the best of them in a first order."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.search.backend import Candidate, Question, Sort
from catalog.search.language import QueryText
from catalog.search.postgres.counting import all_met, chosen_params
from catalog.search.postgres.statements import Sql, like_prefix, tsquery, visible

_BATCH = 1000
_WEIGHTS = "{0.1, 0.2, 0.4, 1.0}"  # D, C, B, A


@dataclass(frozen=True)
class Match:
    """A condition, what is quickly known of each match, and how well its text matches, 0 to 1."""

    condition: Sql
    quick: str = "0::int"
    text: str = "0"


def of(question: Question) -> Match:
    """Return what a question is met by."""
    return by_words(question.query) if question.query.typed else everything()


def everything() -> Match:
    """Match all assets: the catalog is looked around in."""
    return Match(Sql("TRUE"))


def by_words(query: QueryText) -> Match:
    """Match assets that hold the words, or are named exactly so."""
    names = {"name_key": query.key, "name_start": like_prefix(query.key)}
    exact = "document.name_key = %(name_key)s"
    if not query.has_words:
        return Match(Sql(exact, names))
    words = tsquery(query)
    quick = f"""(CASE WHEN {exact} THEN 4 WHEN document.name_key LIKE %(name_start)s THEN 3
        WHEN document.name_words @@ ({words.text}) THEN 2 ELSE 0 END
        - CASE document.certification WHEN 'deprecated' THEN 1 ELSE 0 END)"""
    condition = f"(document.words @@ ({words.text}) OR {exact})"
    return Match(
        Sql(condition, words.params | names), quick, f"ts_rank_cd('{_WEIGHTS}', words, ({words.text}), 1 | 32)"
    )


def by_likeness(query: QueryText) -> Match:
    """Match assets whose names look like the text."""
    likeness = "word_similarity(%(name_key)s, document.name_key)"
    return Match(
        Sql("%(name_key)s <%% document.name_key", {"name_key": query.key, "name_start": ""}), likeness, likeness
    )


_ORDERS = {
    Sort.POPULARITY: "document.popularity DESC, document.asset_id",
    Sort.CHANGED: "document.updated_at DESC, document.asset_id",
    Sort.NAME: "document.name_key, document.path",
}


def candidates(question: Question, match: Match) -> tuple[Candidate, ...]:
    """Return the candidates from the question's offset on, at most its limit."""
    return tuple(Candidate(row[0], float(row[1])) for row in _ordered(question, match, question.limit, question.offset))


def all_of(question: Question, limit: int) -> Iterator[list[int]]:
    """Give the asset ids in order, in batches."""
    ids = [row[0] for row in _ordered(question, of(question), limit, 0)]
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]


def _ordered(question: Question, match: Match, limit: int, offset: int) -> list[tuple[Any, ...]]:
    seen = visible(question.rights)
    found = f"""FROM search_document AS document
        WHERE {seen.text} AND {match.condition.text} AND {all_met(question.filters)}"""
    order = _ORDERS.get(question.sort, f"{match.quick} DESC, document.popularity DESC, document.asset_id")
    text = f"""
        SELECT asset_id, {match.text} FROM (
            SELECT document.* {found} ORDER BY {order} LIMIT %(limit)s OFFSET %(offset)s
        ) AS document ORDER BY {order}"""  # noqa: S608 - parts are our own
    params = seen.params | match.condition.params | chosen_params(question.filters)
    return Sql(text, params | {"hidden": list(question.rights.hidden_domains)}).fetch(limit=limit, offset=offset)
