"""A page of results: assets fetched under the rule once more, their texts marked."""

from collections.abc import Iterable, Iterator, Sequence

from django.db.models import QuerySet

from catalog.assets.models import Asset
from catalog.search.backend import ColumnHit, Hit, Kind, Question, SearchRequest
from catalog.search.language import QueryText
from catalog.search.postgres import marking
from catalog.search.postgres.marking import FoundIn
from catalog.search.ranking import Ranked

_COLUMNS_SHOWN = {Kind.ASSETS: 2, Kind.COLUMNS: 5}


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
    found = _found(request, question, query, list(assets))
    words = marking.matching_words(query, _names(assets.values(), found)) if query.wanted else frozenset()
    for asset_id, one in ranked.items():
        if asset := assets.get(asset_id):
            here = found.get(asset_id) or FoundIn(marking.shortened(asset.document.description))
            yield Hit(
                asset=asset,
                name=marking.mark_words(asset.name, words),
                description=here.description,
                columns=tuple(
                    ColumnHit(marking.mark_words(column.name, words), column.data_type, column.description)
                    for column in here.columns
                ),
                columns_found=here.columns_found,
                owners=tuple(asset.document.owner_names),
                popularity=asset.document.popularity,
                shows_domain=asset.domain_id not in question.rights.hidden_domains,
                score=one.score,
                reasons=one.reasons,
            )


def _found(request: SearchRequest, question: Question, query: QueryText, ids: list[int]) -> dict[int, FoundIn]:
    names = {
        name for tests in question.tests for test in tests if test.field == "column_names" and not test.is_excluded
        for name in test.values
    }  # fmt: skip
    if not ids or not (query.wanted or names):
        return {}
    by_words = request.kind == Kind.ASSETS and bool(query.wanted)
    return marking.found_in(query, ids, names=sorted(names), most=_COLUMNS_SHOWN[request.kind], by_words=by_words)


def _names(assets: Iterable[Asset], found: dict[int, FoundIn]) -> list[str]:
    return [asset.name for asset in assets] + [column.name for each in found.values() for column in each.columns]
