"""Makes sources of the lake, and lets happen in it what happens in such places: a rename, and a clearing too many."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from access.people.models import User
from catalog.assets import actions as assets
from catalog.assets.models import Asset, Description, Domain, Schema
from catalog.harvest import actions as harvest
from catalog.harvest.models import Run
from catalog.sources import actions as sources
from catalog.sources.models import Source
from portal.demo import company
from portal.demo.lake import Places
from portal.demo.lake.lab import RENAMED, tidy_lab
from portal.demo.lake.tills import clear_archive
from portal.kit.models import UNFINISHED, JobState

LAB, TILLS = "Data science lab", "Till archive"


@dataclass(frozen=True)
class LakeSource:
    """A source, and the domains of its schemas."""

    name: str
    engine: str
    description: str
    database: str
    domains: Mapping[str, str] = field(default_factory=dict)
    schedule: Mapping[str, Any] = field(default_factory=dict)
    options: Mapping[str, str] = field(default_factory=dict)


def lake_sources(places: Places) -> Iterator[LakeSource]:
    """Describe the sources of the lake."""
    yield LakeSource(
        "Landing zone",
        "files",
        "Files as partners and systems deliver them: Parquet by month and year, CSV, JSON lines. Real public data.",
        str(places.landing),
        domains={"airport": "Logistics", "transit": "Logistics"},
        schedule={"harvest_every_minutes": 360},
        options={"depth": "1"},
    )
    yield LakeSource(
        "Lakehouse",
        "iceberg",
        "Iceberg tables of what weather stations around New York measured in 2013.",
        str(places.lakehouse_catalog),
        domains={"observations": "Logistics"},
        schedule={"harvest_every_minutes": 1440},
    )
    yield LakeSource(
        LAB,
        "duckdb",
        "DuckDB file of the data scientists: training sets of the credit models and the runs made on them.",
        str(places.lab),
        domains={"scores": "ML features", "experiments": "ML features"},
        schedule={
            "harvest_cron": "30 6 * * *",
            "harvest_time_zone": "Europe/Berlin",
            "harvest_calendar": Source.Calendar.BUSINESS_DAYS,
            "holidays_of": "DE",
        },
    )
    yield LakeSource(
        TILLS,
        "sqlite",
        "SQLite archive of the cafés' old tills, kept for the auditors. Somebody tidies it up now and then.",
        str(places.tills),
        domains={"main": "Retail"},
        schedule={"harvest_every_minutes": 1440},
    )


def plant_lake(places: Places) -> None:
    """Add the sources that are missing and queue their first harvest; people must be there."""
    engineer = User.objects.get(email=f"{company.ENGINEER}@atrium.example")
    admin = User.objects.get(email=f"{company.ADMINISTRATOR}@atrium.example")
    for planned in lake_sources(places):
        if not Source.objects.filter(name=planned.name).exists():
            _plant(planned, engineer, admin)


@transaction.atomic
def _plant(planned: LakeSource, engineer: User, admin: User) -> None:
    source = sources.create(
        by=engineer,
        name=planned.name,
        engine=planned.engine,
        description=planned.description,
        database=planned.database,
        options=dict(planned.options),
        password="",
        **planned.schedule,
    )
    for name, domain in planned.domains.items():
        schema, _ = Schema.objects.get_or_create(source=source, name=name)
        assets.place_schema(schema=schema, domain=Domain.objects.get(name=domain), by=admin)
    harvest.start(source, by=engineer)


def let_time_pass(places: Places) -> bool:
    """Describe a training set, have its laboratory rename it and the archive cleared, and harvest both again.

    Done once, after the first harvests. False when it is too early or was done before.
    """
    schema, old, _ = RENAMED
    table = Asset.objects.filter(source__name=LAB, schema__name=schema, name=old, gone_at=None).first()
    if table is None or not _is_quiet():
        return False
    scientist = User.objects.get(email="grace@atrium.example")
    steward = User.objects.get(email=f"{company.STEWARD}@atrium.example")
    if not Description.objects.filter(asset=table).exists():
        assets.describe(asset=table, column_name="", text=_TEXT, version=0, by=steward)
        assets.describe(asset=table, column_name="status", text=_STATUS, version=0, by=steward)
        assets.follow(asset=table, by=scientist)
    tidy_lab(places.lab)
    clear_archive(places.tills)
    for name in (LAB, TILLS):
        harvest.start(Source.objects.get(name=name), by=User.objects.get(email=f"{company.ENGINEER}@atrium.example"))
    return True


_TEXT = (
    "The cases on which the **credit score** is trained, one row a loan, with the outcome two years later.\n\n"
    "Don't join it to customers: it holds no customer of ours."
)
_STATUS = "Paid back (`good`) or not (`bad`) two years after it was granted."


def _is_quiet() -> bool:
    """Whether both sources were harvested and nothing is under way."""
    names = (LAB, TILLS)
    runs = Run.objects.filter(source__name__in=names)
    if runs.filter(job__state__in=UNFINISHED).exists():
        return False
    done = runs.filter(job__state=JobState.SUCCEEDED).values_list("source__name", flat=True)
    return set(names) <= set(done)
