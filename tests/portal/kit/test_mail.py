"""Mail: through the outbox, to a real SMTP server, once, composed when it leaves, and without a word in the logs."""

import email
import logging
import socket
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage, Message
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from access.people.models import User
from portal.kit import mail, outbox
from portal.kit.errors import DomainError
from portal.kit.mail import Letter
from portal.kit.mail_servers import Server, answers, server_of
from portal.kit.models import DeadLetter, OutboxMessage
from portal.kit.people import Person
from portal.management.doctor import Level, connections
from portal.management.place import Place

pytestmark = pytest.mark.django_db
SECRET = "very-secret-words"


class Postbox:
    """What a server has taken; the next `refusals` are its answers before that."""

    def __init__(self) -> None:
        self.mails: list[Message] = []
        self.recipients: list[list[str]] = []
        self.refusals: list[str] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refusals:
            return self.refusals.pop(0)
        self.mails.append(email.message_from_bytes(envelope.content))
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 Message accepted"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def postbox(settings: Settings) -> Iterator[Postbox]:
    """A mail server on this machine to which the portal is told to write."""
    box, port = Postbox(), _free_port()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=port,
        auth_require_tls=False,
        authenticator=lambda server, session, envelope, mechanism, data: AuthResult(
            handled=False, success=data.login == b"portal" and data.password == b"right"
        ),
    )
    controller.start()
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_SENDER = "Atrium <atrium@company.example>"
    settings.PUBLIC_URL = "https://data.company.example"
    yield box
    controller.stop()


@pytest.fixture(autouse=True)
def composed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, dict[str, Any]]]:
    """The kind `test`: its facts are subject and words; without words there is nothing to say."""
    asked: list[tuple[str, dict[str, Any]]] = []

    def compose(person: Person, facts: dict[str, Any]) -> Letter | None:
        asked.append((person.email, facts))
        context = {"lines": [facts["words"]], "intro": "Hello."}
        return Letter(facts.get("subject", "News"), "kit/mail/_plain", context) if facts["words"] else None

    monkeypatch.setitem(mail._composers, "test", compose)
    return asked


def send(person: User, key: str = "news:1", **facts: Any) -> None:
    mail.send([person.pk], kind="test", key=key, facts={"words": "Something is new."} | facts)


def deliver_once_more() -> int:
    OutboxMessage.objects.update(available_at=timezone.now() - timedelta(seconds=1))
    return outbox.deliver_slow()


def text_of(message: Message, kind: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == kind)
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def test_mail_arrives_once_as_text_and_html(postbox: Postbox, analyst: User) -> None:
    send(analyst, words="5 < 6 & more")
    assert (outbox.deliver_slow(), outbox.deliver_slow()) == (1, 0)
    (message,) = postbox.mails
    assert postbox.recipients == [[analyst.email]]
    assert message["Subject"] == "News"
    assert message["From"] == "Atrium <atrium@company.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "5 < 6 & more" in text_of(message, "text/plain")
    assert "5 &lt; 6 &amp; more" in text_of(message, "text/html")
    assert "https://data.company.example" in text_of(message, "text/plain")


def test_mail_goes_with_the_decision_that_is_undone(postbox: Postbox, analyst: User) -> None:
    with transaction.atomic():
        send(analyst)
        transaction.set_rollback(True)
    assert outbox.deliver_slow() == 0
    assert postbox.mails == []


def test_mail_holds_up_nothing_else(postbox: Postbox, analyst: User) -> None:
    send(analyst)
    assert outbox.deliver() == 0
    assert OutboxMessage.objects.count() == 1


def test_a_mail_delivered_again_has_the_same_message_id(postbox: Postbox, analyst: User, steward: User) -> None:
    for _ in range(2):
        mail.send([analyst.pk, steward.pk], kind="test", key="news:1", facts={"words": "x"})
    outbox.deliver_slow()
    ids = [message["Message-ID"] for message in postbox.mails]
    assert ids[0] == ids[2] != ids[1] == ids[3]
    assert ids[0].endswith("@company.example>")


def test_long_keys_fit(postbox: Postbox, analyst: User) -> None:
    send(analyst, key="k" * 300)
    assert outbox.deliver_slow() == 1


def test_a_server_that_can_not_now_is_tried_again_and_the_rest_waits(postbox: Postbox, analyst: User) -> None:
    postbox.refusals = ["451 Try again later"]
    send(analyst, key="first")
    send(analyst, key="second")
    assert outbox.deliver_slow() == 0
    waiting = OutboxMessage.objects.order_by("pk").first()
    assert waiting is not None
    assert (waiting.attempts, "(451)" in waiting.last_error) == (1, True)
    assert deliver_once_more() == 2
    assert len(postbox.mails) == 2


def test_a_mail_given_up_becomes_a_letter_without_its_text(postbox: Postbox, analyst: User) -> None:
    postbox.refusals = ["550 No such user here"] * 8
    send(analyst)
    for _ in range(8):
        deliver_once_more()
    letter = DeadLetter.objects.get()
    assert letter.subject == f"mail news:1:{analyst.pk}"
    assert letter.error_code == "mail_refused"
    assert letter.payload["payload"]["person"] == analyst.pk
    assert analyst.email not in f"{letter.payload}{letter.error_message}{letter.trace}"
    assert not OutboxMessage.objects.exists()


def test_a_server_that_is_away(settings: Settings, analyst: User) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{_free_port()}"
    send(analyst)
    assert outbox.deliver_slow() == 0
    assert "does not answer (ConnectionRefusedError)" in OutboxMessage.objects.get().last_error


def test_nobody_is_written_to_who_has_left_or_has_no_address(postbox: Postbox, analyst: User, steward: User) -> None:
    send(analyst)
    send(steward)
    User.objects.filter(pk=analyst.pk).update(is_active=False)
    User.objects.filter(pk=steward.pk).update(email="")
    assert outbox.deliver_slow() == 2
    assert postbox.mails == []


def test_nothing_is_sent_when_there_is_nothing_to_say_any_more(
    postbox: Postbox, analyst: User, composed: list[tuple[str, dict[str, Any]]]
) -> None:
    send(analyst, words="")
    assert composed == []
    assert outbox.deliver_slow() == 1
    assert (postbox.mails, composed) == ([], [(analyst.email, {"words": ""})])


@pytest.mark.parametrize("subject", ["News\nBcc: all@company.example", "News\r\n\r\nBody", "News\x85Bcc: all"])
def test_no_header_can_be_added(subject: str, postbox: Postbox, analyst: User) -> None:
    send(analyst, subject=subject)
    assert outbox.deliver_slow() == 0
    assert "one line" in OutboxMessage.objects.get().last_error
    assert postbox.mails == []


def test_without_a_server_nothing_waits(settings: Settings, analyst: User) -> None:
    settings.EMAIL_URL = ""
    send(analyst)
    assert not OutboxMessage.objects.exists()
    assert not mail.is_on()


def test_what_waits_when_mail_is_switched_off_is_let_go(postbox: Postbox, analyst: User, settings: Any) -> None:
    send(analyst)
    settings.EMAIL_URL = ""
    assert outbox.deliver_slow() == 1
    assert postbox.mails == []


def test_user_and_password_are_used(postbox: Postbox, settings: Settings, analyst: User) -> None:
    port = server_of(settings.EMAIL_URL).port
    settings.EMAIL_URL = f"smtp://portal:wrong@127.0.0.1:{port}"
    send(analyst)
    outbox.deliver_slow()
    assert "refuses the user or password (535)" in OutboxMessage.objects.get().last_error
    settings.EMAIL_URL = f"smtp://portal:right@127.0.0.1:{port}"
    deliver_once_more()
    assert len(postbox.mails) == 1


def test_logs_hold_neither_texts_nor_passwords(
    postbox: Postbox, settings: Settings, analyst: User, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_URL = settings.EMAIL_URL.replace("://", f"://portal:{SECRET}@")
    with caplog.at_level(logging.DEBUG):
        send(analyst, subject=SECRET, words=SECRET)
        outbox.deliver_slow()
        settings.EMAIL_URL = settings.EMAIL_URL.replace(f"portal:{SECRET}@", "")
        deliver_once_more()
    assert [message["Subject"] for message in postbox.mails] == [SECRET]
    told = [f"{record.getMessage()} {vars(record)}" for record in caplog.records if record.name.startswith("portal")]
    assert len(told) >= 2
    assert not any(SECRET in line for line in told)


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example", Server("smtp", "mail.example", 25)),
        ("smtps://u:p%40ss@mail.example", Server("smtps", "mail.example", 465, "u", "p@ss")),
        ("starttls://u@mail.example:2525", Server("starttls", "mail.example", 2525, "u")),
    ],
)
def test_addresses_of_servers(url: str, server: Server) -> None:
    assert server_of(url) == server
    assert "p@ss" not in f"{server} {server!r}"


@pytest.mark.parametrize(
    "url", ["mail.example", "http://u:secret@mail.example", "smtp://u:secret@host:port", "smtp://"]
)
def test_no_address_of_a_server(url: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        server_of(url)
    assert "secret" not in str(refused.value)


def test_encryption_is_asked_for() -> None:
    options = {scheme: server_of(f"{scheme}://h").options for scheme in ("smtp", "smtps", "starttls")}
    assert {scheme: (o["use_ssl"], o["use_tls"]) for scheme, o in options.items()} == {
        "smtp": (False, False),
        "smtps": (True, False),
        "starttls": (False, True),
    }


def test_a_server_without_encryption_is_not_spoken_to_when_it_is_asked_for(postbox: Postbox, settings: Any) -> None:
    for scheme in ("smtps", "starttls"):
        with pytest.raises(DomainError, match="does not answer"):
            answers(server_of(settings.EMAIL_URL.replace("smtp://", f"{scheme}://")))


def test_doctor(postbox: Postbox, settings: Settings, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def found() -> tuple[Level, str]:
        (finding,) = connections.mail_server(Place(tmp_path))
        return finding.level, finding.text

    works = settings.EMAIL_URL
    assert found() == (Level.OK, f"{works} answers")
    settings.EMAIL_URL, settings.PUBLIC_URL = works.replace("127.0.0.1", "127.0.0.2"), "http://127.0.0.1:8000"
    monkeypatch.setattr(connections, "answers", lambda server: None)
    assert found() == (Level.WARN, "Links in mails lead to http://127.0.0.1:8000.")
    monkeypatch.undo()
    settings.EMAIL_URL = ""
    assert found() == (Level.OK, "off; EMAIL_URL names a server")
    settings.EMAIL_URL = "http://nowhere"
    assert found()[0] is Level.FAIL
    settings.EMAIL_URL = f"smtp://127.0.0.1:{_free_port()}"
    assert found()[0] is Level.WARN
    settings.EMAIL_URL, settings.EMAIL_SENDER = works, "Atrium"
    assert found()[0] is Level.FAIL
    assert Server("smtp", "mail.example", 25, "u", "p").tells_password
    assert not Server("starttls", "mail.example", 25, "u", "p").tells_password


def test_messages_are_mail(postbox: Postbox, analyst: User) -> None:
    """Names outside of ASCII survive."""
    send(analyst, subject="Größe: 3 neue", words="Ñandú")
    outbox.deliver_slow()
    parsed = email.message_from_bytes(postbox.mails[0].as_bytes(), _class=EmailMessage, policy=email.policy.default)
    assert parsed["Subject"] == "Größe: 3 neue"
    assert "Ñandú" in text_of(postbox.mails[0], "text/plain")
