"""Administration of people: invite, change roles and teams, deactivate, activate."""

from collections.abc import Sequence

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from access.people.models import ApiToken, SignIn, User
from access.people.policies import may_manage
from access.people.roles import Role
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit import clock
from portal.kit.errors import Conflict, Invalid
from portal.kit.people import Person
from portal.kit.policies import require

INVITED = register("person.invited", "invited {object}")
CHANGED_ROLES = register("person.roles_changed", "changed the roles of {object}")
CHANGED_TEAMS = register("person.teams_changed", "changed the teams of {object}")
DEACTIVATED = register("person.deactivated", "closed the account of {object}")
ACTIVATED = register("person.activated", "opened the account of {object} again")


def invite(*, by: Person, name: str, email: str, roles: Sequence[str] = ()) -> User:
    """Store a person without a password; they set one by a one-time link. Raises Invalid for a known address."""
    require(may_manage(by))
    _check_roles(roles)
    try:
        with transaction.atomic():
            person = User.objects.create_user(email, None, name=name.strip(), roles=sorted(roles))
            record(INVITED, by=by, obj=person, details={"roles": sorted(roles)})
    except IntegrityError:
        raise Invalid("There is somebody with this e-mail address already.", field="email") from None
    return person


def set_roles(person: User, *, by: Person, roles: Sequence[str]) -> None:
    """Replace the roles; raise Conflict when nobody would be administrator any more."""
    require(may_manage(by))
    _check_roles(roles)
    with transaction.atomic():
        stored = _locked(person)
        before, after = sorted(stored.roles), sorted(set(roles))
        if before == after:
            return
        if Role.ADMINISTRATOR not in after:
            _keep_an_administrator(stored)
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
        stored = _locked(person)
        if not stored.is_active:
            return
        _keep_an_administrator(stored)
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


def _keep_an_administrator(leaving: User) -> None:
    """All administrators' rows are locked, so that two who leave at once can't both believe the other stays."""
    administrators = User.objects.select_for_update().filter(is_active=True, roles__contains=[Role.ADMINISTRATOR])
    if {row.pk for row in administrators.order_by("pk")} == {leaving.pk}:
        raise Conflict("This is the only administrator. Make somebody else one first.", code="last_administrator")


def _locked(person: User) -> User:
    return User.objects.select_for_update().get(pk=person.pk)
