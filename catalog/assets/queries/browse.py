"""The tree of sources and schemas: only what is visible, counted over it; branches full of hidden things are absent."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef, Q, QuerySet

from catalog.assets.models import Asset, Domain, Schema
from catalog.assets.queries.numbers import By, Number, numbers
from catalog.assets.visibility import labels_of, sees_everything, shown_domain
from catalog.sources.models import Source
from catalog.sources.queries import visible_sources
from portal.kit.people import Person


@dataclass(frozen=True)
class SchemaBranch:
    """A schema with the number of its visible assets."""

    schema: Schema
    assets: int
    domain: Domain | None = None


@dataclass(frozen=True)
class SourceBranch:
    """A source with its visible schemas."""

    source: Source
    schemas: list[SchemaBranch] = field(default_factory=list)

    @property
    def assets(self) -> int:
        """Return the number of visible assets."""
        return sum(branch.assets for branch in self.schemas)


def browse_tree(person: Person, source_id: int | None = None) -> list[SourceBranch]:
    """Return the sources (or one) that the person may know of, with their schemas, in three queries."""
    schemas, counted = list(visible_schemas(person, source_id)), numbers(person, By.SCHEMA)
    branches: dict[int, SourceBranch] = {}
    for source in _sources(person, source_id, schemas):
        branches[source.pk] = SourceBranch(source)
    for schema in schemas:
        number = counted.get(schema.pk, Number()).present
        branches[schema.source_id].schemas.append(SchemaBranch(schema, number, shown_domain(person, schema.domain)))
    return list(branches.values())


def visible_schemas(person: Person, source_id: int | None = None) -> QuerySet[Schema]:
    """Return present schemas that hold a visible asset, or nothing at all and belong to nobody's secret."""
    schemas = Schema.objects.filter(gone_at=None).select_related("domain", "source").order_by("source__name", "name")
    if source_id is not None:
        schemas = schemas.filter(source=source_id)
    if sees_everything(person):
        return schemas
    seen = [pk for pk in numbers(person, By.SCHEMA) if pk is not None]
    return schemas.filter(Q(pk__in=seen) | _open_and_empty(person, _inside(Asset.objects.present())))


def visible_schema(person: Person, schema_id: int) -> Schema | None:
    """Return a schema, gone ones included, or None when there is none that the person may know of."""
    found = Schema.objects.filter(pk=schema_id).select_related("domain", "source")
    if not sees_everything(person):
        seen, any_asset = Asset.objects.visible_to(person), Asset.objects.all()
        found = found.filter(Exists(_inside(seen)) | _open_and_empty(person, _inside(any_asset)))
    return found.first()


def assets_of_schema(person: Person, schema: Schema, *, with_gone: bool = False) -> QuerySet[Asset]:
    """Return the visible assets of a schema."""
    assets = Asset.objects.visible_to(person).filter(schema=schema)
    return assets if with_gone else assets.present()


def _inside(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    return assets.filter(schema=OuterRef("pk"))


def _open_and_empty(person: Person, inside: QuerySet[Asset]) -> Q:
    labels = labels_of(person)
    domains = [label.removeprefix("domain:") for label in labels if label.startswith("domain:")]
    open_domain = Q(domain=None) | Q(domain__is_private=False) | Q(domain__in=domains)
    return ~Q(Exists(inside)) & open_domain & Q(source__in=visible_sources(person))


def _sources(person: Person, source_id: int | None, schemas: list[Schema]) -> QuerySet[Source]:
    """Sources with a visible schema, and visible ones that were never harvested."""
    never_harvested = Q(pk__in=visible_sources(person).filter(schemas=None).values("pk"))
    sources = Source.objects.filter(never_harvested | Q(pk__in={schema.source_id for schema in schemas}))
    return sources if source_id is None else sources.filter(pk=source_id)
