"""What is known of each candidate for its place, read in one statement for all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum
from typing import Any

from catalog.assets.models import Asset, Visit
from catalog.search.backend import Candidate, Question
from catalog.search.postgres.statements import Sql, like_prefix, name_query
from portal.kit import clock
from portal.kit.people import Person

_RECENT = timedelta(days=30)


class NameMatch(IntEnum):
    """How well the name is met."""

    NONE = 0
    WORDS = 1
    BEGINNING = 2
    EXACT = 3


@dataclass(frozen=True)
class Features:
    """A candidate, measured. `share` is the text's part of the name, `text` the engine's measure, both 0 to 1."""

    asset_id: int
    name: NameMatch
    share: float
    has_column: bool
    text: float
    certification: str
    popularity: int
    days_since_update: float
    completeness: int
    is_in_my_domain: bool
    is_recently_used: bool
    domain_id: int | None
    sort_key: tuple[Any, ...] = ()


_FEATURES = """
    SELECT document.asset_id,
        CASE WHEN document.name_key = %(name_key)s THEN 3 WHEN document.name_key LIKE %(name_start)s THEN 2
            WHEN document.name_words @@ ({query}) THEN 1 ELSE 0 END,
        LEAST(1, length(%(name_key)s)::float / GREATEST(1, length(document.name_key))),
        ts_filter(document.words, '{{c}}') @@ phraseto_tsquery('simple', %(name_key)s),
        document.certification, document.popularity,
        EXTRACT(epoch FROM %(now)s - document.updated_at) / 86400, document.completeness, document.domain_id,
        document.name_key
    FROM search_document AS document WHERE document.asset_id = ANY(%(ids)s)
"""


def measured(question: Question, person: Person, candidates: Sequence[Candidate]) -> list[Features]:
    """Measure candidates that the person may see; the others are left out."""
    ids = [candidate.asset_id for candidate in candidates]
    seen = set(Asset.objects.visible_to(person).present().filter(pk__in=ids).values_list("pk", flat=True))
    used = set(_used(person, ids))
    query = name_query(question.query)
    params = query.params | {"name_key": question.query.key, "name_start": like_prefix(question.query.key)}
    rows = Sql(_FEATURES.format(query=query.text), params).fetch(ids=sorted(seen), now=clock.now())
    text = {candidate.asset_id: candidate.text for candidate in candidates}
    return [
        Features(
            row[0], NameMatch(row[1]), row[2], row[3], text[row[0]], row[4], row[5], float(row[6]), row[7],
            is_in_my_domain=row[8] in question.rights.domains, is_recently_used=row[0] in used, domain_id=row[8],
            sort_key=(-row[5], row[9], row[0]),
        )
        for row in rows
    ]  # fmt: skip


def _used(person: Person, ids: list[int]) -> list[int]:
    visits = Visit.objects.filter(person=person.pk, asset__in=ids, last_at__gte=clock.now() - _RECENT)
    return list(visits.values_list("asset_id", flat=True))
