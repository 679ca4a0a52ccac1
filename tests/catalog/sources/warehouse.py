"""A real database to connect to: on the test run's own server, with users of more and fewer rights."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import psycopg
from django.db import connections
from psycopg import sql

from catalog.sources.credentials import encrypt
from catalog.sources.models import Source

READER_PASSWORD = "p%40ss wörd:/@'\\"
_numbers = count(1)


@dataclass(frozen=True)
class Warehouse:
    """Where the database is, and who may do what in it."""

    host: str
    port: int
    database: str
    reader: str
    locked_out: str

    def source(self, **facts: Any) -> Source:
        """Return a source of it, not stored."""
        password = facts.pop("password", READER_PASSWORD)
        defaults = {
            "name": "Company",
            "slug": "company",
            "host": self.host,
            "port": self.port,
            "database": self.database,
            "username": self.reader,
            "password_encrypted": encrypt(password),
        }
        return Source(**defaults | facts)

    def run(self, statement: str, *names: str, database: str = "") -> None:
        """Run a statement as the server's owner; `{}` stand for names to be quoted."""
        with administrator(database or self.database) as admin:
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def administrator(database: str = "postgres") -> "psycopg.Connection[Any]":
    """Connect to the test server as its owner."""
    settings = connections["default"].settings_dict
    return psycopg.connect(
        host=settings["HOST"],
        port=settings["PORT"],
        user=settings["USER"],
        password=settings["PASSWORD"],
        dbname=database,
        autocommit=True,
    )


@contextmanager
def standing() -> Iterator[Warehouse]:
    """Make a warehouse with two schemas for the time of the body."""
    settings = connections["default"].settings_dict
    name = f"atrium_sources_{os.getpid()}_{next(_numbers)}"
    house = Warehouse(settings["HOST"], int(settings["PORT"]), name, f"{name}_reader", f"{name}_locked_out")
    _build(house)
    try:
        yield house
    finally:
        _tear_down(house)


def _build(house: Warehouse) -> None:
    with administrator() as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(house.database)))
        for role in (house.reader, house.locked_out):
            create = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}")
            admin.execute(create.format(sql.Identifier(role), sql.Literal(READER_PASSWORD)))
        admin.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM PUBLIC").format(sql.Identifier(house.database)))
    house.run("GRANT CONNECT ON DATABASE {} TO {}", house.database, house.reader)
    house.run("CREATE SCHEMA sales CREATE TABLE orders (id int) CREATE TABLE customers (id int)")
    house.run("CREATE SCHEMA payroll CREATE TABLE salaries (id int)")
    house.run("GRANT USAGE ON SCHEMA sales TO {}", house.reader)
    house.run("GRANT SELECT ON sales.orders TO {}", house.reader)


def _tear_down(house: Warehouse) -> None:
    with administrator() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(house.database)))
        for role in (house.reader, house.locked_out):
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
