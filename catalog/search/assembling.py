"""A page of results: assets fetched under the rule once more, their texts marked."""

from collections.abc import Iterator, Sequence

from django.db.models import QuerySet

from catalog.assets.models import Asset
from catalog.search.backend import ColumnHit, Hit, Question, SearchRequest
from catalog.search.postgres import marking
from catalog.search.ranking import Ranked


def with_documents(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Add what results show, without the parts of documents and assets that are long and not shown."""
    long = ("words", "name_words", "column_names", "column_texts")
    return assets.select_related("domain", "document").defer("definition", *(f"document__{name}" for name in long))


def hits(request: SearchRequest, question: Question, ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
    """Return the hits of a page in its order."""
    return tuple(_hits(request, question, {one.asset_id: one for one in ranked})) if ranked else ()


def _hits(request: SearchRequest, question: Question, ranked: dict[int, Ranked]) -> Iterator[Hit]:
    query = question.query
    assets = with_documents(Asset.objects.visible_to(request.person)).in_bulk(list(ranked))
    found = marking.found_in(query, list(ranked)) if query.wanted else {}
    names = [asset.name for asset in assets.values()] + [name for _, columns in found.values() for name in columns]
    words = marking.matching_words(query, names) if query.wanted else frozenset()
    for asset_id, one in ranked.items():
        if asset := assets.get(asset_id):
            description, columns = found.get(asset_id) or (marking.shortened(asset.document.description), [])
            yield Hit(
                asset=asset,
                name=marking.mark_words(asset.name, words),
                description=description,
                columns=tuple(ColumnHit(marking.mark_words(name, words), "") for name in columns),
                columns_found=len(columns),
                owners=tuple(asset.document.owner_names),
                popularity=asset.document.popularity,
                shows_domain=asset.domain_id not in question.rights.hidden_domains,
                score=one.score,
                reasons=one.reasons,
            )
