"""The address of a search, read. Whatever is wrong in it is left out: an old or mistyped link still finds things."""

import re
from collections.abc import Callable, Mapping

from django.http import QueryDict

from catalog.search.backend import Kind, SearchRequest, Sort
from catalog.search.facets import FACETS, FacetKind
from catalog.search.language import LONGEST
from portal.kit.people import Person

PAGE_SIZES = (10, 15, 25, 50, 100)
_USUAL_SIZE = 15
_MOST_VALUES = 40
_LAST_PAGE = 100_000
_VALUES: Mapping[str, Callable[[str], object]] = {
    "source": re.compile(r"[0-9]{1,18}").fullmatch,
    "domain": re.compile(r"[0-9]{1,18}|none").fullmatch,
    "owner": re.compile(r"(person|team):[0-9]{1,18}|none").fullmatch,
}


def read(query: QueryDict, person: Person) -> SearchRequest:
    """Return what the address asks for."""
    return SearchRequest(
        person=person,
        text=query.get("q", "").replace("\0", " ").strip()[:LONGEST],
        filters={facet.name: values for facet in FACETS if (values := _chosen(query, facet))},
        sort=_sort(query.get("sort", "")),
        page=_number(query.get("page", ""), 1, _LAST_PAGE),
        size=_size(query.get("size", "")),
        kind=Kind.COLUMNS if query.get("kind") == Kind.COLUMNS else Kind.ASSETS,
    )


def _chosen(query: QueryDict, facet: FacetKind) -> tuple[str, ...]:
    possible = facet.values.__contains__ if facet.values else _VALUES[facet.name]
    return tuple(dict.fromkeys(value for value in query.getlist(facet.name) if possible(value)))[:_MOST_VALUES]


def _sort(given: str) -> Sort:
    return Sort(given) if given in set(Sort) else Sort.RELEVANCE


def _size(given: str) -> int:
    number = _number(given, _USUAL_SIZE, PAGE_SIZES[-1])
    return number if number in PAGE_SIZES else _USUAL_SIZE


def _number(given: str, usual: int, most: int) -> int:
    return min(max(1, int(given)), most) if re.fullmatch(r"[0-9]{1,18}", given) else usual
