"""Exact counts of facets: each by all choices but its own."""

from collections.abc import Iterable, Mapping
from typing import Any

from elasticsearch.dsl.query import Bool, MatchAll, Query, Terms

from catalog.search.backend import Count, Rights
from catalog.search.elastic.mapping import WITHOUT
from catalog.search.elastic.narrowing import FACETS, FIELDS, HISTORY_YEARS, UPDATED_DAYS, since, usable, years

_VALUES_A_FACET = 100
_HIDDEN = "domain.hidden"
_NUMBERS = {"updated": ("updated_at", UPDATED_DAYS, since), "history": ("history_days", HISTORY_YEARS, years)}

Aggs = dict[str, Any]


def aggregations(rights: Rights, chosen: Mapping[str, Query]) -> Aggs:
    """Return what to count. Facets without a choice are counted together, those with one each by itself."""
    alike = [name for name in FACETS if name not in chosen]
    inner = _facets(alike, rights)
    if not chosen:
        return inner
    return {"alike": _within(chosen.values(), inner)} | {
        f"but.{name}": _within([one for other, one in chosen.items() if other != name], _facets([name], rights))
        for name in chosen
    }


def read(
    answer: Mapping[str, Any], rights: Rights, chosen: Mapping[str, Query], total: int
) -> tuple[dict[str, tuple[Count, ...]], dict[str, int]]:
    """Return the counts by facet, and how many there were without the choices in a facet where that is more."""
    if not chosen:
        return _counts(answer, FACETS), {}
    counts = _counts(answer["alike"], [name for name in FACETS if name not in chosen])
    for name in chosen:
        counts |= _counts(answer[f"but.{name}"], [name])
    without = {name: int(answer[f"but.{name}"]["doc_count"]) for name in chosen}
    return counts, {name: number for name, number in without.items() if number > total}


def _within(conditions: Iterable[Query], inner: Aggs) -> Aggs:
    met = list(conditions)
    return {"filter": (Bool(filter=met) if met else MatchAll()).to_dict(), "aggs": inner}


def _facets(names: Iterable[str], rights: Rights) -> Aggs:
    aggs: Aggs = {}
    for name in names:
        if name in FIELDS:
            aggs[name] = {"terms": {"field": FIELDS[name], "size": _VALUES_A_FACET}}
        elif name in _NUMBERS:
            field, steps, least = _NUMBERS[name]
            ranges = [{"key": str(step), "from": least(step)} for step in steps]
            aggs[name] = {"range": {"field": field, "ranges": ranges}}
        elif name == "usable":
            aggs[name] = {"filter": usable(rights).to_dict()}
    hidden = [str(pk) for pk in rights.hidden_domains]
    if "domain" in aggs and hidden:
        aggs["domain"]["terms"]["exclude"] = hidden
        aggs[_HIDDEN] = {"filter": Terms("domain_id", hidden).to_dict()}
    return aggs


def _counts(answer: Mapping[str, Any], names: Iterable[str]) -> dict[str, tuple[Count, ...]]:
    found = {name: tuple(_values(answer, name)) for name in names if name in answer}
    return {name: values for name, values in found.items() if values}


def _values(answer: Mapping[str, Any], name: str) -> Iterable[Count]:
    if name == "usable":
        numbers = {"yes": int(answer[name]["doc_count"])}
    else:
        numbers = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer[name]["buckets"]}
    if name == "domain" and _HIDDEN in answer:
        numbers[WITHOUT] = numbers.get(WITHOUT, 0) + int(answer[_HIDDEN]["doc_count"])
    ordered = sorted(numbers.items(), key=lambda one: (-one[1], one[0]))
    return [Count(value, "", number) for value, number in ordered if number][:_VALUES_A_FACET]
