"""How a question is answered: by three ways, chosen by estimates that cost next to nothing.

1. **The person sees little** (by the tally at most SEEN_FEW, single assets included): all that is visible is within
   reach; the planner takes it first, or the words, whichever is less. Exact.
2. **Few match** (at most EXACT_AT_MOST by the planner's statistics of words and of tests): the words are looked up,
   what may be seen is told apart by each row's scope. Exact.
3. **Many match and much is visible**: reading each match would cost a second. The first RANKED_AT_MOST are put together
   from what is named exactly so, what begins so, what has the words in its name and the rest, of each the best known
   ones: popularity is a mark among the words (see signals), so the index gives those alone. What follows comes by
   popularity. Total and facets are counted in a part of all documents that is as large as needed for SAMPLED matches,
   also a mark, and scaled up: "about". When the sample shows that there are few after all, they are counted one by one.

Without any condition the count is the tally's, and the page is the first of each scope that is held, merged: its costs
don't depend on how much there is. Facets are then exact up to EXACT_AT_MOST and a sample beyond.

Every way gives a full order without ties, so that pages show each result once. Django binds values on the client, so
every statement is planned for its own words: a plan for any words would read all that is visible for a rare word.
"""

import json
from dataclasses import dataclass, replace
from math import ceil

from catalog.search.backend import Question, Rights
from catalog.search.postgres import matching, signals
from catalog.search.postgres.matching import Match
from catalog.search.postgres.statements import TRUE, Sql, all_of, put, value, visible

SEEN_FEW = 5_000
EXACT_AT_MOST = 10_000
FINISHED_FROM = 10_000
SAMPLED = 1_500
MOST_PARTS = 48
"""So many parts can be looked up; where more are needed, there is little to count."""
_FEW_OF_ALL = 8
"""Who sees less than such a part of all is better served by looking up what is visible than by reading each match."""
_MANY_SINGLE = 300
_FEW_MATCHES = 10_000
ALL = "*"
"""The scope of the tally that counts all."""


_EXTENT = """
    SELECT COALESCE(sum(number) FILTER (WHERE {}), 0), COALESCE(sum(number) FILTER (WHERE scope = '*'), 0)
    FROM search_tally WHERE name = '' AND scope = ANY({}::varchar[])
"""
_SINGLE = """
    SELECT count(*) FROM unnest({}::bigint[]) AS single (id)
    JOIN search_document AS document ON document.asset_id = single.id WHERE document.scope <> ALL({}::varchar[])
"""


@dataclass(frozen=True)
class Plan:
    """What was chosen for a question, and what it was chosen by."""

    seen: Sql
    visible: int
    """Documents that the person may see."""
    documents: int
    """All there are."""
    matches: int
    """By estimate, whoever may see them."""
    is_exact: bool

    @property
    def parts(self) -> int:
        """Return how many parts of all documents hold about SAMPLED visible matches."""
        expected = min(self.visible, self.matches * self.visible / max(1, self.documents))
        return min(signals.PARTS, max(1, ceil(signals.PARTS * SAMPLED / max(1.0, expected))))


def choose(question: Question) -> tuple[Match, Plan]:
    """Return how a question is matched, and the way for it.

    A last word that many documents hold is taken as finished: those with words that only begin so would be read in
    whole, and come after all others anyway.
    """
    match = matching.of(question)
    chosen = plan(question, match)
    if chosen.matches > FINISHED_FROM and chosen.documents > EXACT_AT_MOST and question.query.unfinished:
        finished = matching.of(question, is_finished=True)
        matches = estimate(finished.found)
        if matches > FINISHED_FROM:
            return finished, _fitting(replace(chosen, matches=matches))
    return match, chosen


def narrow(question: Question, match: Match, chosen: Plan) -> tuple[Question, Plan]:
    """Leave out of thousands of single assets those that do not match, where few do: each statement names them all."""
    rights = question.rights
    single = rights.sight.assets
    if rights.sight.sees_all or len(single) <= _MANY_SINGLE or chosen.matches > _FEW_MATCHES:
        return question, chosen
    found = put("SELECT asset_id FROM search_document AS document WHERE {}", match.found).fetch()
    kept = tuple(set(single).intersection(row[0] for row in found))
    less = replace(rights, sight=replace(rights.sight, assets=kept))
    return replace(question, rights=less), replace(chosen, seen=visible(less, by_index=False))


def plan(question: Question, match: Match) -> Plan:
    """Choose the way for a question."""
    rights = question.rights
    within_sight, documents = extent(rights)
    if within_sight <= SEEN_FEW or documents <= EXACT_AT_MOST:
        return Plan(visible(rights), within_sight, documents, documents, is_exact=True)
    if match.found is TRUE:
        within_sight += _single(rights)
        few = within_sight <= EXACT_AT_MOST
        seen = visible(rights, by_index=few or within_sight * _FEW_OF_ALL <= documents)
        return Plan(seen, within_sight, documents, documents, is_exact=few)
    matches = estimate(match.found)
    few = within_sight < matches and within_sight * _FEW_OF_ALL <= documents
    return _fitting(Plan(visible(rights, by_index=few), within_sight, documents, matches, is_exact=False))


def _fitting(chosen: Plan) -> Plan:
    few = chosen.visible <= SEEN_FEW or min(chosen.matches, chosen.visible) <= EXACT_AT_MOST
    return replace(chosen, is_exact=few or chosen.parts > MOST_PARTS)


def estimate(condition: Sql) -> int:
    """Return how many documents the planner expects to meet a condition."""
    rows = put("EXPLAIN (FORMAT JSON) SELECT 1 FROM search_document AS document WHERE {}", condition).fetch()
    told = rows[0][0] if isinstance(rows[0][0], list) else json.loads(rows[0][0])
    return int(told[0]["Plan"]["Plan Rows"])


def extent(rights: Rights) -> tuple[int, int]:
    """Return how many documents the person may see by their scopes, and how many there are."""
    sight = rights.sight
    counted = Sql("scope = '*'" if sight.sees_all else "scope <> '*'")
    within_sight, documents = put(_EXTENT, counted, value([*sight.scopes, ALL])).fetch()[0]
    return int(within_sight), int(documents)


def _single(rights: Rights) -> int:
    """Return how many documents the person may see by themselves alone."""
    sight = rights.sight
    if sight.sees_all or not sight.assets:
        return 0
    return int(put(_SINGLE, value(list(sight.assets)), value(list(sight.scopes))).fetch()[0][0])


def narrowed(plan: Plan, *conditions: Sql) -> Sql:
    """Return the condition that what is visible meets these as well."""
    return all_of([plan.seen, *conditions])
