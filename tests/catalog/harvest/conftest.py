"""A real warehouse to harvest: a database of its own on the test server."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from catalog.harvest import actions
from catalog.harvest.models import Run
from catalog.harvest.process import harvest
from catalog.sources.credentials import encrypt
from catalog.sources.models import Source
from portal.kit import jobs
from tests.catalog.harvest.house import FACTS, House
from tests.factories.catalog import make_source


class Warehouse:
    """A database that tests fill with plain SQL."""

    def __init__(self) -> None:
        self.facts = connection.get_connection_params()
        self.name = f"warehouse_{uuid4().hex[:12]}"
        with self._administration() as server:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(self.name)))

    def _administration(self, database: str = "postgres") -> psycopg.Connection:
        wanted = {key: self.facts[key] for key in ("host", "port", "user", "password")}
        return psycopg.connect(**wanted, dbname=database, autocommit=True)

    @property
    def url(self) -> str:
        """The address with all rights."""
        facts = {key: quote(str(self.facts[key]), safe="") for key in ("host", "port", "user", "password")}
        return "postgresql://{user}:{password}@{host}:{port}/".format(**facts) + self.name

    def execute(self, *statements: str) -> None:
        """Run statements, one transaction each."""
        with self._administration(self.name) as warehouse:
            for statement in statements:
                warehouse.execute(statement.encode())

    def drop(self) -> None:
        """Remove the database, whoever is still connected."""
        with self._administration() as server:
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(self.name)))

    def source(self, **facts: Any) -> Source:
        """Store a source that points here."""
        address: dict[str, Any] = {
            "host": str(self.facts["host"]),
            "port": int(self.facts["port"]),
            "database": self.name,
            "username": str(self.facts["user"]),
            "password_encrypted": encrypt(str(self.facts["password"])),
            "tls": Source.Tls.PREFER,
        }
        return make_source(**address | facts)


@pytest.fixture
def warehouse(db: None) -> Iterator[Warehouse]:
    """An empty warehouse."""
    made = Warehouse()
    yield made
    made.drop()


def harvested(source: Source) -> Run:
    """Harvest in this process as the worker would; an error is raised instead of stored."""
    run = actions._start(source, by=None, trigger=Run.Trigger.PERSON)
    with jobs.running(run.job_id) as progress:
        harvest(Run.objects.select_related("source").get(pk=run.pk), progress)
    run = Run.objects.select_related("job", "source").get(pk=run.pk)
    assert run.job.state == "succeeded", run.job.error_message
    return run


@pytest.fixture
def harvest_now() -> Callable[[Source], Run]:
    """Harvest a source at once."""
    return harvested


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("house"))
    yield house
    house.close()


@pytest.fixture
def house(standing: House) -> Iterator[House]:
    """The house without a catalog and without a worker."""
    standing.restart_services()
    standing.empty()
    yield standing
    standing.kill_all()


@pytest.fixture
def undisturbed() -> Callable[[Warehouse], dict[str, list[Any]]]:
    """Harvest a warehouse in this process, by one session; return everything that it stores."""

    def facts_of(warehouse: Warehouse) -> dict[str, list[Any]]:
        source = warehouse.source()
        source.slug = warehouse.name.replace("_", "-")
        source.save()
        harvested(source)
        found = {}
        with connection.cursor() as cursor:
            for name, query in FACTS.items():
                cursor.execute(query)
                found[name] = cursor.fetchall()
        return found

    return facts_of
