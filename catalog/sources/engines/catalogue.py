"""The engines that come with Atrium. To add one, see docs/connectors.md."""

from catalog.sources.engines.registry import Engine, Family, register

_DOORS = "catalog.sources.engines"
_CONNECTORS = "catalog.harvest.connectors"

_MARIADB_HELPS = {
    "database": "Empty means all databases of the server, each as a schema.",
    "username": "A user that may only read: GRANT SELECT, SHOW VIEW.",
}

BUILT_IN: tuple[Engine, ...] = (
    Engine(
        key="mariadb",
        label="MariaDB",
        family=Family.DATABASE,
        door=f"{_DOORS}.mariadb:DOOR",
        connector=f"{_CONNECTORS}.mariadb:CONNECTOR",
        may_be_empty=("database",),
        helps=_MARIADB_HELPS,
        port=3306,
        proven="MariaDB 10.11",
        needs=("pymysql",),
    ),
    Engine(
        key="mysql",
        label="MySQL",
        family=Family.DATABASE,
        door=f"{_DOORS}.mariadb:DOOR",
        connector=f"{_CONNECTORS}.mariadb:CONNECTOR",
        may_be_empty=("database",),
        helps=_MARIADB_HELPS,
        port=3306,
        needs=("pymysql",),
    ),
    Engine(
        key="postgresql",
        label="PostgreSQL",
        family=Family.DATABASE,
        door=f"{_DOORS}.postgresql:DOOR",
        connector=f"{_CONNECTORS}.postgresql:CONNECTOR",
        port=5432,
        proven="PostgreSQL 15 and 18",
    ),
    Engine(
        key="trino",
        label="Trino",
        family=Family.QUERY,
        door=f"{_DOORS}.trino:DOOR",
        connector=f"{_CONNECTORS}.trino:CONNECTOR",
        may_be_empty=("database", "password"),
        labels={"database": "Catalog"},
        helps={
            "database": "Empty: every catalog but Trino's own; schemas are then called catalog.schema.",
            "password": "Only sent on an encrypted line. Empty where Trino asks for none.",
        },
        port=8443,
        proven="Trino 476, with its tpch, tpcds and memory catalogs",
        needs=("trino",),
    ),
)


FILES: tuple[Engine, ...] = (
    Engine(
        key="sqlite",
        label="SQLite",
        family=Family.FILES,
        door=f"{_DOORS}.sqlite:DOOR",
        connector=f"{_CONNECTORS}.sqlite:CONNECTOR",
        address=("database",),
        labels={"database": "File"},
        helps={"database": "The whole path, in a folder that an administrator has allowed (FILE_SOURCES)."},
        proven="SQLite 3.40 files",
    ),
    Engine(
        key="duckdb",
        label="DuckDB",
        family=Family.FILES,
        door=f"{_DOORS}.duckdb:DOOR",
        connector=f"{_CONNECTORS}.duckdb:CONNECTOR",
        address=("database",),
        labels={"database": "File"},
        helps={"database": "The whole path, in a folder that an administrator has allowed (FILE_SOURCES)."},
        proven="DuckDB 1.5 files",
        needs=("duckdb",),
    ),
)


def join() -> None:
    """Register them all."""
    for engine in (*BUILT_IN, *FILES):
        register(engine)
