"""The secret of a source while a session is opened: the present one, then the next one, kept here or elsewhere.

A door opens its session by `with_secret(source, attempt)`. When the server refuses the present password and takes the
next one, that one takes its place, so that passwords are changed at the server without a harvest that fails.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import transaction

from catalog.sources.credentials import decrypt
from catalog.sources.models import Source
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import DomainError, Invalid
from portal.kit.logs import get_logger

T = TypeVar("T")
log = get_logger(__name__)

REFUSALS = frozenset({"wrong_password", "no_password", "password_expired"})
"""Codes of errors that mean: this password is not, or no longer, taken."""
TOOK_OVER = register("source.next_password_took_over", "signed in to {object} with its next password, kept from now on")
_LONGEST_FILE = 10_000


def with_secret(source: Source, attempt: Callable[[str], T]) -> T:
    """Return what `attempt(password)` returns for the first password that the server takes.

    `attempt` opens a session and raises DomainError in plain words; one of the codes REFUSALS leads to the next
    password. Raises the refusal of the present one when there is no other, and CredentialsUnreadable.
    """
    try:
        return attempt(password_of(source))
    except DomainError as error:
        if error.code not in REFUSALS or source.is_draft or not source.pk:
            raise
        refusal = error
    for token in _others(source):
        try:
            session = attempt(decrypt(token))
        except DomainError as error:
            if error.code not in REFUSALS:
                raise
        else:
            take_over(source, token)
            return session
    raise refusal


def password_of(source: Source) -> str:
    """Return the present password: where its reference points, else the stored one. Raises Invalid."""
    if source.secret_reference:
        return _referred(source.secret_reference)
    return decrypt(source.password_encrypted)


def take_over(source: Source, token: str) -> None:
    """Put the next password in the present one's place, once, and record it. The object at hand follows."""
    with transaction.atomic():
        waiting = Source.objects.filter(pk=source.pk, next_password_encrypted=token)
        if waiting.update(password_encrypted=token, next_password_encrypted=""):
            record(TOOK_OVER, by=None, obj=source)
            log.info("next_password_took_over", source=source.pk)
    source.password_encrypted, source.next_password_encrypted = token, ""


def check_reference(reference: str) -> None:
    """Raise Invalid unless the reference is empty or begins with what settings.SECRET_REFERENCES allows."""
    if not reference:
        return
    allowed = tuple(getattr(settings, "SECRET_REFERENCES", ()))
    if not allowed:
        raise _invalid("References to secrets are switched off here. Enter the password instead.")
    kind, _, name = reference.partition(":")
    is_allowed = any(reference.startswith(prefix) and reference != prefix for prefix in allowed)
    if kind not in ("env", "file") or not is_allowed or ".." in Path(name).parts or "\0" in name:
        raise _invalid(f"A reference begins with {' or '.join(allowed)}, followed by a name.")


def _invalid(words: str, code: str = "reference_invalid") -> Invalid:
    return Invalid(words, code=code, field="secret_reference")


def _referred(reference: str) -> str:
    check_reference(reference)
    kind, _, name = reference.partition(":")
    try:
        found = os.environ.get(name) if kind == "env" else _content(Path(name))
    except (OSError, UnicodeDecodeError):
        found = None
    if not found:
        raise _invalid(
            "The place that the reference to the password names holds nothing that can be read. Have it filled on "
            "the machines of the web server and the workers.",
            code="reference_empty",
        )
    return found


def _content(path: Path) -> str:
    """Read a file without its last line end; a link must not lead out of the folders that are allowed."""
    real = path.resolve(strict=True)
    check_reference(f"file:{real}")
    with real.open() as handle:
        return handle.read(_LONGEST_FILE).removesuffix("\n").removesuffix("\r")


def _others(source: Source) -> Iterator[str]:
    """Give the passwords stored now: somebody may have entered one since the source at hand was read."""
    if source.secret_reference:
        return
    row = Source.objects.filter(pk=source.pk).values_list("password_encrypted", "next_password_encrypted").first()
    yield from (token for token in row or () if token and token != source.password_encrypted)
