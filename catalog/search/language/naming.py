"""Names in conditions, looked up among those that the person may know. A name is met when it is the value or begins
so, as a whole or at one of its words."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db.models import CharField, F, Func, Q, QuerySet

from catalog.assets.models import Schema
from catalog.assets.queries.browse import visible_schemas
from catalog.assets.queries.domains import visible_domains
from catalog.search.language.conditions import NONE
from catalog.search.language.query import Comparison, Condition, Field
from catalog.search.words import key, key_sql, unaccented
from catalog.sources.queries import visible_sources
from portal.kit.people import Person

ME = "me"
_IDS_AT_MOST = 1_000
_OWNERS_AT_MOST = 50

Named = list[tuple[str, str]]
"""Values of a test with the words of their names."""


class NameKey(Func):
    """The words of a name in lower case, as `words.key()` gives them."""

    template = key_sql("%(expressions)s")
    output_field = CharField()


def values_of(field: Field, conditions: Sequence[Condition], person: Person) -> list[tuple[str, ...]]:
    """Return, for each condition on a field, the values that documents have; one query for all, for owners two."""
    asked = [[key(unaccented(value)) for value in condition.values] for condition in conditions]
    wanted = {value for each in asked for value in each}
    most = _OWNERS_AT_MOST if field == Field.OWNER else _IDS_AT_MOST
    named = _NAMED[field](person, wanted)
    result = []
    for condition, values in zip(conditions, asked, strict=True):
        is_exact = condition.comparison == Comparison.EXACTLY
        found = [value for value, name in named if any(_meets(name, each, is_exact=is_exact) for each in values)]
        result.append((*_meant(field, values, person), *dict.fromkeys(found[:most])))
    return result


def _meets(name: str, value: str, *, is_exact: bool) -> bool:
    return name == value if is_exact else name.startswith(value) or f" {value}" in name


def _meant(field: Field, values: Iterable[str], person: Person) -> Iterable[str]:
    """Give what words with a meaning of their own stand for: none, and who asks with their teams."""
    if NONE in values and field in {Field.OWNER, Field.DOMAIN}:
        yield NONE
    if ME in values and field == Field.OWNER:
        yield f"person:{person.pk}"
        yield from (f"team:{pk}" for pk in person.groups.order_by("pk").values_list("pk", flat=True)[:_OWNERS_AT_MOST])


def _domains(person: Person, wanted: set[str]) -> Named:
    return _ids(visible_domains(person), wanted)


def _sources(person: Person, wanted: set[str]) -> Named:
    return _ids(visible_sources(person), wanted)


def _schemas(person: Person, wanted: set[str]) -> Named:
    """Schemas of all sources: of one that is hidden no document is, so that it is met by nothing as if it were none."""
    found = _ids(Schema.objects.filter(gone_at=None), wanted)
    return found if len(found) < _IDS_AT_MOST else _ids(visible_schemas(person), wanted)


def _owners(person: Person, wanted: set[str]) -> Named:
    searched = wanted - {ME, NONE}
    if not searched:
        return []
    people = _rows(get_user_model().objects.all(), searched, "name", "email")
    teams = _rows(Group.objects.all(), searched, "name")
    return [(f"person:{pk}", name) for pk, name in people] + [(f"team:{pk}", name) for pk, name in teams]


def _ids(rows: QuerySet[Any], wanted: set[str]) -> Named:
    return [(str(pk), name) for pk, name in _rows(rows, wanted, "name")]


def _rows(rows: QuerySet[Any], wanted: set[str], *fields: str) -> list[tuple[int, str]]:
    """Return the rows with a name in one of these fields that may be meant, once a field, the shortest names first."""
    keys = {f"{field}_key": NameKey(F(field)) for field in fields}
    named = Q()
    for value in sorted(wanted):
        for name in keys:
            named |= Q(**{f"{name}__startswith": value}) | Q(**{f"{name}__contains": f" {value}"})
    found = rows.order_by().annotate(**keys).filter(named).values_list("pk", *keys)
    each = [(row[0], name) for row in found for name in row[1:]]
    return sorted(each, key=lambda row: (len(row[1]), row[1], row[0]))[:_IDS_AT_MOST]


_NAMED = {Field.DOMAIN: _domains, Field.SOURCE: _sources, Field.SCHEMA: _schemas, Field.OWNER: _owners}
