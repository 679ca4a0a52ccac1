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
from dataclasses import dataclass
from math import ceil

from catalog.search.backend import Question, Rights
from catalog.search.postgres import signals
from catalog.search.postgres.matching import Match
from catalog.search.postgres.statements import TRUE, Sql, all_of, put, value, visible

SEEN_FEW = 5_000
EXACT_AT_MOST = 10_000
SAMPLED = 3_000


# What is visible by scope, and by itself alone; all there is.
_EXTENT = """
    SELECT COALESCE(sum(number) FILTER (WHERE {0}), 0)
            + (SELECT count(*) FROM search_document WHERE asset_id = ANY({1}) AND scope <> ALL({2})),
        COALESCE(sum(number) FILTER (WHERE scope = '*'), 0)
    FROM search_tally WHERE name = '' AND scope = ANY({2} || '{{*}}'::varchar[])
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


def plan(question: Question, match: Match) -> Plan:
    """Choose the way for a question."""
    seen = visible(question.rights)
    within_sight, documents = extent(question.rights)
    if within_sight <= SEEN_FEW or documents <= EXACT_AT_MOST:
        return Plan(seen, within_sight, documents, documents, is_exact=True)
    matches = documents if match.found is TRUE else estimate(match.found)
    return Plan(seen, within_sight, documents, matches, is_exact=min(matches, within_sight) <= EXACT_AT_MOST)


def estimate(condition: Sql) -> int:
    """Return how many documents the planner expects to meet a condition."""
    rows = put("EXPLAIN (FORMAT JSON) SELECT 1 FROM search_document AS document WHERE {}", condition).fetch()
    told = rows[0][0] if isinstance(rows[0][0], list) else json.loads(rows[0][0])
    return int(told[0]["Plan"]["Plan Rows"])


def extent(rights: Rights) -> tuple[int, int]:
    """Return how many documents the person may see, and how many there are."""
    sight = rights.sight
    counted = Sql("scope = '*'" if sight.sees_all else "scope <> '*'")
    scopes, single = (put("{}::varchar[]", value(list(sight.scopes))), put("{}::bigint[]", value(list(sight.assets))))
    within_sight, documents = put(_EXTENT, counted, single, scopes).fetch()[0]
    return int(within_sight), int(documents)


def narrowed(plan: Plan, *conditions: Sql) -> Sql:
    """Return the condition that what is visible meets these as well."""
    return all_of([plan.seen, *conditions])
