"""Domains that a person may know of, counted over what they see."""

from dataclasses import dataclass, field

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from catalog.assets.models import Asset, Description, Domain, Layer, Ownership
from catalog.assets.queries.numbers import By, Number, numbers
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
    """Return the visible domains with owners and numbers, in four queries."""
    domains = list(visible_domains(person))
    counted, written = numbers(person, By.DOMAIN), _written(person)
    owners: dict[int, list[Ownership]] = {domain.pk: [] for domain in domains}
    for row in Ownership.objects.filter(domain__in=domains).select_related("person", "team").order_by("role", "pk"):
        owners[row.domain_id or 0].append(row)
    return [_card(domain, counted.get(domain.pk, Number()), written, owners[domain.pk]) for domain in domains]


def domain_numbers(person: Person, limit: int = 8) -> list[tuple[Domain, int]]:
    """Return visible domains with the number of their visible assets, the fullest first, in two queries."""
    counted = numbers(person, By.DOMAIN)
    shown = ((domain, counted.get(domain.pk, Number()).present) for domain in visible_domains(person).order_by("name"))
    return sorted(shown, key=lambda pair: -pair[1])[:limit]


def answered_for(person: Person) -> AssetQuerySet:
    """Return the visible assets that the person or a team of theirs answers for, by itself or by its domain."""
    parties = Q(person=person.pk) | Q(team__in=person.groups.all())
    rows = list(Ownership.objects.filter(parties).values_list("asset", "domain"))
    # As plain numbers: of two subqueries the database would ask for every asset there is.
    mine = Q(pk__in={asset for asset, _ in rows if asset}) | Q(domain__in={domain for _, domain in rows if domain})
    return Asset.objects.visible_to(person).filter(mine)


def awaiting_words(person: Person, limit: int) -> list[Asset]:
    """Return the first assets by path that the person answers for and that nobody has described."""
    rows = undescribed(answered_for(person).present())
    # An order that no index has: walking all paths in order would take long for who answers for the last ones.
    return list(rows.defer("definition").order_by(Concat("path", Value("")))[:limit])


def assets_of_domain(person: Person, domain: Domain) -> QuerySet[Asset]:
    """Return the visible present assets of a domain."""
    return Asset.objects.visible_to(person).present().filter(domain=domain)


def undescribed(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Narrow to assets that neither the source nor a person has described."""
    human = Description.objects.filter(asset=OuterRef("pk"), column_name="", layer=Layer.HUMAN)
    return assets.filter(~Exists(human), comment="")


def _card(domain: Domain, number: Number, written: dict[int, int], owners: list[Ownership]) -> DomainCard:
    return DomainCard(domain, number.present, number.commented + written.get(domain.pk, 0), owners)


def _written(person: Person) -> dict[int, int]:
    """How many visible assets of each domain only people have described; it begins with what people wrote."""
    rows = Asset.objects.visible_to(person).present().filter(pk__in=_human_words(), comment="").exclude(domain=None)
    return dict(rows.order_by().values_list("domain").annotate(number=Count("pk")))


def _human_words() -> QuerySet[Description, int]:
    return Description.objects.filter(layer=Layer.HUMAN, column_name="").values_list("asset", flat=True)
