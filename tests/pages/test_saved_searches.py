"""The pages of saved searches: one's own alone."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from guardian.shortcuts import assign_perm, remove_perm

from access.people.models import User
from catalog.search.models import Cadence, SavedSearch
from tests.factories.catalog import make_asset, make_domain, make_schema
from tests.factories.searches import make_saved_search

SignedIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db
WISH = {"name": "My orders", "tells": "weekly", "by_mail": "on", "query": "q=orders&type=table"}


def shown(client: Client, url: str = "/search/saved/") -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_results_offer_to_be_saved(analyst: User, signed_in: SignedIn) -> None:
    text = shown(signed_in(analyst), "/search/?q=orders&type=table&page=2")
    assert 'href="/search/saved/new/?q=orders&amp;type=table' in text
    page = shown(signed_in(analyst), "/search/saved/new/?q=orders&type=table&page=2")
    assert 'name="query" value="q=orders&amp;type=table"' in page
    assert 'name="name" value="orders"' in page


def test_a_search_is_saved(analyst: User, signed_in: SignedIn) -> None:
    response = signed_in(analyst).post("/search/saved/new/", WISH)
    assert (response.status_code, response.headers["Location"]) == (302, "/search/?q=orders&type=table")
    search = SavedSearch.objects.get()
    facts = (search.person, search.name, search.query, search.tells, search.by_mail)
    assert facts == (analyst, "My orders", "q=orders&type=table", Cadence.WEEKLY, True)
    assert "You keep this search already" in shown(signed_in(analyst), "/search/saved/new/?q=orders&type=table")


def test_a_name_that_is_there_is_refused_at_its_field(analyst: User, signed_in: SignedIn) -> None:
    make_saved_search(analyst, name="my ORDERS")
    response = signed_in(analyst).post("/search/saved/new/", WISH)
    assert response.status_code == 422
    assert 'id="id_name_error"' in response.content.decode()
    assert SavedSearch.objects.count() == 1


def test_one_too_many_is_refused_above_the_form(analyst: User, signed_in: SignedIn) -> None:
    SavedSearch.objects.bulk_create([SavedSearch(person=analyst, name=str(n), query="") for n in range(100)])
    response = signed_in(analyst).post("/search/saved/new/", WISH)
    assert response.status_code == 422
    assert "You keep 100 searches already" in response.content.decode()


def test_list_counts_what_is_new_and_may_be_seen(outsider: User, signed_in: SignedIn) -> None:
    domain = make_domain(is_private=True)
    hidden, open_one = make_asset("takeover", schema=make_schema(domain=domain)), make_asset()
    search = make_saved_search(outsider, news=[hidden.pk, open_one.pk])
    assign_perm("assets.view_domain", outsider, domain)
    assert "2 new" in shown(signed_in(outsider))
    remove_perm("assets.view_domain", outsider, domain)
    text = shown(signed_in(outsider))
    assert "1 new" in text
    assert "takeover" not in text
    SavedSearch.objects.filter(pk=search.pk).update(news=[make_asset().pk for _ in range(100)])
    assert "More than 99 new" in shown(signed_in(outsider))


def test_empty_list_says_how_to_begin(analyst: User, signed_in: SignedIn) -> None:
    assert "No saved search yet" in shown(signed_in(analyst))


def test_opening_goes_to_the_results_and_nothing_is_new(analyst: User, signed_in: SignedIn) -> None:
    search, client = make_saved_search(analyst, news=[make_asset().pk]), signed_in(analyst)
    assert client.head(f"/search/saved/{search.pk}/").headers["Location"] == "/search/?q=orders"
    assert SavedSearch.objects.get().news != []
    assert client.get(f"/search/saved/{search.pk}/").headers["Location"] == "/search/?q=orders"
    assert SavedSearch.objects.get().news == []


def test_change(analyst: User, signed_in: SignedIn) -> None:
    search, client = make_saved_search(analyst), signed_in(analyst)
    assert 'value="daily" ' in shown(client, f"/search/saved/{search.pk}/edit/")
    client.post(f"/search/saved/{search.pk}/edit/", {"name": "Bills", "tells": "never"})
    search.refresh_from_db()
    assert (search.name, search.tells, search.by_mail, search.query) == ("Bills", "never", False, "q=orders")
    make_saved_search(analyst, name="Other")
    assert client.post(f"/search/saved/{search.pk}/edit/", {"name": "other", "tells": "never"}).status_code == 422


def test_delete_and_undo(analyst: User, signed_in: SignedIn) -> None:
    search, client = make_saved_search(analyst, by_mail=True), signed_in(analyst)
    client.post(f"/search/saved/{search.pk}/delete/")
    assert not SavedSearch.objects.exists()
    assert "“Orders” is deleted." in shown(client)
    client.post("/search/saved/restore/")
    back = SavedSearch.objects.get()
    assert (back.name, back.tells, back.by_mail, back.person) == ("Orders", Cadence.DAILY, True, analyst)
    assert "is deleted" not in shown(client)
    client.post("/search/saved/restore/")
    assert SavedSearch.objects.count() == 1


def test_undo_of_a_name_taken_meanwhile_says_so(analyst: User, signed_in: SignedIn) -> None:
    search, client = make_saved_search(analyst), signed_in(analyst)
    client.post(f"/search/saved/{search.pk}/delete/")
    make_saved_search(analyst, name="orders")
    client.post("/search/saved/restore/")
    assert "You have a saved search of this name already." in shown(client)
    assert SavedSearch.objects.count() == 1


@pytest.mark.parametrize(("method", "tail"), [("get", ""), ("get", "edit/"), ("post", "edit/"), ("post", "delete/")])
def test_those_of_others_are_not_there(method: str, tail: str, analyst: User, admin: User, signed_in: SignedIn) -> None:
    search = make_saved_search(analyst, news=[1])
    response = getattr(signed_in(admin), method)(
        f"/search/saved/{search.pk}/{tail}", {"name": "Mine", "tells": "never"}
    )
    assert response.status_code == 404
    search.refresh_from_db()
    assert (search.name, search.news) == ("Orders", [1])
    assert "Orders" not in shown(signed_in(admin))


def test_pages_say_when_no_mail_is_sent(analyst: User, signed_in: SignedIn, settings: Any) -> None:
    make_saved_search(analyst, by_mail=True)
    without = "This portal sends no mail at present"
    settings.EMAIL_URL = ""
    assert without in shown(signed_in(analyst))
    assert without in shown(signed_in(analyst), "/search/saved/new/?q=x")
    settings.EMAIL_URL = "smtp://127.0.0.1"
    assert without not in shown(signed_in(analyst))
    assert without not in shown(signed_in(analyst), "/search/saved/new/?q=x")
