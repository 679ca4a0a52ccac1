"""A worker at a run: reads schemas of the source into its staging tables and applies them one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import DatabaseError, DataError, connection

from catalog.assets.models import Schema
from catalog.harvest import faults, measures, phases, results, shares, staging
from catalog.harvest.apply import apply_schema, store_schemas
from catalog.harvest.connectors import ReadAgain, Reading, Scope, connector_for
from catalog.harvest.models import Run
from catalog.harvest.types import logical_types
from portal.kit.errors import DomainError
from portal.kit.jobs import Progress
from portal.kit.logs import get_logger

log = get_logger(__name__)
Relations = Mapping[str, Sequence[int]]
"""The source's ids of relations by their schema."""
_READINGS = 3
_VANISHED = (
    "The schema was there when the run began and gone when it was read, so nothing of it was changed. The next run "
    "looks again."
)


class Participant:
    """One that takes a share of a run. The whole share is read by itself, in a session of its own."""

    def __init__(self, run: Run, progress: Progress, *, counts_relations: bool = False) -> None:
        self.run, self.progress = run, progress
        self.volume = phases.Volume(run, counts_relations=counts_relations)

    def take(self, share: int) -> bool:
        """Work on what is left of a share; return False when there is nothing or somebody else has it."""
        with shares.taken(self.run, share) as names:
            if names:
                with self.at_work():
                    self._work_on(names)
            return bool(names)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Count what the body reads, keep it from waiting for ever, and tidy up after it."""
        try:
            with self.progress.written_by(self.volume.write), _patience():
                yield
        finally:
            if connection.is_usable():
                staging.discard()
                self.volume.write()

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Reading]:
        """Open a reading that ends when the run is to stop."""
        connector = connector_for(self.run.source)
        with (
            faults.of_the_source(),
            measures.session(self.run.source),
            connector.reading(self.run.source, scope) as reading,
            self.progress.stopped_by(reading.cancel),
        ):
            yield reading

    def stage_overview(self, reading: Reading, applied: list[str]) -> Relations:
        """List the source; return what is new or has changed outside of the schemas that are applied already."""
        staging.prepare()
        self.volume.begin()
        self.progress.step("Reading the catalog")
        with measures.phase("overview"):
            staging.load_overview(phases.Counted(reading, self.volume), self.progress.check)
        return staging.changed_relations(self.run.source_id, applied)

    def stage_details(self, reading: Reading, relations: list[int]) -> None:
        """Read everything of these relations."""
        self.progress.step("Reading what is new or has changed")  # without a number: some of it may be private
        logical = partial(logical_types, self.run.source.engine)
        with measures.phase("details"):
            counted = phases.Counted(reading, self.volume)
            staging.load_details(counted, relations, self.progress.check, logical)

    def apply(self, schema: Schema, *, is_gone: bool = False) -> None:
        """Apply a schema; what fails of it alone is noted and does not fail the others."""
        try:
            apply_schema(self.run, schema, is_gone=is_gone)
        except DatabaseError as error:
            self._fail(schema.name, error)

    def _work_on(self, names: Sequence[str]) -> None:
        try:
            with self.reading(Scope(only=names)) as reading:
                again_if_it_moves(lambda: self._stage(reading))
        except DataError as error:
            self._part(names, error)
            return
        store_schemas(self.run.source_id)
        known = {one.name: one for one in Schema.objects.filter(source=self.run.source_id, name__in=names)}
        there = set(staging.schema_names())
        for name in names:
            self.progress.check()
            if name in there:
                self.apply(known[name])
            else:
                results.fail(self.run, name, DomainError(_VANISHED, code="schema_vanished"))

    def _stage(self, reading: Reading) -> None:
        changed = self.stage_overview(reading, [])
        self.stage_details(reading, [relation for relations in changed.values() for relation in relations])

    def _part(self, names: Sequence[str], error: DataError) -> None:
        """Something in these schemas can't be staged: find out in which, and go on with the others."""
        if len(names) == 1:
            self._fail(names[0], error)
            return
        for name in names:
            self.progress.check()
            self._work_on([name])

    def _fail(self, name: str, error: DatabaseError) -> None:
        told = faults.of_a_schema(error)
        if told is None:
            raise error
        log.warning("schema_failed", run=self.run.pk, schema=name, exc_info=error)
        told.__cause__ = error
        results.fail(self.run, name, told)


def again_if_it_moves(stage: Callable[[], None]) -> None:
    """Stage from the start again when the source moved meanwhile; the last ReadAgain is raised."""
    for left in reversed(range(_READINGS)):
        try:
            stage()
        except ReadAgain:
            if not left:
                raise
        else:
            return


@contextmanager
def _patience() -> Iterator[None]:
    """Wait for locks in our database only so long: one schema must not hold up all others."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [f"{settings.HARVEST_LOCK_SECONDS}s"])
    try:
        yield
    finally:
        if connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("RESET lock_timeout")
