"""The catalog that is searched: the demo company as harvested and enriched, and public schemas, by facts alone."""

import csv
from dataclasses import dataclass
from datetime import timedelta
from zlib import crc32

from access.people.models import User
from catalog.assets import actions
from catalog.assets.models import Asset, Column, OwnershipRole, Schema
from catalog.assets.visibility import relabel
from catalog.search.actions import index
from catalog.search.models import Equivalence
from catalog.sources.models import Source
from portal.demo import company
from portal.demo.enrich import enrich
from portal.demo.staff import hire
from portal.kit import clock
from tests.bench.relevance.judgements import CATALOGS, DATA

ASKER = "ana"
"""A retail analyst, who looks at some things every week."""


@dataclass(frozen=True)
class Corpus:
    """Who asks, and the sources of each catalog."""

    person: User
    sources: dict[str, tuple[str, ...]]


def load() -> Corpus:
    """Fill an empty portal, and index it."""
    people = hire("correct horse battery staple")
    warehouse = _source(company.SOURCE, company.SOURCE_SLUG)
    _domains(warehouse, people)
    sources = {catalog: tuple(str(source.pk) for source in _assets(catalog, warehouse)) for catalog in CATALOGS}
    enrich()
    _dictionary()
    index(Asset.objects.values_list("pk", flat=True))
    return Corpus(User.objects.get(pk=people[ASKER].pk), sources)


def found_again() -> Corpus:
    """Return what was loaded before."""
    person = User.objects.get(email__startswith=f"{ASKER}@")
    ids = {str(pk): slug for pk, slug in Source.objects.values_list("pk", "slug")}
    of_company = tuple(pk for pk, slug in ids.items() if slug == company.SOURCE_SLUG)
    return Corpus(person, {"company": of_company, "public": tuple(ids.keys() - set(of_company))})


def _dictionary() -> None:
    """Words that stewards of any company would enter."""
    with (DATA / "dictionary.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if not Equivalence.objects.filter(short=row["short"], long=row["long"]).exists():
                Equivalence.objects.create(**row)


def _source(name: str, slug: str) -> Source:
    address = {"host": "127.0.0.1", "port": 1, "database": "company", "username": "reader", "password_encrypted": ""}
    return Source.objects.create(name=name, slug=slug, **address)


def _domains(source: Source, people: dict[str, User]) -> None:
    """All are open here, so that one person can ask for everything."""
    by = people[company.ADMINISTRATOR]
    for part in company.PARTS:
        facts = actions.DomainFacts(name=part.name, description=part.description)
        domain = actions.make_domain(facts=facts, is_private=False, by=by)
        for role, key in ((OwnershipRole.OWNER, part.owner), (OwnershipRole.STEWARD, part.steward)):
            actions.name_owner(thing=domain, role=role, holder=people[key], by=by)
        for name in part.schemas:
            Schema.objects.create(source=source, name=name, domain=domain)


def _assets(catalog: str, warehouse: Source) -> list[Source]:
    schemas: dict[str, Schema] = {}
    with (DATA / f"{catalog}.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            schema = schemas.setdefault(row["schema"], _schema(catalog, row["schema"], warehouse))
            _asset(schema, row)
    relabel(list(Asset.objects.filter(schema__in=schemas.values()).values_list("pk", flat=True)))
    return list({schema.source_id: schema.source for schema in schemas.values()}.values())


def _schema(catalog: str, name: str, warehouse: Source) -> Schema:
    """Every public schema is a source of its own."""
    if catalog == "company":
        return Schema.objects.get_or_create(source=warehouse, name=name)[0]
    known = Schema.objects.filter(name=name).exclude(source=warehouse).first()
    return known or Schema.objects.create(source=_source(name, name), name=name)


def _asset(schema: Schema, row: dict[str, str]) -> None:
    """It changed on some day of the last year, the same in every run."""
    columns = [part.partition(": ") for part in row["columns"].split(" | ")]
    changed = clock.now() - timedelta(days=crc32(row["name"].encode()) % 365)
    asset = Asset.objects.create(
        schema=schema, source=schema.source, domain=schema.domain, name=row["name"], kind=row["kind"],
        path=f"{schema.source.slug}.{schema.name}.{row['name']}", comment=row["description"], fingerprint="0" * 32,
        column_count=len(columns), first_seen_at=changed, changed_at=changed,
    )  # fmt: skip
    Column.objects.bulk_create(
        Column(asset=asset, position=place, name=name, data_type="text", comment=comment)
        for place, (name, _, comment) in enumerate(columns, 1)
    )
