"""ClickHouse: one statement that asks which facts this version keeps, then one for each kind of fact.

Its primary key sorts and promises nothing, so it is told as an index that is not unique. The tables in which a
materialized view keeps its rows are part of the view and not listed.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from catalog.assets.models import AssetKind
from catalog.harvest.connectors.contract import Scope
from catalog.harvest.connectors.rows import ColumnRow, DetailRow, IndexRow, RelationRow, Row, RowReading, SchemaRow
from catalog.sources.engines.clickhouse import Session, connect, databases_of, literal
from catalog.sources.models import Source

_LONGEST_PART = 128
_VIEWS = ("View", "LiveView", "WindowView")
# Engines whose rows lie with somebody else.
_FOREIGN = re.compile(
    "MySQL|(Materialized)?PostgreSQL|MongoDB|Redis|SQLite|[OJ]DBC|S3(Queue)?|GCS|OSS|COSN|HDFS|Hive|URL|File|Azure.*"
    "|Kafka|RabbitMQ|NATS|Iceberg.*|DeltaLake.*|Hudi|ExternalDistributed|ArrowFlight"
)
_NULLABLE = re.compile(r"(LowCardinality\()?Nullable\(|Variant\(|Dynamic\b")
_QUERY = re.compile(r"\sAS\s+((?:SELECT|WITH|\().*)\Z", re.DOTALL | re.IGNORECASE)

_KNOWN = """
    SELECT table, name FROM system.columns WHERE database = 'system'
    AND table IN ('databases', 'tables', 'columns', 'parts', 'data_skipping_indices')
"""
# What we ask of each of ClickHouse's own tables; what a version does not keep is asked as an empty text.
_FACTS = {
    "databases": "name comment",
    "tables": """database name engine comment as_select create_table_query partition_key sorting_key primary_key
        sampling_key total_rows total_bytes""",
    "columns": "database table name type default_kind default_expression comment position",
    "parts": "database table rows bytes_on_disk",
    "data_skipping_indices": "database table name type_full expr granularity",
}


class ClickHouseExtractor:
    """Everything in the databases of one server."""

    def __init__(self, session: Session, source: Source) -> None:
        self._session = session
        self._databases = databases_of(source)
        self._known: dict[str, set[str]] = defaultdict(set)

    def schemas(self) -> Iterable[SchemaRow]:
        """Name the databases."""
        for table, name in self._session.rows(_KNOWN):
            self._known[str(table)].add(str(name))
        for (row,) in _each(self._ask("databases", self._databases)):
            yield SchemaRow(row["name"], row["comment"])

    def extract(self, schemas: Sequence[str]) -> Iterator[Sequence[Row]]:
        """Read tables, columns and indexes of these databases."""
        if not schemas:
            return
        inside = f"database IN ({', '.join(map(literal, schemas))})"
        sizes = self._sizes(inside)
        hidden = "name NOT LIKE '.inner.%' AND name NOT LIKE '.inner\\\\_id.%' AND is_temporary = 0"
        for batch in self._ask("tables", f"{inside} AND {hidden}"):
            yield [row for facts in batch for row in _table(facts, sizes)]
        yield from self._columns(f"{inside} AND table NOT LIKE '.inner%'")
        if self._known["data_skipping_indices"]:
            for batch in self._ask("data_skipping_indices", inside):
                yield [_skipping(facts) for facts in batch]

    def warnings(self) -> list[str]:
        """There is nothing that could be listed but not read."""
        return []

    def cancel(self) -> None:
        """Stop the statement that runs."""
        self._session.cancel()

    def _ask(self, table: str, condition: str, extra: str = "") -> Iterator[list[dict[str, str]]]:
        names = _FACTS[table].split()
        asked = ", ".join(name if name in self._known[table] else f"'' AS {name}" for name in names)
        statement = f"SELECT {asked} FROM system.{table} WHERE {condition}{extra}"  # noqa: S608 - names are our own
        for batch in self._session.batches(statement):
            yield [dict(zip(names, (value or "" for value in row), strict=True)) for row in batch]

    def _sizes(self, inside: str) -> dict[tuple[str, str], tuple[int, int]]:
        """Return rows and bytes by table, where the list of tables does not tell them yet."""
        if "total_rows" in self._known["tables"] or not self._known["parts"]:
            return {}
        rows = self._session.rows(
            f"SELECT database, table, sum(rows), sum(bytes_on_disk) FROM system.parts WHERE active AND {inside}"  # noqa: S608
            " GROUP BY database, table"
        )
        return {(str(schema), str(table)): (int(count or 0), int(size or 0)) for schema, table, count, size in rows}

    def _columns(self, condition: str) -> Iterator[list[Row]]:
        """Read the columns; where the server does not number them, they come in the order of their table."""
        last, counted = ("", ""), 0
        for batch in self._ask("columns", condition):
            rows: list[Row] = []
            for facts in batch:
                table = facts["database"], facts["table"]
                last, counted = table, counted + 1 if table == last else 1
                rows.append(_column(facts, _number(facts["position"]) or counted))
            yield rows


def _each(batches: Iterable[list[dict[str, str]]]) -> Iterator[tuple[dict[str, str]]]:
    return ((row,) for batch in batches for row in batch)


def _table(facts: dict[str, str], sizes: dict[tuple[str, str], tuple[int, int]]) -> Iterator[Row]:
    schema, name = facts["database"], facts["name"]
    counted = sizes.get((schema, name), (_number(facts["total_rows"]), _number(facts["total_bytes"])))
    yield RelationRow(schema, name, _kind(facts["engine"]), *counted)
    keys: dict[str, object] = {
        key: facts[key] for key in ("partition_key", "sorting_key", "primary_key", "sampling_key") if facts[key]
    }
    yield DetailRow(schema, name, facts["comment"], _definition(facts), {"engine": facts["engine"]} | keys)
    if facts["primary_key"]:
        rule = f"PRIMARY KEY ({facts['primary_key']})"
        yield IndexRow(schema, name, "primary key", False, parts_of(facts["primary_key"]), rule)


def _kind(engine: str) -> str:
    if engine in _VIEWS:
        return AssetKind.VIEW
    if engine == "MaterializedView":
        return AssetKind.MATERIALIZED
    return AssetKind.FOREIGN if _FOREIGN.fullmatch(engine) else AssetKind.TABLE


def _definition(facts: dict[str, str]) -> str:
    """Return the query of a view; older servers tell it only as the end of the statement that makes it."""
    if not facts["engine"].endswith("View"):
        return ""
    found = _QUERY.search(facts["create_table_query"])
    return (facts["as_select"] or (found[1] if found else "")).strip()


def _number(text: str) -> int | None:
    return int(text) if text.isdigit() else None


def _column(facts: dict[str, str], position: int) -> ColumnRow:
    kind, written = facts["default_kind"], facts["type"]
    return ColumnRow(
        facts["database"],
        facts["table"],
        position,
        facts["name"],
        written,
        written,
        is_nullable=bool(_NULLABLE.match(written)),
        initial=facts["default_expression"],
        is_generated=kind in ("MATERIALIZED", "ALIAS"),
        comment=facts["comment"],
    )


def _skipping(facts: dict[str, str]) -> IndexRow:
    rule = f"INDEX {facts['name']} {facts['expr']} TYPE {facts['type_full']} GRANULARITY {facts['granularity']}"
    return IndexRow(facts["database"], facts["table"], facts["name"], False, parts_of(facts["expr"]), rule)


def parts_of(expression: str) -> list[str]:
    """Split a list of expressions at the commas that stand in no brackets; a part that is very long is cut."""
    parts, depth = [""], 0
    for character in expression:
        depth += (character in "([{") - (character in ")]}")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip().strip("`")[:_LONGEST_PART] for part in parts if part.strip()]


class ClickHouse:
    """The connector."""

    @contextmanager
    def reading(self, source: Source, scope: Scope) -> Iterator[RowReading]:
        """Open a look at the databases."""
        with (
            connect(source, statement_timeout_s=source.statement_timeout_seconds) as session,
            RowReading(ClickHouseExtractor(session, source), scope) as reading,
        ):
            yield reading


CONNECTOR = ClickHouse()
