"""A dry run says what a harvest would change, and changes nothing."""

from collections.abc import Callable

import pytest

from access.people.models import User
from catalog.assets.models import SchemaChange
from catalog.harvest.changesets import actions
from catalog.harvest.models import Before, PlannedChange, Run, SchemaBefore
from catalog.sources.models import Source
from governance.audit.models import Event
from portal.kit.errors import Conflict, NotAllowed
from portal.kit.models import OutboxMessage
from tests.catalog.harvest.changesets.conftest import facts, worked
from tests.catalog.harvest.conftest import Warehouse

pytestmark = pytest.mark.django_db(transaction=True)


def test_plan_is_what_the_harvest_then_does(
    ten: Source, warehouse: Warehouse, engineer: User, harvest_now: Callable[[Source], Run]
) -> None:
    warehouse.execute(
        "DROP TABLE t1",
        "ALTER TABLE t2 DROP COLUMN note_2, ADD COLUMN more int",
        "ALTER TABLE t3 ALTER COLUMN note_3 TYPE varchar(9)",
        "COMMENT ON TABLE t4 IS 'Now with words'",
        "CREATE SCHEMA fresh",
        "CREATE TABLE fresh.one (id int PRIMARY KEY)",
        "CREATE INDEX by_note ON t5 (note_5)",
    )
    OutboxMessage.objects.all().delete()
    before, told = facts(), SchemaChange.objects.count()

    plan = worked(actions.dry_run(ten, by=engineer))

    assert (plan.outcome, plan.added, plan.changed, plan.removed) == ("planned", 1, 4, 1)
    assert (facts(), SchemaChange.objects.count()) == (before, told)
    assert not OutboxMessage.objects.exists()
    assert not (Before.objects.exists())
    assert not (SchemaBefore.objects.filter(run=plan).exists())
    assert Event.objects.get(verb="harvest.planned").details == {"run": plan.pk}
    planned = PlannedChange.objects.filter(run=plan)
    assert planned.get(schema_name="fresh").asset is None
    wanted = set(planned.values_list("schema_name", "asset_name", "kind", "part", "name", "is_breaking"))
    run = harvest_now(ten)
    done = SchemaChange.objects.filter(run=run.pk)
    assert wanted == set(done.values_list("asset__schema__name", "asset__name", "kind", "part", "name", "is_breaking"))
    assert len(wanted) == 7


def test_same_values_are_planned(ten: Source, warehouse: Warehouse, engineer: User) -> None:
    warehouse.execute("ALTER TABLE t3 ALTER COLUMN note_3 TYPE varchar(9)")
    planned = PlannedChange.objects.get(run=worked(actions.dry_run(ten, by=engineer)))
    assert ((planned.before or {})["data_type"], (planned.after or {})["data_type"]) == ("text", "character varying(9)")


def test_first_harvest_can_be_planned(warehouse: Warehouse, engineer: User) -> None:
    warehouse.execute("CREATE TABLE one (id int)", "CREATE TABLE two (id int)")
    plan = worked(actions.dry_run(warehouse.source(), by=engineer))
    assert (plan.added, PlannedChange.objects.filter(asset=None).count()) == (2, 2)
    assert facts() == {table: [] for table in facts()}


def test_unchanged_source_plans_nothing(ten: Source, engineer: User) -> None:
    plan = worked(actions.dry_run(ten, by=engineer))
    assert (plan.outcome, PlannedChange.objects.count()) == ("planned", 0)


def test_second_delivery_stores_no_second_plan(ten: Source, warehouse: Warehouse, engineer: User) -> None:
    warehouse.execute("DROP TABLE t1")
    plan = worked(actions.dry_run(ten, by=engineer))
    type(plan.job).objects.filter(pk=plan.job_id).update(state="running")
    worked(plan)
    assert PlannedChange.objects.count() == 1


def test_only_those_who_run_harvests_plan(ten: Source, steward: User, analyst: User) -> None:
    for person in (steward, analyst):
        with pytest.raises(NotAllowed):
            actions.dry_run(ten, by=person)
    assert not Run.objects.filter(kind="dry_run").exists()


def test_nothing_is_planned_beside_a_harvest_or_for_a_source_that_is_off(ten: Source, engineer: User) -> None:
    actions.dry_run(ten, by=engineer)
    with pytest.raises(Conflict):
        actions.dry_run(ten, by=engineer)
    assert Run.objects.filter(kind="dry_run").count() == 1
