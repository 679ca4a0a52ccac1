"""Searching, for pages and API alike: whichever engine is behind."""

from collections.abc import Iterator

from django.db.models import Q, QuerySet

from catalog.assets.models import Asset, Column, Domain
from catalog.assets.queries.domains import visible_domains
from catalog.search import searching
from catalog.search.assembling import with_documents
from catalog.search.backend import Answer, IndexState, SearchRequest, Suggestions
from catalog.search.columns.queries import named_columns
from catalog.search.language import understand
from catalog.search.postgres import checking, suggesting
from catalog.search.rights import rights_of
from portal.kit.people import Person

EXPORTED_AT_MOST = 10_000
_DOMAINS_SUGGESTED = 3


def search(request: SearchRequest) -> Answer:
    """Find assets that the person may see."""
    return searching.search(request)


def number_of(request: SearchRequest) -> tuple[int, bool]:
    """Return how many results there are, and whether that is about."""
    return searching.number_of(request)


def all_results(request: SearchRequest) -> Iterator[Asset]:
    """Give all results in order, without counts and marks, at most EXPORTED_AT_MOST."""
    for ids in searching.all_ids(request, EXPORTED_AT_MOST):
        assets = with_documents(Asset.objects.visible_to(request.person)).in_bulk(ids)
        yield from (assets[asset_id] for asset_id in ids if asset_id in assets)


def all_columns(request: SearchRequest) -> Iterator[Column]:
    """Give the columns found in all results in order, of at most EXPORTED_AT_MOST assets."""
    names = searching.names_asked(request)
    if names:
        for ids in searching.all_ids(request, EXPORTED_AT_MOST):
            yield from named_columns(request.person, ids, names)


def suggest(person: Person, text: str) -> Suggestions:
    """Complete the beginning of a text with assets and columns."""
    query = understand(text)
    return suggesting.suggest(query, rights_of(person)) if query.wanted else Suggestions()


def suggest_domains(person: Person, text: str) -> QuerySet[Domain]:
    """Return domains the person may know with a word that begins so."""
    wanted = text.strip()
    if not wanted:
        return Domain.objects.none()
    named = Q(name__istartswith=wanted) | Q(name__icontains=f" {wanted}")
    return visible_domains(person).filter(named)[:_DOMAINS_SUGGESTED]


def state() -> IndexState:
    """Say how far the index is behind the catalog; for the doctor and the system page."""
    return checking.state()
