"""Adding up the tally, and holding it against what it counts.

Triggers add rows and change none, so that nobody waits for another. One at a time adds them to the sums.
"""

from django.db import transaction

from catalog.search.postgres.statements import Sql

_LOCK = "SELECT pg_try_advisory_xact_lock(hashtext('search_tally'))"
_COMPACT = """
    WITH taken AS (DELETE FROM search_tally WHERE NOT is_sum RETURNING scope, name, number),
    added AS (SELECT scope, name, sum(number) AS number FROM taken GROUP BY 1, 2 HAVING sum(number) <> 0)
    INSERT INTO search_tally AS tally (scope, name, number, is_sum)
    SELECT scope, name, number, true FROM added ORDER BY scope, name
    ON CONFLICT (scope, name) WHERE is_sum DO UPDATE SET number = tally.number + EXCLUDED.number
"""
_FORGET = "DELETE FROM search_tally WHERE is_sum AND number = 0"
_COUNTED = """
    SELECT place.scope, counted.name, sum(counted.number) AS number FROM (
        SELECT scope, '' AS name, count(*) AS number FROM search_document GROUP BY 1
        UNION ALL SELECT scope, name, count(*) FROM search_document, unnest(column_names) AS name GROUP BY 1, 2
    ) AS counted CROSS JOIN LATERAL (VALUES (counted.scope), ('*')) AS place (scope) GROUP BY 1, 2
"""
# One statement, so one moment: what is added meanwhile is in neither.
_REPAIR = f"""
    INSERT INTO search_tally (scope, name, number, is_sum)
    SELECT scope, name, sum(number), false FROM (
        SELECT scope, name, number FROM ({_COUNTED}) AS counted
        UNION ALL SELECT scope, name, -number FROM search_tally
    ) AS differing GROUP BY 1, 2 HAVING sum(number) <> 0 ORDER BY 1, 2
"""  # noqa: S608 - composed of our own constants


def compact() -> bool:
    """Add what was added to the sums; return False when somebody else is at it."""
    with transaction.atomic():
        if not Sql(_LOCK).fetch()[0][0]:
            return False
        Sql(_COMPACT).run()
        Sql(_FORGET).run()
    return True


def repair() -> int:
    """Hold the tally against the documents and mend what differs; return how many counts were wrong."""
    return Sql(_REPAIR).run()
