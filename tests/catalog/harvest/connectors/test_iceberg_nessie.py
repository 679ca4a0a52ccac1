"""Iceberg by REST passes the shared suite on a real Nessie."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyiceberg.catalog import Catalog
from pyiceberg.catalog.rest import RestCatalog

from catalog.sources.engines import iceberg_rest
from catalog.sources.models import Source
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Ground, Lack, Made, Table
from tests.catalog.harvest.connectors.test_iceberg import IcebergGround
from tests.engines import moto
from tests.engines.nessie import Nessie, running

pytestmark = [pytest.mark.engine, pytest.mark.heavy]


class NessieGround(IcebergGround):
    """The one warehouse of a server, swept before each test."""

    engine = "iceberg_rest"
    lacks = IcebergGround.lacks | {Lack.COUNTING, Lack.WRITING, Lack.STALLING, Lack.VANISHING}
    odd_names = ("it's", "two words", "Größe 表 🜚", "back_slash", "{}")  # Nessie takes no others

    def __init__(self, nessie: Nessie) -> None:
        self.nessie = nessie
        self.tables: dict[tuple[str, str], Table] = {}
        super().__init__(Path(), nessie.store.reset)
        nessie.store.reset()
        nessie.store.system.create_dir("lake")
        for namespace in self.catalog.list_namespaces():
            for table in self.catalog.list_tables(namespace):
                self.catalog.drop_table(table)
            self.catalog.drop_namespace(namespace)

    def opened(self) -> Catalog:
        keys = {"s3.access-key-id": moto.KEY, "s3.secret-access-key": moto.SECRET, "s3.region": moto.REGION}
        store = {"s3.endpoint": self.nessie.store.endpoint, **keys}
        return RestCatalog("lake", uri=self.nessie.address, warehouse="lake", **store)

    def make(self, table: Table) -> None:
        super().make(table)
        self.tables[table.schema, table.name] = table

    def add_column(self, schema: str, table: str, column: Made) -> None:
        """Make the table anew: this Nessie refuses what PyIceberg sends to alter one."""
        old = self.tables[schema, table]
        self.drop(schema, table)
        self.make(Table(schema, table, [*old.columns, column], old.primary, comment=old.comment))

    def address(self) -> dict[str, Any]:
        facts = {"host": "127.0.0.1", "port": self.nessie.port, "database": "lake", "username": ""}
        return facts | {"tls": Source.Tls.OFF, "options": {"path": "iceberg"}}


@pytest.fixture(scope="module")
def nessie() -> Iterator[Nessie]:
    with running() as nessie:
        yield nessie


class TestIcebergOnNessie(Conformance):
    @pytest.fixture
    def ground(self, nessie: Nessie) -> Iterator[Ground]:
        ground = NessieGround(nessie)
        yield ground
        ground.close()


def test_look_at_nessie(nessie: Nessie) -> None:
    ground = NessieGround(nessie)
    ground.catalog.create_namespace("sales")
    found = iceberg_rest.DOOR.look(Source(engine="iceberg_rest", **ground.address()))
    ground.close()
    assert (found.tls, found.schemas, found.tables) == ("", 1, 0)
