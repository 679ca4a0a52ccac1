"""A portal of its own: PostgreSQL, Valkey, real workers and the schedule, whose processes tests may kill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from portal import services

_PATIENCE = 60.0  # seconds; a slow machine must not fail a test

FACTS = {
    "schemas": "SELECT name, comment, gone_at IS NULL FROM assets_schema ORDER BY name",
    "assets": """SELECT path, kind, comment, definition, properties::text, fingerprint, column_count, gone_at IS NULL,
        row_estimate, size_bytes, cardinality(labels) FROM assets_asset ORDER BY path""",
    "columns": """SELECT path, position, part.name, data_type, logical_type, is_nullable, "default", is_generated,
        part.comment
        FROM assets_column AS part JOIN assets_asset AS asset ON asset.id = part.asset_id ORDER BY path, position""",
    "keys": """SELECT path, part.kind, part.name, columns, target_schema, target_name, target_columns, part.definition
        FROM assets_key AS part JOIN assets_asset AS asset ON asset.id = part.asset_id ORDER BY path, part.name""",
    "indexes": """SELECT path, part.name, is_unique, columns, part.definition
        FROM assets_index AS part JOIN assets_asset AS asset ON asset.id = part.asset_id ORDER BY path, part.name""",
    "changes": """SELECT path, change.kind, change.part, change.name
        FROM assets_schemachange AS change JOIN assets_asset AS asset ON asset.id = change.asset_id
        ORDER BY path, change.part, change.name, change.kind""",
}


_WITNESS = """
    CREATE TABLE witness (schema_name text, session int);
    CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO witness VALUES (NEW.schema_name, pg_backend_pid()); RETURN NULL; END $$;
    CREATE TRIGGER witness AFTER INSERT OR UPDATE ON harvest_schemaresult FOR EACH ROW WHEN (NEW.state = 'applied')
        EXECUTE FUNCTION witness()
"""


class House:
    """The services under `root`, a desk that gives orders, and the processes that work."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.endpoints = services.start(root)
        self.log = root / "house.log"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.catalog.harvest.hasty",
            "DATABASE_URL": self.endpoints.database_url,
            "REDIS_URL": self.endpoints.redis_url,
            "CELERY_NO_COLOR": "1",
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=self.environment, check=True)
        with psycopg.connect(self.endpoints.database_url) as server:
            server.execute(_WITNESS)
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.desk = subprocess.Popen(
            [sys.executable, "-m", "tests.catalog.harvest.order"],
            env=self.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
        )  # fmt: skip

    def ask(self, what: str, about: str | int, **facts: int) -> int:
        """Ask the portal (see order.py); return the number of the run, which has been sent by then."""
        assert self.desk.stdin is not None
        assert self.desk.stdout is not None
        self.desk.stdin.write(json.dumps([what, str(about), facts]) + "\n")
        return int(self.desk.stdout.readline())

    def start_worker(self, name: str = "worker") -> None:
        """Start a worker of one process, and the schedule unless it runs."""
        options = ["-c", "1", "-n", f"{name}@house", "--without-gossip", "--without-mingle", "--without-heartbeat"]
        self._start(name, ["worker", "--loglevel", "INFO", *options])
        if "beat" not in self.processes:
            self.start_beat()

    def start_beat(self) -> None:
        """Start the schedule, in a process of its own."""
        self._start("beat", ["beat", "--loglevel", "WARNING", "-s", str(self.root / "schedule"), "--pidfile="])

    def _start(self, name: str, arguments: list[str]) -> None:
        command = [sys.executable, "-m", "celery", "--quiet", "-A", "portal.celery", *arguments]
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def await_workers(self) -> None:
        """Wait until every worker has said that it is ready."""
        names = [name for name in self.processes if name != "beat"]
        wait(lambda: all(f"{name}@house ready" in self.log.read_text() for name in names), "the workers", self.log)

    def kill_worker(self, name: str = "worker") -> None:
        """Kill -9 a process of ours and all its children."""
        process = self.processes.pop(name, None)
        if process is not None:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def kill_all(self) -> None:
        """Kill -9 every worker and the schedule."""
        for name in list(self.processes):
            self.kill_worker(name)

    def kill_service(self, name: str) -> None:
        """Kill -9 PostgreSQL or Valkey."""
        kill_service(self.root, name)

    def restart_services(self) -> None:
        """Start what was killed; addresses stay the same."""
        assert services.start(self.root) == self.endpoints

    def rows(self, query: str, *parameters: object) -> list[Any]:
        """Read from the portal's database."""
        with psycopg.connect(self.endpoints.database_url) as connection:
            return connection.execute(query.encode(), parameters).fetchall()

    def state(self, run: int) -> tuple[str, str]:
        """Return state and error code of a run."""
        query = """SELECT state, error_code FROM kit_jobrun JOIN harvest_run AS run ON run.job_id = kit_jobrun.id
            WHERE run.id = %s"""
        state, code = self.rows(query, run)[0]
        return state, code

    def applied(self, run: int) -> list[str]:
        """Return the schemas that a run has applied."""
        query = "SELECT schema_name FROM harvest_schemaresult WHERE run_id = %s AND state = 'applied' ORDER BY 1"
        return [name for (name,) in self.rows(query, run)]

    def await_state(self, run: int, *states: str) -> None:
        """Wait until a run is in one of the states."""
        wait(lambda: self.state(run)[0] in states, f"run {run} to be {states}", self.log)

    def facts(self) -> dict[str, list[Any]]:
        """Return everything that harvests have stored."""
        return {name: self.rows(query) for name, query in FACTS.items()}

    @contextmanager
    def held_at(self, run: int, schema: str) -> Iterator[psycopg.Connection]:
        """Hold whoever applies the schema in this run at the very end of its transaction, before it can commit.

        An uncommitted result of the same schema stands in its way; leaving takes it back.
        """
        hold = psycopg.connect(self.endpoints.database_url)
        try:
            hold.execute(
                """INSERT INTO harvest_schemaresult
                (run_id, schema_name, state, share, error_code, error_message, added, changed, removed, unchanged,
                    seconds, applied_at)
                VALUES (%s, %s, 'applied', 0, '', '', 0, 0, 0, 0, 0, now())""",
                [run, schema],
            )
            yield hold
        finally:
            hold.close()

    @contextmanager
    def held_in_share(self, schema: str) -> Iterator[None]:
        """Hold whoever applies a schema that has been handed out, before it has done anything to it."""
        with psycopg.connect(self.endpoints.database_url) as hold:
            hold.execute("SELECT FROM assets_schema WHERE name = %s FOR UPDATE", [schema])
            yield
            hold.rollback()

    def await_waiting(self, sessions: int = 1) -> None:
        """Wait until so many sessions of the portal wait for a holder."""
        query = """SELECT FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND query ~ 'INTO "harvest_schemaresult|FROM assets_schema'"""
        wait(lambda: len(self.rows(query)) == sessions, "the worker to reach the held schema", self.log)

    def shares(self, run: int) -> dict[str, int]:
        """Return the share of each schema."""
        return dict(self.rows("SELECT schema_name, share FROM harvest_schemaresult WHERE run_id = %s", run))

    def witnessed(self) -> list[tuple[str, int]]:
        """Return every time a schema was applied, and by which database session."""
        return self.rows("SELECT schema_name, session FROM witness ORDER BY 1")

    def empty(self) -> None:
        """Forget the catalog and all work, as soon as nothing is at it."""
        tables = "sources_source, kit_jobrun, kit_outboxmessage, kit_notification, kit_deadletter, witness"

        def is_done() -> bool:
            with suppress(psycopg.OperationalError), psycopg.connect(self.endpoints.database_url) as server:
                server.execute(f"TRUNCATE {tables} CASCADE".encode())  # a deadlock with late work: once more
                return True
            return False

        wait(is_done, "the portal to come to rest", self.log)

    def unfinished(self) -> list[tuple[str, str]]:
        """Return jobs that are under way and dead letters that are open."""
        jobs = "SELECT kind, state FROM kit_jobrun WHERE state IN ('queued', 'running', 'cancelling')"
        return self.rows(f"{jobs} UNION ALL SELECT topic, error_code FROM kit_deadletter WHERE state = 'open'")

    def close(self) -> None:
        """End everything."""
        self.kill_all()
        self.desk.kill()
        self.desk.communicate()
        services.remove(self.root)


class WarehouseServer:
    """A PostgreSQL server of its own that is harvested and may be killed."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.endpoints = services.start(root)
        self.url = services.create_database(self.endpoints, "warehouse")

    def kill(self) -> None:
        """Kill -9 the server."""
        kill_service(self.root, "PostgreSQL")

    def restart(self) -> None:
        """Start it again, at the same address."""
        assert services.start(self.root) == self.endpoints

    def close(self) -> None:
        """End it."""
        services.remove(self.root)


def kill_service(root: Path, name: str) -> None:
    """Kill -9 a service under `root`."""
    pid = next(status.pid for status in services.status(root) if status.name == name)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def wait(condition: Callable[[], bool], what: str, log: Path) -> None:
    """Poll; fail with the end of the worker's log."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited in vain for {what}.\n{log.read_text()[-4000:]}")
        time.sleep(0.1)
