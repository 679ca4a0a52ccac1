"""How names are taken apart into words, the same way in Python and in SQL."""

import re
from collections.abc import Sequence

from django.db import connection

# Between words: before a capital or a digit run, before the last capital of an acronym that a word follows.
BOUNDARY = "(?<=[a-z])(?=[A-Z0-9])|(?<=[A-Z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])|(?<=[A-Z])(?=[A-Z][a-z]{2})"
# Every sign and space that is no letter or digit, as far as can be said without a table of all characters.
SIGNS = "[\\u0001-\\u002f\\u003a-\\u0040\\u005b-\\u0060\\u007b-\\u00a9\\u1680\\u2000-\\u206f\\u3000-\\u3003]+"

_BOUNDARY = re.compile(BOUNDARY)
_SIGNS = re.compile(SIGNS)
_PARTS = re.compile(f"(?:(?!{SIGNS}|\\s).)+", re.DOTALL)


def split_sql(expression: str) -> str:
    """Return the SQL that takes a text apart into words, separated by spaces, accents removed."""
    return f"regexp_replace(regexp_replace(unaccent({expression}), '{BOUNDARY}', ' ', 'g'), '{SIGNS}', ' ', 'g')"


def key_sql(expression: str) -> str:
    """Return the SQL of `key()`."""
    return f"COALESCE(NULLIF(lower(btrim({split_sql(expression)})), ''), lower({expression}))"


def unaccented(text: str) -> str:
    """Remove accents as the index does; asks the database only when there can be any."""
    if text.isascii():
        return text
    return all_unaccented([text])[0]


def all_unaccented(texts: Sequence[str]) -> list[str]:
    """Remove the accents of several texts, asking the database once at most."""
    if all(text.isascii() for text in texts):
        return list(texts)
    with connection.cursor() as cursor:
        text = "SELECT unaccent(text) FROM unnest(%s::text[]) WITH ORDINALITY AS t(text, n) ORDER BY n"
        cursor.execute(text, [list(texts)])
        return [str(row[0]) for row in cursor.fetchall()]


def words_of(text: str) -> list[str]:
    """Return the words of an identifier or a phrase: `custAcctNo2` gives cust, Acct, No, 2."""
    return _SIGNS.sub(" ", _BOUNDARY.sub(" ", text)).split()


def key(text: str) -> str:
    """Return the one way in which a name is written for comparison: its words in lower case."""
    return " ".join(words_of(text)).lower() or text.lower()


def parts(name: str) -> list[tuple[str, bool]]:
    """Cut a name into its words and what lies between them; True marks the words. Joined they are the name."""
    cut: list[tuple[str, bool]] = []
    place = 0
    for run in _PARTS.finditer(name):
        cut.append((name[place : run.start()], False))
        cut.extend((word, True) for word in _BOUNDARY.split(run.group()))
        place = run.end()
    cut.append((name[place:], False))
    return [(text, is_word) for text, is_word in cut if text]
