"""How search does: numbers over a period, and the texts that several people asked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from portal.kit import clock

SHOWN = 20
EXPORTED_AT_MOST = 10_000

_NUMBERS = """
    WITH asked AS (
        SELECT asked.*, first.place
        FROM search_askedquery AS asked
        LEFT JOIN (
            SELECT DISTINCT ON (asked_id) asked_id, place FROM search_openedresult
            WHERE at >= %(since)s ORDER BY asked_id, at, id
        ) AS first ON first.asked_id = asked.id
        WHERE asked.at >= %(since)s
    )
    SELECT count(*), count(DISTINCT person_id),
        count(*) FILTER (WHERE total = 0 OR is_guess),
        count(*) FILTER (WHERE total > 0 AND place IS NULL),
        avg(place)::float,
        count(*) FILTER (WHERE is_fallback),
        percentile_disc(0.5) WITHIN GROUP (ORDER BY milliseconds),
        percentile_disc(0.95) WITHIN GROUP (ORDER BY milliseconds)
    FROM asked
"""

_WEEKS = """
    SELECT week::timestamptz, count(asked.id), count(DISTINCT asked.person_id)
    FROM generate_series(date_trunc('week', %(since)s::timestamptz), %(now)s, '1 week') AS week
    LEFT JOIN search_askedquery AS asked
        ON asked.at >= week AND asked.at < week + interval '1 week' AND asked.at >= %(since)s
    GROUP BY week ORDER BY week
"""

# Grouped once. Each list shows a text only when enough people are in that list with it: whether somebody alone found
# nothing is as private as what somebody alone asked.
_TEXTS = """
    WITH asked AS (
        SELECT asked.key, asked.person_id, asked.total = 0 OR asked.is_guess AS is_empty, first.place
        FROM search_askedquery AS asked
        LEFT JOIN (
            SELECT DISTINCT ON (asked_id) asked_id, place FROM search_openedresult
            WHERE at >= %(since)s ORDER BY asked_id, at, id
        ) AS first ON first.asked_id = asked.id
        WHERE asked.at >= %(since)s
    ), texts AS MATERIALIZED (
        SELECT key, count(*) AS searches, count(DISTINCT person_id) AS people,
            count(*) FILTER (WHERE is_empty) AS empty,
            count(DISTINCT person_id) FILTER (WHERE is_empty) AS empty_people,
            count(*) FILTER (WHERE NOT is_empty AND place IS NULL) AS unopened,
            count(DISTINCT person_id) FILTER (WHERE NOT is_empty AND place IS NULL) AS unopened_people,
            avg(place)::float AS place
        FROM asked GROUP BY key HAVING count(DISTINCT person_id) >= %(people)s
    )
    (SELECT 'most', key, searches, people, place FROM texts ORDER BY searches DESC, key LIMIT %(limit)s)
    UNION ALL
    (SELECT 'empty', key, empty, empty_people, NULL FROM texts WHERE empty_people >= %(people)s
     ORDER BY empty DESC, key LIMIT %(limit)s)
    UNION ALL
    (SELECT 'unopened', key, unopened, unopened_people, NULL FROM texts WHERE unopened_people >= %(people)s
     ORDER BY unopened DESC, key LIMIT %(limit)s)
"""


@dataclass(frozen=True)
class Numbers:
    """All searches of a period."""

    searches: int
    people: int
    empty: int
    unopened: int
    place: float | None
    fallback: int
    p50: int | None
    p95: int | None

    def share(self, part: int) -> float:
        """Return a part of the searches in percent."""
        return 100 * part / self.searches if self.searches else 0.0

    @property
    def empty_share(self) -> float:
        return self.share(self.empty)

    @property
    def unopened_share(self) -> float:
        return self.share(self.unopened)

    @property
    def fallback_share(self) -> float:
        return self.share(self.fallback)


@dataclass(frozen=True)
class Week:
    """A week, by its Monday."""

    begins: datetime
    searches: int
    people: int


@dataclass(frozen=True)
class Text:
    """A text that several people asked, in one of the lists: most, empty, unopened."""

    kind: str
    key: str
    searches: int
    people: int
    place: float | None


@dataclass(frozen=True)
class Texts:
    """The lists."""

    most: list[Text]
    empty: list[Text]
    unopened: list[Text]


def since(days: int) -> datetime:
    """Return the beginning of a period that ends now."""
    return clock.now() - timedelta(days=days)


def numbers(days: int) -> Numbers:
    """Return the numbers of the last days."""
    (row,) = _rows(_NUMBERS, {"since": since(days)})
    return Numbers(*row)


def weeks(days: int) -> list[Week]:
    """Return searches and people by week; the first and last week may be partly in the period."""
    return [Week(*row) for row in _rows(_WEEKS, {"since": since(days), "now": clock.now()})]


def texts(days: int, limit: int = SHOWN) -> Texts:
    """Return what was asked most, without results and without a click, as far as several people did."""
    values = {"since": since(days), "people": settings.ASKED_QUERIES_SHOWN_FROM, "limit": limit}
    found = [Text(*row) for row in _rows(_TEXTS, values)]
    return Texts(*([text for text in found if text.kind == kind] for kind in ("most", "empty", "unopened")))


def _rows(sql: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        yield from cursor.fetchall()
