"""Adding, changing and testing sources."""

from typing import Any

from django.db import transaction

from catalog.sources import requirements
from catalog.sources.actions.harvesting import SCHEDULE, check_schedule, following
from catalog.sources.actions.rows import check, free_slug, locked, save, stored
from catalog.sources.credentials import encrypt
from catalog.sources.models import Source
from catalog.sources.policies import may_manage
from catalog.sources.reports import Report, look
from catalog.sources.secrets import check_reference
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import Person
from portal.kit.policies import require

CREATED = register("source.created", "added the source {object}")
CHANGED = register("source.changed", "changed the source {object}")
TESTED = register("source.tested", "tested the connection to {object}: {outcome}")

ADDRESS = ("host", "port", "database", "username", "tls", "options", "secret_reference")
EDITABLE = ("name", "description", *ADDRESS, "secret_expires_on", "left_out_schemas", "is_enabled")
_TLS_STRENGTH = {Source.Tls.OFF: 0, Source.Tls.PREFER: 1, Source.Tls.REQUIRE: 2, Source.Tls.VERIFY: 3}


def test_connection(source: Source, *, by: Person) -> Report:
    """Try a source, stored or not, and return what was found."""
    require(may_manage(by))
    report = look(source)
    found = {"outcome": f"failed ({report.error.code})" if report.error else "works"}
    tried = {name: getattr(source, name) for name in ADDRESS}
    record(
        TESTED,
        by=by,
        obj=source if source.pk else None,
        object_name=source.name or source.host or source.engine_label,
        details=found | tried,
    )
    return report


def draft(source: Source | None, *, password: str = "", engine: str = "postgresql", **facts: Any) -> Source:
    """Return an unsaved copy of the source, or a new one of the engine, with these facts and this password if given.

    Raises Invalid when a stored password would go to another place, or less protected, than it was entered for.
    """
    original = None if source is None else stored(source)
    candidate = requirements.begin(engine) if source is None else stored(source)
    for name in EDITABLE:
        if name in facts:
            setattr(candidate, name, facts[name])
    candidate.options = requirements.tidy_options(candidate.options)
    check_reference(candidate.secret_reference)
    if original and _secret_would_travel(original, candidate):
        if not password and original.password_encrypted:
            raise Invalid(
                "Enter the password again: the stored one is only sent where it was entered for.",
                code="password_needed",
                field="password",
            )
        candidate.next_password_encrypted = ""
    if password:
        candidate.password_encrypted, candidate.is_draft = encrypt(password), True
    return candidate


def create(
    *,
    by: Person,
    password: str,
    is_private: bool = False,
    untested: bool = False,
    **facts: Any,
) -> Source:
    """Store a new source whose connection works (or is said to be `untested`).

    Raises Invalid on wrong facts, and what the engine's door raises, each with the field to mend.
    """
    require(may_manage(by))
    source = draft(None, password=password, **facts)
    source.is_private = is_private
    for name in SCHEDULE:
        setattr(source, name, facts.get(name, getattr(source, name)))
    check_schedule(source)
    check(source)
    _require_working(source, untested=untested)
    with transaction.atomic():
        source.slug = free_slug(source.name)
        source.next_harvest_at = following(source)
        save(source)
        told = ("name", "engine", *ADDRESS, "is_private", "harvest_every_minutes")
        record(CREATED, by=by, obj=source, details={"after": {name: getattr(source, name) for name in told}})
    return source


def change(source: Source, *, by: Person, password: str = "", untested: bool = False, **facts: Any) -> Source:
    """Change a source's facts; without a password the stored one stays. Raises as `create` does."""
    require(may_manage(by))
    original = stored(source)
    if facts.pop("engine", original.engine) != original.engine:
        raise Invalid("The engine of a source can't be changed. Add another source instead.", field="engine")
    candidate = draft(source, password=password, **facts)
    check(candidate)
    is_reached_otherwise = bool(password) or _differing(original, candidate, ADDRESS) != []
    _require_working(candidate, untested=untested or not is_reached_otherwise)
    with transaction.atomic():
        if _differing(original, locked(source), EDITABLE):
            raise Conflict(
                "Somebody else has changed this source meanwhile. Look at it again, then repeat your change."
            )
        is_forgotten = bool(original.next_password_encrypted) and _secret_would_travel(original, candidate)
        _store(original, candidate, by=by, is_forgotten=is_forgotten)
    return candidate


def _store(original: Source, candidate: Source, *, by: Person, is_forgotten: bool) -> None:
    """Write what differs and record it; secrets are told of by name only.

    A password that was not typed is not written: a next one may have taken its place meanwhile.
    """
    changed = _differing(original, candidate, EDITABLE)
    is_replaced = candidate.is_draft
    secrets = (["password_encrypted"] if is_replaced else []) + (["next_password_encrypted"] if is_forgotten else [])
    if not changed and not secrets:
        return
    save(candidate, only=[*changed, *secrets])
    before, after = ({name: _told(row, name) for name in changed} for row in (original, candidate))
    told = {"password": "replaced"} if is_replaced else {}
    told |= {"next_password": "forgotten"} if is_forgotten else {}
    record(CHANGED, by=by, obj=candidate, details={"before": before, "after": after, **told})


def _told(source: Source, name: str) -> Any:
    value = getattr(source, name)
    return value.isoformat() if hasattr(value, "isoformat") else value


def _differing(one: Source, other: Source, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if getattr(one, name) != getattr(other, name)]


def _secret_would_travel(original: Source, candidate: Source) -> bool:
    moved = requirements.where(original) != requirements.where(candidate)
    weaker = _TLS_STRENGTH.get(Source.Tls(original.tls), 0) > _strength(candidate.tls)
    return moved or weaker


def _strength(tls: str) -> int:
    return _TLS_STRENGTH[Source.Tls(tls)] if tls in Source.Tls.values else 0


def _require_working(source: Source, *, untested: bool) -> None:
    error = None if untested else look(source).error
    if error:
        raise error
