"""Labels of facets' values, and the chosen values that no match has."""

from collections.abc import Iterable, Mapping

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


def named(question: Question, facets: Mapping[str, tuple[Count, ...]]) -> Mapping[str, tuple[Count, ...]]:
    """Return the counts with their labels; chosen values that no match has come with 0 if anything visible has them."""
    whole = dict(facets)
    for name in _NAMED:
        counts = (*facets.get(name, ()), *_unmatched(question, name, facets.get(name, ())))
        if counts:
            whole[name] = _labelled(name, counts)
    return whole


def _unmatched(question: Question, name: str, counts: Iterable[Count]) -> Iterable[Count]:
    missing = tuple(set(question.filters.get(name, ())) - {count.value for count in counts})
    if not missing:
        return ()
    having = Sql(counting.condition_of(name), counting.chosen_params({name: missing}))
    found = counting.count(question.rights, having, {}).facets.get(name, ())
    return [Count(each.value, "", 0) for each in found if each.value in missing]


def _labelled(name: str, counts: Iterable[Count]) -> tuple[Count, ...]:
    labels = _labels(name, [count.value for count in counts])
    return tuple(
        Count(count.value, labels.get(count.value) or _NAMELESS.get((name, count.value), ""), count.count)
        for count in counts
    )


def _labels(name: str, values: list[str]) -> dict[str, str]:
    if name == "owner":
        people = dict(_names(get_user_model(), _ids(values, "person:")))
        teams = dict(_names(Group, _ids(values, "team:")))
        return {f"person:{pk}": name for pk, name in people.items()} | {
            f"team:{pk}": name for pk, name in teams.items()
        }
    model = {"source": Source, "domain": Domain}[name]
    return {str(pk): label for pk, label in _names(model, [int(value) for value in values if value.isdecimal()])}


def _names(model: type, ids: list[int]) -> Iterable[tuple[int, str]]:
    return model.objects.filter(pk__in=ids).values_list("pk", "name") if ids else ()  # type: ignore[attr-defined]


def _ids(values: list[str], kind: str) -> list[int]:
    return [int(value.removeprefix(kind)) for value in values if value.startswith(kind)]
