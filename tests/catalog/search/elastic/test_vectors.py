"""Vectors become texts as the database means them."""

import json

import pytest
from django.db import connection

from catalog.search.elastic.vectors import texts


@pytest.mark.parametrize(
    "words", ["customer orders of customers", "it's a \\ back", "'' '", 'a"b', "été ñandú", "", "x:1A,2B 'y':3"]
)
def test_words_come_back_in_their_order(words: str) -> None:
    parts = words.split()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(quote_literal(replace(word, '\\', '\\\\')) || ':' || place || 'A', ' ')"
            " FROM unnest(%s::text[]) WITH ORDINALITY AS one (word, place))::tsvector::text",
            [[part.replace("\\", "/") for part in parts]],
        )
        (vector,) = cursor.fetchone()
    told = json.loads("{" + texts(vector or "") + "}")
    assert told == {"name": " ".join(parts).replace("\\", "/"), "said": "", "columns": "", "around": ""}


def test_weights_are_told_apart() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (setweight(to_tsvector('simple', 'b a b'), 'A') || setweight(to_tsvector('simple', 'c'), 'B')"
            " || setweight(to_tsvector('simple', 'd'), 'C') || to_tsvector('simple', 'a e'))::text"
        )
        (vector,) = cursor.fetchone()
    assert json.loads("{" + texts(vector) + "}") == {"name": "b a b", "said": "c", "columns": "d", "around": "a e"}


def test_quotes_and_backslashes() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_to_tsvector(ARRAY[E'it''s', E'a\\\\b'])::text")
        (bare,) = cursor.fetchone()
    placed = bare.replace(" ", ":2A ", 1) + ":1A"
    assert json.loads("{" + texts(placed) + "}")["name"] == "it's a\\b"
