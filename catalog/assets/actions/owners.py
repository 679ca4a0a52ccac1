"""Naming who answers for an asset or a domain."""

from collections.abc import Iterable

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.db.models import Q

from catalog.assets.actions.history import credit
from catalog.assets.actions.news import changed, tell
from catalog.assets.models import Asset, Domain, Ownership, OwnershipRole
from catalog.assets.policies import may_name_owners
from catalog.assets.visibility import forget_labels, may_see, may_see_domain
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

OWNER_NAMED = register("asset.owner_named", "named {holder} {role} of {object}")
OWNER_DISMISSED = register("asset.owner_dismissed", "dismissed {holder} as {role} of {object}")


@transaction.atomic
def name_owner(*, thing: Asset | Domain, role: str, holder: Person | Group, by: Person) -> Ownership:
    """Make a person or a team answer for an asset or a domain. Raises Conflict when they do already."""
    _check(thing, by)
    if role not in OwnershipRole.values:
        raise Invalid("Choose a role from the list.", field="role")
    if not isinstance(holder, Group) and not holder.is_active:
        raise Invalid(f"{holder} has no active account.", field="holder")
    row = Ownership(role=role, **_subject(thing), **_party(holder))
    credit(row, by=by)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as twin:
        raise Conflict(f"{holder} is already {OwnershipRole(role).label.lower()}.", field="holder") from twin
    _follow_up(row, thing, holder, by)
    return row


@transaction.atomic
def dismiss_owner(*, ownership: Ownership, by: Person) -> None:
    """End that a person or team answers for something."""
    thing = ownership.asset or ownership.domain
    holder = ownership.person or ownership.team
    if thing is None or holder is None:  # the table's constraints rule it out
        raise NotFound("There is no such owner.")
    _check(thing, by)
    details = {"holder": str(holder), "role": ownership.get_role_display().lower()}
    credit(ownership, by=by)
    ownership.delete()
    record(OWNER_DISMISSED, by=by, obj=thing, details=details)
    forget_labels(by)
    changed(_affected(thing))


def announce_rename(holder: Person | Group) -> None:
    """Have the index follow a new name of a person or team; call it in the transaction of the renaming."""
    mine = Ownership.objects.filter(**_party(holder))
    owned = Asset.objects.filter(Q(ownerships__in=mine) | Q(domain__ownerships__in=mine)).distinct()
    changed(owned.values_list("pk", flat=True))


def _check(thing: Asset | Domain, by: Person) -> None:
    if isinstance(thing, Asset):
        if not may_see(by, thing):
            raise NotFound("There is no such asset.")
    elif not may_see_domain(by, thing.pk, is_private=thing.is_private):
        raise NotFound("There is no such domain.")
    require(may_name_owners(by, thing))


def _subject(thing: Asset | Domain) -> dict[str, int]:
    return {"asset_id": thing.pk} if isinstance(thing, Asset) else {"domain_id": thing.pk}


def _party(holder: Person | Group) -> dict[str, int]:
    return {"team_id": holder.pk} if isinstance(holder, Group) else {"person_id": holder.pk}


def _affected(thing: Asset | Domain) -> Iterable[int]:
    """Every asset whose shown owner may have changed."""
    return [thing.pk] if isinstance(thing, Asset) else Asset.objects.filter(domain=thing).values_list("pk", flat=True)


def _follow_up(row: Ownership, thing: Asset | Domain, holder: Person | Group, by: Person) -> None:
    role = row.get_role_display().lower()
    record(OWNER_NAMED, by=by, obj=thing, details={"holder": str(holder), "role": role})
    forget_labels(by)
    changed(_affected(thing))
    if isinstance(thing, Asset):
        text = f"{by} named {'you' if not isinstance(holder, Group) else holder} {role} of {thing}"
        tell(thing, _members(holder), what=f"owner:{row.role}:{row.pk}", text=text, by=by)


def _members(holder: Person | Group) -> list[int]:
    if isinstance(holder, Group):
        return list(get_user_model().objects.filter(groups=holder).values_list("pk", flat=True))
    return [holder.pk]
