"""One's own recent searches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.urls import reverse
from django.utils.http import urlencode

from portal.kit.people import Person

_LOOKED_AT = 500
_RECENT = """
    SELECT key, text, at FROM (
        SELECT DISTINCT ON (key) key, text, at
        FROM (SELECT key, text, at FROM search_askedquery WHERE person_id = %s ORDER BY at DESC LIMIT %s) AS latest
        ORDER BY key, at DESC
    ) AS one
    ORDER BY at DESC LIMIT %s
"""


@dataclass(frozen=True)
class Recent:
    """A text that the person has asked, and when last."""

    key: str
    text: str
    at: datetime

    @property
    def url(self) -> str:
        """Return the address that asks it again."""
        return f"{reverse('search:results')}?{urlencode({'q': self.text})}"


def recent(person: Person, limit: int = 5) -> Sequence[Recent]:
    """Return the texts the person asked last, each once, the latest first."""
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, [person.pk, _LOOKED_AT, limit])
        return [Recent(*row) for row in cursor.fetchall()]
