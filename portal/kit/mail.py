"""Mail: put into the outbox with the decision that causes it, composed when it is sent.

A room registers how a kind of mail is composed. The composer is asked just before the mail leaves, so it reads what
the person may know at that moment; the outbox keeps ids only, which is also all that a dead letter shows.

    @mail.composes("saved_search")
    def composed(person, facts) -> Letter | None: ...

    mail.send([person.pk], kind="saved_search", key="saved:7:2026-11-24", facts={"assets": [1, 2]})
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from portal.kit import outbox
from portal.kit.errors import Invalid
from portal.kit.logs import get_logger
from portal.kit.mail_servers import connected, server_of
from portal.kit.models import OutboxMessage
from portal.kit.people import Person

log = get_logger(__name__)
Facts = dict[str, Any]
TOPIC = "mail"
_LONGEST_KEY = 100
_NOT_OURS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class Letter:
    """A mail: its subject, one line, and `<template>.txt` and `<template>.html` with their context."""

    subject: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


Composer = Callable[[Person, Facts], Letter | None]
_composers: dict[str, Composer] = {}


def composes(kind: str) -> Callable[[Composer], Composer]:
    """Register what composes a kind of mail; it answers None when there is nothing to say any more."""

    def register(composer: Composer) -> Composer:
        _composers[kind] = composer
        return composer

    return register


def is_on() -> bool:
    """Say whether this installation sends mail."""
    return bool(settings.EMAIL_URL)


def address_of(path: str) -> str:
    """Return the whole address of a page, for links in mails."""
    return f"{settings.PUBLIC_URL}{path}"


def send(people: Iterable[int], *, kind: str, key: str, facts: Facts) -> None:
    """Write to people (by user id) once the caller's transaction is committed; nothing where no mail is sent.

    `key` names the decision: a mail delivered again has the Message-ID of the first. `facts` are ids, not texts.
    """
    if not is_on():
        return
    each = sorted(set(people))
    outbox.put_each(TOPIC, [(_fitting(f"{key}:{pk}"), {"kind": kind, "person": pk, "facts": facts}) for pk in each])


@outbox.handles(TOPIC, is_slow=True)
def _deliver(messages: list[OutboxMessage]) -> None:
    for message in messages:
        _deliver_one(message)


def _deliver_one(message: OutboxMessage) -> None:
    people = get_user_model().objects.filter(pk=message.payload["person"], is_active=True)
    person = people.exclude(email="").first()
    letter = _composers[message.payload["kind"]](person, message.payload["facts"]) if person and is_on() else None
    if person is None or letter is None:
        log.info("mail_not_needed", kind=message.payload["kind"], key=message.key)
        return
    mail = _written(letter, person, message.key)
    with connected(server_of(settings.EMAIL_URL)) as line:
        line.send_messages([mail])
    log.info("mail_sent", kind=message.payload["kind"], key=message.key)


def _written(letter: Letter, person: Person, key: str) -> EmailMultiAlternatives:
    """Raise Invalid for what would add a header: a line break in subject or address."""
    if any(not character.isprintable() for character in f"{letter.subject}{person.email}"):
        raise Invalid("Subject and address of a mail are one line.", code="mail_header")
    context = {"person": person, "portal": settings.PUBLIC_URL, "subject": letter.subject} | letter.context
    mail = EmailMultiAlternatives(
        letter.subject,
        render_to_string(f"{letter.template}.txt", context),
        settings.EMAIL_SENDER,
        [person.email],
        headers=_NOT_OURS | {"Message-ID": message_id(key)},
    )
    mail.attach_alternative(render_to_string(f"{letter.template}.html", context), "text/html")
    return mail


def message_id(key: str) -> str:
    """Return the Message-ID of a key, always the same."""
    _, at, domain = parseaddr(settings.EMAIL_SENDER)[1].rpartition("@")
    if not (at and domain):
        raise ImproperlyConfigured("EMAIL_SENDER must hold an address, as in Atrium <atrium@example.com>.")
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def _fitting(key: str) -> str:
    """A key that is too long for its field goes by its digest."""
    return key if len(key) <= _LONGEST_KEY else hashlib.sha256(key.encode()).hexdigest()
