"""The role with which a catalog reads the warehouse: it may log in and select, nothing else."""

import secrets

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

READER = "catalog_reader"


def ensure_reader(url: str, *, password: str | None = None, role: str = READER) -> str:
    """Create the role or give it this (else a new random) password, and return the URL it connects with."""
    password = password or secrets.token_urlsafe(18)
    with psycopg.connect(url) as connection:
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone()
        verb = sql.SQL("ALTER" if known else "CREATE")
        connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                verb, sql.Identifier(role), sql.Literal(password)
            )
        )
        database = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(database, sql.Identifier(role)))
    return reader_url(url, password=password, role=role)


def reader_url(url: str, *, password: str, role: str = READER) -> str:
    """The owner's URL with the reader's name and password in place of the owner's."""
    parts = conninfo_to_dict(url)
    host, port = parts.get("host", "127.0.0.1"), parts.get("port", 5432)
    return f"postgresql://{role}:{password}@{host}:{port}/{parts['dbname']}"


def grant_reading(connection: psycopg.Connection, schemas: list[str], *, role: str = READER) -> None:
    """USAGE and SELECT on everything in the schemas, now and for tables that come later; the caller commits."""
    names = sql.SQL(", ").join(sql.Identifier(schema) for schema in schemas)
    for statement in (
        "GRANT USAGE ON SCHEMA {} TO {}",
        "GRANT SELECT ON ALL TABLES IN SCHEMA {} TO {}",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA {} GRANT SELECT ON TABLES TO {}",
    ):
        connection.execute(sql.SQL(statement).format(names, sql.Identifier(role)))
