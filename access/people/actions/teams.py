"""Teams: groups of people who are given access together."""

from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from access.people.models import User
from access.people.policies import may_manage
from catalog.assets.actions.owners import announce_rename
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import Invalid
from portal.kit.people import Person
from portal.kit.policies import require

CREATED = register("team.created", "created the team {object}")
RENAMED = register("team.renamed", "renamed the team {before} to {after}")
JOINED = register("team.joined", "put {member} into the team {object}")
LEFT = register("team.left", "took {member} out of the team {object}")
DELETED = register("team.deleted", "deleted the team {object}")
_TAKEN = "There is a team of this name already. Choose another."


def create(*, by: Person, name: str) -> Group:
    """Store a team; raise Invalid when the name is taken or empty."""
    require(may_manage(by))
    try:
        with transaction.atomic():
            team = Group.objects.create(name=_named(name))
            record(CREATED, by=by, obj=team)
    except IntegrityError:
        raise Invalid(_TAKEN, field="name") from None
    return team


def rename(team: Group, *, by: Person, name: str) -> None:
    """Give a team another name; raise Invalid when it is taken or empty."""
    require(may_manage(by))
    before, after = team.name, _named(name)
    if before == after:
        return
    try:
        with transaction.atomic():
            Group.objects.filter(pk=team.pk).update(name=after)
            announce_rename(team)
            record(RENAMED, by=by, obj=team, object_name=after, details={"before": before, "after": after})
    except IntegrityError:
        raise Invalid(_TAKEN, field="name") from None


def add(team: Group, person: User, *, by: Person) -> None:
    """Put a person into a team."""
    require(may_manage(by))
    with transaction.atomic():
        if not person.groups.filter(pk=team.pk).exists():
            person.groups.add(team)
            record(JOINED, by=by, obj=team, details={"member": str(person), "person": person.pk})


def remove(team: Group, person: User, *, by: Person) -> None:
    """Take a person out of a team; what the team may see is gone for them with the next request."""
    require(may_manage(by))
    with transaction.atomic():
        if person.groups.filter(pk=team.pk).exists():
            person.groups.remove(team)
            record(LEFT, by=by, obj=team, details={"member": str(person), "person": person.pk})


def delete(team: Group, *, by: Person) -> None:
    """Delete a team with what was granted to it."""
    require(may_manage(by))
    with transaction.atomic():
        record(DELETED, by=by, obj=team, details={"members": team.user_set.count()})
        team.delete()


def _named(name: str) -> str:
    name = name.strip()
    if not name:
        raise Invalid("Give the team a name.", field="name")
    return name[:150]
