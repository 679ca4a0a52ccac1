"""The marker that tells a finished warehouse from a half-built one."""

import psycopg

VERSION = 1
"""Raise it when the warehouse's content changes: a warehouse of another version counts as not built."""

_CREATE = """
CREATE TABLE public.warehouse_build (
    version integer NOT NULL, scale integer NOT NULL, finished_at timestamptz NOT NULL DEFAULT now());
COMMENT ON TABLE public.warehouse_build IS 'Which version of the warehouse was built, and when. One row.';
"""


def is_built(url: str, *, scale: int = 1) -> bool:
    """Whether a complete warehouse of this version and scale is there. Raises psycopg.OperationalError."""
    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('public.warehouse_build')").fetchone() == (None,):
            return False
        row = connection.execute("SELECT version, scale FROM public.warehouse_build").fetchone()
    return row == (VERSION, scale)


def clear(connection: psycopg.Connection) -> None:
    connection.execute("DROP TABLE IF EXISTS public.warehouse_build")


def write(connection: psycopg.Connection, *, scale: int) -> None:
    """Last step of a build; the caller commits."""
    connection.execute(_CREATE)
    connection.execute("INSERT INTO public.warehouse_build (version, scale) VALUES (%s, %s)", (VERSION, scale))
