"""Who may see a thing, and why a person sees an asset."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from guardian.models import GroupObjectPermission, UserObjectPermission

from catalog.assets.holders import key_of
from catalog.assets.models import Asset, Domain, Ownership
from catalog.assets.visibility import OPEN, labels_of, sees_everything
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.kit.people import Person


@dataclass(frozen=True)
class Admission:
    """Somebody who may see a private thing. Without `since` it was granted before the ledger began."""

    holder: Person | Group
    how: str
    since: datetime | None = None
    by: str = ""
    is_revocable: bool = False

    @property
    def key(self) -> str:
        """Name the holder in forms."""
        return key_of(self.holder)

    @property
    def is_team(self) -> bool:
        """Whether the holder is a team."""
        return isinstance(self.holder, Group)


def admissions(thing: Asset | Domain | Source) -> list[Admission]:
    """Return who was admitted to a thing by name and who answers for it, with times from the ledger."""
    return [*_granted(thing), *_answering(thing)]


def why_visible(person: Person, asset: Asset) -> str:
    """Say in words why a person, who does see the asset, sees it."""
    if OPEN in asset.labels:
        return "Everybody with an account may see it."
    held = set(labels_of(person)) & set(asset.labels)
    if f"asset:{asset.pk}" in held:
        return _by_name(person, asset, "this asset")
    if asset.domain and f"domain:{asset.domain_id}" in held:
        return _by_name(person, asset.domain, f"the private domain {asset.domain}")
    if f"source:{asset.source_id}" in held:
        return _by_name(person, asset.source, f"the private source {asset.source}")
    where = f"domain {asset.domain}" if asset.domain and asset.domain.is_private else f"source {asset.source}"
    return f"The {where} is private; your role sees everything." if sees_everything(person) else ""


def _by_name(person: Person, thing: Asset | Domain | Source, named: str) -> str:
    if not isinstance(thing, Source):
        parties = Q(person=person.pk) | Q(team__in=person.groups.all())
        if Ownership.objects.filter(parties, **_owned(thing)).exists():
            return f"You, or a team of yours, answer for {named}."
    return f"You, or a team of yours, were admitted to {named}."


def _granted(thing: Asset | Domain | Source) -> Iterator[Admission]:
    facts = {
        "content_type": ContentType.objects.get_for_model(thing),
        "object_pk": str(thing.pk),
        "permission__codename": f"view_{thing._meta.model_name}",
    }
    people = [row.user for row in UserObjectPermission.objects.filter(**facts).select_related("user")]
    teams = [row.group for row in GroupObjectPermission.objects.filter(**facts).select_related("group")]
    events = _admitting_events(thing) if people or teams else {}
    for holder in sorted([*people, *teams], key=lambda one: str(one).casefold()):
        event = events.get(("team" if isinstance(holder, Group) else "person", holder.pk))
        since, by = (event.occurred_at, event.actor_name) if event else (None, "")
        yield Admission(holder, "admitted by name", since, by, is_revocable=True)


def _admitting_events(thing: Asset | Domain | Source) -> dict[tuple[str, int], Event]:
    """The last event that admitted each holder."""
    about = Event.objects.filter(
        object_type=thing._meta.label_lower, object_id=str(thing.pk), verb="access.admitted"
    ).order_by("occurred_at")
    return {(event.details.get("holder_kind", ""), event.details.get("holder_id", 0)): event for event in about}


def _answering(thing: Asset | Domain | Source) -> Iterator[Admission]:
    if isinstance(thing, Source):
        return
    for row in Ownership.objects.filter(**_owned(thing)).select_related("person", "team").order_by("created_at"):
        holder = row.person or row.team
        if holder is not None:
            yield Admission(holder, row.get_role_display().lower(), row.created_at)


def _owned(thing: Asset | Domain) -> dict[str, Asset | Domain]:
    return {"asset": thing} if isinstance(thing, Asset) else {"domain": thing}
