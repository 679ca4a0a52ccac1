"""Domains that a person may know of, counted over what they see."""

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from catalog.assets.models import Asset, Domain, Ownership
from catalog.assets.visibility import AssetQuerySet, labels_of, sees_everything
from portal.kit.people import Person


@dataclass(frozen=True)
class DomainCard:
    """A domain in the list."""

    domain: Domain
    assets: int
    described: int
    owners: list[Ownership] = field(default_factory=list)


def visible_domains(person: Person) -> QuerySet[Domain]:
    """Return the domains a person may know of: open ones and private ones whose label they hold."""
    if sees_everything(person):
        return Domain.objects.all()
    held = [label.removeprefix("domain:") for label in labels_of(person) if label.startswith("domain:")]
    return Domain.objects.filter(Q(is_private=False) | Q(pk__in=held)) if person.is_active else Domain.objects.none()


def visible_domain(person: Person, domain_id: int) -> Domain | None:
    """Return a domain, or None when there is none that the person may know of."""
    return visible_domains(person).filter(pk=domain_id).first()


def domain_cards(person: Person) -> list[DomainCard]:
    """Return the visible domains with owners and numbers, in three queries."""
    domains = list(visible_domains(person))
    assets, described = _counts(person)
    owners: dict[int, list[Ownership]] = {domain.pk: [] for domain in domains}
    for row in Ownership.objects.filter(domain__in=domains).select_related("person", "team").order_by("role", "pk"):
        owners[row.domain_id or 0].append(row)
    return [
        DomainCard(domain, assets.get(domain.pk, 0), described.get(domain.pk, 0), owners[domain.pk])
        for domain in domains
    ]


def domain_numbers(person: Person, limit: int = 8) -> list[tuple[Domain, int]]:
    """Return visible domains with the number of their visible assets, the fullest first, in one query."""
    seen = Asset.objects.visible_to(person).present()
    counted = visible_domains(person).annotate(number=Count("assets", filter=Q(assets__in=seen)))
    return [(domain, domain.number) for domain in counted.order_by("-number", "name")[:limit]]


def answered_for(person: Person) -> AssetQuerySet:
    """Return the visible assets that the person or a team of theirs answers for, by itself or by its domain."""
    parties = Q(person=person.pk) | Q(team__in=person.groups.all())
    rows = Ownership.objects.filter(parties)
    mine = Q(pk__in=rows.filter(asset__isnull=False).values("asset"))
    mine |= Q(domain__in=rows.filter(domain__isnull=False).values("domain"))
    return Asset.objects.visible_to(person).filter(mine)


def assets_of_domain(person: Person, domain: Domain) -> QuerySet[Asset]:
    """Return the visible present assets of a domain."""
    return Asset.objects.visible_to(person).present().filter(domain=domain)


def undescribed(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Narrow to assets that neither the source nor a person has described."""
    return assets.filter(comment="").exclude(pk__in=_human_words())


def _counts(person: Person) -> tuple[dict[int, int], dict[int, int]]:
    said = ~Q(comment="") | Q(pk__in=_human_words())
    rows = Asset.objects.visible_to(person).present().exclude(domain=None).order_by()
    counted = rows.values_list("domain").annotate(number=Count("pk"), said=Count("pk", filter=said))
    assets, described = {}, {}
    for domain_id, number, with_words in counted:
        assets[domain_id], described[domain_id] = number, with_words
    return assets, described


def _human_words() -> QuerySet[Asset, int]:
    return Asset.objects.filter(descriptions__layer="human", descriptions__column_name="").values_list("pk", flat=True)
