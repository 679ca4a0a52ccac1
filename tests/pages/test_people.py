"""The pages of people, teams and roles: administrators use them, all others are told why not and change nothing."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from guardian.shortcuts import assign_perm
from pytest_django import DjangoAssertNumQueries

from access.people.actions import teams, tokens
from access.people.models import ApiToken, User
from access.people.roles import Role
from governance.audit.models import Event
from tests.conftest import PASSWORD, make_person
from tests.factories.catalog import make_domain, make_source
from tests.factories.company import admit

SignedIn = Callable[[User], Client]
WHY_NOT = "Only administrators manage people, roles and teams."


def _text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def desk(admin: User, signed_in: SignedIn) -> Client:
    """Return the administrator's browser."""
    return signed_in(admin)


@pytest.fixture
def finance(admin: User) -> Group:
    return teams.create(by=admin, name="Finance")


def test_list_is_narrowed_by_words_role_team_and_state(desk: Client, analyst: User, steward: User, admin: User) -> None:
    closed = make_person("Gone Away", Role.ANALYST)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    sales = teams.create(by=admin, name="Sales")
    teams.add(sales, steward, by=admin)

    def names(query: str) -> set[str]:
        page = _text(desk, f"/people/?{query}")
        return {name for name in ("Ana Lyst", "Stella Ward", "Gone Away", "Ada Min") if f">{name}</a>" in page}

    assert names("") == {"Ana Lyst", "Stella Ward", "Gone Away", "Ada Min"}
    assert names("q=lyst+ana") == {"Ana Lyst"}
    assert names("role=analyst") == {"Ana Lyst", "Gone Away"}
    assert names("role=analyst&state=active") == {"Ana Lyst"}
    assert names("state=closed") == {"Gone Away"}
    assert names(f"team={sales.pk}") == {"Stella Ward"}
    assert names("role=wizard&team=999999&state=odd") == names("")


def test_list_says_when_nobody_fits(desk: Client) -> None:
    assert "Nobody fits" in _text(desk, "/people/?q=zzz")


def test_list_pages_and_costs_the_same_for_many(
    desk: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(30):
        make_person(f"Person {number:02}", Role.ANALYST)
    desk.get("/people/")
    with django_assert_num_queries(7):
        page = _text(desk, "/people/")
    assert page.count('<th scope="row"><div') == 25
    assert _text(desk, "/people/?page=2").count('<th scope="row"><div') == 6


def test_invited_person_gets_in_by_the_link_once(desk: Client, admin: User) -> None:
    form = {"name": "New Comer", "email": "New@Atrium.example", "job_title": "Analyst", "roles": ["analyst"]}
    response = desk.post("/people/invite/", form)
    found = re.search(r"http://testserver(/set-password/[^<]+)", response.content.decode())
    assert found is not None
    person = User.objects.get(email="new@atrium.example")
    assert (person.name, person.job_title, person.roles) == ("New Comer", "Analyst", ["analyst"])
    assert "no-store" in response.headers["Cache-Control"]
    assert found[1] not in str(list(Event.objects.values()))
    browser = Client()
    browser.post(
        browser.get(found[1]).headers["Location"],
        {"new_password1": "a long enough phrase", "new_password2": "a long enough phrase"},
    )
    assert browser.get("/account/").status_code == 200
    assert "used already" in Client().get(found[1]).content.decode()
    assert [event.verb for event in Event.objects.filter(actor_id=admin.pk).order_by("occurred_at")] == [
        "person.invited",
        "person.link_made",
    ]


def test_known_address_is_told_at_its_field(desk: Client, analyst: User) -> None:
    response = desk.post("/people/invite/", {"name": "Twin", "email": analyst.email.upper()})
    assert response.status_code == 422
    assert "There is somebody with this e-mail address already." in response.content.decode()
    assert User.objects.count() == 2


def test_link_of_a_closed_account_opens_nothing(desk: Client, analyst: User) -> None:
    page = desk.post(f"/people/{analyst.pk}/link/").content.decode()
    found = re.search(r"http://testserver(/set-password/[^<]+)", page)
    assert found is not None
    desk.post(f"/people/{analyst.pk}/close/")
    assert "used already" in Client().get(found[1]).content.decode()
    desk.post(f"/people/{analyst.pk}/reopen/")
    assert "used already" in Client().get(found[1]).content.decode()


def test_person_page_tells_abilities_and_sights_with_their_origin(
    desk: Client, steward: User, admin: User, finance: Group
) -> None:
    secret, archive = make_domain("Secret", is_private=True), make_source("Archive", is_private=True)
    admit(steward, secret)
    teams.add(finance, steward, by=admin)
    assign_perm("sources.view_source", finance, archive)
    page = re.sub(r"<[^>]+>|\s+", " ", _text(desk, f"/people/{steward.pk}/"))
    page = re.sub(r" +", " ", page)
    assert "May certify and deprecate assets Steward" in page
    assert "Domain Secret admitted by name" in page
    assert "Source Archive team Finance" in page
    assert "manage people, roles and teams Steward" not in page


def test_details_are_changed_and_a_taken_address_is_refused(desk: Client, analyst: User, steward: User) -> None:
    path = f"/people/{analyst.pk}/details/"
    desk.post(path, {"name": "Ana Lyst-Weber", "email": "Ana.Weber@atrium.example", "job_title": "Lead"})
    analyst.refresh_from_db()
    assert (analyst.name, analyst.email, analyst.job_title) == ("Ana Lyst-Weber", "ana.weber@atrium.example", "Lead")
    response = desk.post(path, {"name": "Ana", "email": steward.email.upper(), "job_title": ""})
    assert response.status_code == 422
    analyst.refresh_from_db()
    assert analyst.email == "ana.weber@atrium.example"


def test_roles_and_teams_act_on_the_next_request(
    desk: Client, analyst: User, finance: Group, signed_in: SignedIn
) -> None:
    theirs = signed_in(analyst)
    assert theirs.get("/audit/").status_code == 403
    desk.post(f"/people/{analyst.pk}/roles/", {"roles": ["officer"]})
    desk.post(f"/people/{analyst.pk}/teams/", {"teams": [finance.pk]})
    assert theirs.get("/audit/").status_code == 200
    assert list(analyst.groups.all()) == [finance]
    desk.post(f"/people/{analyst.pk}/roles/", {})
    assert theirs.get("/audit/").status_code == 403


def test_unknown_role_is_refused(desk: Client, analyst: User) -> None:
    assert desk.post(f"/people/{analyst.pk}/roles/", {"roles": ["wizard"]}).status_code == 422
    analyst.refresh_from_db()
    assert analyst.roles == ["analyst"]


def test_closing_an_account_ends_sessions_and_tokens_at_once(desk: Client, analyst: User) -> None:
    browser = Client()
    browser.post("/sign-in/", {"username": analyst.email, "password": PASSWORD})
    token, secret = tokens.make(by=analyst, name="export", days=30)
    desk.post(f"/people/{analyst.pk}/close/", {"reason": "has left"})
    assert browser.get("/account/").status_code == 302
    assert Client().get("/api/v1/sources/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401
    assert Event.objects.get(verb="person.deactivated").reason == "has left"
    desk.post(f"/people/{analyst.pk}/reopen/")
    assert browser.get("/account/").status_code == 302
    assert ApiToken.objects.get(pk=token.pk).revoked_at is not None


def test_closing_and_deleting_ask_first(desk: Client, analyst: User, finance: Group) -> None:
    assert "is signed out at once" in _text(desk, f"/people/{analyst.pk}/close/")
    assert "its 0 members" in _text(desk, f"/people/teams/{finance.pk}/delete/")
    analyst.refresh_from_db()
    assert (analyst.is_active, Group.objects.count()) == (True, 1)


@pytest.mark.parametrize(("path", "form"), [("close/", {}), ("roles/", {"roles": ["analyst"]})])
def test_last_administrator_stays(path: str, form: dict[str, str], desk: Client, admin: User) -> None:
    page = desk.post(f"/people/{admin.pk}/{path}", form, follow=True).content.decode()
    assert "This is the only administrator. Make somebody else one first." in page
    admin.refresh_from_db()
    assert (admin.is_active, admin.roles) == (True, ["administrator"])


def test_sessions_of_others_are_ended_and_tokens_revoked(desk: Client, analyst: User, signed_in: SignedIn) -> None:
    theirs = signed_in(analyst)
    token, secret = tokens.make(by=analyst, name="export", days=30)
    desk.post(f"/people/{analyst.pk}/sessions/")
    assert theirs.get("/account/").status_code == 302
    assert Client().get("/api/v1/sources/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 200
    desk.post(f"/people/{analyst.pk}/tokens/{token.pk}/revoke/")
    assert Client().get("/api/v1/sources/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401


def test_token_under_the_wrong_person_is_not_found(desk: Client, analyst: User, steward: User) -> None:
    token, _ = tokens.make(by=analyst, name="export", days=30)
    assert desk.post(f"/people/{steward.pk}/tokens/{token.pk}/revoke/").status_code == 404
    assert ApiToken.objects.get(pk=token.pk).revoked_at is None


def test_team_is_made_filled_renamed_emptied_and_deleted(desk: Client, analyst: User) -> None:
    path = desk.post("/people/teams/", {"name": "Finance"}).headers["Location"]
    assert "Nobody is in this team yet" in _text(desk, path)
    desk.post(f"{path}members/", {"member": f" {analyst.email.upper()}"})
    assert analyst.name in _text(desk, path)
    desk.post(f"{path}name/", {"name": "Money"})
    assert "Money" in _text(desk, path)
    desk.post(f"{path}members/{analyst.pk}/remove/")
    assert not analyst.groups.exists()
    desk.post(f"{path}delete/")
    assert desk.get(path).status_code == 404
    verbs = Event.objects.filter(verb__startswith="team.").order_by("occurred_at").values_list("verb", flat=True)
    assert list(verbs) == ["team.created", "team.joined", "team.renamed", "team.left", "team.deleted"]


def test_team_refuses_strangers_and_taken_names(desk: Client, finance: Group, analyst: User) -> None:
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    for address in ("nobody@atrium.example", analyst.email):
        assert desk.post(f"/people/teams/{finance.pk}/members/", {"member": address}).status_code == 422
    assert not finance.user_set.exists()
    assert desk.post("/people/teams/", {"name": "Finance"}).status_code == 422
    assert Group.objects.count() == 1


def test_suggestions_leave_members_and_closed_accounts_out(
    desk: Client, finance: Group, analyst: User, steward: User, admin: User
) -> None:
    teams.add(finance, steward, by=admin)
    found = _text(desk, f"/people/teams/{finance.pk}/suggest/?member=atrium.example")
    assert (analyst.email in found, steward.email in found) == (True, False)


def test_roles_page_shows_every_permission_of_every_role(desk: Client) -> None:
    page = _text(desk, "/people/roles/")
    assert page.count('<th scope="row" title=') == 21
    assert page.count('aria-label="yes"') == sum(_held().values())


def _held() -> dict[str, int]:
    return {"analyst": 1, "steward": 9, "officer": 6, "engineer": 8, "administrator": 21}


@pytest.mark.parametrize("who", ["analyst", "steward", "officer", "engineer", "outsider"])
def test_all_others_are_told_why_not(who: str, request: pytest.FixtureRequest, signed_in: SignedIn) -> None:
    client = signed_in(request.getfixturevalue(who))
    for name in ("people:list", "people:invite", "people:teams", "people:roles"):
        response = client.get(reverse(name))
        assert response.status_code == 403
        assert WHY_NOT in response.content.decode()


def test_refused_posts_change_nothing(steward: User, analyst: User, finance: Group, signed_in: SignedIn) -> None:
    client = signed_in(steward)
    posts = {
        f"/people/{analyst.pk}/roles/": {"roles": ["administrator"]},
        f"/people/{steward.pk}/roles/": {"roles": ["administrator"]},
        f"/people/{analyst.pk}/close/": {},
        f"/people/{analyst.pk}/link/": {},
        f"/people/teams/{finance.pk}/members/": {"member": steward.email},
        f"/people/teams/{finance.pk}/delete/": {},
        "/people/invite/": {"name": "Eve", "email": "eve@example.com"},
    }
    before = Event.objects.count()
    for path, form in posts.items():
        assert client.post(path, form).status_code == 403
    assert Event.objects.count() == before
    assert not finance.user_set.exists()
    assert set(User.objects.values_list("is_active", flat=True)) == {True}
    assert [one.roles for one in (User.objects.get(pk=analyst.pk), User.objects.get(pk=steward.pk))] == [
        ["analyst"],
        ["steward"],
    ]
