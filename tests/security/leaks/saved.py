"""Saved searches: what a check finds, what the portal and the mail tell of it, what the lists show."""

from datetime import timedelta

from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from catalog.search.models import Cadence, SavedSearch
from catalog.search.saved import actions, checking, mailing, queries
from portal.kit import clock
from tests.security.leaks.questions import Question
from tests.security.leaks.surfaces import Looker, words_typed


def keep(looker: Looker, question: Question) -> SavedSearch:
    """Save a search that finds nothing known yet: all that it finds at the next check is news."""
    looker.house.typed[looker.person.pk].update(question.names, words_typed(question.text))
    query = QueryDict(mutable=True)
    query["q"] = question.text
    for name, values in question.filters.items():
        query.setlist(name, list(values))
    number = SavedSearch.objects.count()
    wish = actions.Wish(f"Search {number}", Cadence.AT_ONCE, by_mail=True)
    saved = actions.save(by=looker.person, query=query.urlencode(), wish=wish)
    SavedSearch.objects.filter(pk=saved.pk).update(matches=[])
    return saved


def check(looker: Looker, saved: SavedSearch, question: Question) -> None:
    """Check all that is due, and read what the person is told."""
    SavedSearch.objects.filter(pk=saved.pk).update(checked_at=clock.now() - timedelta(days=30))
    checking.check_due()
    saved.refresh_from_db()
    known = looker.seen.found(question.meets, question.filters)
    looker.same("matches of a saved search", set(saved.matches), known)
    looker.same("news of a saved search", set(saved.news), known)
    read(looker, saved, question)


def read(looker: Looker, saved: SavedSearch, question: Question) -> None:
    """Read lists and compose the mail, as late as one likes after the check."""
    saved.refresh_from_db()
    (row,) = queries.rows(looker.person, [saved])
    looker.same("news in the list", row.new, len(set(saved.news) & set(looker.seen.facts)))
    told = mailing.composed(looker.person, {"found": {str(saved.pk): saved.news}})
    if told is not None:
        looker.clean("mail", f"{told.subject} {told.context}".encode(), question)
        shown = {path for found in told.context["found"] for _, path, _ in found.assets}
        looker.same("mail", shown - {fact.path for fact in looker.seen.facts.values()}, set())
    if looker.person.is_active:
        client = Client()
        client.force_login(looker.person, backend="access.people.backends.RoleBackend")
        own = Question("", lambda fact: False, names=tuple(looker.house.typed[looker.person.pk]))
        for url in (reverse("search:saved"), "/api/v1/saved-searches/", reverse("kit:notifications")):
            looker.clean(f"{url}", client.get(url).content, own)
