"""A harvest shows and tells nobody more than they may see."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from access.people.models import User
from access.people.roles import Role
from catalog.assets import actions as assets
from catalog.assets.models import Asset, Domain, Follow, Schema
from catalog.harvest import actions, followers, tasks
from catalog.harvest.models import Run
from catalog.sources.models import Source
from portal.kit.models import Notification
from tests.catalog.harvest.conftest import Warehouse
from tests.conftest import make_person
from tests.factories.catalog import make_domain
from tests.factories.company import admit

Harvest = Callable[[Source], Run]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def clinic(warehouse: Warehouse) -> Source:
    """A schema of a private domain beside an open one."""
    warehouse.execute(
        "CREATE SCHEMA health",
        "CREATE SCHEMA shop",
        "CREATE TABLE health.patients (id int, name text)",
        "CREATE TABLE shop.orders (id int, amount int)",
    )
    source = warehouse.source()
    domain = make_domain("Health", is_private=True)
    Schema.objects.create(source=source, name="health", domain=domain)
    return source


def test_new_assets_take_the_labels_of_domain_and_source(clinic: Source, harvest_now: Harvest) -> None:
    harvest_now(clinic)
    patients, orders = Asset.objects.get(name="patients"), Asset.objects.get(name="orders")
    domain = Domain.objects.get()
    assert patients.domain == domain
    assert patients.labels == [f"domain:{domain.pk}", f"asset:{patients.pk}"]
    assert orders.labels == ["open", f"asset:{orders.pk}"]


def test_own_domain_of_an_asset_is_kept(clinic: Source, harvest_now: Harvest, warehouse: Warehouse) -> None:
    harvest_now(clinic)
    other = make_domain("Other")
    Asset.objects.filter(name="orders").update(domain=other, has_own_domain=True)
    warehouse.execute("ALTER TABLE shop.orders ADD note text")
    harvest_now(clinic)
    orders = Asset.objects.get(name="orders")
    assert (orders.domain, orders.has_own_domain, orders.column_count) == (other, True, 3)


def test_domain_closed_in_the_middle_of_a_harvest_closes_its_new_assets_too(
    clinic: Source, warehouse: Warehouse, admin: User
) -> None:
    """Neither may read the other's state of before and leave an open asset in a private domain."""
    domain = Domain.objects.get()
    assets.set_privacy(domain=domain, is_private=False, by=admin)
    run = actions.start(clinic, by=admin)
    with _applying_held(run, "health"):
        harvesting = _thread(lambda: tasks.run_harvest(run.job_id))
        _await_lock("harvest_schemaresult")
        closing = _thread(lambda: assets.set_privacy(domain=domain, is_private=True, by=admin))
        _await_lock("assets_domain")
    harvesting.join()
    closing.join()
    patients = Asset.objects.get(name="patients")
    assert patients.labels == [f"domain:{domain.pk}", f"asset:{patients.pk}"]


def test_followers_hear_of_what_they_may_see(
    clinic: Source, harvest_now: Harvest, warehouse: Warehouse, analyst: User, officer: User, steward: User
) -> None:
    harvest_now(clinic)
    admit(steward, Domain.objects.get())
    gone = make_person("Gone Away", Role.OFFICER)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    for person in (analyst, officer, steward, gone):
        Follow.objects.bulk_create([Follow(person=person, asset=asset) for asset in Asset.objects.all()])
    warehouse.execute("ALTER TABLE health.patients ADD born date", "ALTER TABLE shop.orders DROP amount")
    run = harvest_now(clinic)

    followers.tell(run)
    followers.tell(run)

    told = dict(Notification.objects.values_list("recipient__name", "text"))
    assert told == {
        "Ana Lyst": "The structure of orders has changed.",
        "Otto Ficer": "The structure of patients, orders has changed.",
        "Stella Ward": "The structure of patients, orders has changed.",
    }
    assert Notification.objects.count() == 3


def test_many_followers_cost_as_many_queries_as_few(clinic: Source, harvest_now: Harvest, warehouse: Warehouse) -> None:
    harvest_now(clinic)
    domain = Domain.objects.get()
    warehouse.execute("ALTER TABLE health.patients ADD born date")
    run = harvest_now(clinic)
    counted = []
    for number in (2, 30):
        people = [make_person(f"Person {number} {n}", Role.ANALYST) for n in range(number)]
        for person in people:
            admit(person, domain)
        Follow.objects.bulk_create(
            [Follow(person=person, asset=asset) for person in people for asset in Asset.objects.all()]
        )
        with CaptureQueriesContext(connection) as queries:
            followers.tell(run)
        counted.append(len(queries))
    assert Notification.objects.count() == 32
    assert counted[0] == counted[1]


@contextmanager
def _applying_held(run: Run, schema: str) -> Iterator[None]:
    """An uncommitted result of the schema keeps the run from committing it."""
    facts = connection.get_connection_params()
    with psycopg.connect(**{key: facts[key] for key in ("host", "port", "user", "password", "dbname")}) as hold:
        hold.execute(
            """INSERT INTO harvest_schemaresult
            (run_id, schema_name, state, share, error_code, error_message, added, changed, removed, unchanged, seconds,
                applied_at)
            VALUES (%s, %s, 'applied', 0, '', '', 0, 0, 0, 0, 0, now())""",
            [run.pk, schema],
        )
        yield
        hold.rollback()


def _thread(body: Callable[[], object]) -> threading.Thread:
    def work() -> None:
        try:
            body()
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def _await_lock(table: str) -> None:
    gate = threading.Event()
    for _ in range(600):
        with connection.cursor() as cursor:
            cursor.execute(
                """SELECT count(*) FROM pg_stat_activity
                WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE %s""",
                [f"%{table}%"],
            )
            if cursor.fetchone()[0]:
                return
        gate.wait(0.1)
    raise AssertionError(f"Nobody waited for {table}.")
