"""What a test of a connection says."""

import pytest

from catalog.sources.engines import postgresql
from catalog.sources.reports import Report, look
from portal.kit.errors import DomainError, Invalid
from tests.catalog.sources.warehouse import Warehouse


def states(report: Report) -> list[str]:
    return [step.state for step in report.steps]


def test_a_working_connection_is_described(warehouse: Warehouse) -> None:
    report = look(warehouse.source())
    assert report.ok
    assert report.findings is not None
    assert report.findings.server.startswith("PostgreSQL 18.")
    assert report.findings.notes == ("wal_level is logical: changes can be followed one by one.",)
    assert report.findings.tls == ""
    assert (report.findings.schemas, report.findings.tables) == (3, 3)  # public, sales and payroll
    assert states(report) == ["done", "todo", "done", "done", "done"]  # the line is not encrypted
    assert [step.word for step in report.steps][-1] == "3 schemas, 3 tables and views"


def test_missing_rights_are_told_in_words(warehouse: Warehouse) -> None:
    findings = look(warehouse.source()).findings
    assert findings is not None
    assert findings.missing_rights == (
        "No USAGE on the schemas payroll: their tables are listed but can't be profiled.",
        "No SELECT on 2 of 3 tables: they can't be profiled.",
    )


def test_many_closed_schemas_are_counted() -> None:
    closed = [(name, False, 0, 0) for name in "abcdefg"]
    assert list(postgresql._missing(closed)) == [
        "No USAGE on the schemas a, b, c, d, e and 2 more: their tables are listed but can't be profiled."
    ]


def test_names_of_schemas_come_through_whole(warehouse: Warehouse) -> None:
    name = 'O"Brien ÅÄÖ %s ' + "x" * 40
    warehouse.run("CREATE SCHEMA {}", name)
    try:
        findings = look(warehouse.source()).findings
    finally:
        warehouse.run("DROP SCHEMA {}", name)
    assert findings is not None
    assert findings.missing_rights[0].startswith(f"No USAGE on the schemas {name}, payroll:")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"port": 1}, ["problem", "todo", "todo", "todo", "todo"]),
        ({"tls": "require"}, ["done", "problem", "todo", "todo", "todo"]),
        ({"password": "wrong"}, ["done", "done", "problem", "todo", "todo"]),
        ({"database": "no_such_database"}, ["done", "done", "done", "problem", "todo"]),
        ({"host": "/tmp"}, ["problem", "todo", "todo", "todo", "todo"]),
        ({"password_encrypted": "lost"}, ["todo", "todo", "problem", "todo", "todo"]),
    ],
)
def test_the_steps_show_how_far_it_came(warehouse: Warehouse, facts: dict[str, object], expected: list[str]) -> None:
    report = look(warehouse.source(**facts))
    assert not report.ok
    assert states(report) == expected


def test_a_right_missing_at_the_end_is_the_last_step() -> None:
    error: DomainError = Invalid("No.", code="no_rights", field="username")
    assert states(Report(error=error)) == ["done", "done", "done", "done", "problem"]
