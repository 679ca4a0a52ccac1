"""A small company as the portal sees it: enough of everything that every page has something to show."""

from dataclasses import dataclass, field
from datetime import timedelta

from django.contrib.auth.models import Group
from django.utils import timezone
from guardian.shortcuts import assign_perm

from access.people.models import User
from access.people.roles import Role
from catalog.assets.models import Asset, ChangeKind, Domain, Follow, Ownership, Schema, SchemaChange, Visit
from catalog.harvest.models import Run, SchemaResult
from catalog.sources.models import ServerReport, Source
from governance.audit.actions import record
from governance.audit.models import Event
from governance.audit.verbs import Verb
from portal.kit import outbox
from portal.kit.models import JobLine, JobRun, JobState
from portal.kit.notify import notify
from tests.factories.catalog import make_asset, make_domain, make_schema, make_source

LOOKED_AT = Verb("company.looked_at", "looked at {object}")


@dataclass
class Company:
    """Everything by name."""

    people: dict[str, User]
    sales: Domain
    health: Domain
    source: Source
    schema: Schema
    private_schema: Schema
    orders: Asset
    patients: Asset
    run: Run
    event: Event
    team: Group
    assets: list[Asset] = field(default_factory=list)


def make_company(people: dict[str, User], *, tables: int = 30) -> Company:
    """Store it; `people` are personas by name. The health domain is private: only officers and admins see it."""
    sales, health = make_domain("Sales"), make_domain("Health", is_private=True)
    source = make_source("Company warehouse")
    _make_report(source)
    schema = make_schema("sales", source=source, domain=sales, comment="What we sell")
    private = make_schema("health", source=source, domain=health)
    columns = ["order_id", "customer_id", "amount", "ordered_at"]
    orders = make_asset("orders", schema=schema, columns=columns, comment="One row an order.", row_estimate=120_000)
    assets = [make_asset(f"orders_{n:03}", schema=schema, columns=columns) for n in range(tables)]
    patients = make_asset("patients", schema=private, columns=["patient_id", "name", "diagnosis"])
    Ownership.objects.create(domain=sales, role="owner", person=people["steward"])
    run = _make_run(source, people["engineer"], [orders, patients, *assets])
    for person in people.values():
        Follow.objects.create(person=person, asset=orders)
        Visit.objects.create(person=person, asset=orders, times=3, last_at=timezone.now())
        notify(
            [person.pk], kind="asset", key=f"orders-{person.pk}", text="orders has changed", url=f"/assets/{orders.pk}/"
        )
    event = record(LOOKED_AT, by=people["officer"], obj=orders)
    team = Group.objects.create(name="Auditors")
    team.user_set.add(people["officer"])
    outbox.deliver()
    return Company(people, sales, health, source, schema, private, orders, patients, run, event, team, assets)


def admit(person: User, domain: Domain) -> None:
    """Let a person see a private domain."""
    assign_perm("assets.view_domain", person, domain)


def _make_run(source: Source, by: User, assets: list[Asset]) -> Run:
    now = timezone.now()
    job = JobRun.objects.create(
        kind="harvest",
        subject=source.name,
        task="harvest.run",
        state=JobState.SUCCEEDED,
        requested_by=by,
        started_at=now - timedelta(minutes=2),
        finished_at=now - timedelta(minutes=1),
    )
    JobLine.objects.create(run=job, level="info", text="Reading the catalog of the source.")
    phases = {"connecting": 120, "reading": 119, "comparing": 90, "applying": 80, "done": 60}
    run = Run.objects.create(
        source=source,
        job=job,
        trigger=Run.Trigger.PERSON,
        outcome=Run.Outcome.APPLIED,
        phase="done",
        phases=[[name, (now - timedelta(seconds=ago)).isoformat()] for name, ago in phases.items()],
        added=len(assets),
        relations_read=len(assets),
        bytes_read=250_000,
    )
    SchemaResult.objects.create(run=run, schema_name="sales", added=len(assets) - 1)
    SchemaResult.objects.create(run=run, schema_name="health", added=1)
    SchemaChange.objects.bulk_create(
        [
            SchemaChange(
                asset=asset, run=run.pk, kind=ChangeKind.ADDED, part="asset", name=asset.name, seen_at=now, after={}
            )
            for asset in assets
        ]
    )
    return run


def _make_report(source: Source) -> None:
    """Store what an inspection found: a line that is encrypted but not checked, changes that can't be followed yet."""
    now = timezone.now()
    tls = {
        "protocol": "TLSv1.3",
        "cipher": "TLS_AES_256_GCM_SHA384",
        "subject": "CN=warehouse.example",
        "issuer": "CN=Example authority",
        "names": ["warehouse.example"],
        "expires_at": (now + timedelta(days=200)).isoformat(),
        "is_verified": False,
    }
    capabilities = {
        "cdc": {
            "possible": False,
            "why": "Changes can't be followed as things are.",
            "missing": ["wal_level is replica."],
        },
        "wal_level": "replica",
        "tables_without_key": {"count": 3, "first": ["sales.orders_000", "sales.orders_001", "sales.orders_002"]},
    }
    ServerReport.objects.create(
        source=source, server="PostgreSQL 18.4", tls=tls, capabilities=capabilities, inspected_at=now
    )


PERSONAS: dict[str, tuple[Role, ...]] = {
    "analyst": (Role.ANALYST,),
    "steward": (Role.STEWARD,),
    "officer": (Role.OFFICER,),
    "engineer": (Role.ENGINEER,),
    "admin": (Role.ADMINISTRATOR,),
    "outsider": (),
}
