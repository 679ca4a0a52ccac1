"""One harvest from connection to the last schema, as the worker that coordinates it runs it."""

from collections.abc import Sequence

from django.db import DataError

from catalog.assets.models import Schema
from catalog.harvest import faults, measures, phases, results, shares, staging
from catalog.harvest.apply import mark_untouched, schemas_to_apply, store_schemas
from catalog.harvest.changesets import holding, plan, review
from catalog.harvest.connectors import Reading, Scope
from catalog.harvest.connectors.rows import RowReading
from catalog.harvest.models import Run, SchemaResult
from catalog.harvest.participants import Participant, Relations, again_if_it_moves
from catalog.harvest.phases import Phase
from portal.kit.errors import Conflict
from portal.kit.jobs import Progress
from portal.kit.logs import get_logger

log = get_logger(__name__)
_PAUSE = 0.5  # seconds between looks at shares that others have
_APPLYING = "Applying what has changed"


def harvest(run: Run, progress: Progress) -> None:
    """Read the source and apply it schema by schema. Going on with a run skips the schemas it has applied.

    Raises DomainError when the source can't be read or shows nothing where there was something, Cancelled when asked.
    """
    _Coordinator(run, progress, counts_relations=True).do()


class _Coordinator(Participant):
    """Does the whole run: by itself, or with others that take shares of it when the source allows several sessions."""

    may_apply: bool | None = None  # None: not reviewed yet
    _changed: Relations = {}
    _has_called = False

    def do(self) -> None:
        with self.at_work():
            phases.enter(self.run, Phase.CONNECTING)
            with measures.phase("read"):
                self._read()
            if self.may_apply if self.may_apply is not None else self._review():
                with measures.phase("apply"):
                    self._apply_own()
                    self._await_others()
                review.after_apply(self.run, self.progress)
            results.settle_letters(self.run)
            phases.enter(self.run, Phase.DONE)

    # Reading, and dividing what is to be read

    def _read(self) -> None:
        self.progress.step(f"Connecting to {self.run.source}")
        try:
            with self.reading(scope_of(self.run)) as reading:
                again_if_it_moves(lambda: self._stage_all(reading))
                for warning in reading.warnings():
                    self.progress.line(warning, "warning")
        except DataError as error:
            self._divide_by_schemas(error)

    def _stage_all(self, reading: Reading) -> None:
        phases.enter(self.run, Phase.READING)
        self._changed = self.stage_overview(reading, _applied(self.run))
        _refuse_emptiness(self.run)
        mine = self._divide(is_divisible=not isinstance(reading, RowReading))
        self.stage_details(reading, [relation for name in mine for relation in self._changed[name]])

    def _divide(self, *, is_divisible: bool) -> Sequence[str]:
        """Return the schemas whose details this reading is to give: all, unless the run is divided into shares.

        A run that would wait for approval, or only looks, needs everything in one place.
        """
        changed = list(self._changed)
        handed = shares.assigned(self.run)
        if not handed and not (is_divisible and self.run.source.concurrency > 1 and len(changed) > 1):
            return changed
        if self._would_wait():
            while not shares.take_back(self.run):
                self.progress.pause(_PAUSE)
            return changed
        if not handed and self._review():
            weights = {name: len(relations) for name, relations in self._changed.items()}
            # Others may begin at once, so what they apply is reviewed and has its schemas before they hear of it.
            store_schemas(self.run.source_id)
            shares.hand_out(self.run, shares.split(weights, self.run.source.concurrency))
            self._call()
            handed = shares.assigned(self.run)
        return [name for name in changed if not handed.get(name)]

    def _divide_by_schemas(self, error: DataError) -> None:
        """Something can't be staged: have each of our schemas read by itself, so that the others don't suffer."""
        if not self._changed or faults.of_a_schema(error) is None:
            raise error
        if not self.may_apply and (self._would_wait() or not self._review()):
            raise error
        log.warning("unstorable", run=self.run.pk, exc_info=error)
        store_schemas(self.run.source_id)
        handed = shares.assigned(self.run)
        shares.hand_out_singly(self.run, [name for name in self._changed if not handed.get(name)])

    def _would_wait(self) -> bool:
        return self.run.kind != Run.Kind.HARVEST or bool(holding.why_held(self.run, plan.extent_of(self.run)))

    def _review(self) -> bool:
        phases.enter(self.run, Phase.COMPARING)
        with measures.phase("review"):
            self.may_apply = review.may_apply(self.run, self.progress)
        return self.may_apply

    def _call(self) -> None:
        if not self._has_called:
            shares.call(self.run)
            self._has_called = True

    # Applying

    def _apply_own(self) -> None:
        phases.enter(self.run, Phase.APPLYING)
        staged, untouched = staging.schema_names(), staging.untouched_schemas(self.run.source_id)
        store_schemas(self.run.source_id)
        mark_untouched(self.run, untouched)
        others = {name for name, share in shares.assigned(self.run).items() if share}
        if others:
            self._call()
        done, schemas = len(_applied(self.run)), schemas_to_apply(self.run, staged, untouched)
        total = done + len(schemas)
        for number, schema in enumerate((one for one in schemas if one.name not in others), done):
            self.progress.step(_APPLYING, done=number, total=total)
            self.apply(schema, is_gone=schema.name not in staged)
        self.progress.step(_APPLYING if others else "Done", done=total - len(others), total=total)

    def _await_others(self) -> None:
        """Wait for the others, and take over what nobody is at."""
        while waiting := shares.pending(self.run):
            self.progress.step(_APPLYING, done=len(_applied(self.run)))
            worked = [Participant(self.run, self.progress).take(share) for share in waiting]
            if not any(worked):
                self.progress.pause(_PAUSE)


def scope_of(run: Run) -> Scope:
    """Return which schemas the run reads, with the fingerprints we have of them."""
    patterns = [line.strip() for line in run.source.left_out_schemas.splitlines() if line.strip()]
    known = Schema.objects.filter(source=run.source_id, gone_at=None).exclude(fingerprint="")
    return Scope(patterns, run.only_schemas, dict(known.values_list("name", "fingerprint")))


def _applied(run: Run) -> list[str]:
    return list(run.schemas.filter(state=SchemaResult.State.APPLIED).values_list("schema_name", flat=True))


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
