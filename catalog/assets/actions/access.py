"""Saying who may see a private domain, a private source or a single asset. It acts on the next request."""

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.urls import reverse
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.shortcuts import assign_perm, remove_perm

from catalog.assets.models import Asset, Domain
from catalog.assets.policies import may_admit
from catalog.assets.visibility import forget_labels, may_see, may_see_domain
from catalog.sources.models import Source
from governance.audit.actions import record
from governance.audit.verbs import register
from portal.kit.errors import Conflict, NotFound
from portal.kit.notify import notify
from portal.kit.people import Person
from portal.kit.policies import require

ADMITTED = register("access.admitted", "let {holder} see {object}")
SHUT_OUT = register("access.shut_out", "no longer lets {holder} see {object}")


@transaction.atomic
def admit(*, thing: Asset | Domain | Source, holder: Person | Group, by: Person) -> None:
    """Let a person or team see a thing. Raises Conflict when they were admitted before."""
    _check(thing, by)
    if _grants(thing, holder).exists():
        raise Conflict(f"{holder} may see it already.", field="holder")
    assign_perm(_permission(thing), holder, thing)
    record(ADMITTED, by=by, obj=thing, details=_named(holder))
    forget_labels(by)
    if not isinstance(holder, Group) and holder.pk != by.pk and not isinstance(thing, Source):
        _welcome(thing, holder, by)


@transaction.atomic
def shut_out(*, thing: Asset | Domain | Source, holder: Person | Group, by: Person) -> None:
    """Take back what admit() gave. Raises Conflict when there is nothing to take back."""
    _check(thing, by)
    if not _grants(thing, holder).exists():
        raise Conflict(f"{holder} was not admitted by name.")
    remove_perm(_permission(thing), holder, thing)
    record(SHUT_OUT, by=by, obj=thing, details=_named(holder))
    forget_labels(by)


def forget_grants(thing: models.Model) -> None:
    """Drop every grant on a thing that is about to be removed."""
    content_type = ContentType.objects.get_for_model(thing)
    for grants in (UserObjectPermission, GroupObjectPermission):
        grants.objects.filter(content_type=content_type, object_pk=str(thing.pk)).delete()


def _check(thing: Asset | Domain | Source, by: Person) -> None:
    in_sight = (
        may_see(by, thing)
        if isinstance(thing, Asset)
        else not isinstance(thing, Domain) or may_see_domain(by, thing.pk, is_private=thing.is_private)
    )
    if not in_sight:
        raise NotFound("There is nothing here that you may see.")
    require(may_admit(by, thing))


def _permission(thing: models.Model) -> str:
    return f"{thing._meta.app_label}.view_{thing._meta.model_name}"


def _grants(thing: models.Model, holder: Person | Group) -> "models.QuerySet[models.Model]":
    facts = {
        "content_type": ContentType.objects.get_for_model(thing),
        "object_pk": str(thing.pk),
        "permission__codename": f"view_{thing._meta.model_name}",
    }
    rows: models.QuerySet[models.Model] = (
        GroupObjectPermission.objects.filter(group=holder, **facts)
        if isinstance(holder, Group)
        else UserObjectPermission.objects.filter(user=holder, **facts)
    )
    return rows


def _named(holder: Person | Group) -> dict[str, object]:
    return {
        "holder": str(holder),
        "holder_kind": "team" if isinstance(holder, Group) else "person",
        "holder_id": holder.pk,
    }


def _welcome(thing: Asset | Domain, holder: Person, by: Person) -> None:
    url = reverse("assets:detail" if isinstance(thing, Asset) else "assets:domain", args=[thing.pk])
    key = f"admitted:{thing._meta.model_name}:{thing.pk}:{holder.pk}"
    notify([holder.pk], kind="access", key=key, text=f"{by} lets you see {thing}", url=url)
