"""The engine's own order of matches, any slice of it. See strategy for the ways."""

from collections.abc import Iterator, Sequence
from typing import Any

from catalog.search.backend import RANKED_AT_MOST, Candidate, Question, Sort
from catalog.search.postgres import signals, walking
from catalog.search.postgres.matching import Match
from catalog.search.postgres.statements import Sql, all_of, like_prefix, put, value
from catalog.search.postgres.strategy import Plan, estimate, narrowed

POPULAR = "document.popularity DESC, document.asset_id"
ORDERS = {
    Sort.POPULARITY: POPULAR,
    Sort.CHANGED: "document.updated_at DESC, document.asset_id",
    Sort.NAME: "document.name_key, document.path, document.asset_id",
}
_ROOM = 3  # so many times what is wanted must be expected among the best known


def candidates(question: Question, match: Match, plan: Plan) -> tuple[Candidate, ...]:
    """Return the candidates from the question's offset on, at most its limit, with their texts measured."""
    if plan.is_exact and not match.is_everything:
        rows = _slice(narrowed(plan, match.whole), _order(question, match), question.offset, question.limit, match.text)
        return tuple(Candidate(pk, float(text)) for pk, text in rows)
    ids = ordered(question, match, plan, question.offset, question.limit)
    if not ids or not match.has_tiers:
        return tuple(Candidate(pk) for pk in ids)
    found = put("SELECT asset_id, {} FROM search_document AS document WHERE asset_id = ANY({})", match.text, value(ids))
    text = {pk: float(number) for pk, number in found.fetch()}
    return tuple(Candidate(pk, text.get(pk, 0.0)) for pk in ids)


def ordered(question: Question, match: Match, plan: Plan, offset: int, limit: int) -> list[int]:
    """Return the ids of a slice."""
    by = ORDERS.get(question.sort)
    if match.is_everything and by:
        return walking.walk(question, plan, by, offset, limit)
    if plan.is_exact or question.sort in {Sort.CHANGED, Sort.NAME}:
        return [row[0] for row in _slice(narrowed(plan, match.whole), _order(question, match), offset, limit)]
    if by or not match.has_tiers:
        return _most_popular(match.within, narrowed(plan, match.chosen), offset, limit)
    first = _first(match, plan)
    kept = first[offset : offset + limit]
    if len(kept) == limit or len(first) < RANKED_AT_MOST:
        return kept
    others = narrowed(plan, match.chosen, put("document.asset_id <> ALL({})", value(first)))
    return kept + _most_popular(match.within, others, max(0, offset - len(first)), limit - len(kept))


def batches(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    """Give ids in batches."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


def _first(match: Match, plan: Plan) -> list[int]:
    """Return what stands first: the best of each tier, put in order by what is quickly known of them."""
    among = narrowed(plan, match.chosen)
    found: dict[int, None] = {}
    for within in _tiers(match):
        found |= dict.fromkeys(_most_popular(within, among, 0, RANKED_AT_MOST))
        if len(found) >= RANKED_AT_MOST:
            break
    order = put(f"{{}} DESC, {POPULAR}", match.quick)
    ids = put("document.asset_id = ANY({})", value(list(found)))
    return [row[0] for row in _slice(ids, order, 0, RANKED_AT_MOST)]


def _tiers(match: Match) -> Iterator["walking.Within"]:
    key = match.names[0]
    yield lambda extra: _and(put("document.name_key = ANY({})", value(list(match.names))), match.within(extra))
    if len(key) > 1:
        start = put("document.name_key LIKE {}", value(like_prefix(key)))
        yield lambda extra: _and(start, match.within(extra))
    named = match.named or Sql("''::tsquery")
    yield lambda extra: _and(_named(named, extra), match.within(""))
    yield match.within


def _named(query: Sql, extra: str) -> Sql:
    return put(f"document.name_words @@ ({{}}{f' && {extra}' if extra else ''})", query)


def _and(*conditions: Sql) -> Sql:
    return all_of(conditions)


def _most_popular(within: "walking.Within", among: Sql, offset: int, limit: int) -> list[int]:
    """Return a slice by popularity: looked for among the best known first, as far down as is needed."""
    order, wanted = Sql(POPULAR), offset + limit
    for level in signals.levels():
        best = all_of([within(signals.popular(level)), among])
        if estimate(best) < _ROOM * wanted:
            continue
        rows = _slice(best, order, offset, limit)
        if len(rows) == limit:
            return [row[0] for row in rows]
    return [row[0] for row in _slice(all_of([within(""), among]), order, offset, limit)]


def _order(question: Question, match: Match) -> Sql:
    by = ORDERS.get(question.sort)
    return Sql(by) if by else put(f"{{}} DESC, {POPULAR}", match.quick)


def _slice(condition: Sql, order: Sql, offset: int, limit: int, text: Sql | None = None) -> list[tuple[Any, ...]]:
    """Return ids, and how well their texts match if that is asked: of the slice alone."""
    ids = f"SELECT document.* FROM search_document AS document WHERE {{}} ORDER BY {{}} LIMIT {int(limit)} OFFSET {int(offset)}"  # noqa: S608, E501
    if text is None:
        return put(ids.replace("document.*", "document.asset_id"), condition, order).fetch()
    return put(
        f"SELECT asset_id, {{2}} FROM ({ids.replace('{}', '{0}', 1).replace('{}', '{1}')}) AS document ORDER BY {{1}}",
        condition,
        order,
        text,
    ).fetch()
