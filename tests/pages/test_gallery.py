"""The gallery, the palette, the notifications and the pages for what went wrong."""

from collections.abc import Callable

import pytest
from django.test import Client

from access.people.models import User
from portal.kit.models import Notification
from portal.kit.notify import notify

SignedIn = Callable[[User], Client]


@pytest.mark.parametrize("part", ["", "?part=lists", "?part=texts", "?part=made-up"])
def test_administrator_sees_the_gallery(part: str, admin: User, signed_in: SignedIn) -> None:
    response = signed_in(admin).get(f"/ui/{part}")
    assert response.status_code == 200
    assert response.content.count(b"<h1") == 1
    assert b"style=" not in response.content


@pytest.mark.parametrize("path", ["/ui/", "/ui/job/", "/ui/suggest/?owner=an"])
def test_others_are_refused_with_the_reason(path: str, steward: User, signed_in: SignedIn) -> None:
    response = signed_in(steward).get(path)
    assert response.status_code == 403
    assert b"for people who build pages" in response.content
    assert b"Ask an administrator for a role" in response.content


def test_strangers_are_sent_to_the_sign_in(db: None) -> None:
    assert Client().get("/ui/").status_code == 302


def test_htmx_gets_the_table_only(admin: User, signed_in: SignedIn) -> None:
    response = signed_in(admin).get("/ui/?part=lists&sort=name", headers={"HX-Request": "true"})
    assert response.content.strip().startswith(b'<section class="table-box"')
    assert b'id="live" hx-swap-oob' in response.content


def test_htmx_gets_a_refusal_as_an_alert(steward: User, signed_in: SignedIn) -> None:
    response = signed_in(steward).get("/ui/", headers={"HX-Request": "true"})
    assert response.status_code == 403
    assert response.content.strip().startswith(b'<div class="alert bad" data-alert>')


def test_gallery_gives_csv(admin: User, signed_in: SignedIn) -> None:
    response = signed_in(admin).get("/ui/?format=csv")
    body = b"".join(response.streaming_content)  # type: ignore[attr-defined]  # a streaming response
    assert body.splitlines()[0] == b"Name,Sensitivity,State,Rows,Owner,Changed"
    assert len(body.splitlines()) == 61


def test_suggestions_hold_the_text(admin: User, signed_in: SignedIn) -> None:
    content = signed_in(admin).get("/ui/suggest/?owner=ana").content.decode()
    assert 'data-value="Ana Ruiz"' in content
    assert "Mei Okafor" not in content


def test_palette_offers_pages_the_person_may_see(analyst: User, admin: User, signed_in: SignedIn) -> None:
    assert "Components" in signed_in(admin).get("/palette/?q=compo").content.decode()
    assert "Components" not in signed_in(analyst).get("/palette/?q=compo").content.decode()


def test_navigation_hides_what_the_person_may_not_see(analyst: User, officer: User, signed_in: SignedIn) -> None:
    page = "/notifications/"
    assert 'href="/ui/"' not in signed_in(analyst).get(page).content.decode()
    assert "Audit log" not in signed_in(analyst).get(page).content.decode()


def test_missing_page_says_nothing_about_existence(analyst: User, signed_in: SignedIn) -> None:
    response = signed_in(analyst).get("/assets/999999999/")
    other = signed_in(analyst).get("/no/such/page/")
    assert response.status_code == other.status_code == 404
    assert b"it is not shared with you" in response.content
    assert b"it is not shared with you" in other.content


def test_health_needs_no_person_and_says_nothing_more(db: None) -> None:
    response = Client().get("/health/")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}


@pytest.fixture
def news(analyst: User, steward: User) -> User:
    """Three notifications for the analyst, one for somebody else."""
    for number in range(3):
        notify([analyst.pk], kind="sample", key=str(number), text=f"News {number}", url="/ui/")
    notify([steward.pk], kind="sample", key="other", text="Not for the analyst", url="/ui/")
    return analyst


def test_people_see_their_own_notifications(news: User, signed_in: SignedIn) -> None:
    content = signed_in(news).get("/notifications/").content.decode()
    assert content.count("News ") >= 3
    assert "Not for the analyst" not in content
    assert "3 unread" in content


def test_one_notification_is_marked_as_read(news: User, signed_in: SignedIn) -> None:
    first = Notification.objects.get(recipient=news, key="0")
    response = signed_in(news).post("/notifications/read/", {"id": first.pk})
    assert response.status_code == 302
    assert set(Notification.objects.filter(read_at=None).values_list("key", flat=True)) == {"1", "2", "other"}


def test_marking_all_leaves_those_of_others(news: User, signed_in: SignedIn) -> None:
    signed_in(news).post("/notifications/read/")
    assert [note.key for note in Notification.objects.filter(read_at=None)] == ["other"]


def test_somebody_elses_notification_stays_unread(news: User, signed_in: SignedIn) -> None:
    other = Notification.objects.get(key="other")
    signed_in(news).post("/notifications/read/", {"id": other.pk})
    assert Notification.objects.filter(read_at=None).count() == 4


def test_nonsense_marks_nothing(news: User, signed_in: SignedIn) -> None:
    signed_in(news).post("/notifications/read/", {"id": "x"})
    assert Notification.objects.filter(read_at=None).count() == 4


def test_badge_counts_and_is_silent_at_none(news: User, signed_in: SignedIn) -> None:
    client = signed_in(news)
    assert "3 unread" in client.get("/notifications/badge/").content.decode()
    client.post("/notifications/read/")
    assert client.get("/notifications/badge/").content.decode().strip() == ""


def test_reading_needs_a_post(news: User, signed_in: SignedIn) -> None:
    assert signed_in(news).get("/notifications/read/").status_code == 405


def test_empty_inbox_says_what_to_do(outsider: User, signed_in: SignedIn) -> None:
    assert "Follow a table or a domain" in signed_in(outsider).get("/notifications/").content.decode()
