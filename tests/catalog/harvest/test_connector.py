"""What the PostgreSQL connector makes of awkward sources."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, connection
from psycopg import sql

from catalog.assets.models import Asset, Column, Schema, SchemaChange
from catalog.harvest import actions
from catalog.harvest.connectors.postgresql import PostgreSQLReading
from catalog.harvest.models import Run
from catalog.harvest.process import harvest
from catalog.sources.credentials import encrypt
from catalog.sources.models import Source
from portal.kit import jobs
from portal.kit.models import JobRun
from tests.catalog.harvest.conftest import Warehouse

Harvest = Callable[[Source], Run]
pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "only for reading"


@pytest.fixture
def reader(warehouse: Warehouse) -> Iterator[str]:
    """A user without any right but to connect."""
    name = f"reader_of_{warehouse.name}"
    warehouse.execute(f"CREATE USER {name} PASSWORD '{PASSWORD}'")
    yield name
    warehouse.execute(f"DROP OWNED BY {name}", f"DROP USER {name}")


def _failed(source: Source) -> JobRun:
    """Harvest and return the job of the failed run."""
    run = actions._start(source, by=None, trigger=Run.Trigger.PERSON)
    with jobs.running(run.job_id) as progress:
        harvest(run, progress)
    run.job.refresh_from_db()
    assert run.job.state == "failed"
    return run.job


def _statements(warehouse: Warehouse) -> int:
    with psycopg.connect(warehouse.url) as server:
        row = server.execute(
            """SELECT sum(calls) FROM pg_stat_statements JOIN pg_database ON oid = dbid
            WHERE datname = current_database() AND query !~ 'pg_stat_statements'"""
        ).fetchone()
    assert row is not None
    return int(row[0])


def test_statements_are_as_many_for_ten_times_the_tables(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute("CREATE EXTENSION pg_stat_statements")
    source = warehouse.source()
    sent = []
    for tables in (20, 200):
        warehouse.execute(
            f"""DO $$ BEGIN FOR n IN 1..{tables} LOOP
            EXECUTE format('CREATE TABLE public.of_{tables}_%s (id int PRIMARY KEY, note text)', n);
            END LOOP; END $$""",
            "SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()))",
        )
        run = harvest_now(source)
        sent.append(_statements(warehouse))
    assert run.added == 200
    assert sent[0] == sent[1]
    assert sent[0] < 20


def test_view_that_the_server_cannot_describe_is_listed_and_named(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(
        "CREATE FUNCTION public.rate() RETURNS int LANGUAGE sql AS 'SELECT 7'",
        "CREATE VIEW public.sound AS SELECT 1 AS one",
        'CREATE VIEW public."Broken one" AS SELECT public.rate() AS rate',
        "DELETE FROM pg_proc WHERE proname = 'rate'",
    )
    source = warehouse.source()
    run = harvest_now(source)

    broken = Asset.objects.get(name="Broken one")
    assert (broken.kind, broken.definition) == ("view", "")
    assert [column.name for column in broken.columns.all()] == ["rate"]
    assert "1 AS one" in Asset.objects.get(name="sound").definition
    assert [line.text for line in run.job.lines.all()] == [
        'The view public."Broken one" is broken at the source: it is listed without its definition.'
    ]
    assert harvest_now(source).unchanged == 2


def test_schema_without_usage_is_listed_and_named(warehouse: Warehouse, harvest_now: Harvest, reader: str) -> None:
    warehouse.execute("CREATE SCHEMA closed", "CREATE TABLE closed.vault (id int, secret text)")
    run = harvest_now(warehouse.source(username=reader, password_encrypted=encrypt(PASSWORD)))

    assert list(Asset.objects.get(name="vault").columns.values_list("name", flat=True)) == ["id", "secret"]
    assert [line.text for line in run.job.lines.all()] == [
        "The account has no USAGE on the schema closed: its tables are listed, but their rows can't be read."
    ]


def test_search_path_of_the_account_changes_no_fact(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(
        "CREATE TYPE public.mood AS ENUM ('glad', 'sad')",
        "CREATE TABLE public.people (id int, mood public.mood)",
        "CREATE VIEW public.moods AS SELECT mood FROM public.people",
    )
    source = warehouse.source()
    harvest_now(source)
    warehouse.execute(f"ALTER DATABASE {warehouse.name} SET search_path = pg_catalog, public")

    assert harvest_now(source).unchanged == 2
    assert Column.objects.get(asset__name="people", name="mood").data_type == "public.mood"
    assert "FROM public.people" in Asset.objects.get(name="moods").definition


def test_table_made_anew_in_the_same_shape_is_unchanged(warehouse: Warehouse, harvest_now: Harvest) -> None:
    table = "CREATE TABLE public.copy (id int PRIMARY KEY, note text DEFAULT 'x')"
    warehouse.execute(table, "COMMENT ON TABLE public.copy IS 'Loaded nightly'")
    source = warehouse.source()
    harvest_now(source)
    warehouse.execute("DROP TABLE public.copy", table, "COMMENT ON TABLE public.copy IS 'Loaded nightly'")
    run = harvest_now(source)
    assert (run.changed, run.unchanged) == (0, 1)


def test_vitals_are_no_change_of_structure(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute("CREATE TABLE public.log (id int)")
    source = warehouse.source()
    harvest_now(source)
    log = Asset.objects.get()
    assert (log.row_estimate, log.size_bytes, log.written_at) == (None, None, None)

    warehouse.execute(
        "INSERT INTO public.log SELECT generate_series(1, 1000)",
        "ANALYZE public.log",
        "SELECT pg_stat_force_next_flush()",
    )
    run = harvest_now(source)

    changed = Asset.objects.get()
    assert (run.changed, run.unchanged) == (0, 1)
    assert (changed.row_estimate, changed.write_count) == (1000, 1000)
    assert (changed.size_bytes or 0) >= 8192
    assert changed.written_at is not None
    assert changed.changed_at == log.changed_at


def test_database_of_no_tables(warehouse: Warehouse, harvest_now: Harvest) -> None:
    run = harvest_now(warehouse.source())
    assert (run.added, [schema.name for schema in Schema.objects.all()]) == (0, ["public"])


def test_source_that_shows_nothing_any_more_removes_nothing(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute("CREATE TABLE public.kept (id int)")
    source = warehouse.source()
    harvest_now(source)
    Source.objects.filter(pk=source.pk).update(left_out_schemas="*")
    source.refresh_from_db()

    job = _failed(source)

    assert job.error_code == "source_empty"
    assert job.error_message.startswith("The source shows no schema any more, so nothing was changed.")
    assert Asset.objects.get(name="kept").gone_at is None


def test_pattern_may_hold_spaces_and_stands_for_the_whole_name(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute('CREATE SCHEMA "old data"', "CREATE SCHEMA olden", "CREATE SCHEMA tmp_1", "CREATE SCHEMA a_tmp_1")
    harvest_now(warehouse.source(left_out_schemas="old data\n\ntmp_?\n"))
    assert {schema.name for schema in Schema.objects.all()} == {"public", "olden", "a_tmp_1"}


def test_every_kind_of_key_default_and_column(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute(
        "CREATE EXTENSION postgres_fdw",
        "CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw",
        "CREATE FOREIGN TABLE public.remote (id int) SERVER far",
        """CREATE TABLE public.booking (id int GENERATED BY DEFAULT AS IDENTITY, room int4range, price numeric(8,2),
            gross numeric GENERATED ALWAYS AS (price * 2) STORED, tags text[] DEFAULT '{}',
            EXCLUDE USING gist (room WITH &&), CONSTRAINT positive CHECK (price > 0))""",
    )
    harvest_now(warehouse.source())
    booking = Asset.objects.get(name="booking")
    assert list(booking.columns.values_list("name", "data_type", "default", "is_generated")) == [
        ("id", "integer", "", True),
        ("room", "int4range", "", False),
        ("price", "numeric(8,2)", "", False),
        ("gross", "numeric", "(price * (2)::numeric)", True),
        ("tags", "text[]", "'{}'::text[]", False),
    ]
    assert list(booking.keys.values_list("kind", "name", "columns", "definition")) == [
        ("check", "positive", ["price"], "CHECK ((price > (0)::numeric))"),
        ("exclusion", "booking_room_excl", ["room"], "EXCLUDE USING gist (room WITH &&)"),
    ]
    assert Asset.objects.get(name="remote").kind == "foreign_table"


def test_rename_is_a_removal_and_an_addition(warehouse: Warehouse, harvest_now: Harvest) -> None:
    warehouse.execute("CREATE TABLE public.before (id int)")
    source = warehouse.source()
    harvest_now(source)
    warehouse.execute("ALTER TABLE public.before RENAME TO after")
    run = harvest_now(source)
    assert (run.added, run.removed) == (1, 1)
    told = SchemaChange.objects.filter(run=run.pk).order_by("kind")
    assert list(told.values_list("asset__name", "kind", "part", "is_breaking")) == [
        ("after", "added", "asset", False),
        ("before", "removed", "asset", True),
    ]


def test_own_database_lost_while_reading_leaves_the_run_to_be_sent_again(
    warehouse: Warehouse, harvest_now: Harvest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The failure must not be taken for the source's, which would end the run."""
    warehouse.execute("CREATE TABLE public.some (id int)")
    source = warehouse.source()
    details = PostgreSQLReading.details

    def cut(self: PostgreSQLReading, *args: Any) -> Iterator[bytes]:
        with psycopg.connect(warehouse.url, autocommit=True) as server:
            server.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
        yield from details(self, *args)

    monkeypatch.setattr(PostgreSQLReading, "details", cut)
    run = actions._start(source, by=None, trigger=Run.Trigger.PERSON)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    with pytest.raises(OperationalError), jobs.running(run.job_id) as progress:
        harvest(run, progress)
    connection.close()

    run.job.refresh_from_db()
    assert (run.job.state, run.job.error_code) == ("running", "")
    monkeypatch.setattr(PostgreSQLReading, "details", details)
    with jobs.running(run.job_id) as progress:
        harvest(run, progress)
    run.job.refresh_from_db()
    assert (run.job.state, run.job.attempts, Asset.objects.count()) == ("succeeded", 2, 1)


def test_wrong_password_fails_in_plain_words(warehouse: Warehouse) -> None:
    job = _failed(warehouse.source(password_encrypted=encrypt("wrong")))
    assert job.error_code == "wrong_password"
    assert not Schema.objects.exists()


def test_password_is_quoted_nowhere(warehouse: Warehouse) -> None:
    job = _failed(warehouse.source(database='no "such" database'))
    assert job.error_code == "unknown_database"
    assert sql.Literal(PASSWORD).as_string() not in job.error_message
