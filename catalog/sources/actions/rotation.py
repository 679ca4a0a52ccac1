"""Changing passwords: the next one waits until the server takes it; the key of all of them is changed by command."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from catalog.sources.actions.rows import locked, stored
from catalog.sources.credentials import encrypt, rotate
from catalog.sources.engines import engine_of
from catalog.sources.models import Source
from catalog.sources.policies import may_manage
from catalog.sources.reports import Report, look
from catalog.sources.secrets import REFUSALS, take_over
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import Person
from portal.kit.policies import require

ROTATED = register("source.credentials_rotated", "encrypted the password of {object} with the newest key")
ENTERED = register("source.next_password_entered", "entered the next password of {object}")
FORGOTTEN = register("source.next_password_forgotten", "withdrew the next password of {object}")
PASSWORDS_TESTED = register("source.passwords_tested", "tested the passwords of {object}: {outcome}")


@dataclass(frozen=True)
class Tried:
    """How the two passwords fared: `following` is None when no next one waits."""

    present: Report
    following: Report | None
    took_over: bool

    @property
    def outcome(self) -> str:
        """Say it in words, for the log."""
        words = [f"the present one {_word(self.present)}"]
        words += [f"the next one {_word(self.following)}"] if self.following else []
        return ", ".join(words)


def enter_next_password(source: Source, *, by: Person, password: str, expires_on: date | None = None) -> None:
    """Keep the password that the server will take soon, encrypted. It replaces a next one entered before."""
    require(may_manage(by))
    if not password:
        raise Invalid("Enter the password.", field="password")
    if "password" not in engine_of(source).address:
        raise Invalid(f"{source.engine_label} asks for no password.", field="password")
    with transaction.atomic():
        row = locked(source)
        if row.secret_reference:
            raise Conflict("The password of this source is kept elsewhere. Change it there.")
        row.next_password_encrypted = encrypt(password)
        row.secret_expires_on = expires_on
        row.save(update_fields=["next_password_encrypted", "secret_expires_on"])
        record(ENTERED, by=by, obj=row)


def forget_next_password(source: Source, *, by: Person) -> None:
    """Drop the next password; raise Conflict when none waits."""
    require(may_manage(by))
    with transaction.atomic():
        row = locked(source)
        if not row.next_password_encrypted:
            raise Conflict("No next password is waiting. It may have taken over meanwhile.")
        row.next_password_encrypted = ""
        row.save(update_fields=["next_password_encrypted"])
        record(FORGOTTEN, by=by, obj=row)


def test_passwords(source: Source, *, by: Person) -> Tried:
    """Sign in with each password by itself; the next one takes over when the server takes only that one."""
    require(may_manage(by))
    row = stored(source)
    token = row.next_password_encrypted
    present = look(_alone(row, row.password_encrypted))
    following = look(_alone(row, token)) if token else None
    is_refused = present.error is not None and present.error.code in REFUSALS
    took_over = bool(following and following.ok and is_refused)
    if took_over:
        take_over(row, token)
    tried = Tried(present, following, took_over)
    record(PASSWORDS_TESTED, by=by, obj=row, details={"outcome": tried.outcome})
    return tried


def rotate_credentials(*, by: Person | None) -> int:
    """Encrypt every stored password, next ones too, with the newest key, all or none; return how many.

    For the command line. Raises CredentialsUnreadable when the key of one of them is gone.
    """
    names = ("password_encrypted", "next_password_encrypted")
    number = 0
    with transaction.atomic():
        for source in Source.objects.select_for_update():
            held = [name for name in names if getattr(source, name)]
            for name in held:
                setattr(source, name, rotate(getattr(source, name)))
            if held:
                source.save(update_fields=held)
                record(ROTATED, by=by, obj=source)
            number += len(held)
    return number


def _alone(source: Source, token: str) -> Source:
    """Return a copy that signs in with this password only."""
    copy = stored(source)
    copy.is_draft = True
    if token != source.password_encrypted:
        copy.password_encrypted = token
    copy.next_password_encrypted = ""
    return copy


def _word(report: Report) -> str:
    return f"failed ({report.error.code})" if report.error else "works"
