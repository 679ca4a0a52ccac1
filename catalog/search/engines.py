"""Which engine answers: Elasticsearch where it is set up and while it can, PostgreSQL otherwise."""

from collections.abc import Iterator

from catalog.search.backend import Found, Question, Unavailable
from catalog.search.elastic import ElasticEngine, connection
from catalog.search.postgres import PostgresEngine


def find(question: Question) -> tuple[Found, str, str]:
    """Return what was found, the engine that found it, and why it was not the usual one (else nothing)."""
    note = ""
    if connection.is_set_up():
        try:
            return ElasticEngine().find(question), ElasticEngine.name, ""
        except Unavailable as error:
            note = str(error)
    return PostgresEngine().find(question), PostgresEngine.name, note


def ids(question: Question, limit: int) -> Iterator[list[int]]:
    """Give the ids of all results in order, in batches, at most `limit`."""
    if connection.is_set_up():
        try:
            return ElasticEngine().ids(question, limit)
        except Unavailable:
            pass
    return PostgresEngine().ids(question, limit)
