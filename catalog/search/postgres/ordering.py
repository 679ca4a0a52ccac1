"""The engine's own order of matches, any slice of it. See strategy for the ways."""

from collections.abc import Iterator, Sequence

from catalog.search.backend import RANKED_AT_MOST, Candidate, Question, Sort
from catalog.search.postgres import best, walking
from catalog.search.postgres.matching import Match
from catalog.search.postgres.slicing import POPULAR, WALKED, slice_of
from catalog.search.postgres.statements import Sql, put, value
from catalog.search.postgres.strategy import Plan, narrowed

ORDERS = {
    Sort.POPULARITY: POPULAR,
    Sort.CHANGED: "document.updated_at DESC, document.asset_id",
    Sort.NAME: "document.name_key, document.path, document.asset_id",
}


def candidates(question: Question, match: Match, plan: Plan) -> tuple[Candidate, ...]:
    """Return the candidates from the question's offset on, at most its limit, with their texts measured."""
    if plan.is_exact and not match.is_everything:
        rows = slice_of(
            narrowed(plan, match.whole), _order(question, match), question.offset, question.limit, match.text
        )
        return tuple(Candidate(pk, float(text)) for pk, text in rows)
    ids = ordered(question, match, plan, question.offset, question.limit)
    if not ids or not match.has_tiers:
        return tuple(Candidate(pk) for pk in ids)
    found = put(
        "SELECT asset_id, {} FROM search_document AS document WHERE asset_id = ANY({}::bigint[])",
        match.text,
        value(ids),
    )
    text = {pk: float(number) for pk, number in found.fetch()}
    return tuple(Candidate(pk, text.get(pk, 0.0)) for pk in ids)


def ordered(question: Question, match: Match, plan: Plan, offset: int, limit: int) -> list[int]:
    """Return the ids of a slice."""
    by = ORDERS.get(question.sort)
    if match.is_everything and by:
        return walking.walk(question, plan, WALKED if by == POPULAR else by, offset, limit)
    if plan.is_exact or question.sort in {Sort.CHANGED, Sort.NAME}:
        return [row[0] for row in slice_of(narrowed(plan, match.whole), _order(question, match), offset, limit)]
    if by or not match.has_tiers:
        return best.most_popular(match.within, narrowed(plan, match.chosen), plan, offset, limit)
    first = best.first(match, plan)
    kept = first[offset : offset + limit]
    if len(kept) == limit or len(first) < RANKED_AT_MOST:
        return kept
    others = narrowed(plan, match.chosen, put("document.asset_id <> ALL({}::bigint[])", value(first)))
    return kept + best.most_popular(match.within, others, plan, max(0, offset - len(first)), limit - len(kept))


def batches(ids: Sequence[int], size: int) -> Iterator[list[int]]:
    """Give ids in batches."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


def _order(question: Question, match: Match) -> Sql:
    by = ORDERS.get(question.sort)
    return Sql(by) if by else put(f"{{}} DESC, {POPULAR}", match.quick)
