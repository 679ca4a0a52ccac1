"""Cutting what was typed into words, phrases, conditions and ORs. Any text is fine."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.search.language.query import OR, Comparison, Field

LONGEST = 400
MOST_TOKENS = 24
_MOST_VALUES = 20
# Ways to say a condition that are no field: is:certified, can:use.
SHORTHANDS = ("is", "can")
_NAMES = "|".join([*Field, *SHORTHANDS])
_VALUE = r'(?:"[^"]*"?|[^\s,]+)'
_TOKENS = re.compile(
    rf'(?P<minus>-?)(?P<field>{_NAMES}):(?P<sign>[<>]=?|=|)(?P<values>(?:{_VALUE}|,)*)|-?"[^"]*"?|[^\s"]+',
    re.IGNORECASE,
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"') | {"\0": " "})


@dataclass(frozen=True)
class Token:
    """A word, phrase or OR (`field` is empty), or a condition with its values."""

    text: str
    is_excluded: bool = False
    is_quoted: bool = False
    is_or: bool = False
    field: str = ""
    sign: Comparison = Comparison.IS
    values: tuple[str, ...] = ()


def tidy(text: str) -> str:
    """Return the text with single spaces and plain quotes, no longer than is read."""
    return " ".join(text.translate(_QUOTES)[:LONGEST].split())


def scan(tidied: str) -> Iterator[Token]:
    """Give the first MOST_TOKENS tokens of a tidy text."""
    found = list(_TOKENS.finditer(tidied))[:MOST_TOKENS]
    for place, match in enumerate(found):
        text = match.group()
        if match["field"]:
            yield _condition(match)
        elif text.upper() in {OR, "|"} and 0 < place < len(found) - 1:  # elsewhere it is the beginning of a word
            yield Token(text, is_or=True)
        else:
            is_excluded = text.startswith("-")
            bare = text.lstrip("-")
            yield Token(bare.replace('"', "").strip(), is_excluded, is_quoted=bare.startswith('"'))


def _condition(match: re.Match[str]) -> Token:
    values = (value.replace('"', "").strip() for value in re.findall(_VALUE, match["values"]))
    kept = tuple(dict.fromkeys(value for value in values if value))[:_MOST_VALUES]
    sign = Comparison(match["sign"])
    return Token(match.group(), bool(match["minus"]), field=match["field"].lower(), sign=sign, values=kept)
