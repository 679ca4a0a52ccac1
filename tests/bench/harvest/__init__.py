"""Harvesting many tables: Atrium beside a bare dump of the same catalog facts, first time and unchanged."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import psycopg

from portal import services
from tests.bench.harvest.generator import COLUMNS, generate

_REPEATS = 3
_NOT_OURS = ["pg_stat_statements", "FOR KEY SHARE OF x"]  # the second: checks of deferred foreign keys, a row each
_FULL, _QUICK = (500, 5000), (50, 500)


@dataclass(frozen=True)
class Goal:
    """A figure and where it should lie."""

    name: str
    value: float
    goal: float
    at_least: bool = False

    @property
    def is_met(self) -> bool:
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    def __str__(self) -> str:
        sign = ">=" if self.at_least else "<="
        return f"harvest {self.name}={self.value:.4g} goal={sign}{self.goal:g} {'met' if self.is_met else 'short'}"


class Bench:
    """Two generated sources and an empty portal on a server of their own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.endpoints = services.start(root, durable=False, say=lambda line: print(line, flush=True))
        self.portal = self.endpoints.database_url
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings.test",
            "DATABASE_URL": self.portal,
            "REDIS_URL": self.endpoints.redis_url,
            "LOG_LEVEL": "WARNING",
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

    def source(self, tables: int) -> str:
        """Generate a source; return its address."""
        print(f"Generating {tables:,} tables of {COLUMNS} columns", flush=True)
        url = services.create_database(self.endpoints, f"source_{tables}")
        generate(url, tables)
        return url

    def step(self, name: str, url: str) -> dict[str, Any]:
        """Run a step in its own process and return its answer, with the statements each database got."""
        self._forget_statements()
        command = [sys.executable, "-m", "tests.bench.harvest.step", name, url, str(self.postmaster)]
        done = subprocess.run(command, env=self.environment, check=True, capture_output=True, text=True)
        answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        answer["statements"] = {"source": self._statements(url), "portal": self._statements(self.portal)}
        return answer

    def middle(self, name: str, url: str) -> dict[str, Any]:
        """Run a step some times and return the answer of median CPU."""
        answers = [self.step(name, url) for _ in range(_REPEATS)]
        wanted = median(cpu(answer) for answer in answers)
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


def cpu(answer: dict[str, Any], phase: str = "work") -> float:
    """CPU seconds of client and server in a phase."""
    return float(answer[phase]["client_cpu"] + answer[phase]["server_cpu"])


def run(*, quick: bool) -> bool:
    """Measure and print; return whether every goal is met."""
    root = Path(tempfile.mkdtemp(prefix="atrium-bench-"))
    try:
        bench = Bench(root)
        goals = _measure(bench, *(_QUICK if quick else _FULL))
    finally:
        services.remove(root)
        shutil.rmtree(root, ignore_errors=True)
    print(*goals, sep="\n")
    return all(goal.is_met for goal in goals)


def _measure(bench: Bench, small: int, large: int) -> list[Goal]:
    few = bench.source(small)
    many = bench.source(large)
    print(f"\n{'step':44}{'wall s':>8}{'client':>8}{'server':>8}{'CPU s':>8}{'MiB':>7}{'statements':>14}")
    dumped = _show(f"bare dump, dropped (limit A), {large:,}", bench.middle("limit_a", many))
    parsed = _show(f"bare dump, parsed, hashed (limit B), {large:,}", bench.middle("limit_b", many))
    extracted_few = _show(f"Atrium, extraction alone, {small:,}", bench.middle("extract", few))
    extracted = _show(f"Atrium, extraction alone, {large:,}", bench.middle("extract", many))
    first_few = _show(f"Atrium, first harvest, {small:,}", bench.step("harvest", few))
    first = _show(f"Atrium, first harvest, {large:,}", bench.step("harvest", many))
    again = _show(f"Atrium, unchanged, {large:,}", bench.middle("harvest", many))
    print(f"\nlimit A / limit B: {cpu(dumped) / cpu(parsed):.2f}; start of a process: {first['import_cpu']:.2f} CPU-s")
    written = first["stored"] - first_few["stored"]
    statements = extracted["statements"]["source"]
    return [
        Goal("extraction_cpu_of_limit_b", cpu(extracted) / cpu(parsed), 1.5),
        Goal("unchanged_cpu_s", cpu(again), 1.8),
        Goal("unchanged_rows_changed", sum(again["counts"][name] for name in ("added", "changed", "removed")), 0),
        Goal("store_rows_per_s", written / first["applying"]["wall"], 20_000, at_least=True),
        Goal("peak_rss_mib", first["peak_mib"], 150),
        Goal("rss_growth_of_ten_times_the_tables", first["peak_mib"] / first_few["peak_mib"], 1.1),
        Goal("source_statements", statements, 20),
        Goal("more_statements_for_more_tables", statements - extracted_few["statements"]["source"], 0),
        Goal(
            "more_portal_statements_for_more_tables",
            first["statements"]["portal"] - first_few["statements"]["portal"],
            _HEARTBEATS,
        ),
    ]


_HEARTBEATS = 60  # a longer run beats more often; a statement a table would be thousands


def _show(label: str, answer: dict[str, Any]) -> dict[str, Any]:
    counted = answer["statements"]
    for phase in ("work", "reading", "applying"):
        if phase in answer:
            cost = answer[phase]
            name = label if phase == "work" else f"   {phase}"
            ending = f"{answer['peak_mib']:>7.0f}{counted['source']:>7}+{counted['portal']}" if phase == "work" else ""
            print(
                f"{name:44}{cost['wall']:>8.2f}{cost['client_cpu']:>8.2f}{cost['server_cpu']:>8.2f}"
                f"{cost['client_cpu'] + cost['server_cpu']:>8.2f}{ending}"
            )
    return answer
