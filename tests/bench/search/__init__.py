"""Searching a catalog of a million assets: both engines beside plain full text and bare bulk indexing, in one run.

ATRIUM_BENCH_SIZES=10000,100000 measures other sizes; goals are for the largest. ATRIUM_BENCH_ROOT is where it is built.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import psycopg

from portal import services
from tests.bench.goals import Goal
from tests.bench.place import Place, place
from tests.engines import elasticsearch

_QUICK = (10_000, 20_000)
_FULL = (10_000, 100_000, 1_000_000)
_ROUNDS = 2
_LARGE = 500_000  # from so many on the servers get the memory that an installation of this size has
_SETTINGS = ("shared_buffers = '2GB'", "maintenance_work_mem = '512MB'", "max_wal_size = '8GB'", "work_mem = '16MB'")
_BASE = "tests.bench.search"
_POSTGRESQL, _ELASTICSEARCH = "postgresql", "elasticsearch"
Answer = dict[str, Any]


def run(*, quick: bool) -> list[Goal]:
    """Measure and print; return the figures."""
    sizes = _sizes(quick=quick)
    node, why = _node("2g" if sizes[-1] >= _LARGE else "512m", quick=quick)
    print(f"Without Elasticsearch: {why}" if node is None else f"Elasticsearch at {node.url}", flush=True)
    try:
        with place() as made:
            if sizes[-1] >= _LARGE:
                _give_memory(made)
            bench = _Bench(made, node, quick=quick)
            for size in sizes:
                bench.measure(size, is_last=size == sizes[-1])
    finally:
        if node is not None:
            node.stop()
    return [*(goal for size in sizes[:-1] for goal in _figures(bench.found[size], size)), *_goals(bench, sizes[-1])]


def _sizes(*, quick: bool) -> tuple[int, ...]:
    if given := os.environ.get("ATRIUM_BENCH_SIZES"):
        return tuple(map(int, given.split(",")))
    return _QUICK if quick else _FULL


def _node(heap: str, *, quick: bool) -> tuple[elasticsearch.Node | None, str]:
    """Start a node; a quick run goes without when there is none."""
    try:
        return elasticsearch.start(heap=heap), ""
    except Exception as error:
        if not quick:
            raise
        return None, str(error)


def _give_memory(made: Place) -> None:
    with psycopg.connect(made.portal, autocommit=True) as server:
        for setting in _SETTINGS:
            server.execute(f"ALTER SYSTEM SET {setting}".encode())
    services.stop(made.root)
    made.endpoints = services.start(made.root, durable=False)


@dataclass
class _Found:
    """What was measured at a size, by step."""

    built: Answer = field(default_factory=dict)
    asked: dict[str, Answer] = field(default_factory=dict)
    suggested: Answer = field(default_factory=dict)
    plain: Answer = field(default_factory=dict)
    rebuilt: Answer = field(default_factory=dict)
    bare: Answer = field(default_factory=dict)
    lag: dict[str, Answer] = field(default_factory=dict)
    alike: float = 0.0


class _Bench:
    """Catalogs of growing size, each in a database of its own, each with what was measured on it."""

    def __init__(self, made: Place, node: elasticsearch.Node | None, *, quick: bool) -> None:
        self.place, self.node = made, node
        self.each, self.seconds = ("4", "5") if quick else ("50", "60")
        self.found: dict[int, _Found] = {}

    def measure(self, size: int, *, is_last: bool) -> None:
        """Build a catalog of so many assets, ask, suggest and rebuild in it, and in the last one change things."""
        database = services.create_database(self.place.endpoints, f"search_{size}")
        found = self.found[size] = _Found()
        print(f"\n{size:,} assets, {10 * size:,} columns", flush=True)
        found.built = self._step(database, "build", str(size))
        print(f"built in {found.built['seconds']} s, index: {found.built['a_second']:,} assets a second", flush=True)
        _head()
        found.asked[_POSTGRESQL] = _show(_POSTGRESQL, self._step(database, "step", "ask", self.each, _POSTGRESQL))
        found.suggested = _show("suggestions", self._step(database, "step", "suggest", self.each))
        found.plain = _show("plain full text", self._step(database, "step", "plain", self.each))
        if self.node is not None:
            self._measure_copy(database, found)
        if is_last:
            found.lag[_POSTGRESQL] = self._lag(database, _POSTGRESQL)
            if self.node is not None:
                found.lag[_ELASTICSEARCH] = self._lag(database, _ELASTICSEARCH, copy=True)

    def _measure_copy(self, database: str, found: _Found) -> None:
        node = str(self._pid)
        for _ in range(1 if found.built["assets"] >= _LARGE else _ROUNDS):
            found.bare = _faster(found.bare, self._step(database, "step", "bare", node, copy=True))
            found.rebuilt = _faster(found.rebuilt, self._step(database, "step", "rebuild", node, copy=True))
        print(
            f"elasticsearch: bare bulk {_pace(found.bare):,.0f}, rebuild {_pace(found.rebuilt):,.0f} documents a second"
        )
        _head()
        answer = self._step(database, "step", "ask", self.each, _ELASTICSEARCH, copy=True)
        found.asked[_ELASTICSEARCH] = _show(_ELASTICSEARCH, answer)
        found.alike = _alike(found.asked[_POSTGRESQL]["totals"], answer["totals"])

    def _lag(self, database: str, engine: str, *, copy: bool = False) -> Answer:
        answer = self._step(database, "step", "lag", engine, self.seconds, copy=copy)
        print(f"lag of {engine} at {answer['a_second']} assets a second: p95 {answer['lag']['p95']:.2f} s", flush=True)
        return answer

    @property
    def _pid(self) -> int:
        if self.node is None:
            raise RuntimeError("There is no node.")
        return self.node._process.pid

    def _step(self, database: str, module: str, *arguments: str, copy: bool = False) -> Answer:
        """Run a step in its own process; only with `copy` it knows of Elasticsearch."""
        environment = self.place.environment | {"DATABASE_URL": database, "ELASTICSEARCH_URL": ""}
        environment["REDIS_URL"] = self.place.endpoints.redis_url
        if copy and self.node is not None:
            prefix = database.rpartition("/")[2].replace("_", "-")
            environment |= {"ELASTICSEARCH_URL": self.node.url, "BENCH_NODE": str(self._pid)}
            environment |= {"ELASTICSEARCH_PREFIX": prefix, "ELASTICSEARCH_TIMEOUT": "30"}
        command = [sys.executable, "-m", f"{_BASE}.{module}", *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{arguments} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        answer: Answer = json.loads(done.stdout.splitlines()[-1])
        return answer


def _pace(answer: Answer) -> float:
    """Return documents a second."""
    return float(answer["documents"] / answer["seconds"])


def _faster(one: Answer, other: Answer) -> Answer:
    """Of two runs, the one that other work on the machine disturbed less."""
    return one if one and _pace(one) > _pace(other) else other


def _head() -> None:
    columns = "".join(f"{name:>9}" for name in ("p50", "p95", "p99"))
    print(f"\n{'ms':38}{columns} wall{'client':>10}{'database':>10}  p95 CPU", flush=True)


def _show(label: str, answer: Answer) -> Answer:
    """Print what requests took, by kind and sort of person."""
    for name, cost in (
        *answer["costs"].items(),
        *((f"{kind}, all people", cost) for kind, cost in answer["pooled"].items()),
    ):
        wall = "".join(f"{cost['wall'][part]:>9.1f}" for part in ("p50", "p95", "p99"))
        print(
            f"{label[:13]:14}{name:24}{wall}{cost['client']['p95']:>15.1f}{cost['database']['p95']:>10.1f}", flush=True
        )
    if node := answer.get("node_cpu"):
        print(f"{label[:13]:14}CPU of the node, a query on average: {1000 * node / len(answer['totals']):.1f} ms")
    return answer


def _alike(one: Answer, other: Answer) -> float:
    """Return the share of questions of which both engines counted all, and the same number."""
    exact = [name for name in one if not one[name][1] and not other[name][1]]
    differing = [f"{name}: {one[name][0]} and {other[name][0]}" for name in exact if one[name] != other[name]]
    print(f"totals alike: {len(exact) - len(differing)} of {len(exact)} that both engines counted", flush=True)
    print(*(f"   {line}" for line in differing[:10]), sep="\n", flush=True)
    return 1 - len(differing) / len(exact)


def _figures(found: _Found, size: int) -> Iterator[Goal]:
    """For the record: how the figures grow."""
    for engine, asked in found.asked.items():
        yield Goal("search", f"{engine} {size} wall p95 ms", asked["pooled"]["all"]["wall"]["p95"])
        yield Goal("search", f"{engine} {size} common database p95 ms", asked["pooled"]["common"]["database"]["p95"])
    yield Goal("search", f"suggestions {size} database p95 ms", found.suggested["pooled"]["suggest"]["database"]["p95"])
    yield Goal("search", f"index {size} assets a second", found.built["a_second"])


def _goals(bench: _Bench, size: int) -> Iterator[Goal]:
    found = bench.found[size]
    yield from _figures(found, size)
    asked, plain = found.asked[_POSTGRESQL]["pooled"], found.plain["pooled"]
    common, rare, completed = asked["common"], asked["rare"], found.suggested["pooled"]["suggest"]
    yield Goal("search", "plain common database p95 ms", plain["common"]["database"]["p95"])
    faster = plain["common"]["database"]["p95"] / common["database"]["p95"]
    yield Goal("search", "postgresql common: plain / ours, database p95", faster, 10, at_least=True)
    yield Goal("search", "postgresql common whole p95 ms", common["whole"]["p95"])
    yield Goal("search", "postgresql rare database p95 ms", rare["database"]["p95"], 5)
    yield Goal("search", "postgresql rare whole p95 ms", rare["whole"]["p95"])
    yield Goal("search", "suggestions database p95 ms", completed["database"]["p95"], 5)
    yield Goal("search", "suggestions whole p95 ms", completed["whole"]["p95"])
    shorter = plain["suggest"]["database"]["p95"] / completed["database"]["p95"]
    yield Goal("search", "suggestions: ranked prefix / ours, database p95", shorter, 100, at_least=True)
    for engine, lag in found.lag.items():
        yield Goal("search", f"{engine} lag p95 s", lag["lag"]["p95"], 3)
    if found.rebuilt:
        pace, limit = _pace(found.rebuilt), _pace(found.bare)
        yield Goal(
            "search", "elasticsearch wall p95 ms", found.asked[_ELASTICSEARCH]["pooled"]["all"]["wall"]["p95"], 100
        )
        yield Goal("search", "totals that both engines count alike, share", found.alike, 1, at_least=True)
        yield Goal("search", "elasticsearch rebuild, documents a second", pace)
        yield Goal("search", "elasticsearch rebuild / bare bulk", pace / limit, 0.60, at_least=True)
