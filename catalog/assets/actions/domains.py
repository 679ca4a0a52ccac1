"""Making, changing and removing domains."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from catalog.assets.actions.access import forget_grants
from catalog.assets.actions.history import credit
from catalog.assets.actions.news import changed
from catalog.assets.models import Asset, Domain, Schema
from catalog.assets.policies import may_manage_domains, may_run_domain
from catalog.assets.visibility import may_see_domain, relabel
from governance.audit.actions import record
from governance.audit.verbs import Verb, register
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.kit.people import Person
from portal.kit.policies import require

DOMAIN_MADE = register("domain.made", "made the domain {object}")
DOMAIN_CHANGED = register("domain.changed", "changed the domain {object}")
DOMAIN_REMOVED = register("domain.removed", "removed the domain {object}, which held {assets} assets")
DOMAIN_CLOSED = register("domain.made_private", "made the domain {object} private, with its {assets} assets")
DOMAIN_OPENED = register("domain.opened", "opened the domain {object}, with its {assets} assets")


@dataclass(frozen=True)
class DomainFacts:
    """What people enter of a domain."""

    name: str
    description: str = ""


@transaction.atomic
def make_domain(*, facts: DomainFacts, is_private: bool = False, by: Person) -> Domain:
    """Make a domain. Raises Conflict when the name is taken."""
    require(may_manage_domains(by))
    domain = Domain(is_private=is_private, slug=_free_slug(_checked(facts.name)))
    _save(domain, facts, by)
    record(DOMAIN_MADE, by=by, obj=domain, details={"is_private": is_private})
    return domain


@transaction.atomic
def change_domain(*, domain: Domain, facts: DomainFacts, by: Person) -> None:
    """Rename or describe a domain."""
    _check(domain, by)
    before = {"name": domain.name, "description": domain.description}
    _save(domain, facts, by)
    after = {"name": domain.name, "description": domain.description}
    if before == after:
        return
    record(DOMAIN_CHANGED, by=by, obj=domain, details={"before": before, "after": after})
    changed(_asset_ids(domain))


@transaction.atomic
def set_privacy(*, domain: Domain, is_private: bool, by: Person) -> int:
    """Close a domain to outsiders or open it, and relabel its assets at once; return how many changed."""
    require(may_manage_domains(by))
    row = Domain.objects.select_for_update().get(pk=domain.pk)
    if row.is_private == is_private:
        raise Conflict(f"{row} is already {'private' if is_private else 'open'}.")
    row.is_private = domain.is_private = is_private
    credit(row, by=by, why="Made private" if is_private else "Opened")
    row.save(update_fields=["is_private"])
    return _relabelled(row, DOMAIN_CLOSED if is_private else DOMAIN_OPENED, by)


@transaction.atomic
def remove_domain(*, domain: Domain, by: Person) -> None:
    """Remove a domain; its assets stay, without one. Raises Conflict for a private domain that holds assets."""
    require(may_manage_domains(by))
    row = Domain.objects.select_for_update().get(pk=domain.pk)
    ids = _asset_ids(row)
    if row.is_private and ids:
        raise Conflict(
            f"{row} is private and holds {len(ids)} assets, which everybody would see. Open or empty it first."
        )
    Asset.objects.filter(domain=row).update(domain=None, has_own_domain=False)
    Schema.objects.filter(domain=row).update(domain=None)
    forget_grants(row)
    record(DOMAIN_REMOVED, by=by, obj=row, details={"assets": len(ids)})
    credit(row, by=by)
    row.delete()
    relabel(ids)
    changed(ids)


def _check(domain: Domain, by: Person) -> None:
    if not may_see_domain(by, domain.pk, is_private=domain.is_private):
        raise NotFound("There is no such domain.")
    require(may_run_domain(by, domain))


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("Give the domain a name.", field="name")
    if len(name) > 100:
        raise Invalid("The name is longer than 100 letters.", field="name")
    return name


def _free_slug(name: str) -> str:
    stem = slugify(name)[:90] or "domain"
    taken = set(Domain.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    return next(slug for slug in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def _save(domain: Domain, facts: DomainFacts, by: Person) -> None:
    domain.name, domain.description = _checked(facts.name), facts.description.replace("\r\n", "\n").strip()
    credit(domain, by=by)
    try:
        with transaction.atomic():
            domain.save()
    except IntegrityError as twin:
        raise Conflict(f"The name {domain.name} is taken.", field="name") from twin


def _asset_ids(domain: Domain) -> list[int]:
    return list(Asset.objects.filter(domain=domain).values_list("pk", flat=True))


def _relabelled(domain: Domain, verb: Verb, by: Person) -> int:
    ids = relabel(_asset_ids(domain))
    record(verb, by=by, obj=domain, details={"assets": len(ids)})
    changed(ids)
    return len(ids)
