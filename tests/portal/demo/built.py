"""A finished warehouse as tests look at it."""

from typing import Any

import psycopg

PASSWORD = "reads-only-9f3"


class Built:
    """A finished warehouse."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, query: str) -> Any:
        """The first row of the answer; a row of one column is returned bare."""
        with psycopg.connect(self.url) as connection:
            row = connection.execute(query.encode()).fetchone()
        return row[0] if row and len(row) == 1 else row

    def rows(self, query: str, *parameters: object) -> list[Any]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode(), parameters or None).fetchall()
