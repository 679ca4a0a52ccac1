"""What is long gone is deleted for good, and is a ghost nowhere before."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm

from access.people.models import User
from catalog.assets.models import Asset, Column, Description, Schema, SchemaChange
from catalog.harvest.changesets import purging
from catalog.harvest.models import Run
from catalog.search.models import Document
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.kit import clock, outbox
from portal.kit.models import JobRun
from tests.factories.catalog import make_asset, make_schema, make_source

pytestmark = pytest.mark.django_db


@pytest.fixture
def source() -> Source:
    return make_source(keep_gone_days=30)


def gone(source: Source, name: str, days: int, schema: Schema | None = None) -> Asset:
    schema = schema or Schema.objects.filter(source=source).first() or make_schema("shop", source=source)
    return make_asset(name, schema=schema, columns=["id"], gone_at=clock.now() - timedelta(days=days))


def test_what_is_gone_for_long_is_deleted_with_everything(source: Source, steward: User) -> None:
    old, fresh, there = gone(source, "old", 31), gone(source, "fresh", 29), gone(source, "there", 0)
    Asset.objects.filter(pk=there.pk).update(gone_at=None)
    Description.objects.create(asset=old, text="Nobody needs it")
    SchemaChange.objects.create(
        asset=old, run=1, kind="removed", part="asset", name="old", seen_at=clock.now(), is_breaking=True
    )
    assign_perm("assets.view_asset", steward, old)

    assert purging.purge_gone() == 1

    assert set(Asset.objects.values_list("name", flat=True)) == {"fresh", "there"}
    assert set(Column.objects.values_list("asset__name", flat=True)) == {fresh.name, there.name}
    assert not (Description.objects.exists())
    assert not (SchemaChange.objects.exists())
    assert not UserObjectPermission.objects.exists()
    event = Event.objects.get(verb="harvest.purged")
    assert (event.object_id, event.details["assets"], event.details["schemas"]) == (str(source.pk), 1, 0)
    assert purging.purge_gone() == 0
    assert Event.objects.filter(verb="harvest.purged").count() == 1


def test_gone_schemas_go_once_nothing_is_in_them(source: Source) -> None:
    long_ago = clock.now() - timedelta(days=40)
    empty, full = (make_schema(name, source=source, gone_at=long_ago) for name in ("empty", "full"))
    gone(source, "young", 3, full)
    purging.purge_gone()
    assert list(Schema.objects.all()) == [full]
    assert Event.objects.get(verb="harvest.purged").details["schemas"] == 1
    assert empty.pk


def test_source_that_keeps_for_ever_keeps(source: Source) -> None:
    Source.objects.update(keep_gone_days=None)
    gone(source, "old", 4000)
    assert purging.purge_gone() == 0
    assert Asset.objects.count() == 1


def test_guard_refuses(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    held, other = gone(source, "held", 31), gone(source, "other", 31)
    monkeypatch.setattr(purging, "before_purge", [lambda ids: [pk for pk in ids if pk == held.pk]])
    assert purging.purge_gone() == 1
    assert list(Asset.objects.all()) == [held]
    assert other.pk != held.pk


def test_source_at_work_is_left_for_the_next_time(source: Source) -> None:
    gone(source, "old", 31)
    job = JobRun.objects.create(kind="harvest", subject="x", task="harvest.run")
    Run.objects.create(source=source, job=job, trigger="schedule")
    assert purging.purge_gone() == 0
    assert Asset.objects.count() == 1
    JobRun.objects.update(state="succeeded")
    assert purging.purge_gone() == 1


def test_batches_go_on_to_the_end(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purging, "_BATCH", 2)
    for number in range(5):
        gone(source, f"old{number}", 31)
    assert purging.purge_gone() == 5
    assert Event.objects.get(verb="harvest.purged").details["assets"] == 5


def test_tombstone_is_a_ghost_nowhere(source: Source, analyst: User, signed_in: Callable[[User], Client]) -> None:
    shop = make_schema("shop", source=source)
    ghost, there = (make_asset(name, schema=shop, columns=["id"]) for name in ("ghostly_orders", "solid_orders"))
    outbox.put("asset.changed", [ghost.pk, there.pk])
    outbox.deliver()
    assert Document.objects.count() == 2
    Asset.objects.filter(pk=ghost.pk).update(gone_at=clock.now())
    outbox.put("asset.changed", [ghost.pk])
    outbox.deliver()
    client = signed_in(analyst)
    for view, args, query in (
        ("search:results", [], {"q": "orders"}),
        ("search:suggest", [], {"q": "ghost"}),
        ("assets:browse", [], {}),
        ("assets:browse_schema", [shop.pk], {}),
        ("portal:palette", [], {"q": "ghost"}),
    ):
        assert "ghostly_orders" not in client.get(reverse(view, args=args), query).content.decode()
    assert client.get("/api/v1/assets/", {"schema": shop.pk}).json()["results"][0]["name"] == "solid_orders"
    page = client.get(reverse("assets:detail", args=[ghost.pk])).content.decode()
    assert "no longer in its source" in page
    Asset.objects.filter(pk=ghost.pk).update(gone_at=clock.now() - timedelta(days=31))
    assert purging.purge_gone() == 1
    assert client.get(reverse("assets:detail", args=[ghost.pk])).status_code == 404
