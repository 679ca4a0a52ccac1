"""The engines that come with Atrium. To add one, see docs/connectors.md."""

from catalog.sources.engines.dialects_entries import BY_DIALECT
from catalog.sources.engines.registry import Engine, Family, Option, register

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
        key="clickhouse",
        label="ClickHouse",
        family=Family.DATABASE,
        door=f"{_DOORS}.clickhouse:DOOR",
        connector=f"{_CONNECTORS}.clickhouse:CONNECTOR",
        may_be_empty=("database", "password"),
        helps={
            "port": "Of the HTTP interface: usually 8123, or 8443 with TLS.",
            "database": "Empty: every database but ClickHouse's own.",
            "password": "Only sent on an encrypted line, or to this machine.",
        },
        port=8443,
        proven="ClickHouse 18.16, and its statements on 26.9",
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


_DEPTH = Option(
    "depth",
    "Folders that make a schema",
    "1: the first folder below is the schema. Data sets are found further down.",
    default="1",
)
_ENDPOINT = Option("endpoint", "Endpoint", "https://host:port of a store that is not Amazon's. Empty: Amazon S3.")
_REGION = Option("region", "Region", "Of the bucket, such as eu-central-1.", default="us-east-1")
_CATALOG_NAME = Option("name", "Name of the catalog", "Only needed when the database holds several.")

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
    Engine(
        key="files",
        label="Folder of files",
        family=Family.FILES,
        door=f"{_DOORS}.files:DOOR",
        connector=f"{_CONNECTORS}.files:FOLDER",
        address=("database",),
        labels={"database": "Folder"},
        helps={"database": "The whole path, in a folder that an administrator has allowed (FILE_SOURCES)."},
        options=(_DEPTH,),
        proven="Parquet, CSV, JSON and Delta in folders",
        needs=("pyarrow",),
    ),
    Engine(
        key="s3",
        label="S3 bucket",
        family=Family.FILES,
        door=f"{_DOORS}.files_s3:DOOR",
        connector=f"{_CONNECTORS}.files:BUCKET",
        address=("database", "username", "password"),
        may_be_empty=("username", "password"),
        labels={"database": "Bucket", "username": "Access key", "password": "Secret key"},
        helps={
            "database": "A bucket, or a bucket and a prefix: lake or lake/landing.",
            "username": "Of a user that may only list and read. Without one the bucket is read anonymously.",
        },
        options=(_ENDPOINT, _REGION, _DEPTH),
        proven="the S3 server of moto 5.2",
        needs=("pyarrow",),
    ),
    Engine(
        key="iceberg",
        label="Iceberg, catalog in a SQLite file",
        family=Family.FILES,
        door=f"{_DOORS}.iceberg:SQLITE",
        connector=f"{_CONNECTORS}.iceberg:SQLITE",
        address=("database", "username", "password"),
        may_be_empty=("username", "password"),
        labels={"database": "Catalog file", "username": "Access key", "password": "Secret key"},
        helps={
            "database": "The whole path, in a folder that an administrator has allowed (FILE_SOURCES).",
            "username": "For tables in a bucket. Without one the bucket is read anonymously.",
        },
        options=(_CATALOG_NAME, _ENDPOINT, _REGION),
        proven="catalogs of PyIceberg 0.12, tables in folders and in the S3 server of moto 5.2",
        needs=("pyiceberg", "pyarrow"),
    ),
    Engine(
        key="iceberg_postgresql",
        label="Iceberg, catalog in PostgreSQL",
        family=Family.FILES,
        door=f"{_DOORS}.iceberg:POSTGRESQL",
        connector=f"{_CONNECTORS}.iceberg:POSTGRESQL",
        helps={"database": "Where the tables of the catalog are; files in a bucket are read anonymously."},
        options=(_CATALOG_NAME, _ENDPOINT, _REGION),
        port=5432,
        proven="catalogs of PyIceberg 0.12 in PostgreSQL 18, tables in folders",
        needs=("pyiceberg", "pyarrow"),
        extra="iceberg",
    ),
    Engine(
        key="iceberg_rest",
        label="Iceberg, REST catalog",
        family=Family.FILES,
        door=f"{_DOORS}.iceberg_rest:DOOR",
        connector=f"{_CONNECTORS}.iceberg:REST",
        may_be_empty=("database", "username", "password"),
        labels={"database": "Warehouse", "username": "Client id", "password": "Client secret or token"},
        helps={"username": "Exchanged for a token together with the secret. Without one the secret is the token."},
        options=(Option("path", "Path", "What stands before /v1 in the catalog's address, such as api/catalog."),),
        port=8181,
        proven="Nessie 0.99",
        needs=("pyiceberg", "pyarrow"),
        extra="iceberg",
    ),
)


def join() -> None:
    """Register them all."""
    for engine in (*BUILT_IN, *FILES, *BY_DIALECT):
        register(engine)
