"""Harvesting many tables: Atrium beside a bare dump of the same catalog facts and beside a peer, in one run."""

from collections.abc import Iterator

import psycopg
from psycopg import sql

from portal import services
from tests.bench.goals import Goal
from tests.bench.harvest import datahub
from tests.bench.harvest.generator import COLUMNS, generate
from tests.bench.place import Answer, Place, cpu, head, place, show

_REPEATED = 5_000  # up to so many tables, steps are run three times and the middle one is taken
_STEP = "tests.bench.harvest.step"
_HEARTBEATS = 120  # a longer run beats more often; a statement a table would be thousands


def run(*, quick: bool) -> list[Goal]:
    """Measure and print; return the figures."""
    sizes = (50, 500) if quick else (500, 5_000, 50_000)
    with_peer = set(sizes[:1] if quick else sizes[:2])
    if not quick and not datahub.is_there():
        datahub.install()
    if not datahub.is_there():
        print(f"Without the peer: it is not installed at {datahub.home()}")
        with_peer = set()
    with place() as made:
        bench = _Bench(made)
        for tables in sizes:
            repeats = 1 if quick or tables > _REPEATED else 3
            bench.measure(tables, with_peer=tables in with_peer, repeats=repeats)
    return list(_goals(bench.found, *sizes))


class _Bench:
    """Generated sources of growing size, each with what was measured on it."""

    def __init__(self, made: Place) -> None:
        self.place = made
        self.found: dict[tuple[str, int], Answer] = {}
        self._last: tuple[str, int] | None = None

    def measure(self, tables: int, *, with_peer: bool, repeats: int) -> None:
        """Make a source of so many tables and harvest it in every way."""
        url = self._source(tables)
        head()
        for name, label in (
            ("limit_a", "bare dump, dropped (limit A)"),
            ("limit_b", "bare dump, parsed, hashed (limit B)"),
            ("extract", "Atrium, extraction alone"),
        ):
            self._note(name, tables, label, self.place.middle(_STEP, name, url, repeats=repeats))
        self._note("first", tables, "Atrium, first harvest", self.place.step(_STEP, "harvest", url))
        again = self.place.middle(_STEP, "harvest", url, repeats=repeats)
        self._note("again", tables, "Atrium, unchanged", again)
        if with_peer:
            peer = self.place.step(_STEP, "peer", url)
            self._note("peer", tables, f"acryl-datahub {datahub.VERSION}", peer)

    def _note(self, name: str, tables: int, label: str, answer: Answer) -> None:
        self.found[name, tables] = show(f"{label}, {tables:,}", answer)

    def _source(self, tables: int) -> str:
        """Generate a source, beginning with a copy of the one before."""
        print(f"\nGenerating {tables:,} tables of {COLUMNS} columns", flush=True)
        name = f"source_{tables}"
        if self._last is None:
            url, present = services.create_database(self.place.endpoints, name), 0
        else:
            before, present = self._last
            url = self.place.portal.rpartition("/")[0] + f"/{name}"
            with psycopg.connect(self.place.portal, autocommit=True) as server:
                copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
                server.execute(copy.format(sql.Identifier(name), sql.Identifier(before)))
        generate(url, tables, present=present)
        self._last = name, tables
        return url


def _goals(found: dict[tuple[str, int], Answer], few: int, many: int, most: int | None = None) -> Iterator[Goal]:
    def goal(name: str, value: float, wanted: float | None = None, *, at_least: bool = False) -> Goal:
        return Goal("harvest", name, value, wanted, at_least)

    first, again, extracted = (found[name, many] for name in ("first", "again", "extract"))
    yield goal("extraction_cpu_of_limit_b", cpu(extracted) / cpu(found["limit_b", many]), 1.5)
    yield goal("first_cpu_s", cpu(first))
    yield goal("unchanged_cpu_s", cpu(again))
    if peer := found.get(("peer", many)):
        yield goal("peer_cpu_of_first", cpu(peer) / cpu(first), 15, at_least=True)
        yield goal("peer_cpu_of_unchanged", cpu(peer) / cpu(again), 50, at_least=True)
        yield goal("peer_mib_of_ours", peer["peak_mib"] / first["peak_mib"])
    yield goal("unchanged_assets_changed", sum(again["counts"][name] for name in ("added", "changed", "removed")), 0)
    yield goal("unchanged_rows_written", again["facts_written"], 0)
    stored_per_cpu_s = _stored(found, few, many) / cpu(first, "applying")
    yield goal("stored_rows_per_cpu_s", stored_per_cpu_s, 20_000, at_least=True)
    yield goal("peak_mib", first["peak_mib"], 150)
    statements = {(name, size): answer["statements"] for (name, size), answer in found.items()}
    for name in ("extract", "first", "again"):
        more = statements[name, most or many]["source"] - statements[name, few]["source"]
        yield goal(f"{name}_source_statements", statements[name, many]["source"], 20)
        yield goal(f"{name}_more_source_statements_for_more_tables", more, 0)
    for name in ("first", "again"):
        more = statements[name, many]["portal"] - statements[name, few]["portal"]
        yield goal(f"{name}_more_portal_statements_for_more_tables", more, _HEARTBEATS)
    if most:
        yield goal("peak_mib_of_most", found["first", most]["peak_mib"], 250)
        names = ("limit_b", "extract", "first", "again")
        growth = {name: cpu(found[name, most]) / cpu(found[name, many]) for name in names}
        for name in ("first", "again"):
            yield goal(f"{name}_cpu_growth_of_ten_times_the_tables", growth[name], 10)
        # A server whose catalog outgrows its memory takes more than ten times as long to read it, whoever reads.
        yield goal("extract_cpu_growth_of_ten_times_the_tables", growth["extract"])
        yield goal("limit_b_cpu_growth_of_ten_times_the_tables", growth["limit_b"])
        yield goal("extract_cpu_growth_of_the_limits", growth["extract"] / growth["limit_b"], 1)


def _stored(found: dict[tuple[str, int], Answer], few: int, many: int) -> float:
    """Rows that the first harvest of `many` has stored: the portal held those of `few` before."""
    return float(found["first", many]["stored"] - found["first", few]["stored"])
