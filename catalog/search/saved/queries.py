"""Reading one's saved searches."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse

from catalog.assets.models import Asset
from catalog.search import searching
from catalog.search.backend import REACHED_AT_MOST
from catalog.search.models import SavedSearch
from catalog.search.parameters import read
from portal.kit.people import Person

MOST = 100
"""So many a person."""
NEWS_KEPT = 100
"""More than 99 new matches are not counted."""
_OF_THE_PAGE = ("page", "size", "format", "csrfmiddlewaretoken")
LONGEST_QUERY = 4000


@dataclass(frozen=True)
class Row:
    """A saved search in the list, with the number of new matches that the person may see."""

    search: SavedSearch
    new: int
    text: str

    @property
    def is_capped(self) -> bool:
        """Say whether there are more than are counted."""
        return self.new >= NEWS_KEPT


def of(person: Person) -> QuerySet[SavedSearch]:
    """Return the person's own saved searches, without the long lists of what they match."""
    return SavedSearch.objects.filter(person_id=person.pk).defer("matches")


def one_of(person: Person, search_id: int) -> SavedSearch | None:
    """Return a saved search of the person, or None: those of others are not there."""
    return of(person).filter(pk=search_id).first()


def rows(person: Person, searches: Iterable[SavedSearch]) -> list[Row]:
    """Return rows of the list; news are counted over what the person may see now, in one query for all."""
    found = list(searches)
    wanted = {asset_id for search in found for asset_id in search.news}
    seen = set(visible(person, wanted)) if wanted else set()
    return [Row(search, len(seen.intersection(search.news)), words_of(search.query)) for search in found]


def visible(person: Person, asset_ids: Iterable[int]) -> Iterator[int]:
    """Return which of these assets are there and may be known to the person now."""
    yield from Asset.objects.visible_to(person).present().filter(pk__in=list(asset_ids)).values_list("pk", flat=True)


def kept(query: QueryDict) -> str:
    """Return the parameters of an address that say what is looked for, without place and size of a page."""
    copy = query.copy()
    for name in _OF_THE_PAGE:
        copy.pop(name, None)
    for name in [name for name, values in copy.lists() if not any(values)]:
        del copy[name]
    return copy.urlencode()


def words_of(query: str) -> str:
    """Return the text that is looked for, for people to tell searches apart."""
    return QueryDict(query).get("q", "")


def address_of(search: SavedSearch) -> str:
    """Return the address of the results."""
    return f"{reverse('search:results')}?{search.query}"


def found_by(search: SavedSearch, person: Person) -> list[int]:
    """Run the search as the person, with their rights now; return the ids of what it finds, 10,000 at most.

    Raises Unavailable when no engine can answer.
    """
    request = read(QueryDict(search.query), person)
    return [asset_id for ids in searching.all_ids(request, REACHED_AT_MOST) for asset_id in ids]
