"""Signing in and out, the first administrator, passwords and sessions."""

from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpRequest

from access.people.models import SignIn, User
from access.people.roles import Role
from catalog.assets.actions.owners import announce_rename
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock, origin
from portal.kit.errors import NotFound

SIGNED_IN = register("person.signed_in", "signed in by {how}")
SIGNED_OUT = register("person.signed_out", "signed out")
REFUSED = register("person.sign_in_refused", "was refused a sign-in")
FOUNDED = register("person.founded", "set up the portal and became its first administrator")
CHANGED_PASSWORD = register("person.password_changed", "changed their password")
ENDED_SESSIONS = register("person.sessions_ended", "ended {which} of their sessions")
CHANGED_PROFILE = register("person.profile_changed", "changed their profile")

_BACKEND = "access.people.backends.RoleBackend"
_FOUNDING = 0x464F554E  # "FOUN": only one visitor at a time may become the first administrator


def sign_in(request: HttpRequest, person: User, *, how: str) -> None:
    """Open a session for a person whose identity has been checked by `how` (password, demo, link)."""
    login(request, person, backend=_BACKEND)
    with transaction.atomic():
        record(SIGNED_IN, by=person, obj=person, details={"how": how})
        _forget_ended_sessions(person)
        SignIn.objects.update_or_create(
            session_key=request.session.session_key,
            defaults={
                "person": person,
                "browser": request.headers.get("User-Agent", "")[:200],
                "address": origin.current().address,
            },
        )


def sign_out(request: HttpRequest, *, by: User) -> None:
    """Close the session."""
    record(SIGNED_OUT, by=by, obj=by)
    SignIn.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


def note_refusal(email: str) -> None:
    """Keep a failed attempt, with the address that was typed and nothing else."""
    record(REFUSED, by=None, object_name=email[:200], details={"email": email[:200]})


@transaction.atomic
def found(*, name: str, email: str, password: str) -> User:
    """Create the first administrator of an empty portal; raise NotFound once there is anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FOUNDING])
    if User.objects.exists():
        raise NotFound("The portal has been set up already.")
    person = User.objects.create_user(email, password, name=name, roles=[Role.ADMINISTRATOR])
    record(FOUNDED, by=person, obj=person)
    return person


def change_password(request: HttpRequest, *, by: User, password: str) -> None:
    """Set a new password. Every other session ends; this one goes on."""
    with transaction.atomic():
        by.set_password(password)
        by.save(update_fields=["password"])
        record(CHANGED_PASSWORD, by=by, obj=by)
    update_session_auth_hash(request, by)
    _note_new_key(request, by)


def set_first_password(*, by: User, password: str) -> None:
    """Set the password by a one-time link, which the new password makes void."""
    with transaction.atomic():
        by.set_password(password)
        by.save(update_fields=["password"])
        record(CHANGED_PASSWORD, by=by, obj=by, details={"how": "link"})


def end_other_sessions(request: HttpRequest, *, by: User) -> None:
    """End every session of the person but this one."""
    with transaction.atomic():
        User.objects.filter(pk=by.pk).update(session_epoch=F("session_epoch") + 1)
        SignIn.objects.filter(person=by).exclude(session_key=request.session.session_key).delete()
        record(ENDED_SESSIONS, by=by, obj=by, details={"which": "all others"})
    by.refresh_from_db(fields=["session_epoch"])
    update_session_auth_hash(request, by)
    _note_new_key(request, by)


def end_session(sign_in_id: int, *, by: User) -> None:
    """End one of the person's own sessions; raise NotFound for anybody else's."""
    with transaction.atomic():
        opened = SignIn.objects.filter(pk=sign_in_id, person=by).first()
        if opened is None:
            raise NotFound("This session has ended already.")
        Session.objects.filter(session_key=opened.session_key).delete()
        opened.delete()
        record(ENDED_SESSIONS, by=by, obj=by, details={"which": "one"})


def sessions_of(person: User) -> list[SignIn]:
    """Return the person's sessions that are still open, newest first."""
    opened = list(person.sign_ins.all())
    alive = set(
        Session.objects.filter(
            session_key__in=[one.session_key for one in opened], expire_date__gt=clock.now()
        ).values_list("session_key", flat=True)
    )
    return [one for one in opened if one.session_key in alive]


def change_profile(*, by: User, **facts: object) -> None:
    """Change what a person says of themselves: name, job_title, time_zone, single_key_shortcuts."""
    changed = {name: value for name, value in facts.items() if getattr(by, name) != value}
    if not changed:
        return
    before = {name: getattr(by, name) for name in changed}
    with transaction.atomic():
        for name, value in changed.items():
            setattr(by, name, value)
        by.save(update_fields=list(changed))
        if "name" in changed:
            announce_rename(by)
        record(CHANGED_PROFILE, by=by, obj=by, details={"before": before, "after": changed})


def _forget_ended_sessions(person: User) -> None:
    alive = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    person.sign_ins.exclude(session_key__in=alive).delete()


def _note_new_key(request: HttpRequest, person: User) -> None:
    """Changing what a session is signed with gives it a new key."""
    SignIn.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "person": person,
            "browser": request.headers.get("User-Agent", "")[:200],
            "address": origin.current().address,
        },
    )
