"""Iceberg by REST, against the answers of its specification over a real catalog; no server of anybody's is proven."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from catalog.assets.models import Asset, Schema
from catalog.sources.credentials import encrypt
from catalog.sources.models import Source
from catalog.sources.reports import look
from tests.catalog.harvest.conftest import harvested
from tests.catalog.harvest.connectors.conformance import Conformance
from tests.catalog.harvest.connectors.ground import Ground, Lack, Table
from tests.catalog.harvest.connectors.rest_catalog import CLIENT, SECRET, TOKEN, Answers, serving
from tests.catalog.harvest.connectors.test_iceberg import IcebergGround


class RestGround(IcebergGround):
    """A REST catalog over the one in SQLite."""

    engine = "iceberg_rest"
    lacks = IcebergGround.lacks | {Lack.COUNTING, Lack.WRITING, Lack.STALLING, Lack.VANISHING}
    port: int
    answers: Answers

    def address(self) -> dict[str, Any]:
        return {
            "host": "127.0.0.1",
            "port": self.port,
            "database": "lake",
            "username": CLIENT,
            "password_encrypted": encrypt(SECRET),
            "tls": Source.Tls.OFF,
            "options": {"path": "iceberg"},
        }


@pytest.fixture
def rest(tmp_path: Path, settings: Settings) -> Iterator[RestGround]:
    settings.FILE_SOURCES = []  # descriptions come over the line
    ground = RestGround(tmp_path / "catalog.sqlite", lambda: None, warehouse=f"file://{tmp_path}/lake")
    with serving(ground.catalog) as (ground.port, ground.answers):
        yield ground
    ground.close()


class TestIcebergOverRest(Conformance):
    @pytest.fixture
    def ground(self, rest: RestGround) -> Ground:
        return rest


@pytest.mark.django_db(transaction=True)
def test_pages_and_namespaces_below_others_are_followed(rest: RestGround) -> None:
    rest.catalog.create_namespace(("raw",))
    for name in ("a", "b", "c"):
        rest.catalog.create_namespace(("raw", name))
    for number in range(5):
        rest.make(Table("raw.c", f"table_{number}"))
    run = harvested(rest.source())
    assert run.added == 5
    assert [schema.name for schema in Schema.objects.all()] == ["raw", "raw.a", "raw.b", "raw.c"]
    assert {asset.schema.name for asset in Asset.objects.all()} == {"raw.c"}


def test_token_alone_signs_in_and_a_wrong_one_is_named(rest: RestGround, db: None) -> None:
    rest.catalog.create_namespace("sales")
    source = rest.source(username="", password_encrypted=encrypt(TOKEN))
    report = look(source)
    assert report.findings is not None
    assert (report.findings.server, report.findings.tls, report.findings.schemas) == ("Iceberg REST catalog", "", 1)
    for facts in ({"username": ""}, {"username": CLIENT}):
        error = look(rest.source(**facts, password_encrypted=encrypt("wrong"))).error
        assert error is not None
        assert (error.code, error.field) == ("wrong_password", "password")


def test_what_is_no_catalog_is_named(rest: RestGround, db: None) -> None:
    error = look(rest.source(options={"path": "elsewhere"})).error
    assert error is not None
    assert (error.code, error.field) == ("not_iceberg", "options.path")
