"""Labels of facets' values, and the chosen values that no match has."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group

from catalog.assets.models import Domain
from catalog.search.backend import Count, Question
from catalog.search.facets import NONE
from catalog.search.postgres import counting
from catalog.search.postgres.statements import Sql
from catalog.sources.models import Source

_NAMELESS = {("owner", NONE): "Nobody", ("domain", NONE): "No domain"}
_NAMED = ("source", "domain", "owner")


_LABELS = f"""
    SELECT 'source', id::text, name FROM {Source._meta.db_table} WHERE id = ANY(%(source)s)
    UNION ALL SELECT 'domain', id::text, name FROM {Domain._meta.db_table} WHERE id = ANY(%(domain)s)
    UNION ALL SELECT 'owner', 'person:' || id, name FROM {get_user_model()._meta.db_table} WHERE id = ANY(%(person)s)
    UNION ALL SELECT 'owner', 'team:' || id, name FROM {Group._meta.db_table} WHERE id = ANY(%(team)s)
"""  # noqa: S608 - names of our own tables


def named(question: Question, facets: Mapping[str, tuple[Count, ...]]) -> Mapping[str, tuple[Count, ...]]:
    """Return the counts with their labels; chosen values that no match has come with 0 if anything visible has them."""
    counted = {name: (*facets.get(name, ()), *_unmatched(question, name, facets.get(name, ()))) for name in _NAMED}
    labels = _labels({name: [count.value for count in counts] for name, counts in counted.items()})
    return dict(facets) | {
        name: tuple(replace(count, label=labels.get((name, count.value), "")) for count in counts)
        for name, counts in counted.items()
        if counts
    }


def _unmatched(question: Question, name: str, counts: Iterable[Count]) -> Iterable[Count]:
    missing = tuple(set(question.filters.get(name, ())) - {count.value for count in counts})
    if not missing:
        return ()
    seen = counting.values_seen(name, missing, question.rights)
    return [Count(each, "", 0) for each in missing if each in seen]


def _labels(values: Mapping[str, list[str]]) -> dict[tuple[str, str], str]:
    """Return the labels of values by facet and value, in one statement."""
    ids = {name: _ids(values[name], "") for name in ("source", "domain")}
    ids |= {kind: _ids(values["owner"], f"{kind}:") for kind in ("person", "team")}
    rows = Sql(_LABELS).fetch(**ids) if any(ids.values()) else []
    return _NAMELESS | {(facet, value): label for facet, value, label in rows}


def _ids(values: list[str], kind: str) -> list[int]:
    bare = (value.removeprefix(kind) for value in values if value.startswith(kind))
    return [int(value) for value in bare if value.isdecimal()]
