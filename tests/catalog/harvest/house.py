"""A portal of its own: PostgreSQL, Valkey and a real worker whose processes tests may kill."""

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


class House:
    """The services under `root` and the worker that works for them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.endpoints = services.start(root)
        self.worker: subprocess.Popen[bytes] | None = None
        self.log = root / "worker.log"
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "tests.catalog.harvest.hasty",
            "DATABASE_URL": self.endpoints.database_url,
            "REDIS_URL": self.endpoints.redis_url,
        }
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=self.environment, check=True)

    def ask(self, what: str, about: str | int) -> int:
        """Ask the portal (see order.py); return the number of the run."""
        command = [sys.executable, "-m", "tests.catalog.harvest.order", what, str(about)]
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)
        return int(done.stdout.split()[-1])

    def start_worker(self) -> None:
        """Start a worker with the schedule inside."""
        command = [sys.executable, "-m", "celery", "-A", "portal.celery", "worker", "-B", "-c", "1"]
        command += ["-s", str(self.root / "schedule"), "--without-gossip", "--without-mingle"]
        with self.log.open("ab") as log:
            self.worker = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )

    def kill_worker(self) -> None:
        """Kill -9 the worker and all its children."""
        if self.worker is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.worker.pid, signal.SIGKILL)
            self.worker.wait()
            self.worker = None

    def kill_service(self, name: str) -> None:
        """Kill -9 PostgreSQL or Valkey."""
        pid = next(status.pid for status in services.status(self.root) if status.name == name)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)

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
        query = "SELECT schema_name FROM harvest_schemaresult WHERE run_id = %s ORDER BY 1"
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

    def await_waiting(self) -> None:
        """Wait until a session of the portal waits for the holder."""
        query = """SELECT FROM pg_stat_activity
            WHERE wait_event_type = 'Lock' AND query ~ 'INTO "harvest_schemaresult'"""
        wait(lambda: bool(self.rows(query)), "the worker to reach the held schema", self.log)

    def close(self) -> None:
        """End everything."""
        self.kill_worker()
        services.remove(self.root)


def wait(condition: Callable[[], bool], what: str, log: Path) -> None:
    """Poll; fail with the end of the worker's log."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited in vain for {what}.\n{log.read_text()[-4000:]}")
        time.sleep(0.1)
