"""Search by PostgreSQL's full text: the default, which needs nothing but the database."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from math import ceil

from django.db.models import QuerySet

from catalog.assets.models import Asset
from catalog.search.backend import COUNTED_AT_MOST, Answer, Hit, IndexState, SearchRequest, Suggestions
from catalog.search.postgres import counting, indexing, marking, matching, spelling, suggesting
from catalog.search.postgres.counting import Counts
from catalog.search.postgres.matching import Match
from catalog.search.postgres.statements import Sql, visible
from catalog.search.querytext import QueryText, understand
from portal.kit.people import Person


class PostgresBackend:
    """The contract over the tables of this room."""

    def search(self, request: SearchRequest) -> Answer:
        """Answer with what the person may see."""
        query, seen = understand(request.text), visible(request.person)
        match = _match(request.text, query)
        counts = counting.count(seen, match.condition, request.filters)
        if counts.found or not query.has_words:
            return _answer(request, query, seen, match, counts)
        return _guess(request, query, seen)

    def found_ids(self, request: SearchRequest, limit: int) -> Iterator[list[int]]:
        """Give the ids of all results in order, in batches, up to the limit."""
        match = _match(request.text, understand(request.text))
        return matching.all_of(request, visible(request.person), match, limit=limit)

    def suggest(self, person: Person, text: str) -> Suggestions:
        """Complete the beginning of a text."""
        query = understand(text)
        return suggesting.suggest(query, visible(person)) if query.wanted else Suggestions()

    def index(self, asset_ids: Iterable[int]) -> int:
        """Bring documents in step with the catalog; return how many changed."""
        return indexing.index(asset_ids)

    def rebuild(self, progress: Callable[[int, int], None]) -> int:
        """Index everything; call progress(done, total); return how many documents changed."""
        return indexing.rebuild(progress)

    def refresh_popularity(self) -> int:
        """Take over how many people look at each asset; return how many documents changed."""
        return indexing.refresh_popularity()

    def state(self) -> IndexState:
        """Compare index and catalog."""
        return indexing.state()


def _guess(request: SearchRequest, query: QueryText, seen: Sql) -> Answer:
    """Answer a text that finds nothing: with what its better spelling finds, else with names that look like it."""
    if correction := spelling.correct(query, seen):
        meant = understand(correction)
        match = matching.by_words(meant)
        counts = counting.count(seen, match.condition, request.filters)
        if counts.found:
            answer = _answer(request, meant, seen, match, counts)
            return replace(answer, is_guess=True, correction=correction)
    match = matching.by_likeness(query)
    return replace(
        _answer(request, query, seen, match, counting.count(seen, match.condition, request.filters)), is_guess=True
    )


def with_documents(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Add what results show, without the parts of documents and assets that are long and not shown."""
    return assets.select_related("domain", "document").defer("definition", "document__words", "document__name_words")


def _match(text: str, query: QueryText) -> Match:
    return matching.by_words(query) if text.strip() else matching.everything()


def _answer(request: SearchRequest, query: QueryText, seen: Sql, match: Match, counts: Counts) -> Answer:
    reachable = min(counts.total, COUNTED_AT_MOST)
    page = min(max(request.page, 1), max(1, ceil(reachable / request.size)))
    rows = matching.page_of(request, seen, match, page=page) if counts.total else []
    shown = {asset_id: (score, shows_domain) for asset_id, score, shows_domain in rows}
    return Answer(
        hits=tuple(_hits(request.person, query, shown)),
        total=reachable,
        is_about=counts.total > COUNTED_AT_MOST,
        is_sample=counts.is_sample,
        page=page,
        facets=counting.name_chosen(seen, counts.facets, request.filters),
        without=counts.without,
    )


def _hits(person: Person, query: QueryText, shown: dict[int, tuple[float, bool]]) -> Iterator[Hit]:
    """Give the hits of a page in its order. The assets are fetched under the rule once more."""
    if not shown:
        return
    assets = with_documents(Asset.objects.visible_to(person)).in_bulk(list(shown))
    found = marking.found_in(query, list(shown)) if query.wanted else {}
    names = [asset.name for asset in assets.values()] + [name for _, columns in found.values() for name in columns]
    words = marking.matching_words(query, names) if query.wanted else frozenset()
    for asset_id, (score, shows_domain) in shown.items():
        if asset := assets.get(asset_id):
            description, columns = found.get(asset_id) or (marking.shortened(asset.document.description), [])
            yield Hit(
                asset=asset,
                name=marking.mark_words(asset.name, words),
                description=description,
                columns=tuple(marking.mark_words(name, words) for name in columns),
                owners=tuple(asset.document.owner_names),
                popularity=asset.document.popularity,
                shows_domain=shows_domain,
                score=float(score),
            )
