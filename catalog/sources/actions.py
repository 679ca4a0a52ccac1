"""Writing sources. The network is never touched inside a transaction."""

from datetime import timedelta
from itertools import count
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import slugify

from catalog.sources import registry
from catalog.sources.credentials import encrypt, rotate
from catalog.sources.models import Source
from catalog.sources.policies import may_manage
from catalog.sources.reports import Report, look
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock
from portal.kit.erasing import erase
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

CREATED = register("source.created", "added the source {object}")
CHANGED = register("source.changed", "changed the source {object}")
TESTED = register("source.tested", "tested the connection to {object}: {outcome}")
MADE_PRIVATE = register("source.made_private", "made the source {object} private")
MADE_OPEN = register("source.made_open", "opened the source {object} to everybody signed in")
SCHEDULED = register("source.scheduled", "changed how often {object} is harvested")
DELETED = register("source.deleted", "deleted the source {object}")
ROTATED = register("source.credentials_rotated", "encrypted the password of {object} with the newest key")

ADDRESS = ("host", "port", "database", "username", "tls")
EDITABLE = ("name", "description", *ADDRESS, "left_out_schemas", "is_enabled")
_TLS_STRENGTH = {Source.Tls.OFF: 0, Source.Tls.PREFER: 1, Source.Tls.REQUIRE: 2, Source.Tls.VERIFY: 3}
_UNCHECKED = {"password_encrypted", "next_harvest_at", "slug"}


def test_connection(source: Source, *, by: Person) -> Report:
    """Try a source, stored or not, and return what was found."""
    require(may_manage(by))
    report = look(source)
    found = {"outcome": f"failed ({report.error.code})" if report.error else "works"}
    tried = {name: getattr(source, name) for name in ADDRESS}
    stored = source if source.pk else None
    record(TESTED, by=by, obj=stored, object_name=source.name or source.host, details=found | tried)
    return report


def draft(source: Source | None, *, password: str = "", **facts: Any) -> Source:
    """Return an unsaved copy of the source, or a new one, with these facts and, when given, this password.

    Raises Invalid when a stored password would go to another server, or less protected, than it was entered for.
    """
    candidate = Source() if source is None else _stored(source)
    if source and not password and _password_would_travel(candidate, facts):
        raise Invalid(
            "Enter the password again: the stored one is only sent where it was entered for.",
            code="password_needed",
            field="password",
        )
    for name in EDITABLE:
        if name in facts:
            setattr(candidate, name, facts[name])
    if password:
        candidate.password_encrypted = encrypt(password)
    return candidate


def create(
    *,
    by: Person,
    password: str,
    is_private: bool = False,
    harvest_every_minutes: int | None = None,
    untested: bool = False,
    **facts: Any,
) -> Source:
    """Store a new source whose connection works (or is said to be `untested`).

    Raises Invalid on wrong facts, and what `connections.connect` raises, each with the field to mend.
    """
    require(may_manage(by))
    source = draft(None, password=password, **facts)
    source.is_private = is_private
    source.harvest_every_minutes = harvest_every_minutes
    _check(source)
    _require_working(source, untested=untested)
    with transaction.atomic():
        source.slug = _free_slug(source.name)
        source.next_harvest_at = _next_harvest(harvest_every_minutes)
        _save(source)
        told = ("name", *ADDRESS, "is_private", "harvest_every_minutes")
        record(CREATED, by=by, obj=source, details={"after": {name: getattr(source, name) for name in told}})
    return source


def change(source: Source, *, by: Person, password: str = "", untested: bool = False, **facts: Any) -> Source:
    """Change a source's facts; without a password the stored one stays. Raises as `create` does."""
    require(may_manage(by))
    original = _stored(source)
    before = {name: getattr(original, name) for name in EDITABLE}
    candidate = draft(source, password=password, **facts)
    _check(candidate)
    is_reached_otherwise = bool(password) or any(before[name] != getattr(candidate, name) for name in ADDRESS)
    _require_working(candidate, untested=untested or not is_reached_otherwise)
    with transaction.atomic():
        stored = _locked(source)
        if before != {name: getattr(stored, name) for name in EDITABLE}:
            raise Conflict(
                "Somebody else has changed this source meanwhile. Look at it again, then repeat your change."
            )
        changed = {name: getattr(candidate, name) for name in EDITABLE if before[name] != getattr(candidate, name)}
        if changed or password:
            _save(candidate, only=[*changed, *(["password_encrypted"] if password else [])])
            details = {"before": {name: before[name] for name in changed}, "after": changed}
            record(CHANGED, by=by, obj=candidate, details=details | ({"password": "replaced"} if password else {}))
    return candidate


def schedule(source: Source, *, by: Person, minutes: int | None) -> None:
    """Harvest the source every so many minutes, or by hand only (None)."""
    require(may_manage(by))
    if minutes is not None and minutes < 1:
        raise Invalid("Give at least one minute, or nothing.", field="harvest_every_minutes")
    with transaction.atomic():
        stored = _locked(source)
        before = stored.harvest_every_minutes
        if before == minutes:
            return
        stored.harvest_every_minutes, stored.next_harvest_at = minutes, _next_harvest(minutes)
        stored.save(update_fields=["harvest_every_minutes", "next_harvest_at"])
        details = {"before": {"minutes": before}, "after": {"minutes": minutes}}
        record(SCHEDULED, by=by, obj=stored, details=details)


def set_privacy(source: Source, *, by: Person, is_private: bool) -> None:
    """Hide the source and what is in it from people without a grant, or open it. Labels follow in the same moment."""
    require(may_manage(by))
    with transaction.atomic():
        stored = _locked(source)
        if stored.is_private == is_private:
            return
        stored.is_private = is_private
        stored.save(update_fields=["is_private"])
        for follow in registry.on_privacy_change:
            follow(stored)
        record(MADE_PRIVATE if is_private else MADE_OPEN, by=by, obj=stored)


def delete(source: Source, *, by: Person, confirmation: str) -> None:
    """Delete a source with all that was harvested from it; `confirmation` is its name.

    Raises Invalid on a wrong name, Conflict when a room objects (a harvest is running).
    """
    require(may_manage(by))
    with transaction.atomic():
        stored = _locked(source)
        if confirmation.strip() != stored.name:
            raise Invalid(f"Type the name of the source, {stored.name}, to delete it.", field="confirmation")
        for guard in registry.before_delete:
            guard(stored)
        record(DELETED, by=by, obj=stored, details={"before": {name: getattr(stored, name) for name in ADDRESS}})
        erase(Source.objects.filter(pk=stored.pk))


def rotate_credentials(*, by: Person | None) -> int:
    """Encrypt every stored password with the newest key, all or none; return how many. For the command line.

    Raises CredentialsUnreadable when the key of one of them is gone.
    """
    with transaction.atomic():
        sources = list(Source.objects.select_for_update().exclude(password_encrypted=""))
        for source in sources:
            source.password_encrypted = rotate(source.password_encrypted)
            source.save(update_fields=["password_encrypted"])
            record(ROTATED, by=by, obj=source)
    return len(sources)


def _password_would_travel(source: Source, facts: dict[str, Any]) -> bool:
    moved = any(facts.get(name, getattr(source, name)) != getattr(source, name) for name in ("host", "port"))
    tls = Source.Tls(facts.get("tls", source.tls))
    return moved or _TLS_STRENGTH[tls] < _TLS_STRENGTH[Source.Tls(source.tls)]


def _check(source: Source) -> None:
    try:
        source.full_clean(exclude=_UNCHECKED)
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        field = name if name != NON_FIELD_ERRORS else "name"  # the one constraint is about the name
        raise Invalid(" ".join(messages), field=field) from None


def _require_working(source: Source, *, untested: bool) -> None:
    error = None if untested else look(source).error
    if error:
        raise error


def _save(source: Source, only: list[str] | None = None) -> None:
    try:
        with transaction.atomic():
            source.save(update_fields=only)
    except IntegrityError:
        raise Invalid("There is a source of this name already. Choose another.", field="name") from None


def _locked(source: Source) -> Source:
    return _stored(source, Source.objects.select_for_update())


def _stored(source: Source, sources: QuerySet[Source] | None = None) -> Source:
    """Return the row as it is: the object at hand may carry a form's unsaved values."""
    stored = (Source.objects.all() if sources is None else sources).filter(pk=source.pk).first()
    if stored is None:
        raise NotFound("This source has been deleted meanwhile.")
    return stored


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:90] or "source"
    taken = set(Source.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    options = (wanted if number == 1 else f"{wanted}-{number}" for number in count(1))
    return next(slug for slug in options if slug not in taken)


def _next_harvest(minutes: int | None) -> Any:
    return clock.now() + timedelta(minutes=minutes) if minutes else None
