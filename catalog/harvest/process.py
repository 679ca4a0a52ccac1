"""One harvest from connection to the last schema, as the worker runs it."""

from functools import partial

from catalog.assets.models import Schema
from catalog.harvest import staging
from catalog.harvest.apply import apply_schema, mark_untouched, schemas_to_apply, store_schemas
from catalog.harvest.changesets import review
from catalog.harvest.connectors import ReadAgain, Reading, Scope, connector_for
from catalog.harvest.models import Run
from catalog.harvest.types import logical_types
from portal.kit.errors import Conflict
from portal.kit.jobs import Progress

_READINGS = 3


def harvest(run: Run, progress: Progress) -> None:
    """Read the source and apply it schema by schema. Going on with a run skips the schemas it has applied.

    Raises DomainError when the source can't be read or shows nothing where there was something, Cancelled when asked.
    """
    try:
        _read(run, progress)
        if review.may_apply(run, progress):
            _apply_all(run, progress)
    finally:
        staging.discard()


def _read(run: Run, progress: Progress) -> None:
    progress.step(f"Connecting to {run.source}")
    with connector_for(run.source).reading(run.source, scope_of(run)) as reading, progress.stopped_by(reading.cancel):
        for left in reversed(range(_READINGS)):
            try:
                _stage(run, reading, progress)
            except ReadAgain:
                if not left:
                    raise
            else:
                break
        for warning in reading.warnings():
            progress.line(warning, "warning")


def _stage(run: Run, reading: Reading, progress: Progress) -> None:
    staging.prepare()
    progress.step("Reading the catalog")
    staging.load_overview(reading, progress.check)
    _refuse_emptiness(run)
    done = list(run.schemas.values_list("schema_name", flat=True))
    changed = staging.changed_relations(run.source_id, done)
    progress.step("Reading what is new or has changed")  # without a number: some of it may be private
    staging.load_details(reading, changed, progress.check, partial(logical_types, run.source.engine))


def scope_of(run: Run) -> Scope:
    """Return which schemas the run reads, with the fingerprints we have of them."""
    patterns = [line.strip() for line in run.source.left_out_schemas.splitlines() if line.strip()]
    known = Schema.objects.filter(source=run.source_id, gone_at=None).exclude(fingerprint="")
    return Scope(patterns, run.only_schemas, dict(known.values_list("name", "fingerprint")))


def _refuse_emptiness(run: Run) -> None:
    """A source that suddenly shows no schema at all has lost its rights, not its tables: nothing is removed."""
    if (
        run.only_schemas is None
        and not staging.schema_names()
        and Schema.objects.filter(source_id=run.source_id, gone_at=None).exists()
    ):
        raise Conflict(
            "The source shows no schema any more, so nothing was changed. Check the account's rights and the patterns "
            "of schemas to leave out, then try again.",
            code="source_empty",
        )


def _apply_all(run: Run, progress: Progress) -> None:
    staged = staging.schema_names()
    untouched = staging.untouched_schemas(run.source_id)
    store_schemas(run.source_id)
    mark_untouched(run, untouched)
    schemas = schemas_to_apply(run, staged, untouched)
    done = run.schemas.count()
    for number, schema in enumerate(schemas, done):
        progress.step("Applying what has changed", done=number, total=done + len(schemas))
        apply_schema(run, schema, is_gone=schema.name not in staged)
    review.after_apply(run, progress)
    progress.step("Done", done=done + len(schemas), total=done + len(schemas))
