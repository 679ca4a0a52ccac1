"""Administration of people: invite, change, hand over links, end sessions, close and open accounts."""

from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from access.people import links
from access.people.models import ApiToken, SignIn, User
from access.people.policies import may_manage
from access.people.roles import Role
from catalog.assets.actions.owners import announce_rename
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

INVITED = register("person.invited", "invited {object}")
CHANGED_ROLES = register("person.roles_changed", "changed the roles of {object}")
CHANGED_TEAMS = register("person.teams_changed", "changed the teams of {object}")
DEACTIVATED = register("person.deactivated", "closed the account of {object}")
CORRECTED = register("person.corrected", "changed name or address of {object}")
LINKED = register("person.link_made", "made a link by which {object} can set a password")
SESSIONS_ENDED = register("person.all_sessions_ended", "ended all sessions of {object}")
ACTIVATED = register("person.activated", "opened the account of {object} again")

_KNOWN = "There is somebody with this e-mail address already."


def invite(*, by: Person, name: str, email: str, job_title: str = "", roles: Sequence[str] = ()) -> User:
    """Store a person without a password; they set one by a one-time link. Raises Invalid for a known address."""
    require(may_manage(by))
    _check_roles(roles)
    try:
        with transaction.atomic():
            person = User.objects.create_user(
                email, None, name=name.strip(), job_title=job_title.strip(), roles=sorted(set(roles))
            )
            record(INVITED, by=by, obj=person, details={"roles": sorted(set(roles))})
    except IntegrityError:
        raise Invalid(_KNOWN, field="email") from None
    return person


def correct(person: User, *, by: Person, name: str, email: str, job_title: str = "") -> None:
    """Change name, address and job title; raise Invalid for an address that somebody else has."""
    require(may_manage(by))
    after = {"name": name.strip(), "email": User.objects.normalize_email(email).lower(), "job_title": job_title.strip()}
    before = {field: getattr(person, field) for field in after}
    if before == after:
        return
    try:
        with transaction.atomic():
            User.objects.filter(pk=person.pk).update(**after)
            if after["name"] != before["name"]:
                announce_rename(person)
            record(CORRECTED, by=by, obj=person, object_name=after["name"], details={"before": before, "after": after})
    except IntegrityError:
        raise Invalid(_KNOWN, field="email") from None


def make_link(person: User, *, by: Person) -> str:
    """Return the path of a one-time link by which the person sets a password; raise Conflict for a closed account."""
    require(may_manage(by))
    if not person.is_active:
        raise Conflict("This account is closed. Open it again first.")
    record(LINKED, by=by, obj=person)
    return links.path_for(person)


def end_sessions(person: User, *, by: Person) -> None:
    """Sign the person out everywhere. Their API tokens go on working."""
    require(may_manage(by))
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(session_epoch=F("session_epoch") + 1)
        SignIn.objects.filter(person=person).delete()
        record(SESSIONS_ENDED, by=by, obj=person)


def set_roles(person: User, *, by: Person, roles: Sequence[str]) -> None:
    """Replace the roles; raise Conflict when nobody would be administrator any more."""
    require(may_manage(by))
    _check_roles(roles)
    with transaction.atomic():
        stored, others = _locked_with_administrators(person)
        before, after = sorted(stored.roles), sorted(set(roles))
        if before == after:
            return
        if Role.ADMINISTRATOR in before and Role.ADMINISTRATOR not in after:
            _keep_an_administrator(stored, others)
        stored.roles = after
        stored.save(update_fields=["roles"])
        record(CHANGED_ROLES, by=by, obj=stored, details={"before": before, "after": after})


def set_teams(person: User, *, by: Person, teams: Sequence[Group]) -> None:
    """Replace the teams of a person."""
    require(may_manage(by))
    with transaction.atomic():
        stored = _locked(person)
        before = sorted(stored.groups.values_list("name", flat=True))
        after = sorted(team.name for team in teams)
        if before == after:
            return
        stored.groups.set(teams)
        record(CHANGED_TEAMS, by=by, obj=stored, details={"before": before, "after": after})


def deactivate(person: User, *, by: Person, reason: str = "") -> None:
    """Close an account: sessions and tokens end at once. Raises Conflict for the last administrator."""
    require(may_manage(by))
    with transaction.atomic():
        stored, others = _locked_with_administrators(person)
        if not stored.is_active:
            return
        if Role.ADMINISTRATOR in stored.roles:
            _keep_an_administrator(stored, others)
        stored.is_active = False
        stored.session_epoch += 1
        stored.save(update_fields=["is_active", "session_epoch"])
        SignIn.objects.filter(person=stored).delete()
        ApiToken.objects.filter(owner=stored, revoked_at=None).update(revoked_at=clock.now())
        record(DEACTIVATED, by=by, obj=stored, reason=reason)


def activate(person: User, *, by: Person) -> None:
    """Open an account again; its tokens stay revoked."""
    require(may_manage(by))
    with transaction.atomic():
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            record(ACTIVATED, by=by, obj=person)


def _check_roles(roles: Sequence[str]) -> None:
    unknown = set(roles) - set(Role.values)
    if unknown:
        raise Invalid(f"There is no role {', '.join(sorted(unknown))}.", field="roles")


def _keep_an_administrator(leaving: User, others: Sequence[User]) -> None:
    if leaving.is_active and not others:
        raise Conflict("This is the only administrator. Make somebody else one first.", code="last_administrator")


def _locked_with_administrators(person: User) -> tuple[User, list[User]]:
    """Return the person and the other administrators with open accounts, all locked in one order.

    Two administrators who leave at once can't both believe that the other stays, nor wait for each other.
    """
    administrators = Q(is_active=True, roles__contains=[Role.ADMINISTRATOR])
    rows = list(User.objects.select_for_update().filter(administrators | Q(pk=person.pk)).order_by("pk"))
    stored = next((row for row in rows if row.pk == person.pk), None)
    if stored is None:
        raise NotFound("There is no such person.")
    return stored, [row for row in rows if row.pk != person.pk]


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)
