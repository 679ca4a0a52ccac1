"""What changed: the schema history that harvests write, told run by run."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, Max, Q, QuerySet

from catalog.assets.models import Asset, ChangeKind, SchemaChange
from catalog.assets.properties import worded
from catalog.assets.queries.keys import hidden_names, visible_targets, words_of
from catalog.assets.visibility import sees_everything
from portal.kit import clock
from portal.kit.people import Person

FEED_WITHIN = timedelta(days=90)
RUNS_A_PAGE = 10
_CHANGES_OF_A_RUN = 100
_NAMED = 3
_MOMENTS_LOOKED_AT = (40, 320, 2560)
# The times at which a harvest changed a schema, newest first: each found by one step into the index.
_MOMENTS = """
    WITH RECURSIVE moment AS (
        (SELECT seen_at FROM assets_schemachange WHERE seen_at >= %s ORDER BY seen_at DESC LIMIT 1)
        UNION ALL
        SELECT (SELECT change.seen_at FROM assets_schemachange AS change
                WHERE change.seen_at < moment.seen_at AND change.seen_at >= %s ORDER BY change.seen_at DESC LIMIT 1)
        FROM moment WHERE moment.seen_at IS NOT NULL
    )
    SELECT seen_at FROM moment WHERE seen_at IS NOT NULL LIMIT %s
"""
_TEXTS = (("definition", "Query"), ("comment", "Comment"))
_WORDS = {
    "data_type": "Type",
    "logical_type": "Logical type",
    "is_nullable": "Nulls allowed",
    "default": "Default",
    "is_generated": "Generated",
    "kind": "Kind",
    "columns": "Columns",
    "is_unique": "Unique",
    "target_schema": "Refers to schema",
    "target_name": "Refers to table",
    "target_columns": "Refers to columns",
}


@dataclass(frozen=True)
class ShownChange:
    """A change with what may be shown of its values."""

    change: SchemaChange
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)

    @property
    def short_before(self) -> dict[str, Any]:
        """Return the short values before, by the words people use."""
        return _worded(self.before)

    @property
    def short_after(self) -> dict[str, Any]:
        """Return the short values after."""
        return _worded(self.after)

    @property
    def texts(self) -> list[tuple[str, str, str]]:
        """Return long texts that differ: their name, before and after."""
        pairs = ((label, str(self.before.get(name) or ""), str(self.after.get(name) or "")) for name, label in _TEXTS)
        return [pair for pair in pairs if pair[1] != pair[2]]

    @property
    def data_type(self) -> str:
        """Return the type of a column that came or went."""
        return str((self.after or self.before).get("data_type", ""))


@dataclass(frozen=True)
class RunChanges:
    """What one harvest run changed of an asset."""

    run: int
    seen_at: datetime
    changes: list[ShownChange]
    more: int = 0

    @property
    def number(self) -> int:
        """Return how many changes there were."""
        return len(self.changes) + self.more

    @property
    def is_breaking(self) -> bool:
        """Whether a reader of the old shape may fail."""
        return any(shown.change.is_breaking for shown in self.changes)


@dataclass(frozen=True)
class News:
    """What one run changed in one schema, for a feed."""

    run: int
    schema_id: int
    place: str
    seen_at: datetime
    added: int
    changed: int
    removed: int
    is_breaking: bool
    assets: list[Asset]

    @property
    def others(self) -> int:
        """Return how many assets are not named."""
        return self.added + self.changed + self.removed - len(self.assets)


def changes_of(person: Person, asset: Asset, number: int | str | None) -> Page[RunChanges]:
    """Return a page of an asset's schema history, newest run first."""
    runs = asset.schema_changes.order_by().values("run").annotate(at=Max("seen_at")).order_by("-at", "-run")
    page: Page[Any] = Paginator(runs, RUNS_A_PAGE).get_page(number)
    rows: dict[int, list[SchemaChange]] = defaultdict(list)
    for change in asset.schema_changes.filter(run__in=[row["run"] for row in page]).order_by("part", "name", "pk"):
        rows[change.run].append(change)
    shown = _shown(person, asset, [change for run in rows.values() for change in run[:_CHANGES_OF_A_RUN]])
    by_run = {run: [shown[change.pk] for change in changes[:_CHANGES_OF_A_RUN]] for run, changes in rows.items()}
    page.object_list = [
        RunChanges(row["run"], row["at"], by_run[row["run"]], len(rows[row["run"]]) - len(by_run[row["run"]]))
        for row in page.object_list
    ]
    return page


def news(person: Person, assets: QuerySet[Asset] | None = None, limit: int = 10) -> list[News]:
    """Return what harvests changed lately among the visible assets, or these of them, by run and schema."""
    since = clock.now() - FEED_WITHIN
    rows = _lately(person, since, limit) if assets is None else _grouped(assets, since, limit)
    named = Asset.objects.in_bulk([pk for row in rows for pk in row["ids"][:_NAMED]])
    return [_news(row, named) for row in rows]


def _lately(person: Person, since: datetime, limit: int) -> list[dict[str, Any]]:
    """Look at the newest changes first, and further back only for those who see too few of them."""
    seen = Asset.objects.visible_to(person)
    for looked_at in _MOMENTS_LOOKED_AT:
        with connection.cursor() as cursor:
            cursor.execute(_MOMENTS, [since, since, looked_at])
            moments = [row[0] for row in cursor.fetchall()]
        if not moments:
            return []
        rows = _grouped(seen, moments[-1], limit)
        if len(rows) == limit or len(moments) < looked_at:
            return rows
    return _grouped(seen, since, limit)


def _grouped(assets: QuerySet[Asset], since: datetime, limit: int) -> list[dict[str, Any]]:
    recent = SchemaChange.objects.filter(seen_at__gte=since, asset__in=assets)
    grouped: Any = (
        recent.order_by()
        .values("run", "asset__schema", "asset__schema__name", "asset__source__name")
        .annotate(
            at=Max("seen_at"),
            breaking=BoolOr("is_breaking"),
            added=_assets(Q(part="asset", kind__in=(ChangeKind.ADDED, ChangeKind.RETURNED))),
            removed=_assets(Q(part="asset", kind=ChangeKind.REMOVED)),
            touched=Count("asset", distinct=True),
            ids=ArrayAgg("asset", distinct=True),
        )
        .order_by("-at", "-run", "asset__schema__name")[:limit]
    )
    return list(grouped)


def _worded(values: Mapping[str, Any]) -> dict[str, Any]:
    """Of an asset's properties each is a value of its own, so that only those that differ are told."""
    known = {label: _word(values[name]) for name, label in _WORDS.items() if name in values}
    return known | worded(values.get("properties") or {})


def _word(value: Any) -> Any:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _assets(which: Q) -> Count:
    return Count("asset", filter=which, distinct=True)


def _news(row: Mapping[str, Any], named: Mapping[int, Asset]) -> News:
    return News(
        run=row["run"],
        schema_id=row["asset__schema"],
        place=f"{row['asset__source__name']} / {row['asset__schema__name']}",
        seen_at=row["at"],
        added=row["added"],
        changed=max(0, row["touched"] - row["added"] - row["removed"]),
        removed=row["removed"],
        is_breaking=row["breaking"],
        assets=[named[pk] for pk in row["ids"][:_NAMED] if pk in named],
    )


def _shown(person: Person, asset: Asset, changes: Iterable[SchemaChange]) -> dict[int, ShownChange]:
    """Take from the values what names an asset that the person may not see."""
    changes = list(changes)
    shown = {change.pk: ShownChange(change, change.before or {}, change.after or {}) for change in changes}
    if sees_everything(person):
        return shown
    pointing = [change for change in changes if any("target_name" in values for values in _values(change))]
    names = {_target(values) for change in pointing for values in _values(change)}
    targets = visible_targets(person, asset.source_id, names) if names else {}
    for change in pointing:
        if any(_target(values) not in targets for values in _values(change) if values.get("target_name")):
            shown[change.pk] = ShownChange(_nameless(change), {}, {})
    queries = {change.pk: _query_text(change) for change in changes}
    hidden = hidden_names(person, asset, " ".join(queries.values()))
    for pk, text in queries.items():
        if hidden & words_of(text):
            shown[pk] = _without_definition(shown[pk])
    return shown


def _nameless(change: SchemaChange) -> SchemaChange:
    """Take the name from a key, as it may hold the hidden table's."""
    change.name = "to a table you can't see"
    return change


def _query_text(change: SchemaChange) -> str:
    return " ".join(str(values.get("definition", "")) for values in _values(change) if change.part == "asset")


def _without_definition(shown: ShownChange) -> ShownChange:
    return replace(
        shown,
        before={name: value for name, value in shown.before.items() if name != "definition"},
        after={name: value for name, value in shown.after.items() if name != "definition"},
    )


def _values(change: SchemaChange) -> list[Mapping[str, Any]]:
    return [values for values in (change.before, change.after) if values]


def _target(values: Mapping[str, Any]) -> tuple[str, str]:
    return str(values.get("target_schema", "")), str(values.get("target_name", ""))
