"""Whole harvests with a connector: what comes out, and what must not be touched."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from catalog.assets.models import Asset, Column, Index, Key, Schema, SchemaChange
from catalog.harvest import actions
from catalog.harvest.connectors import Part, Reading, Scope, connector_for
from catalog.harvest.models import Run
from catalog.harvest.process import harvest
from catalog.sources.models import Source
from portal.kit import jobs
from portal.kit.errors import DomainError
from portal.kit.models import OutboxMessage
from tests.catalog.harvest.conftest import harvested
from tests.catalog.harvest.connectors.ground import Ground, Lack, Made, Shop, Table, in_plain_words

_FACTS = (Asset, Column, Key, Index, SchemaChange)


def failed(source: Source) -> DomainError:
    """Harvest and return the error by which the run ends, in plain words."""
    run = actions._start(source, by=None, trigger=Run.Trigger.PERSON)
    with jobs.running(run.job_id) as progress, pytest.raises(DomainError) as caught:
        harvest(Run.objects.select_related("source").get(pk=run.pk), progress)
    in_plain_words(caught.value.message)
    return caught.value


def row_versions() -> list[tuple[Any, ...]]:
    """The transaction that last wrote each row: an update with the same values would show."""
    return [
        (model._meta.label, *row)
        for model in _FACTS
        for row in model._base_manager.extra(select={"version": "xmin::text"}).values_list("pk", "version")
    ]


class Harvests(Shop):
    """What is asked of harvests from end to end."""

    def test_everything_comes_out_right(self, ground: Ground) -> None:
        self.fill(ground)
        run = harvested(ground.source())
        tables = 3 if Lack.SCHEMAS in ground.lacks else 4
        assert (run.added, run.changed, run.removed, run.unchanged) == (tables, 0, 0, 0)
        orders = Asset.objects.get(schema__name=ground.schema, name="orders")
        assert list(orders.columns.values_list("position", "name", "logical_type")) == [
            (1, "id", "integer"),
            (2, "customer_id", "integer"),
            (3, "placed", "date"),
            (4, "amount", "decimal"),
        ]
        assert orders.column_count == 4
        assert orders.path == f"{run.source.slug}.{ground.schema}.orders"
        assert Column.objects.get(asset__name="customers", name="email").logical_type == "text"
        if Lack.SCHEMAS not in ground.lacks:
            assert Asset.objects.get(name="items").schema.name == ground.other

    def test_comments_come_out_right(self, ground: Ground) -> None:
        self.need(ground, Lack.COMMENTS)
        self.fill(ground)
        harvested(ground.source())
        assert Asset.objects.get(name="customers").comment == "People who buy"
        assert Asset.objects.get(name="orders").comment == ""

    def test_comments_on_columns_come_out_right(self, ground: Ground) -> None:
        self.need(ground, Lack.COLUMN_COMMENTS)
        self.fill(ground)
        harvested(ground.source())
        assert dict(Column.objects.filter(asset__name="customers").values_list("name", "comment")) == {
            "id": "",
            "email": "Where we write",
        }

    def test_columns_say_whether_they_may_be_empty(self, ground: Ground) -> None:
        self.need(ground, Lack.NOT_NULL)
        self.fill(ground)
        harvested(ground.source())
        assert dict(Column.objects.filter(asset__name="customers").values_list("name", "is_nullable")) == {
            "id": False,
            "email": True,
        }

    def test_primary_keys_come_out_right(self, ground: Ground) -> None:
        self.need(ground, Lack.PRIMARY_KEYS)
        self.fill(ground)
        harvested(ground.source())
        found = Key.objects.filter(kind="primary").order_by("asset__name").values_list("asset__name", "columns")
        assert list(found) == [("customers", ["id"]), ("orders", ["id"])]

    def test_foreign_keys_name_their_target(self, ground: Ground) -> None:
        self.need(ground, Lack.FOREIGN_KEYS)
        self.fill(ground)
        harvested(ground.source())
        key = Key.objects.get(kind="foreign")
        assert (key.asset.name, key.columns) == ("orders", ["customer_id"])
        assert (key.target_schema, key.target_name, key.target_columns) == (ground.schema, "customers", ["id"])

    def test_indexes_name_their_columns(self, ground: Ground) -> None:
        self.need(ground, Lack.INDEXES)
        self.fill(ground)
        ground.make_index(ground.schema, "orders", "orders_by_day", ["placed", "amount"])
        harvested(ground.source())
        index = Index.objects.get(name="orders_by_day")
        assert (index.asset.name, index.columns, index.is_unique) == ("orders", ["placed", "amount"], False)

    def test_views_carry_their_query(self, ground: Ground) -> None:
        self.need(ground, Lack.VIEWS)
        self.fill(ground)
        ground.make_view(ground.schema, "dues", "orders", ["id", "amount"])
        harvested(ground.source())
        view = Asset.objects.get(name="dues")
        assert view.kind == "view"
        assert "orders" in view.definition
        assert list(view.columns.values_list("name", flat=True)) == ["id", "amount"]

    def test_unchanged_source_writes_nothing(self, ground: Ground) -> None:
        self.fill(ground)
        source = ground.source()
        first = harvested(source)
        OutboxMessage.objects.all().delete()
        before = row_versions()
        run = harvested(source)
        assert (run.added, run.changed, run.removed) == (0, 0, 0)
        assert run.unchanged in (0, first.added)  # 0: schemas that give fingerprints are passed over whole
        assert row_versions() == before
        assert not OutboxMessage.objects.exists()

    def test_changed_column_is_told_once(self, ground: Ground) -> None:
        self.fill(ground)
        source = ground.source()
        harvested(source)
        ground.add_column(ground.schema, "customers", Made("city"))
        run = harvested(source)
        assert (run.added, run.changed, run.removed) == (0, 1, 0)
        told = SchemaChange.objects.filter(run=run.pk, part="column")
        assert list(told.values_list("asset__name", "kind", "name", "is_breaking")) == [
            ("customers", "added", "city", False)
        ]
        columns = Column.objects.filter(asset__name="customers").order_by("position")
        assert list(columns.values_list("name", flat=True)) == ["id", "email", "city"]

    def test_dropped_table_is_tombstoned_and_comes_back(self, ground: Ground) -> None:
        self.fill(ground)
        source = ground.source()
        harvested(source)
        spare = Asset.objects.get(name="spare")
        ground.drop(ground.schema, "spare")
        run = harvested(source)
        assert (run.added, run.changed, run.removed) == (0, 0, 1)
        spare.refresh_from_db()
        assert spare.gone_at is not None

        ground.make(Table(ground.schema, "spare"))
        run = harvested(source)
        assert (run.added, run.changed, run.removed) == (1, 0, 0)
        assert Asset.objects.get(name="spare").pk == spare.pk
        assert not Asset.objects.exclude(gone_at=None).exists()

    def test_odd_names_come_out_as_they_are(self, ground: Ground) -> None:
        names = {*ground.odd_names, "n" * ground.longest_name}
        for name in names:
            ground.make(Table(ground.schema, name, [Made(each) for each in sorted(names)]))
        source = ground.source()
        harvested(source)
        assert set(Asset.objects.values_list("name", flat=True)) == names
        for asset in Asset.objects.all():
            assert list(asset.columns.values_list("name", flat=True)) == sorted(names)
        run = harvested(source)
        assert (run.added, run.changed, run.removed) == (0, 0, 0)

    def test_odd_comments_come_out_as_they_are(self, ground: Ground) -> None:
        self.need(ground, Lack.COMMENTS)
        said = "A tab\t, a line\nfeed, a back\\slash, \\N, “quotes” ' and 表"
        ground.make(Table(ground.schema, "talkative", (Made("id", comment=said),), comment=said))
        harvested(ground.source())
        asset = Asset.objects.get(name="talkative")
        assert asset.comment == said
        if Lack.COLUMN_COMMENTS not in ground.lacks:
            assert asset.columns.get().comment == said

    def test_source_that_shows_nothing_any_more_is_refused(self, ground: Ground) -> None:
        source = ground.source(left_out_schemas="*")
        assert harvested(source).added == 0
        self.fill(ground)
        Source.objects.filter(pk=source.pk).update(left_out_schemas="")
        harvested(Source.objects.get(pk=source.pk))
        Source.objects.filter(pk=source.pk).update(left_out_schemas="*")
        before = row_versions()
        assert failed(Source.objects.get(pk=source.pk)).code == "source_empty"
        assert row_versions() == before
        assert not Schema.objects.exclude(gone_at=None).exists()

    def test_source_that_goes_away_leaves_the_catalog_as_it_was(
        self, ground: Ground, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.need(ground, Lack.VANISHING)
        self.fill(ground)
        source = ground.source()
        harvested(source)
        ground.add_column(ground.schema, "customers", Made("city"))
        before = row_versions()
        _vanish_after_the_schemas(source, ground, monkeypatch)
        failed(source)
        assert row_versions() == before


def _vanish_after_the_schemas(source: Source, ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    connector = type(connector_for(source))
    open_reading = connector.reading

    @contextmanager
    def reading(self: Any, source: Source, scope: Scope) -> Iterator[Reading]:
        with open_reading(self, source, scope) as found:
            streams = found.overview

            def overview(part: Part) -> Iterator[bytes]:
                yield from streams(part)
                if part is Part.SCHEMAS:
                    ground.vanish()

            found.overview = overview  # type: ignore[method-assign]
            yield found

    monkeypatch.setattr(connector, "reading", reading)
