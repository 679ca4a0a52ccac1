"""The best of very many matches, by their names and by popularity, without reading the others."""

from collections.abc import Iterator

from catalog.search.backend import RANKED_AT_MOST
from catalog.search.postgres import signals
from catalog.search.postgres.matching import Match
from catalog.search.postgres.slicing import POPULAR, slice_of
from catalog.search.postgres.statements import Sql, all_of, like_prefix, put, value
from catalog.search.postgres.strategy import Plan, estimate, narrowed
from catalog.search.postgres.walking import Within

_ROOM = 3
"""So many times what is wanted must be expected among the best known."""
_READ = 2_000
"""So many matches are read as they are."""
_READ_FOR_NAMES = 4_000
"""Of those whose names begin so or hold the words, so many are read as they are; of more, those that somebody knows."""
# How many documents have a mark of popularity, by the planner's statistics; rare marks are not in them.
_MARKS = """
    SELECT substr(mark.text, 2)::int, mark.share
    FROM pg_stats, unnest(most_common_elems::text::text[], most_common_elem_freqs) AS mark (text, share)
    WHERE schemaname = current_schema() AND tablename = 'search_document' AND attname = 'name_words'
        AND mark.text ~ '^\\^[0-9]+$'
"""


def first(match: Match, plan: Plan) -> list[int]:
    """Return what stands first: the best of each tier, put in order by what is quickly known of them."""
    among, shares = narrowed(plan, match.chosen), _shares()
    found: dict[int, None] = {}
    *named, last = _tiers(match)
    for within in (*named, last):
        most = _READ_FOR_NAMES if within is not last else None
        found |= dict.fromkeys(_most_popular(within, among, plan, shares, 0, RANKED_AT_MOST, most))
        if len(found) >= RANKED_AT_MOST:
            break
    order = put(f"{{}} DESC, {POPULAR}", match.quick)
    ids = put("document.asset_id = ANY({}::bigint[])", value(list(found)))
    return [row[0] for row in slice_of(ids, order, 0, RANKED_AT_MOST)]


def most_popular(within: Within, among: Sql, plan: Plan, offset: int, limit: int) -> list[int]:
    """Return a slice by popularity: looked for among the best known first, as far down as is needed."""
    return _most_popular(within, among, plan, _shares(), offset, limit)


def _most_popular(
    within: Within,
    among: Sql,
    plan: Plan,
    shares: dict[int, float],
    offset: int,
    limit: int,
    most: int | None = None,
) -> list[int]:
    expected = estimate(within(""))
    if expected > _READ:
        seen = expected * plan.visible / max(1, plan.documents)
        for level in signals.levels():
            if seen * sum(share for at, share in shares.items() if at >= level) < _ROOM * (offset + limit):
                continue
            known = all_of([within(signals.popular(level)), among])
            rows = slice_of(known, Sql(POPULAR), offset, limit)
            if len(rows) == limit:
                return [row[0] for row in rows]
    if most and expected > most:
        known = all_of([within(signals.popular(1)), among])
        return [row[0] for row in slice_of(known, Sql(POPULAR), offset, limit)]
    return [row[0] for row in slice_of(all_of([within(""), among]), Sql(POPULAR), offset, limit)]


def _tiers(match: Match) -> Iterator[Within]:
    key, named = match.names[0], match.named or Sql("''::tsquery")

    def in_name(extra: str) -> Sql:
        return all_of([_in_name(named, extra), *([] if match.is_plain else [match.within(extra)])])

    yield lambda extra: all_of([put("document.name_key = ANY({})", value(list(match.names))), match.within(extra)])
    if len(key) > 1:
        start = put("document.name_key LIKE {}", value(like_prefix(key)))
        begins = put("document.name_key || '' LIKE {}", value(like_prefix(key)))
        yield lambda extra: all_of([begins, in_name(extra)] if extra else [start, match.within("")])
    yield in_name
    yield match.within


def _in_name(query: Sql, extra: str) -> Sql:
    return put(f"document.name_words @@ ({{}}{f' && {extra}' if extra else ''})", query)


def _shares() -> dict[int, float]:
    return dict(Sql(_MARKS).fetch())
