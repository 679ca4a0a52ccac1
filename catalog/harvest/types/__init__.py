"""Logical types: one set of words for the types of every engine. The table is in docs/logical-types.md."""

from collections.abc import Mapping, Sequence

from catalog.harvest.types import arrow, clickhouse, duckdb, mariadb, postgresql, sqlite, trino, warehouses
from catalog.harvest.types.classics import ORACLE, SQL_SERVER
from catalog.harvest.types.dialect import COMMON, Dialect

__all__ = ["DIALECTS", "Dialect", "dialect_of", "logical_types"]

DIALECTS: dict[str, Dialect] = {
    "postgresql": postgresql.DIALECT,
    "mariadb": mariadb.DIALECT,
    "mysql": mariadb.DIALECT,
    "trino": trino.DIALECT,
    "clickhouse": clickhouse.DIALECT,
    "duckdb": duckdb.DIALECT,
    "sqlite": sqlite.DIALECT,
    "files": arrow.DIALECT,
    "s3": arrow.DIALECT,
    "iceberg": warehouses.ICEBERG,
    "snowflake": warehouses.SNOWFLAKE,
    "bigquery": warehouses.BIGQUERY,
    "redshift": warehouses.REDSHIFT,
    "databricks": warehouses.DATABRICKS,
    "sqlserver": SQL_SERVER,
    "mssql": SQL_SERVER,
    "oracle": ORACLE,
}


def dialect_of(engine: str) -> Dialect:
    """Return how an engine's types are read."""
    return DIALECTS.get(engine, COMMON)


def logical_types(engine: str, types: Sequence[str]) -> Mapping[str, str]:
    """Return the logical type of each of these types as the engine writes them."""
    dialect = dialect_of(engine)
    return {written: str(dialect.logical(written)) for written in types}
