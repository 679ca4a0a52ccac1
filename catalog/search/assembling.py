"""A page of results: assets fetched under the rule once more, their texts marked."""

from collections.abc import Iterator, Mapping, Sequence

from django.db.models import QuerySet

from catalog.assets.models import Asset
from catalog.search.backend import ColumnHit, Hit, Kind, Question, SearchRequest
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
    assets = with_documents(Asset.objects.visible_to(request.person)).in_bulk(list(ranked))
    found = _found(request, question, assets)
    for asset_id, one in ranked.items():
        if asset := assets.get(asset_id):
            here = found.get(asset_id) or FoundIn(marking.shortened(asset.document.description))
            yield Hit(
                asset=asset,
                name=marking.mark_words(asset.name, here.words),
                description=here.description,
                columns=tuple(
                    ColumnHit(marking.mark_words(column.name, here.words), column.data_type, column.description)
                    for column in here.columns
                ),
                columns_found=here.columns_found,
                owners=tuple(asset.document.owner_names),
                popularity=asset.document.popularity,
                shows_domain=asset.domain_id not in question.rights.hidden_domains,
                score=one.score,
                reasons=one.reasons,
            )


def names_of_columns(question: Question) -> list[str]:
    """Return the names of columns, in lower case, that a question looks for."""
    tests = (test for each in question.tests for test in each if test.field == "column_names" and not test.is_excluded)
    return sorted({name for test in tests for name in test.values})


def _found(request: SearchRequest, question: Question, assets: Mapping[int, Asset]) -> dict[int, FoundIn]:
    columns = names_of_columns(question)
    if not assets or not (question.query.wanted or columns):
        return {}
    names = {asset_id: asset.name for asset_id, asset in assets.items()}
    by_words = request.kind == Kind.ASSETS and bool(question.query.wanted)
    most = _COLUMNS_SHOWN[request.kind]
    return marking.found_in(question.query, names, names=columns, most=most, by_words=by_words)
