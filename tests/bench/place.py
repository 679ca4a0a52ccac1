"""A server of its own for a benchmark, with an empty portal on it, and steps that run in processes of their own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from portal import services

Answer = dict[str, Any]
_NOT_OURS = ["pg_stat_statements", "FOR KEY SHARE OF x"]  # the second: checks of deferred foreign keys, a row each
_FACTS = r"^(assets_(asset|column|key|index|schemachange)|harvest_before)$|historical"


class Place:
    """The server, and what runs on it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.endpoints = services.start(root, durable=False, say=lambda line: print(line, flush=True))
        self.portal = self.endpoints.database_url
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": self.portal,
            "REDIS_URL": self.endpoints.redis_url,
            "LOG_LEVEL": "WARNING",
            "ATRIUM_VAR": str(root),
        }
        self._tune()
        subprocess.run([sys.executable, "-m", "django", "migrate", "-v", "0"], env=self.environment, check=True)

    def _tune(self) -> None:
        """No autovacuum, so that its work does not fall into a measurement; count the statements of every database."""
        with psycopg.connect(self.portal, autocommit=True) as server:
            server.execute("ALTER SYSTEM SET autovacuum = off")
            server.execute("SELECT pg_reload_conf()")
            server.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")

    @property
    def postmaster(self) -> int:
        pid = services.status(self.root)[0].pid
        if pid is None:
            raise RuntimeError("PostgreSQL has gone away.")
        return pid

    def step(self, module: str, name: str, *arguments: str) -> Answer:
        """Run a step in its own process and return its answer, with the statements that each database got."""
        self._forget_statements()
        written = self._written()
        command = [sys.executable, "-m", module, name, *arguments, str(self.postmaster)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{name} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        answer: Answer = json.loads(done.stdout.splitlines()[-1])
        answer["statements"] = {
            "portal": self._statements(self.portal),
            "source": sum(self._statements(url) for url in arguments if url.startswith("postgresql:")),
        }
        answer["facts_written"] = self._written() - written
        return answer

    def middle(self, module: str, name: str, *arguments: str, repeats: int = 3) -> Answer:
        """Run a step some times and return the answer of median CPU."""
        answers = [self.step(module, name, *arguments) for _ in range(repeats)]
        wanted = sorted(cpu(answer) for answer in answers)[(repeats - 1) // 2]
        return next(answer for answer in answers if cpu(answer) == wanted)

    def _forget_statements(self) -> None:
        with psycopg.connect(self.portal, autocommit=True) as server:
            server.execute("SELECT pg_stat_statements_reset()")

    def _statements(self, url: str) -> int:
        database = url.rpartition("/")[2]
        with psycopg.connect(self.portal, autocommit=True) as server:
            row = server.execute(
                "SELECT COALESCE(sum(calls), 0)::int FROM pg_stat_statements JOIN pg_database ON oid = dbid "
                "WHERE datname = %s AND query !~ ALL (%s)",
                [database, _NOT_OURS],
            ).fetchone()
        return int(row[0]) if row else 0

    def _written(self) -> int:
        """Rows of facts and of their history that were ever inserted, updated or deleted in the portal."""
        with psycopg.connect(self.portal, autocommit=True) as server:
            row = server.execute(
                "SELECT COALESCE(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_user_tables "
                "WHERE relname ~ %s",
                [_FACTS],
            ).fetchone()
        return int(row[0]) if row else 0


@contextmanager
def place() -> Iterator[Place]:
    """Make a place and remove it after the body."""
    root = Path(tempfile.mkdtemp(prefix="atrium-bench-", dir=os.environ.get("ATRIUM_BENCH_ROOT")))
    try:
        yield Place(root)
    finally:
        services.remove(root)
        shutil.rmtree(root, ignore_errors=True)


def cpu(answer: Answer, phase: str = "work") -> float:
    """CPU seconds of client and server in a phase."""
    return float(answer[phase]["client_cpu"] + answer[phase]["server_cpu"])


def head() -> None:
    """Print the head of the table whose rows `show` prints."""
    print(f"\n{'step':44}{'wall s':>9}{'client':>8}{'server':>8}{'CPU s':>8}{'MiB':>7}{'statements':>14}", flush=True)


def show(label: str, answer: Answer) -> Answer:
    """Print what a step took, by phase."""
    for phase, cost in answer.items():
        if isinstance(cost, dict) and "client_cpu" in cost:
            is_whole = phase == "work"
            counted = answer["statements"]
            ending = f"{answer['peak_mib']:>7.0f}{counted['source']:>8}+{counted['portal']}" if is_whole else ""
            print(
                f"{label if is_whole else f'   {phase}':44}{cost['wall']:>9.2f}{cost['client_cpu']:>8.2f}"
                f"{cost['server_cpu']:>8.2f}{cost['client_cpu'] + cost['server_cpu']:>8.2f}{ending}",
                flush=True,
            )
    return answer
