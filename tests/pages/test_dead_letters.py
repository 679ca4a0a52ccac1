"""The pages of dead letters and their API: seen and decided by those who may, once, with a reason."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client

from access.people.models import User
from portal.kit import outbox
from portal.kit.dead_letters import bury
from portal.kit.errors import Unavailable
from portal.kit.models import DeadLetter, OutboxMessage

pytestmark = pytest.mark.django_db
SignedIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def _known_topic(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(outbox._handlers, "test", lambda messages: None)


def _letter(key: str = "a", *, code: str = "server_gone") -> DeadLetter:
    bury(
        "outbox",
        subject=f"test {key}",
        key=key,
        payload={"topic": "test", "key": key, "payload": {}},
        error=Unavailable("The server is <gone>.", code=code),
    )
    return DeadLetter.objects.get(key=key)


def _told(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_list_shows_what_is_open_and_filters(engineer: User, signed_in: SignedIn) -> None:
    client = signed_in(engineer)
    assert "Nothing has failed for good" in client.get("/dead-letters/").content.decode()
    first, second = _letter("first"), _letter("second", code="wrong_password")
    DeadLetter.objects.filter(pk=second.pk).update(state="discarded")

    def shown(query: str) -> list[bool]:
        html = client.get(f"/dead-letters/{query}").content.decode()
        return [f"/dead-letters/{letter.pk}/" in html for letter in (first, second)]

    assert shown("") == [True, False]
    assert shown("?state=every") == [True, True]
    assert shown("?state=discarded") == [False, True]
    assert shown("?state=every&error=wrong_password") == [False, True]
    assert shown("?topic=outbox") == [True, False]
    assert shown("?text=GONE") == [True, False]
    assert shown("?text=nowhere") == [False, False]
    assert "No letter matches" in client.get("/dead-letters/?text=nowhere").content.decode()
    assert "Replay all" not in client.get("/dead-letters/").content.decode()


def test_detail_shows_everything_escaped(engineer: User, signed_in: SignedIn) -> None:
    letter = _letter()
    DeadLetter.objects.update(trace="File x, line 1")
    html = signed_in(engineer).get(f"/dead-letters/{letter.pk}/").content.decode()
    assert "The server is &lt;gone&gt;." in html
    assert "File x, line 1" in html
    assert "&quot;topic&quot;: &quot;test&quot;" in html
    assert signed_in(engineer).get("/dead-letters/99999/").status_code == 404


def test_replay_from_the_page_sends_once(engineer: User, signed_in: SignedIn) -> None:
    letter, client = _letter(), signed_in(engineer)
    refused = client.post(f"/dead-letters/{letter.pk}/replay/", {"reason": ""})
    assert (refused.status_code, OutboxMessage.objects.count()) == (422, 0)
    for expected in ("Sent again.", "This work has been replayed meanwhile."):
        answer = client.post(f"/dead-letters/{letter.pk}/replay/", {"reason": "The server is back."})
        assert (answer.status_code, _told(answer)[-1]) == (302, expected)
    assert list(OutboxMessage.objects.values_list("topic", "key")) == [("test", "a")]


def test_discard_and_undo(engineer: User, signed_in: SignedIn) -> None:
    letter, client = _letter(), signed_in(engineer)
    client.post(f"/dead-letters/{letter.pk}/discard/", {"reason": "Obsolete"})
    letter.refresh_from_db()
    assert (letter.state, letter.reason, letter.decided_by) == ("discarded", "Obsolete", engineer)
    client.post(f"/dead-letters/{letter.pk}/reopen/", {"reason": "It was not"})
    letter.refresh_from_db()
    assert letter.state == "open"


@pytest.mark.parametrize(
    ("payload", "words"),
    [
        ("{", "This is no JSON"),
        ("[1]", "Give an object"),
        ('{"topic": "nobody", "key": "a", "payload": {}}', "Nothing here handles"),
    ],
)
def test_wrong_payload_is_shown_again(payload: str, words: str, engineer: User, signed_in: SignedIn) -> None:
    letter = _letter()
    answer = signed_in(engineer).post(f"/dead-letters/{letter.pk}/edit/", {"payload": payload, "reason": "Try"})
    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    letter.refresh_from_db()
    assert letter.original_payload is None


def test_edit_from_the_page(engineer: User, signed_in: SignedIn) -> None:
    letter = _letter()
    payload = '{"topic": "test", "key": "b", "payload": {"x": 1}}'
    answer = signed_in(engineer).post(f"/dead-letters/{letter.pk}/edit/", {"payload": payload, "reason": "Mend"})
    letter.refresh_from_db()
    assert (answer.status_code, letter.payload["key"]) == (302, "b")
    assert "As it was before" in signed_in(engineer).get(f"/dead-letters/{letter.pk}/").content.decode()


def test_all_of_one_error_at_once(engineer: User, signed_in: SignedIn) -> None:
    for key in ("a", "b"):
        _letter(key)
    _letter("c", code="wrong_password")
    client = signed_in(engineer)
    assert "Replay all" in client.get("/dead-letters/?error=server_gone").content.decode()
    answer = client.post("/dead-letters/replay/", {"error": "server_gone", "reason": "The server is back."})
    assert (answer.headers["Location"], _told(answer)) == (
        "/dead-letters/?state=open&error=server_gone",
        ["2 sent again."],
    )
    assert sorted(OutboxMessage.objects.values_list("key", flat=True)) == ["a", "b"]
    answer = client.post("/dead-letters/discard/", {"reason": "All"})
    assert (_told(answer)[-1][:13], DeadLetter.objects.filter(state="open").count()) == ("Choose a kind", 1)


@pytest.mark.parametrize("persona", ["analyst", "steward", "officer", "outsider"])
def test_others_see_and_do_nothing(persona: str, request: pytest.FixtureRequest, signed_in: SignedIn) -> None:
    letter, client = _letter(), signed_in(request.getfixturevalue(persona))
    for path in ("/dead-letters/", f"/dead-letters/{letter.pk}/", "/api/v1/dead-letters/"):
        answer = client.get(path)
        assert (answer.status_code, "gone" in answer.content.decode()) == (403, False)
    for path in (f"/dead-letters/{letter.pk}/replay/", "/dead-letters/replay/", f"/dead-letters/{letter.pk}/edit/"):
        data = {"reason": "Mine", "topic": "outbox", "payload": "{}"}
        assert client.post(path, data).status_code == 403
    assert client.post(f"/api/v1/dead-letters/{letter.pk}/replay/", {"reason": "Mine"}).status_code == 403
    letter.refresh_from_db()
    assert (letter.state, OutboxMessage.objects.count()) == ("open", 0)


def test_api(engineer: User, signed_in: SignedIn) -> None:
    letter, client = _letter(), signed_in(engineer)
    _letter("b", code="wrong_password")
    rows = client.get("/api/v1/dead-letters/?error=server_gone").json()["results"]
    assert [(row["id"], row["state"], row["payload"]["key"]) for row in rows] == [(letter.pk, "open", "a")]

    def post(path: str, **body: object) -> Any:
        return client.post(f"/api/v1/dead-letters/{path}", body, content_type="application/json")

    assert post(f"{letter.pk}/replay/").status_code == 400
    payload = {"topic": "test", "key": "z", "payload": {}}
    assert post(f"{letter.pk}/edit/", payload=payload, reason="Mend").json()["payload"] == payload
    assert post(f"{letter.pk}/discard/", reason="Obsolete").json()["state"] == "discarded"
    assert post(f"{letter.pk}/reopen/", reason="Not so").json()["state"] == "open"
    assert post(f"{letter.pk}/replay/", reason="Now").json()["state"] == "replayed"
    assert post(f"{letter.pk}/replay/", reason="Now").status_code == 409
    assert post("discard/", reason="All").status_code == 422
    assert post("discard/", reason="All", topic="outbox").json() == {"done": 1, "left": 0, "refused": []}
    assert list(OutboxMessage.objects.values_list("key", flat=True)) == ["z"]
