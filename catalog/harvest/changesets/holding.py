"""When a change set waits for approval instead of being applied.

It waits when it would remove more than the source's share of its assets (a handful may always go); when it would take
whole schemas that hold certified assets or assets with owners of their own; when the source asks for a review, as it
does after an undo; and when it would remove more than what was approved.
"""

from dataclasses import dataclass

from django.db import connection

from catalog.harvest.changes import Facts
from catalog.harvest.changesets.plan import Extent
from catalog.harvest.models import Run

HANDFUL = 5
"""So many removals at least make a run wait for its share."""

# Nothing here counts in absolute numbers, since the words are shown to people who don't see everything.
_MORE_THAN_APPROVED = "Since it was approved, more has gone from the source: it would now remove what nobody approved."
_ASKED = "A run of this source was undone, so what the next one changes is looked at first."
_WHOLE_SCHEMA = "A whole schema would go that holds certified assets or assets with owners."


@dataclass(frozen=True)
class Removals:
    """What would be removed, of how much. All assets count, whoever may see them: not for people's eyes."""

    removed: int
    present: int
    beyond_approved: int
    whole_schemas: int

    def exceed(self, percent: int) -> bool:
        """Return whether it is more than this share of the source, and more than a handful."""
        return self.removed >= HANDFUL and self.removed * 100 > percent * self.present


_COUNT = """
    WITH going AS (
        SELECT asset.id, asset.schema_id FROM assets_asset AS asset JOIN assets_schema AS schema
            ON schema.id = asset.schema_id
        WHERE asset.schema_id = ANY(%(schemas)s) AND asset.gone_at IS NULL AND NOT EXISTS (
            SELECT FROM harvest_staged_relations AS staged
            WHERE staged.schema_name = schema.name AND staged.name = asset.name)
    ), already AS (
        SELECT count(*) AS number FROM assets_schemachange
        WHERE run = %(run)s AND kind = 'removed' AND part = 'asset'
    )
    SELECT (SELECT count(*) FROM going) + already.number,
        (SELECT count(*) FROM assets_asset WHERE source_id = %(source)s AND gone_at IS NULL) + already.number,
        (SELECT count(*) FROM going WHERE NOT EXISTS (
            SELECT FROM harvest_plannedchange AS planned WHERE planned.run_id = %(about)s
                AND planned.asset_id = going.id AND planned.kind = 'removed' AND planned.part = 'asset')),
        (SELECT count(DISTINCT going.schema_id) FROM going JOIN assets_asset AS asset ON asset.id = going.id
         WHERE going.schema_id = ANY(%(gone)s) AND (asset.certification = 'certified'
            OR EXISTS (SELECT FROM assets_ownership AS own WHERE own.asset_id = asset.id)))
    FROM already
"""


def removals(run: Run, extent: Extent) -> Removals:
    """Count what the staged facts would remove, with what an interrupted run has removed already."""
    facts: Facts = {
        "schemas": [*extent.compared, *extent.gone],
        "gone": extent.gone,
        "run": run.pk,
        "source": run.source_id,
        "about": run.about_id if is_approved(run) else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, facts)
        return Removals(*cursor.fetchone())


def is_approved(run: Run) -> bool:
    """Return whether somebody approved the change set that this run is about."""
    return run.about is not None and run.about.outcome == Run.Outcome.APPROVED


def why_held(run: Run, extent: Extent) -> list[str]:
    """Return the reasons, in words, for which the staged change set waits; none when it may be applied."""
    found = removals(run, extent)
    if is_approved(run):
        return [_MORE_THAN_APPROVED] if found.beyond_approved else []
    reasons = []
    if found.exceed(run.source.removal_limit_percent):
        limit = run.source.removal_limit_percent
        reasons.append(f"It would remove more than {limit} % of the assets that the source held, which is its limit.")
    if found.whole_schemas:
        reasons.append(_WHOLE_SCHEMA)
    if run.source.needs_review:
        reasons.append(_ASKED)
    return reasons
