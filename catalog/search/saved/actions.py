"""Keeping, changing and deleting one's searches. They are a person's own notes, so the ledger hears nothing of them."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from catalog.search.models import Cadence, SavedSearch
from catalog.search.saved import queries
from portal.kit import clock
from portal.kit.errors import Conflict, Invalid, NotAllowed
from portal.kit.people import Person

LONGEST_NAME = 100


@dataclass(frozen=True)
class Wish:
    """What a person calls a search and how they want to be told of new matches."""

    name: str
    tells: str = Cadence.NEVER
    by_mail: bool = False


def save(*, by: Person, query: str, wish: Wish, news: list[int] | None = None) -> SavedSearch:
    """Keep a search; what it finds now is not new. Raises Invalid for the name, Conflict when there are too many."""
    if len(query) > queries.LONGEST_QUERY:
        raise Invalid("This search is too long to be kept. Choose fewer filters.", field="name")
    search = SavedSearch(person_id=by.pk, query=query, checked_at=clock.now(), news=news or [], **_checked(wish))
    search.matches = queries.found_by(search, by)
    with transaction.atomic():
        get_user_model().objects.select_for_update(no_key=True).get(pk=by.pk)  # one at a time, so that the limit holds
        if queries.of(by).count() >= queries.MOST:
            raise Conflict(f"You keep {queries.MOST} searches already. Delete one that you don't need any more.")
        _stored(search)
    return search


def change(search: SavedSearch, *, by: Person, wish: Wish) -> None:
    """Rename a search or change how it tells; raise Invalid for the name."""
    _check_own(search, by)
    facts = _checked(wish)
    for name, value in facts.items():
        setattr(search, name, value)
    _stored(search, fields=list(facts))


def delete(search: SavedSearch, *, by: Person) -> dict[str, Any]:
    """Delete a search; return what `restore` takes."""
    _check_own(search, by)
    facts = {name: getattr(search, name) for name in ("name", "query", "tells", "by_mail", "news")}
    search.delete()
    return facts


def restore(facts: dict[str, Any], *, by: Person) -> SavedSearch:
    """Bring a deleted search back; raises as `save` does."""
    wish = Wish(facts["name"], facts["tells"], facts["by_mail"])
    return save(by=by, query=facts["query"], wish=wish, news=facts["news"])


def look(search: SavedSearch, *, by: Person) -> None:
    """Note that the person has opened the search: nothing is new in it any more."""
    _check_own(search, by)
    if search.news:
        SavedSearch.objects.filter(pk=search.pk).update(news=[])


def _checked(wish: Wish) -> dict[str, Any]:
    name = " ".join(wish.name.split())
    if not name:
        raise Invalid("Give it a name.", field="name")
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A name has at most {LONGEST_NAME} characters that can be printed.", field="name")
    if wish.tells not in Cadence.values:
        raise Invalid("Choose how soon you want to be told.", field="tells")
    return {"name": name, "tells": wish.tells, "by_mail": wish.by_mail}


def _stored(search: SavedSearch, fields: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            search.save(update_fields=fields)
    except IntegrityError:
        raise Invalid("You have a saved search of this name already.", field="name") from None


def _check_own(search: SavedSearch, by: Person) -> None:
    if search.person_id != by.pk:
        raise NotAllowed("This is somebody else's search.")
