"""The first administrator, passwords and sessions."""

from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from access.people.actions import signing_in
from access.people.models import SignIn, User
from catalog.assets.models import Ownership
from catalog.search.backend import SearchRequest
from catalog.search.queries import search
from governance.audit.models import Event
from portal.kit import outbox
from portal.kit.errors import NotFound
from tests.conftest import PASSWORD
from tests.factories.catalog import make_asset

FOUNDER = {"name": "Fanny Ounder", "email": "Fanny@Example.com", "password": "a long enough phrase"}


def test_first_visitor_becomes_administrator(db: None) -> None:
    person = signing_in.found(**FOUNDER)
    assert (person.email, person.roles) == ("fanny@example.com", ["administrator"])
    assert Event.objects.get(verb="person.founded").actor_id == person.pk


def test_second_founder_is_refused(analyst: User) -> None:
    with pytest.raises(NotFound):
        signing_in.found(**FOUNDER)
    assert User.objects.count() == 1


def _sign_in(person: User) -> Client:
    client = Client()
    client.post("/sign-in/", {"username": person.email, "password": PASSWORD})
    return client


def test_sessions_are_listed_and_ended_one_by_one(analyst: User) -> None:
    here, there = _sign_in(analyst), _sign_in(analyst)
    opened = signing_in.sessions_of(analyst)
    assert len(opened) == 2
    other = next(one for one in opened if one.session_key == there.session.session_key)
    here.post("/account/sessions/", {"session": other.pk})
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200
    assert not Session.objects.filter(session_key=other.session_key).exists()


def test_all_other_sessions_end_and_this_one_goes_on(analyst: User) -> None:
    here, there = _sign_in(analyst), _sign_in(analyst)
    here.post("/account/sessions/")
    assert there.get("/account/").status_code == 302
    assert here.get("/account/").status_code == 200


def test_session_of_somebody_else_is_not_ended(analyst: User, steward: User) -> None:
    here, there = _sign_in(analyst), _sign_in(steward)
    theirs = SignIn.objects.get(person=steward)
    here.post("/account/sessions/", {"session": theirs.pk})
    assert there.get("/account/").status_code == 200


def test_new_password_ends_other_sessions(analyst: User, signed_in: Callable[[User], Client]) -> None:
    here, there = _sign_in(analyst), _sign_in(analyst)
    new = "quite another phrase"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert here.post("/account/password/", form).status_code == 302
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    analyst.refresh_from_db()
    assert analyst.check_password(new)


@pytest.mark.parametrize("weak", ["short", "123456789012", "password1234"])
def test_weak_password_is_refused_and_the_old_one_stays(weak: str, analyst: User) -> None:
    client = _sign_in(analyst)
    form = {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak}
    assert client.post("/account/password/", form).status_code == 422
    analyst.refresh_from_db()
    assert analyst.check_password(PASSWORD)


def test_new_name_reaches_the_search_of_what_the_person_owns(steward: User, analyst: User) -> None:
    asset = make_asset("orders")
    Ownership.objects.create(asset=asset, role="owner", person=steward)
    signing_in.change_profile(by=steward, name="Somebody Renamed")
    outbox.deliver()
    found = search(SearchRequest(person=analyst, text="renamed"))
    assert [hit.asset.name for hit in found.hits] == ["orders"]
