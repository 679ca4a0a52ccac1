"""Plans, held runs and offers of renames as harvests would leave them."""

from django.utils import timezone

from catalog.assets.models import ChangeKind, Description, SchemaChange
from catalog.harvest.models import PlannedChange, Rename, Run
from portal.kit.models import JobRun, JobState
from tests.factories.catalog import make_asset
from tests.factories.company import Company


def make_run(company: Company, **facts: object) -> Run:
    """Store a finished run that the schedule started."""
    now = timezone.now()
    job = JobRun.objects.create(
        kind="harvest",
        subject=company.source.name,
        task="harvest.run",
        state=JobState.SUCCEEDED,
        started_at=now,
        finished_at=now,
    )
    return Run.objects.create(source=company.source, job=job, trigger=Run.Trigger.SCHEDULE, **facts)


def make_plan(company: Company, outcome: Run.Outcome) -> Run:
    """Store a run that is planned or held: in each of two schemas one comes, one changes, and one or two go."""
    kind = Run.Kind.HARVEST if outcome == Run.Outcome.HELD else Run.Kind.DRY_RUN
    because = "It would remove more than 20 % of the assets that the source held." if outcome == "held" else ""
    run = make_run(company, kind=kind, outcome=outcome, held_because=because)
    secret = make_asset(schema=company.private_schema)
    key = {"target_schema": "health", "target_name": "patients", "columns": ["order_id"]}
    rows = [
        ("sales", company.assets[0], "removed", "asset", "orders_000", None),
        ("sales", company.assets[1], "removed", "asset", "orders_001", None),
        ("sales", company.assets[2], "changed", "key", "orders_002_patients_fkey", key),
        ("sales", None, "added", "asset", "brand_new", None),
        ("health", company.patients, "removed", "asset", "patients", None),
        ("health", secret, "changed", "column", "text", None),
        ("health", None, "added", "asset", "diagnoses_new", None),
    ]
    PlannedChange.objects.bulk_create(
        [
            PlannedChange(
                run=run,
                asset=asset,
                schema_name=schema,
                asset_name=asset.name if asset else name,
                kind=change,
                part=part,
                name=name,
                after=after,
                is_breaking=change == "removed",
            )
            for schema, asset, change, part, name, after in rows
        ]
    )
    return run


def make_offer(company: Company, name: str = "") -> Rename:
    """Return the offer that two tables are one, of which one is gone and described; stored on the first call."""
    if known := Rename.objects.filter(old_asset__schema=company.schema, old_asset__name=f"{name}was_called").first():
        return known
    now = timezone.now()
    columns = ["order_id", "customer_id", "amount", "ordered_at"]
    old = make_asset(f"{name}was_called", schema=company.schema, columns=columns, gone_at=now)
    new = make_asset(f"{name}renamed", schema=company.schema, columns=columns)
    Description.objects.create(asset=old, text="What people know about it")
    run = make_run(company, outcome=Run.Outcome.APPLIED, added=1, removed=1, renamed=1)
    for asset, kind in ((old, ChangeKind.REMOVED), (new, ChangeKind.ADDED)):
        SchemaChange.objects.create(asset=asset, run=run.pk, kind=kind, part="asset", name=asset.name, seen_at=now)
    return Rename.objects.create(
        run=run,
        old_asset=old,
        new_asset=new,
        old_name=old.path,
        new_name=new.path,
        score=0.9,
        evidence=[["columns", "All 4 columns are the same, in the same order"]],
    )
