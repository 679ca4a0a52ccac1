"""How each schema fared in a run, and what follows from a failure."""

from django.db import transaction

from catalog.harvest.models import Run, SchemaResult
from portal.kit import clock
from portal.kit.dead_letters import bury, settle
from portal.kit.errors import DomainError
from portal.kit.models import JobLine

RUN_TOPIC = "harvest.run"
SCHEMA_TOPIC = "harvest.schema"
_State = SchemaResult.State
_FIELDS = ["state", "error_code", "error_message", "added", "changed", "removed", "unchanged", "seconds", "applied_at"]


def store(run: Run, schema: str, *, state: SchemaResult.State = _State.APPLIED, **facts: object) -> None:
    """Store how a schema fared, in the caller's transaction; whose share it is stays."""
    row = SchemaResult(run=run, schema_name=schema, state=state, applied_at=clock.now(), **facts)
    SchemaResult.objects.bulk_create(
        [row], update_conflicts=True, unique_fields=["run", "schema_name"], update_fields=_FIELDS
    )


def fail(run: Run, schema: str, error: DomainError) -> None:
    """Note that a schema failed and keep it as a dead letter; the others go on."""
    with transaction.atomic():
        store(run, schema, state=_State.FAILED, error_code=error.code, error_message=error.message)
        JobLine.objects.create(run_id=run.job_id, level="error", text=f"{schema}: {error.message}")
        bury(
            SCHEMA_TOPIC,
            subject=f"{schema} of {run.source}",
            key=_key(run, schema),
            payload={"source": run.source_id, "schema": schema},
            error=error,
        )


def bury_run(run: Run, error: DomainError) -> None:
    """Keep a failed harvest as a dead letter. What a person only looks at, a dry run, is simply asked for again."""
    if run.kind == Run.Kind.HARVEST:
        bury(
            RUN_TOPIC,
            subject=f"Harvest of {run.source}",
            key=str(run.source_id),
            payload={"source": run.source_id, "only_schemas": run.only_schemas},
            error=error,
        )


def settle_letters(run: Run) -> None:
    """Close the letters of what this run has done."""
    because = f"Run {run.pk} has done it."
    applied = run.schemas.filter(state=_State.APPLIED).values_list("schema_name", flat=True)
    settle(SCHEMA_TOPIC, [_key(run, schema) for schema in applied], because=because)
    if run.only_schemas is None:
        settle(RUN_TOPIC, [str(run.source_id)], because=because)


def _key(run: Run, schema: str) -> str:
    return f"{run.source_id}:{schema}"[:200]
